"""When notices happen: rules, the moon, the sun, other notices, all in the community's zone."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from heapq import merge
from itertools import islice, takewhile

from bot.config import Config
from bot.config.notices import Days, NoticeSettings
from bot.config.recurrence import LunarMoment, SolarMoment, parse_rule
from handlers.library import calendar
from knowledge.calendar import lunar_occurrence, solar_term_occurrence

DAY = timedelta(days=1)
FIRST_YEAR, LAST_YEAR = 1901, 2099  # what the calendar knows for sure
LONGEST_MONTH = 30
LONGEST_WAIT = 3 * 366 * DAY  # in which nothing falls on the right sort of day


class Occasions:
    """The moments of every notice of one configuration, reckoned as they are asked for.

    A notice that hangs on people joining has no moments of its own.
    """

    def __init__(self, config: Config) -> None:
        self._zone = config.zone
        self._calendar = calendar(config)
        self._notices = {notice.id: notice for notice in config.notices}
        self._rules = {
            notice.id: parse_rule(
                notice.rrule, notice.start.astimezone(config.zone).replace(microsecond=0)
            ).replace(cache=True)
            for notice in config.notices
            if notice.rrule is not None and notice.start is not None
        }

    def after(self, notice: NoticeSettings, moment: datetime) -> Iterator[datetime]:
        """Yield the moments later than the given one, in order, in UTC."""
        moments = self._kept(notice, moment)
        if notice.until is None:
            return moments
        until = notice.until
        return takewhile(lambda each: each <= until, moments)

    def next(self, notice: NoticeSettings, moment: datetime) -> datetime | None:
        """Return the first moment later than the given one."""
        return next(self.after(notice, moment), None)

    def ahead(self, notice: NoticeSettings, moment: datetime, count: int) -> list[datetime]:
        """Return so many moments later than the given one, fewer where it ends."""
        return list(islice(self.after(notice, moment), count))

    def happens(self, notice: NoticeSettings, moment: datetime) -> bool:
        """Say whether this very moment is one of the notice's."""
        return self.next(notice, moment - timedelta(microseconds=1)) == moment

    def falls_on(self, notice: NoticeSettings, day: date) -> bool:
        """Say whether something would fall on a local day, were it not skipped or moved."""
        midnight = datetime.combine(day, time(), self._zone)
        first = next(self._plain(notice, midnight - timedelta(microseconds=1)), None)
        return first is not None and first.date() == day

    def _followed(self, notice: NoticeSettings) -> NoticeSettings | None:
        """Return the notice on which this one hangs; None where that leads back to itself."""
        passed, other = {notice.id}, notice
        while other.after is not None and other.after.notice in self._notices:
            other = self._notices[other.after.notice]
            if other.id in passed:
                return None  # a circle, of which the checks tell
            passed.add(other.id)
        return self._notices.get(notice.after.notice) if notice.after else None

    def _kept(self, notice: NoticeSettings, moment: datetime) -> Iterator[datetime]:
        """Yield what the rule gives, without what is skipped, with what is moved in its place."""
        gone = {*notice.skip, *notice.move}
        plain = (
            local.astimezone(UTC)
            for local in self._allowed(notice, self._plain(notice, moment.astimezone(self._zone)))
            if local.date() not in gone
        )
        moved = sorted(
            to.replace(tzinfo=self._zone).astimezone(UTC)
            for day, to in notice.move.items()
            if self.falls_on(notice, day)
        )
        last = None
        for each in merge(plain, (each for each in moved if each > moment)):
            if each > moment and each != last:
                last = each
                yield each

    def _allowed(self, notice: NoticeSettings, moments: Iterator[datetime]) -> Iterator[datetime]:
        """Leave out the days that the notice leaves out; it ends where years bring none."""
        if notice.only is None:
            yield from moments
            return
        last = None
        for local in moments:
            last = last or local
            if self._calendar.is_workday(local.date()) is (notice.only is Days.WORKDAYS):
                last = local
                yield local
            elif local - last > LONGEST_WAIT:
                return

    def guesses(self, notice: NoticeSettings, moment: datetime) -> int | None:
        """Return the year whose days are guessed, where a moment depends on one; else None."""
        year = moment.astimezone(self._zone).year
        return None if notice.only is None or self._calendar.known(year) else year

    def _plain(self, notice: NoticeSettings, local: datetime) -> Iterator[datetime]:
        """Yield local moments later than the given one, as the rule gives them."""
        if notice.at is not None:
            at = notice.at.astimezone(self._zone)
            return iter((at,) if at > local else ())
        if notice.id in self._rules:
            return iter(self._rules[notice.id].xafter(local))
        if notice.lunar is not None:
            return self._lunar(notice.lunar, local)
        if notice.solar_term is not None:
            return self._solar(notice.solar_term, local)
        other = self._followed(notice)
        if other is None or notice.after is None:
            return iter(())
        by = notice.after.by
        return ((each + by).astimezone(self._zone) for each in self.after(other, local - by))

    def _lunar(self, wanted: LunarMoment, local: datetime) -> Iterator[datetime]:
        for year in range(max(local.year - 1, FIRST_YEAR), LAST_YEAR + 1):
            day = lunar_day(year, wanted)
            if day is not None:
                moment = datetime.combine(day, wanted.clock, self._zone)
                if moment > local:
                    yield moment

    def _solar(self, wanted: SolarMoment, local: datetime) -> Iterator[datetime]:
        for year in range(max(local.year, FIRST_YEAR), LAST_YEAR + 1):
            day = solar_term_occurrence(year, wanted.term)
            moment = datetime.combine(day, wanted.clock, self._zone)
            if moment > local:
                yield moment


def lunar_day(year: int, wanted: LunarMoment) -> date | None:
    """Return the day of a lunar date in a lunar year; the 30th of a short month is its last."""
    found = lunar_occurrence(year, wanted.month, wanted.day, leap=wanted.leap)
    if found is None and wanted.day == LONGEST_MONTH:
        return lunar_occurrence(year, wanted.month, wanted.day - 1, leap=wanted.leap)
    return found
