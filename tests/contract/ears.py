"""How a test listens."""

import asyncio
from collections.abc import Callable
from typing import Self, TypeVar

from bot.message import Heard, LoggedIn, RoomKnown
from bot.transports import Transport

T = TypeVar("T")
LONG = 60.0  # seconds until a test that hears nothing fails


def anything(_: object) -> bool:
    """Take whatever comes."""
    return True


class Ears:
    """Hears everything, in order, and waits for what the test expects."""

    def __init__(self, transport: Transport) -> None:
        self.heard: list[Heard] = []
        self._news = asyncio.Event()
        self._seen = 0
        self._task = asyncio.create_task(self._listen(transport))

    async def hear(self, kind: type[T], where: Callable[[T], bool] = anything) -> T:
        """Return the next event of this kind that was not yet passed over."""
        async with asyncio.timeout(LONG):
            while True:
                self._news.clear()
                while self._seen < len(self.heard):
                    event = self.heard[self._seen]
                    self._seen += 1
                    if isinstance(event, kind) and where(event):
                        return event
                await self._news.wait()

    async def _listen(self, transport: Transport) -> None:
        async for event in transport.events():
            self.heard.append(event)
            self._news.set()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)


async def logged_in(ears: Ears) -> None:
    """Hear the account come on line and both rooms of the town described."""
    await ears.hear(LoggedIn)
    await ears.hear(RoomKnown)
    await ears.hear(RoomKnown)
