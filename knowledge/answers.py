"""Answers to common questions, given only where they are likely to be right."""

import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from knowledge.asked import Asked
from knowledge.likeness import Relevance
from knowledge.markdown import read_sections
from knowledge.passages import Passages
from knowledge.segment import Segmenter, segmenter_for
from knowledge.text import Normaliser
from knowledge.wording import Reader, read_shares

# Of what is answered from here on about 2 in 100 are wrong in a brand's own collection, and one in
# eight in one of thousands, asked with near misses that were made to mislead.
THRESHOLD = 0.7
SENSIBLE = 10
Heard = tuple[Collection[int] | None, Collection[int] | None]


@dataclass(frozen=True, slots=True)
class Entry:
    """An answer and the ways to ask for it; without any it is found by its own words.

    ``unlike`` are questions that look like one of them and are not answered by it.
    """

    id: str
    questions: tuple[str, ...]
    answer: str
    groups: tuple[str, ...] = ()
    unlike: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """An entry, how likely it answers, and the phrasing that was meant (empty: none)."""

    entry: Entry
    probability: float
    question: str = ""


class Answers:
    """An index over entries; it never changes, and the same question has always one answer."""

    def __init__(
        self,
        entries: Sequence[Entry],
        *,
        segmenter: Segmenter | None = None,
        normaliser: Normaliser | None = None,
    ) -> None:
        reader = Reader.shipped(segmenter or segmenter_for(()), normaliser or Normaliser.shipped())
        shares = read_shares()
        self._asked = [(entry, text) for entry in entries for text in entry.questions]
        self._asked += [(entry, text) for entry in entries for text in entry.unlike]
        self._likely = sum(len(entry.questions) for entry in entries)
        self._silent = [entry for entry in entries if not entry.questions]
        self._questions = Asked(
            [text for _, text in self._asked],
            [entry.answer for entry, _ in self._asked],
            [entry.id if n < self._likely else "" for n, (entry, _) in enumerate(self._asked)],
            reader,
            shares,
        )
        self._passages = Passages([entry.answer for entry in self._silent], reader, shares)
        self._relevance = Relevance.shipped("relevance")
        self._groups = frozenset(group for entry in entries for group in entry.groups)
        self._heard: dict[frozenset[str], Heard] = {}

    def best(
        self,
        text: str,
        *,
        kind: str = "",
        names: Collection[str] = (),
        threshold: float = THRESHOLD,
    ) -> Answer | None:
        """Return the answer where it is likely enough, else None.

        ``kind`` and ``names`` are what the place is called by; an entry with groups is for those
        only. A place without a name is given all entries.
        """
        found = self.rank(text, limit=1, names={*names, kind} - {""})
        return found[0] if found and found[0].probability >= threshold else None

    def rank(
        self, text: str, limit: int = SENSIBLE, *, names: Collection[str] = ()
    ) -> list[Answer]:
        """Return the likeliest entries, likeliest first, each once."""
        asked, silent = self._heard_by(names)
        found = self._meant(self._questions.rank(text, asked)) + [
            Answer(self._silent[number], probability)
            for probability, number in self._passages.rank(text, self._relevance, silent)
        ]
        found.sort(key=lambda answer: -answer.probability)
        first: dict[str, Answer] = {}
        for answer in found:
            first.setdefault(answer.entry.id, answer)
        return list(first.values())[:limit]

    def _heard_by(self, names: Collection[str]) -> Heard:
        """Return which questions and which texts are for a place; None: all of them."""
        if not names or not self._groups:
            return None, None
        key = self._groups.intersection(names)
        if key not in self._heard:
            asked = _within([entry for entry, _ in self._asked], key)
            self._heard[key] = (asked, _within(self._silent, key))
        return self._heard[key]

    def _meant(self, ranked: Sequence[tuple[float, int]]) -> list[Answer]:
        """Return the answers of phrasings, but for those whose ``unlike`` is likelier."""
        found: list[Answer] = []
        denied: set[str] = set()
        for probability, number in ranked:
            entry, question = self._asked[number]
            if number >= self._likely:
                denied.add(entry.id)
            elif entry.id not in denied:
                found.append(Answer(entry, probability, question))
        return found


def read_markdown(name: str, text: str) -> list[Entry]:
    """Read the sections of a Markdown text that have an answer; ``name`` begins their ids.

    A heading that asks is a question, its text the answer; any other section is found by its words.
    """
    return [
        Entry(f"{name}#{each.number}", each.questions, each.answer, each.groups, each.unlike)
        for each in read_sections(text)
        if each.body and each.answer
    ]


def evaluate_answers(kb_lines: Iterable[str], query_lines: Iterable[str]) -> dict[str, float]:
    """Measure how well queries (JSON lines) find their entries.

    ``label`` is the id of the entry that answers, null if none does. ``top1`` and ``mrr10`` are
    over those that have one; ``auroc`` says how well the probability tells queries answered
    rightly from those without an answer, 0.5 where there are none to tell.
    """
    index = Answers([_entry(json.loads(line)) for line in kb_lines if line.strip()])
    right, reciprocal, sure, unsure = 0, 0.0, [], []
    queries = [json.loads(line) for line in query_lines if line.strip()]
    for query in queries:
        ranked = index.rank(query["text"])
        top = ranked[0].probability if ranked else 0.0
        ids = [answer.entry.id for answer in ranked]
        if query["label"] is None:
            unsure.append(top)
        elif query["label"] in ids:
            place = ids.index(query["label"])
            reciprocal += 1 / (place + 1)
            right += place == 0
            sure += [top] if place == 0 else []
    answerable = len(queries) - len(unsure) or 1
    return {
        "top1": right / answerable,
        "mrr10": reciprocal / answerable,
        "auroc": _auroc(sure, unsure),
        "n": len(queries),
    }


def _entry(row: dict[str, Any]) -> Entry:
    asked = row.get("questions", [row["question"]] if "question" in row else [])
    return Entry(row["id"], tuple(asked), row.get("answer", ""))


def _within(entries: Sequence[Entry], names: frozenset[str]) -> frozenset[int]:
    return frozenset(
        number
        for number, entry in enumerate(entries)
        if not entry.groups or not names.isdisjoint(entry.groups)
    )


def _auroc(above: Sequence[float], below: Sequence[float]) -> float:
    """Return how often one of the first is above one of the second, ties half."""
    if not above or not below:
        return 0.5
    values = sorted({*above, *below})
    place = {value: number for number, value in enumerate(values)}
    counts = [[0, 0] for _ in values]
    for side, scores in enumerate((above, below)):
        for score in scores:
            counts[place[score]][side] += 1
    won, passed = 0.0, 0
    for high, low in counts:
        won += high * (passed + low / 2)
        passed += low
    return won / (len(above) * len(below))
