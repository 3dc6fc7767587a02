"""Word lists with weights, weighed in one pass; every sum can be taken apart into its words."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from math import sqrt
from operator import itemgetter
from typing import NamedTuple, Self

from knowledge.matcher import Hit, Matcher, matcher_for
from knowledge.terms import Lexicon

TOLD = 6
"""So many of the weightiest words are named as reasons."""
UNIT = 10
"""Learned weights are whole tenths: enough, and a third shorter to write."""
DIGITS = str.maketrans("123456789", "0" * 9)
FINE = 64
"""Weights are added as whole numbers of this fraction, so that sums are exact."""
FIELD = 32
MIDDLE = 1 << (FIELD - 1)
MASK = (1 << FIELD) - 1
DIGIT = re.compile("[1-9]")
number_of = itemgetter(2)


class Weighed(NamedTuple):
    """A list that reached its threshold; ``backed`` if so did every list it needs."""

    lexicon: Lexicon
    margin: float
    scales: "Scales"
    place: int
    hits: list[Hit]
    backed: bool = True

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Say where the words stand that weighed most."""
        return self.scales.told(self.place, self.hits)


@dataclass(frozen=True, slots=True)
class Scales:
    """Lists of one kind over one matcher.

    Each word carries its weights in all lists packed into one integer, a field a list: one sum
    weighs them all. A field's sum may be negative; it is read relative to the field's middle.
    """

    lexicons: tuple[Lexicon, ...]
    matcher: Matcher
    packed: tuple[int, ...]
    deciding: tuple[tuple[int, tuple[int, ...]], ...]
    learned: bool
    middles: int

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
        packed: dict[str, int] = {}
        for place, lexicon in enumerate(ours):
            for word, weight in lexicon.weights.items():
                key = normal(word).translate(digits)
                packed[key] = packed.get(key, 0) + (round(weight * FINE) << (FIELD * place))
        packed.pop("", None)
        words = sorted(packed)
        return cls(
            ours,
            matcher_for(words, native=native),
            tuple(packed[word] for word in words),
            tuple(_deciding(ours)),
            learned,
            sum(MIDDLE << (FIELD * place) for place in range(len(ours))),
        )

    def weigh(self, text: str) -> list[Weighed]:
        """Name the lists whose words in this text add up to their threshold, backed or not."""
        hits, total, root = self._sum(text)
        heavy = []
        for place, needs in self.deciding:
            margin = self._margin(place, total, root)
            if margin >= 0:
                backed = all(self._margin(need, total, root) >= 0 for need in needs)
                heavy.append(Weighed(self.lexicons[place], margin, self, place, hits, backed))
        return heavy

    def margins(self, text: str) -> tuple[list[Hit], list[float]]:
        """Say how far this text is past the threshold of every list, or short of it."""
        hits, total, root = self._sum(text)
        return hits, [self._margin(place, total, root) for place in range(len(self.lexicons))]

    def _sum(self, text: str) -> tuple[list[Hit], int, float]:
        """Find the words, add up what they weigh in all lists, and say what to divide it by."""
        if self.learned:
            text = text.translate(DIGITS) if DIGIT.search(text) else text
        hits = self.matcher.find(text)
        once = set(map(number_of, hits))
        total = sum(map(self.packed.__getitem__, once)) + self.middles
        return hits, total, 1 / sqrt(len(text) or 1) if self.learned else 1.0

    def _margin(self, place: int, total: int, root: float) -> float:
        lexicon = self.lexicons[place]
        weight = ((total >> (FIELD * place)) & MASK) - MIDDLE
        margin = weight / FINE * root + lexicon.bias - lexicon.threshold
        return margin / UNIT if self.learned else margin

    def told(self, place: int, hits: Sequence[Hit]) -> tuple[tuple[int, int], ...]:
        """Say which words weighed most, each where it stands first."""
        below = self.middles
        first: dict[int, tuple[int, int]] = {}
        for start, end, number in sorted(hits):
            first.setdefault(number, (start, end))
        weights = {
            number: (((self.packed[number] + below) >> (FIELD * place)) & MASK) - MIDDLE
            for number in first
        }
        heaviest = sorted(
            (number for number in first if weights[number] > 0),
            key=lambda number: (-weights[number], number),
        )
        return tuple(sorted(first[number] for number in heaviest[:TOLD]))


def _deciding(lexicons: Sequence[Lexicon]) -> Iterable[tuple[int, tuple[int, ...]]]:
    """List the lists that decide, each with those it needs; one that needs a stranger sleeps."""
    places = {x.id: place for place, x in enumerate(lexicons)}
    needed = {need for x in lexicons for need in x.needs}
    for place, x in enumerate(lexicons):
        if x.id not in needed and all(need in places for need in x.needs):
            yield place, tuple(places[need] for need in x.needs)
