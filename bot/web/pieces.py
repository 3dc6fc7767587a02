"""What a notice says, as a form shows it: pieces in a row, packed into the keys of a table."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from starlette.datastructures import FormData

from bot.config.positions import Path

# The kinds of pieces, in the order in which the keys of one part are said, and their fields.
FIELDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "text": ("text",),
        "image": ("image",),
        "voice": ("voice",),
        "file": ("file",),
        "link": ("url", "title", "description", "thumbnail"),
        "mini_program": ("title", "appid", "path", "username", "description", "thumbnail"),
    }
)
FILES = ("image", "voice", "file")
CARDS = ("link", "mini_program")
# What stands behind what within one part; a picture and a recording never share one.
RANKS = {"text": 0, "image": 1, "voice": 1, "file": 2, "link": 3, "mini_program": 4}
OWN = "own"  # where the pieces stand that all groups hear which have no variant
VARIANTS = ("fan", "training")


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing that is said; ``part`` is the part of the table it stands in, None if it is new."""

    kind: str
    values: Mapping[str, str]
    part: int | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was filled in."""
        return not any(self.values.values())

    @property
    def content(self) -> object:
        """What stands under its key in the table."""
        return dict(self.values) if self.kind in CARDS else self.values[self.kind]


def blank(kind: str) -> Piece:
    """Make a piece that is not filled in."""
    return Piece(kind, dict.fromkeys(FIELDS[kind], ""))


def unpack(content: Mapping[str, Any]) -> list[Piece]:
    """List what a table with its parts says, in order."""
    parts = [content, *(part for part in _list(content.get("parts")) if isinstance(part, dict))]
    return [piece for number, part in enumerate(parts) for piece in _of_part(part, number)]


def _of_part(part: Mapping[str, Any], number: int) -> Iterator[Piece]:
    for kind, fields in FIELDS.items():
        if kind not in part:
            continue
        found = part[kind] if kind in CARDS else {kind: part[kind]}
        found = found if isinstance(found, dict) else {}
        yield Piece(kind, {key: str(found.get(key, "")).strip() for key in fields}, number)


def pack(pieces: Sequence[Piece], before: Mapping[str, Any]) -> dict[str, object]:
    """Turn pieces into the keys of a table with its parts; empty ones are left out.

    What stood together stays together, and where nothing changed, everything stays as it was.
    """
    said = [piece for piece in pieces if not piece.empty]
    keys = (*FIELDS, "parts")
    if said == unpack(before):
        return {key: before.get(key) for key in keys}
    packed: list[dict[str, object]] = []
    last: Piece | None = None
    for piece in said:
        if last is None or not _together(last, piece):
            packed.append(dict.fromkeys(FIELDS))
        packed[-1][piece.kind] = piece.content
        last = piece
    first, *others = packed or [dict.fromkeys(FIELDS)]
    return {**first, "parts": others}


def _together(one: Piece, other: Piece) -> bool:
    """Say whether two pieces that follow each other can stand in one part, and did if both did."""
    apart = None not in (one.part, other.part) and one.part != other.part
    return RANKS[one.kind] < RANKS[other.kind] and not apart


def place_of(pieces: Sequence[Piece], path: Path) -> tuple[int, str] | None:
    """Find the piece a path within a table is about, and its field; ``pieces`` stand in it."""
    part, rest = (int(path[1]) + 1, path[2:]) if path[:1] == ("parts",) else (0, path)
    if not rest:
        return None
    kind, field = str(rest[0]), str(rest[1]) if len(rest) > 1 else ""
    for number, piece in enumerate(pieces):
        if (piece.part, piece.kind) == (part, kind):
            return number, field or FIELDS[kind][0]
    return None


def written(form: FormData) -> dict[str, list[Piece]]:
    """Read the pieces of a form: those for all, and those of each variant that there is."""
    varied = [str(each) for each in form.getlist("variant")]
    places = (OWN, *(kind for kind in VARIANTS if kind in varied))
    return {where: list(_read(form, where)) for where in places}


def _read(form: FormData, where: str) -> Iterator[Piece]:
    for key in form:
        place, _, rest = key.partition("-")
        number, _, field = rest.partition("-")
        kind = str(form.get(key))
        if place == where and field == "kind" and kind in FIELDS:
            name = f"{where}-{number}-"
            values = {each: _text(form, name + each) for each in FIELDS[kind]}
            part = _text(form, f"{name}part")
            yield Piece(kind, values, int(part) if part.isdecimal() else None)


def change(known: dict[str, list[Piece]], what: str) -> tuple[str, int] | None:
    """Do ``add:fan:image``, ``drop:own:2``, ``up:own:2``, ``vary:fan`` or ``same:fan``.

    Return which piece is new, for the cursor. What is none of these does nothing.
    """
    verb, _, rest = what.partition(":")
    where, _, about = rest.partition(":")
    if verb == "vary" and where in VARIANTS:
        known[where] = [Piece(each.kind, each.values) for each in known[OWN]]
        return where, 0
    if verb == "same" and where in VARIANTS:
        known.pop(where, None)
    pieces = known.get(where, [])
    if verb == "add" and about in FIELDS:
        pieces.append(blank(about))
        return where, len(pieces) - 1
    number = int(about) if about.isdecimal() else len(pieces)
    if verb == "drop" and number < len(pieces):
        del pieces[number]
    if verb == "up" and 0 < number < len(pieces):
        moved = pieces.pop(number)
        pieces.insert(number - 1, Piece(moved.kind, moved.values))
    return None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(form: FormData, key: str) -> str:
    return str(form.get(key) or "").replace("\r\n", "\n").strip()
