"""Asking again, with growing pauses, what may be asked again."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.transports.gateway.timing import Timing
from bot.transports.gateway.wire import WireFault

T = TypeVar("T")


class Patience:
    """How often, and for how long, an unanswered question is repeated."""

    def __init__(self, random: random.Random, timing: Timing) -> None:
        self._random = random
        self._timing = timing

    async def until_answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Ask until there is an answer, or raise the last WireFault after ``give_up`` seconds."""
        loop = asyncio.get_running_loop()
        give_up = loop.time() + self._timing.give_up
        pause = self._timing.retry_first
        while True:
            try:
                return await ask()
            except WireFault:
                if loop.time() + pause > give_up:
                    raise
            await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
            pause = min(pause * 2, self._timing.retry_longest)
