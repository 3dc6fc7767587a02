"""Every example of the rule chapter does what the chapter says."""

import re
import tomllib
from pathlib import Path

import pytest

from bot.config.rulebook import LexiconSettings, WordSettings
from knowledge.classifier import ANYWHERE, Classifier, Place
from knowledge.correcting import corrected
from knowledge.rivalry import against_base
from knowledge.terms import CHAT, LABELS, Correction, Lexicon, Word
from tests.knowledge.shelf import ROOT, rule

CHAPTER = Path(ROOT / "knowledge" / "RULES.md")
PART = re.compile(r"^## (.+?)$|^```(toml|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def examples() -> list[tuple[str, str, str]]:
    """List heading, rules and message lines; lines without rules before them use the last."""
    heading, rules, found = "", "", []
    for title, kind, body in PART.findall(CHAPTER.read_text(encoding="utf-8")):
        heading = title or heading
        rules = body if kind == "toml" else rules
        found += [(heading, rules, line) for line in body.splitlines() if kind == "text"]
    return found


@pytest.mark.parametrize(("heading", "rules", "line"), examples())
def test_the_chapter_tells_the_truth(heading: str, rules: str, line: str) -> None:
    tables = tomllib.loads(rules)
    expected, message = line.replace("⏎", "\n").split(" | ")
    group = re.match(r"@(\w+) ", message)
    place = Place(kind=group.group(1)) if group else ANYWHERE
    classifier = Classifier(
        [rule(table) for table in tables.get("rules", [])],
        [Word(**dict(WordSettings(**table))) for table in tables.get("words", [])],
        against_base(
            corrected(
                [Lexicon(**dict(LexiconSettings(**table))) for table in tables.get("lexicons", [])],
                [Correction(**table) for table in tables.get("corrections", [])],
            )
        ),
    )
    verdict = classifier.classify(message[group.end() :] if group else message, place)
    assert verdict.label == expected, (heading, classifier.cut(message))


def test_the_chapter_shows_every_label_and_every_key() -> None:
    told = {line.split(" | ")[0] for _, _, line in examples()}
    assert {"complaint", "praise", "ad", CHAT} <= told <= {*LABELS, CHAT}
    text = CHAPTER.read_text(encoding="utf-8")
    keys = (
        "any",
        "all",
        "none",
        "near",
        "regex",
        "weight",
        "groups",
        "mode",
        "despite",
        "cooldown",
    )
    assert [key for key in keys if key not in text] == []
