"""Lists that were fitted together and compete: of all they might say, one thing is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Self

from knowledge.terms import CHAT, Lexicon
from knowledge.verdicts import Place, Voice, findings
from knowledge.weighing import Load, Scales, Seat, highest_bits

SECONDED = 0.9
"""So much surer is a list where a rule says the same; chosen leaving out one set at a time."""

SHORTEST = 7
"""In shorter texts rules that find something decide: a few words tell lists too little."""

ONE_WORD = 2
"""So long is a bare word, 「味道」 or 「质量」, of which no list can tell what is meant."""

AGREED = 3.0
"""Rules that agree so well, two strong words of a kind, stand where no list is sure."""

PLACES = 10_000
"""Of so many places it is remembered whether the lists may speak there."""

LONGEST = 400
"""Of longer texts the lists say nothing: they were learned from what people say in a chat."""


class Weights:
    """What a message weighs on every list of some rivals, more than nothing or less.

    Of a ``brief`` text they say something only where no rule does. They are ``idle`` where none
    but chat could win, not even seconded.
    """

    __slots__ = ("_margins", "_seats", "brief", "idle", "load")

    def __init__(self, load: Load, seats: Sequence[Seat], *, brief: bool, idle: bool) -> None:
        self.load = load
        self.brief = brief
        self.idle = idle
        self._seats = seats
        self._margins: list[float] = []

    @property
    def margins(self) -> list[float]:
        """How far each list is past its threshold, or short of it."""
        if not self._margins:
            self._margins = self.load.margins(self._seats)
        return self._margins


def against_base(lexicons: Iterable[Lexicon]) -> list[Lexicon]:
    """Weigh lists against the base of their rivals, what any text weighs; the base is left out.

    So lists stay short: what tells nothing of any kind stands once in the base, instead of against
    every kind.
    """
    lists = list(lexicons)
    bases = {x.rivals: x for x in lists if x.base}
    return [_less(x, bases[x.rivals]) if x.rivals in bases else x for x in lists if not x.base]


def _less(x: Lexicon, base: Lexicon) -> Lexicon:
    weights = dict(x.weights)
    for word, weight in base.weights.items():
        weights[word] = weights.get(word, 0.0) - weight
    return replace(x, weights=weights, bias=x.bias - base.bias)


@dataclass(frozen=True, slots=True)
class Rivals:
    """Lists of which the surest speaks, or none, and the rules that but second them."""

    lexicons: tuple[Lexicon, ...]
    places: tuple[int, ...]
    seats: tuple[Seat, ...]
    groups: frozenset[frozenset[str]]
    names: frozenset[str]
    over: frozenset[str]
    highest: int
    heard: dict[Place, bool] = field(default_factory=dict)

    @classmethod
    def of(cls, lexicons: Iterable[Lexicon], scales: Scales) -> tuple[Self, ...]:
        """Put lists that name the same rivals together, as they lie on the scales."""
        lists = sorted((x for x in lexicons if x.rivals), key=lambda x: x.rivals)
        return tuple(
            cls._on(scales, name, frozenset(id_ for x in each for id_ in x.over))
            for name, each in groupby(lists, key=lambda x: x.rivals)
            if any(x.rivals == name for x in scales.lexicons)
        )

    @classmethod
    def _on(cls, scales: Scales, name: str, over: frozenset[str]) -> Self:
        places = tuple(at for at, x in enumerate(scales.lexicons) if x.rivals == name)
        ours = tuple(scales.lexicons[at] for at in places)
        seats = tuple(scales.seats[at] for at in places)
        groups = frozenset(frozenset(x.groups) for x in ours)
        names = frozenset(x.id for x in ours)
        spoken = (seat for seat, x in zip(seats, ours, strict=True) if x.label != CHAT)
        return cls(ours, places, seats, groups, names, over, highest_bits(spoken))

    def weigh(self, load: Load, text: str, place: Place) -> Weights | None:
        """Weigh a text by all of them, if they may speak in this place."""
        if not ONE_WORD < len(text) <= LONGEST or not self._speak(place):
            return None
        idle = not load.near & self.highest
        return Weights(load, self.seats, brief=len(text) < SHORTEST, idle=idle)

    def _speak(self, place: Place) -> bool:
        known = self.heard.get(place)
        if known is None:
            known = any(map(place.within, self.groups))
            if len(self.heard) < PLACES:
                self.heard[place] = known
        return known

    def hopes(self, weights: Weights | None) -> set[str]:
        """Name the labels that could win if a rule seconds them."""
        if weights is None or weights.idle:
            return set()
        pairs = zip(self.lexicons, weights.margins, strict=True)
        return {x.label for x, margin in pairs if margin + SECONDED > 0} - {CHAT}

    def settle(self, voices: list[Voice], weights: Weights | None) -> list[Voice]:
        """Let the surest speak, and of the rules it may overrule those that agree.

        A rule that it may not overrule decides as ever, and the lists say nothing.
        """
        if weights is None or (not voices and self.silent(weights)):
            return voices
        if not voices:
            return [self._speak_up(weights.margins, weights.load)]
        if findings([v for v in voices if v.live and v.id not in self.over]):
            return voices
        found = findings([v for v in voices if v.live])
        ruled = {x.label for x in found}
        if weights.brief and ruled:
            return voices
        sure = [
            margin + (SECONDED if x.label in ruled else 0.0)
            for x, margin in zip(self.lexicons, weights.margins, strict=True)
        ]
        if self._none_sure(sure):
            agreed = {x.label for x in found if x.score >= AGREED}
            return [v for v in voices if v.id not in self.over or not v.live or v.label in agreed]
        voice = self._speak_up(sure, weights.load)
        kept = [v for v in voices if v.label == voice.label or v.id not in self.over or not v.live]
        return [*kept, voice]

    def silent(self, weights: Weights) -> bool:
        """Say whether no list is sure of anything but chat."""
        return weights.idle or self._none_sure(weights.margins)

    def _none_sure(self, sure: list[float]) -> bool:
        best = max(sure)
        return best <= 0 or self.lexicons[sure.index(best)].label == CHAT

    def winner(self, settled: Sequence[Voice]) -> str:
        """Name the label of the list that spoke last, if one did."""
        last = settled[-1] if settled else None
        return last.label if last is not None and last.id in self.names else ""

    def _speak_up(self, sure: list[float], load: Load) -> Voice:
        """Let the surest list say what it says."""
        best = max(sure)
        place = sure.index(best)
        x, told = self.lexicons[place], partial(load.told, self.places[place])
        return Voice(x.id, x.label, x.topic, x.severity, 1.0 + best, x.mode == "live", told=told)
