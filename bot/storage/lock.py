"""What only one bot can hold, and what is free again when its process ends, however it ends."""

import fcntl
import os
from pathlib import Path
from typing import Protocol

from sqlalchemy import URL, Connection, func, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from bot.errors import Busy, StorageError, reason
from bot.storage.engine import make_engine
from bot.storage.tables import Account
from bot.storage.writer import as_storage_error

LONGEST_OWNER = 200
# A client that vanished together with its host is noticed by the server after some 20 seconds.
KEEP_ALIVE = ("tcp_keepalives_idle = 5", "tcp_keepalives_interval = 5", "tcp_keepalives_count = 3")


class Lock(Protocol):
    """Held by one at a time; ``take`` and ``check`` raise Busy and name who has it."""

    def take(self) -> None:
        """Take it now or not at all."""
        ...

    def check(self) -> None:
        """Make sure that it is still held."""
        ...

    def release(self) -> None:
        """Let go of it; harmless where it is not held."""
        ...


class NoLock:
    """For a database in memory, which nobody else can reach."""

    def take(self) -> None:
        """Take nothing."""

    def check(self) -> None:
        """Hold nothing."""

    def release(self) -> None:
        """Let go of nothing."""


class FileLock:
    """Holds ``<database>.lock`` for one bot on one SQLite file; the kernel ends it.

    The file stays: to remove it would let two processes lock two files of one name.
    """

    def __init__(self, database: Path, owner: str) -> None:
        self._database = database
        self._owner = owner
        self._file: int | None = None

    def take(self) -> None:
        """Take the lock now. Raises Busy or StorageError."""
        try:
            self._database.parent.mkdir(parents=True, exist_ok=True)
            file = os.open(f"{self._database}.lock", os.O_RDWR | os.O_CREAT, 0o644)
        except OSError as error:
            raise StorageError(f"写不了 {self._database}.lock：{reason(error)}") from error
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            other = os.pread(file, LONGEST_OWNER, 0).decode(errors="replace").strip()
            os.close(file)
            raise busy(str(self._database), other) from None
        os.ftruncate(file, 0)
        os.pwrite(file, self._owner.encode()[:LONGEST_OWNER], 0)
        self._file = file

    def check(self) -> None:
        """Do nothing: the kernel takes it from nobody."""

    def release(self) -> None:
        """Let go of the lock."""
        file, self._file = self._file, None
        if file is not None:
            os.close(file)


class ServerLock:
    """Holds an account on PostgreSQL by a connection of its own, whose end the server notices."""

    def __init__(self, url: URL, account: str) -> None:
        self._url = url
        self._account = account
        self._connection: Connection | None = None

    def take(self) -> None:
        """Take the lock now. Raises Busy or StorageError."""
        try:
            engine = make_engine(self._url).execution_options(isolation_level="AUTOCOMMIT")
            self._connection = engine.connect()
            other = self._try(self._connection)
        except SQLAlchemyError as error:
            self.release()
            raise as_storage_error(error) from error
        if other is not None:
            self.release()
            raise busy(self._account, other)

    def _try(self, connection: Connection) -> str | None:
        """Return None where the lock is ours now, else who has it."""
        for setting in KEEP_ALIVE:
            connection.execute(text(f"SET {setting}"))
        key = func.hashtextextended(self._account, 0)
        if connection.execute(select(func.pg_try_advisory_lock(key))).scalar():
            return None
        wanted = select(col(Account.owner)).where(col(Account.name) == self._account)
        return connection.execute(wanted).scalar() or ""

    def check(self) -> None:
        """Take the lock again where its connection broke. Raises Busy or StorageError."""
        try:
            if self._connection is not None:
                self._connection.execute(text("SELECT 1"))
                return
        except SQLAlchemyError:
            self.release()
        self.take()

    def release(self) -> None:
        """Close the connection, and with it the lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()  # closed for good, not kept for the next one
            connection.close()
            connection.engine.dispose()


def busy(what: str, other: str) -> Busy:
    """Say who holds what somebody else wanted."""
    who = other or "?"
    return Busy(
        f"{what} 正由另一个机器人（{who}）使用，请先停止它。"
        f" {what} is in use by another bot ({who}): stop that one first."
    )
