"""Virtual time passes only when it is moved."""

import asyncio
from datetime import UTC, datetime, timedelta

from bot.rehearsal.clock import VirtualClock

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


async def test_who_waits_is_woken_in_the_order_of_the_moments() -> None:
    clock, woken = VirtualClock(NOON), list[int]()

    async def wait(minutes: int) -> None:
        await clock.until(NOON + timedelta(minutes=minutes))
        woken.append(minutes)

    async with asyncio.TaskGroup() as tasks:
        for minutes in (3, 1, 2, 0):
            tasks.create_task(wait(minutes))
        await asyncio.sleep(0)
        clock.move(NOON + timedelta(minutes=2))
        await asyncio.sleep(0)
        assert woken == [0, 1, 2]
        clock.move(NOON + timedelta(minutes=3))
    assert woken == [0, 1, 2, 3]


async def test_who_gave_up_waiting_is_not_woken() -> None:
    clock = VirtualClock(NOON)
    waiting = asyncio.ensure_future(clock.until(NOON + timedelta(minutes=1)))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    clock.move(NOON + timedelta(minutes=2))
    assert clock() == NOON + timedelta(minutes=2)


def test_time_never_goes_back() -> None:
    clock = VirtualClock(NOON)
    clock.move(NOON - timedelta(days=1))
    assert clock() == NOON
