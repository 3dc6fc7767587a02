"""Breaches of order on record: what followed from each, until it expires or is undone."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import true
from sqlmodel import Session, col, func, select

from bot.storage.tables import Offence, Step

LIVELY = frozenset({"flood", "copy"})  # rules that a chatty member breaks, and no spammer
COUNTED = (Step.REMINDED, Step.WARNED, Step.REMOVED, Step.TOLD)


@dataclass(frozen=True, slots=True)
class Found:
    """What breaks the order in a message, by which rule, and the words that show it."""

    kind: str
    rule: str = ""
    words: str = ""

    @property
    def lively(self) -> bool:
        """Whether it is too much talk rather than harm."""
        return self.rule in LIVELY


class Record:
    """The offences of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def add(
        self, source: str, member: str, room: str, found: Found, step: Step, *, expire: timedelta
    ) -> Offence:
        """Put an offence on record."""
        offence = Offence(
            account=self._account,
            number=self._next_number(),
            source=source,
            member=member,
            room=room,
            kind=found.kind,
            rule=found.rule,
            words=found.words,
            step=step,
            at=self._now,
            expires_at=self._now + expire,
        )
        self._session.add(offence)
        self._session.flush()
        return offence

    def last(self, member: str, found: Found) -> Offence | None:
        """Return the newest offence of a member, in any room, that counts and was acted on.

        That somebody talked too much does not count towards harm.
        """
        wanted = select(Offence).where(
            Offence.account == self._account,
            Offence.member == member,
            Offence.expires_at > self._now,
            col(Offence.undone_at).is_(None),
            col(Offence.step).in_(COUNTED),
            true() if found.lively else col(Offence.rule).not_in(LIVELY),
        )
        return self._session.exec(wanted.order_by(col(Offence.number).desc()).limit(1)).first()

    def find(self, number: int) -> Offence | None:
        """Return the offence with this number."""
        wanted = select(Offence).where(Offence.account == self._account, Offence.number == number)
        return self._session.exec(wanted).first()

    def newest(self, count: int) -> list[Offence]:
        """List the newest offences, newest first."""
        wanted = select(Offence).where(Offence.account == self._account)
        return list(self._session.exec(wanted.order_by(col(Offence.number).desc()).limit(count)))

    def undo(self, offence: Offence, who: str) -> bool:
        """Let an offence count no more; False where it does not already."""
        if offence.undone_at is not None:
            return False
        offence.undone_at, offence.undone_by = self._now, who
        return True

    def _next_number(self) -> int:
        top = select(func.max(Offence.number)).where(Offence.account == self._account)
        return (self._session.exec(top).one() or 0) + 1
