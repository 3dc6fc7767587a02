"""What can be said of a regular expression before it runs: what it cannot do without."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

# Since Python 3.11 the parser of ``re`` lives here; it has no types.
ops: Any = import_module("re._constants")
parser: Any = import_module("re._parser")


Cost = Callable[[str], float]


def shortness(word: str) -> float:
    """Reckon a word the more common the shorter it is, where nothing better is known."""
    return float(100 ** -min(len(word), 6))


def required_literals(pattern: str, cost: Cost = shortness) -> tuple[str, ...]:
    """List words of which at least one stands in every match; none where there are none.

    Of all such lists the one is taken whose words, by ``cost``, stand in the fewest texts.
    """
    return tuple(sorted(_Requirement(cost).of(list(parser.parse(pattern)))))


class _Requirement:
    """Finds the cheapest list of words that a pattern cannot do without."""

    def __init__(self, cost: Cost) -> None:
        self._cost = cost

    def of(self, items: list[Any]) -> frozenset[str]:
        lists = []
        run = ""
        for op, argument in items:
            if op is ops.LITERAL:
                run += chr(argument)
                continue
            lists += [frozenset({run} if run else ()), self._by(op, argument)]
            run = ""
        lists.append(frozenset({run} if run else ()))
        return min(filter(None, lists), key=self._sum, default=frozenset())

    def _sum(self, words: frozenset[str]) -> tuple[float, list[str]]:
        return sum(map(self._cost, words)), sorted(words)

    def _by(self, op: Any, argument: Any) -> frozenset[str]:
        if op is ops.IN:
            plain = all(kind is ops.LITERAL for kind, _ in argument)
            return frozenset(chr(point) for _, point in argument) if plain else frozenset()
        if op is ops.SUBPATTERN:
            return self.of(list(argument[3]))
        if op is ops.BRANCH:
            branches = [self.of(list(branch)) for branch in argument[1]]
            return frozenset[str]().union(*branches) if all(branches) else frozenset()
        if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT) and argument[0] > 0:
            return self.of(list(argument[2]))
        return self.of(list(argument)) if op is ops.ATOMIC_GROUP else frozenset()


MOST_ENDLESS = 2
"""So many repeats without end may follow one another: each more multiplies what is tried."""


def is_endless(pattern: str) -> bool:
    """Say whether more repeats without end follow one another than may."""
    return _endless(list(parser.parse(pattern))) > MOST_ENDLESS


def _endless(items: list[Any]) -> int:
    return sum(_endless_by(op, argument) for op, argument in items)


def _endless_by(op: Any, argument: Any) -> int:
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        inside = _endless(list(argument[2]))
        return int(argument[1] == ops.MAXREPEAT) + inside * min(int(argument[1]), MOST_ENDLESS + 1)
    if op is ops.SUBPATTERN:
        return _endless(list(argument[3]))
    if op is ops.BRANCH:
        return max(_endless(list(branch)) for branch in argument[1])
    return 0


def is_catastrophic(pattern: str) -> bool:
    """Say whether it may take for ever.

    So it may where a repeat stands inside a repeat, both without end, and where what is repeated
    without end is one of several that may begin alike: the same text is then read in many ways.
    """
    return _nested(list(parser.parse(pattern)), inside=False)


def _nested(items: list[Any], *, inside: bool) -> bool:
    return any(_nested_by(op, argument, inside=inside) for op, argument in items)


def _nested_by(op: Any, argument: Any, *, inside: bool) -> bool:
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT):
        endless = argument[1] == ops.MAXREPEAT
        if endless and inside:
            return True
        return _nested(list(argument[2]), inside=inside or endless)
    if op is ops.SUBPATTERN:
        return _nested(list(argument[3]), inside=inside)
    if op is ops.BRANCH:
        if inside and _alike([_first(list(branch)) for branch in argument[1]]):
            return True
        return any(_nested(list(branch), inside=inside) for branch in argument[1])
    return False


def _alike(firsts: list[frozenset[str] | None]) -> bool:
    """Say whether two of several may begin with the same character; None: with any."""
    if None in firsts:
        return len(firsts) > 1
    return sum(map(len, filter(None, firsts))) > len(frozenset[str]().union(*filter(None, firsts)))


def _first(items: list[Any]) -> frozenset[str] | None:
    """List the characters a sequence may begin with; None where that may be any, or nothing."""
    if not items:
        return None
    op, argument = items[0]
    if op is ops.LITERAL:
        return frozenset(chr(argument))
    if op is ops.IN and all(kind is ops.LITERAL for kind, _ in argument):
        return frozenset(chr(point) for _, point in argument)
    if op is ops.SUBPATTERN:
        return _first(list(argument[3]))
    return None
