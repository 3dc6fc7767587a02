"""Who stays: cohorts by week and source, the health of a group, and who brought whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, or_, select

from bot.community.health import Health, Week, health_parts
from bot.storage.spans import mondays, seconds_between, span_of
from bot.storage.tables import Invite, Member, PersonDay, RoomDay, Said, Stay

WEEK = timedelta(days=7)
SECONDS = int(WEEK.total_seconds())
WEEKS = 12
INSTANT = timedelta(microseconds=1)  # nothing is told apart that is closer


@dataclass(frozen=True, slots=True)
class Cohort:
    """Who came in a week, or by a source; ``kept[n]`` are the shares there n weeks later.

    ``known[n]`` are how many came so long ago: a share of few says little. ``here`` of them are
    there now.
    """

    name: str
    size: int
    kept: tuple[float | None, ...]
    here: int = 0
    known: tuple[int, ...] = ()


class Tally:
    """Counts stays by how many whole weeks they are old, and by how many they lasted so far."""

    def __init__(self, weeks: int) -> None:
        self._old = [0] * (weeks + 1)
        self._lasted = [0] * (weeks + 1)
        self._here = 0

    def add(self, age: int, lasted: int | None, count: int) -> None:
        """Count some stays; those that have no end are still there."""
        self._here += count if lasted is None else 0
        self._old[age] += count
        self._lasted[age if lasted is None else min(age, lasted)] += count

    def cohort(self, name: str) -> Cohort:
        """Add up: who is known after n weeks is so old or older, and likewise who stayed."""
        known = list(accumulate(reversed(self._old)))[::-1]
        there = list(accumulate(reversed(self._lasted)))[::-1]
        kept = (there[n] / known[n] if known[n] else None for n in range(1, len(known)))
        return Cohort(name, known[0], tuple(kept), self._here, tuple(known[1:]))


SUMMED = tuple(name for name in Week.__dataclass_fields__ if name not in ("present", "speakers"))
NOTHING = (0,) * len(SUMMED)


class Staying:
    """Reckons who stays in the rooms of one account; reads only."""

    def __init__(self, session: Session, account: int, now: datetime, zone: ZoneInfo) -> None:
        self._session = session
        self._account = account
        self._now = now
        self._zone = zone

    # -- cohorts

    def by_week(self, weeks: int = WEEKS) -> list[Cohort]:
        """Return who came in each of the last weeks, the oldest first."""
        return self.cohorts(weeks)[0]

    def by_source(self, weeks: int = WEEKS) -> list[Cohort]:
        """Return who came through what in the last weeks."""
        return self.cohorts(weeks)[1]

    def cohorts(self, weeks: int = WEEKS) -> tuple[list[Cohort], list[Cohort]]:
        """Return who came in the last weeks, by week and by source: counted by the database."""
        start = self._now - weeks * WEEK
        days = mondays(self._local(start), self._local(self._now))
        younger = [self._now - n * WEEK + INSTANT for n in range(1, weeks + 1)]
        starts = sorted({start, *younger, *(self._midnight(day) for day in days[1:])})
        came = col(Stay.since)
        each = select(
            span_of(came, starts).label("span"),
            Stay.source,
            ((seconds_between(came, col(Stay.until)) - 1) // SECONDS).label("lasted"),
        ).where(Stay.account == self._account, came >= start)
        stay: Any = each.subquery().c
        alike = (stay.span, stay.source, stay.lasted)
        by_week: dict[str, Tally] = defaultdict(lambda: Tally(weeks))
        by_source: dict[str, Tally] = defaultdict(lambda: Tally(weeks))
        counted: Any = select(*alike, func.count()).group_by(*alike)
        for span, source, lasted, count in self._session.exec(counted):
            age = sum(starts[span] < bound for bound in younger)
            monday = mondays(day := self._local(starts[span]), day)[0]
            by_week[monday.isoformat()].add(age, lasted, count)
            by_source[source].add(age, lasted, count)
        weekly = [tally.cohort(name) for name, tally in sorted(by_week.items())]
        return weekly, [tally.cohort(name) for name, tally in sorted(by_source.items())]

    def _local(self, moment: datetime) -> date:
        return moment.astimezone(self._zone).date()

    def _midnight(self, day: date) -> datetime:
        return datetime.combine(day, time(), self._zone)

    # -- a week

    def week(self, end: date, rooms: Sequence[str] | None = None, days: int = 7) -> Week:
        """Add up the days before a local day (which is not in it)."""
        sums = [func.coalesce(func.sum(getattr(RoomDay, name)), 0) for name in SUMMED]
        wanted = select(*sums).where(
            RoomDay.account == self._account,
            RoomDay.day >= (end - timedelta(days=days)).isoformat(),
            RoomDay.day < end.isoformat(),
        )
        present = select(func.count()).where(
            Member.account == self._account, col(Member.left_at).is_(None)
        )
        if rooms is not None:
            wanted = wanted.where(col(RoomDay.room).in_(rooms))
            present = present.where(col(Member.room).in_(rooms))
        found = dict(zip(SUMMED, self._session.exec(wanted).one(), strict=True))
        speakers = self.speakers(end, rooms, days)
        return Week(**found, speakers=speakers, present=self._session.exec(present).one())

    def speakers(self, end: date, rooms: Sequence[str] | None = None, days: int = 7) -> int:
        """Count who spoke in the days before a local day; in some rooms, while words are kept."""
        since = end - timedelta(days=days)
        if rooms is None:
            wanted = select(func.count(func.distinct(PersonDay.contact))).where(
                PersonDay.account == self._account,
                PersonDay.day >= since.isoformat(),
                PersonDay.day < end.isoformat(),
            )
            return self._session.exec(wanted).one()
        spoke = select(func.count(func.distinct(Said.sender)))
        return self._session.exec(spoke.where(*self._spoken(rooms, since, end))).one()

    def _spoken(self, rooms: Sequence[str], since: date, end: date) -> tuple[Any, ...]:
        """Choose what was said in some rooms from one local day until before another."""
        return (
            Said.account == self._account,
            col(Said.room).in_(rooms),
            Said.at >= self._midnight(since),
            Said.at < self._midnight(end),
            Said.taken != "own",
        )

    def health(self, room: str, end: date) -> Health:
        """Say how well a group lived in the seven days before a local day."""
        return self.healths((room,), end)[room]

    def healths(self, rooms: Sequence[str], end: date) -> dict[str, Health]:
        """Say how well some groups lived in the seven days before a local day, asking once."""
        weeks, kept = self._weeks(rooms, end), self._newcomers_kept(rooms)
        return {room: Health(room, health_parts(weeks[room], kept.get(room))) for room in rooms}

    def _weeks(self, rooms: Sequence[str], end: date) -> dict[str, Week]:
        """Add up the seven days before a local day, room by room."""
        since = end - WEEK
        sums = [func.sum(getattr(RoomDay, name)) for name in SUMMED]
        days = select(RoomDay.room, *sums).where(
            RoomDay.account == self._account,
            col(RoomDay.room).in_(rooms),
            RoomDay.day >= since.isoformat(),
            RoomDay.day < end.isoformat(),
        )
        heads = select(Member.room, func.count()).where(
            Member.account == self._account,
            col(Member.left_at).is_(None),
            col(Member.room).in_(rooms),
        )
        spoke = select(Said.room, func.count(func.distinct(Said.sender)))
        spoke = spoke.where(*self._spoken(rooms, since, end))
        counted = {row[0]: row[1:] for row in self._session.exec(days.group_by(RoomDay.room))}
        present = dict(self._session.exec(heads.group_by(Member.room)).all())
        speakers = dict(self._session.exec(spoke.group_by(col(Said.room))).all())
        return {
            room: Week(
                **dict(zip(SUMMED, map(int, counted.get(room, NOTHING)), strict=True)),
                present=present.get(room, 0),
                speakers=speakers.get(room, 0),
            )
            for room in rooms
        }

    def counted(self, room: str) -> bool:
        """Say whether any day of a room was counted yet."""
        wanted = select(RoomDay.day).where(RoomDay.account == self._account, RoomDay.room == room)
        return self._session.exec(wanted.limit(1)).first() is not None

    def _newcomers_kept(self, rooms: Sequence[str]) -> dict[str, float]:
        """Map rooms to the share of late newcomers who were there a week after they came."""
        came, until = col(Stay.since), col(Stay.until)
        there = or_(until.is_(None), seconds_between(came, until) > SECONDS)
        wanted = select(Stay.room, func.count(), func.count().filter(there)).where(
            Stay.account == self._account,
            col(Stay.room).in_(rooms),
            came >= self._now - 5 * WEEK,
            came <= self._now - WEEK,
        )
        rows = self._session.exec(wanted.group_by(Stay.room))
        return {room: kept / count for room, count, kept in rows}

    # -- invitations

    def board(self, since: datetime, credit_after: timedelta) -> list[tuple[str, int]]:
        """List who brought how many who stayed; who left within ``credit_after`` does not count."""
        wanted = select(Invite).where(Invite.account == self._account, Invite.at >= since)
        brought: dict[str, set[str]] = defaultdict(set)
        for invite in self._session.exec(wanted):
            if invite.left_at is None or invite.left_at - invite.at > credit_after:
                brought[invite.inviter].add(invite.invitee)
        board = [(inviter, len(people)) for inviter, people in brought.items()]
        return sorted(board, key=lambda each: (-each[1], each[0]))
