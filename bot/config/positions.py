"""Where each key and value stands in a TOML text; looked up only when something is wrong."""

import re
import tomllib
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate

Path = tuple[str | int, ...]

_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}(?!")'
    r"|'''.*?'{3,5}(?!')"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_PLAIN = re.compile(r"[^,\]}#\n]*")


@dataclass(frozen=True, slots=True)
class Spot:
    """Offsets of a key and of its value; an element of a list has no key of its own."""

    key: int
    value: int


class Positions:
    """The spots of a text that tomllib has accepted, by path: keys, and numbers within lists.

    Path and text must agree: where they do not, the nearest enclosing spot is given.
    """

    def __init__(self, text: str) -> None:
        text = text.replace("\r\n", "\n")
        self._starts = (0, *accumulate(len(line) + 1 for line in text.split("\n")))
        try:
            self._spots = _Scanner(text).spots
        except RecursionError:  # lists within lists beyond any use
            self._spots = {}

    def of_key(self, path: Path) -> tuple[int, int]:
        """Return line and column, from 1, of the key at the end of the path."""
        return self._point(self._nearest(path).key)

    def of_value(self, path: Path) -> tuple[int, int]:
        """Return line and column, from 1, of the value at the path."""
        spot = self._spots.get(path)
        return self._point(self._nearest(path).key if spot is None else spot.value)

    def let_go(self) -> None:
        """Forget every spot, one after the other."""
        while self._spots:
            self._spots.popitem()

    def _nearest(self, path: Path) -> Spot:
        for length in range(len(path), 0, -1):
            if spot := self._spots.get(path[:length]):
                return spot
        return Spot(0, 0)

    def _point(self, offset: int) -> tuple[int, int]:
        line = bisect_right(self._starts, offset)
        return line, offset - self._starts[line - 1] + 1


class _Scanner:
    """One walk over a valid text, which notes where everything begins."""

    def __init__(self, text: str) -> None:
        self.spots: dict[Path, Spot] = {}
        self._text = text
        self._at = 0
        self._lengths: dict[Path, int] = {}
        self._table: Path = ()
        self._skip(_GAP)
        while self._at < len(text):
            if text[self._at] == "[":
                self._header()
            else:
                self._pair(self._table)
            self._skip(_GAP)

    def _header(self) -> None:
        start = self._at
        many = self._text.startswith("[[", start)
        self._at += 2 if many else 1
        parts = [name for name, _ in self._key()]
        self._at += 2 if many else 1
        path = self._current(parts[:-1])
        for length in range(1, len(path) + 1):
            self.spots.setdefault(path[:length], Spot(start, start))
        if many:
            path = (*path, parts[-1])
            number = self._lengths[path] = self._lengths.get(path, -1) + 1
            self.spots.setdefault(path, Spot(start, start))
            path = (*path, number)
        else:
            path = self._current(parts)
        self.spots[path] = Spot(start, start)
        self._table = path

    def _current(self, parts: list[str]) -> Path:
        """Name a table from its header, meaning the latest one in each list of tables."""
        path: Path = ()
        for part in parts:
            path = (*path, part)
            if path in self._lengths:
                path = (*path, self._lengths[path])
        return path

    def _pair(self, table: Path) -> None:
        path, key = table, self._at
        for name, offset in self._key():
            path, key = (*path, name), offset
            self.spots.setdefault(path, Spot(key, key))
        self._at += 1  # the equals sign
        self._skip(_BLANK)
        self.spots[path] = Spot(key, self._at)
        self._value(path)

    def _key(self) -> Iterator[tuple[str, int]]:
        """Yield the parts of a dotted key, and stop at what follows it."""
        while True:
            self._skip(_BLANK)
            start = self._at
            bare = _BARE_KEY.match(self._text, start)
            if bare:
                self._at = bare.end()
                yield bare[0], start
            else:
                yield self._quoted(), start
            self._skip(_BLANK)
            if self._text[self._at] != ".":
                return
            self._at += 1

    def _quoted(self) -> str:
        start = self._at
        self._skip(_STRING)
        raw = self._text[start : self._at]
        if "\\" in raw and raw[0] == '"':
            return str(tomllib.loads(f"it = {raw}")["it"])
        return raw[1:-1]

    def _value(self, path: Path) -> None:
        match self._text[self._at]:
            case "[":
                self._list(path)
            case "{":
                self._inline(path)
            case '"' | "'":
                self._skip(_STRING)
            case _:
                self._skip(_PLAIN)

    def _list(self, path: Path) -> None:
        self._at += 1
        number = 0
        self._skip(_GAP)
        while self._text[self._at] != "]":
            here: Path = (*path, number)
            self.spots[here] = Spot(self._at, self._at)
            self._value(here)
            number += 1
            self._comma()
        self._at += 1

    def _inline(self, path: Path) -> None:
        self._at += 1
        self._skip(_GAP)
        while self._text[self._at] != "}":
            self._pair(path)
            self._comma()
        self._at += 1

    def _comma(self) -> None:
        self._skip(_GAP)
        if self._text[self._at] == ",":
            self._at += 1
            self._skip(_GAP)

    def _skip(self, pattern: re.Pattern[str]) -> None:
        found = pattern.match(self._text, self._at)
        if found is not None:
            self._at = found.end()
