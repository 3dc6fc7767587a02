"""Word lists with weights, weighed in one pass; every sum can be taken apart into its words."""

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
"""Weights are added as whole numbers, of this fraction where any is broken: sums are exact."""
number_of = itemgetter(2)


class Weighed(NamedTuple):
    """A list that reached its threshold; ``backed`` if so did every list it needs."""

    lexicon: Lexicon
    margin: float
    load: "Load"
    place: int
    backed: bool = True

    def spans(self) -> tuple[tuple[int, int], ...]:
        """Say where the words stand that weighed most."""
        return self.load.told(self.place)


class Seat(NamedTuple):
    """Where the weights of one list stand: which bits of every number are its field."""

    shift: int
    mask: int
    middle: int
    bias: float
    threshold: float


@dataclass(frozen=True, slots=True)
class Scales:
    """Lists of one kind over one matcher, which finds each word once for all of them.

    Each word carries its weights in all lists packed into one integer, a field a list: one sum
    weighs them all. A field's sum may be negative; it is read relative to the field's middle.
    """

    lexicons: tuple[Lexicon, ...]
    matcher: Matcher
    packed: list[int]
    seats: tuple[Seat, ...]
    middles: int
    fine: int
    learned: bool

    @classmethod
    def of(
        cls,
        lexicons: Iterable[Lexicon],
        normal: Callable[[str], str],
        *,
        learned: bool,
        native: bool = True,
    ) -> Self:
        """Put the words of every list that is, or is not, learned into one matcher.

        Lists that compete are in normal form, by their making.
        """
        ours = tuple(x for x in lexicons if x.learned == learned and x.mode != "off")
        fine = 1 if all(w % 1 == 0 for x in ours for w in x.weights.values()) else FINE
        digits = DIGITS if learned else {}
        seats = tuple(_seated(ours, fine))
        packed: dict[str, int] = {}
        for lexicon, seat in zip(ours, seats, strict=True):
            for word, weight in lexicon.weights.items():
                key = (word if lexicon.rivals else normal(word)).translate(digits)
                packed[key] = packed.get(key, 0) + (round(weight * fine) << seat.shift)
        packed.pop("", None)
        words = sorted(packed)
        return cls(
            ours,
            matcher_for(words, native=native),
            [packed[word] for word in words],
            seats,
            sum(seat.middle << seat.shift for seat in seats),
            fine,
            learned,
        )

    def put(self, text: str) -> "Load":
        """Put a text on the scales."""
        if self.learned:
            text = folded(text)
            return Load(self, self.matcher.find(text), 1 / sqrt(len(text) or 1))
        return Load(self, self.matcher.find(text), 1.0)


class Load:
    """One text on the scales: what its words, each counted once, weigh in all lists."""

    __slots__ = ("_root", "_total", "hits", "scales")

    def __init__(self, scales: Scales, hits: list[Hit], root: float) -> None:
        self.scales = scales
        self.hits = hits
        weights = map(scales.packed.__getitem__, set(map(number_of, hits)))
        self._total = sum(weights, scales.middles)
        self._root = root

    def margins(self, seats: Iterable[Seat]) -> list[float]:
        """Say how far this text is past the threshold of lists, or short of it."""
        total, root, fine = self._total, self._root, self.scales.fine
        unit = UNIT if self.scales.learned else 1
        return [
            ((((total >> shift) & mask) - middle) / fine * root + bias - threshold) / unit
            for shift, mask, middle, bias, threshold in seats
        ]

    def heavy(self, deciding: "Deciding") -> list[Weighed]:
        """Name the lists whose words in this text add up to their threshold, backed or not."""
        found = []
        margins = self.margins(deciding.seats)
        if max(margins, default=-1.0) < 0:
            return []
        for place, margin in zip(deciding.places, margins, strict=True):
            if margin >= 0:
                backed = all(need >= 0 for need in self.margins(deciding.needs[place]))
                found.append(Weighed(self.scales.lexicons[place], margin, self, place, backed))
        return found

    def told(self, place: int) -> tuple[tuple[int, int], ...]:
        """Say which words weighed most, each where it stands first."""
        shift, mask, middle, _, _ = self.scales.seats[place]
        packed, below = self.scales.packed, self.scales.middles
        first: dict[int, tuple[int, int]] = {}
        for start, end, number in sorted(self.hits):
            first.setdefault(number, (start, end))
        weights = {
            number: (((packed[number] + below) >> shift) & mask) - middle for number in first
        }
        heaviest = sorted(
            (number for number in first if weights[number] > 0),
            key=lambda number: (-weights[number], number),
        )
        return tuple(sorted(first[number] for number in heaviest[:TOLD]))


@dataclass(frozen=True, slots=True)
class Deciding:
    """The lists among some that decide, each with those it needs."""

    places: tuple[int, ...]
    seats: tuple[Seat, ...]
    needs: dict[int, tuple[Seat, ...]]

    @classmethod
    def among(cls, scales: Scales) -> Self:
        """List those that compete with none; one that needs a stranger sleeps."""
        lists = [(place, x) for place, x in enumerate(scales.lexicons) if not x.rivals]
        places = {x.id: place for place, x in lists}
        needed = {need for _, x in lists for need in x.needs}
        ours = {
            place: tuple(scales.seats[places[need]] for need in x.needs)
            for place, x in lists
            if x.id not in needed and all(need in places for need in x.needs)
        }
        return cls(tuple(ours), tuple(scales.seats[place] for place in ours), ours)


def folded(text: str) -> str:
    """Write every digit as 0; replacing those that stand there is faster than translating."""
    for digit in "123456789":
        if digit in text:
            text = text.replace(digit, "0")
    return text


def _seated(lexicons: Sequence[Lexicon], fine: int) -> Iterable[Seat]:
    """Give every list its bits, as many as the sum of all its words can need."""
    shift = 0
    for x in lexicons:
        bits = sum(abs(round(weight * fine)) for weight in x.weights.values()).bit_length() + 1
        yield Seat(shift, (1 << bits) - 1, 1 << (bits - 1), x.bias, x.threshold)
        shift += bits
