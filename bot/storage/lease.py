"""Who acts for an account: one bot at a time, and one that was thought dead finds out."""

import asyncio
import contextlib
import logging
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Self

from sqlalchemy import func, insert, select as select_values, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.clock import Clock, SystemClock
from bot.errors import Busy, StorageError
from bot.storage import Storage
from bot.storage.asking import ACCOUNT, Question
from bot.storage.engine import file_of
from bot.storage.lock import FileLock, Lock, NoLock, ServerLock, busy
from bot.storage.tables import Account

log = logging.getLogger(__name__)

TTL = timedelta(seconds=30)
RENEWALS = 3  # in one TTL
EPOCH = Question(
    select_values(col(Account.epoch)).where(col(Account.id) == ACCOUNT).with_for_update(read=True)
)


class Tenure:
    """The right to act for an account, from ``__aenter__`` to ``__aexit__``.

    A lock keeps others out while this process lives and is free the moment it does not, so a
    restart need not wait. The epoch grows at every change of hands: whoever claims something
    calls ``require`` in the same transaction, and one who lost the account without noticing
    claims nothing more.
    """

    def __init__(
        self, storage: Storage, account: str, owner: str, *, clock: Clock | None = None
    ) -> None:
        self._storage = storage
        self._account = account
        self._owner = owner
        self._clock = clock or SystemClock()
        self._lock = _lock_for(storage, account, owner)
        self._lost: Busy | None = None
        self.account_id = 0
        self.epoch = 0

    async def __aenter__(self) -> Self:
        """Take the account over. Raises Busy, naming the other owner, or StorageError."""
        await asyncio.to_thread(self._lock.take)
        try:
            take = partial(acquire, account=self._account, owner=self._owner, now=self._clock())
            self.account_id, self.epoch = await self._storage.transact(take)
        except BaseException:
            self.abandon()
            raise
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give the account back."""
        try:
            with contextlib.suppress(StorageError):
                await self._storage.transact(
                    partial(release, account=self.account_id, epoch=self.epoch)
                )
        finally:
            self.abandon()

    def abandon(self) -> None:
        """Leave without a word, as a process does that dies: only the lock goes."""
        self._lock.release()

    async def keep(self) -> None:
        """Renew for ever; raises Busy when somebody else has taken over."""
        while True:
            await self._clock.until(self._clock() + TTL / RENEWALS)
            try:
                await self.renew()
            except Busy:
                raise
            except StorageError as error:
                log.warning("the tenure of account %s cannot be renewed: %s", self._account, error)

    async def renew(self) -> None:
        """Make sure of lock and row once. Raises Busy or StorageError."""
        try:
            await asyncio.to_thread(self._lock.check)
            await self._storage.transact(
                partial(renew, account=self.account_id, epoch=self.epoch, now=self._clock())
            )
        except Busy as error:
            self._lost = error
            raise

    async def check(self) -> None:
        """Raise Busy where it is known that somebody else has taken over; asks nobody."""
        if self._lost is not None:
            raise self._lost

    def require(self, session: Session) -> None:
        """Raise Busy, inside a transaction, unless the account is still ours.

        A take-over waits until this transaction ends, so it sees whatever was claimed in it.
        """
        if EPOCH.first(session, account=self.account_id) != (self.epoch,):
            self._lost = _taken(session, self.account_id)
            raise self._lost


def acquire(session: Session, *, account: str, owner: str, now: datetime) -> tuple[int, int]:
    """Write a new owner down and return the account's id and its new epoch.

    The caller holds the account's lock; a row is made at first sight. PostgreSQL goes by its
    own clock.
    """
    with contextlib.suppress(IntegrityError), session.begin_nested():
        session.execute(insert(Account).values(name=account, contact="", owner="", epoch=0))
    row = session.exec(select(Account).where(Account.name == account).with_for_update()).one()
    row.owner, row.epoch, row.lease_until = owner, row.epoch + 1, _now(session, now) + TTL
    session.flush()
    return row.id or 0, row.epoch


def renew(session: Session, *, account: int, epoch: int, now: datetime) -> None:
    """Say that the owner lives; raises Busy where the account is somebody else's by now."""
    if not _change(session, account, epoch, lease_until=_now(session, now) + TTL):
        raise _taken(session, account)


def release(session: Session, *, account: int, epoch: int) -> None:
    """Write down that nobody acts for the account, unless somebody else does by now."""
    _change(session, account, epoch, owner="", lease_until=None)


def _change(session: Session, account: int, epoch: int, **values: object) -> bool:
    mine = (col(Account.id) == account, col(Account.epoch) == epoch)
    result: Any = session.execute(update(Account).where(*mine).values(**values))
    return bool(result.rowcount)


def _taken(session: Session, account: int) -> Busy:
    row = session.get(Account, account, populate_existing=True)
    return busy(row.name if row else str(account), row.owner if row else "")


def _now(session: Session, now: datetime) -> datetime:
    if session.get_bind().dialect.name == "sqlite":
        return now
    moment: datetime = session.execute(select_values(func.clock_timestamp())).scalar_one()
    return moment


def _lock_for(storage: Storage, account: str, owner: str) -> Lock:
    if storage.url.get_backend_name() != "sqlite":
        return ServerLock(storage.url, account)
    file = file_of(storage.url)
    return FileLock(file, owner) if file else NoLock()
