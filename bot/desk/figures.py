"""Figures of the desk: what was promised, what was kept, and how calm the groups stayed."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from math import ceil
from statistics import median

from sqlmodel import Session, col, select

from bot.desk.calm import TAKEN
from bot.desk.duty import OpenHours
from bot.desk.service import stretches
from bot.storage.tables import ClockKind, Room, Said, ServiceClock, Ticket

WATCHED = timedelta(minutes=30)  # how long a group is watched after a complaint
NINE_TENTHS = 0.9

Promise = Callable[[ClockKind, int], timedelta]


@dataclass(frozen=True, slots=True)
class Measured:
    """One ticket as figures see it; lengths are service time but for ``private``, None: never."""

    ticket: Ticket
    first: timedelta | None
    first_kept: bool | None  # None: it is not decided yet
    resolution: timedelta | None
    resolution_kept: bool | None
    private: timedelta | None
    follow_ups: frozenset[str]  # ids of what the group complained of afterwards
    pile_ons: frozenset[str]  # of it, what others said


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of some tickets: times in seconds, shares from 0 to 1, None where none is."""

    by: str
    name: str
    opened: int
    solved: int
    open: int
    false_alarms: int
    reopened: int
    first_median: float | None
    first_p90: float | None
    first_within: float | None
    resolution_median: float | None
    resolution_p90: float | None
    resolution_within: float | None
    private_median: float | None
    private_p90: float | None
    follow_ups: int
    pile_ons: int
    rated: int
    rating: float | None


@dataclass(frozen=True, slots=True)
class Yardstick:
    """What tickets are measured by: hours, promises, the present, and the zone that cuts days."""

    now: datetime  # what still runs is measured up to here
    hours: OpenHours
    promise: Promise
    zone: tzinfo
    agent: Callable[[str], str]
    topic: Callable[[str], str]
    counts: Callable[[Ticket], bool] = lambda _: True


def figures(
    session: Session, account: int, since: datetime, until: datetime, yard: Yardstick
) -> list[Figures]:
    """Reckon up the tickets opened in a stretch of time: in total, by day, group, topic, agent."""
    every = _measure(session, account, since, until, yard)
    measured = [each for each in every if yard.counts(each.ticket)]
    rooms = session.exec(select(Room).where(Room.account == account))
    topics = {row.room: row.topic for row in rooms}
    keys: Mapping[str, Callable[[Ticket], str]] = {
        "day": lambda each: f"{each.opened_at.astimezone(yard.zone):%Y-%m-%d}",
        "group": lambda each: topics.get(each.room or "") or each.room or "私聊",
        "topic": lambda each: yard.topic(each.topic),
        "agent": lambda each: yard.agent(each.assignee) if each.assignee else "—",
    }
    found = [summed("total", "", measured)]
    for by, key in keys.items():
        parts: dict[str, list[Measured]] = defaultdict(list)
        for each in measured:
            parts[key(each.ticket)].append(each)
        found += [summed(by, name, parts[name]) for name in sorted(parts)]
    return found


def summed(by: str, name: str, measured: Sequence[Measured]) -> Figures:
    """Reckon up some tickets; a false alarm counts as one, and nowhere else."""
    real = [each for each in measured if not each.ticket.false_alarm]
    ratings = [each.ticket.rating for each in real if each.ticket.rating is not None]
    first = _seconds(each.first for each in real)
    resolution = _seconds(each.resolution for each in real)
    private = _seconds(each.private for each in real)
    solved = sum(1 for each in real if each.ticket.resolved_at is not None)
    ended = sum(1 for each in real if each.ticket.closed_at or each.ticket.resolved_at)
    return Figures(
        by=by,
        name=name,
        opened=len(measured),
        solved=solved,
        open=len(real) - ended,
        false_alarms=len(measured) - len(real),
        reopened=sum(each.ticket.reopened for each in real),
        first_median=_middle(first),
        first_p90=_ninth(first),
        first_within=_share(each.first_kept for each in real),
        resolution_median=_middle(resolution),
        resolution_p90=_ninth(resolution),
        resolution_within=_share(each.resolution_kept for each in real),
        private_median=_middle(private),
        private_p90=_ninth(private),
        follow_ups=_together(each.follow_ups for each in real),
        pile_ons=_together(each.pile_ons for each in real),
        rated=len(ratings),
        rating=round(sum(ratings) / len(ratings), 2) if ratings else None,
    )


def _measure(
    session: Session, account: int, since: datetime, until: datetime, yard: Yardstick
) -> Iterator[Measured]:
    wanted = select(Ticket).where(
        Ticket.account == account, Ticket.opened_at >= since, Ticket.opened_at < until
    )
    tickets = session.exec(wanted.order_by(col(Ticket.number))).all()
    numbers = {ticket.number for ticket in tickets}
    every = select(ServiceClock).where(ServiceClock.account == account)
    clocks = {
        (clock.ticket, clock.kind): clock
        for clock in session.exec(every)
        if clock.ticket in numbers
    }
    heard = _complaints(session, account, since, until + WATCHED)
    for ticket in tickets:
        first, first_kept = _wait(clocks, ticket, ClockKind.FIRST, yard)
        whole, whole_kept = _wait(clocks, ticket, ClockKind.RESOLUTION, yard)
        follow_ups, pile_ons = _calm(heard.get(ticket.room or "", []), ticket)
        private = ticket.private_at - ticket.opened_at if ticket.private_at else None
        yield Measured(ticket, first, first_kept, whole, whole_kept, private, follow_ups, pile_ons)


def _wait(
    clocks: Mapping[tuple[int, ClockKind], ServiceClock],
    ticket: Ticket,
    kind: ClockKind,
    yard: Yardstick,
) -> tuple[timedelta | None, bool | None]:
    """Return how long a wait took, None if it is not over, and whether the promise was kept."""
    clock = clocks.get((ticket.number, kind))
    if clock is None:
        return None, None
    spans = stretches(clock, yard.now)
    length = sum((yard.hours.elapsed(*each) for each in spans), timedelta())
    kept = length <= yard.promise(kind, ticket.severity)
    if clock.met_at is None:
        return None, None if kept else False
    answered = kind != ClockKind.FIRST or ticket.first_reply_at is not None
    return (length, kept) if answered else (None, None)


def _complaints(
    session: Session, account: int, since: datetime, until: datetime
) -> dict[str, list[Said]]:
    wanted = select(Said).where(
        Said.account == account,
        col(Said.room).is_not(None),
        Said.at >= since,
        Said.at < until,
        Said.taken == TAKEN,
    )
    heard: dict[str, list[Said]] = defaultdict(list)
    for said in session.exec(wanted.order_by(col(Said.at), col(Said.id))):
        heard[said.room or ""].append(said)
    return heard


def _together(heard: Iterable[frozenset[str]]) -> int:
    """Count what followed complaints; what followed several of them counts once."""
    return len(frozenset[str]().union(*heard))


def _calm(heard: Sequence[Said], ticket: Ticket) -> tuple[frozenset[str], frozenset[str]]:
    """Find what a group still complained of afterwards: in all, and by others."""
    moments = [said.at for said in heard]
    begin = bisect_left(moments, ticket.opened_at - WATCHED)
    end = bisect_right(moments, ticket.opened_at + WATCHED)
    places = [place for place in range(begin, end) if heard[place].id == ticket.source]
    if not places:
        return frozenset(), frozenset()
    later = heard[places[0] + 1 : end]
    others = (said.id for said in later if said.sender != ticket.member)
    return frozenset(said.id for said in later), frozenset(others)


def _seconds(lengths: Iterable[timedelta | None]) -> list[float]:
    return sorted(each.total_seconds() for each in lengths if each is not None)


def _middle(values: Sequence[float]) -> float | None:
    return round(median(values), 1) if values else None


def _ninth(values: Sequence[float]) -> float | None:
    return round(values[ceil(len(values) * NINE_TENTHS) - 1], 1) if values else None


def _share(kept: Iterable[bool | None]) -> float | None:
    decided = [each for each in kept if each is not None]
    return round(sum(decided) / len(decided), 3) if decided else None
