"""Word lists with weights, weighed in one pass; every sum can be taken apart into its words."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple, Self

from knowledge.matcher import Hit, Matcher, matcher_for
from knowledge.terms import Lexicon

TOLD = 6
"""So many of the weightiest words are named as reasons."""
UNIT = 10
"""Learned weights are whole tenths: enough, and a third shorter to write."""
DIGITS = str.maketrans("123456789", "0" * 9)


class Weighed(NamedTuple):
    """A list that reached its threshold."""

    lexicon: Lexicon
    margin: float
    spans: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Scales:
    """Lists of one kind over one matcher: each word once, with its weight in every list."""

    lexicons: tuple[Lexicon, ...]
    matcher: Matcher
    weights: tuple[tuple[float, ...], ...]
    deciding: tuple[tuple[int, tuple[int, ...]], ...]
    learned: bool

    @classmethod
    def of(
        cls,
        lexicons: Sequence[Lexicon],
        normal: Callable[[str], str],
        *,
        learned: bool,
        native: bool = True,
    ) -> Self:
        """Put the words of every list that is, or is not, learned into one matcher."""
        ours = tuple(x for x in lexicons if x.learned == learned and x.mode != "off")
        digits = DIGITS if learned else {}
        tables = [{normal(w).translate(digits): v for w, v in x.weights.items()} for x in ours]
        words = sorted({word for table in tables for word in table if word})
        return cls(
            ours,
            matcher_for(words, native=native),
            tuple(tuple(table.get(word, 0.0) for word in words) for table in tables),
            tuple(_deciding(ours)),
            learned,
        )

    def weigh(self, text: str) -> list[Weighed]:
        """Name the lists whose words in this text add up to their threshold."""
        if not self.deciding:
            return []
        if self.learned:
            text = text.translate(DIGITS)
        hits = self.matcher.find(text)
        once = {number for _, _, number in hits}
        root = 1 / sqrt(len(text) or 1) if self.learned else 1.0
        heavy = []
        for place, needs in self.deciding:
            margin = self._margin(place, once, root)
            if margin >= 0 and all(self._margin(need, once, root) >= 0 for need in needs):
                heavy.append(Weighed(self.lexicons[place], margin, self._told(place, hits)))
        return heavy

    def _margin(self, place: int, once: Iterable[int], root: float) -> float:
        weights, lexicon = self.weights[place], self.lexicons[place]
        margin = sum([weights[n] for n in once]) * root + lexicon.bias - lexicon.threshold
        return margin / UNIT if self.learned else margin

    def _told(self, place: int, hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
        """Say which words weighed most, each where it stands first."""
        weights = self.weights[place]
        first: dict[int, tuple[int, int]] = {}
        for start, end, number in sorted(hits):
            if weights[number] > 0:
                first.setdefault(number, (start, end))
        heaviest = sorted(first, key=lambda number: (-weights[number], number))[:TOLD]
        return tuple(sorted(first[number] for number in heaviest))


def _deciding(lexicons: Sequence[Lexicon]) -> Iterable[tuple[int, tuple[int, ...]]]:
    """List the lists that decide, each with those it needs; one that needs a stranger sleeps."""
    places = {x.id: place for place, x in enumerate(lexicons)}
    needed = {need for x in lexicons for need in x.needs}
    for place, x in enumerate(lexicons):
        if x.id not in needed and all(need in places for need in x.needs):
            yield place, tuple(places[need] for need in x.needs)
