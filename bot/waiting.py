"""Letters that wait to leave, in the order in which they do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, literal_column, select as ask_for
from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.storage.asking import ACCOUNT, Question
from bot.storage.finding import Finder
from bot.storage.tables import LetterState, Outgoing
from bot.storage.types import Moment

TARGET = func.coalesce(Outgoing.room, Outgoing.contact, Outgoing.request)
ORDER = (col(Outgoing.priority), col(Outgoing.due_at), col(Outgoing.id))
MOST_REFUSED = 100  # whose targets are waited for; there is one refused letter a target
NOW = bindparam("now", type_=Moment())
STATE: ColumnElement[str] = literal_column(f"'{LetterState.QUEUED}'")  # said as the index says it
QUEUED = (col(Outgoing.account) == ACCOUNT, col(Outgoing.state) == STATE)
IS_DUE = (*QUEUED, col(Outgoing.next_at) <= NOW)
DUE = Finder(Outgoing, *IS_DUE, order=ORDER, limit="most")
LATE = Finder(Outgoing, *IS_DUE, col(Outgoing.expires_at) < NOW)
REFUSED = Finder(
    Outgoing,
    *QUEUED,
    col(Outgoing.attempts) > 0,
    col(Outgoing.next_at) > NOW,
    order=(col(Outgoing.id),),
    limit=MOST_REFUSED,
)
NEXT = Question(
    ask_for(col(Outgoing.next_at)).where(*QUEUED).order_by(col(Outgoing.next_at)).limit(1)
)
FIRST_TARGET = Question(ask_for(TARGET).where(*IS_DUE).order_by(*ORDER).limit(1))
COMING = Question(
    ask_for(col(Outgoing.next_at))
    .where(*QUEUED, col(Outgoing.next_at) > NOW)
    .order_by(col(Outgoing.next_at))
    .limit(1)
)
ENDING = Question(
    ask_for(col(Outgoing.expires_at))
    .where(*IS_DUE, col(Outgoing.expires_at).is_not(None))
    .order_by(col(Outgoing.expires_at))
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Rest:
    """That nothing may leave before ``wake``: found ``since``, sure ``until`` a letter is due."""

    since: datetime
    until: datetime
    wake: datetime


class Waiting:
    """What one account has to send; only one process sends for it.

    ``refused`` says whether letters may wait for another try: behind such a letter nothing to the
    same target leaves.
    """

    def __init__(self, account: int) -> None:
        self.refused = True
        self._account = account
        self._queued = select(Outgoing).where(
            Outgoing.account == account, Outgoing.state == LetterState.QUEUED
        )

    def held_up(self, session: Session, now: datetime) -> dict[str, int]:
        """Return the targets to which nothing leaves behind a refused letter, and its number."""
        if not self.refused:
            return {}
        first: dict[str, int] = {}
        for row in REFUSED.all(session, account=self._account, now=now):
            first.setdefault(target_of(row), row.id or 0)
        self.refused = bool(first)
        return first

    def due(
        self, session: Session, now: datetime, most: int, held_up: Mapping[str, int]
    ) -> Sequence[Outgoing]:
        """List the first of what is due, at most so many."""
        if not held_up:
            return DUE.all(session, account=self._account, now=now, most=most)
        wanted = self._free(held_up).where(Outgoing.next_at <= now).order_by(*ORDER)
        return session.exec(wanted.limit(most)).all()

    def next(self, session: Session, held_up: Mapping[str, int]) -> datetime | None:
        """Return when the next letter may be tried."""
        if not held_up:
            return next_letter(session, self._account)
        wanted = self._free(held_up).order_by(col(Outgoing.next_at)).limit(1)
        row = session.exec(wanted).first()
        return row.next_at if row is not None else None

    def tried(self, session: Session) -> Sequence[Outgoing]:
        """List what was refused before."""
        return session.exec(self._queued.where(Outgoing.attempts > 0)).all()

    def late(self, session: Session, now: datetime) -> Sequence[Outgoing]:
        """List what is due and must not leave any more."""
        return LATE.all(session, account=self._account, now=now)

    def first_target(self, session: Session, now: datetime) -> str | None:
        """Name whom the first letter that is due is addressed to, without a row for it."""
        found = FIRST_TARGET.first(session, account=self._account, now=now)
        return None if found is None else found[0]

    def turn_of(self, session: Session, now: datetime) -> datetime | None:
        """Return when it may be another letter's turn though nobody touches any."""
        found = [each.first(session, account=self._account, now=now) for each in (COMING, ENDING)]
        return min((each[0] for each in found if each is not None and each[0]), default=None)

    def _free(self, held_up: Mapping[str, int]) -> SelectOfScalar[Outgoing]:
        """Select what does not wait behind a refused letter."""
        return self._queued.where(
            *(or_(target != TARGET, col(Outgoing.id) <= n) for target, n in held_up.items())
        )


def next_letter(session: Session, account: int) -> datetime | None:
    """Return when the next letter of an account may be tried."""
    found = NEXT.first(session, account=account)
    return None if found is None else found[0]


def target_of(row: Outgoing) -> str:
    """Name whom WeChat sees addressed."""
    return row.room or row.contact or row.request
