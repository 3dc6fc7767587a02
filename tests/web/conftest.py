"""A real console on a real port beside a whole bot, and a real browser in front of it."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from argon2 import PasswordHasher
from playwright.async_api import Browser, BrowserContext, Page, Route, async_playwright, expect
from sqlmodel import Session, SQLModel

from bot.app import App, Parts
from bot.cli.console import Beside, set_up
from bot.cli.force import InForce
from bot.cli.reading import load_config, read_config
from bot.clock import SystemClock
from bot.message import Contact
from bot.revisions import record
from bot.storage import Storage
from bot.storage.tables import Login
from bot.transports.memory import MemoryWeChat, RoomPlan, Setting, World
from bot.web.server import Console
from tests.web.season import COURSE, live

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


@dataclass
class House:
    """A bot with its console; ``restart`` ends both and starts them on the same port."""

    folder: Path
    wechat: MemoryWeChat
    port: int = 0
    told: str = ""
    _stack: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def file(self) -> Path:
        return self.folder / "config.toml"

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        config = load_config(self.file)
        clock = SystemClock()
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
        beside = Beside(self.app, self.storage, self.wechat, clock, force)
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


Build = Callable[..., Awaitable[House]]


@pytest.fixture
async def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Build]:
    monkeypatch.delenv("QUNKEEPER_DATABASE_URL", raising=False)
    houses: list[House] = []

    async def new(config: str = CONFIG, **names: str) -> House:
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        known = {**PEOPLE, **names}
        people = tuple(Contact(id_, name, friend=id_ != "li") for id_, name in known.items())
        world = World(Setting(Contact("bot", "小群"), people, ROOMS))
        house = House(tmp_path, MemoryWeChat(world, SystemClock()))
        await house.start()
        houses.append(house)
        return house

    yield new
    for house in houses:
        await house.stop()


@pytest.fixture
async def house(build: Build) -> House:
    return await build()


@pytest.fixture
async def season(build: Build) -> House:
    """A bot that has seen twelve weeks."""
    house = await build(CONFIG + COURSE)
    await house.storage.transact(lambda session: live(session, house.app.account))
    return house


# -- the browser


@dataclass
class Desk:
    """Somebody's browser; what it complained of, and whom else it asked, is kept."""

    house: House
    context: BrowserContext
    page: Page
    troubles: list[str] = field(default_factory=list)

    async def open(self, path: str) -> Page:
        """Go to a page, and wait for what it fetches by itself once it is there."""
        await self.page.goto(self.house.address + path)
        await expect(self.page.locator("[hx-trigger=load]")).to_have_count(0)
        return self.page

    async def log_in(self, name: str) -> Page:
        await self.open("/login")
        await self.page.fill("[name=name]", name)
        await self.page.fill("[name=password]", PASSWORD)
        await self.page.click("button.main")
        await self.page.wait_for_url(lambda url: "/login" not in url)
        return self.page


Sit = Callable[..., Awaitable[Desk]]


def executable() -> str:
    found = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing")
    pytest.skip("Chromium is missing")


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    path = executable()
    arguments = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=path, args=arguments)
        yield found
        await found.close()


@pytest.fixture
async def sit(browser: Browser) -> AsyncIterator[Sit]:
    """Sit somebody down at a browser; at the end none may have complained or gone elsewhere."""
    desks: list[Desk] = []

    async def new(house: House, name: str = "", **settings: Any) -> Desk:
        context = await browser.new_context(locale="zh-CN", **settings)
        desk = Desk(house, context, await context.new_page())
        desks.append(desk)
        watch(desk)
        await context.route("**/*", stay_home(desk))
        if name:
            await desk.log_in(name)
        return desk

    yield new
    for desk in desks:
        await desk.context.close()
    troubles = [trouble for desk in desks for trouble in desk.troubles]
    assert troubles == []


def watch(desk: Desk) -> None:
    page = desk.page
    page.on("pageerror", lambda error: desk.troubles.append(f"error: {error}"))
    page.on("console", lambda said: _note(desk, said))
    page.on("dialog", lambda dialog: desk.troubles.append(f"dialog: {dialog.message}"))


# What a browser and htmx say of a server that is being restarted.
GONE_FOR_A_MOMENT = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "htmx:", "[object Event]")


def _note(desk: Desk, said: Any) -> None:
    gone = any(sign in said.text for sign in GONE_FOR_A_MOMENT)
    if said.type in {"error", "warning"} and not gone:
        desk.troubles.append(f"console: {said.text}")


def stay_home(desk: Desk) -> Callable[[Route], Awaitable[None]]:
    async def check(route: Route) -> None:
        if not route.request.url.startswith(("http://127.0.0.1:", "data:")):
            desk.troubles.append(f"left: {route.request.url}")
            await route.abort()
            return
        await route.fallback()

    return check
