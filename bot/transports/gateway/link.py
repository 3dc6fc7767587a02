"""The one event stream of a gateway, kept alive whatever happens to it."""

import asyncio
import json
import logging
import random
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NoReturn, Protocol

from bot.clock import Clock
from bot.transports.gateway.client import GatewayClient
from bot.transports.gateway.faults import Trouble, diagnose
from bot.transports.gateway.messages import EVENTS, EventMessage
from bot.transports.gateway.timing import Timing
from bot.transports.gateway.wire import WireFault

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
GROWTH = 2.0  # each pause before the next attempt is so many times the last
DAY = timedelta(days=1)


class Ear(Protocol):
    """Who listens on the line."""

    def opened(self, *, takeover: bool) -> None:
        """Hear that events come in from now on."""

    def broken(self, trouble: Trouble, since: datetime) -> None:
        """Hear that events are missed, from ``since`` on; again where the reason changes."""

    def heard(self, name: str, payload: Payload) -> None:
        """Hear of one event, in the order they happened."""


class Link:
    """Keeps one event stream alive; never raises, never gives up.

    A gateway feeds a single listener and keeps nothing for later: what happens while ``online`` is
    False is lost. A listener that vanished without a word keeps its place for ever, and only a
    restart of the puppet frees it: that is rationed, because the other may be a second bot.
    """

    def __init__(
        self,
        client: GatewayClient,
        ear: Ear,
        *,
        clock: Clock,
        random: random.Random,
        timing: Timing,
    ) -> None:
        self.online = False
        self._client = client
        self._ear = ear
        self._clock = clock
        self._random = random
        self._timing = timing
        self._sign_of_life = asyncio.Event()
        self._heard_at = clock()
        self._heard_on = 0.0  # the loop's clock, which no one sets back
        self._silent = False
        self._busy_since: float | None = None
        self._takeovers: deque[datetime] = deque(maxlen=timing.takeovers_a_day)
        self._told: Trouble | None = None
        self._took_over = False

    @property
    def quiet_for(self) -> float:
        """Return how many seconds ago the gateway was last heard."""
        return asyncio.get_running_loop().time() - self._heard_on

    def give_up(self) -> None:
        """Break a line that does not answer, and begin anew."""
        self._silent = True
        self._client.hang_up()

    def _alive(self) -> None:
        self._heard_on = asyncio.get_running_loop().time()
        self._heard_at = self._clock()
        self._sign_of_life.set()

    async def run(self) -> NoReturn:
        """Listen, and come back after every break, until cancelled."""
        loop = asyncio.get_running_loop()
        pause = self._timing.first_pause
        while True:
            began = loop.time()
            trouble = await self._listen()
            self._drop(trouble)
            if self._may_take_over(trouble):
                await self._take_over()
                continue
            if loop.time() - began > self._timing.settled:
                pause = self._timing.first_pause
            await asyncio.sleep(pause * self._random.uniform(0.5, 1.0))
            pause = min(pause * GROWTH, self._timing.longest_pause)

    async def _listen(self) -> Trouble:
        """Read one event stream to its end, and say why it ended."""
        # Tasks of their own, new for each stream: see Wire.upload.
        self._sign_of_life.clear()
        self._silent = False
        reader = asyncio.create_task(self._read(), name="gateway events")
        watch = asyncio.create_task(self._watch(), name="gateway ding-dong")
        try:
            await reader
        except WireFault as fault:
            log.info("the event stream of the gateway broke: %s", fault)
            return Trouble.SILENT if self._silent else diagnose(fault)
        except Exception:
            log.exception("reading the event stream of the gateway failed")
            return Trouble.CLOSED
        finally:
            for task in (reader, watch):
                task.cancel()
            await asyncio.gather(reader, watch, return_exceptions=True)
            self._client.hang_up()
        return Trouble.SILENT if self._silent else Trouble.CLOSED

    async def _read(self) -> None:
        async for event in self._client.events():
            self._alive()
            if not self.online:
                self._open()
            self._hand_on(event)

    def _hand_on(self, event: EventMessage) -> None:
        name = EVENTS.get(event.type)
        try:
            payload = json.loads(event.payload or "{}")
        except ValueError:
            payload = None
        if name is None or not isinstance(payload, dict):
            log.warning("an event of type %d cannot be read, skipped", event.type)
            return
        self._ear.heard(name, payload)

    async def _watch(self) -> None:
        """Ask a quiet gateway for a sign of life, and break the line where none comes."""
        try:
            await self._first_sign()
            await self._wake()
            while True:
                await asyncio.sleep(max(self._timing.ding_every - self.quiet_for, 0.0))
                if self.quiet_for >= self._timing.ding_every:
                    await self._ding()
        except (WireFault, TimeoutError):
            self.give_up()

    async def _first_sign(self) -> None:
        """Wait for the greeting of a new line, and ask for one where it does not come."""
        try:
            async with asyncio.timeout(self._timing.connect):
                await self._sign_of_life.wait()
        except TimeoutError:
            await self._ding()

    async def _ding(self) -> None:
        """Ask, and wait for the answer as an event: calls may work where the stream is dead."""
        self._sign_of_life.clear()
        async with asyncio.timeout(self._timing.dead_after):
            await self._client.ding(within=self._timing.dead_after)
            await self._sign_of_life.wait()

    async def _wake(self) -> None:
        """Start a puppet that somebody stopped; one that runs takes no notice."""
        try:
            await self._client.start(within=self._timing.dead_after)
        except WireFault as fault:
            if fault.status is None:
                raise
            log.warning("the puppet could not be started: %s", fault)

    def _open(self) -> None:
        self.online = True
        self._busy_since = None
        self._told = None
        self._ear.opened(takeover=self._took_over)
        self._took_over = False

    def _drop(self, trouble: Trouble) -> None:
        """Tell the listener once an outage, and again where its reason changes."""
        # What was said after the last sign of life may have been swallowed with the line; where the
        # end of the line was seen, everything before it had arrived.
        since = self._heard_at if trouble is Trouble.SILENT else self._clock()
        self.online = False
        if trouble is not self._told:
            self._told = trouble
            self._ear.broken(trouble, since)

    def _may_take_over(self, trouble: Trouble) -> bool:
        if trouble is not Trouble.BUSY:
            self._busy_since = None
            return False
        now, moment = asyncio.get_running_loop().time(), self._clock()
        if self._busy_since is None:
            self._busy_since = now
        if now - self._busy_since < self._timing.takeover_after:
            return False
        if not self._takeovers:
            return True
        rested = moment - self._takeovers[-1] >= timedelta(seconds=self._timing.takeover_every)
        full = len(self._takeovers) == self._timing.takeovers_a_day
        return rested and not (full and moment - self._takeovers[0] < DAY)

    async def _take_over(self) -> None:
        """Restart the puppet, which throws out whoever holds the event stream."""
        self._takeovers.append(self._clock())
        self._busy_since = None
        self._took_over = True
        log.warning("another client holds the gateway's event stream: taking it over")
        try:
            await self._client.stop()
            await self._client.start()
        except WireFault as fault:
            log.warning("the takeover failed: %s", fault)
