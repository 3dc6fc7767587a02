"""Which rules a text makes worth a look, and the most that these can weigh."""

from collections.abc import Container, Iterable, Mapping, Sequence
from typing import NamedTuple, Self

from knowledge.terms import Rule
from knowledge.verdicts import ENOUGH

NONE: frozenset[int] = frozenset()
Pattern = tuple[int, int]
"""An expression: the number of its rule, and its place there."""


class Sides(NamedTuple):
    """For each rule the most that it can weigh, and the number of its side.

    A side is a label with whether what gives it is in force; only within one do weights add up.
    """

    of: Sequence[int]
    most: Sequence[float]
    names: Sequence[tuple[str, bool]]
    numbers: Mapping[tuple[str, bool], int]

    @classmethod
    def among(cls, rules: Sequence[Rule]) -> Self:
        """Number the sides of these rules."""
        numbers: dict[tuple[str, bool], int] = {}
        of = [numbers.setdefault((x.label, x.mode == "live"), len(numbers)) for x in rules]
        return cls(of, [max(x.weight, 0.0) for x in rules], list(numbers), numbers)


class Mentioned:
    """The rules that a text mentions: by their words, or by words without which a pattern fails.

    ``bounds`` are by side the most that they can weigh together; ``loose`` is what they seemed to
    weigh ``before`` it was seen that some cannot fit: whose weak words are heard is told by that.
    """

    __slots__ = ("_deciding", "_sides", "bounds", "loose", "patterns", "rules", "worded")

    def __init__(
        self,
        worded: frozenset[int],
        patterns: frozenset[Pattern],
        sides: Sides,
        *,
        before: "Mentioned | None" = None,
    ) -> None:
        self.worded = worded
        self.patterns = patterns
        self.rules = worded.union([at for at, _ in patterns]) if patterns else worded
        self._sides = sides
        self._deciding: frozenset[int] | None = None
        self.bounds = self.only(self.rules)
        self.loose: dict[int, float] = self.bounds if before is None else before.loose

    def only(self, rules: Iterable[int]) -> dict[int, float]:
        """Add up the most that these can weigh."""
        bounds: dict[int, float] = {}
        of, most = self._sides.of, self._sides.most
        for at in rules:
            side = of[at]
            bounds[side] = bounds.get(side, 0.0) + most[at]
        return bounds

    def in_force(self) -> dict[str, float]:
        """Say by label what those in force can weigh."""
        named = ((*self._sides.names[side], bound) for side, bound in self.bounds.items())
        return {label: bound for label, live, bound in named if live}

    def able(self, needless: Container[str] = ()) -> bool:
        """Say whether any label could be decided that is not needless."""
        for side, bound in self.bounds.items():
            if bound >= ENOUGH and not self._spared(side, needless):
                return True
        return False

    def deciding(self) -> frozenset[int]:
        """List the rules whose label could be decided by rules alone."""
        if self._deciding is None:
            self._deciding = self.hopeful()
        return self._deciding

    def hopeful(
        self, *, eager: Container[str] = (), needless: Container[str] = ()
    ) -> frozenset[int]:
        """List the rules worth a look: whose label could be decided, or is ``eager``."""
        names = self._sides.names
        chosen = {
            side
            for side, bound in self.loose.items()
            if (bound >= ENOUGH or names[side][0] in eager) and not self._spared(side, needless)
        }
        if len(chosen) == len(self.loose):
            return self.rules
        return self._of(chosen)

    def weak(self, label: str) -> frozenset[int]:
        """List the rules in force that cannot give this label by themselves."""
        side = self._sides.numbers.get((label, True), -1)
        if self.loose.get(side, ENOUGH) >= ENOUGH:
            return NONE
        return self._of({side})

    def _spared(self, side: int, needless: Container[str]) -> bool:
        label, live = self._sides.names[side]
        return live and label in needless

    def _of(self, sides: Container[int]) -> frozenset[int]:
        of = self._sides.of
        return frozenset([at for at in self.rules if of[at] in sides])
