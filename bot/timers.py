"""Moments at which somebody wants to be called: rows, so that a restart forgets none."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from bot.storage.asking import ACCOUNT, Question
from bot.storage.rows import add, change
from bot.storage.tables import Timer

NEXT = Question(
    select(col(Timer.due_at), col(Timer.key))
    .where(col(Timer.account) == ACCOUNT)
    .order_by(col(Timer.due_at), col(Timer.key))
    .limit(1)
)


class Timers:
    """The timers of one account inside a turn."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def set(
        self,
        key: str,
        kind: str,
        *,
        at: datetime,
        contact: str = "",
        data: Mapping[str, str] | None = None,
    ) -> None:
        """Ask to be called; the same key again moves the call."""
        row = self.get(key)
        wanted = {
            "kind": kind,
            "due_at": at,
            "contact": contact,
            "data": dict(data or {}),
            "set_at": self._now,
        }
        if row is None:
            add(self._session, Timer, account=self._account, key=key, **wanted)
        elif any(getattr(row, name) != value for name, value in wanted.items()):
            change(self._session, row, **wanted)

    def set_by(self, key: str, kind: str, *, at: datetime) -> None:
        """Ask to be called then at the latest: an earlier call under this key stays."""
        row = self.get(key)
        if row is None or row.due_at > at:
            self.set(key, kind, at=at)

    def get(self, key: str) -> Timer | None:
        """Return a timer that is set."""
        return self._session.get(Timer, (self._account, key))

    def cancel(self, key: str) -> None:
        """Forget a call; nothing happens where none was asked for."""
        row = self.get(key)
        if row is not None:
            self._session.delete(row)


def next_due(session: Session, account: int) -> tuple[datetime, str] | None:
    """Return when the earliest timer of an account is due, and its key."""
    return NEXT.first(session, account=account)
