"""Which days are worked, which are holidays, and from which years on that is a guess."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chinese_calendar.constants import holidays as published_breaks, workdays as published_makeups

from knowledge.calendar.lunar import (
    LunarDate,
    lunar,
    lunar_occurrence,
    lunar_occurrences,
    solar_term,
    solar_term_occurrence,
)

SATURDAY = 5
KNOWN_YEARS = frozenset(day.year for day in published_breaks)
# The names of chinesecalendar, as people say them.
NAMES = MappingProxyType(
    {
        "New Year's Day": "元旦",
        "Spring Festival": "春节",
        "Tomb-sweeping Day": "清明节",
        "Labour Day": "劳动节",
        "Dragon Boat Festival": "端午节",
        "National Day": "国庆节",
        "Mid-autumn Festival": "中秋节",
        "Anti-Fascist 70th Day": "抗战胜利纪念日",
    }
)
FESTIVALS = MappingProxyType({(1, 1): "元旦", (5, 1): "劳动节", (10, 1): "国庆节"})
LONG_NAME = re.compile("农历|（补假）")
LUNAR_FESTIVALS = MappingProxyType(
    {
        (1, 1): "春节",
        (1, 15): "元宵节",
        (5, 5): "端午节",
        (7, 7): "七夕节",
        (8, 15): "中秋节",
        (9, 9): "重阳节",
        (12, 8): "腊八节",
    }
)


class DayKind(StrEnum):
    """What a day is to those who work."""

    WORKDAY = "workday"
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    MAKEUP = "makeup"


class Calendar:
    """The days of one place; what ``overrides`` says of a day (worked or not) always holds.

    Without published data a year is guessed: the legal holidays are free, every weekend too, and no
    weekend is worked for them. ``known`` tells which years are not guessed.
    """

    def __init__(
        self, timezone: str = "Asia/Shanghai", *, overrides: Mapping[date, bool] | None = None
    ) -> None:
        try:
            self.zone = ZoneInfo(timezone)
        except (ZoneInfoNotFoundError, ValueError):
            raise ValueError(f"没有「{timezone}」这个时区，请写 Asia/Shanghai 这样的名字") from None
        self._overrides = dict(overrides or {})
        self._filled = {d.year for d, worked in self._overrides.items() if worked and _weekend(d)}
        self._guessed: dict[int, Mapping[date, str]] = {}

    def known(self, year: int) -> bool:
        """Say whether the make-up days of a year are known.

        They are once published; or once the overrides name a weekend that is worked, which no
        official plan of a year has ever lacked.
        """
        return year in KNOWN_YEARS or year in self._filled

    def kind(self, day: date) -> DayKind:
        """Return what kind of day it is."""
        worked = self._overrides.get(day)
        if worked is None:
            return self._published(day)
        if not worked:
            return DayKind.HOLIDAY
        return DayKind.MAKEUP if _weekend(day) else DayKind.WORKDAY

    def is_workday(self, day: date) -> bool:
        """Say whether people work on a day, make-up weekends included."""
        return self.kind(day) in {DayKind.WORKDAY, DayKind.MAKEUP}

    def holiday(self, day: date) -> str | None:
        """Return in Chinese the festival of a day, else the holiday that makes it free.

        Some festivals are worked, 七夕节 for one: ask ``is_workday`` for that.
        """
        festivals = "、".join(_festivals(day))
        if festivals:
            return festivals
        return self._break_of(day) if self.kind(day) is DayKind.HOLIDAY else None

    def lunar(self, day: date) -> LunarDate:
        """Return the lunar date of a day; raises ValueError outside 1900 to 2100."""
        return lunar(day)

    def lunar_occurrence(
        self, year: int, month: int, day: int, *, leap: bool = False
    ) -> date | None:
        """Return the day of a lunar date in a lunar year; 12-30 is New Year's Eve in any year."""
        return lunar_occurrence(year, month, day, leap=leap)

    def lunar_occurrences(self, month: int, day: int, start: date, end: date) -> Iterator[date]:
        """Yield the days from ``start`` to ``end``, both included, that have this lunar date."""
        return lunar_occurrences(month, day, start, end)

    def solar_term(self, day: date) -> str | None:
        """Return the solar term that begins on a day."""
        return solar_term(day)

    def solar_term_occurrence(self, year: int, name: str) -> date:
        """Return the day on which a solar term begins; raises ValueError."""
        return solar_term_occurrence(year, name)

    def _published(self, day: date) -> DayKind:
        if day in published_makeups:
            return DayKind.MAKEUP
        if day in published_breaks or (
            day.year not in KNOWN_YEARS and day in self._guess(day.year)
        ):
            return DayKind.HOLIDAY
        return DayKind.WEEKEND if _weekend(day) else DayKind.WORKDAY

    def _break_of(self, day: date) -> str:
        if day in published_breaks:
            name = published_breaks[day]
            return NAMES.get(name, name)
        return self._guess(day.year).get(day, "放假") if day.year not in KNOWN_YEARS else "放假"

    def _guess(self, year: int) -> Mapping[date, str]:
        if year not in self._guessed:
            self._guessed[year] = _legal_holidays(year)
        return self._guessed[year]


def read_overrides(path: Path) -> dict[date, bool]:
    """Read a TOML file with ``off`` and ``work``: dates, or spans "2027-02-06..2027-02-12".

    Raises ValueError with a sentence for the person who wrote it.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ValueError(f"{path.name} 不是正确的 TOML：{error}") from None
    if unknown := set(table) - {"off", "work"}:
        raise ValueError(f"不认识「{min(unknown)}」，这里只写 off（放假）和 work（上班）")
    found: dict[date, bool] = {}
    for key, worked in (("off", False), ("work", True)):
        for item in table.get(key, ()):
            for day in _days(item):
                if found.setdefault(day, worked) is not worked:
                    raise ValueError(f"{day} 同时写在 off 和 work 里，请只留一处")
    return found


def _days(item: Any) -> Iterator[date]:
    first, _, last = str(item).partition("..")
    try:
        day, end = date.fromisoformat(first.strip()), date.fromisoformat((last or first).strip())
    except ValueError:
        raise ValueError(
            f"「{item}」不是日期，请写成 2027-02-06 或 2027-02-06..2027-02-12"
        ) from None
    if end < day:
        raise ValueError(f"「{item}」的结束早于开始，请把两个日期对调")
    yield from map(date.fromordinal, range(day.toordinal(), end.toordinal() + 1))


def _weekend(day: date) -> bool:
    return day.weekday() >= SATURDAY


def _festivals(day: date) -> Iterator[str]:
    if (day.month, day.day) in FESTIVALS:
        yield FESTIVALS[day.month, day.day]
    try:
        moon = lunar(day)
    except ValueError:
        return
    if day == lunar_occurrence(moon.year, 12, 30):
        yield "除夕"
    if not moon.leap and (moon.month, moon.day) in LUNAR_FESTIVALS:
        yield LUNAR_FESTIVALS[moon.month, moon.day]
    if solar_term(day) == "清明":
        yield "清明节"


def _legal_holidays(year: int) -> Mapping[date, str]:
    # Seldom needed, and slow to import: only years without published data come here.
    from holidays import country_holidays  # noqa: PLC0415

    found = country_holidays("CN", years=year, language="zh_CN", expand=False)
    return {day: LONG_NAME.sub("", name) for day, name in found.items()}
