"""Events are looked into side by side and handed on one after the other."""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from bot.message import Heard

log = logging.getLogger(__name__)

Work = Coroutine[Any, Any, Sequence[Heard]]


@dataclass(frozen=True, slots=True, eq=False)
class _Guest:
    """An event that came in, and the work of understanding it."""

    name: str
    arrived: float
    task: "asyncio.Task[Sequence[Heard]]"
    then: Callable[[], None]


class Reception:
    """Hands events on in the order in which they came, each once it is understood.

    One that takes longer than ``hold`` seconds steps aside and is handed on when it is ready, so
    that it never stands in the way of those behind it for longer.
    """

    def __init__(self, hand_on: Callable[[Sequence[Heard]], None], *, hold: float) -> None:
        self._hand_on = hand_on
        self._hold = hold
        self._waiting: asyncio.Queue[_Guest] = asyncio.Queue()
        self._aside: set[asyncio.Task[Sequence[Heard]]] = set()

    def admit(self, name: str, work: Work, then: Callable[[], None] = lambda: None) -> None:
        """Take an event in and begin to understand it; ``then`` is called once it is handed on."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(work, name=f"gateway {name}")
        self._waiting.put_nowait(_Guest(name, loop.time(), task, then))

    async def run(self) -> NoReturn:
        """Hand on, until cancelled."""
        while True:
            guest = await self._waiting.get()
            await self._wait_for(guest)
            if guest.task.done():
                self._release(guest)
            else:
                log.warning("a %s event takes long: later ones go first", guest.name)
                self._set_aside(guest)

    async def close(self) -> None:
        """Let go of everything that was not handed on."""
        tasks = [*self._aside]
        while not self._waiting.empty():
            tasks.append(self._waiting.get_nowait().task)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _wait_for(self, guest: _Guest) -> None:
        left = guest.arrived + self._hold - asyncio.get_running_loop().time()
        if not guest.task.done() and left > 0:
            await asyncio.wait({guest.task}, timeout=left)

    def _set_aside(self, guest: _Guest) -> None:
        self._aside.add(guest.task)
        guest.task.add_done_callback(self._aside.discard)
        guest.task.add_done_callback(lambda _: self._release(guest))

    def _release(self, guest: _Guest) -> None:
        if guest.task.cancelled():
            return
        error = guest.task.exception()
        if error is not None:
            log.error("a %s event could not be understood and is LOST", guest.name, exc_info=error)
            return
        self._hand_on(guest.task.result())
        guest.then()
