"""Rows of many turns are written together, and each goes with its own savepoint alone."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from sqlmodel import Session, col, select

from bot.errors import NotTogether
from bot.message import Letter, Purpose
from bot.outbox import Outbox
from bot.storage import Storage
from bot.storage.known import together
from bot.storage.rows import add
from bot.storage.tables import Outgoing, Person
from tests.bot.storage.conftest import NOW


class OopsError(Exception):
    pass


def write(session: Session, key: str) -> None:
    letter = Letter(key=key, room="r", text="大家好", purpose=Purpose.NOTICE)
    Outbox(session, 1, NOW).put(letter)


def meet(session: Session, contact: str) -> Person:
    return add(session, Person, account=1, contact=contact, met_at=NOW)


def keys(session: Session) -> list[str]:
    return list(session.exec(select(Outgoing.key).order_by(col(Outgoing.id))))


def write_and_ask(session: Session, key: str) -> None:
    """Write, and then ask for what would not be seen if it waited still."""
    write(session, key)
    assert key in keys(session)


def undone(session: Session, work: Callable[[], object]) -> None:
    """Do something in a savepoint that is undone."""
    with suppress(OopsError), session.begin_nested():
        work()
        raise OopsError


async def test_what_waits_is_seen_by_whoever_asks(storage: Storage) -> None:
    def work(session: Session) -> None:
        with together(session):
            write(session, "a")
            assert keys(session) == ["a"]
            write(session, "b")
            letter = Outbox(session, 1, NOW).find("b")
            assert letter is not None
            assert session.get(Outgoing, letter.id) is letter
            meet(session, "zhang").name = "张三"
            assert session.exec(select(Person.name)).all() == ["张三"]

    await storage.transact(work)
    assert await storage.read(keys) == ["a", "b"]


async def test_an_undone_savepoint_takes_its_own_rows_only(storage: Storage) -> None:
    def work(session: Session) -> None:
        with together(session):
            write(session, "a")
            undone(session, lambda: write(session, "lost"))
            with session.begin_nested():
                write(session, "b")
            # Who asks in a savepoint has written there what came before it.
            undone(session, lambda: write_and_ask(session, "lost too"))
            write(session, "c")

    await storage.transact(work)
    assert await storage.read(keys) == ["a", "b", "c"]


async def test_savepoints_in_savepoints_keep_what_is_older(storage: Storage) -> None:
    def inner(session: Session) -> None:
        write(session, "outer")
        undone(session, lambda: write_and_ask(session, "lost"))
        assert keys(session) == ["a", "outer"]
        with session.begin_nested():
            write_and_ask(session, "inner")

    def work(session: Session) -> None:
        with together(session):
            write(session, "a")
            with session.begin_nested():
                inner(session)
            assert keys(session) == ["a", "outer", "inner"]
            undone(session, lambda: keys(session))
            write(session, "b")
            undone(session, lambda: inner_lost(session))

    def inner_lost(session: Session) -> None:
        with session.begin_nested():
            write_and_ask(session, "lost with the outer one")

    await storage.transact(work)
    assert await storage.read(keys) == ["a", "outer", "inner", "b"]


async def test_a_row_that_waits_is_gone_with_its_savepoint(storage: Storage) -> None:
    def work(session: Session) -> None:
        with together(session):
            undone(session, lambda: meet(session, "zhang"))
            assert session.get(Person, (1, "zhang")) is None
            meet(session, "zhang").name = "张三"

    await storage.transact(work)
    assert await storage.read(lambda s: list(s.exec(select(Person.name)))) == ["张三"]


async def test_rows_that_are_refused_together_undo_all(storage: Storage) -> None:
    def work(session: Session) -> None:
        with together(session):
            write(session, "a")
            meet(session, "zhang")
            session.expunge_all()
            meet(session, "zhang")

    with pytest.raises(NotTogether):
        await storage.transact(work)
    assert await storage.read(keys) == []
