"""Hours of the day, as people write them: "22:30-08:00"; who knows the week reads the week."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

DAY = timedelta(days=1)
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_CLOCK = re.compile(r"(\d{1,2}):(\d{2})", re.ASCII)
_SPAN = re.compile(r"\s*(\d{1,2}:\d{2})\s*[-–—~至到]\s*(\d{1,2}:\d{2})\s*")


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
