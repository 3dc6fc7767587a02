"""When the next timer and letter are due: learned on the way, in transactions of others."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import TypeVar

from sqlmodel import Session

from bot.storage import Storage
from bot.timers import next_due
from bot.waiting import next_letter

T = TypeVar("T")


class Upcoming:
    """What is due next for one account.

    Every transaction of ``transact`` and ``hear`` looks for it at its end. Where nobody else asked
    for one since the last look, it is ``certain`` without looking; it is ``calm`` as long as no
    more was done than to record what was said, since whoever saw to the letters said that it is.
    """

    def __init__(self, storage: Storage, account: int) -> None:
        self.timer: datetime | None = None
        self.letter: datetime | None = None
        self.calm = False
        self._storage = storage
        self._account = account
        self._own = 0  # how many transactions were asked for here
        self._seen = -1  # how many of others had been asked for at the last look

    @property
    def certain(self) -> bool:
        """Whether nothing can have changed since the last look but by what looks itself."""
        return self._seen == self._others

    async def transact(self, work: Callable[[Session], T]) -> T:
        """Run work in a transaction, and learn in it what is due next."""
        done = await self._transact(work)
        self.calm = False
        return done

    async def hear(self, work: Callable[[Session], bool]) -> None:
        """Run work that says whether it did more than to record what was said."""
        if await self._transact(work):
            self.calm = False

    async def learn(self) -> None:
        """Look where something may have changed."""
        if not self.certain:
            await self.transact(lambda _: None)

    @property
    def _others(self) -> int:
        return self._storage.asked - self._own

    async def _transact(self, work: Callable[[Session], T]) -> T:
        others = self._others
        self._own += 1
        done, self.timer, self.letter = await self._storage.transact(partial(self._look, work))
        self._seen = others
        return done

    def _look(
        self, work: Callable[[Session], T], session: Session
    ) -> tuple[T, datetime | None, datetime | None]:
        done = work(session)
        timer = next_due(session, self._account)
        return done, timer[0] if timer is not None else None, next_letter(session, self._account)
