"""Work that begins with the clock instead of a message."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.storage import Storage
from bot.timers import next_due


class Scheduler:
    """Rings every timer whose moment has come, each in a transaction of its own."""

    def __init__(
        self, storage: Storage, dispatcher: Dispatcher, clock: Clock, account: int
    ) -> None:
        self._storage = storage
        self._dispatcher = dispatcher
        self._clock = clock
        self._account = account

    async def work(self) -> datetime | None:
        """Ring all that is due; return when the next is, or None where none is set."""
        while True:
            due, rang = await self._storage.transact(partial(self._ring_one, self._clock()))
            if not rang:
                return due

    def _ring_one(self, now: datetime, session: Session) -> tuple[datetime | None, bool]:
        timer = next_due(session, self._account)
        if timer is None:
            return None, False
        if timer.due_at > now:
            return timer.due_at, False
        self._dispatcher.ring(timer, session)
        return timer.due_at, True
