"""Notices on the calendar: what is planned, what came of it, who signed up."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot.config import Config
from bot.config.models import GroupKind, NoticeSettings
from bot.notices.audience import Audience, Place
from bot.notices.decided import Decided
from bot.storage.tables import (
    NoticeState,
    Occasion,
    OccasionState,
    Occurrence,
    Room,
    Signup,
    SignupState,
)
from bot.web.parts import DayInfo, Office
from bot.web.text import group_name
from bot.web.words import KINDS

SHOWN = 20
LISTED = 2_000
ENROLLED = 100  # sign-ups that a page shows; a file has all


@dataclass(frozen=True, slots=True)
class Planned:
    """A notice at a moment; ``states`` counts its groups by what became of it there."""

    notice: str
    title: str
    due: datetime
    states: dict[str, int]
    cancelled: bool
    held: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """One day of the calendar."""

    day: date
    info: DayInfo
    inside: bool
    planned: tuple[Planned, ...]


@dataclass(frozen=True, slots=True)
class Wave:
    """One occasion of a notice, with its groups counted by what became of it there."""

    occasion: Occasion
    counts: dict[str, int]


def month(
    session: Session, account: int, office: Office, first: date, now: datetime
) -> list[list[Day]]:
    """Lay out the weeks of a month, Monday first, with what falls on each day."""
    zone = office.config.zone
    start = first - timedelta(days=first.weekday())
    following = (first.replace(day=28) + timedelta(days=4)).replace(day=1)
    weeks = -(-(following - start).days // 7)
    end = start + timedelta(weeks=weeks)
    span = (_local(start, zone), _local(end, zone))
    planned = _between(session, account, office, span, now)
    by_day: dict[date, list[Planned]] = {}
    for each in sorted(planned, key=lambda each: each.due):
        by_day.setdefault(each.due.astimezone(zone).date(), []).append(each)

    def make(day: date) -> Day:
        info = office.day(day)
        return Day(day, info, day.month == first.month, tuple(by_day.get(day, ())))

    return [[make(start + timedelta(weeks=w, days=d)) for d in range(7)] for w in range(weeks)]


def _local(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _between(
    session: Session,
    account: int,
    office: Office,
    span: tuple[datetime, datetime],
    now: datetime,
) -> Iterator[Planned]:
    """Yield what was posted, or is to be, between two moments."""
    titles = {notice.id: notice.title for notice in office.config.notices}
    rows = select(Occasion).where(
        Occasion.account == account,
        Occasion.part == "",
        Occasion.due_at >= span[0],
        Occasion.due_at < span[1],
    )
    occasions = session.exec(rows.limit(LISTED)).all()
    known = {(row.notice, row.due_at) for row in occasions}
    states = _states(session, account, span)
    for row in occasions:
        counts = states.get((row.notice, row.due_at), {})
        title = row.title or titles.get(row.notice, row.notice)
        cancelled = row.state == OccasionState.CANCELLED
        yield Planned(row.notice, title, row.due_at, counts, cancelled, held=bool(row.held_by))
    decided = Decided(session, account, now)
    for notice in office.config.notices:
        if decided.ended(notice.id):
            continue
        for due in office.occurrences(notice, max(span[0], now), span[1]):
            if (notice.id, due) not in known:
                yield Planned(notice.id, notice.title, due, {}, cancelled=False)


def _states(
    session: Session, account: int, span: tuple[datetime, datetime]
) -> dict[tuple[str, datetime], dict[str, int]]:
    rows: Any = select(Occurrence.notice, Occurrence.due_at, Occurrence.state, func.count()).where(
        Occurrence.account == account,
        Occurrence.part == "",
        Occurrence.due_at >= span[0],
        Occurrence.due_at < span[1],
    )
    found: dict[tuple[str, datetime], dict[str, int]] = {}
    grouped = rows.group_by(Occurrence.notice, Occurrence.due_at, Occurrence.state)
    for notice, due, state, count in session.exec(grouped):
        found.setdefault((notice, due), {})[str(state)] = count
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What managers decided about a notice: all of it, and its occasions ahead by their moments."""

    ended: bool = False
    held: frozenset[datetime] = frozenset()
    cancelled: frozenset[datetime] = frozenset()


def standing(session: Session, account: int, notice: str, now: datetime) -> Standing:
    """Find out what was decided."""
    rows = select(Occasion).where(
        Occasion.account == account,
        Occasion.notice == notice,
        Occasion.part == "",
        Occasion.due_at >= now,
    )
    found = session.exec(rows.limit(LISTED)).all()
    return Standing(
        ended=Decided(session, account, now).ended(notice),
        held=frozenset(row.due_at for row in found if row.held_by),
        cancelled=frozenset(row.due_at for row in found if row.state == OccasionState.CANCELLED),
    )


def ended(session: Session, account: int, config: Config, now: datetime) -> set[str]:
    """Name the notices that managers ended."""
    decided = Decided(session, account, now)
    return {notice.id for notice in config.notices if decided.ended(notice.id)}


def held_ahead(session: Session, account: int) -> Sequence[Occasion]:
    """List what a manager holds back before it is due."""
    wanted = select(Occasion).where(
        Occasion.account == account,
        Occasion.state == OccasionState.AHEAD,
        Occasion.held_by != "",
        Occasion.part == "",
    )
    return session.exec(wanted.order_by(col(Occasion.due_at)).limit(SHOWN)).all()


def waves(session: Session, account: int, notice: str) -> list[Wave]:
    """Return the last occasions of a notice, reminders included."""
    wanted = select(Occasion).where(Occasion.account == account, Occasion.notice == notice)
    occasions = session.exec(wanted.order_by(col(Occasion.due_at).desc()).limit(SHOWN)).all()
    if not occasions:
        return []
    states: Any = select(Occurrence.due_at, Occurrence.part, Occurrence.state, func.count()).where(
        Occurrence.account == account,
        Occurrence.notice == notice,
        Occurrence.due_at >= occasions[-1].due_at,
    )
    counts: dict[tuple[datetime, str], dict[str, int]] = {}
    grouped = states.group_by(Occurrence.due_at, Occurrence.part, Occurrence.state)
    for due, part, state, count in session.exec(grouped):
        counts.setdefault((due, part), {})[str(state)] = count
    return [Wave(each, counts.get((each.due_at, each.part), {})) for each in occasions]


def groups(
    session: Session, account: int, notice: str, due: datetime, part: str
) -> Sequence[Occurrence]:
    """List what became of one occasion in each group."""
    rows = select(Occurrence).where(
        Occurrence.account == account,
        Occurrence.notice == notice,
        Occurrence.due_at == due,
        Occurrence.part == part,
    )
    return session.exec(rows.order_by(Occurrence.room)).all()


@dataclass(frozen=True, slots=True)
class Reach:
    """The groups a notice is meant for, and how many people are in each."""

    places: tuple[Place, ...]
    sizes: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many hear it; who is in two groups counts twice."""
        return sum(self.sizes.values())


def reach(session: Session, account: int, config: Config, notice: NoticeSettings) -> Reach:
    """Find out whom a notice reaches now."""
    audience = Audience(session, account, config)
    places = audience.places(notice)
    return Reach(tuple(places), audience.sizes([place.room for place in places]))


@dataclass(frozen=True, slots=True)
class Choice:
    """Something a notice can be sent to: a kind of group, a tag, or one group."""

    name: str
    called: str
    groups: int


def choices(session: Session, account: int, config: Config) -> list[Choice]:
    """List what can be chosen as an audience, with how many groups that is now."""
    rooms = topics_here(session, account)
    found = [
        (room, group) for room, topic in rooms.items() if (group := config.group_of(room, topic))
    ]
    kinds = Counter(group.kind.value for _, group in found)
    tags = Counter(tag for _, group in found for tag in group.tags)
    known_tags = dict.fromkeys(tag for group in config.groups for tag in group.tags)
    named = [group for group in config.groups if group.id and group.kind != GroupKind.IGNORE]
    return [
        *(Choice(kind, KINDS[kind], kinds[kind]) for kind in ("fan", "training")),
        *(Choice(tag, f"标签「{tag}」", tags[tag]) for tag in known_tags),
        *(
            Choice(str(g.id), rooms.get(str(g.id)) or group_name("", str(g.id)), int(g.id in rooms))
            for g in named
        ),
    ]


def topics_here(session: Session, account: int) -> dict[str, str]:
    """Map the rooms the bot is in to their names."""
    wanted = select(Room.room, Room.topic).where(Room.account == account, col(Room.present))
    return dict(session.exec(wanted).all())


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Who signed up last: the first of them, and how many take part in the latest occasion."""

    rows: Sequence[Signup]
    confirmed: int


def enrolment(session: Session, account: int, notice: str) -> Enrolment:
    """Tell of the latest occasion of a notice, and of those before as far as there is room."""
    mine = (Signup.account == account, Signup.notice == notice)
    latest = select(func.max(Signup.due_at)).where(*mine).scalar_subquery()
    confirmed = select(func.count()).where(
        *mine, Signup.due_at == latest, Signup.state == SignupState.CONFIRMED
    )
    rows = select(Signup).where(*mine).order_by(col(Signup.due_at).desc(), col(Signup.id))
    return Enrolment(session.exec(rows.limit(ENROLLED)).all(), session.exec(confirmed).one())


def signups(session: Session, account: int, notice: str) -> Sequence[Signup]:
    """List all who signed up, in their order."""
    wanted = select(Signup).where(Signup.account == account, Signup.notice == notice)
    return session.exec(wanted.order_by(col(Signup.due_at), col(Signup.id))).all()


def waiting(session: Session, account: int) -> Sequence[Occurrence]:
    """List what waits for a manager or for calm."""
    wanted = select(Occurrence).where(
        Occurrence.account == account,
        col(Occurrence.state).in_((NoticeState.AWAITING_APPROVAL, NoticeState.HELD)),
    )
    return session.exec(wanted.order_by(col(Occurrence.due_at)).limit(SHOWN)).all()
