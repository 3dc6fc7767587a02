"""Questions put together once answer as the session would, on either kind of database."""

from contextlib import suppress
from datetime import timedelta

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from bot.message import Letter, Purpose
from bot.outbox import Outbox
from bot.storage import Storage
from bot.storage.asking import ACCOUNT, Among, Question
from bot.storage.finding import Finder
from bot.storage.rows import add, change
from bot.storage.tables import LetterState, Outgoing, Person, Said, Timer
from bot.waiting import Waiting, next_letter
from tests.bot.storage.conftest import NOW

UNSENT = (LetterState.QUEUED, LetterState.SENDING)
LETTERS = Finder(
    Outgoing,
    col(Outgoing.account) == ACCOUNT,
    col(Outgoing.state).in_(UNSENT),
    col(Outgoing.next_at) <= bindparam("now"),
    order=(col(Outgoing.id),),
    limit="most",
)
MET = Question(
    select(col(Person.met_at), col(Person.friend), col(Person.name)).where(
        col(Person.account) == ACCOUNT, col(Person.contact) == bindparam("contact")
    )
)

NAMED = Question(
    select(col(Person.name))
    .where(col(Person.account) == ACCOUNT, Among(col(Person.contact), "contacts"))
    .order_by(col(Person.name))
)
ALIKE = Question(select(col(Said.id)).where(Among(col(Said.likeness), "digests")))


class OopsError(Exception):
    pass


def write(session: Session, key: str, *, after: int = 0) -> None:
    letter = Letter(key=key, room="r", text="早\x00上好", mentions=("a",), purpose=Purpose.NOTICE)
    Outbox(session, 1, NOW).put(letter, due_at=NOW + timedelta(seconds=after))


async def test_values_come_out_as_they_went_in(storage: Storage) -> None:
    def work(session: Session) -> None:
        session.add(Person(account=1, contact="a", name="张三", friend=True, met_at=NOW))
        assert MET.all(session, account=1, contact="a") == [(NOW, True, "张三")]
        assert MET.first(session, account=2, contact="a") is None

    await storage.transact(work)
    assert await storage.read(lambda s: MET.first(s, account=1, contact="a")) is not None


async def test_rows_are_found_whole_and_stay_one_with_those_known(storage: Storage) -> None:
    def work(session: Session) -> None:
        for number in range(5):
            write(session, str(number), after=number)
        first, second = LETTERS.all(session, account=1, now=NOW + timedelta(seconds=3), most=2)
        assert (first.key, second.key) == ("0", "1")
        assert (first.text, first.mentions, first.due_at) == ("早\x00上好", ["a"], NOW)
        assert session.get(Outgoing, first.id) is first
        first.text = "改了"
        assert LETTERS.first(session, account=1, now=NOW, most=1) is first
        assert first.text == "改了"

    await storage.transact(work)
    stored = await storage.read(lambda s: LETTERS.first(s, account=1, now=NOW, most=1))
    assert stored is not None
    assert stored.text == "改了"


async def test_a_key_finds_what_is_new_and_not_what_is_gone(storage: Storage) -> None:
    def work(session: Session) -> None:
        row = Timer(account=1, key="a", kind="k", due_at=NOW)
        session.add(row)
        assert session.get(Timer, (1, "a")) is row
        session.delete(row)
        session.flush()
        assert session.get(Timer, (1, "a")) is None

    await storage.transact(work)


async def test_a_change_is_written_and_undone_with_its_savepoint(storage: Storage) -> None:
    def work(session: Session) -> None:
        row = add(session, Timer, account=1, key="a", kind="k", due_at=NOW, data={"x": "一"})
        change(session, row, due_at=NOW + timedelta(days=1), data={"x": "二"})
        with suppress(OopsError), session.begin_nested():
            change(session, row, kind="other", data={})
            raise OopsError
        assert (row.kind, row.data) == ("k", {"x": "二"})
        row.contact = "later"

    await storage.transact(work)
    row = await storage.read(lambda session: session.get_one(Timer, (1, "a")))
    assert (row.due_at, row.data, row.contact) == (NOW + timedelta(days=1), {"x": "二"}, "later")


async def test_the_next_letter_is_the_one_that_waits_least(storage: Storage) -> None:
    def work(session: Session) -> None:
        assert next_letter(session, 1) is None
        write(session, "late", after=60)
        write(session, "soon", after=5)
        assert next_letter(session, 1) == NOW + timedelta(seconds=5)
        waiting, now = Waiting(1), NOW + timedelta(seconds=6)
        assert waiting.held_up(session, now) == {}
        assert [row.key for row in waiting.due(session, now, 9, {})] == ["soon"]
        assert waiting.first_target(session, now) == "r"
        late = waiting.late(session, NOW + timedelta(days=9))
        assert {row.key for row in late} == {"late", "soon"}

    await storage.transact(work)


async def test_any_of_several_values_is_found(storage: Storage) -> None:
    odd = ["it's", '"quoted"', "微信😡", "back\\slash", "wxid_1"]

    def work(session: Session) -> None:
        for number, contact in enumerate(odd):
            session.add(Person(account=1, contact=contact, name=str(number), met_at=NOW))
        names = NAMED.all(session, account=1, contacts=[*odd[:4], "nobody"])
        assert names == [("0",), ("1",), ("2",), ("3",)]
        assert NAMED.all(session, account=1, contacts=[]) == []
        assert NAMED.all(session, account=2, contacts=odd) == []

    await storage.transact(work)


async def test_numbers_of_64_bits_are_found(storage: Storage) -> None:
    digests = [2**63 - 1, -(2**63), 2**53 + 1, 0]

    def work(session: Session) -> None:
        for number in digests:
            row = Said(account=1, id=str(number), sender="a", at=NOW, heard_at=NOW, likeness=number)
            session.add(row)
        found = ALIKE.all(session, digests=digests[:3])
        assert {id_ for (id_,) in found} == {str(number) for number in digests[:3]}
        assert ALIKE.all(session, digests=[2**53]) == []

    await storage.transact(work)
