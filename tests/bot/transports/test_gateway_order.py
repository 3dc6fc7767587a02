"""Events are looked into side by side and handed on in order; what is known is asked once."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime

import pytest

from bot.message import Heard, LoggedOut
from bot.transports.gateway.reception import Reception
from bot.transports.gateway.shelf import Shelf

AT = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


class Hall:
    """A reception, and what it handed on."""

    def __init__(self, hold: float) -> None:
        self.heard: asyncio.Queue[str] = asyncio.Queue()
        self.reception = Reception(self._note, hold=hold)

    def _note(self, events: Sequence[Heard]) -> None:
        for event in events:
            assert isinstance(event, LoggedOut)
            self.heard.put_nowait(event.why)

    def admit(self, why: str, after: "asyncio.Event | None" = None) -> None:
        self.reception.admit("logout", self._understand(why, after))

    async def _understand(self, why: str, after: "asyncio.Event | None") -> Sequence[Heard]:
        if after is not None:
            await after.wait()
        if why == "broken":
            raise RuntimeError(why)
        return [LoggedOut(why, AT)]


@pytest.fixture
async def hall(request: pytest.FixtureRequest) -> AsyncIterator[Hall]:
    """Open a hall that holds others back for so long."""
    hall = Hall(getattr(request, "param", 60.0))
    task = asyncio.create_task(hall.reception.run())
    yield hall
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    await hall.reception.close()


async def test_a_quick_one_waits_for_the_slow_one_before_it(hall: Hall) -> None:
    door = asyncio.Event()
    hall.admit("slow", door)
    hall.admit("quick")
    door.set()

    assert [await hall.heard.get() for _ in range(2)] == ["slow", "quick"]


@pytest.mark.parametrize("hall", [0.0], indirect=True)
async def test_one_that_takes_too_long_steps_aside(hall: Hall) -> None:
    door = asyncio.Event()
    hall.admit("slow", door)
    hall.admit("quick")
    first = await hall.heard.get()
    door.set()

    assert [first, await hall.heard.get()] == ["quick", "slow"]


async def test_one_that_cannot_be_understood_is_lost_loudly_and_alone(
    hall: Hall, caplog: pytest.LogCaptureFixture
) -> None:
    hall.admit("broken")
    hall.admit("next")

    assert await hall.heard.get() == "next"
    assert [record.levelno for record in caplog.records] == [logging.ERROR]


class Library:
    """Answers, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.door = asyncio.Event()

    async def look_up(self, key: str) -> str:
        self.asked.append(key)
        await self.door.wait()
        if key == "unknown":
            raise LookupError(key)
        return key.upper()


async def test_those_who_ask_together_share_one_answer() -> None:
    library = Library()
    shelf = Shelf(library.look_up, keep=60, places=10)
    asking = [asyncio.create_task(shelf.get("a")) for _ in range(5)]
    await asyncio.sleep(0)
    library.door.set()

    assert await asyncio.gather(*asking) == ["A"] * 5
    assert library.asked == ["a"]


async def test_what_is_forgotten_is_asked_anew() -> None:
    library = Library()
    library.door.set()
    shelf = Shelf(library.look_up, keep=60, places=10)
    await shelf.get("a")
    shelf.forget("a")
    await shelf.get("a")
    shelf.forget_all()
    await shelf.get("a")

    assert library.asked == ["a", "a", "a"]


async def test_a_failure_is_not_remembered() -> None:
    library = Library()
    library.door.set()
    shelf = Shelf(library.look_up, keep=60, places=10)
    for _ in range(2):
        with pytest.raises(LookupError):
            await shelf.get("unknown")

    assert library.asked == ["unknown", "unknown"]


async def test_a_full_shelf_lets_go_of_the_oldest() -> None:
    library = Library()
    library.door.set()
    shelf = Shelf(library.look_up, keep=60, places=2)
    for key in ("a", "b", "c", "b", "a"):
        await shelf.get(key)

    assert library.asked == ["a", "b", "c", "a"]
