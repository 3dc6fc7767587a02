"""Which notices work: what each reached, and what groups did in the hours after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select

from bot.storage.tables import (
    Member,
    NoticeState,
    Occasion,
    Occurrence,
    Signup,
    SignupState,
    Stay,
    Ticket,
)

MOVES_WITHIN = timedelta(hours=24)
COMPLAINS_WITHIN = timedelta(hours=2)


@dataclass(frozen=True, slots=True)
class Figures:
    """What came of one occasion of a notice; ``signups`` and ``attended`` count guests.

    Who was removed did not leave because of a notice.
    """

    reach: int
    signups: int
    attended: int
    joins: int
    leaves: int
    complaints: int


def figures(session: Session, occasion: Occasion) -> Figures:
    """Count what came of an occasion so far."""
    posted = select(Occurrence).where(
        Occurrence.account == occasion.account,
        Occurrence.notice == occasion.notice,
        Occurrence.due_at == occasion.due_at,
        Occurrence.part == "",
        Occurrence.state == NoticeState.SENT,
    )
    rows = list(session.exec(posted))
    signups = select(Signup).where(
        Signup.account == occasion.account,
        Signup.notice == occasion.notice,
        Signup.due_at == occasion.due_at,
        Signup.state == SignupState.CONFIRMED,
    )
    people = list(session.exec(signups))
    return Figures(
        reach=sum(row.reach for row in rows),
        signups=sum(1 + each.guests for each in people),
        attended=sum(1 + each.guests for each in people if each.attended_at is not None),
        joins=_count(session, rows, Member, Member.joined_at, MOVES_WITHIN),
        leaves=_count(session, rows, Member, Member.left_at, MOVES_WITHIN)
        - _count(session, rows, Stay, Stay.until, MOVES_WITHIN, col(Stay.removed).is_(True)),
        complaints=_count(session, rows, Ticket, Ticket.opened_at, COMPLAINS_WITHIN),
    )


def _count(
    session: Session,
    rows: Sequence[Occurrence],
    table: type[Member] | type[Ticket] | type[Stay],
    moment: datetime | None,
    within: timedelta,
    only: ColumnElement[bool] | None = None,
) -> int:
    """Count what happened in each room within so long after it heard the notice."""
    total = 0
    for row in rows:
        if row.sent_at is not None:
            wanted = select(func.count()).where(
                table.account == row.account,
                table.room == row.room,
                col(moment) >= row.sent_at,
                col(moment) < row.sent_at + within,
            )
            total += session.exec(wanted if only is None else wanted.where(only)).one()
    return total
