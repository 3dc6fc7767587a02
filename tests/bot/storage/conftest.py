import asyncio
import threading
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, func, select

from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.storage.tables import Note
from tests.postgres import Cluster

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgres"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A database of either kind, without a table."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bot.db'}"
        return
    server: Cluster = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.fixture
def url(empty_url: str) -> str:
    """A database of either kind, migrated."""
    upgrade(empty_url)
    return empty_url


@pytest.fixture
async def storage(url: str) -> AsyncIterator[Storage]:
    async with Storage(url) as opened:
        yield opened


@pytest.fixture
async def server(postgres: Cluster) -> AsyncIterator[Storage]:
    """A storage on PostgreSQL, for what a file does not know."""
    with postgres.database() as url:
        upgrade(url)
        async with Storage(url) as opened:
            yield opened


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A migrated SQLite database."""
    path = tmp_path / "bot.db"
    upgrade(f"sqlite:///{path}")
    return path


class Noting:
    """Writes a note under a key when it is called."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __call__(self, session: Session) -> str:
        session.add(Note(account=1, key=self.key, at=NOW))
        return self.key


class Gate:
    """A work that keeps the writer busy until it is opened, so that others gather behind it."""

    def __init__(self) -> None:
        self._open = threading.Event()
        self._reached = threading.Event()

    def __call__(self, _: Session) -> None:
        self._reached.set()
        self._open.wait()

    async def reached(self) -> None:
        """Return when the writer stands before the gate."""
        await asyncio.to_thread(self._reached.wait)

    def open(self) -> None:
        self._open.set()


def notes(session: Session) -> set[str]:
    return set(session.exec(select(Note.key)))


def count(session: Session) -> int:
    return session.exec(select(func.count()).select_from(Note)).one()
