"""Moments that come again: RRULE, the lunar calendar, the solar terms; read, and checked to end."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import islice, pairwise
from typing import Final

from dateutil.rrule import rrule, rruleset, rrulestr

from bot.config.hours import parse_clock

SOLAR_TERMS: Final = (
    *(
        "小寒",
        "大寒",
        "立春",
        "雨水",
        "惊蛰",
        "春分",
        "清明",
        "谷雨",
        "立夏",
        "小满",
        "芒种",
        "夏至",
    ),
    *(
        "小暑",
        "大暑",
        "立秋",
        "处暑",
        "白露",
        "秋分",
        "寒露",
        "霜降",
        "立冬",
        "小雪",
        "大雪",
        "冬至",
    ),
)
FREQUENCIES: Final = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
_HORIZON: Final[Mapping[str, timedelta]] = {
    "YEARLY": timedelta(days=366 * 60),
    "MONTHLY": timedelta(days=366 * 30),
    "WEEKLY": timedelta(days=366 * 20),
    "DAILY": timedelta(days=366 * 9),
    "HOURLY": timedelta(days=366),
    "MINUTELY": timedelta(days=7),
    "SECONDLY": timedelta(days=1),
}
_PARTS: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYSETPOS", "BYMONTH", "BYMONTHDAY"}
    | {"BYYEARDAY", "BYWEEKNO", "BYDAY", "BYHOUR", "BYMINUTE", "BYSECOND"}
)
_LUNAR = re.compile(r"(闰?)(\d{1,2})-(\d{1,2})(?:\s+(\d{1,2}:\d{2}))?")
_MONTHS, _DAYS = range(1, 13), range(1, 31)
_RANGES: Final[Mapping[str, tuple[int, int]]] = {
    "BYMONTH": (1, 12),
    "BYMONTHDAY": (1, 31),
    "BYYEARDAY": (1, 366),
    "BYWEEKNO": (1, 53),
    "BYSETPOS": (1, 366),
    "BYHOUR": (0, 23),
    "BYMINUTE": (0, 59),
    "BYSECOND": (0, 59),
}
_FROM_THE_END: Final = ("BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS")
_LONGEST_MONTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_SAMPLE = 200
_LEAST_GAP = timedelta(minutes=1)
_LEAST_ENDLESS_GAP = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LunarMoment:
    """A local moment of every lunar year; day 30 means the last day of a month of 29."""

    month: int
    day: int
    clock: time
    leap: bool = False


@dataclass(frozen=True, slots=True)
class SolarMoment:
    """A local moment on the day of a solar term."""

    term: str
    clock: time


def parse_lunar(text: str) -> LunarMoment:
    """Read "08-15 10:00", or "闰06-01 10:00" for a leap month; raises ValueError."""
    found = _LUNAR.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"「{text}」不是农历时间，要写成 08-15 10:00 这样（农历月-日 钟点）")
    month, day = int(found[2]), int(found[3])
    if month not in _MONTHS or day not in _DAYS:
        raise ValueError(f"农历没有 {found[2]}-{found[3]} 这一天：月份 01–12，日子 01–30")
    if found[4] is None:
        raise ValueError(f"「{text}」后面要写钟点，例如 {text.strip()} 10:00")
    return LunarMoment(month, day, parse_clock(found[4]), leap=bool(found[1]))


def parse_solar_term(text: str) -> SolarMoment:
    """Read "冬至 09:00"; raises ValueError."""
    term, _, clock = text.strip().partition(" ")
    if term not in SOLAR_TERMS:
        raise ValueError(f"没有「{term}」这个节气；二十四节气是：{'、'.join(SOLAR_TERMS)}")
    if not clock.strip():
        raise ValueError(f"节气后面要写钟点，例如 {term} 09:00")
    return SolarMoment(term, parse_clock(clock))


def parse_rule(text: str, start: datetime) -> rrule:
    """Read an RRULE that begins at an aware local moment; raises ValueError."""
    _check_parts(text)
    try:
        rule = rrulestr(text.strip().removeprefix("RRULE:"), dtstart=start)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        raise ValueError(f"重复规则「{text}」读不懂：{_explain(error)}") from None
    if isinstance(rule, rruleset):
        raise ValueError("重复规则只能写一条 RRULE")  # noqa: TRY004
    return rule


def check_rule(text: str, start: datetime, *, ends: bool = False) -> None:
    """Refuse a rule that never happens or happens too often; raises ValueError.

    ``ends`` says that the end is given beside the rule. The search ends at a horizon that depends
    on the frequency.
    """
    rule = parse_rule(text, start)
    parts = _split(text)
    if not _some_day(parts):
        raise ValueError(f"重复规则「{text}」算不出任何一次：这几个月里没有这一天")
    limit = start + _HORIZON[parts["FREQ"]] * max(1, min(int(parts.get("INTERVAL", "1")), 50))
    endless = not ends and "COUNT" not in parts and "UNTIL" not in parts
    until = None if "UNTIL" in parts else limit
    moments = list(islice(rule.replace(count=None, until=until) if until else rule, _SAMPLE))
    if not moments:
        raise ValueError(f"重复规则「{text}」算不出任何一次，请检查日期是否存在、是否已结束")
    gap = min((later - earlier for earlier, later in pairwise(moments)), default=timedelta.max)
    if gap < _LEAST_GAP:
        raise ValueError("重复规则每分钟不止一次，太密了；每天一次请写 FREQ=DAILY;BYHOUR=6;"
                         "BYMINUTE=30;BYSECOND=0")  # fmt: skip
    if endless and gap < _LEAST_ENDLESS_GAP:
        raise ValueError("重复规则不到十分钟就来一次而且没有终点；请加 COUNT、UNTIL，或放慢")


def _some_day(parts: Mapping[str, str]) -> bool:
    """Say whether one of the months has one of the days; cheap, where a search takes seconds."""
    days = [abs(int(day)) for day in parts.get("BYMONTHDAY", "1").split(",")]
    months = [int(month) for month in parts.get("BYMONTH", "1").split(",")]
    return any(day <= _LONGEST_MONTHS[month - 1] for day in days for month in months)


def _split(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.strip().removeprefix("RRULE:").split(";"))
    return {name: value for name, _, value in pairs}


def _check_parts(text: str) -> None:
    if "\n" in text.strip():
        raise ValueError("重复规则只能写一行，例如 FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0")
    parts = _split(text)
    if unknown := sorted(parts.keys() - _PARTS):
        raise ValueError(f"重复规则里没有「{unknown[0]}」；可以用 FREQ、INTERVAL、COUNT、UNTIL、"
                         "BYDAY、BYMONTH、BYMONTHDAY、BYHOUR、BYMINUTE、BYSECOND 等")  # fmt: skip
    if parts.get("FREQ") not in FREQUENCIES:
        raise ValueError(f"重复规则要有 FREQ=，取值是 {'、'.join(FREQUENCIES[:5])} 等")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("重复规则里 COUNT 和 UNTIL 只能写一个")
    for name in parts.keys() & _RANGES.keys():
        _check_numbers(name, parts[name])
    for name in ("INTERVAL", "COUNT"):
        if name in parts and not re.fullmatch(r"[1-9]\d{0,5}", parts[name]):
            raise ValueError(f"重复规则里 {name}= 后面要写大于零的整数")


def _check_numbers(name: str, listed: str) -> None:
    low, high = _RANGES[name]
    for number in listed.split(","):
        plain = number.removeprefix("-") if name in _FROM_THE_END else number
        if not re.fullmatch(r"\d{1,3}", plain, re.ASCII) or not low <= int(plain) <= high:
            raise ValueError(f"重复规则里 {name}={number} 不对，要在 {low} 到 {high} 之间")


def _explain(error: Exception) -> str:
    if "UNTIL" in str(error):
        return "UNTIL 要写成 UTC 时间，例如 UNTIL=20261231T155959Z"
    return "请检查每个 BY… 后面的值"
