"""What a batch knows without asking, and rows that are written beside the unit of work."""

from collections.abc import Callable
from contextlib import suppress
from typing import Any

from sqlmodel import Session, col, select

from bot.desk import Desk, Grievance
from bot.desk.service import count_open
from bot.message import Contact, Message
from bot.storage import Storage
from bot.storage.known import doubt, known
from bot.storage.rows import add
from bot.storage.tables import Person, Ticket
from tests.bot.storage.conftest import NOW

BROKEN = Grievance("quality", 1, "broken", ("坏了",))


class OopsError(Exception):
    pass


def meet(session: Session, contact: str, name: str = "") -> Person:
    return add(session, Person, account=1, contact=contact, name=name, met_at=NOW)


def complaint(number: int, member: str) -> Message:
    return Message(id=f"m{number}", sender=Contact(member, member), text="坏了", at=NOW, room="r")


def undone(session: Session, work: Callable[[], object]) -> None:
    """Do something in a savepoint that is undone."""
    with suppress(OopsError), session.begin_nested():
        work()
        raise OopsError


async def test_an_added_row_is_the_one_that_is_found(storage: Storage) -> None:
    def work(session: Session) -> None:
        row = meet(session, "zhang", "张三")
        assert session.get(Person, (1, "zhang")) is row
        row.name = "张三丰"

    await storage.transact(work)
    found = await storage.read(lambda session: session.get_one(Person, (1, "zhang")))
    assert found.name == "张三丰"


async def test_an_added_row_is_gone_with_its_savepoint(storage: Storage) -> None:
    def work(session: Session) -> None:
        lost: list[Person] = []
        undone(session, lambda: lost.append(meet(session, "zhang", "张三")))
        assert lost[0] not in session
        meet(session, "zhang", "张三丰")

    await storage.transact(work)
    found = await storage.read(lambda session: session.get_one(Person, (1, "zhang")))
    assert found.name == "张三丰"


async def test_what_was_added_before_a_savepoint_outlives_it(storage: Storage) -> None:
    def work(session: Session) -> None:
        row = meet(session, "zhang")
        undone(session, lambda: meet(session, "li"))
        assert row in session
        with session.begin_nested():
            meet(session, "wang")

    await storage.transact(work)
    met = select(Person.contact).order_by(Person.contact)
    assert await storage.read(lambda s: list(s.exec(met))) == ["wang", "zhang"]


async def test_a_batch_asks_once_and_again_after_what_it_knew_was_undone(storage: Storage) -> None:
    asked: list[int] = []

    def ask() -> int:
        asked.append(1)
        return len(asked)

    def work(session: Session) -> list[int]:
        answers = [known(session, "q", ask), known(session, "q", ask)]
        undone(session, lambda: known(session, "q", ask))
        answers.append(known(session, "q", ask))
        doubt(session)
        return [*answers, known(session, "q", ask)]

    assert await storage.transact(work) == [1, 1, 2, 3]
    assert await storage.transact(lambda session: known(session, "q", ask)) == 4


async def test_tickets_of_a_batch_are_numbered_and_counted_as_they_come(storage: Storage) -> None:
    def work(session: Session) -> Any:
        desk = Desk(session, 1, NOW)
        seen = [dict(count_open(session, 1))]
        first = desk.open(complaint(1, "zhang"), BROKEN, friend=True, assignee="mei")
        seen.append(dict(count_open(session, 1)))
        undone(session, lambda: desk.open(complaint(2, "li"), BROKEN, friend=True, assignee="mei"))
        second = desk.open(complaint(3, "li"), BROKEN, friend=True, assignee="mei")
        seen.append(dict(count_open(session, 1)))
        desk.transfer(first, "mei", "hong", "t")
        seen.append(dict(count_open(session, 1)))
        desk.resolve(second, "mei", "r")
        seen.append(dict(count_open(session, 1)))
        return [first.number, second.number], seen

    numbers, seen = await storage.transact(work)
    assert numbers == [1, 2]
    assert seen == [{}, {"mei": 1}, {"mei": 2}, {"hong": 1, "mei": 1}, {"hong": 1}]
    members = select(Ticket.member).order_by(col(Ticket.number))
    assert await storage.read(lambda s: list(s.exec(members))) == ["zhang", "li"]
