"""Brings a database to the revision this code was written for, or refuses to touch it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import CommandError
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.errors import NewerDatabase, StorageError
from bot.storage.backup import back_up, backup_name
from bot.storage.engine import file_of, make_engine, read_url
from bot.storage.lock import FileLock, NoLock
from bot.storage.writer import as_storage_error

MIGRATIONS = Path(__file__).with_name("migrations")
ONE_AT_A_TIME = 0x71756E6B  # PostgreSQL's advisory lock of whoever migrates


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a migration found and left; ``backup`` is the copy it made before."""

    from_revision: str | None
    to_revision: str
    backup: Path | None = None


def upgrade(url: str, *, now: datetime | None = None) -> Outcome:
    """Bring a database to the newest revision; an SQLite file is copied first.

    All of it is one transaction: it is migrated whole or left as it was. A database in memory
    needs none of this, ``Storage`` makes its tables. Raises StorageError, NewerDatabase.
    """
    place = read_url(url)
    file = file_of(place)
    head = str(ScriptDirectory.from_config(configuration()).get_current_head())
    if file is None and place.get_backend_name() == "sqlite":
        return Outcome(None, head)
    engine = make_engine(place)
    try:
        return _upgrade(engine, file, head, now or datetime.now(UTC))
    except (SQLAlchemyError, OSError) as error:
        raise as_storage_error(error) from error
    finally:
        engine.dispose()


def _upgrade(engine: Engine, file: Path | None, head: str, now: datetime) -> Outcome:
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        if file:  # tables are made anew and renamed; inside a transaction this cannot be set
            driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                return _upgrade_inside(connection, file, head, now)
        finally:
            connection.invalidate()


def _upgrade_inside(connection: Connection, file: Path | None, head: str, now: datetime) -> Outcome:
    if file is None:
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ONE_AT_A_TIME})
    current = MigrationContext.configure(connection).get_current_revision()
    if current == head:
        return Outcome(current, head)
    if current is not None and not _knows(current):
        raise NewerDatabase(
            f"数据库的版本({current})比本程序认识的({head})更新,请升级程序,或换用备份的数据库。"
            f" The database is at revision {current}, this program only knows up to {head}:"
            " upgrade the program, or go back to a backup of the database."
        )
    backup = None
    with _undisturbed(file):
        if file and inspect(connection).get_table_names():
            backup = back_up(file, backup_name(file, current or "none", now))
        command.upgrade(configuration(connection), "head")
    if file and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise StorageError(f"{file} was not migrated: rows would refer to rows that do not exist")
    return Outcome(current, head, backup)


@contextmanager
def _undisturbed(file: Path | None) -> Iterator[None]:
    """Keep bots off an SQLite file; raises Busy where one runs on it."""
    lock = FileLock(file, f"migration, process {os.getpid()}") if file else NoLock()
    lock.take()
    try:
        yield
    finally:
        lock.release()


def configuration(connection: Connection | None = None) -> Config:
    """Configure alembic without a file of its own."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config


def _knows(revision: str) -> bool:
    try:
        ScriptDirectory.from_config(configuration()).get_revision(revision)
    except CommandError:
        return False
    return True
