"""Letters that wait to leave, in the order in which they do."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, func, or_, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.storage.tables import LetterState, Outgoing

TARGET = func.coalesce(Outgoing.room, Outgoing.contact, Outgoing.request)
ORDER = (col(Outgoing.priority), col(Outgoing.due_at), col(Outgoing.id))
MOST_REFUSED = 100  # whose targets are waited for; there is one refused letter a target


class Waiting:
    """What one account has to send; only one process sends for it.

    ``refused`` says whether letters may wait for another try: behind such a letter nothing to the
    same target leaves.
    """

    def __init__(self, account: int) -> None:
        self.refused = True
        self._queued = select(Outgoing).where(
            Outgoing.account == account, Outgoing.state == LetterState.QUEUED
        )

    def all(self, session: Session, now: datetime) -> SelectOfScalar[Outgoing]:
        """Select what does not wait behind a refused letter."""
        if not self.refused:
            return self._queued
        refused = self._queued.where(Outgoing.attempts > 0, Outgoing.next_at > now)
        first: dict[str, int] = {}
        for row in session.exec(refused.order_by(col(Outgoing.id)).limit(MOST_REFUSED)):
            first.setdefault(target_of(row), row.id or 0)
        self.refused = bool(first)
        return self._queued.where(
            *(or_(target != TARGET, col(Outgoing.id) <= number) for target, number in first.items())
        )

    def tried(self, session: Session) -> Sequence[Outgoing]:
        """List what was refused before."""
        return session.exec(self._queued.where(Outgoing.attempts > 0)).all()

    def late(self, session: Session, now: datetime) -> Sequence[Outgoing]:
        """List what is due and must not leave any more."""
        late = self._queued.where(col(Outgoing.expires_at) < now, Outgoing.next_at <= now)
        return session.exec(late).all()

    def first_target(self, session: Session, now: datetime) -> str | None:
        """Name whom the first letter that is due is addressed to, without a row for it."""
        first = self._queued.where(Outgoing.next_at <= now).order_by(*ORDER).limit(1)
        return session.scalar(first.with_only_columns(TARGET))


def due(waiting: SelectOfScalar[Outgoing], now: datetime, most: int) -> SelectOfScalar[Outgoing]:
    """Select the first of what is due, at most so many."""
    return waiting.where(Outgoing.next_at <= now).order_by(*ORDER).limit(most)


def target_of(row: Outgoing) -> str:
    """Name whom WeChat sees addressed."""
    return row.room or row.contact or row.request
