"""What the bot remembers: one writer that commits whatever waits, and readers beside it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self, TypeVar

from sqlalchemy import Engine, text
from sqlmodel import Session, SQLModel

from bot.errors import StorageError
from bot.storage import tables as tables
from bot.storage.engine import file_of, is_outage, make_engine, read_url
from bot.storage.writer import Writer, as_storage_error

T = TypeVar("T")

READERS = 4


class Storage:
    """A database that is open between ``open`` and ``close``; work runs off the event loop.

    ``sqlite://`` is a database in memory: empty at each start, with all tables. Any other is as
    ``bot.storage.migrate.upgrade`` left it. Rows that work returns stay readable, but are copies.
    """

    def __init__(self, url: str, *, synchronous: str = "FULL") -> None:
        self.url = read_url(url)
        self._synchronous = synchronous
        self._in_memory = self.url.get_backend_name() == "sqlite" and file_of(self.url) is None
        self._engines: list[Engine] = []
        self._writer: Writer | None = None
        self._readers: ThreadPoolExecutor | None = None
        self.asked = 0  # how many transactions were asked for: while it stands, nothing changes

    async def open(self) -> None:
        """Reach the database; raises StorageError where that fails."""
        engine = make_engine(self.url, synchronous=self._synchronous)
        self._engines = [engine]
        self._writer = Writer(engine)
        if not self._in_memory:
            self._engines.append(make_engine(self.url, readers=READERS))
            self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="storage-reader")
        try:
            await self._writer.do(_lay_tables if self._in_memory else _touch)
        except StorageError:
            await self.close()
            raise

    async def close(self) -> None:
        """Finish what was asked for, and let go of the database."""
        writer, self._writer = self._writer, None
        readers, self._readers = self._readers, None
        if writer:
            await writer.stop()
        if readers:
            await asyncio.to_thread(readers.shutdown)
        for engine in self._engines:
            engine.dispose()
        self._engines = []

    async def transact(self, work: Callable[[Session], T]) -> T:
        """Run ``work``; commit if it returns, undo all of it if it raises.

        What it raises is raised here. StorageError means that the database failed: nothing of it
        is true (or, where the link to PostgreSQL broke during COMMIT, all of it may be).
        """
        writer = self._open_writer()
        self.asked += 1
        return await writer.do(work)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Run ``work`` on what is committed, beside the writer; it cannot change anything."""
        writer = self._open_writer()
        if self._readers is None:
            return await writer.do(lambda session: _look_in_memory(session, work))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._readers, _look, self._engines[-1], work)

    def _open_writer(self) -> Writer:
        if self._writer is None:
            raise StorageError("the database is closed")
        return self._writer

    async def __aenter__(self) -> Self:
        """Open the database."""
        await self.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close the database."""
        await self.close()


def _touch(session: Session) -> None:
    session.execute(text("SELECT 1"))


def _lay_tables(session: Session) -> None:
    SQLModel.metadata.create_all(session.connection())


def _look(engine: Engine, work: Callable[[Session], T]) -> T:
    try:
        with Session(engine, expire_on_commit=False) as session:
            return work(session)
    except Exception as error:
        if is_outage(error):
            raise as_storage_error(error) from error
        raise


def _look_in_memory(session: Session, work: Callable[[Session], T]) -> T:
    driver: Any = session.connection().connection.dbapi_connection
    driver.execute("PRAGMA query_only=ON")
    try:
        return work(session)
    finally:
        driver.execute("PRAGMA query_only=OFF")
