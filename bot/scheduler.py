"""Work that begins with the clock instead of a message."""

from datetime import datetime
from functools import partial

from sqlmodel import Session

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.storage import Storage
from bot.timers import next_due


class Scheduler:
    """Rings every timer whose moment has come, each in a transaction of its own.

    Where no transaction was asked for since it last found nothing due, it knows without looking.
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

    async def work(self) -> datetime | None:
        """Ring all that is due; return when the next is, or None where none is set."""
        while self._looked != self._storage.asked or self._is_due():
            look = self._storage.asked + 1
            due, rang = await self._storage.transact(partial(self._ring_one, self._clock()))
            if not rang:
                self._looked, self._next = look, due
                break
        return self._next

    def _is_due(self) -> bool:
        return self._next is not None and self._next <= self._clock()

    def _ring_one(self, now: datetime, session: Session) -> tuple[datetime | None, bool]:
        timer = next_due(session, self._account)
        if timer is None:
            return None, False
        if timer.due_at > now:
            return timer.due_at, False
        self._dispatcher.ring(timer, session)
        return timer.due_at, True
