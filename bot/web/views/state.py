"""How the bot is: its line to WeChat, its letters, its database, its configuration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.storage.tables import (
    LIVE,
    Gap,
    LetterState,
    Note,
    Outgoing,
    Revision,
    Ticket,
    Timer,
)
from bot.web.views import names

SHOWN = 30
MINUTE = timedelta(minutes=1)
WEEK = timedelta(days=7)
PENANCE = "penance"  # the note that keeps until when WeChat wants silence


@dataclass(frozen=True, slots=True)
class State:
    """Everything that the page about the bot itself shows."""

    gaps: Sequence[Gap]
    down: Gap | None
    letters: dict[str, int]
    doubtful: Sequence[Outgoing]
    failed: Sequence[Outgoing]
    waiting: Sequence[Outgoing]
    sent_lately: int
    silent_until: datetime | None
    timers: int
    next_timer: datetime | None
    revision: Revision | None
    live_tickets: int

    def addressed(self) -> tuple[set[str], set[str]]:
        """Name the rooms and the people that the letters shown go to."""
        rows = (*self.doubtful, *self.failed, *self.waiting)
        rooms = {row.room for row in rows if row.room}
        return rooms, {row.contact for row in rows if row.contact and not row.room}


def state(session: Session, account: int, now: datetime) -> State:
    """Gather it; every figure comes from an index."""
    gaps = select(Gap).where(Gap.account == account).order_by(col(Gap.since).desc())
    found = session.exec(gaps.limit(SHOWN)).all()
    note = session.get(Note, (account, PENANCE))
    lately = select(func.count()).where(
        Outgoing.account == account, col(Outgoing.claimed_at) > now - MINUTE
    )
    timers = select(func.count(), func.min(Timer.due_at)).where(Timer.account == account)
    timed, following = session.exec(timers).one()
    revisions = select(Revision).where(Revision.account == account)
    live = select(func.count()).where(Ticket.account == account, col(Ticket.state).in_(LIVE))
    return State(
        gaps=found,
        down=next((gap for gap in found if gap.until is None), None),
        letters=letters(session, account),
        doubtful=_in_state(session, account, LetterState.UNCONFIRMED),
        failed=_in_state(session, account, LetterState.FAILED),
        waiting=_in_state(session, account, LetterState.QUEUED),
        sent_lately=session.exec(lately).one(),
        silent_until=note.at if note is not None and note.at > now else None,
        timers=timed,
        next_timer=following,
        revision=session.exec(revisions.order_by(col(Revision.number).desc()).limit(1)).first(),
        live_tickets=session.exec(live).one(),
    )


def targets(session: Session, account: int, found: State) -> dict[str, str]:
    """Map where letters go to names."""
    rooms, people = found.addressed()
    return names.rooms(session, account, rooms) | names.people(session, account, people)


def letters(session: Session, account: int) -> dict[str, int]:
    """Count the letters that are not sent; those that are have no end."""
    found = {}
    for each in LetterState:
        if each is not LetterState.SENT:
            count = select(func.count()).where(Outgoing.account == account, Outgoing.state == each)
            found[str(each)] = session.exec(count).one()
    return found


def _in_state(session: Session, account: int, wanted: LetterState) -> Sequence[Outgoing]:
    rows = select(Outgoing).where(Outgoing.account == account, Outgoing.state == wanted)
    return session.exec(rows.order_by(col(Outgoing.id).desc()).limit(SHOWN)).all()
