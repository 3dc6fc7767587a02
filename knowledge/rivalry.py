"""Lists that were fitted together and compete: of all they might say, one thing is said."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from knowledge.matcher import Hit
from knowledge.terms import CHAT, Lexicon
from knowledge.verdicts import Place, Voice, findings
from knowledge.weighing import Scales

SECONDED = 2.2
"""So much surer is a list where a rule says the same; chosen leaving out one set at a time."""

SHORTEST = 7
"""In shorter texts rules that find something decide: a few words tell lists too little."""

AGREED = 2.0
"""Rules that agree so well, two strong words of a kind, stand where no list is sure."""

LONGEST = 400
"""Of longer texts the lists say nothing: they were learned from what people say in a chat."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What a message weighs on every list of some rivals, more than nothing or less.

    Of a ``brief`` text they say something only where no rule does.
    """

    hits: list[Hit]
    margins: list[float]
    brief: bool = False


@dataclass(frozen=True, slots=True)
class Rivals:
    """Lists of which the surest speaks, or none, and the rules that but second them."""

    scales: Scales
    over: frozenset[str]

    @classmethod
    def of(cls, lexicons: Iterable[Lexicon], *, native: bool = True) -> tuple[Self, ...]:
        """Put lists that name the same rivals together."""
        lists = sorted((x for x in lexicons if x.rivals), key=lambda x: x.rivals)
        return tuple(
            cls(
                Scales.of(ours, str, learned=True, native=native),
                frozenset(id_ for x in ours for id_ in x.over),
            )
            for ours in (list(each) for _, each in groupby(lists, key=lambda x: x.rivals))
        )

    def weigh(self, text: str, place: Place) -> Weights | None:
        """Weigh a text by all of them, if they may speak in this place."""
        if len(text) > LONGEST or not any(
            place.within(frozenset(x.groups)) for x in self.scales.lexicons
        ):
            return None
        return Weights(*self.scales.margins(text), brief=len(text) < SHORTEST)

    def hopes(self, weights: Weights | None) -> set[str]:
        """Name the labels that could win if a rule seconds them."""
        if weights is None:
            return set()
        pairs = zip(self.scales.lexicons, weights.margins, strict=True)
        return {x.label for x, margin in pairs if margin + SECONDED > 0} - {CHAT}

    def settle(self, voices: Sequence[Voice], weights: Weights | None) -> list[Voice]:
        """Let the surest speak, and of the rules it may overrule those that agree.

        A rule that it may not overrule decides as ever, and the lists say nothing.
        """
        if weights is None or findings([v for v in voices if v.live and v.id not in self.over]):
            return list(voices)
        found = findings([v for v in voices if v.live])
        ruled = {x.label for x in found}
        agreed = {x.label for x in found if x.score >= AGREED}
        if weights.brief and ruled:
            return list(voices)
        sure = [
            margin + (SECONDED if x.label in ruled else 0.0)
            for x, margin in zip(self.scales.lexicons, weights.margins, strict=True)
        ]
        best = max(range(len(sure)), key=sure.__getitem__)
        if sure[best] <= 0 or self.scales.lexicons[best].label == CHAT:
            return [v for v in voices if v.id not in self.over or not v.live or v.label in agreed]
        winner = self.scales.lexicons[best]
        kept = [v for v in voices if v.label == winner.label or v.id not in self.over or not v.live]
        return [*kept, self._voice(winner, best, sure[best], weights.hits)]

    def _voice(self, x: Lexicon, place: int, sure: float, hits: Sequence[Hit]) -> Voice:
        spans = self.scales.told(place, hits)
        return Voice(x.id, x.label, x.topic, x.severity, 1.0 + sure, x.mode == "live", spans)
