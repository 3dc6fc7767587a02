"""What the texts around one name, for a text that takes it for granted.

Where most sections of a chapter name the A7, one that names no model is about it all the same. How
far that holds is measured in the collection itself: where texts stand in no order it counts for
nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from math import log, sqrt

NEAR = 20  # texts to either side; the nearest say most
SMALL = 0.001  # beside a share, for names that hardly any text holds


class Surroundings:
    """The names that texts hold, in the order of the texts; a text is known by its place."""

    def __init__(self, named: Sequence[Collection[str]]) -> None:
        self._named = named
        naming = [frozenset(names) for names in named if names]
        held = Counter(name for names in naming for name in names)
        self._shares = {name: count / len(naming) for name, count in held.items()}
        self._order = order(naming)
        self._around = [_around(named, n) for n in range(len(named))] if self._order else []

    def evidence(self, asked: Collection[str], number: int) -> float:
        """Return how much likelier its neighbours make it that a text is about one of these names.

        The logarithm of a ratio: 0 where they say nothing, or where the text names one itself;
        below it where they speak against it.
        """
        if not self._order or any(name in self._named[number] for name in asked):
            return 0.0
        around = self._around[number]
        return max(
            (
                self._likelier(around.get(name, 0.0), self._shares[name])
                for name in asked
                if name in self._shares
            ),
            default=0.0,
        )

    def _likelier(self, here: float, anywhere: float) -> float:
        expected = self._order * here + (1 - self._order) * anywhere
        return log((expected + SMALL) / (anywhere + SMALL))


def order(named: Sequence[frozenset[str]]) -> float:
    """Return from 0 to 1 how much oftener texts share a name with the next one than with a far one.

    What chance alone makes of so many texts, two times its spread at most, counts for nothing.
    """
    size = len(named)
    if not size:
        return 0.0
    far = _sharing(named, size // 2)
    return max(0.0, _sharing(named, 1) - far - sqrt(2 / size)) / (1 - far or 1)


def _sharing(named: Sequence[frozenset[str]], apart: int) -> float:
    pairs = list(zip(named, named[apart:], strict=False))
    return sum(not a.isdisjoint(b) for a, b in pairs) / (len(pairs) or 1)


def _around(named: Sequence[Collection[str]], number: int) -> Mapping[str, float]:
    """Return in which share of a text's neighbours each name stands."""
    shares: dict[str, float] = defaultdict(float)
    most = 0.0
    for other in range(max(0, number - NEAR), min(len(named), number + NEAR + 1)):
        if other != number and named[other]:
            weight = 1 / abs(other - number)
            most += weight
            for name in named[other]:
                shares[name] += weight
    return {name: share / most for name, share in shares.items()}
