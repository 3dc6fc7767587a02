"""Word lists with weights, weighed in one pass; every sum can be taken apart into its words."""

from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from math import floor, sqrt
from operator import itemgetter
from typing import NamedTuple, Self

from knowledge.doubting import MOOD, is_mood
from knowledge.matcher import Matcher, matcher_for
from knowledge.terms import BRIEF, Lexicon
from knowledge.text import folded, marked

TOLD = 6
"""So many of the weightiest words are named as reasons."""
UNIT = 10
"""Learned weights are whole tenths: enough, and a third shorter to write."""
FINE = 64
"""Weights are added as whole numbers, of this fraction where any is broken: sums are exact."""
MOST = 2_000
"""For so many lengths of text what sums are to reach is remembered."""
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
    """Where the weights of one list stand: which bits of every number are its field.

    The highest bit is set only by adding to a sum what it lacks.
    """

    shift: int
    mask: int
    middle: int
    bias: float
    threshold: float
    terse: float

    def lacking(self, wanted: float, root: float, short: int) -> int:
        """Say what lifts a field into its highest bit if its list comes near what is wanted."""
        needed = floor((wanted + self.threshold + self.terse * short - self.bias) / root)
        needed -= 1 + (abs(needed) >> 40)  # reckoned with broken numbers, it may be off a little
        return min(max(self.middle - needed, 0), 2 * self.middle) << self.shift


class Length(NamedTuple):
    """What matters of how long a text is.

    Adding ``near`` to the sums shows which lists may be of interest, ``moody`` those that are so
    much past their threshold as a mood is. Sums are multiplied with ``root``; the text is ``short``
    by so many characters.
    """

    near: int
    moody: int
    root: float
    short: int


@dataclass(frozen=True, slots=True)
class Scales:
    """Lists of one kind over one matcher, which finds each word once for all of them.

    Each word carries its weights in all lists packed into one integer, a field a list: one sum
    weighs them all. A field's sum may be negative; it is read relative to the field's middle.
    ``columns`` hold the same weights by list.
    """

    lexicons: tuple[Lexicon, ...]
    matcher: Matcher
    packed: list[int]
    columns: "tuple[array[float], ...]"
    seats: tuple[Seat, ...]
    middles: int
    fine: int
    learned: bool
    slack: float
    lengths: dict[int, Length] = field(default_factory=dict)

    @classmethod
    def of(
        cls,
        lexicons: Iterable[Lexicon],
        normal: Callable[[str], str],
        *,
        learned: bool,
        slack: float = 0.0,
        native: bool = True,
    ) -> Self:
        """Put the words of every list that is, or is not, learned into one matcher.

        Lists that compete are in normal form, by their making, and of interest from ``slack``
        below their threshold.
        """
        ours = tuple(x for x in lexicons if x.learned == learned and x.mode != "off")
        fine = 1 if all(w % 1 == 0 for x in ours for w in x.weights.values()) else FINE
        listed = [_weights(x, normal, fine) for x in ours]
        seats = tuple(_seated(ours, listed))
        words = _in_order(listed)
        numbers = {word: number for number, word in enumerate(words)}
        packed = [0] * len(words)
        columns = tuple(array("f", bytes(4 * len(words))) for _ in ours)
        for weights, seat, column in zip(listed, seats, columns, strict=True):
            for word, weight in weights.items():
                number = numbers[word]
                packed[number] += weight << seat.shift
                column[number] = weight
        alike: dict[int, int] = {}
        return cls(
            ours,
            matcher_for(words, native=native),
            [alike.setdefault(weights, weights) for weights in packed],
            columns,
            seats,
            sum(seat.middle << seat.shift for seat in seats),
            fine,
            learned,
            slack,
        )

    def length(self, size: int) -> Length:
        """Say what matters of a text so long."""
        root = 1 / sqrt(size or 1) if self.learned else 1.0
        short = max(0, BRIEF - size)
        near, moody = (
            sum(
                seat.lacking(wanted * self.unit, root / self.fine, short)
                for seat, wanted in zip(self.seats, wants, strict=True)
            )
            for wants in (
                [-self.slack if x.rivals else 0.0 for x in self.lexicons],
                [-self.slack if x.rivals else MOOD for x in self.lexicons],
            )
        )
        known = Length(near, moody, root, short)
        if len(self.lengths) < MOST:
            self.lengths[size] = known
        return known

    @property
    def unit(self) -> int:
        """Say how many of these weights are one."""
        return UNIT if self.learned else 1


class Load:
    """One text on the scales: what its words, each counted once, weigh in all lists."""

    __slots__ = ("_length", "_once", "_size", "_total", "hits", "near", "scales")

    def __init__(self, scales: Scales, text: str) -> None:
        self.scales = scales
        sought = marked(folded(text)) if scales.learned else text
        self.hits = hits = scales.matcher.find(sought)
        self._once = once = set(map(number_of, hits))
        packed = scales.packed
        self._total: int = sum([packed[number] for number in once], scales.middles)
        self._size = size = len(text)
        self._length = length = scales.lengths.get(size) or scales.length(size)
        self.near = self._total + length.near
        """Which lists may have reached their threshold: those whose highest bit is set."""

    def margins(self, seats: Iterable[Seat]) -> list[float]:
        """Say how far this text is past the threshold of lists, or short of it."""
        fine, unit, total = self.scales.fine, self.scales.unit, self._total
        _, _, root, short = self._length
        return [
            ((((total >> shift) & mask) - middle) / fine * root + bias - threshold - terse * short)
            / unit
            for shift, mask, middle, bias, threshold, terse in seats
        ]

    def moody(self) -> int:
        """Say which lists may be so far past their threshold as a mood is."""
        return self._total + self._length.moody

    def heavy(self, deciding: Sequence["Deciding"], *, at_home: bool) -> list[Weighed]:
        """Name the lists whose words in this text add up to their threshold.

        A list without those it needs is worth something only at home, and only if it tells a mood.
        """
        found = []
        near = self.near
        for each in deciding:
            if not near & each.bit:
                continue
            backed = near & each.needed == each.needed
            if not (backed or (at_home and each.moody and self.moody() & each.bit)):
                continue
            [margin, *needs] = self.margins((each.seat, *each.needs) if backed else (each.seat,))
            backed = backed and all(need >= 0 for need in needs)
            if margin >= 0 and (backed or (at_home and is_mood(each.lexicon, margin))):
                found.append(Weighed(each.lexicon, margin, self, each.place, backed))
        return found

    def told(self, place: int) -> tuple[tuple[int, int], ...]:
        """Say which words weighed most, each where it stands first."""
        column = self.scales.columns[place]
        weights = sorted([(-column[n], n) for n in self._once if column[n] > 0])
        heaviest = {number for _, number in weights[:TOLD]}
        first: dict[int, tuple[int, int]] = {}
        for start, end, number in self.hits:
            if number in heaviest and (number not in first or start < first[number][0]):
                first[number] = (start, end)
        return tuple(sorted({(a, b) for a, b in map(self._inside, first.values()) if a < b}))

    def _inside(self, span: tuple[int, int]) -> tuple[int, int]:
        """Say where in the text a word stands that was sought in the text with its marks."""
        start, end = span
        return (max(start - 1, 0), min(end - 1, self._size)) if self.scales.learned else span


@dataclass(frozen=True, slots=True)
class Deciding:
    """A list that decides, with those it needs, and the bits that are set if they may be heavy."""

    lexicon: Lexicon
    place: int
    seat: Seat
    needs: tuple[Seat, ...]
    bit: int
    needed: int
    moody: bool

    @classmethod
    def among(cls, scales: Scales) -> tuple[Self, ...]:
        """List those that compete with none; one that needs a stranger sleeps."""
        lists = [(place, x) for place, x in enumerate(scales.lexicons) if not x.rivals]
        places = {x.id: place for place, x in lists}
        needed = {need for _, x in lists for need in x.needs}
        return tuple(
            cls._of(scales, place, [scales.seats[places[need]] for need in x.needs])
            for place, x in lists
            if x.id not in needed and all(need in places for need in x.needs)
        )

    @classmethod
    def _of(cls, scales: Scales, place: int, needs: Sequence[Seat]) -> Self:
        x, seat = scales.lexicons[place], scales.seats[place]
        bits = highest_bits([seat]), highest_bits(needs)
        return cls(x, place, seat, tuple(needs), *bits, is_mood(x, float("inf")))


def highest_bits(seats: Iterable[Seat]) -> int:
    """Set the bits that tell whether one of these lists is of interest."""
    return sum(2 * seat.middle << seat.shift for seat in seats)


def _in_order(listed: Iterable[Iterable[str]]) -> list[str]:
    """Sort the words of all lists, a few at a time.

    Sorted all at once they would keep the interpreter from everybody else for twenty milliseconds.
    """
    alike: dict[str, set[str]] = {}
    for words in listed:
        for word in words:
            alike.setdefault(word[0], set()).add(word)
    return [word for first in sorted(alike) for word in sorted(alike[first])]


def _weights(x: Lexicon, normal: Callable[[str], str], fine: int) -> dict[str, int]:
    """Say what the words of a list weigh, in whole numbers, as they stand in a text."""
    weights: dict[str, int] = {}
    for word, weight in x.weights.items():
        key = word if x.rivals else normal(word)
        if x.learned:
            key = folded(key)
        if key in weights:  # written in two ways
            weights[key] += round(weight * fine)
        else:
            weights[key] = round(weight * fine)
    weights.pop("", None)
    return weights


def _seated(lexicons: Sequence[Lexicon], listed: Sequence[dict[str, int]]) -> Iterable[Seat]:
    """Give every list its bits: what the sum of all its words can need, and two to carry into."""
    shift = 0
    for x, weights in zip(lexicons, listed, strict=True):
        bits = sum(map(abs, weights.values())).bit_length() + 1
        yield Seat(shift, (1 << bits) - 1, 1 << (bits - 1), x.bias, x.threshold, x.terse)
        shift += bits + 2
