"""Service hours, as stretches of time between aware moments."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from knowledge.calendar.days import Calendar, DayKind
from knowledge.calendar.weekly import HOLIDAY, Span, read_week

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
MOMENTS_KEPT = 64
NOTHING = timedelta()
FRIDAY, MONDAY, SATURDAY = 4, 0, 5


class Hours:
    """Service hours: when somebody is there, in the time zone of the calendar.

    A public holiday is served like a Sunday, unless the text says otherwise with ``PH``. A make-up
    work day is served like the weekday next to it: a Saturday like Friday, a Sunday like Monday.
    ``24/7`` knows no holidays. A moment is open from the first instant of a span up to its end.
    """

    def __init__(self, text: str, calendar: Calendar) -> None:
        self.text = text
        self._calendar = calendar
        self._week = read_week(text)
        # Days of which it does not matter whether they are worked need no look at the calendar.
        self._alike = len(set(self._week)) == 1
        # What comes together asks of the same moment.
        self._next_open = lru_cache(MOMENTS_KEPT)(self._find_open)

    def __str__(self) -> str:
        """Write the hours as they were written."""
        return self.text

    def on(self, day: date) -> tuple[Span, ...]:
        """Return the spans that begin on a day, in minutes from its midnight."""
        weekday = day.weekday()
        if self._alike:
            return self._week[weekday]
        kind = self._calendar.kind(day)
        if kind is DayKind.HOLIDAY:
            return self._week[HOLIDAY]
        if kind is DayKind.MAKEUP:
            return self._week[FRIDAY if weekday == SATURDAY else MONDAY]
        return self._week[weekday]

    def open_at(self, moment: datetime) -> bool:
        """Say whether somebody is there."""
        return self.next_open(moment) == _aware(moment)

    def next_open(self, moment: datetime) -> datetime:
        """Return the moment itself if open, else the next opening, in UTC."""
        return self._next_open(moment)

    def _find_open(self, moment: datetime) -> datetime:
        return next(_stretches(self, self._calendar.zone, moment))[0]

    def add(self, moment: datetime, duration: timedelta) -> datetime:
        """Return the moment at which so much service time has passed, in UTC.

        It lies at the end of a span rather than at the opening of the next; nothing added is the
        moment itself.
        """
        if duration < NOTHING:
            raise ValueError("服务时间只能往后加，请写不小于零的时长")
        if duration == NOTHING:
            return _aware(moment)
        for start, end in _stretches(self, self._calendar.zone, moment):
            if end - start >= duration:
                return start + duration
            duration -= end - start
        raise AssertionError  # stretches never end

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return how much service time lies between two moments, nothing if they are reversed."""
        start, end = _aware(start), _aware(end)
        total = NOTHING
        for opened, closed in _stretches(self, self._calendar.zone, start):
            if opened >= end:
                break
            total += min(closed, end) - opened
        return total


def _aware(moment: datetime) -> datetime:
    # Only in UTC do comparisons know an hour that a clock shows twice.
    if moment.tzinfo is None:
        raise ValueError("时间要带时区")
    return moment.astimezone(UTC)


def _stretches(
    table: Hours, zone: ZoneInfo, moment: datetime
) -> Iterator[tuple[datetime, datetime]]:
    """Yield for ever the stretches of service hours, in UTC, from what is left at a moment on.

    They are sorted and do not overlap, whatever the clocks do on that day.
    """
    reached = _aware(moment)
    day = reached.astimezone(zone).date() - DAY
    while True:
        midnight = datetime.combine(day, time())
        for start, end in table.on(day):
            opened = max(_utc(midnight + start * MINUTE, zone), reached)
            closed = _utc(midnight + end * MINUTE, zone)
            if opened < closed:
                yield opened, closed
                reached = closed
        day += DAY


def _utc(local: datetime, zone: ZoneInfo) -> datetime:
    """Return when a local clock first shows this time, or skips it."""
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    return _skip(local.replace(tzinfo=zone, fold=1).astimezone(UTC), moment, zone)


def _skip(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment between two others at which the clock is put forward."""
    offset = before.astimezone(zone).utcoffset()
    while after - before > MINUTE / 60:
        middle = before + (after - before) / 2
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after.replace(microsecond=0)
