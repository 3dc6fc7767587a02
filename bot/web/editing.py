"""config.toml changed by a form: one table is replaced, every comment stays where it is.

A table is cut out of the text from its header to its last value, changed by itself and put back;
what stands around it, comments above the next table included, is never touched.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT

from bot.config.positions import Path, Positions
from bot.errors import TicketError

# What need not be written.
RULE = {"severity": 1, "weight": 1.0, "mode": "live"}
NOTICE = {
    "late": "30m",
    "in_quiet_hours": "wait",
    "promotional": False,
    "approve": False,
    "if_missing": "send",
}
SIGNUP = {"waitlist": True, "guests": 9}
DEFAULTS: Mapping[str, Mapping[str, object]] = {"rules": RULE, "notices": {**NOTICE, **SIGNUP}}
INLINE = frozenset({"move", "link", "mini_program"})  # small tables, written on one line
LISTED = frozenset({"parts"})  # lists of tables, each under a header of its own
EMPTY: tuple[object, ...] = ("", [], {}, None)
WIDEST = 60  # characters of a list that stand on one line


@dataclass(frozen=True, slots=True)
class Block:
    """A table of a list of tables in a text: its data, and its lines, from 0, the end not in it."""

    number: int
    data: Mapping[str, Any]
    start: int
    end: int


def fingerprint(text: str) -> str:
    """Return what tells two texts of config.toml apart."""
    return sha256(text.encode()).hexdigest()


def plain(text: str) -> str:
    """Undo what browsers and other systems do to line ends."""
    return text.replace("\r\n", "\n")


def put_table(text: str, many: str, values: Mapping[str, object]) -> str:
    """Put values into the table of a list that has their id, or into a new one behind the others.

    Keys that are empty go; a key of which nothing is said stays. Raises TicketError where the text
    cannot be changed so: it must be mended by hand first.
    """
    text = plain(text)
    blocks = _blocks(text, many)
    lines = text.split("\n")
    found = next((each for each in blocks if each.data.get("id") == values["id"]), None)
    if found is not None:
        old = "\n".join(lines[found.start : found.end])
        lines[found.start : found.end] = _changed(old, many, values).split("\n")
        return _sure("\n".join(lines), text, many)
    new = _changed(f"[[{many}]]\n", many, values).split("\n")
    if blocks:
        lines[blocks[-1].end : blocks[-1].end] = ["", *new]
        return _sure("\n".join(lines), text, many)
    whole = "\n".join([text.rstrip(), "", *new, ""])
    return _sure(whole.lstrip(), text, many)


def drop_table(text: str, many: str, id_: str) -> str:
    """Take a table out of its list."""
    text = plain(text)
    found = find_table(text, many, id_)
    if found is None:
        raise TicketError(f"config.toml 里没有「{id_}」；附带文件里的请到文件里改。")
    lines = text.split("\n")
    blank = found.end < len(lines) - 1 and not lines[found.end].strip()
    del lines[found.start : found.end + blank]
    return _sure("\n".join(lines), text, many)


def find_table(text: str, many: str, id_: str) -> Block | None:
    """Find the table of a list that has an id."""
    return next((each for each in _blocks(text, many) if each.data.get("id") == id_), None)


def source_of(text: str, block: Block | None) -> str:
    """Return a table as it stands in a text; "" where there is none."""
    return "\n".join(text.split("\n")[block.start : block.end]) if block else ""


def places(text: str, many: str, block: Block) -> dict[tuple[int, int], Path]:
    """Map where keys and values of a table stand, line and column from 1, to their paths in it."""
    positions, found = Positions(text), {}
    for path in _paths(block.data, ()):
        whole = (many, block.number, *path)
        found[positions.of_value(whole)] = path
        found.setdefault(positions.of_key(whole), path)
    return found


def _paths(value: Any, path: Path) -> Iterator[Path]:
    """Yield the path of everything within a value, what encloses before what is enclosed."""
    named = value.items() if isinstance(value, dict) else enumerate(value)
    for key, each in named:
        yield (*path, key)
        if isinstance(each, dict | list):
            yield from _paths(each, (*path, key))


def _blocks(text: str, many: str) -> list[Block]:
    data = _parse(text)
    tables = data.get(many, [])
    if not isinstance(tables, list):
        raise TicketError(f"config.toml 里的 {many} 不是一组表，请先在编辑器里改好。")
    lines, positions = text.split("\n"), Positions(text)
    headers = {
        line: path
        for path in _tables(data, ())
        if lines[(line := positions.of_key(path)[0]) - 1].lstrip().startswith("[")
    }
    found = []
    for number, table in enumerate(tables):
        own = (many, number)
        start = positions.of_key(own)[0]
        if headers.get(start) != own:
            raise TicketError(f"config.toml 里的 {many} 写在一行里，表单改不了，请到编辑器里改。")
        others = (at for at, path in headers.items() if at > start and path[:2] != own)
        end = min(others, default=len(lines) + 1) - 1
        found.append(Block(number, table, start - 1, _last(lines, end)))
    return found


def _last(lines: Sequence[str], end: int) -> int:
    """Return where a table ends that the next one follows: comments right below are its own."""
    limit = end
    while _is_aside(lines[end - 1]):
        end -= 1
    own = end
    while own < limit and lines[own].strip():
        own += 1
    return own if own < limit else end


def _is_aside(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _tables(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, dict):
        if path:
            yield path
        for key, each in value.items():
            yield from _tables(each, (*path, key))
    elif isinstance(value, list):
        for number, each in enumerate(value):
            yield from _tables(each, (*path, number))


def _parse(text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise TicketError(f"config.toml 现在读不懂，请先在编辑器里改好：{error}") from error


def _sure(text: str, before: str, many: str) -> str:
    """See that nothing else changed; raises TicketError."""
    old, new = tomllib.loads(before), _parse(text)
    old.pop(many, None)
    new.pop(many, None)
    if old != new:
        raise TicketError("这一段的写法表单改不了，请到编辑器里改。")
    return text


def _changed(block: str, many: str, values: Mapping[str, object]) -> str:
    """Change one table that stands by itself."""
    try:
        document: Any = tomlkit.parse(f"{block}\n")
    except TOMLKitError as error:
        raise TicketError(f"config.toml 现在读不懂，请先在编辑器里改好：{error}") from error
    _fill(document[many][0], values, DEFAULTS[many])
    changed = tomlkit.dumps(document).rstrip("\n")
    if not _holds(_parse(changed)[many][0], values, DEFAULTS[many]):
        raise TicketError("这一段的写法表单改不了，请到编辑器里改。")
    return changed


def _holds(found: Any, values: Mapping[str, object], defaults: Mapping[str, object]) -> bool:
    """Say whether a table says what was to be written, or says nothing where that is as good."""
    for key, value in values.items():
        there = found.get(key, defaults.get(key))
        if isinstance(value, Mapping):
            same = _holds(there or {}, value, defaults)
        elif key in LISTED and isinstance(value, Sequence):
            pairs = list(zip(there or [], value, strict=False))
            same = len(pairs) == len(value) and all(_holds(a, b, {}) for a, b in pairs)
        else:
            same = there == value or (value in EMPTY and key not in found)
        if not same:
            return False
    return True


def _fill(table: Any, values: Mapping[str, object], defaults: Mapping[str, object]) -> None:
    """Set keys where they differ, so that what nobody touched looks as before."""
    for key, value in values.items():
        if value in EMPTY:
            table.pop(key, None)
        elif isinstance(value, Mapping):
            if key not in table:
                table[key] = _empty(key, value)
            old = dict.fromkeys(table[key]) if key in INLINE else {}
            _fill(table[key], {**old, **value}, defaults)
        elif key in LISTED and isinstance(value, Sequence):
            _fill_list(table, key, value)
        elif table.get(key, defaults.get(key)) != value:
            table[key] = _written(value)


def _fill_list(table: Any, key: str, values: Sequence[Mapping[str, object]]) -> None:
    """Set a list of tables one by one, so that what stays the same looks as before."""
    if key not in table:
        table[key] = tomlkit.aot()
    tables = table[key]
    while len(tables) > len(values):
        tables.pop()
    for number, each in enumerate(values):
        if number == len(tables):
            tables.append(tomlkit.table() if isinstance(tables, AoT) else tomlkit.inline_table())
        _fill(tables[number], {**dict.fromkeys(tables[number]), **each}, {})


def _empty(key: str, value: Mapping[str, object]) -> Any:
    if key in INLINE:
        return tomlkit.inline_table()
    only_tables = all(isinstance(each, Mapping | None) for each in value.values())
    return tomlkit.table(is_super_table=only_tables)


def _written(value: object) -> Any:
    if isinstance(value, str):
        return _lines(value) if "\n" in value else value
    if not isinstance(value, Sequence):
        return value
    listed = tomlkit.array()
    for each in value:
        listed.append(_inline(each) if isinstance(each, Mapping) else each)
    return listed.multiline(multiline=len(listed.as_string()) > WIDEST)


def _lines(value: str) -> Any:
    """Write a text of several lines so that its first begins a line too."""
    written = tomlkit.string(value, multiline=True).as_string()
    if not value.startswith("\n"):  # where it does, tomlkit has put one before it already
        written = f'"""\n{written[3:]}'
    return tomlkit.parse(f"text = {written}\n")["text"]


def _inline(values: Mapping[str, object]) -> Any:
    table = tomlkit.inline_table()
    table.update(values)
    return table
