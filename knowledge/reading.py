"""How a word is meant where it stands: denied, asked, supposed, taught, settled, or elsewhere."""

import re
import tomllib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Self

from knowledge.matcher import Hit, matcher_for
from knowledge.patterns import Cost, required_literals, shortness

ASKED = "asked"
READINGS = (ASKED, "supposed", "taught", "elsewhere", "foreign", "settled")
NEGATED = "negated"
NO_READINGS: frozenset[str] = frozenset()
Search = Callable[[str], re.Match[str] | None]
AT_HOME = "foreign"
"""A reading that counts only in a group known to be one of ours."""
REACH = 12
NO_FURTHER = re.compile(r"[，。！？；：、\n ~～…]")


class Reader:
    """Tells how words are meant; the phrases it goes by are data, one list a reading."""

    def __init__(
        self,
        phrases: dict[str, Sequence[str]],
        *,
        names: Iterable[str] = (),
        cost: Cost = shortness,
        native: bool = True,
    ) -> None:
        found: dict[str, list[int]] = {}
        self._phrases: list[tuple[str, Search]] = []
        for name in READINGS:
            for phrase in phrases[name]:
                for literal in required_literals(phrase, cost):
                    found.setdefault(literal, []).append(len(self._phrases))
                self._phrases.append((name, re.compile(phrase).search))
        self._literals = list(found.values())
        self._find = matcher_for(list(found), native=native).find
        ours = dict.fromkeys((*phrases["ours"], *names))
        self._names_us = matcher_for(list(ours), native=native).find
        negators = "|".join(phrases["negators"])
        fillers = "|".join(phrases["fillers"])
        self._first_of_negators = frozenset(word[0] for word in phrases["negators"])
        self._negated = re.compile(
            rf"(?<![{phrases['not_after']}])(?:{negators})(?:{fillers})*"
            rf"(?P<again>(?:{negators})(?:{fillers})*)?$"
        )

    @classmethod
    def shipped(
        cls, *, names: Iterable[str] = (), cost: Cost = shortness, native: bool = True
    ) -> Self:
        """Read the phrases that come with the bot.

        ``names`` are those of the house, in normal form; ``cost`` says how common a word is.
        """
        path = Path(__file__).parent / "data" / "readings.toml"
        phrases = tomllib.loads(path.read_text(encoding="utf-8"))
        return cls(phrases, names=names, cost=cost, native=native)

    def negated(self, text: str, start: int) -> bool:
        """Say whether the word at ``start`` is denied; twice denied is affirmed."""
        before = text[max(0, start - REACH) : start]
        if self._first_of_negators.isdisjoint(before):
            return False
        if before[-1:] == "不" and before[-2:-1] == text[start]:
            return False
        stop = NO_FURTHER.findall(before)
        if stop:
            before = before[before.rindex(stop[-1]) + 1 :]
            if self._first_of_negators.isdisjoint(before):
                return False
        found = self._negated.search(before)
        return found is not None and found.group("again") is None

    def denies(self, word: str) -> bool:
        """Say whether a word denies what follows it, as 「没」 and 「不是」 do."""
        return self._negated.fullmatch(word) is not None

    def marks(self, text: str) -> list[Hit]:
        """Find what may be part of a reading; where there is nothing, there is none."""
        return self._find(text)

    def readings(self, sentence: str) -> frozenset[str]:
        """Name every reading of a sentence."""
        return self.named(sentence, self._find(sentence))

    def named(self, sentence: str, marks: Iterable[Hit]) -> frozenset[str]:
        """Name every reading of a sentence in which these marks were found."""
        candidates = {place for _, _, number in marks for place in self._literals[number]}
        if not candidates:
            return NO_READINGS
        named: set[str] = set()
        for place in candidates:
            name, phrase = self._phrases[place]
            if name not in named and phrase(sentence):
                named.add(name)
        if AT_HOME in named and self._names_us(sentence):
            named.discard(AT_HOME)
        return frozenset(named)
