"""A week of service hours, as people write it in English or Chinese."""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final
from unicodedata import normalize

MINUTES_AN_HOUR: Final = 60
MINUTES_A_DAY: Final = 24 * MINUTES_AN_HOUR
HOLIDAY: Final = 7  # the eighth day of the week, which most shops do not have
EVERY_DAY: Final = (0, 1, 2, 3, 4, 5, 6)
NAMES: Final = ("周一", "周二", "周三", "周四", "周五", "周六", "周日", "节假日")
HINT: Final = (
    "请写成 Mon-Sat 09:00-21:00 或 周一至周六 09:00-21:00；"
    "多段用逗号隔开，节假日另写 PH 10:00-16:00，不休息写 24/7"
)
Span = tuple[int, int]

_ENGLISH = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_LONG = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_GROUPS: Final = {
    "每天": EVERY_DAY,
    "每日": EVERY_DAY,
    "daily": EVERY_DAY,
    "工作日": (0, 1, 2, 3, 4),
    "weekdays": (0, 1, 2, 3, 4),
    "周末": (5, 6),
    "weekends": (5, 6),
    "节假日": (HOLIDAY,),
    "ph": (HOLIDAY,),
}
_TO = r"\s*(?:--?|–|—|~|〜|至|到)\s*"
_DAY = rf"{'|'.join(_LONG)}|{'|'.join(_ENGLISH)}|(?:周|星期|礼拜)[一二三四五六日天]"
_CLOCK = r"\d{1,2}(?::\d{2}|点半|点(?:\d{1,2}分?)?)"
_ALWAYS = re.compile(r"24/7|7[x×*]24(?:小时)?|全年无休", re.IGNORECASE)
_TOKEN = re.compile(
    rf"(?P<skip>[\s,;、]+)|(?P<group>{'|'.join(_GROUPS)})"
    rf"|(?P<first>{_DAY})(?:{_TO}(?P<last>{_DAY}))?"
    rf"|(?P<start>{_CLOCK}){_TO}(?P<end>{_CLOCK})|(?P<whole>全天)|(?P<off>off|休息)",
    re.IGNORECASE,
)


def read_week(text: str) -> tuple[tuple[Span, ...], ...]:
    """Read the spans of each weekday and of holidays, in minutes from that day's midnight.

    A span that passes midnight belongs to the day it begins on. Times without days are for the
    days named before, or every day. Rest takes back what was said of a day. Days left unnamed are
    closed, but a holiday left unnamed is served like a Sunday; ``24/7`` knows none. Raises
    ValueError with a sentence for the person who wrote the text.
    """
    if _ALWAYS.fullmatch(normalize("NFKC", text).strip()):
        return (((0, MINUTES_A_DAY),),) * 8
    table: dict[int, list[Span]] = {}
    for days, spans in _entries(normalize("NFKC", text), text):
        for day in days:
            table[day] = [*table.get(day, ()), *spans] if spans else []
    week = tuple(tuple(sorted(table.get(day, ()))) for day in range(7))
    if not any(week):
        raise ValueError(f"「{text}」没有一天有服务时间，{HINT}")
    holiday = tuple(sorted(table[HOLIDAY])) if HOLIDAY in table else week[6]
    _check_overlaps((*week, holiday), text)
    return (*week, holiday)


def parse_span(start: str, end: str, text: str) -> Span:
    """Read two times of day; the end lies after the start, on the next day if it must."""
    first, last = _minutes(start, text), _minutes(end, text)
    if first == MINUTES_A_DAY:
        raise ValueError(f"「{text}」的开始不能是 24:00，请写 00:00")
    if first == last:
        raise ValueError(f"「{text}」的开始和结束相同，全天请写 00:00-24:00")
    return (first, last if last > first else last + MINUTES_A_DAY)


def _entries(plain: str, text: str) -> Iterator[tuple[Sequence[int], tuple[Span, ...]]]:
    days: list[int] = []
    named, timed, at = False, False, 0
    while at < len(plain):
        found = _TOKEN.match(plain, at)
        if found is None:
            raise ValueError(f"看不懂服务时间「{text}」里的「{plain[at:].strip()}」，{HINT}")
        at = found.end()
        if found["skip"]:
            continue
        if found["group"] or found["first"]:
            days = (days if named and not timed else []) + _days(found)
            named, timed = True, False
            continue
        timed = True
        yield days if named else EVERY_DAY, _times(found, text)
    if named and not timed:
        raise ValueError(f"「{text}」里有星期没有写几点到几点，{HINT}")


def _times(found: re.Match[str], text: str) -> tuple[Span, ...]:
    if found["off"]:
        return ()
    if found["whole"]:
        return ((0, MINUTES_A_DAY),)
    return (parse_span(found["start"], found["end"], text),)


def _days(found: re.Match[str]) -> list[int]:
    if found["group"]:
        return list(_GROUPS[found["group"].lower()])
    first = _weekday(found["first"])
    last = _weekday(found["last"]) if found["last"] else first
    return [(first + step) % 7 for step in range((last - first) % 7 + 1)]


def _weekday(name: str) -> int:
    if name.isascii():
        return _ENGLISH.index(name[:3].lower())
    return "一二三四五六日".index(name[-1].replace("天", "日"))


def _minutes(clock: str, text: str) -> int:
    hour, _, rest = clock.replace("点", ":").partition(":")
    minute = int(rest.replace("半", "30").rstrip("分") or 0)
    value = int(hour) * MINUTES_AN_HOUR + minute
    if value > MINUTES_A_DAY or minute >= MINUTES_AN_HOUR:
        raise ValueError(f"「{text}」里的 {clock} 不是钟点，请写 00:00 到 24:00 之间的时间")
    return value


def _check_overlaps(week: Sequence[tuple[Span, ...]], text: str) -> None:
    for name, spans in zip(NAMES, week, strict=True):
        for earlier, later in pairwise(spans):
            if later[0] < earlier[1]:
                raise ValueError(f"「{text}」里{name}的两段时间重叠，请合并成一段")
