"""Hours of the day and the week, as people write them: "22:30-08:00", "Mon-Sat 09:00-21:00"."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from itertools import pairwise

DAY = timedelta(days=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_WEEKDAY_OF = {name.lower(): number for number, name in enumerate(WEEKDAYS)} | {
    "周" + name: number for number, name in enumerate("一二三四五六日")
}
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_SPAN = re.compile(r"\s*(\d{1,2}:\d{2})\s*[-–—~至到]\s*(\d{1,2}:\d{2})\s*")
_SLOT = re.compile(r"(?:(?P<days>.*\S)\s+)?(?P<span>\S+(?:\s*[-–—~至到]\s*\S+)?)")
_DAYS = re.compile(r"([A-Za-z]+|周.)(?:\s*[-–—~至到]\s*([A-Za-z]+|周.))?")


@dataclass(frozen=True, slots=True)
class DailySpan:
    """A stretch of every day in local time, ``start`` included, ``end`` not; may pass midnight."""

    start: time
    end: time

    def __str__(self) -> str:
        """Write the span as it stands in the file."""
        return f"{self.start:%H:%M}-{self.end:%H:%M}"

    def covers(self, local: datetime) -> bool:
        """Say whether this local moment lies within the span."""
        clock = local.time()
        if self.start < self.end:
            return self.start <= clock < self.end
        return clock >= self.start or clock < self.end

    def after(self, local: datetime) -> datetime:
        """Return the first local moment, not before the given one, that the span leaves free."""
        if not self.covers(local):
            return local
        end = local.replace(
            hour=self.end.hour, minute=self.end.minute, second=0, microsecond=0, fold=0
        )
        return end if end > local else end + DAY


@dataclass(frozen=True, slots=True)
class Slot:
    """Opening hours on some weekdays (Monday is 0), counted from local midnight."""

    days: frozenset[int]
    start: timedelta
    end: timedelta


@dataclass(frozen=True, slots=True)
class ServiceHours:
    """When somebody is there: slots that do not overlap, at least one of them."""

    slots: tuple[Slot, ...]
    text: str

    def __str__(self) -> str:
        """Write the hours as they stand in the file."""
        return self.text

    def on(self, weekday: int) -> tuple[tuple[timedelta, timedelta], ...]:
        """Return the stretches of one weekday (Monday is 0) from local midnight, in order."""
        return tuple(sorted((s.start, s.end) for s in self.slots if weekday in s.days))


def parse_clock(text: str) -> time:
    """Read a time of the day, "06:30"; raises ValueError."""
    found = _CLOCK.fullmatch(text.strip())
    hour, minute = (int(found[1]), int(found[2])) if found else (-1, -1)
    try:
        return time(hour, minute)
    except ValueError:
        raise ValueError(f"「{text}」不是钟点，要写成 24 小时制，例如 09:00") from None


def parse_span(text: str) -> DailySpan:
    """Read a stretch of the day that may pass midnight; raises ValueError."""
    found = _SPAN.fullmatch(text)
    if found is None:
        raise ValueError(f"「{text}」不是时间段，要写成 22:30-08:00 这样")
    span = DailySpan(parse_clock(found[1]), parse_clock(found[2]))
    if span.start == span.end:
        raise ValueError('时间段的开始和结束不能相同；不需要这一段就写成空的 ""')
    return span


def parse_hours(text: str) -> ServiceHours:
    """Read service hours, slots with commas between them; raises ValueError."""
    slots = tuple(_parse_slot(part.strip()) for part in re.split(r"[,，;；]", text))
    hours = ServiceHours(slots, text)
    for weekday, name in enumerate(WEEKDAYS):
        spans = hours.on(weekday)
        if any(later[0] < earlier[1] for earlier, later in pairwise(spans)):
            raise ValueError(f"{name} 的两段时间互相重叠，请改成不重叠的")
    return hours


def _parse_slot(text: str) -> Slot:
    found = _SLOT.fullmatch(text)
    span = _SPAN.fullmatch(found["span"]) if found else None
    if found is None or span is None:
        raise ValueError(f"「{text}」不是服务时间，要写成 Mon-Sat 09:00-21:00 这样")
    start, end = _since_midnight(span[1]), _since_midnight(span[2])
    if end <= start:
        raise ValueError(
            f"「{text}」的结束不晚于开始；跨过半夜的请写成两段，例如 Mon-Sun 20:00-24:00, "
            "Mon-Sun 00:00-02:00"
        )
    return Slot(frozenset(_parse_days(found["days"] or "Mon-Sun")), start, end)


def _since_midnight(text: str) -> timedelta:
    if text == "24:00":
        return DAY
    clock = parse_clock(text)
    return timedelta(hours=clock.hour, minutes=clock.minute)


def _parse_days(text: str) -> Iterator[int]:
    found = _DAYS.fullmatch(text)
    first, last = (found[1], found[2] or found[1]) if found else (text, text)
    for name in (first, last):
        if name.lower() not in _WEEKDAY_OF:
            raise ValueError(f"「{name}」不是星期，请写 {' '.join(WEEKDAYS)} 之一")
    start, end = _WEEKDAY_OF[first.lower()], _WEEKDAY_OF[last.lower()]
    for step in range((end - start) % 7 + 1):
        yield (start + step) % 7
