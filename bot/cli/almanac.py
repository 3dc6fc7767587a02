"""Notices as an iCalendar file, and back: what other calendars can show and what they know."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo

import tomlkit
from icalendar import Alarm, Calendar, Event, vRecur

from bot.config import Config
from bot.config.notices import NoticeSettings, Scenario
from bot.errors import BotError
from handlers.notices.content import short
from handlers.notices.occasions import Occasions

YEARS_AHEAD = 5  # of what no RRULE can say: the moon, the sun, workdays, other notices
LENGTH = timedelta(minutes=30)  # of an event in a calendar; a notice itself takes no time
MORNING = time(9)  # when an event of a whole day is announced
NOT_IN_AN_ID = re.compile(r"[^\w-]+")


def export(config: Config, now: datetime) -> bytes:
    """Write all notices as one calendar; courses for newcomers have no dates and are left out."""
    calendar, occasions = Calendar(), Occasions(config)
    calendar.add("prodid", "-//Qunkeeper//notices//ZH")
    calendar.add("version", "2.0")
    for notice in config.notices:
        for event in _events(notice, occasions, config.zone, now):
            calendar.add_component(event)
    return cast(bytes, calendar.to_ical())


def read_calendar(content: bytes, zone: ZoneInfo, groups: list[str]) -> str:
    """Turn the events of a calendar into tables for config.toml; raises BotError."""
    try:
        events: list[Any] = Calendar.from_ical(content).walk("VEVENT")
    except (ValueError, IndexError):
        raise BotError(
            "这不是 iCalendar 文件：第一行要是 BEGIN:VCALENDAR，请从日历程序里导出 .ics 再试"
        ) from None
    moved = _moved(events, zone)
    document, taken = tomlkit.document(), set[str]()
    tables = tomlkit.aot()
    for event in events:
        if "RECURRENCE-ID" not in event and "DTSTART" in event:
            tables.append(_table(event, zone, groups, moved, taken))
    document.add("notices", tables)
    return tomlkit.dumps(document)


def _moved(events: list[Any], zone: ZoneInfo) -> dict[str, dict[str, str]]:
    """Map events to their moved occurrences: the local day, and the moment it is moved to."""
    moved: dict[str, dict[str, str]] = {}
    for event in events:
        if "RECURRENCE-ID" in event:
            day = _local(event["RECURRENCE-ID"].dt, zone).date().isoformat()
            to = _local(event["DTSTART"].dt, zone).replace(tzinfo=None).isoformat("T", "minutes")
            moved.setdefault(str(event.get("UID", "")), {})[day] = to
    return moved


def _events(
    notice: NoticeSettings, occasions: Occasions, zone: ZoneInfo, now: datetime
) -> Iterator[Event]:
    first = occasions.next(notice, (notice.start or notice.at or now) - timedelta(microseconds=1))
    if first is None:
        return
    event = _event(notice, first.astimezone(zone), now)
    if notice.rrule is not None and notice.only is None:
        event.add("rrule", _rule(notice))
        gone = [*notice.skip, *notice.move]
        clock = first.astimezone(zone).timetz()
        exceptions = [datetime.combine(day, clock) for day in gone if day not in notice.move]
        if exceptions:
            event.add("exdate", exceptions)
        yield event
        for day, to in notice.move.items():
            other = _event(notice, to.replace(tzinfo=zone), now)
            other.add("recurrence-id", datetime.combine(day, clock))
            yield other
        return
    horizon = now + timedelta(days=366 * YEARS_AHEAD)
    later = [due for due in occasions.ahead(notice, first, 100) if due < horizon]
    if later:
        event.add("rdate", [due.astimezone(zone) for due in later])
    yield event


def _event(notice: NoticeSettings, local: datetime, now: datetime) -> Event:
    event = Event()
    event.add("uid", f"{notice.id}@qunkeeper")
    event.add("dtstamp", now)
    event.add("dtstart", local)
    event.add("dtend", local + LENGTH)
    event.add("summary", notice.title)
    event.add("description", notice.text)
    event.add("categories", [notice.scenario.value])
    for lead in notice.remind:
        alarm = Alarm()
        alarm.add("action", "DISPLAY")
        alarm.add("description", notice.title)
        alarm.add("trigger", -lead)
        event.add_component(alarm)
    return event


def _rule(notice: NoticeSettings) -> vRecur:
    rule: vRecur = vRecur.from_ical((notice.rrule or "").removeprefix("RRULE:"))
    if notice.until is not None and "UNTIL" not in rule and "COUNT" not in rule:
        rule["UNTIL"] = [notice.until.astimezone(UTC)]
    return rule


def _table(
    event: Any, zone: ZoneInfo, groups: list[str], moved: dict[str, dict[str, str]], taken: set[str]
) -> tomlkit.items.Table:
    uid = str(event.get("UID", ""))
    title = str(event.get("SUMMARY", "")).strip() or "未命名"
    start = _local(event["DTSTART"].dt, zone)
    table = tomlkit.table()
    table["id"] = _own_id(uid.partition("@")[0] or title, taken)
    table["title"] = title
    table["scenario"] = _scenario(event).value
    rule = event.get("RRULE")
    if rule is None:
        table["at"] = start.isoformat()
    else:
        table["rrule"] = _with_clock(rule, start)
        table["start"] = start.isoformat()
        if skipped := _skipped(event, zone):
            table["skip"] = skipped
        if uid in moved:
            table["move"] = moved[uid]
    table["groups"] = groups
    text = str(event.get("DESCRIPTION", "")).strip() or title
    table["text"] = text.replace("{{", "{").replace("}}", "}") if _ours(uid) else _plain(text)
    if leads := _leads(event):
        table["remind"] = leads
    return table


def _ours(uid: str) -> bool:
    return uid.endswith("@qunkeeper")


def _plain(text: str) -> str:
    """Keep braces of other people's texts from being read as placeholders."""
    return text.replace("{", "{{").replace("}", "}}")


def _local(moment: date | datetime, zone: ZoneInfo) -> datetime:
    """Bring a moment of a calendar, a day or a time without a zone included, into our zone."""
    if not isinstance(moment, datetime):
        return datetime.combine(moment, MORNING, zone)
    return moment.astimezone(zone) if moment.tzinfo else moment.replace(tzinfo=zone)


def _with_clock(rule: Any, start: datetime) -> str:
    """Write a rule that says the time of the day, which iCalendar leaves to the start."""
    written = rule.to_ical().decode()
    clock = {"BYHOUR": start.hour, "BYMINUTE": start.minute, "BYSECOND": start.second}
    if any(f"{name}=" in written for name in clock) or rule.get("FREQ", [""])[0] in (
        "HOURLY",
        "MINUTELY",
        "SECONDLY",
    ):
        return str(written)
    return ";".join([written, *(f"{name}={value}" for name, value in clock.items())])


def _skipped(event: Any, zone: ZoneInfo) -> list[str]:
    found = event.get("EXDATE", [])
    lists = found if isinstance(found, list) else [found]
    days = {_local(each.dt, zone).date() for one in lists for each in one.dts}
    return [day.isoformat() for day in sorted(days)]


def _leads(event: Any) -> list[str]:
    leads = []
    for alarm in event.walk("VALARM"):
        trigger = getattr(alarm.get("TRIGGER"), "dt", None)
        if isinstance(trigger, timedelta) and trigger < timedelta(0):
            leads.append(short(-trigger))
    return list(dict.fromkeys(leads))


def _scenario(event: Any) -> Scenario:
    found = event.get("CATEGORIES")
    names = [str(each) for each in getattr(found, "cats", [])]
    known = {scenario.value: scenario for scenario in Scenario}
    fallback = Scenario.RECURRING if "RRULE" in event else Scenario.LAUNCH
    return next((known[name] for name in names if name in known), fallback)


def _own_id(wanted: str, taken: set[str]) -> str:
    name = NOT_IN_AN_ID.sub("-", wanted).strip("-")[:60] or "event"
    number, found = 2, name
    while found in taken:
        found, number = f"{name}-{number}", number + 1
    taken.add(found)
    return found
