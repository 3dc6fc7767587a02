"""Which notices work: what each reached, and what groups did in the hours after it."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import Session, case, col, func, select

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

Which = tuple[str, datetime]  # a notice, and when it was due
Heard = dict[str, datetime]  # when which room heard it


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
    return of_each(session, [occasion])[0]


def of_each(session: Session, occasions: Sequence[Occasion]) -> list[Figures]:
    """Count what came of some occasions of one account so far, asking once for all of them."""
    if not occasions:
        return []
    posts, people = _posts(session, occasions), _signed_up(session, occasions)
    spans = [(min(heard.values()), max(heard.values())) for heard, _ in posts.values() if heard]
    after = partial(_moves, session, occasions[0].account, spans)
    joins, leaves = after(Member.joined_at, MOVES_WITHIN), after(Member.left_at, MOVES_WITHIN)
    removed = after(Stay.until, MOVES_WITHIN, col(Stay.removed).is_(True))
    complaints = after(Ticket.opened_at, COMPLAINS_WITHIN)
    found = []
    for occasion in occasions:
        heard, reach = posts.get((occasion.notice, occasion.due_at), ({}, 0))
        signups, attended = people.get((occasion.notice, occasion.due_at), (0, 0))
        found.append(
            Figures(
                reach=reach,
                signups=signups,
                attended=attended,
                joins=joins.after(heard),
                leaves=leaves.after(heard) - removed.after(heard),
                complaints=complaints.after(heard),
            )
        )
    return found


def _among(table: Any, occasions: Sequence[Occasion]) -> tuple[Any, ...]:
    """Choose the rows of a table that belong to some occasions, and perhaps a few more."""
    return (
        table.account == occasions[0].account,
        table.notice.in_({each.notice for each in occasions}),
        table.due_at.in_({each.due_at for each in occasions}),
    )


def _posts(session: Session, occasions: Sequence[Occasion]) -> dict[Which, tuple[Heard, int]]:
    """Tell of each occasion when which room heard it, and how many people that were."""
    wanted: Any = select(  # type: ignore[call-overload]
        Occurrence.notice,
        Occurrence.due_at,
        Occurrence.room,
        Occurrence.sent_at,
        Occurrence.reach,
    ).where(
        *_among(Occurrence, occasions), Occurrence.part == "", Occurrence.state == NoticeState.SENT
    )
    found: dict[Which, tuple[Heard, int]] = {}
    for notice, due_at, room, sent_at, reach in session.exec(wanted):
        heard, sum_ = found.get((notice, due_at), ({}, 0))
        if sent_at is not None:
            heard[room] = sent_at
        found[notice, due_at] = heard, sum_ + reach
    return found


def _signed_up(session: Session, occasions: Sequence[Occasion]) -> dict[Which, tuple[int, int]]:
    """Count who signed up for each occasion and who came, with guests."""
    there = 1 + col(Signup.guests)
    came = case((col(Signup.attended_at).is_not(None), there), else_=0)
    wanted: Any = select(Signup.notice, Signup.due_at, func.sum(there), func.sum(came)).where(
        *_among(Signup, occasions), Signup.state == SignupState.CONFIRMED
    )
    rows = session.exec(wanted.group_by(Signup.notice, Signup.due_at))
    return {(notice, due_at): (int(all_), int(came)) for notice, due_at, all_, came in rows}


@dataclass(frozen=True, slots=True)
class Moves:
    """When something happened in which room, in order; what counts happens within so long."""

    within: timedelta
    moments: Mapping[str, Sequence[datetime]]

    def after(self, heard: Heard) -> int:
        """Count what happened in each room within so long after it heard something."""
        return sum(
            bisect_left(moments, at + self.within) - bisect_left(moments, at)
            for room, at in heard.items()
            if (moments := self.moments.get(room))
        )


def _moves(
    session: Session,
    account: int,
    spans: Sequence[tuple[datetime, datetime]],
    moment: datetime | None,
    within: timedelta,
    only: ColumnElement[bool] | None = None,
) -> Moves:
    """Look up what happened in some spans of time and so long after them."""
    table: Any = col(moment).class_  # type: ignore[attr-defined]
    found: dict[str, list[datetime]] = {}
    for since, until in _merged(spans, within):
        wanted: Any = select(table.room, moment).where(
            table.account == account, col(moment) >= since, col(moment) < until
        )
        for room, at in session.exec(wanted if only is None else wanted.where(only)):
            found.setdefault(room, []).append(at)
    return Moves(within, {room: sorted(moments) for room, moments in found.items()})


def _merged(
    spans: Sequence[tuple[datetime, datetime]], within: timedelta
) -> list[tuple[datetime, datetime]]:
    """Make one of spans that overlap, each with so much time after it."""
    merged: list[tuple[datetime, datetime]] = []
    for since, until in sorted(spans):
        if merged and since <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(merged[-1][1], until + within)
        else:
            merged.append((since, until + within))
    return merged
