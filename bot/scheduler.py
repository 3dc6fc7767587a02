"""Work that begins with the clock instead of a message."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.storage import Storage
from bot.storage.tables import LetterState, Outgoing, Timer
from bot.timers import next_due

log = logging.getLogger(__name__)

T = TypeVar("T")

SHORT = timedelta(minutes=10)  # asked for no further ahead, it is a span and no time of day


class Scheduler:
    """Rings every timer whose moment has come, each in a transaction of its own.

    It learns in the transactions of others when the next is due; where none was asked for since,
    it knows without looking.
    Where the clock was set back, what had been due before stays due: it does not wait for the
    clock to come there again. Nor does what was to happen in a few seconds or minutes; what is
    planned for a time of day waits for that time.
    """

    def __init__(
        self, storage: Storage, dispatcher: Dispatcher, clock: Clock, account: int
    ) -> None:
        self._storage = storage
        self._dispatcher = dispatcher
        self._clock = clock
        self._account = account
        self._looked = -1  # how many transactions had been asked for then
        self._next: datetime | None = None
        self._latest = clock()

    async def work(self) -> datetime | None:
        """Ring all that is due; return when the next is, or None where none is set."""
        now, latest = self._clock(), self._latest
        self._latest = now
        if now < latest:
            await self._storage.transact(partial(self._bring_forward, now, latest))
        if self._looked != self._storage.asked:
            await self.transact(lambda _: None)
        while self._is_due():
            await self.transact(self._ring_one)
        return self._next

    async def transact(self, work: Callable[[Session], T]) -> T:
        """Run work in a transaction, and learn in it when the next timer is due."""
        look = self._storage.asked + 1
        done, self._next = await self._storage.transact(partial(self._with_look, work))
        self._looked = look
        return done

    def _is_due(self) -> bool:
        return self._next is not None and self._next <= self._clock()

    def _bring_forward(self, now: datetime, latest: datetime, session: Session) -> None:
        log.warning("the clock was set back by %s", latest - now)
        timers = update(Timer).where(
            col(Timer.account) == self._account, col(Timer.due_at).between(now, latest)
        )
        letters = update(Outgoing).where(
            col(Outgoing.account) == self._account,
            col(Outgoing.state) == LetterState.QUEUED,
            col(Outgoing.next_at).between(now, latest),
        )
        session.execute(timers.values(due_at=now))
        session.execute(letters.values(next_at=now))
        self._keep_short(now, latest, session)

    def _keep_short(self, now: datetime, latest: datetime, session: Session) -> None:
        """Let what was asked for shortly ahead come after as long as it still had to wait."""
        timers = select(Timer).where(
            Timer.account == self._account,
            col(Timer.due_at) > latest,
            col(Timer.due_at) <= latest + SHORT,
            col(Timer.set_at) > now,
        )
        for timer in session.exec(timers):
            if timer.set_at is not None and timer.due_at - timer.set_at <= SHORT:
                timer.due_at = now + (timer.due_at - latest)
        letters = select(Outgoing).where(
            Outgoing.account == self._account,
            Outgoing.state == LetterState.QUEUED,
            Outgoing.attempts > 0,
            col(Outgoing.next_at) > latest,
            col(Outgoing.next_at) <= latest + SHORT,
        )
        for letter in session.exec(letters):
            letter.next_at = now + (letter.next_at - latest)

    def _with_look(
        self, work: Callable[[Session], T], session: Session
    ) -> tuple[T, datetime | None]:
        done = work(session)
        found = next_due(session, self._account)
        return done, found[0] if found is not None else None

    def _ring_one(self, session: Session) -> None:
        found = next_due(session, self._account)
        if found is not None and found[0] <= self._clock():
            self._dispatcher.ring(session.get_one(Timer, (self._account, found[1])), session)
