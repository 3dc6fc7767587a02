"""The running bot: what is started, in which order, and how it stops."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from random import Random
from typing import Any

from sqlmodel import Session

from bot.clock import Clock
from bot.community.bindings import REBOUND
from bot.config import Config
from bot.delivery import Postman
from bot.dispatch import Behaviour, Dispatcher, Trace
from bot.errors import Busy, NotTogether, StorageError
from bot.identities import Identities, Translated
from bot.message import Heard, LinkBack
from bot.pace import Pace
from bot.scheduler import Scheduler
from bot.storage import Storage
from bot.storage.known import together
from bot.storage.lease import Tenure
from bot.transports import Transport
from bot.turn import Turn
from bot.upcoming import Upcoming

log = logging.getLogger(__name__)

BATCH = 500  # things heard that share one commit at most
WAITING = 10_000  # things heard and not yet taken; beyond, the transport is made to wait
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 30.0  # seconds between tries while the database refuses
IDLE = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class Parts:
    """What an app is made of; the composition root puts them together."""

    config: Config
    behave: Callable[[Config], Behaviour[Any]]
    transport: Transport
    storage: Storage
    clock: Clock
    random: Random
    owner: str
    account: str = "main"
    trace: Trace | None = None


class App:
    """One account at work.

    ``take`` and ``work`` do what there is to do and return; ``run`` keeps doing both until it
    is cancelled.
    """

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._tenure = Tenure(parts.storage, parts.account, parts.owner, clock=parts.clock)
        self._identities = Identities()
        self._heard: asyncio.Queue[Heard | None] = asyncio.Queue(WAITING)
        self._stir = asyncio.Event()
        self._stopping = asyncio.Event()
        self._watchers: list[Callable[[], None]] = []

    def watch(self, watcher: Callable[[], None]) -> None:
        """Call somebody whenever something may have changed, in the event loop."""
        self._watchers.append(watcher)

    def stir(self) -> None:
        """Look now at what is due: somebody else wrote letters or set timers."""
        self._stir.set()

    async def open(self) -> None:
        """Take the account over from whoever had it, and set the first timers."""
        parts = self._parts
        await self._tenure.__aenter__()
        self.account = self._tenure.account_id
        behaviour = parts.behave(parts.config)
        self._dispatcher = Dispatcher(behaviour, parts.clock, self.account, trace=parts.trace)
        self._pace = Pace(parts.config.pace, parts.random)
        self._upcoming = Upcoming(parts.storage, self.account)
        self._scheduler = Scheduler(self._upcoming, self._dispatcher, parts.clock, self.account)
        self._postman = Postman(
            self._upcoming,
            Translated(parts.transport, self._identities),
            self._dispatcher,
            self._pace,
            parts.clock,
            self._tenure,
        )
        await parts.storage.transact(self._wake)

    async def close(self) -> None:
        """Give the account back; nothing is in hand any more."""
        await self._tenure.__aexit__(None, None, None)

    def abandon(self) -> None:
        """Stop as a process does that dies: without a word."""
        self._tenure.abandon()

    async def take(self, events: Sequence[Heard]) -> None:
        """Take what was heard, in one commit; raises StorageError where nothing was taken."""
        try:
            await self._upcoming.hear(partial(self._take_together, events))
        except NotTogether:
            log.exception("%d things heard cannot be written together", len(events))
            await self._upcoming.hear(partial(self._take, events))
        if any(isinstance(event, LinkBack) for event in events):
            await self._parts.storage.transact(self._postman.hurry)
        self._stir.set()
        self._tell()

    async def work(self) -> datetime | None:
        """Do all that is due; return when there is more to do, or None."""
        planned = await self._scheduler.work()
        sending = await self._postman.work()
        again = await self._scheduler.work()
        self._tell()
        moments = [moment for moment in (planned, sending, again) if moment is not None]
        return min(moments, default=None)

    async def leave(self, target: str) -> None:
        """Return when something that is no letter may leave for this target, and count it."""
        while True:
            moment = await self._parts.storage.transact(
                lambda _: self._postman.admit(target)  # the pace lives on the writer's thread
            )
            if moment is None:
                return
            await self._parts.clock.until(moment)

    async def report(self, source: str, step: str) -> None:
        """Tell the staff of something that failed outside any turn."""

        def write(session: Session) -> None:
            turn = Turn(session, self.account, self._parts.clock())
            self._dispatcher.behaviour.alarm(turn, f"{source}:{turn.now:%Y%m%dT%H%M}", step)

        await self._parts.storage.transact(write)
        self._stir.set()

    async def reconfigure(self, config: Config) -> None:
        """Put another configuration into force, between two turns."""
        behaviour = await asyncio.to_thread(self._parts.behave, config)

        def change(session: Session) -> None:
            self._dispatcher.behaviour = behaviour
            self._pace.settings = config.pace
            behaviour.wake(Turn(session, self.account, self._parts.clock()))

        await self._parts.storage.transact(change)
        self._stir.set()
        self._tell()

    async def run(self) -> None:
        """Serve until ``stop``; what is in hand is finished, what is heard is taken."""
        async with asyncio.TaskGroup() as tasks:
            listening = tasks.create_task(self._listen(), name="listen")
            renewing = tasks.create_task(self._tenure.keep(), name="tenure")
            taking = tasks.create_task(self._keep_taking(), name="take")
            working = tasks.create_task(self._keep_working(), name="work")
            await self._stopping.wait()
            listening.cancel()
            await self._heard.put(None)
            self._stir.set()
            await asyncio.wait({taking, working})
            renewing.cancel()

    def stop(self) -> None:
        """Ask ``run`` to end."""
        self._stopping.set()

    def _tell(self) -> None:
        for watcher in self._watchers:
            watcher()

    async def _listen(self) -> None:
        async for event in self._parts.transport.events():
            await self._heard.put(event)

    async def _keep_taking(self) -> None:
        ended = False
        while not ended:
            events = [await self._heard.get()]
            while len(events) < BATCH and not self._heard.empty():
                events.append(self._heard.get_nowait())
            heard = [event for event in events if event is not None]
            ended = len(heard) < len(events)
            if heard:
                await self._insist(partial(self.take, heard), "take what was heard")

    async def _keep_working(self) -> None:
        while not self._stopping.is_set():
            self._stir.clear()
            moment: datetime | None = await self._insist(self.work, "do what is due")
            wake = min(moment or self._parts.clock() + IDLE, self._parts.clock() + IDLE)
            if not self._stopping.is_set():
                await self._nap(wake)

    async def _nap(self, until: datetime) -> None:
        stirred = asyncio.ensure_future(self._stir.wait())
        slept = asyncio.ensure_future(self._parts.clock.until(until))
        try:
            await asyncio.wait({stirred, slept}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            stirred.cancel()
            slept.cancel()

    async def _insist(self, act: Callable[[], Any], what: str) -> Any:
        """Try until the database takes it; loudly, with growing pauses."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await act()
            except Busy:  # somebody else acts for the account now
                raise
            except StorageError as error:
                log.critical("cannot %s, the database refuses: %s", what, error)
                until = self._parts.clock() + timedelta(seconds=pause)
                await self._parts.clock.until(until)
                pause = min(pause * 2, LONGEST_PAUSE)

    def _take_together(self, events: Sequence[Heard], session: Session) -> bool:
        with together(session):
            return self._take(events, session)

    def _take(self, events: Sequence[Heard], session: Session) -> bool:
        self._identities.load(session, self.account)
        acted = self._dispatcher.take(self._identities.inward(events), session)
        if REBOUND in session.info:
            self._identities.load(session, self.account)
        return acted

    def _wake(self, session: Session) -> None:
        self._identities.load(session, self.account)
        self._postman.recover(session)
        self._dispatcher.behaviour.wake(Turn(session, self.account, self._parts.clock()))
