"""One life of the whole bot on a database that earlier lives left behind."""

import asyncio
import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from hashlib import blake2b
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, col, func, select
from typing_extensions import override

from bot.app import App, Parts
from bot.clock import SystemClock
from bot.config import Config
from bot.dispatch import Behaviour
from bot.errors import Busy
from bot.message import Letter
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.storage.tables import LetterState, Outgoing, Said, Timer
from bot.transports.memory import MemoryWeChat, World
from tests.durability.scenario import Line, Script, read_feed

OVERLAP = 20  # lines delivered again although they may have been taken long ago
WIRE = 0.006  # seconds a letter is under way, at most, before and after WeChat has it
BETWEEN = 0.003  # seconds between two things that happen outside, at most
LOOK = 0.02  # seconds between two looks whether all is done
UNSETTLED = (LetterState.QUEUED, LetterState.SENDING)

FINISHED, BUSY = 0, 75


@dataclass(frozen=True, slots=True)
class Place:
    """What outlives a life: the database, the feed and the record of what reached WeChat."""

    url: str
    feed: Path
    sink: Path


class Stage(StrEnum):
    """How far a life has come, as whoever watches it is told: one letter each."""

    BORN = ""
    AT_WORK = "w"
    SENDING = "s"


@dataclass(frozen=True, slots=True)
class Birth:
    """How one life begins: its number, up to which line it is fed, and whether it may end.

    ``cry`` says how far it has come: at work, or about to send.
    """

    number: int
    until: int
    finishes: bool
    random: Random
    cry: Callable[[Stage], None]


class Wire(MemoryWeChat):
    """A WeChat some milliseconds away, so that a letter can be under way when the bot dies."""

    def __init__(self, world: World, birth: Birth, sink: int) -> None:
        super().__init__(world, SystemClock(), on_delivery=self._note)
        self._birth = birth
        self._sink = sink

    @override
    async def send(self, letter: Letter) -> str:
        self._birth.cry(Stage.SENDING)
        await asyncio.sleep(self._birth.random.uniform(0, WIRE))
        number = await super().send(letter)
        await asyncio.sleep(self._birth.random.uniform(0, WIRE))
        return number

    def _note(self, letter: Letter, _: datetime) -> None:
        digest = blake2b(letter.text.encode(), digest_size=8).hexdigest()
        os.write(self._sink, f"{letter.key}\t{letter.do}\t{letter.target}\t{digest}\n".encode())


@dataclass(frozen=True, slots=True)
class Bot:
    """What every life has in common."""

    place: Place
    script: Script
    config: Config
    behave: Callable[[Config], Behaviour[Any]]

    def live(self, birth: Birth) -> int:
        """Start as ``qunkeeper run`` does, and return an exit status if this life may end."""
        upgrade(self.place.url)
        try:
            asyncio.run(self._live(birth))
        except Busy:
            return BUSY  # the server has not noticed yet that the last life is over
        return FINISHED

    async def _live(self, birth: Birth) -> None:
        lines = read_feed(self.place.feed)
        async with Storage(self.place.url) as storage:
            begin = first_untaken(lines, set(await storage.read(_taken)))
            friends = frozenset(line.sender for line in lines[:begin] if not line.text)
            wechat = self._outside(birth, friends)
            app = self._app(birth, wechat, storage)
            await app.open()
            wechat.log_in()
            birth.cry(Stage.AT_WORK)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(app.run())
                await _feed(wechat, lines[: birth.until], begin, birth.random)
                await _wait(storage, lines if birth.finishes else None)
                app.stop()
            await app.close()

    def _outside(self, birth: Birth, friends: frozenset[str]) -> Wire:
        sink = os.open(self.place.sink, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        world = World(self.script.setting(friends), prefix=f"life{birth.number}-")
        return Wire(world, birth, sink)

    def _app(self, birth: Birth, wechat: Wire, storage: Storage) -> App:
        parts = Parts(
            config=self.config,
            behave=self.behave,
            transport=wechat,
            storage=storage,
            clock=SystemClock(),
            random=birth.random,
            owner=f"life {birth.number}",
        )
        return App(parts)


def first_untaken(lines: list[Line], taken: set[str]) -> int:
    """Return which line comes next: everything was delivered in order, so it was taken in order.

    A confirmed friendship leaves no trace of its own: it counts as taken if a later line is.
    """
    fresh = (at for at, line in enumerate(lines) if line.text and line.id not in taken)
    first = next(fresh, len(lines))
    if any(line.id in taken for line in lines[first:]):
        raise AssertionError("a later message was taken and an earlier one was not")
    while first > 0 and not lines[first - 1].text:
        first -= 1
    return first


async def _feed(wechat: MemoryWeChat, lines: list[Line], begin: int, random: Random) -> None:
    """Deliver somewhat more than is new: nobody outside knows for certain what was taken."""
    for at, line in enumerate(lines[max(begin - OVERLAP, 0) :], max(begin - OVERLAP, 0)):
        if line.text:
            wechat.says(line.sender, line.text, line.room, id=line.id)
        else:
            wechat.confirms(line.sender)
        if at >= begin:
            await asyncio.sleep(random.uniform(0, BETWEEN))


async def _wait(storage: Storage, lines: list[Line] | None) -> None:
    """Wait for the end that comes from outside, or until there is nothing left to do."""
    wanted = {line.id for line in lines or () if line.text}
    while lines is None or not wanted.issubset(await storage.read(_taken)):  # noqa: ASYNC110
        await asyncio.sleep(LOOK)  # the world outside can only look
    while await storage.read(_unsettled):  # noqa: ASYNC110
        await asyncio.sleep(LOOK)


def _taken(session: Session) -> list[str]:
    return list(session.exec(select(Said.id)))


def _unsettled(session: Session) -> int:
    """Count the letters that may still leave, and the timers that may still write some."""
    letters = select(func.count()).where(col(Outgoing.state).in_(UNSETTLED))
    timers = select(func.count()).where(Timer.due_at <= SystemClock()())
    return session.exec(letters).one() + session.exec(timers).one()
