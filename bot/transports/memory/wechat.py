"""The transport whose other end is a town in this process."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Self

from bot.clock import Clock
from bot.errors import NotDelivered
from bot.message import CARRIES_FILE, Do, Heard, Letter, LinkBack, LinkLost, LoggedIn, Message
from bot.transports import Attachment
from bot.transports.memory.people import People
from bot.transports.memory.rules import refuse
from bot.transports.memory.weather import Weather
from bot.transports.memory.world import World

OnDelivery = Callable[[Letter, datetime], None]


class MemoryWeChat(People):
    """A whole WeChat in the process; it refuses what WeChat refuses and loses what WeChat loses.

    What happens while nobody is logged in, or while the link is down, stands in ``world`` and is
    never heard. Everything that reaches WeChat is told to every listener in the order it arrives,
    acknowledged or not. With ``sends_per_minute`` an account in more haste is silenced for long.
    """

    def __init__(
        self,
        world: World,
        clock: Clock,
        *,
        on_delivery: OnDelivery | None = None,
        sends_per_minute: int | None = None,
    ) -> None:
        super().__init__(world, clock)
        self._weather = Weather(sends_per_minute)
        self._heard: asyncio.Queue[Heard | None] = asyncio.Queue()
        self._listeners = [] if on_delivery is None else [on_delivery]
        self._open = False
        self._told = False

    def listen(self, listener: OnDelivery) -> None:
        """Tell one more listener of everything that reaches WeChat from now on."""
        self._listeners.append(listener)

    def log_in(self) -> None:
        """Bring the account on line anew; what was not heard before is lost.

        The log-in is told at once, or, while the link is down, when it is back.
        """
        self.unheard()
        self._open, self._told = True, False
        if self._weather.down_since is None:
            self._welcome()

    def down(self) -> None:
        """Break the link to WeChat."""
        if self._weather.down_since is None:
            now = self._clock()
            if self._told:
                self._heard.put_nowait(LinkLost("the gateway is down", now))
            self._weather.down_since = now

    def up(self) -> None:
        """Bring the link back; every room is described as it stands after the gap."""
        since, self._weather.down_since = self._weather.down_since, None
        if since is None or not self._open:
            return
        if not self._told:
            self._welcome()
            return
        self._heard.put_nowait(LinkBack(since, self._clock()))
        self._describe_rooms()

    def fail_sends(self, count: int) -> None:
        """Let so many sends that WeChat would take fail undelivered."""
        self._weather.refusals += count

    def lose_acks(self, count: int) -> None:
        """Let so many sends be delivered and reported as errors."""
        self._weather.lost_answers += count

    def throttle(self, seconds: float) -> None:
        """Refuse everything as too frequent for so long."""
        self._weather.silenced_until = self._clock() + timedelta(seconds=seconds)

    def hang_up(self) -> None:
        """End the stream of events once everything that happened so far has been heard."""
        self._open = self._told = False
        self._heard.put_nowait(None)

    def unheard(self) -> list[Heard]:
        """Take away everything that was not heard yet, without waiting."""
        taken: list[Heard] = []
        while not self._heard.empty():
            event = self._heard.get_nowait()
            if event is not None:
                taken.append(event)
        return taken

    async def events(self) -> AsyncIterator[Heard]:
        """Yield what happens until the line is hung up."""
        while (event := await self._heard.get()) is not None:
            yield event

    async def send(self, letter: Letter) -> str:
        """Do what the letter says, by WeChat's rules and in today's weather."""
        refuse(letter, self.world)
        self._weather.hinder(self._clock())
        number = self._do(letter)
        self._weather.answer()
        return number

    async def attachment(self, message: str) -> Attachment:
        """Fetch what came with a message."""
        if self._weather.down_since is not None:
            raise NotDelivered("the link is down")
        found = self.world.attachment(message)
        if found is None:
            raise NotDelivered("nothing came with this message")
        return found

    async def __aenter__(self) -> Self:
        self.log_in()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.hang_up()

    def _do(self, letter: Letter) -> str:
        """Let the letter happen; listeners learn of it before what follows from it is heard."""
        done = self._completed(letter)
        number = ""
        if done.do in (Do.SAY, Do.ANNOUNCE):
            number = self._say(done)
        for listener in self._listeners:
            listener(done, self._clock())
        self._follow(done)
        return number

    def _completed(self, letter: Letter) -> Letter:
        """Add to an answer what the question named."""
        if letter.do is Do.ACCEPT_INVITATION:
            return replace(letter, room=self.world.invitations[letter.request].room)
        if letter.do is Do.ACCEPT_FRIEND:
            return replace(letter, contact=self.world.requests[letter.request])
        return letter

    def _say(self, letter: Letter) -> str:
        message = Message(
            id=self.world.new_id("b"),
            sender=self.world.contact(self.world.bot),
            text=letter.text,
            at=self._clock(),
            room=letter.room,
            kind=letter.kind,
            mentions=letter.mentions,
            own=True,
            url=letter.file if "://" in letter.file else "",
            listener="" if letter.room else letter.contact or "",
        )
        self.world.record(message, self._attached(letter))
        return message.id

    def _attached(self, letter: Letter) -> Attachment | Path | None:
        if letter.kind not in CARRIES_FILE or "://" in letter.file:
            return None
        if letter.file.startswith("message:"):
            return self.world.attachment(letter.file.removeprefix("message:"))
        return Path(letter.file)

    def _hear(self, event: Heard) -> None:
        if self._told and self._weather.down_since is None:
            self._heard.put_nowait(event)

    def _welcome(self) -> None:
        self._told = True
        self._hear(LoggedIn(self.world.contact(self.world.bot), self._clock()))
        self._describe_rooms()

    def _describe_rooms(self) -> None:
        for room in self.world.rooms:
            if self.world.has_bot(room):
                self._hear(self.world.describe(room, self._clock()))
