"""The console's tests share one event loop and one browser; each has a house of its own."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from bot.message import Contact
from bot.transports.memory import MemoryWeChat, Setting, World
from tests.web.desk import ARGUMENTS, Desk, executable, watch
from tests.web.house import CONFIG, PEOPLE, ROOMS, House, Watch
from tests.web.season import COURSE, live

HERE = Path(__file__).parent
Build = Callable[..., Awaitable[House]]
Sit = Callable[..., Awaitable[Desk]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Keep the pages that the first house compiles for all others."""
    return tmp_path_factory.mktemp("pages")


@pytest_asyncio.fixture(loop_scope="session")
async def build(
    tmp_path: Path, pages: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Build]:
    monkeypatch.delenv("QUNKEEPER_DATABASE_URL", raising=False)
    houses: list[House] = []

    async def new(config: str = CONFIG, **names: str) -> House:
        (tmp_path / "config.toml").write_text(config, encoding="utf-8")
        known = {**PEOPLE, **names}
        people = tuple(Contact(id_, name, friend=id_ != "li") for id_, name in known.items())
        world, clock = World(Setting(Contact("bot", "小群"), people, ROOMS)), Watch()
        house = House(tmp_path, MemoryWeChat(world, clock), clock, pages)
        await house.start()
        houses.append(house)
        return house

    yield new
    for house in houses:
        await house.stop()


@pytest_asyncio.fixture(loop_scope="session")
async def house(build: Build) -> House:
    return await build()


@pytest_asyncio.fixture(loop_scope="session")
async def season(build: Build) -> House:
    """A bot that has seen twelve weeks."""
    house = await build(CONFIG + COURSE)
    await house.storage.transact(lambda session: live(session, house.app.account))
    return house


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    path = executable()
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=path, args=[*ARGUMENTS])
        yield found
        await found.close()


@pytest_asyncio.fixture(loop_scope="session")
async def sit(browser: Browser) -> AsyncIterator[Sit]:
    """Sit somebody down at a browser; at the end none may have complained or gone elsewhere."""
    desks: list[Desk] = []

    async def new(house: House, name: str = "", **settings: Any) -> Desk:
        context = await browser.new_context(locale="zh-CN", **settings)
        desk = Desk(house, context, await context.new_page())
        desks.append(desk)
        watch(desk)
        if name:
            await desk.enter(name)
        return desk

    yield new
    for desk in desks:
        await desk.context.close()
    troubles = [trouble for desk in desks for trouble in desk.troubles]
    assert troubles == []
