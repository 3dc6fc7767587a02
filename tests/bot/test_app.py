"""The running bot: it waits while the database refuses, goes on afterwards, and ends well."""

import asyncio
import sqlite3
from datetime import timedelta
from pathlib import Path

import pytest

from bot.errors import Busy, StorageError
from tests.conftest import FANS, STAFF_ROOM, Build, Town

SECOND = timedelta(seconds=1)
ANGRY = "枕头用了两天就塌了，质量太差"


async def test_a_locked_database_takes_nothing_and_later_everything(
    build: Build, tmp_path: Path
) -> None:
    town = await build(url=f"sqlite:///{tmp_path}/bot.db")
    other = sqlite3.connect(tmp_path / "bot.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    town.wechat.says("zhang", ANGRY, FANS)
    events = town.wechat.unheard()
    with pytest.raises(StorageError):
        await town.app.take(events)
    other.execute("ROLLBACK")
    other.close()

    await town.app.take(events)
    await town.settle()

    assert [ticket.member for ticket in await town.tickets()] == ["zhang"]
    assert len(town.heard_in(FANS)) == 1


async def test_an_account_has_one_bot(build: Build, tmp_path: Path) -> None:
    await build(url=f"sqlite:///{tmp_path}/bot.db")
    with pytest.raises(Busy, match="另一个机器人"):
        await build(url=f"sqlite:///{tmp_path}/bot.db")


async def test_running_takes_what_is_said_and_ends_with_nothing_in_hand(town: Town) -> None:
    told = asyncio.Event()
    town.wechat.listen(lambda letter, _: told.set() if letter.room == STAFF_ROOM else None)
    running = asyncio.create_task(town.app.run())
    town.wechat.says("zhang", ANGRY, FANS)
    while not told.is_set():
        await pass_time(town)
    town.app.stop()
    await running

    assert {letter.state for letter in await town.letters()} <= {"sent", "queued"}
    assert len(await town.tickets()) == 1


async def test_where_nothing_is_due_the_database_is_left_alone(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)
    await town.settle()
    asked = town.storage.asked

    wanted = await town.app.work()

    assert wanted is not None
    assert wanted > town.clock()
    assert town.storage.asked == asked


async def pass_time(town: Town) -> None:
    """Let the loop do what it can, then the clock go on by a second."""
    await town.storage.transact(lambda _: None)
    town.clock.move(town.clock().replace(microsecond=0) + SECOND)


async def test_a_configuration_takes_force_between_two_turns(town: Town) -> None:
    await town.configure(wording={"holding_line": "{name} 请看私信"})
    await town.say("zhang", ANGRY, FANS)

    assert town.heard_in(FANS) == ["@张三\u2005请看私信"]
