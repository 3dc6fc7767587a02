"""Whether a group is too upset for advertising."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot.storage.tables import LIVE, Incident, Said, Ticket

FRESH = timedelta(minutes=30)
URGENT = 3  # the severity that keeps a group hot until the ticket ends
TAKEN = "complaint"  # the route that takes complaints


def heat(
    session: Session, account: int, room: str, now: datetime, *, fresh: timedelta = FRESH
) -> str | None:
    """Say why promotional notices to this room must be held now; None where nothing stands against.

    They are held while an incident touches the room, while an urgent complaint of it is open, and
    for ``fresh`` after any complaint in it. What was a false alarm does not count.
    """
    return heats(session, account, [room], now, fresh=fresh).get(room)


def heats(
    session: Session,
    account: int,
    rooms: Collection[str],
    now: datetime,
    *,
    fresh: timedelta = FRESH,
) -> dict[str, str]:
    """Say the same of many rooms at once; a room against which nothing stands is left out."""
    incidents = _incidents(session, account)
    urgent = _urgent(session, account, rooms)
    recent = _recent(session, account, rooms, now - fresh)
    minutes = int(fresh.total_seconds() // 60)
    found = dict.fromkeys(recent, f"{minutes} 分钟内有人投诉")
    found |= {room: f"紧急投诉 #{number} 还没有处理完" for room, number in urgent.items()}
    found |= {room: f"事件 {incidents[room]} 正在处理" for room in rooms if room in incidents}
    return found


def _incidents(session: Session, account: int) -> dict[str, int]:
    """Map the rooms that incidents touch to the first that does."""
    wanted = select(Incident).where(Incident.account == account, col(Incident.ended_at).is_(None))
    running = session.exec(wanted.order_by(col(Incident.number).desc()))
    return {room: incident.number for incident in running for room in incident.rooms}


def _urgent(session: Session, account: int, rooms: Collection[str]) -> dict[str, int]:
    wanted: Any = select(Ticket.room, func.min(Ticket.number)).where(
        Ticket.account == account,
        col(Ticket.room).in_(rooms),
        Ticket.severity >= URGENT,
        col(Ticket.state).in_(LIVE),
    )
    return dict(session.exec(wanted.group_by(Ticket.room)).all())


def _recent(session: Session, account: int, rooms: Collection[str], since: datetime) -> set[str]:
    """Name the rooms in which somebody complained, and it was no false alarm."""
    complained = select(Said.room, Said.sender).where(
        Said.account == account,
        col(Said.room).in_(rooms),
        Said.at > since,
        Said.taken == TAKEN,
    )
    found = set(session.exec(complained).all())
    if not found:
        return set()
    false_alarms = select(Ticket.room, Ticket.member).where(
        Ticket.account == account,
        col(Ticket.room).in_(rooms),
        col(Ticket.false_alarm),
        Ticket.opened_at > since,
    )
    return {room for room, _ in found - set(session.exec(false_alarms).all()) if room}
