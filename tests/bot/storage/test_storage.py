import asyncio
import signal
import sqlite3
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlmodel import Session, select

from bot.errors import StorageError
from bot.storage import Storage
from bot.storage.tables import Entry, EntryKind, Note
from tests.bot.storage.conftest import NOW, Gate, Noting, count, notes


class OopsError(Exception):
    pass


def oops(session: Session) -> None:
    Noting("oops")(session)
    session.flush()
    raise OopsError


@pytest.fixture
def commits() -> Iterator[list[Connection]]:
    seen: list[Connection] = []
    see = seen.append
    event.listen(Engine, "commit", see)
    yield seen
    event.remove(Engine, "commit", see)


async def gather_behind(
    gate: Gate, storage: Storage, *works: Callable[[Session], Any]
) -> list[Any]:
    """Ask for all works while the writer is busy, so that they make up one batch."""
    first = asyncio.ensure_future(storage.transact(gate))
    await gate.reached()
    rest = [asyncio.ensure_future(storage.transact(work)) for work in works]
    await asyncio.sleep(0)
    gate.open()
    await first
    return list(await asyncio.gather(*rest, return_exceptions=True))


async def test_what_a_work_wrote_is_there_when_it_returns(storage: Storage) -> None:
    assert await storage.transact(Noting("a")) == "a"
    assert await storage.read(notes) == {"a"}


async def test_a_work_that_raises_leaves_nothing_and_its_error_is_raised(storage: Storage) -> None:
    with pytest.raises(OopsError):
        await storage.transact(oops)
    assert await storage.read(count) == 0


async def test_whatever_waits_becomes_true_in_one_commit(
    storage: Storage, commits: list[Connection]
) -> None:
    gate = Gate()
    keys = [f"n{number}" for number in range(100)]
    assert await gather_behind(gate, storage, *map(Noting, keys)) == keys
    assert len(commits) == 1  # the gate had nothing to commit
    assert await storage.read(notes) == set(keys)


async def test_in_a_batch_only_the_work_that_raises_is_undone(storage: Storage) -> None:
    outcomes = await gather_behind(Gate(), storage, Noting("a"), oops, Noting("b"), Noting("a"))
    assert [type(outcome) for outcome in outcomes] == [str, OopsError, str, IntegrityError]
    assert await storage.read(notes) == {"a", "b"}


@pytest.mark.parametrize("company", [0, 3])
async def test_a_work_may_fail_inside_and_go_on(storage: Storage, company: int) -> None:
    await storage.transact(Noting("a"))

    def once(session: Session) -> bool:
        try:
            with session.begin_nested():
                Noting("a")(session)
                session.flush()
        except IntegrityError:
            Noting("second")(session)
            return False
        return True

    others = [Noting(f"other{number}") for number in range(company)]
    outcomes = await gather_behind(Gate(), storage, once, *others)
    assert outcomes[0] is False
    assert await storage.read(count) == 2 + company


@pytest.mark.parametrize("company", [0, 3])
async def test_a_work_may_roll_itself_back_and_start_over(storage: Storage, company: int) -> None:
    def twice(session: Session) -> None:
        Noting("first")(session)
        session.flush()
        session.rollback()
        Noting("second")(session)

    others = [Noting(f"other{number}") for number in range(company)]
    await gather_behind(Gate(), storage, *others, twice)
    assert "second" in await storage.read(notes)
    assert await storage.read(count) == 1 + company


async def test_an_error_that_a_future_cannot_carry_arrives_all_the_same(storage: Storage) -> None:
    with pytest.raises(RuntimeError):
        await storage.transact(lambda _: next(iter(())))


async def test_who_stops_waiting_harms_nobody(storage: Storage) -> None:
    gate = Gate()
    blocked = asyncio.ensure_future(storage.transact(gate))
    await gate.reached()
    impatient = asyncio.ensure_future(storage.transact(Noting("impatient")))
    patient = asyncio.ensure_future(storage.transact(Noting("patient")))
    await asyncio.sleep(0)
    impatient.cancel()
    gate.open()
    assert await patient == "patient"
    await blocked
    assert impatient.cancelled()
    assert await storage.read(notes) == {"impatient", "patient"}


async def test_closing_finishes_what_was_asked_for(url: str) -> None:
    storage = Storage(url)
    await storage.open()
    asked = [asyncio.ensure_future(storage.transact(Noting(f"n{number}"))) for number in range(50)]
    await asyncio.sleep(0)
    await storage.close()
    assert all([await one for one in asked])
    with pytest.raises(StorageError):
        await storage.transact(Noting("too late"))
    async with storage:
        assert await storage.read(count) == 50


async def test_readers_do_not_wait_for_the_writer_and_see_what_is_committed(
    storage: Storage,
) -> None:
    gate = Gate()

    def slowly(session: Session) -> None:
        Noting("unfinished")(session)
        session.flush()
        gate(session)

    writing = asyncio.ensure_future(storage.transact(slowly))
    await gate.reached()
    assert await storage.read(notes) == set()
    gate.open()
    await writing
    assert await storage.read(notes) == {"unfinished"}


@pytest.mark.parametrize("kind", ["file", "memory"])
async def test_a_reader_cannot_write(
    kind: str, storage: Storage, request: pytest.FixtureRequest
) -> None:
    async with Storage("sqlite://") as memory:
        chosen = storage if kind == "file" else memory

        def write(session: Session) -> None:
            Noting("a")(session)
            session.flush()

        with pytest.raises((DBAPIError, StorageError)):
            await chosen.read(write)
        await chosen.transact(Noting("b"))
        assert await chosen.read(notes) == {"b"}


async def test_a_database_in_memory_has_its_tables_and_keeps_its_rows() -> None:
    async with Storage("sqlite://") as storage:
        await storage.transact(Noting("a"))
        with pytest.raises(OopsError):
            await storage.transact(oops)
        assert await storage.read(notes) == {"a"}


async def test_where_the_commit_fails_the_whole_batch_fails_and_the_next_is_taken(
    file: Path,
) -> None:
    def refers_to_nothing(session: Session) -> None:
        session.execute(text("PRAGMA defer_foreign_keys=ON"))  # looked at in COMMIT only
        session.add(
            Entry(
                account=1,
                ticket=404,
                source="x",
                member="m",
                kind=EntryKind.NOTE,
                author="a",
                at=NOW,
            )
        )

    async with Storage(f"sqlite:///{file}") as storage:
        outcomes = await gather_behind(Gate(), storage, Noting("a"), refers_to_nothing, Noting("b"))
        assert [type(outcome) for outcome in outcomes] == [StorageError] * 3
        assert all(isinstance(one, StorageError) and one.__cause__ for one in outcomes)
        assert await storage.read(count) == 0
        await storage.transact(Noting("c"))
        assert await storage.read(notes) == {"c"}


async def test_a_full_disk_is_told_and_later_works_are_taken(file: Path) -> None:
    def fill_the_disk(session: Session) -> None:
        session.execute(text("PRAGMA max_page_count=1"))
        session.add(Note(account=1, key="large", at=NOW, data={"text": "x" * 1_000_000}))

    async with Storage(f"sqlite:///{file}") as storage:
        with pytest.raises(StorageError, match="full"):
            await storage.transact(fill_the_disk)
        outcomes = await gather_behind(Gate(), storage, Noting("a"), fill_the_disk)
        assert isinstance(outcomes[1], StorageError)
        await storage.transact(Noting("b"))
        kept = await storage.read(notes)
        assert kept == ({"a", "b"} if outcomes[0] == "a" else {"b"})


async def test_a_database_that_another_process_locks_is_told_and_resumes(file: Path) -> None:
    async with Storage(f"sqlite:///{file}") as storage:
        await storage.transact(lambda session: session.execute(text("PRAGMA busy_timeout=0")))
        with closing(sqlite3.connect(file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            outcomes = await gather_behind(Gate(), storage, Noting("a"), Noting("b"))
            assert all(isinstance(outcome, StorageError) for outcome in outcomes)
            other.execute("ROLLBACK")
        await storage.transact(Noting("c"))
        assert await storage.read(notes) == {"c"}


async def test_a_lost_connection_fails_the_batch_and_the_next_gets_a_new_one(
    server: Storage,
) -> None:
    def be_cut_off(session: Session) -> None:
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    outcomes = await gather_behind(Gate(), server, Noting("a"), be_cut_off, Noting("b"))
    assert [type(outcome) for outcome in outcomes] == [StorageError] * 3
    await server.transact(Noting("c"))
    assert await server.read(notes) == {"c"}
    with pytest.raises(StorageError):
        await server.transact(be_cut_off)


@pytest.mark.parametrize(
    "bad", ["nonsense", "mysql://x/y", "postgresql://nobody@127.0.0.1:1/nothing"]
)
async def test_a_database_that_cannot_be_used_is_told_at_once(bad: str) -> None:
    with pytest.raises(StorageError):
        async with Storage(bad):
            pass


async def test_a_file_that_is_no_database_is_told_at_once(tmp_path: Path) -> None:
    path = tmp_path / "letter.db"
    path.write_text("Dear reader, this is no database. " * 100)
    with pytest.raises(StorageError, match="not a database"):
        async with Storage(f"sqlite:///{path}"):
            pass


WRITE_AND_TELL = """
import asyncio, sys
from bot.storage import Storage
from tests.bot.storage.conftest import Noting

async def main():
    async with Storage(sys.argv[1]) as storage:
        async def write(lane):
            for number in range(100_000):
                first, second = f"{lane}-{number}-1", f"{lane}-{number}-2"
                await storage.transact(lambda s: (Noting(first)(s), s.flush(), Noting(second)(s)))
                print(f"{lane}-{number}", flush=True)
        await asyncio.gather(*[write(lane) for lane in range(8)])

asyncio.run(main())
"""


async def test_what_was_acknowledged_survives_kill_9_and_nothing_is_half_true(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITE_AND_TELL, url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    told = [(await process.stdout.readline()).decode().strip() for _ in range(300)]
    process.send_signal(signal.SIGKILL)
    told += (await process.stdout.read()).decode().split("\n")[:-1]
    await process.wait()
    async with Storage(url) as storage:
        found = await storage.read(notes)
    assert {f"{one}-{half}" for one in told for half in (1, 2)} <= found
    halves = {key[:-2] for key in found}
    assert found == {f"{one}-{half}" for one in halves for half in (1, 2)}


async def test_rows_stay_readable_after_the_transaction(storage: Storage) -> None:
    await storage.transact(Noting("a"))
    row = await storage.read(lambda session: session.exec(select(Note)).one())
    assert (row.key, row.at) == ("a", NOW)


async def test_an_error_of_the_database_does_not_repeat_what_people_said(storage: Storage) -> None:
    def say_without_a_time(session: Session) -> None:
        words = {"account": 1, "key": "a", "contact": "my secret words", "data": {}}
        session.execute(insert(Note).values(words))

    with pytest.raises(IntegrityError) as caught:
        await storage.transact(say_without_a_time)
    told = "".join(traceback.format_exception(caught.value))
    assert "at" in told
    assert "my secret words" not in told
