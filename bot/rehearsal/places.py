"""Where in a line of JSON something is written."""

import json
import re
from collections.abc import Iterator, Sequence

_DECODER = json.JSONDecoder()
_SPACE = re.compile(r"[ \t\r\n]*")

Path = Sequence[str | int]


def column(line: str, path: Path) -> int:
    """Return the column, counted from 1, of the value at the path in a valid line.

    Where the path leads to nothing, it is the column of the last thing on the way that is there.
    """
    return _find(line, path)[1] + 1


def key_column(line: str, path: Path) -> int:
    """Return the column, counted from 1, of the key under which the value at the path stands."""
    return _find(line, path)[0] + 1


def _find(line: str, path: Path) -> tuple[int, int]:
    label = value = _skip(line, 0)
    for part in path:
        below = {key: (at, start) for key, at, start in _children(line, value)}
        if part not in below:
            break
        label, value = below[part]
    return label, value


def _children(line: str, start: int) -> Iterator[tuple[str | int, int, int]]:
    """Yield key or index, where it is written, and where its value begins."""
    if line[start] not in "{[":
        return
    position, index = _skip(line, start + 1), 0
    while line[position] not in "]}":
        label, key = position, index
        if line[start] == "{":
            key, position = _DECODER.raw_decode(line, position)
            position = _skip(line, _skip(line, position) + 1)
        yield key, label, position
        _, position = _DECODER.raw_decode(line, position)
        position = _skip(line, position)
        if line[position] == ",":
            position, index = _skip(line, position + 1), index + 1


def _skip(line: str, position: int) -> int:
    space = _SPACE.match(line, position)
    return position if space is None else space.end()
