"""Who stays: cohorts by week and source, the health of a group, and who brought whom."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import accumulate
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot.storage.tables import Invite, Member, PersonDay, RoomDay, Said, Stay

WEEK = timedelta(days=7)
WEEKS = 12


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

    def add(self, age: int, stayed: int, *, here: bool) -> None:
        """Count one stay."""
        self._here += here
        self._old[age] += 1
        self._lasted[stayed] += 1

    def cohort(self, name: str) -> Cohort:
        """Add up: who is known after n weeks is so old or older, and likewise who stayed."""
        known = list(accumulate(reversed(self._old)))[::-1]
        there = list(accumulate(reversed(self._lasted)))[::-1]
        kept = (there[n] / known[n] if known[n] else None for n in range(1, len(known)))
        return Cohort(name, known[0], tuple(kept), self._here, tuple(known[1:]))


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a group's health; ``told`` are its numbers, ``scale`` is how they count."""

    name: str
    points: int
    most: int
    told: str
    scale: str = ""
    known: bool = True  # False: nobody can tell yet, and half of it is given

    @property
    def why(self) -> str:
        """The numbers, and how they count."""
        return f"{self.told}，{self.scale}" if self.scale else self.told


@dataclass(frozen=True, slots=True)
class Health:
    """How well a group lives, out of 100, and why."""

    room: str
    parts: tuple[Part, ...]

    @property
    def score(self) -> int:
        """The sum of the parts."""
        return sum(part.points for part in self.parts)


@dataclass(frozen=True, slots=True)
class Week:
    """Some days of some rooms, added up."""

    messages: int = 0
    speakers: int = 0
    replies: int = 0
    bot: int = 0
    joins: int = 0
    leaves: int = 0
    questions: int = 0
    answered: int = 0
    complaints: int = 0
    praise: int = 0
    breaches: int = 0
    present: int = 0


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
        """Return who came in the last weeks, by week and by source; one look at every stay."""
        wanted = select(Stay.since, Stay.until, Stay.source).where(
            Stay.account == self._account, col(Stay.since) >= self._now - weeks * WEEK
        )
        mondays: dict[str, Tally] = defaultdict(lambda: Tally(weeks))
        sources: dict[str, Tally] = defaultdict(lambda: Tally(weeks))
        for since, until, source in self._session.exec(wanted):
            if since is not None:
                age = (self._now - since) // WEEK
                stayed = age if until is None else min(age, _whole_weeks(until - since))
                here = until is None
                mondays[self._monday(since)].add(age, stayed, here=here)
                sources[source].add(age, stayed, here=here)
        by_week = [tally.cohort(name) for name, tally in sorted(mondays.items())]
        return by_week, [tally.cohort(name) for name, tally in sorted(sources.items())]

    def _kept(self, stays: Sequence[Stay], weeks: int) -> float | None:
        """Return the share there after so many weeks; None where nobody is known that long."""
        span = weeks * WEEK
        old = [stay for stay in stays if stay.since and stay.since + span <= self._now]
        if not old:
            return None
        there = [s for s in old if s.since and (s.until is None or s.until > s.since + span)]
        return len(there) / len(old)

    def _monday(self, since: datetime) -> str:
        day = since.astimezone(self._zone).date()
        return (day - timedelta(days=day.weekday())).isoformat()

    # -- a week

    def week(self, end: date, rooms: Sequence[str] | None = None, days: int = 7) -> Week:
        """Add up the days before a local day (which is not in it)."""
        names = [name for name in Week.__dataclass_fields__ if name not in ("present", "speakers")]
        sums = [func.coalesce(func.sum(getattr(RoomDay, name)), 0) for name in names]
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
        found = dict(zip(names, self._session.exec(wanted).one(), strict=True))
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
        start = datetime.combine(since, datetime.min.time(), self._zone)
        stop = datetime.combine(end, datetime.min.time(), self._zone)
        spoke = select(func.count(func.distinct(Said.sender))).where(
            Said.account == self._account,
            col(Said.room).in_(rooms),
            Said.at >= start,
            Said.at < stop,
            Said.taken != "own",
        )
        return self._session.exec(spoke).one()

    def health(self, room: str, end: date) -> Health:
        """Say how well a group lived in the seven days before a local day."""
        week = self.week(end, (room,))
        return Health(room, health_parts(week, self._newcomers_kept(room)))

    def counted(self, room: str) -> bool:
        """Say whether any day of a room was counted yet."""
        wanted = select(RoomDay.day).where(RoomDay.account == self._account, RoomDay.room == room)
        return self._session.exec(wanted.limit(1)).first() is not None

    def _newcomers_kept(self, room: str) -> float | None:
        since = self._now - 5 * WEEK
        wanted = select(Stay).where(
            Stay.account == self._account, Stay.room == room, col(Stay.since) >= since
        )
        return self._kept(self._session.exec(wanted).all(), 1)

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


def _whole_weeks(span: timedelta) -> int:
    """Return after how many whole weeks somebody was still there; the day itself is too late."""
    return max(0, -(-span // WEEK) - 1)


def health_parts(week: Week, kept: float | None) -> tuple[Part, ...]:
    """Split the health of a week into its parts; what cannot be known counts as half."""
    speak = week.speakers / week.present if week.present else 0.0
    talk = week.replies / week.messages if week.messages else 0.0
    share = week.bot / (week.bot + week.messages) if week.bot + week.messages else 0.0
    trouble = (week.complaints + week.breaches) / week.messages if week.messages else 0.0
    return (
        Part(
            "有人说话",
            round(30 * min(speak / 0.2, 1)),
            30,
            f"{week.present} 人里 {week.speakers} 人说过话（{speak:.0%}）",
            "20% 算满",
        ),
        Part(
            "群友互相接话",
            round(30 * min(talk / 0.5, 1)),
            30,
            f"{week.messages} 条消息里 {week.replies} 条在接别人的话（{talk:.0%}）",
            "50% 算满",
        ),
        Part(
            "新人留下",
            10 if kept is None else round(20 * kept),
            20,
            "近期没有满一周的新人，按一半算" if kept is None else f"满一周的新人还在 {kept:.0%}",
            known=kept is not None,
        ),
        Part(
            "不靠机器人撑着",
            round(10 * max(0.0, 1 - share / 0.5)),
            10,
            f"机器人的话占 {share:.0%}",
            "到 50% 算零分",
        ),
        Part(
            "投诉和违规少",
            round(10 * max(0.0, 1 - trouble / 0.05)),
            10,
            f"投诉 {week.complaints}，违规 {week.breaches}",
            "到消息的 5% 算零分",
        ),
    )
