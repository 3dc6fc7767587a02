import asyncio
import signal
import sys
from datetime import UTC, datetime

import pytest
from sqlalchemy import text
from sqlmodel import Session, select

from bot.errors import Busy
from bot.storage import Storage
from bot.storage.lease import TTL, Tenure
from bot.storage.tables import Account

HOLD_AND_TELL = """
import asyncio, sys
from bot.storage import Storage
from bot.storage.lease import Tenure

async def main():
    async with Storage(sys.argv[1]) as storage, Tenure(storage, "main", "doomed"):
        print("holding", flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def account(session: Session) -> Account:
    return session.exec(select(Account)).one()


async def test_a_second_bot_is_refused_and_told_who_holds_the_account(storage: Storage) -> None:
    async with Tenure(storage, "main", "bot one") as first:
        await first.check()
        for _ in range(2):
            with pytest.raises(Busy, match=r"正由另一个机器人（bot one）.*in use by another bot"):
                await Tenure(storage, "main", "bot two").__aenter__()
        await first.renew()
    async with Tenure(storage, "main", "bot two") as second:
        assert second.account_id == first.account_id
        assert second.epoch == first.epoch + 1


async def test_the_row_tells_who_holds_the_account_and_until_when(storage: Storage) -> None:
    before = datetime.now(UTC)
    async with Tenure(storage, "main", "bot one") as tenure:
        row = await storage.read(account)
        assert (row.id, row.owner, row.epoch) == (tenure.account_id, "bot one", tenure.epoch)
        assert row.lease_until is not None
        assert row.lease_until >= before + TTL
    row = await storage.read(account)
    assert (row.owner, row.lease_until) == ("", None)


async def test_other_commands_run_beside_a_bot(storage: Storage, url: str) -> None:
    async with Tenure(storage, "main", "bot one"), Storage(url) as other:
        assert (await other.read(account)).owner == "bot one"
        await other.transact(lambda session: session.add(Account(name="another")))


async def test_two_accounts_are_held_side_by_side_on_a_server(server: Storage) -> None:
    async with Tenure(server, "one", "bot one") as one, Tenure(server, "two", "bot two") as two:
        assert one.account_id != two.account_id


async def test_after_kill_9_the_account_is_free_without_waiting(url: str) -> None:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", HOLD_AND_TELL, url, stdout=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    assert await process.stdout.readline() == b"holding\n"
    async with Storage(url) as storage:
        with pytest.raises(Busy, match="doomed"):
            await Tenure(storage, "main", "heir").__aenter__()
        process.send_signal(signal.SIGKILL)
        await process.wait()
        heir = await inherit(storage)
        assert ((await storage.read(account)).owner, heir.epoch) == ("heir", 2)
        await heir.__aexit__(None, None, None)


async def inherit(storage: Storage) -> Tenure:
    """Try until the server has noticed that the connection of the dead is gone."""
    while True:
        try:
            return await Tenure(storage, "main", "heir").__aenter__()
        except Busy:
            continue


async def test_one_who_dies_without_a_word_leaves_the_lock_but_not_the_row(
    storage: Storage,
) -> None:
    tenure = await Tenure(storage, "main", "bot one").__aenter__()
    tenure.abandon()
    assert (await storage.read(account)).owner == "bot one"
    async with Tenure(storage, "main", "bot two") as heir:
        assert heir.epoch == tenure.epoch + 1


async def test_one_who_lost_the_account_finds_out_and_claims_nothing_more(
    storage: Storage,
) -> None:
    first = await Tenure(storage, "main", "bot one").__aenter__()
    first.abandon()  # as if its connection had broken without its knowing
    async with Tenure(storage, "main", "bot two") as second:
        await storage.transact(second.require)
        with pytest.raises(Busy, match="bot two"):
            await storage.transact(first.require)
        with pytest.raises(Busy, match="bot two"):
            await first.check()
        with pytest.raises(Busy):
            await first.renew()
        await first.__aexit__(None, None, None)
        assert (await storage.read(account)).owner == "bot two"


async def test_a_lock_whose_connection_broke_is_taken_again(server: Storage) -> None:
    def cut_locks(session: Session) -> None:
        session.execute(
            text("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        )

    async with Tenure(server, "main", "bot one") as tenure:
        await server.transact(cut_locks)
        await tenure.renew()
        with pytest.raises(Busy, match="bot one"):
            await Tenure(server, "main", "bot two").__aenter__()
        await server.transact(cut_locks)
        usurper = await Tenure(server, "main", "bot two").__aenter__()
        with pytest.raises(Busy, match="bot two"):
            await tenure.renew()
        await usurper.__aexit__(None, None, None)
