"""Work that begins with the clock instead of a message."""

import logging
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.storage.tables import LetterState, Outgoing, Timer
from bot.timers import next_due
from bot.upcoming import Upcoming

log = logging.getLogger(__name__)

SHORT = timedelta(minutes=10)  # asked for no further ahead, it is a span and no time of day


class Scheduler:
    """Rings every timer whose moment has come, each in a transaction of its own.

    Where the clock was set back, what had been due before stays due: it does not wait for the
    clock to come there again. Nor does what was to happen in a few seconds or minutes; what is
    planned for a time of day waits for that time.
    """

    def __init__(
        self, upcoming: Upcoming, dispatcher: Dispatcher, clock: Clock, account: int
    ) -> None:
        self._upcoming = upcoming
        self._dispatcher = dispatcher
        self._clock = clock
        self._account = account
        self._latest = clock()

    async def work(self) -> datetime | None:
        """Ring all that is due; return when the next is, or None where none is set."""
        now, latest = self._clock(), self._latest
        self._latest = now
        if now < latest:
            await self._upcoming.transact(partial(self._bring_forward, now, latest))
        await self._upcoming.learn()
        while self._is_due():
            await self._upcoming.transact(self._ring_one)
        return self._upcoming.timer

    def _is_due(self) -> bool:
        return self._upcoming.timer is not None and self._upcoming.timer <= self._clock()

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

    def _ring_one(self, session: Session) -> None:
        found = next_due(session, self._account)
        if found is not None and found[0] <= self._clock():
            self._dispatcher.ring(session.get_one(Timer, (self._account, found[1])), session)
