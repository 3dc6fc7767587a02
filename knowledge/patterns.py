"""What can be said of a regular expression before it runs: what it cannot do without."""

from importlib import import_module
from typing import Any

# Since Python 3.11 the parser of ``re`` lives here; it has no types.
ops: Any = import_module("re._constants")
parser: Any = import_module("re._parser")


def required_literals(pattern: str) -> tuple[str, ...]:
    """List words of which at least one stands in every match; none where there are none.

    Of all such lists the one with the longest shortest word is taken.
    """
    found = _required(list(parser.parse(pattern)))
    return tuple(sorted(found)) if found else ()


def _better(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    def worth(words: frozenset[str]) -> tuple[int, int]:
        return (min((len(word) for word in words), default=0), -len(words))

    return max(one, other, key=worth)


def _required(items: list[Any]) -> frozenset[str]:
    best: frozenset[str] = frozenset()
    run = ""
    for op, argument in items:
        if op is ops.LITERAL:
            run += chr(argument)
            continue
        best = _better(best, frozenset({run} if run else ()))
        run = ""
        best = _better(best, _required_by(op, argument))
    return _better(best, frozenset({run} if run else ()))


def _required_by(op: Any, argument: Any) -> frozenset[str]:
    if op is ops.IN:
        plain = all(kind is ops.LITERAL for kind, _ in argument)
        return frozenset(chr(point) for _, point in argument) if plain else frozenset()
    if op is ops.SUBPATTERN:
        return _required(list(argument[3]))
    if op is ops.BRANCH:
        branches = [_required(list(branch)) for branch in argument[1]]
        return frozenset[str]().union(*branches) if all(branches) else frozenset()
    if op in (ops.MAX_REPEAT, ops.MIN_REPEAT, ops.POSSESSIVE_REPEAT) and argument[0] > 0:
        return _required(list(argument[2]))
    if op is ops.ATOMIC_GROUP:
        return _required(list(argument))
    return frozenset()


def is_catastrophic(pattern: str) -> bool:
    """Say whether a repeat stands inside a repeat, both without end: that may take for ever."""
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
        return any(_nested(list(branch), inside=inside) for branch in argument[1])
    return False
