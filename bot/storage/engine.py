"""Engines for SQLite and PostgreSQL, made so that the rest need not know which it is."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
from psycopg.abc import Buffer
from psycopg.pq import TransactionStatus
from psycopg.types.string import StrDumperUnknown
from sqlalchemy import URL, Connection, Engine, ExceptionContext, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.pool import StaticPool
from typing_extensions import override

from bot.errors import StorageError, reason
from bot.storage.speech import NUL, STAND_IN

LOCK_WAIT_MS = 5_000  # how long a writer waits for another process on the same SQLite file
PRAGMAS = (
    f"busy_timeout={LOCK_WAIT_MS}",
    "journal_mode=WAL",
    "foreign_keys=ON",
    "journal_size_limit=67108864",
    "mmap_size=67108864",
    "temp_store=MEMORY",
)
STATEMENTS_KEPT = 512
POSTGRES_ARGUMENTS = {
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "application_name": "qunkeeper",
}
# SQLite's primary result codes that say "the database cannot do it now", not "this is wrong".
SQLITE_OUTAGES = frozenset({5, 6, 7, 8, 9, 10, 11, 13, 14, 15, 22, 26})
PROGRAM_LIMIT = "54"  # PostgreSQL's class of errors for values that are too large


class TextWithoutNul(StrDumperUnknown):
    """Text that PostgreSQL takes: U+0000, which it refuses, gets its stand-in."""

    @override
    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace(NUL, STAND_IN) if NUL in obj else obj)


def read_url(url: str) -> URL:
    """Parse a database URL; ``postgresql://`` means psycopg 3. Raises StorageError."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise StorageError("this is no database URL; write sqlite:///file.db") from error
    if parsed.drivername == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername not in {"sqlite", "postgresql+psycopg"}:
        raise StorageError(
            f"unknown database {parsed.drivername!r}; write sqlite:///… or postgresql+psycopg://…"
        )
    return parsed.set(database=None) if parsed.database == ":memory:" else parsed


def file_of(url: URL) -> Path | None:
    """Return the file of an SQLite database; None in memory and on PostgreSQL."""
    return Path(url.database) if url.get_backend_name() == "sqlite" and url.database else None


def make_engine(url: URL, *, synchronous: str = "FULL", readers: int = 0) -> Engine:
    """Make an engine for one writer, or (``readers`` > 0) one that can only read.

    Its errors do not show the values of a statement: these are people's words.
    """
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, synchronous=synchronous, readers=readers)
    return _postgres(url, readers=readers)


def _sqlite(url: URL, *, synchronous: str, readers: int) -> Engine:
    file = file_of(url)
    arguments = {"check_same_thread": False, "cached_statements": STATEMENTS_KEPT}
    if file is None:
        engine = create_engine(
            url, poolclass=StaticPool, connect_args=arguments, hide_parameters=True
        )
    else:
        _make_folder(file.parent)
        size = readers or 1
        engine = create_engine(
            url, pool_size=size, max_overflow=0, connect_args=arguments, hide_parameters=True
        )
    pragmas = (*PRAGMAS, f"synchronous={synchronous}", *(["query_only=ON"] if readers else []))
    begin = "BEGIN" if readers else "BEGIN IMMEDIATE"

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, _: object) -> None:
        connection.isolation_level = None  # transactions begin where we say so
        for pragma in pragmas:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def start(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return _with_cheap_savepoints(engine)


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"建不了数据库的文件夹 {folder}：{reason(error)}") from error


def _postgres(url: URL, *, readers: int) -> Engine:
    options: dict[str, Any] = {"isolation_level": "READ COMMITTED"}
    if readers:
        options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    engine = create_engine(
        url,
        pool_size=readers or 1,
        max_overflow=0,
        pool_pre_ping=True,
        connect_args={**POSTGRES_ARGUMENTS, **url.query},
        execution_options=options,
        hide_parameters=True,
    )

    @event.listens_for(engine, "connect")
    def prepare(connection: psycopg.Connection[Any], _: object) -> None:
        connection.adapters.register_dumper(str, TextWithoutNul)

    @event.listens_for(engine, "handle_error")
    def hush(context: ExceptionContext) -> None:
        for error in (context.original_exception, context.sqlalchemy_exception):
            keep_quiet(error)

    return _with_cheap_savepoints(engine)


def _with_cheap_savepoints(engine: Engine) -> Engine:
    """Say SAVEPOINT to the driver itself: compiling each one costs seven times the statement."""
    dialect = engine.dialect
    options: dict[str, Any] = {} if dialect.name == "sqlite" else {"prepare": False}

    def say(connection: Connection, sentence: str) -> None:
        driver: Any = connection.connection.dbapi_connection
        driver.execute(sentence, **options)

    def savepoint(connection: Connection, name: str) -> None:
        say(connection, f"SAVEPOINT {name}")

    def release(connection: Connection, name: str) -> None:
        say(connection, f"RELEASE SAVEPOINT {name}")

    def rollback(connection: Connection, name: str) -> None:
        say(connection, f"ROLLBACK TO SAVEPOINT {name}")

    dialect.do_savepoint = savepoint  # type: ignore[method-assign]
    dialect.do_release_savepoint = release  # type: ignore[method-assign]
    dialect.do_rollback_to_savepoint = rollback  # type: ignore[method-assign]
    return engine


def keep_quiet(error: BaseException | None) -> None:
    """Leave out the server's DETAIL, which quotes whole rows."""
    if error is not None and error.args:
        error.args = (str(error.args[0]).split("\nDETAIL:")[0], *error.args[1:])


def write(connection: Connection, statement: str, values: Sequence[Any]) -> Any:
    """Tell the driver itself to write, once for each of these values; return its cursor.

    SQLAlchemy's own way there costs more than most statements. Errors are the ones it raises.
    """
    driver: Any = connection.connection.dbapi_connection
    cursor, dialect = driver.cursor(), connection.dialect
    wrong: type[Exception] = dialect.loaded_dbapi.Error
    try:
        if len(values) == 1:
            cursor.execute(statement, values[0])
        else:
            cursor.executemany(statement, values)
    except wrong as error:
        keep_quiet(error)
        told: Any = DBAPIError.instance(
            statement, None, error, wrong, hide_parameters=True, dialect=dialect
        )
        raise told from error
    return cursor


def in_transaction(connection: Connection) -> bool:
    """Say whether the transaction still stands; some failures end it behind our back."""
    if connection.invalidated:
        return False
    driver: Any = connection.connection.dbapi_connection
    if isinstance(driver, sqlite3.Connection):
        return driver.in_transaction
    standing = {TransactionStatus.IDLE, TransactionStatus.INTRANS}  # it begins by itself
    return driver.info.transaction_status in standing


def is_outage(error: BaseException) -> bool:
    """Say whether the database could not do it, rather than being asked something wrong."""
    if isinstance(error, DBAPIError):
        if error.connection_invalidated:
            return True
        error = error.orig or error
    if isinstance(error, sqlite3.Error):
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in SQLITE_OUTAGES
    if isinstance(error, psycopg.OperationalError | psycopg.InterfaceError):
        return not (error.sqlstate or "").startswith(PROGRAM_LIMIT)
    return False
