"""A real console on a real port beside a whole bot."""

import asyncio
import contextlib
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

from argon2 import PasswordHasher
from sqlmodel import Session, SQLModel

from bot.app import App, Parts
from bot.cli.console import Beside, set_up
from bot.cli.force import InForce
from bot.cli.reading import load_config, read_config
from bot.clock import LONGEST_NAP, SystemClock
from bot.message import Letter, Purpose
from bot.revisions import record
from bot.storage import Storage
from bot.storage.tables import Login
from bot.transports.memory import MemoryWeChat, RoomPlan
from bot.web.server import Console

FANS, DEALERS, STAFF = "r1", "r2", "rs"
CONFIG = """\
# 这一行注释要一直在
timezone = "Asia/Shanghai"

[wechat]
managers = ["boss"]

[console]
port = 0

[pace]
same_target_seconds = 0.0
between_targets_seconds = [0.0, 0.0]
per_minute = 600
quiet_hours = ""

[[groups]]
id = "r1"
kind = "fan"

[[groups]]
id = "r2"
kind = "training"

[support]
room = "rs"
hours = "Mon-Sun 00:00-24:00"
fold = 0

[[support.staff]]
id = "mei"
name = "小美"

[[support.staff]]
id = "lin"
name = "林姐"
role = "lead"

[[support.snippets]]
key = "抱歉"
text = "{name} 您好，非常抱歉。"

[[rules]]
id = "quality"     # 塌了的规则
label = "complaint"
topic = "quality"
severity = 2
any = ["塌了", "坏了"]

[[rules]]
id = "refund"
label = "complaint"
topic = "refund"
severity = 2
any = ["退款"]
"""
PEOPLE = {
    "zhang": "张三",
    "li": "李四",
    "wang": "王五",
    "mei": "小美",
    "lin": "林姐",
    "boss": "老板",
}
ROOMS = (
    RoomPlan(FANS, "枕头粉丝一群", "bot", ("bot", "zhang", "li", "wang", "boss")),
    RoomPlan(DEALERS, "经销商训练营", "boss", ("boss", "bot", "zhang")),
    RoomPlan(STAFF, "客服值班群", "boss", ("boss", "bot", "mei", "lin")),
)
PASSWORD = "correct horse"
HASH = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
LOGINS = (("mei", "support", "mei"), ("lin", "support", "lin"), ("boss", "manager", "boss"))


class Watch(SystemClock):
    """The machine's clock, which can be put forward instead of waiting."""

    def __init__(self) -> None:
        self._ahead = timedelta()
        self._put_forward = asyncio.Event()

    def __call__(self) -> datetime:
        return super().__call__() + self._ahead

    async def until(self, moment: datetime) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(min((moment - self()).total_seconds(), LONGEST_NAP)):
                await self._put_forward.wait()

    def forward(self, span: timedelta) -> None:
        """Let so much time go by at once."""
        self._ahead += span
        self._put_forward.set()
        self._put_forward = asyncio.Event()


@dataclass
class House:
    """A bot with its console; ``restart`` ends both and starts them on the same port."""

    folder: Path
    wechat: MemoryWeChat
    clock: "Watch"
    pages: Path  # where compiled pages are kept, for all houses
    port: int = 0
    told: str = ""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def file(self) -> Path:
        return self.folder / "config.toml"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def told_privately(self, purpose: Purpose, who: str) -> asyncio.Event:
        """Return what is set once the bot has written to somebody for this purpose."""
        told = asyncio.Event()

        def notice(letter: Letter, _: datetime) -> None:
            if letter.purpose is purpose and letter.contact == who:
                told.set()

        self.wechat.listen(notice)
        return told

    async def start(self) -> None:
        config = load_config(self.file)
        clock = self.clock
        self.storage = await self._stack.enter_async_context(Storage(config.database.url))
        await self.storage.transact(_lay)
        force = InForce(None)
        self.app = App(
            Parts(
                config=config,
                behave=force,
                transport=self.wechat,
                storage=self.storage,
                clock=clock,
                random=Random(0),  # noqa: S311 - pace, not secrets
                owner="test",
            )
        )
        await self.app.open()
        self._stack.push_async_callback(self.app.close)
        await self.storage.transact(self._add_logins)
        sources = read_config(self.file).sources
        first = partial(record, account=self.app.account, sources=sources, who="start")
        await self.storage.transact(partial(first, now=clock()))
        beside = Beside(self.app, self.storage, self.wechat, clock, force, self.pages)
        standing = await set_up(beside, self.file, None)
        self.console: Console = standing.console
        self.told = standing.told
        self.port = int(self.console.address.rpartition(":")[2])
        await self._stack.enter_async_context(self.wechat)
        self._tasks = [
            asyncio.create_task(self.app.run()),
            asyncio.create_task(self.console.serve()),
        ]

    async def stop(self) -> None:
        self.console.stop()
        self.app.stop()
        await asyncio.gather(*self._tasks)
        await self._stack.aclose()

    async def restart(self) -> None:
        await self.stop()
        text = self.file.read_text(encoding="utf-8")
        self.file.write_text(text.replace("port = 0", f"port = {self.port}"), encoding="utf-8")
        self._stack = AsyncExitStack()
        await self.start()

    def _add_logins(self, session: Session) -> None:
        for name, role, contact in LOGINS:
            if session.get(Login, (self.app.account, name)) is None:
                row = Login(
                    account=self.app.account,
                    name=name,
                    role=role,
                    password=HASH,
                    contact=contact,
                    created_at=datetime.now(UTC),
                )
                session.add(row)


def _lay(session: Session) -> None:
    SQLModel.metadata.create_all(session.connection())
