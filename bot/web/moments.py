"""When a notice happens, as the fields of a form and as the keys of its table."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from starlette.datastructures import FormData

from bot.config.values import parse_day, parse_local, parse_moment

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
LUNAR = re.compile(r"(闰?)(\d{1,2})-(\d{1,2})\s+(\S+)")
AFTER = re.compile(r"(\S+)(?:\s+(-?)\+?\s*(\S+))?")


# -- from the form to the table


def when_written(form: FormData, zone: ZoneInfo) -> Iterator[tuple[str, object]]:
    """Yield the keys that say when it happens, and with what exceptions."""
    kind, time = text_of(form, "when"), text_of(form, "time")
    match kind:
        case "once":
            yield "at", written_moment(text_of(form, "date"), time, zone)
        case "lunar":
            leap = "闰" if form.get("leap") else ""
            month, day = text_of(form, "lunar_month"), text_of(form, "lunar_day")
            yield "lunar", f"{leap}{month:0>2}-{day:0>2} {time}"
        case "solar":
            yield "solar_term", f"{text_of(form, 'term')} {time}"
        case "join":
            yield "after_join", f"{text_of(form, 'join_days')}d {time}"
        case "after":
            sign, length = text_of(form, "after_sign"), text_of(form, "after_length")
            yield "after", f"{text_of(form, 'after_notice')} {sign}{length}".strip()
        case _:
            yield "rrule", text_of(form, "rrule") if kind == "rule" else _rule(form, kind, time)
            yield "start", written_moment(text_of(form, "start"), "00:00", zone)
    if kind != "once":
        yield "until", written_moment(text_of(form, "until"), "23:59:59", zone)
        yield "skip", [str(day) for day in form.getlist("skip")]
    if kind not in ("once", "join"):
        yield "only", text_of(form, "only")
        yield "move", moves(form)


def moves(form: FormData) -> dict[str, str]:
    """Read which days are moved, and to when."""
    days, moments = form.getlist("move-day"), form.getlist("move-to")
    return {str(day): str(to) for day, to in zip(days, moments, strict=False)}


def _rule(form: FormData, kind: str, time: str) -> str:
    hour, _, minute = time.partition(":")
    clock = f"BYHOUR={_number(hour)};BYMINUTE={_number(minute)};BYSECOND=0"
    if kind == "weekly":
        return f"FREQ=WEEKLY;BYDAY={','.join(map(str, form.getlist('weekdays')))};{clock}"
    if kind == "monthly":
        return f"FREQ=MONTHLY;BYMONTHDAY={text_of(form, 'monthday')};{clock}"
    return f"FREQ=DAILY;{clock}"


def written_moment(date: str, time: str, zone: ZoneInfo) -> str:
    """Write a local moment with its offset; what is no moment stays, so that the checks tell."""
    if not date:
        return ""
    try:
        return datetime.fromisoformat(f"{date}T{time}").replace(tzinfo=zone).isoformat()
    except ValueError:
        return f"{date}T{time}"


def text_of(form: FormData, key: str) -> str:
    """Read one field."""
    return str(form.get(key) or "").strip()


def words_of(form: FormData, key: str) -> list[str]:
    """Read a field that holds several words."""
    return [word for word in re.split(r"[\s,，、;；]+", text_of(form, key)) if word]


def _number(text: str) -> str:
    return str(int(text)) if text.isdecimal() else text


# -- from the table to the form


def when_shown(data: Mapping[str, Any], zone: ZoneInfo) -> Iterator[tuple[str, Any]]:
    """Yield the fields that say when it happens."""
    if "at" in data:
        date, _, time = local(data["at"], zone).partition("T")
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
    parts = rule_parts(rule)
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


def rule_parts(rule: str) -> dict[str, str]:
    """Take a recurrence rule apart, so that the order of its parts does not matter."""
    pairs = (part.partition("=") for part in rule.removeprefix("RRULE:").split(";"))
    return {"BYSECOND": "0", **{name: value for name, _, value in pairs}}


def days(value: Any) -> object:
    """Read days, or what days are moved to; what is none of both stands for itself."""
    try:
        if isinstance(value, dict):
            return {parse_day(day): parse_local(to) for day, to in value.items()}
        return {parse_day(day) for day in value}
    except ValueError:
        return value


def _clock(text: str) -> str:
    return f"{text.strip():0>5}"


def minutes(value: object) -> str:
    """Write a local moment as the field of a browser takes it."""
    try:
        return parse_local(value).isoformat()[:16]
    except ValueError:
        return ""


def local(value: object, zone: ZoneInfo) -> str:
    """Write a moment as the fields of a browser take it; what is none is not shown."""
    try:
        return parse_moment(value).astimezone(zone).replace(tzinfo=None).isoformat()
    except ValueError:
        return ""
