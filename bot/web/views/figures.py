"""The figures of the last weeks, counted from tickets and daily counts."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot.notices.figures import Figures as Outcome, of_each as outcomes
from bot.storage.tables import Occasion, OccasionState, RoomDay, Ticket

DAYS = 28
WEEKS = 12
MOST = 5_000  # tickets looked at
MINUTE = 60.0
SHOWN = 15


FACTS = (
    Ticket.topic,
    Ticket.assignee,
    Ticket.rating,
    Ticket.opened_at,
    Ticket.private_at,
    Ticket.first_reply_at,
    Ticket.resolved_at,
)


def tickets(session: Session, account: int, since: datetime) -> list[Any]:
    """Read what counts of the tickets opened since, the newest first; false alarms do not."""
    wanted: Any = select(*FACTS).where(  # type: ignore[call-overload]
        Ticket.account == account, col(Ticket.false_alarm).is_(False)
    )
    rows = session.exec(wanted.order_by(col(Ticket.number).desc()).limit(MOST))
    return [row for row in rows if row.opened_at >= since]


def day_names(now: datetime, zone: ZoneInfo, count: int = DAYS) -> list[str]:
    """Name the last days, the earliest first."""
    today = now.astimezone(zone).date()
    return [str(today - timedelta(days=back)) for back in range(count - 1, -1, -1)]


def waits(
    found: Sequence[Any], days: Sequence[str], zone: ZoneInfo, until: str
) -> tuple[float | None, ...]:
    """Return the median minutes from opening to a moment, by day of opening."""
    by_day: dict[str, list[float]] = defaultdict(list)
    for ticket in found:
        end = getattr(ticket, until)
        if end is not None:
            day = str(ticket.opened_at.astimezone(zone).date())
            by_day[day].append((end - ticket.opened_at).total_seconds() / MINUTE)
    return tuple(round(median(by_day[day]), 1) if day in by_day else None for day in days)


def topics(
    found: Sequence[Any], now: datetime, zone: ZoneInfo
) -> tuple[list[str], dict[str, list[int]]]:
    """Count complaints by week and topic; return the weeks' first days, and the counts."""
    monday = now.astimezone(zone).date()
    monday -= timedelta(days=monday.weekday())
    weeks = [monday - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * WEEKS)
    for ticket in found:
        day = ticket.opened_at.astimezone(zone).date()
        week = WEEKS - 1 - (monday - (day - timedelta(days=day.weekday()))).days // 7
        if 0 <= week < WEEKS:
            counts[ticket.topic][week] += 1
    order = sorted(counts, key=lambda topic: -sum(counts[topic]))
    return [f"{week.month}/{week.day}" for week in weeks], {topic: counts[topic] for topic in order}


def staff(found: Sequence[Any]) -> list[tuple[str, int, int, float | None, float | None]]:
    """Return for each of the staff: tickets, solved, median minutes to the answer, mean rating."""
    by: dict[str, list[Any]] = defaultdict(list)
    for ticket in found:
        if ticket.assignee:
            by[ticket.assignee].append(ticket)
    rows = []
    for who, theirs in sorted(by.items(), key=lambda pair: -len(pair[1])):
        first = [
            (t.first_reply_at - t.opened_at).total_seconds() / MINUTE
            for t in theirs
            if t.first_reply_at is not None
        ]
        ratings = [t.rating for t in theirs if t.rating is not None]
        solved = sum(t.resolved_at is not None for t in theirs)
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
