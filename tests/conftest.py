"""The town every scenario lives in: the whole bot, a WeChat that obeys WeChat's rules, a clock."""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest
from sqlmodel import Session, col, select

from bot.app import App, Parts
from bot.config import Config
from bot.message import Contact, Kind, Letter, Message
from bot.rehearsal.clock import VirtualClock
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.storage.tables import Entry, Outgoing, Said, Ticket
from bot.transports.memory import MemoryWeChat, RoomPlan, Setting, World
from handlers import behaviour
from handlers.library import handbook
from knowledge.handbook import Handbook
from tests import postgres as clusters

postgres = clusters.postgres

MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)  # Monday, 10:00 in Shanghai

FANS, FANS_2, TRAINEES, STAFF_ROOM = "r1", "r2", "r3", "rs"
PEOPLE = {
    "bot": "小群",
    "zhang": "张三",
    "li": "李四",
    "wang": "王五",
    "mei": "小美",
    "lin": "林姐",
    "boss": "老板",
}
FRIENDS = ("zhang", "mei", "lin", "boss", "wang")  # li is nobody's friend yet
ROOMS = {
    FANS: ("枕头粉丝一群", ("bot", "zhang", "li", "wang", "mei", "boss")),
    FANS_2: ("枕头粉丝二群", ("bot", "wang", "boss")),
    TRAINEES: ("经销商训练营", ("bot", "zhang", "li", "lin", "boss")),
    STAFF_ROOM: ("客服值班群", ("bot", "mei", "lin", "boss")),
}
SETTINGS: dict[str, Any] = {
    "wechat": {"managers": ["boss"]},
    "console": {"enabled": False},
    "groups": [
        {"id": FANS, "kind": "fan", "tags": ["north"]},
        {"id": FANS_2, "kind": "fan"},
        {"topic": "*训练营", "kind": "training"},
    ],
    "support": {
        "room": STAFF_ROOM,
        "staff": [
            {"id": "mei", "name": "小美"},
            {"id": "lin", "name": "林姐", "role": "lead"},
        ],
    },
    "rules": [
        {
            "id": "quality",
            "label": "complaint",
            "topic": "quality",
            "severity": 2,
            "any": ["塌了", "太差", "坏了"],
            "groups": ["fan", "private"],
        },
        {"id": "refund", "label": "complaint", "topic": "refund", "severity": 2, "any": ["退款"]},
        {
            "id": "hurt",
            "label": "complaint",
            "topic": "health",
            "severity": 3,
            "any": ["过敏"],
            "groups": ["fan", "training"],
        },
    ],
}


def settings(**changes: Any) -> Config:
    """Make a configuration from the town's, with some tables replaced."""
    return Config.model_validate({**SETTINGS, **changes}, context={"folder": Path.cwd()})


class Town:
    """The whole bot, with WeChat on the other side made of Python."""

    def __init__(
        self,
        config: Config,
        book: Callable[[Config], Handbook],
        url: str,
        *,
        start: datetime = MORNING,
    ) -> None:
        self.clock = VirtualClock(start)
        self.config = config
        self.url = url
        self.said: list[tuple[datetime, Letter]] = []
        self.wechat = MemoryWeChat(
            World(
                Setting(
                    bot=Contact("bot", "小群"),
                    people=tuple(
                        Contact(id_, name, id_ in FRIENDS)
                        for id_, name in PEOPLE.items()
                        if id_ != "bot"
                    ),
                    rooms=tuple(
                        RoomPlan(room, topic, "bot", members)
                        for room, (topic, members) in ROOMS.items()
                    ),
                )
            ),
            self.clock,
            on_delivery=lambda letter, at: self.said.append((at, letter)),
        )
        self._book = book
        self.storage = Storage(url)
        self.app = self._new_app()

    def _new_app(self) -> App:
        parts = Parts(
            config=self.config,
            behave=lambda config: behaviour(config, self._book(config)),
            transport=self.wechat,
            storage=self.storage,
            clock=self.clock,
            random=Random(0),  # noqa: S311
            owner="test",
        )
        return App(parts)

    async def open(self) -> None:
        await self.storage.open()
        await self.app.open()
        self.wechat.log_in()
        await self.settle()

    async def close(self) -> None:
        await self.app.close()
        await self.storage.close()

    async def crash(self) -> None:
        """The process dies and is started again on the same database."""
        self.app.abandon()
        if self.url != "sqlite://":
            await self.storage.close()
            self.storage = Storage(self.url)
            await self.storage.open()
        self.app = self._new_app()
        await self.app.open()
        self.wechat.log_in()
        await self.settle()

    async def configure(self, **changes: Any) -> None:
        """Put another configuration into force while the bot runs."""
        self.config = settings(**changes)
        await self.app.reconfigure(self.config)

    # -- what people do

    async def say(self, sender: str, text: str, room: str | None = None, **more: Any) -> Message:
        """Let somebody speak, and let everything that follows within a minute happen."""
        message = self.wechat.says(sender, text, room, **more)
        await self.settle()
        return message

    async def send(self, sender: str, kind: Kind, file: str, room: str | None = None) -> Message:
        """Let somebody send a picture or a file."""
        return await self.say(sender, file, room, kind=kind)

    async def settle(self, seconds: float = 60) -> None:
        """Let time pass, and the bot do whatever it wants to do meanwhile."""
        end = self.clock() + timedelta(seconds=seconds)
        while True:
            events = self.wechat.unheard()
            if events:
                await self.app.take(events)
            wanted = await self.app.work()
            if not events and (wanted is None or wanted > end):
                self.clock.move(end)
                return
            if not events and wanted is not None:
                self.clock.move(wanted)

    # -- what can be seen

    def heard_in(self, room: str) -> list[str]:
        return [
            letter.text
            for _, letter in self.said
            if letter.do == "say" and letter.room == room and letter.text
        ]

    def told(self, contact: str) -> list[str]:
        return [
            letter.text
            for _, letter in self.said
            if letter.room is None and letter.contact == contact and letter.text
        ]

    def done(self, deed: str) -> list[Letter]:
        return [letter for _, letter in self.said if letter.do == deed]

    async def rows(self, table: type[Any]) -> list[Any]:
        def look(session: Session) -> Sequence[Any]:
            return session.exec(select(table)).all()

        return list(await self.storage.transact(look))

    async def tickets(self) -> list[Ticket]:
        def look(session: Session) -> Sequence[Ticket]:
            return session.exec(select(Ticket).order_by(col(Ticket.number))).all()

        return list(await self.storage.transact(look))

    async def entries(self) -> list[Entry]:
        return await self.rows(Entry)

    async def messages(self) -> list[Said]:
        return await self.rows(Said)

    async def letters(self) -> list[Outgoing]:
        return await self.rows(Outgoing)


@pytest.fixture(scope="session")
def book() -> Callable[[Config], Handbook]:
    """Compile each set of rules once: only jieba's dictionary makes that slow."""
    known: dict[str, Handbook] = {}

    def compile_once(config: Config) -> Handbook:
        key = repr((config.rules, config.words, config.lexicons))
        if key not in known:
            known[key] = handbook(config)
        return known[key]

    return compile_once


Build = Callable[..., Awaitable[Town]]


@pytest.fixture
async def build(book: Callable[[Config], Handbook]) -> AsyncIterator[Build]:
    """Build towns with a configuration of one's own; they are torn down afterwards."""
    towns: list[Town] = []

    async def new(*, url: str = "sqlite://", start: datetime = MORNING, **changes: Any) -> Town:
        if url != "sqlite://":
            upgrade(url)
        town = Town(settings(**changes), book, url, start=start)
        await town.open()
        towns.append(town)
        return town

    yield new
    for town in towns:
        await town.close()


@pytest.fixture
async def town(build: Build) -> Town:
    return await build()
