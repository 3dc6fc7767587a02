"""How a word is meant where it stands: denied, asked, supposed, taught, settled, or elsewhere."""

import re
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

READINGS = ("asked", "supposed", "taught", "elsewhere", "settled")
NEGATED = "negated"
SENTENCE_END = re.compile(r"[。！？\n]+|\.{2,}|…+")
CLAUSE_END = "，。！？；：、\n ~～…,"
REACH = 10


class Reader:
    """Tells how words are meant; the phrases it goes by are data, one list a reading."""

    def __init__(self, phrases: dict[str, Sequence[str]]) -> None:
        self._readings: dict[str, Callable[[str], re.Match[str] | None]] = {
            name: re.compile("|".join(phrases[name]) or "(?!)").search for name in READINGS
        }
        negators = "|".join(phrases["negators"])
        fillers = "|".join(phrases["fillers"])
        self._negated = re.compile(
            rf"(?P<first>(?<![{phrases['not_after']}])(?:{negators}))(?:{fillers})*"
            rf"(?P<second>(?:{negators})(?:{fillers})*)?$"
        )

    @classmethod
    def shipped(cls) -> Self:
        """Read the phrases that come with the bot."""
        path = Path(__file__).parent / "data" / "readings.toml"
        return cls(tomllib.loads(path.read_text(encoding="utf-8")))

    def negated(self, text: str, start: int) -> bool:
        """Say whether the word at ``start`` is denied; twice denied is affirmed."""
        before = text[max(0, start - REACH) : start]
        if before[-1:] == "不" and before[-2:-1] == text[start]:
            return False
        found = self._negated.search(before)
        return found is not None and found.group("second") is None

    def readings(self, text: str, start: int) -> frozenset[str]:
        """Name every reading of the sentence around ``start``."""
        a, b = sentence_around(text, start)
        sentence = text[a:b]
        return frozenset(name for name, search in self._readings.items() if search(sentence))


def sentence_around(text: str, at: int) -> tuple[int, int]:
    """Find where the sentence around a place starts and ends, its closing mark included."""
    start, end = 0, len(text)
    for found in SENTENCE_END.finditer(text):
        if found.end() <= at:
            start = found.end()
        elif found.start() >= at:
            end = found.end()
            break
    return start, end
