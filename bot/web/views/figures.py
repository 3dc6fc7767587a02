"""The figures of the last weeks, counted from tickets and daily counts."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot.notices.figures import Figures as Outcome, of_each as outcomes
from bot.storage.spans import mondays, seconds_between, span_of
from bot.storage.tables import Occasion, OccasionState, RoomDay, Ticket

DAYS = 28
WEEKS = 12
MINUTE = 60.0
SHOWN = 15


@dataclass(frozen=True, slots=True)
class Case:
    """What counts of a ticket: the local day it was opened, and the minutes until something."""

    day: str
    assignee: str | None
    rating: int | None
    private: float | None
    first: float | None
    resolved: float | None


def cases(session: Session, account: int, now: datetime, zone: ZoneInfo) -> list[Case]:
    """Read what counts of the tickets of the last days; false alarms do not."""
    moments = (Ticket.private_at, Ticket.first_reply_at, Ticket.resolved_at)
    wanted: Any = select(
        Ticket.opened_at,
        Ticket.assignee,
        Ticket.rating,
        *(seconds_between(col(Ticket.opened_at), col(until)) for until in moments),
    ).where(*_counted(account, midnight(day_names(now, zone)[0], zone)))
    return [
        Case(
            str(opened.astimezone(zone).date()),
            who,
            rating,
            *(None if seconds is None else seconds / MINUTE for seconds in until),
        )
        for opened, who, rating, *until in session.exec(wanted)
    ]


def _counted(account: int, since: datetime) -> tuple[Any, ...]:
    return (
        Ticket.account == account,
        Ticket.opened_at >= since,
        col(Ticket.false_alarm).is_(False),
    )


def midnight(day: str | date, zone: ZoneInfo) -> datetime:
    """Return when a local day begins."""
    return datetime.combine(date.fromisoformat(str(day)), time(), zone)


def day_names(now: datetime, zone: ZoneInfo, count: int = DAYS) -> list[str]:
    """Name the last days, the earliest first."""
    today = now.astimezone(zone).date()
    return [str(today - timedelta(days=back)) for back in range(count - 1, -1, -1)]


def waits(found: Sequence[Case], days: Sequence[str], until: str) -> tuple[float | None, ...]:
    """Return the median minutes from opening to a moment, by day of opening."""
    by_day: dict[str, list[float]] = defaultdict(list)
    for each in found:
        minutes = getattr(each, until)
        if minutes is not None:
            by_day[each.day].append(minutes)
    return tuple(round(median(by_day[day]), 1) if day in by_day else None for day in days)


def topics(
    session: Session, account: int, now: datetime, zone: ZoneInfo
) -> tuple[list[str], dict[str, list[int]]]:
    """Count complaints by week and topic; return the weeks' first days, and the counts."""
    today = now.astimezone(zone).date()
    weeks = mondays(today - timedelta(weeks=WEEKS - 1), today)
    starts = [midnight(monday, zone) for monday in weeks]
    each: Any = select(
        span_of(col(Ticket.opened_at), starts).label("week"),
        Ticket.topic.label("topic"),  # type: ignore[attr-defined]
    ).where(*_counted(account, starts[0]))
    part = each.subquery().c
    counted: Any = select(part.week, part.topic, func.count()).group_by(part.week, part.topic)
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    for week, topic, count in session.exec(counted):
        counts[topic][week] += count
    order = sorted(counts, key=lambda topic: (-sum(counts[topic]), topic))
    return [f"{week.month}/{week.day}" for week in weeks], {topic: counts[topic] for topic in order}


def staff(found: Sequence[Case]) -> list[tuple[str, int, int, float | None, float | None]]:
    """Return for each of the staff: tickets, solved, median minutes to the answer, mean rating."""
    by: dict[str, list[Case]] = defaultdict(list)
    for each in found:
        if each.assignee:
            by[each.assignee].append(each)
    rows = []
    for who, theirs in sorted(by.items(), key=lambda pair: -len(pair[1])):
        first = [each.first for each in theirs if each.first is not None]
        ratings = [each.rating for each in theirs if each.rating is not None]
        solved = sum(each.resolved is not None for each in theirs)
        answer = round(median(first), 1) if first else None
        mean = round(sum(ratings) / len(ratings), 1) if ratings else None
        rows.append((who, len(theirs), solved, answer, mean))
    return rows


def talk(session: Session, account: int, days: Sequence[str]) -> dict[str, tuple[int, int, int]]:
    """Return messages, joins less leaves, and complaints by day, all groups together."""
    wanted = select(
        RoomDay.day,
        func.sum(RoomDay.messages),
        func.sum(RoomDay.joins) - func.sum(RoomDay.leaves),
        func.sum(RoomDay.complaints),
    ).where(RoomDay.account == account, RoomDay.day >= days[0])
    rows = session.exec(wanted.group_by(RoomDay.day)).all()
    return {day: (int(a or 0), int(b or 0), int(c or 0)) for day, a, b, c in rows}


def notices(session: Session, account: int) -> list[tuple[Occasion, Outcome]]:
    """Return what came of the last occasions of notices."""
    wanted = select(Occasion).where(
        Occasion.account == account, Occasion.part == "", Occasion.state == OccasionState.OVER
    )
    rows = session.exec(wanted.order_by(col(Occasion.due_at).desc()).limit(SHOWN)).all()
    return list(zip(rows, outcomes(session, rows), strict=True))
