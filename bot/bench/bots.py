"""A whole bot on an SQLite file of its own, with a WeChat that only brings talk."""

import asyncio
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Self

from typing_extensions import override

from bot.app import App, Parts
from bot.bench.talk import ROOMS
from bot.clock import SystemClock
from bot.config import Config
from bot.errors import NotDelivered
from bot.message import Heard, Letter, Message
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.transports import Attachment
from handlers import behaviour
from knowledge.classifier import Classifier
from knowledge.handbook import Handbook

SUPPORT_ROOM = "bench-support"


def community(config: Config) -> Config:
    """Keep the rules and answers of a configuration, in groups that are there for measuring."""
    tables = {
        "console": {"enabled": False},
        "groups": [{"id": room, "kind": "fan"} for room in ROOMS],
        "support": {"room": SUPPORT_ROOM, "staff": [{"id": "bench-staff", "name": "小美"}]},
        "rules": config.rules,
        "words": config.words,
        "faq": config.faq,
    }
    return Config.model_validate(tables, context={"folder": Path.cwd()})


class Line:
    """A transport over which talk comes in and letters go nowhere."""

    def __init__(self) -> None:
        self.heard: asyncio.Queue[Heard] = asyncio.Queue()

    async def events(self) -> AsyncIterator[Heard]:
        """Yield what is put into ``heard``, for ever."""
        while True:
            yield await self.heard.get()

    async def send(self, letter: Letter) -> str:
        """Take a letter."""
        return f"sent:{letter.key}"

    async def attachment(self, message: str) -> Attachment:
        """Fetch nothing: nothing comes with this talk."""
        raise NotDelivered(f"nothing came with {message}")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


class TimedApp(App):
    """The app, noting when each message was committed."""

    committed: dict[str, float]

    @override
    async def take(self, events: Sequence[Heard]) -> None:
        await super().take(events)
        now = time.perf_counter()
        self.committed.update((event.id, now) for event in events if isinstance(event, Message))


@asynccontextmanager
async def bot_on(
    file: Path, config: Config, classifier: Classifier, line: Line
) -> AsyncIterator[TimedApp]:
    """Open a bot that judges with this classifier; SQLite as in real life, synchronous=FULL."""
    url = f"sqlite:///{file}"
    upgrade(url)
    async with Storage(url) as storage:
        app = TimedApp(
            Parts(
                config=config,
                behave=lambda wanted: behaviour(wanted, Handbook(classifier)),
                transport=line,
                storage=storage,
                clock=SystemClock(),
                random=Random(0),  # noqa: S311 - pace, not secrets
                owner="bench",
            )
        )
        app.committed = {}
        await app.open()
        yield app
        await app.close()
