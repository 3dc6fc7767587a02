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

    Where no transaction was asked for since the last look, it is ``certain`` without looking.
    """

    def __init__(self, storage: Storage, account: int) -> None:
        self.timer: datetime | None = None
        self.letter: datetime | None = None
        self._storage = storage
        self._account = account
        self._looked = -1  # how many transactions had been asked for then

    @property
    def certain(self) -> bool:
        """Whether nothing can have changed since the last look."""
        return self._looked == self._storage.asked

    async def transact(self, work: Callable[[Session], T]) -> T:
        """Run work in a transaction, and learn in it what is due next."""
        look = self._storage.asked + 1
        done, self.timer, self.letter = await self._storage.transact(partial(self._look, work))
        self._looked = look
        return done

    async def learn(self) -> None:
        """Look where something may have changed."""
        if not self.certain:
            await self.transact(lambda _: None)

    def _look(
        self, work: Callable[[Session], T], session: Session
    ) -> tuple[T, datetime | None, datetime | None]:
        done = work(session)
        timer = next_due(session, self._account)
        return done, timer[0] if timer is not None else None, next_letter(session, self._account)
