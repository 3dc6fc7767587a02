"""The driver: plays a scenario against the whole bot, in virtual time."""

import random
import sys
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Protocol, Self

from bot.clock import Clock
from bot.errors import BotError, ConfigError
from bot.message import Contact, Heard
from bot.rehearsal.clock import VirtualClock
from bot.rehearsal.events import (
    Crash,
    End,
    Event,
    FailSends,
    FriendConfirmed,
    FriendRequest,
    GatewayDown,
    GatewayUp,
    LostAcks,
    NewIds,
    Reload,
    RoomInvite,
    RoomJoin,
    RoomLeave,
    RoomTopic,
    Says,
    Throttled,
)
from bot.rehearsal.scenario import Scenario, Step
from bot.rehearsal.transcript import Transcript
from bot.transports import Transport
from bot.transports.memory import MemoryWeChat, NotPossible, World

RESTLESS = 10_000  # calls at one moment; a bot that still wants more will never want less
QUIET = timedelta(minutes=10)
LONGEST_REST = timedelta(days=1)


class Rehearsed(Protocol):
    """The whole bot, driven from outside: it acts when called and never waits for the clock."""

    async def open(self) -> None:
        """Start on whatever the database holds."""
        ...

    async def take(self, events: Sequence[Heard]) -> None:
        """Hear these things, in one commit."""
        ...

    async def work(self) -> datetime | None:
        """Do all that is due now; return when to be called again, None where nothing is planned."""
        ...

    async def reload(self, config: Path) -> None:
        """Put another configuration into force; raises ConfigError and goes on with the old one."""
        ...

    async def close(self) -> None:
        """Stop in good order."""
        ...

    async def abandon(self) -> None:
        """Die: drop everything without a word."""
        ...

    async def summary(self) -> dict[str, object]:
        """Tell what the last line of the transcript says, except ``do``."""
        ...


Factory = Callable[[Transport, Clock, random.Random], Awaitable[Rehearsed]]
Tell = Callable[[str], None]


class Restless(BotError):  # noqa: N818
    """The bot wants to be called at the same moment for ever."""


async def play(
    scenario: Scenario,
    factory: Factory,
    transcript: Transcript,
    *,
    seed: int,
    tell: Tell | None = None,
) -> None:
    """Play a scenario to its end and write the transcript; equal input gives equal bytes.

    At one moment the scenario's lines come before the bot's own doings. Without an ``end`` the
    time runs on after the last line until the bot wants nothing for ten minutes, a day at most.
    ``tell`` gets what went another way than the scenario says, a line each.
    """
    clock = VirtualClock(scenario.start)
    wechat = MemoryWeChat(World(scenario.setting), clock, on_delivery=transcript.delivered)
    rng = random.Random(seed)  # noqa: S311  # what it draws is pace, not secrets

    async def start() -> Rehearsed:
        return await factory(wechat, clock, rng)

    async with _Stage(scenario.file, wechat, clock, start, tell or _to_stderr) as stage:
        for at, steps in groupby(scenario.steps, key=lambda step: step.at):
            await stage.reach(at)
            for step in steps:
                await stage.perform(step)
            await stage.settle()
        if not (scenario.steps and isinstance(scenario.steps[-1].event, End)):
            await stage.come_to_rest()
        transcript.summary(await stage.bot.summary())


def _to_stderr(text: str) -> None:
    sys.stderr.write(text + "\n")


class _Stage:
    """A bot, its WeChat and their time; ``_wanted`` is when the bot has something to do next."""

    bot: Rehearsed

    def __init__(
        self,
        file: Path,
        wechat: MemoryWeChat,
        clock: VirtualClock,
        start: Callable[[], Awaitable[Rehearsed]],
        tell: Tell,
    ) -> None:
        self._file = file
        self._wechat = wechat
        self._clock = clock
        self._start = start
        self._tell = tell
        self._wanted: datetime | None = clock()

    async def __aenter__(self) -> Self:
        await self._begin()
        return self

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is None:
            await self.bot.close()
        else:
            await self.bot.abandon()

    async def reach(self, moment: datetime) -> None:
        """Let time run to a moment; what the bot wants at that very moment is left to do."""
        while self._wanted is not None and self._wanted < moment:
            await self._advance(self._wanted)
        self._clock.move(moment)

    async def come_to_rest(self) -> None:
        """Let time run until the bot wants nothing soon."""
        latest = self._clock() + LONGEST_REST
        while self._wanted is not None and self._wanted <= min(self._clock() + QUIET, latest):
            await self._advance(self._wanted)

    async def settle(self) -> None:
        """Call the bot until it wants nothing at this moment."""
        for _ in range(RESTLESS):
            await self._hear()
            self._wanted = await self.bot.work()
            idle = self._wanted is None or self._wanted > self._clock()
            if idle and not await self._hear():
                return
        raise Restless(f"the bot does not come to rest at {self._clock().isoformat()}")

    async def perform(self, step: Step) -> None:
        """Let one line of the scenario happen."""
        try:
            match step.event:
                case Crash():
                    await self._hear()
                    await self.bot.abandon()
                    await self._begin()
                case Reload(config=config):
                    await self._hear()
                    await self.bot.reload(self._file.parent / config)
                case event:
                    self._happen(step, event)
        except NotPossible as reason:
            self._note(step, f"这件事在微信里不会发生，跳过了：{reason}")
        except ConfigError as error:
            self._note(step, "新的配置有错，机器人继续用原来的：")
            for fault in error.faults:
                self._tell(str(fault))

    async def _begin(self) -> None:
        self.bot = await self._start()
        await self.bot.open()
        self._wechat.log_in()

    async def _advance(self, moment: datetime) -> None:
        self._clock.move(moment)
        await self.settle()

    async def _hear(self) -> bool:
        """Hand over what happened since; tell whether there was anything."""
        events = self._wechat.unheard()
        if events:
            await self.bot.take(events)
        return bool(events)

    def _happen(self, step: Step, event: Event) -> None:
        match event:
            case Says():
                self._let_speak(event)
            case FriendConfirmed(contact=contact):
                if contact not in self._wechat.world.asked:
                    self._note(step, f"机器人没有向 {contact} 发过好友申请，仍然成为好友")
                self._wechat.confirms(contact)
            case FriendRequest():
                person = Contact(event.sender, event.person)
                self._wechat.requests_friendship(event.request, person, event.hello)
            case RoomJoin() | RoomLeave() | RoomTopic() | RoomInvite():
                self._in_room(event)
            case NewIds():
                self._wechat.renumbers(event.people, event.rooms)
            case _:
                self._weather(event)

    def _let_speak(self, event: Says) -> None:
        """Say it; who speaks in a room without anybody having told of him joined unnoticed."""
        room = self._wechat.world.rooms.get(event.room or "")
        if room is not None and event.sender not in {*room.left, self._wechat.world.bot}:
            room.let_in([event.sender])
        self._wechat.says(
            event.sender,
            event.text or "",
            event.room,
            id=event.id or "",
            kind=event.kind,
            mentions=event.mentions,
            quote=event.quote,
            url=event.url,
            to=event.to or "",
        )

    def _in_room(self, event: RoomJoin | RoomLeave | RoomTopic | RoomInvite) -> None:
        match event:
            case RoomJoin():
                people = [Contact(one.id, one.name, one.friend) for one in event.members]
                self._wechat.joins(event.room, people, event.inviter)
            case RoomLeave():
                self._wechat.leaves(event.room, event.members, event.remover)
            case RoomTopic():
                self._wechat.renames(event.room, event.topic, event.changer)
            case RoomInvite():
                invitation = (event.invitation, event.sender, event.room, event.topic)
                self._wechat.invites(*invitation)

    def _weather(self, event: Event) -> None:
        match event:
            case GatewayDown():
                self._wechat.down()
            case GatewayUp():
                self._wechat.up()
            case FailSends(count=count):
                self._wechat.fail_sends(count)
            case LostAcks(count=count):
                self._wechat.lose_acks(count)
            case Throttled(seconds=seconds):
                self._wechat.throttle(seconds)
            case _:
                pass

    def _note(self, step: Step, text: str) -> None:
        self._tell(f"{self._file}:{step.line}:1: {text}")
