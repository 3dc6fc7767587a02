"""What members of two brands' groups ask, and how much of it is answered, and how little wrongly.

``pillow`` was seen when the weights were learned; ``tea`` was measured once they stood.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from knowledge.answers import Answers, Entry

BRANDS = Path(__file__).parent / "brands"


def rows(name: str) -> list[dict[str, Any]]:
    lines = (BRANDS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


@pytest.mark.parametrize("brand", ["pillow", "tea"])
def test_most_of_what_has_an_answer_gets_it_and_nearly_nothing_is_wrong(brand: str) -> None:
    index = Answers(
        [Entry(e["id"], tuple(e["questions"]), e["answer"]) for e in rows(f"{brand}.kb")]
    )
    queries = rows(f"{brand}.queries")
    said = [(query, found) for query in queries if (found := index.best(query["text"]))]
    wrong = [query["text"] for query, found in said if found.entry.id != query["label"]]
    answerable = sum(query["label"] is not None for query in queries)

    assert len(queries) > 80
    assert len(said) - len(wrong) >= 0.6 * answerable
    assert len(wrong) <= 0.03 * len(said), wrong
