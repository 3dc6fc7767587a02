"""Whether a group is too upset for advertising."""

from datetime import datetime, timedelta

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
    incident = _incident(session, account, room)
    if incident is not None:
        return f"事件 {incident} 正在处理"
    urgent = _urgent(session, account, room)
    if urgent is not None:
        return f"紧急投诉 #{urgent} 还没有处理完"
    if _recent(session, account, room, now - fresh):
        return f"{int(fresh.total_seconds() // 60)} 分钟内有人投诉"
    return None


def _incident(session: Session, account: int, room: str) -> int | None:
    wanted = select(Incident).where(Incident.account == account, col(Incident.ended_at).is_(None))
    running = session.exec(wanted.order_by(col(Incident.number)))
    return next((incident.number for incident in running if room in incident.rooms), None)


def _urgent(session: Session, account: int, room: str) -> int | None:
    wanted = select(func.min(Ticket.number)).where(
        Ticket.account == account,
        Ticket.room == room,
        Ticket.severity >= URGENT,
        col(Ticket.state).in_(LIVE),
    )
    return session.exec(wanted).one()


def _recent(session: Session, account: int, room: str, since: datetime) -> bool:
    complained = select(Said.sender).where(
        Said.account == account, Said.room == room, Said.at > since, Said.taken == TAKEN
    )
    members = set(session.exec(complained).all())
    if not members:
        return False
    false_alarms = select(Ticket.member).where(
        Ticket.account == account,
        Ticket.room == room,
        col(Ticket.false_alarm),
        Ticket.opened_at > since,
    )
    return bool(members - set(session.exec(false_alarms).all()))
