"""Answers learned from people: proposed by a manager's word, given once one approved them."""

from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.storage.tables import Learned, LearnedState


class Library:
    """The learned answers of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def propose(self, learned: Learned) -> Learned:
        """Keep an answer for approval; the one that there is where its source was kept before."""
        wanted = select(Learned).where(
            Learned.account == self._account, Learned.source == learned.source
        )
        found = self._session.exec(wanted).first()
        if found is not None:
            return found
        learned.account, learned.number, learned.at = self._account, self._next(), self._now
        self._session.add(learned)
        self._session.flush()
        return learned

    def decide(self, number: int, state: LearnedState, by: str) -> Learned | None:
        """Approve or reject what was proposed; None where there is no such thing."""
        wanted = select(Learned).where(Learned.account == self._account, Learned.number == number)
        found = self._session.exec(wanted).first()
        if found is not None:
            found.state, found.decided_at, found.decided_by = state, self._now, by
        return found

    def approved(self) -> list[Learned]:
        """List what may be given, the oldest first."""
        wanted = select(Learned).where(
            Learned.account == self._account, Learned.state == LearnedState.APPROVED
        )
        return list(self._session.exec(wanted.order_by(col(Learned.number))))

    def _next(self) -> int:
        top = select(func.max(Learned.number)).where(Learned.account == self._account)
        return (self._session.exec(top).one() or 0) + 1
