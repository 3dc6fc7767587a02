"""Lunar dates and solar terms, from 1900 to 2100."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from borax.calendars.lunardate import (
    MAX_SOLAR_DATE,
    MIN_SOLAR_DATE,
    TERMS_CN,
    LCalendars,
    LunarDate as Reckoned,
    TermUtils,
)

FIRST_YEAR, LAST_YEAR = 1900, 2100  # what the tables of borax hold
MONTHS_A_YEAR = 12
LONGEST_MONTH = 30
SOLAR_TERMS: tuple[str, ...] = tuple(TERMS_CN)
_MONTHS = "正二三四五六七八九十冬腊"
_UNITS = "十一二三四五六七八九"
_ROUND = {10: "初十", 20: "二十", 30: "三十"}
_TENS = ("初", "十", "廿")


@dataclass(frozen=True, slots=True)
class LunarDate:
    """A day by the moon; ``year`` is the lunar one, which begins at the Spring Festival."""

    year: int
    month: int
    day: int
    leap: bool = False

    @property
    def text(self) -> str:
        """Write month and day as people say them: 八月十五, 闰六月初一."""
        day = _ROUND.get(self.day) or _TENS[self.day // 10] + _UNITS[self.day % 10]
        return f"{'闰' if self.leap else ''}{_MONTHS[self.month - 1]}月{day}"


def lunar(day: date) -> LunarDate:
    """Return the lunar date of a day; raises ValueError outside 1900 to 2100."""
    if not MIN_SOLAR_DATE <= day <= MAX_SOLAR_DATE:
        raise ValueError(
            f"{day} 没有农历数据，请写 {MIN_SOLAR_DATE} 到 {MAX_SOLAR_DATE} 之间的日期"
        )
    found = Reckoned.from_solar_date(day.year, day.month, day.day)
    return LunarDate(found.year, found.month, found.day, bool(found.leap))


def lunar_occurrence(year: int, month: int, day: int, *, leap: bool = False) -> date | None:
    """Return the day on which a lunar date falls in a lunar year, None if the year lacks it.

    The 30th of the 12th month means New Year's Eve: the 29th where the month ends with it.
    """
    if not (1 <= month <= MONTHS_A_YEAR and 1 <= day <= LONGEST_MONTH):
        raise ValueError(f"农历没有 {month} 月 {day} 日，请写 01-01 到 12-30 之间的月和日")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    if leap and LCalendars.leap_month(year) != month:
        return None
    length = LCalendars.ndays(year, month, int(leap))
    if day > length and month == MONTHS_A_YEAR:
        day = length
    if day > length:
        return None
    found: date = Reckoned(year, month, day, int(leap)).to_solar_date()
    return found


def lunar_occurrences(month: int, day: int, start: date, end: date) -> Iterator[date]:
    """Yield the days from ``start`` to ``end``, both included, that have this lunar date.

    Leap months are passed over: nobody keeps a festival twice a year.
    """
    for year in range(start.year - 1, end.year + 1):
        found = lunar_occurrence(year, month, day)
        if found is not None and start <= found <= end:
            yield found


def solar_term(day: date) -> str | None:
    """Return the solar term that begins on a day, 冬至 for one."""
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        return None
    found: str | None = TermUtils.get_term_info(day.year, day.month, day.day)[0]
    return found


def solar_term_occurrence(year: int, name: str) -> date:
    """Return the day of a year on which a solar term begins; raises ValueError."""
    if name not in SOLAR_TERMS:
        raise ValueError(f"「{name}」不是节气，请写这些之一：{'、'.join(SOLAR_TERMS)}")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(f"{year} 年没有节气数据，请写 {FIRST_YEAR} 到 {LAST_YEAR} 之间的年份")
    found: date = TermUtils.nth_term_day(year, term_name=name)
    return found
