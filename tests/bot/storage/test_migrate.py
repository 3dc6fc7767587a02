import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlmodel import SQLModel

from bot.errors import Busy, NewerDatabase, StorageError
from bot.storage.engine import make_engine, read_url
from bot.storage.lock import FileLock
from bot.storage.migrate import Outcome, upgrade
from tests.bot.storage.conftest import NOW


def execute(url: str, statement: str) -> None:
    engine = make_engine(read_url(url))
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def table_names(url: str) -> set[str]:
    engine = make_engine(read_url(url))
    with engine.connect() as connection:
        names = set(inspect(connection).get_table_names())
    engine.dispose()
    return names


def test_an_empty_database_gets_all_tables_and_the_second_time_nothing_is_done(
    empty_url: str,
) -> None:
    first = upgrade(empty_url)
    assert (first.from_revision, first.backup) == (None, None)
    assert set(SQLModel.metadata.tables) <= table_names(empty_url)
    assert upgrade(empty_url) == Outcome(first.to_revision, first.to_revision, None)


def test_the_migrations_lead_to_the_tables_that_the_code_declares(url: str) -> None:
    engine = make_engine(read_url(url))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []
    engine.dispose()


def test_two_that_start_together_migrate_once(empty_url: str) -> None:
    with ThreadPoolExecutor(2) as both:
        outcomes = list(both.map(upgrade, [empty_url, empty_url]))
    assert {outcome.from_revision for outcome in outcomes} == {None, outcomes[0].to_revision}


def test_a_newer_database_is_refused_and_not_touched(url: str) -> None:
    execute(url, "UPDATE alembic_version SET version_num = '9999'")
    before = table_names(url)
    with pytest.raises(NewerDatabase, match=r"9999.*请升级程序.*upgrade the program"):
        upgrade(url)
    assert table_names(url) == before


def test_a_file_that_holds_something_is_copied_first(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    with closing(sqlite3.connect(path)) as old, old:
        old.execute("CREATE TABLE old (word TEXT)")
        old.execute("INSERT INTO old VALUES ('kept')")
    backup = upgrade(f"sqlite:///{path}", now=NOW).backup
    assert backup == tmp_path / "bot.db.20261123T020000Z.rev-none.bak"
    with closing(sqlite3.connect(backup)) as copy:
        assert copy.execute("SELECT word FROM old").fetchall() == [("kept",)]
        tables = copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        assert tables.fetchall() == [("old",)]


def test_a_migration_that_fails_changes_nothing(empty_url: str) -> None:
    execute(empty_url, "CREATE TABLE ticket (something_else INTEGER)")
    with pytest.raises(StorageError, match="ticket"):
        upgrade(empty_url)
    assert table_names(empty_url) == {"ticket"}


def test_a_backup_that_cannot_be_written_stops_the_migration(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    execute(f"sqlite:///{path}", "CREATE TABLE old (word TEXT)")
    (tmp_path / "bot.db.20261123T020000Z.rev-none.bak.partial").mkdir()
    with pytest.raises(StorageError, match="备份"):
        upgrade(f"sqlite:///{path}", now=NOW)
    assert table_names(f"sqlite:///{path}") == {"old"}


def test_nothing_is_migrated_under_a_running_bot(tmp_path: Path) -> None:
    path = tmp_path / "bot.db"
    lock = FileLock(path, "the other bot")
    lock.take()
    with pytest.raises(Busy, match="the other bot"):
        upgrade(f"sqlite:///{path}")
    lock.release()
    upgrade(f"sqlite:///{path}")
    lock.take()
    upgrade(f"sqlite:///{path}")  # nothing to do, nobody disturbed
    lock.release()


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, this is no database. " * 100)
    with pytest.raises(StorageError, match="not a database"):
        upgrade(f"sqlite:///{path}")


def test_a_folder_that_is_missing_is_made(tmp_path: Path) -> None:
    path = tmp_path / "data" / "deep" / "bot.db"
    upgrade(f"sqlite:///{path}")
    assert path.exists()


def test_a_database_in_memory_needs_no_migration() -> None:
    assert upgrade("sqlite://").backup is None
