"""Which notices work: what each reached, and what groups did in the hours after it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, select

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
    posted = select(Occurrence.room, Occurrence.sent_at, Occurrence.reach).where(
        Occurrence.account == occasion.account,
        Occurrence.notice == occasion.notice,
        Occurrence.due_at == occasion.due_at,
        Occurrence.part == "",
        Occurrence.state == NoticeState.SENT,
    )
    rows = session.exec(posted).all()
    signups = select(Signup.guests, Signup.attended_at).where(
        Signup.account == occasion.account,
        Signup.notice == occasion.notice,
        Signup.due_at == occasion.due_at,
        Signup.state == SignupState.CONFIRMED,
    )
    people = session.exec(signups).all()
    heard = {room: sent_at for room, sent_at, _ in rows if sent_at is not None}
    after = partial(_count, session, occasion.account, heard)
    return Figures(
        reach=sum(reach for *_, reach in rows),
        signups=sum(1 + guests for guests, _ in people),
        attended=sum(1 + guests for guests, attended_at in people if attended_at is not None),
        joins=after(Member.joined_at, MOVES_WITHIN),
        leaves=after(Member.left_at, MOVES_WITHIN)
        - after(Stay.until, MOVES_WITHIN, col(Stay.removed).is_(True)),
        complaints=after(Ticket.opened_at, COMPLAINS_WITHIN),
    )


def _count(
    session: Session,
    account: int,
    heard: Mapping[str, datetime],
    moment: datetime | None,
    within: timedelta,
    only: ColumnElement[bool] | None = None,
) -> int:
    """Count what happened in each room within so long after it heard the notice."""
    if not heard:
        return 0
    table: Any = col(moment).class_  # type: ignore[attr-defined]
    wanted: Any = select(table.room, moment).where(
        table.account == account,
        col(moment) >= min(heard.values()),
        col(moment) < max(heard.values()) + within,
    )
    return sum(
        room in heard and heard[room] <= at < heard[room] + within
        for room, at in session.exec(wanted if only is None else wanted.where(only))
    )
