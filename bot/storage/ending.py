"""Ends what waits for somebody who is erased: his tickets, and the clocks on them."""

from datetime import datetime

from sqlalchemy import exists, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from bot.storage.tables import ServiceClock, Ticket, TicketState


def end_tickets(session: Session, contact: str, now: datetime) -> None:
    """Close somebody's tickets, for there will be nobody to answer; they keep their times.

    A ticket that goes on for another member as well stays as it is. Must come before his rows are
    erased.
    """
    session.flush()
    merged = aliased(Ticket)
    others = exists().where(
        col(merged.account) == col(Ticket.account),
        col(merged.merged_into) == col(Ticket.number),
        col(merged.member).not_in(("", contact)),
    )
    wanted = select(Ticket.account, Ticket.number).where(
        Ticket.member == contact, Ticket.state != TicketState.CLOSED, ~others
    )
    for account, number in session.exec(wanted).all():
        mine = (col(Ticket.account) == account, col(Ticket.number) == number)
        ended = {"state": TicketState.CLOSED, "closed_at": now, "snoozed_until": None}
        session.execute(update(Ticket).where(*mine).values(ended))
        clocks = update(ServiceClock).where(
            col(ServiceClock.account) == account,
            col(ServiceClock.ticket) == number,
            col(ServiceClock.met_at).is_(None),
        )
        session.execute(clocks.values({"since": None, "due_at": None, "met_at": now}))
