"""A notice as a form: its fields become the keys of a ``[[notices]]`` table, and the other way."""

from collections.abc import Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from bot.config.positions import Path
from bot.config.values import parse_moment
from bot.web.moments import (
    days,
    local,
    minutes,
    rule_parts,
    text_of,
    when_shown,
    when_written,
    words_of,
    written_moment,
)
from bot.web.pieces import OWN, VARIANTS, Piece, blank, pack, place_of, unpack, written

MOMENTS = frozenset({"at", "start", "until", "deadline"})
# Where in the form a key of the table stands, where it is not called the same.
SPOTS = {
    **dict.fromkeys(("at", "rrule", "lunar", "solar_term", "after_join", "after"), "when"),
    "signup": "keyword",
    "skip": "move",
}
# The fields beside which a fault is told; those of the pieces come on top.
SPOTTED = (
    *("id", "title", "scenario", "when", "date", "start", "until", "only", "move", "groups"),
    *("except", "says", "if_missing", "remind", "reminder", "promotional", "late"),
    *("in_quiet_hours", "approve"),
    *("keyword", "capacity", "waitlist", "deadline", "guests", "questions"),
)
# What stands in an empty form.
BLANK: Mapping[str, Any] = {
    **dict.fromkeys(SPOTTED, ""),
    **dict.fromkeys(("leap", "after_sign", "after_length", "after_notice", "rrule", "signup"), ""),
    "when": "once",
    "time": "10:00",
    "scenario": "content",
    "late": "30m",
    "in_quiet_hours": "wait",
    "waitlist": True,
    "guests": 9,
    "groups": ["fan"],
    "weekdays": ["FR"],
    "monthday": "1",
    "lunar_month": 1,
    "lunar_day": 1,
    "join_days": "1",
    "term": "冬至",
    "if_missing": "send",
    "skip": [],
    "move": {},
    "pieces": {OWN: [blank("text")]},
}


# -- from the form to the table


def read(form: FormData, zone: ZoneInfo, before: Mapping[str, Any]) -> dict[str, object]:
    """Turn what was filled in into keys; what means the same as before stays as it was written."""
    when = dict(when_written(form, zone))
    values: dict[str, object] = {
        "id": text_of(form, "id"),
        "title": text_of(form, "title"),
        "scenario": text_of(form, "scenario"),
        **{key: when.get(key, "") for key in ("at", "rrule", "start", "until")},
        **{key: when.get(key, "") for key in ("lunar", "solar_term", "after_join", "after")},
        **{key: when.get(key, empty) for key, empty in (("only", ""), ("skip", []), ("move", {}))},
        "groups": [str(each) for each in form.getlist("groups")],
        "except": words_of(form, "except"),
        **_said(form, before),
        "if_missing": text_of(form, "if_missing"),
        "remind": words_of(form, "remind"),
        "reminder": text_of(form, "reminder").replace("\r\n", "\n"),
        "promotional": bool(form.get("promotional")),
        "late": text_of(form, "late"),
        "in_quiet_hours": text_of(form, "in_quiet_hours"),
        "approve": bool(form.get("approve")),
        "signup": dict(_signup(form, zone)) if form.get("signup") else None,
    }
    return _kept(values, before)


def _said(form: FormData, before: Mapping[str, Any]) -> dict[str, object]:
    """Turn the pieces into keys; a variant that is given up goes, and so does their table."""
    known = written(form)
    old = before.get("variants", {})
    variants = {
        kind: pack(known[kind], old.get(kind, {})) if kind in known else None
        for kind in VARIANTS
        if kind in known or kind in old
    }
    gone = all(variant is None for variant in variants.values())
    return {**pack(known[OWN], before), "variants": None if gone else variants}


def _signup(form: FormData, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    yield "keyword", text_of(form, "keyword")
    capacity, guests = text_of(form, "capacity"), text_of(form, "guests")
    yield "capacity", int(capacity) if capacity.isdecimal() else capacity
    yield "waitlist", bool(form.get("waitlist"))
    date, _, time = text_of(form, "deadline").partition("T")
    yield "deadline", written_moment(date, time, zone)
    yield "guests", int(guests) if guests.isdecimal() else guests
    yield "questions", [q.strip() for q in text_of(form, "questions").splitlines() if q.strip()]


def _kept(values: dict[str, object], before: Mapping[str, Any]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for key, value in values.items():
        old = before.get(key)
        if old is not None and _same(key, old, value):
            kept[key] = old
        elif isinstance(value, dict) and isinstance(old, dict) and key != "move":
            kept[key] = _kept(value, old)
        else:
            kept[key] = value
    return kept


def _same(key: str, old: object, new: object) -> bool:
    """Say whether two values mean the same, however they are written."""
    if key == "rrule":
        return rule_parts(str(old)) == rule_parts(str(new))
    if key in ("skip", "move"):
        return days(old) == days(new)
    if key not in MOMENTS or not new:
        return old == new
    try:
        return parse_moment(old) == parse_moment(new)
    except ValueError:
        return False


# -- from the table to the form


def fill(data: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Turn the table of a notice into what stands in the form."""
    signup = data.get("signup", {})
    told = ("id", "title", "scenario", "promotional", "approve", "groups", "only", "if_missing")
    return {
        **{key: data[key] for key in told if key in data},
        **dict(when_shown(data, zone)),
        "start": local(data.get("start"), zone)[:10],
        "until": local(data.get("until"), zone)[:10],
        "skip": [str(day) for day in data.get("skip", [])],
        "move": {day: minutes(to) for day, to in data.get("move", {}).items()},
        "except": " ".join(map(str, data.get("except", []))),
        "remind": " ".join(map(str, data.get("remind", []))),
        "late": data.get("late", "30m"),
        "in_quiet_hours": data.get("in_quiet_hours", "wait"),
        "signup": "signup" in data,
        **{key: signup[key] for key in ("keyword", "capacity", "guests") if key in signup},
        "waitlist": signup.get("waitlist", True),
        "deadline": local(signup.get("deadline"), zone)[:16],
        "questions": "\n".join(map(str, signup.get("questions", []))),
        "reminder": data.get("reminder", ""),
        "pieces": shown_pieces(data),
    }


def shown_pieces(data: Mapping[str, Any]) -> dict[str, list[Piece]]:
    """List what a notice says, and what its variants say, by the groups that hear it."""
    varied = {kind: unpack(each) for kind, each in data.get("variants", {}).items()}
    return {OWN: unpack(data) or [blank("text")], **varied}


# -- from a path in the table to its field


def spot_of(path: Path, data: Mapping[str, Any], pieces: Mapping[str, list[Piece]]) -> str:
    """Name the field that a path within the table of a notice is about; "" is the whole.

    ``pieces`` are those of the form, empty ones among them.
    """
    first = str(path[0]) if path else ""
    if first == "signup" and len(path) > 1:
        return str(path[1])
    where, content = OWN, data
    if first == "variants" and len(path) > 1:
        where, path = str(path[1]), path[2:]
        content = data["variants"][where]
    found = place_of(unpack(content), path)
    if found is None:
        return SPOTS.get(first, first) if where == OWN else "says"
    filled = [number for number, piece in enumerate(pieces[where]) if not piece.empty]
    return f"{where}-{filled[found[0]]}-{found[1]}"
