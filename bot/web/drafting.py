"""A notice as a form: its fields become the keys of a ``[[notices]]`` table, and the other way."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from bot.config.values import parse_moment

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOMENTS = frozenset({"at", "start", "until", "deadline"})
LUNAR = re.compile(r"(闰?)(\d{1,2})-(\d{1,2})\s+(\S+)")
AFTER = re.compile(r"(\S+)(?:\s+(-?)\+?\s*(\S+))?")
# Where in the form a key of the table stands, where it is not called the same.
SPOTS = {
    **dict.fromkeys(("at", "rrule", "lunar", "solar_term", "after_join", "after"), "when"),
    "signup": "keyword",
}
# The fields beside which a fault is told.
SPOTTED = (
    *("id", "title", "scenario", "when", "date", "start", "until", "skip", "groups", "except"),
    *("text", "image", "remind", "promotional", "late", "in_quiet_hours", "approve"),
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
    "elsewhere": (),
}
# What the form does not know; it stays in config.toml as it is.
ELSEWHERE = {
    "voice": "语音",
    "file": "文件",
    "link": "链接卡片",
    "mini_program": "小程序",
    "parts": "分几条发的内容",
    "variants": "给某类群的另一种说法",
    "move": "挪动的场次",
    "reminder": "提醒的说法",
}


# -- from the form to the table


def read(form: FormData, zone: ZoneInfo, before: Mapping[str, Any]) -> dict[str, object]:
    """Turn what was filled in into keys; what means the same as before stays as it was written."""
    when = dict(_when(form, zone))
    values: dict[str, object] = {
        "id": _text(form, "id"),
        "title": _text(form, "title"),
        "scenario": _text(form, "scenario"),
        **{key: when.get(key, "") for key in ("at", "rrule", "start", "until")},
        **{key: when.get(key, "") for key in ("lunar", "solar_term", "after_join", "after")},
        "skip": when.get("skip", []),
        "groups": [str(each) for each in form.getlist("groups")],
        "except": _words(form, "except"),
        "text": str(form.get("text") or "").replace("\r\n", "\n").strip(),
        "image": _text(form, "image"),
        "remind": _words(form, "remind"),
        "promotional": bool(form.get("promotional")),
        "late": _text(form, "late"),
        "in_quiet_hours": _text(form, "in_quiet_hours"),
        "approve": bool(form.get("approve")),
        "signup": dict(_signup(form, zone)) if form.get("signup") else None,
    }
    return _kept(values, before)


def _when(form: FormData, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    kind, time = _text(form, "when"), _text(form, "time")
    match kind:
        case "once":
            yield "at", _moment(_text(form, "date"), time, zone)
        case "lunar":
            leap = "闰" if form.get("leap") else ""
            month, day = _text(form, "lunar_month"), _text(form, "lunar_day")
            yield "lunar", f"{leap}{month:0>2}-{day:0>2} {time}"
        case "solar":
            yield "solar_term", f"{_text(form, 'term')} {time}"
        case "join":
            yield "after_join", f"{_text(form, 'join_days')}d {time}"
        case "after":
            sign, length = _text(form, "after_sign"), _text(form, "after_length")
            yield "after", f"{_text(form, 'after_notice')} {sign}{length}".strip()
        case _:
            yield "rrule", _text(form, "rrule") if kind == "rule" else _rule(form, kind, time)
            yield "start", _moment(_text(form, "start"), "00:00", zone)
            yield "until", _moment(_text(form, "until"), "23:59:59", zone)
    if kind not in ("once", "join"):
        yield "skip", _words(form, "skip")


def _rule(form: FormData, kind: str, time: str) -> str:
    hour, _, minute = time.partition(":")
    clock = f"BYHOUR={_number(hour)};BYMINUTE={_number(minute)};BYSECOND=0"
    if kind == "weekly":
        return f"FREQ=WEEKLY;BYDAY={','.join(map(str, form.getlist('weekdays')))};{clock}"
    if kind == "monthly":
        return f"FREQ=MONTHLY;BYMONTHDAY={_text(form, 'monthday')};{clock}"
    return f"FREQ=DAILY;{clock}"


def _signup(form: FormData, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    yield "keyword", _text(form, "keyword")
    capacity, guests = _text(form, "capacity"), _text(form, "guests")
    yield "capacity", int(capacity) if capacity.isdecimal() else capacity
    yield "waitlist", bool(form.get("waitlist"))
    date, _, time = _text(form, "deadline").partition("T")
    yield "deadline", _moment(date, time, zone)
    yield "guests", int(guests) if guests.isdecimal() else guests
    yield "questions", [q.strip() for q in _text(form, "questions").splitlines() if q.strip()]


def _kept(values: dict[str, object], before: Mapping[str, Any]) -> dict[str, object]:
    kept: dict[str, object] = {}
    for key, value in values.items():
        old = before.get(key)
        if isinstance(value, dict) and isinstance(old, dict):
            kept[key] = _kept(value, old)
        else:
            kept[key] = old if old is not None and _same(key, old, value) else value
    return kept


def _same(key: str, old: object, new: object) -> bool:
    """Say whether two values mean the same, however they are written."""
    if key == "rrule":
        return _parts(str(old)) == _parts(str(new))
    if key not in MOMENTS or not new:
        return old == new
    try:
        return parse_moment(old) == parse_moment(new)
    except ValueError:
        return False


def _parts(rule: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in rule.removeprefix("RRULE:").split(";"))
    return {"BYSECOND": "0", **{name: value for name, _, value in pairs}}


def _moment(date: str, time: str, zone: ZoneInfo) -> str:
    """Write a local moment with its offset; what is no moment stays, so that the checks tell."""
    if not date:
        return ""
    try:
        return datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=zone).isoformat()
    except ValueError:
        return f"{date}T{time}"


def _text(form: FormData, key: str) -> str:
    return str(form.get(key) or "").strip()


def _words(form: FormData, key: str) -> list[str]:
    return [word for word in re.split(r"[\s,，、;；]+", _text(form, key)) if word]


def _number(text: str) -> str:
    return str(int(text)) if text.isdecimal() else text


# -- from the table to the form


def fill(data: Mapping[str, Any], zone: ZoneInfo) -> dict[str, Any]:
    """Turn the table of a notice into what stands in the form."""
    signup = data.get("signup", {})
    told = ("id", "title", "scenario", "text", "image", "promotional", "approve", "groups")
    return {
        **{key: data[key] for key in told if key in data},
        **dict(_shown_when(data, zone)),
        "start": _local(data.get("start"), zone)[:10],
        "until": _local(data.get("until"), zone)[:10],
        "skip": " ".join(map(str, data.get("skip", []))),
        "except": " ".join(map(str, data.get("except", []))),
        "remind": " ".join(map(str, data.get("remind", []))),
        "late": data.get("late", "30m"),
        "in_quiet_hours": data.get("in_quiet_hours", "wait"),
        "signup": "signup" in data,
        **{key: signup[key] for key in ("keyword", "capacity", "guests") if key in signup},
        "waitlist": signup.get("waitlist", True),
        "deadline": _local(signup.get("deadline"), zone)[:16],
        "questions": "\n".join(map(str, signup.get("questions", []))),
        "elsewhere": [called for key, called in ELSEWHERE.items() if key in data],
    }


def _shown_when(data: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, Any]]:
    if "at" in data:
        date, _, time = _local(data["at"], zone).partition("T")
        yield from (("when", "once"), ("date", date), ("time", time[:5]))
    elif found := LUNAR.fullmatch(str(data.get("lunar", ""))):
        yield from (("when", "lunar"), ("leap", bool(found[1])), ("time", _clock(found[4])))
        yield from (("lunar_month", int(found[2])), ("lunar_day", int(found[3])))
    elif "solar_term" in data:
        term, _, time = str(data["solar_term"]).partition(" ")
        yield from (("when", "solar"), ("term", term), ("time", _clock(time)))
    elif "after_join" in data:
        days, _, time = str(data["after_join"]).partition("d ")
        yield from (("when", "join"), ("join_days", days), ("time", _clock(time)))
    elif found := AFTER.fullmatch(str(data.get("after", ""))):
        yield from (("when", "after"), ("after_notice", found[1]))
        yield from (("after_sign", found[2] or ""), ("after_length", found[3] or ""))
    else:
        yield from _shown_rule(str(data.get("rrule", "")))


def _shown_rule(rule: str) -> Iterator[tuple[str, Any]]:
    """Show a rule in fields where they can say it, else as it is."""
    yield "rrule", rule
    parts = _parts(rule)
    kind = parts.get("FREQ", "").lower()
    day = {"weekly": {"BYDAY"}, "monthly": {"BYMONTHDAY"}}.get(kind, set())
    plain = parts.keys() == {"FREQ", "BYHOUR", "BYMINUTE", "BYSECOND", *day}
    numbers = [parts.get(key, "") for key in ("BYHOUR", "BYMINUTE", *day - {"BYDAY"})]
    days = parts.get("BYDAY", "").split(",")
    if not plain or not all(map(str.isdecimal, numbers)) or (day and not {*days} <= {*DAYS, ""}):
        yield "when", "rule"
        return
    yield from (("when", kind), ("time", f"{numbers[0]:0>2}:{numbers[1]:0>2}"))
    yield from (("weekdays", days), ("monthday", parts.get("BYMONTHDAY", "1")))


def _clock(text: str) -> str:
    return f"{text.strip():0>5}"


def _local(value: object, zone: ZoneInfo) -> str:
    """Write a moment as the fields of a browser take it; what is none is not shown."""
    try:
        return parse_moment(value).astimezone(zone).replace(tzinfo=None).isoformat()
    except ValueError:
        return ""
