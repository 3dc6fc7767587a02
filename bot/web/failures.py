"""Errors that outlive a restart: the last few, by number and time, without what people said."""

import asyncio
import re
from collections.abc import Sequence
from functools import partial

from sqlmodel import Session, col, delete, func, select

from bot.errors import StorageError
from bot.logs import Recent, Trouble
from bot.storage import Storage
from bot.storage.tables import Failure

KEPT = 50
LONGEST = 300  # characters of what is kept of one
PAUSE = 1.0  # seconds between two looks: a storm of errors is written in a few strokes
WORDS = re.compile(r"[\w@.-]+")


class Ledger:
    """Writes down what is logged as an error; what cannot be written yet stays in memory."""

    def __init__(self, recent: Recent, storage: Storage, account: int) -> None:
        self._recent = recent
        self._storage = storage
        self._account = account
        self._stirred = asyncio.Event()

    async def run(self) -> None:
        """Keep what comes, until cancelled; then the last of it."""
        loop = asyncio.get_running_loop()

        def stir() -> None:
            loop.call_soon_threadsafe(self._stirred.set)

        with self._recent.listening(stir):
            try:
                while True:
                    await self._stirred.wait()
                    self._stirred.clear()
                    await self._keep()
                    await asyncio.sleep(PAUSE)
            finally:
                await self._keep()

    async def _keep(self) -> None:
        troubles = list(self._recent)
        if not troubles:
            return
        try:
            await self._storage.transact(partial(_keep, account=self._account, troubles=troubles))
        except StorageError:  # to log it would only make one more that cannot be written
            return
        self._recent.kept(troubles[0].number)


def last(session: Session, account: int) -> int:
    """Return the number of the last error that is kept."""
    return (
        session.exec(select(func.max(Failure.number)).where(Failure.account == account)).one() or 0
    )


def failures(session: Session, account: int) -> Sequence[Failure]:
    """List the errors that are kept, the newest first."""
    wanted = select(Failure).where(Failure.account == account)
    return session.exec(wanted.order_by(col(Failure.number).desc())).all()


def _keep(session: Session, account: int, troubles: Sequence[Trouble]) -> None:
    for trouble in troubles:
        what = trouble.what[:LONGEST]
        row = Failure(
            account=account,
            number=trouble.number,
            at=trouble.at,
            where=trouble.where,
            what=what,
            kind=trouble.kind,
            names=WORDS.findall(what),
        )
        session.merge(row)
    gone = col(Failure.number) <= troubles[0].number - KEPT
    session.exec(delete(Failure).where(col(Failure.account) == account, gone))
