"""WeChat through a Wechaty gateway, over one gRPC connection.

::

    wire ── inquiries ── client      calls with deadlines, and WireFault
      └── faults                     what a failed call means
    link                             the event stream: kept alive, taken over, told when broken
    hearing ── directory             what an event means, people and rooms
    reception                        understood side by side, handed on in order
    post                             letters
    probe                            one look at a gateway, for ``qunkeeper check --online``
"""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from bot.clock import Clock
from bot.errors import NotDelivered
from bot.message import Contact, Heard, Letter, LinkBack, LinkLost, RoomKnown
from bot.transports import Attachment
from bot.transports.gateway.client import GatewayClient
from bot.transports.gateway.faults import Trouble, judge
from bot.transports.gateway.hearing import Hearing
from bot.transports.gateway.link import Link
from bot.transports.gateway.post import Post
from bot.transports.gateway.probe import Finding, probe
from bot.transports.gateway.reception import Reception
from bot.transports.gateway.timing import USUAL, Timing
from bot.transports.gateway.wire import Address, WireFault

__all__ = ["Finding", "GatewayTransport", "Timing", "Trouble", "probe"]

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
T = TypeVar("T")
Witness = Callable[[str, Payload], None]


class GatewayTransport:
    """The transport whose other end is a Wechaty gateway.

    Used once: entered, listened to, left. A line that breaks is told (``LinkLost``, again where the
    reason changes) and comes back by itself (``LinkBack``); only leaving ends ``events``.
    """

    def __init__(  # noqa: PLR0913
        self,
        endpoint: str,
        *,
        token: str,
        tls: bool,
        clock: Clock,
        random: random.Random,
        ca: Path | None = None,
        server_name: str = "",
        timing: Timing = USUAL,
    ) -> None:
        address = Address.parse(endpoint, token=token, tls=tls, ca=ca, server_name=server_name)
        self.client = GatewayClient(address, timing)
        self._clock = clock
        self._timing = timing
        self._hearing = Hearing(self.client, clock=clock, random=random, timing=timing)
        self._link = Link(self.client, self, clock=clock, random=random, timing=timing)
        self._post = Post(self.client)
        self._reception = Reception(self._hand_on, hold=timing.hold)
        self._heard: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._described: dict[str, RoomKnown] = {}
        self._lost_since: datetime | None = None
        self._answered_on = 0.0
        self._witnesses: list[Witness] = []
        self._tasks: list[asyncio.Task[None]] = []

    @property
    def account(self) -> Contact | None:
        """Name who is logged in at the gateway, None where nobody is."""
        return self._hearing.account

    def witness(self, witness: Witness) -> None:
        """Let somebody see every raw event, after what it means was handed on."""
        self._witnesses.append(witness)

    async def events(self) -> AsyncIterator[Heard]:
        """Yield what happens until the transport is left; see ``Transport.events``."""
        while (heard := await self._heard.get()) is not None:
            yield heard

    async def send(self, letter: Letter) -> str:
        """Do what the letter says; see ``Transport.send``.

        A line that may be dead is tried with a harmless question first, because a letter written
        into a dead line is neither sent nor unsent.
        """
        return await self.act(lambda _: self._post.deliver(letter))

    async def act(self, deed: Callable[[GatewayClient], Awaitable[T]]) -> T:
        """Do something that changes WeChat, with the care and the errors of ``send``."""
        if not self._link.online or self.account is None:
            raise NotDelivered("the gateway is not connected, or nobody is logged in there")
        await self._prove_alive()
        try:
            answer = await deed(self.client)
        except WireFault as fault:
            raise judge(fault) from None
        self._note_answer()
        return answer

    async def attachment(self, message: str) -> Attachment:
        """Fetch what came with a message; see ``Transport.attachment``."""
        try:
            return await self.client.attachment(message)
        except WireFault as fault:
            raise NotDelivered(str(fault)) from None

    async def __aenter__(self) -> Self:
        self._tasks = [
            asyncio.create_task(self._link.run(), name="gateway link"),
            asyncio.create_task(self._reception.run(), name="gateway reception"),
        ]
        for task in self._tasks:
            task.add_done_callback(self._ended)
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._reception.close()
        self.client.hang_up()

    def opened(self, *, takeover: bool) -> None:
        """Take note that events come in again."""
        since, self._lost_since = self._lost_since, None
        self._hearing.missed_some()
        if since is not None:
            log.info("the gateway is back; what was said since %s was not heard", since)
            self._tell(LinkBack(since, self._clock(), takeover=takeover))

    def broken(self, trouble: Trouble, since: datetime) -> None:
        """Take note that events are missed from now on."""
        if self._lost_since is None:
            self._lost_since = since
        log.warning("the line to the gateway is down: %s", trouble)
        self._tell(LinkLost(trouble.value, self._lost_since))

    def heard(self, name: str, payload: Payload) -> None:
        """Take an event in."""
        self._hearing.notice(name, payload)
        work = self._hearing.understand(name, payload)
        self._reception.admit(name, work, lambda: self._show(name, payload))
        if name in ("login", "ready"):
            self._reception.admit("room list", self._hearing.rooms())

    def _tell(self, heard: Heard) -> None:
        self._reception.admit("line", _already(heard))

    def _hand_on(self, events: Sequence[Heard]) -> None:
        for event in events:
            if isinstance(event, RoomKnown) and not self._is_news(event):
                continue
            self._heard.put_nowait(event)

    def _is_news(self, room: RoomKnown) -> bool:
        """Tell whether a room differs from what was last said of it; a name learned does not."""
        last = self._described.get(room.room)
        self._described[room.room] = room
        return last is None or _outline(last) != _outline(room)

    def _show(self, name: str, payload: Payload) -> None:
        for witness in self._witnesses:
            witness(name, payload)

    async def _prove_alive(self) -> None:
        now = asyncio.get_running_loop().time()
        if min(self._link.quiet_for, now - self._answered_on) < self._timing.fresh:
            return
        try:
            await self.client.version(within=self._timing.knock)
        except WireFault as fault:
            if fault.status is None:
                self._link.give_up()
            raise NotDelivered(f"the gateway does not answer: {fault}") from None
        self._note_answer()

    def _note_answer(self) -> None:
        self._answered_on = asyncio.get_running_loop().time()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """End the events where a part of the transport ended, which only a mistake can bring."""
        if not task.cancelled() and task.exception() is not None:
            log.critical("%s failed", task.get_name(), exc_info=task.exception())
        self._heard.put_nowait(None)


async def _already(heard: Heard) -> Sequence[Heard]:
    return (heard,)


def _outline(room: RoomKnown) -> tuple[str, str, frozenset[str]]:
    return room.topic, room.owner, frozenset(member.id for member in room.members)
