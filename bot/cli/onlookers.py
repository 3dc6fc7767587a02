"""What open consoles cost the bot: memory, delay of a turn, and how soon a message is seen."""

import asyncio
import multiprocessing
import resource
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path
from random import Random
from statistics import median

import httpx
from sqlmodel import Session

from bot.app import App, Parts
from bot.bench.measuring import quiet
from bot.cli.cache import cache_folder
from bot.cli.console import Beside, set_up
from bot.cli.force import InForce
from bot.clock import SystemClock
from bot.config import Config
from bot.config.community import OrderMode, OrderSettings
from bot.config.models import ConsoleSettings
from bot.message import Contact, Message
from bot.rehearsal.town import FANS, build_town
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.storage.tables import Login
from bot.transports.memory import MemoryWeChat
from bot.web.entrance import admit
from bot.web.guard import COOKIE

PATIENCE = 60.0  # seconds
PAGE_SIZE = resource.getpagesize()


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many pages are open, turns of each way in a round, rounds, and messages timed."""

    pages: int = 50
    turns: int = 150
    rounds: int = 3
    said: int = 30


FULL = Crowd()


@dataclass(frozen=True, slots=True)
class Watched:
    """A bot with its console, and the cookie of somebody who is logged in."""

    app: App
    wechat: MemoryWeChat
    address: str
    cookie: str


def onlookers(config: Config, file: Path, folder: Path, *, crowd: Crowd = FULL) -> dict[str, float]:
    """Measure one bot with and without open pages; the pages are another process's."""
    return asyncio.run(_measure(config, file, folder, crowd))


async def _measure(config: Config, file: Path, folder: Path, crowd: Crowd) -> dict[str, float]:
    async with watched(config, file, folder) as bot:
        await _turns(bot, "warm", crowd.turns)
        alone: list[float] = []
        among: list[float] = []
        before = _memory()
        grown = 0.0
        for number in range(crowd.rounds):
            alone += await _turns(bot, f"a{number}", crowd.turns)
            async with _pages(bot, crowd.pages):
                grown = max(grown, _memory() - before)
                among += await _turns(bot, f"b{number}", crowd.turns)
        async with _pages(bot, 1):
            seen = await _seen(bot, "一", crowd.said)
        async with _pages(bot, crowd.pages):
            seen_among = await _seen(bot, "二", crowd.said)
    return {
        "pages": crowd.pages,
        "memory_mib": round(grown, 1),
        "turn_ratio": round(median(among) / median(alone), 2),
        "said_to_seen_ms_median": round(median(seen) * 1000, 1),
        "said_to_seen_ms_longest": round(max(seen) * 1000, 1),
        "said_to_seen_among_ms_median": round(median(seen_among) * 1000, 1),
        "said_to_seen_among_ms_longest": round(max(seen_among) * 1000, 1),
    }


@asynccontextmanager
async def watched(config: Config, file: Path, folder: Path) -> AsyncIterator[Watched]:
    """Start a bot in the simulated town, with a console on a free port."""
    order = OrderSettings(mode=OrderMode.OFF)  # one person says it all, and is no flood here
    config = config.model_copy(update={"console": ConsoleSettings(port=0), "order": order})
    url = f"sqlite:///{folder / 'onlookers.db'}"
    upgrade(url)
    clock = SystemClock()
    wechat = build_town(clock)
    async with AsyncExitStack() as stack:
        storage = await stack.enter_async_context(Storage(url))
        force = InForce(cache_folder())
        parts = Parts(
            config=config,
            behave=force,
            transport=wechat,
            storage=storage,
            clock=clock,
            random=Random(0),  # noqa: S311 - pace, not secrets
            owner="bench",
        )
        app = App(parts)
        await app.open()
        stack.push_async_callback(app.close)
        standing = await set_up(Beside(app, storage, wechat, clock, force), file, None)
        cookie = await storage.transact(partial(_enter, account=app.account))
        await stack.enter_async_context(wechat)
        tasks = [
            asyncio.create_task(app.run()),
            asyncio.create_task(standing.console.serve()),
        ]
        with quiet():
            yield Watched(app, wechat, standing.console.address, cookie)
        standing.console.stop()
        app.stop()
        await asyncio.gather(*tasks)


def _enter(session: Session, account: int) -> str:
    now = datetime.now(UTC)
    login = Login(account=account, name="bench", role="manager", password="", created_at=now)
    session.add(login)
    return admit(session, login, now, address="", agent="bench")


async def _turns(bot: Watched, mark: str, count: int) -> list[float]:
    """Time turns of one message each, one after the other."""
    spans = []
    for number in range(count):
        by = Contact("wxid_zhang", "张三")
        text = f"今天第 {number} 句闲话，{mark}"
        message = Message(f"{mark}-{number}", by, text, datetime.now(UTC), room=FANS)
        begun = time.perf_counter()
        await bot.app.take([message])
        spans.append(time.perf_counter() - begun)
        await asyncio.sleep(0.005)  # so that what is told to the pages falls between turns too
    return spans


async def _seen(bot: Watched, mark: str, count: int) -> list[float]:
    """Time messages from being said to standing in what an open page fetches when it is told."""
    spans = []
    cookies = {COOKIE: bot.cookie}
    chat = {"where": FANS}
    async with (
        httpx.AsyncClient(base_url=bot.address, cookies=cookies, trust_env=False) as web,
        web.stream("GET", "/live", timeout=PATIENCE) as stream,
    ):
        await web.get("/town", params=chat)
        await web.get("/town/chat", params=chat)
        events = stream.aiter_lines()
        await anext(events)
        for number in range(count):
            text = f"看得见吗 {mark}组 {number} 号"
            begun = time.perf_counter()
            bot.wechat.says("wxid_zhang", text, FANS)
            async for line in events:
                if line in ("event: town", "event: turn"):
                    page = await web.get("/town/chat", params=chat)
                    if text in page.text:
                        break
            spans.append(time.perf_counter() - begun)
    return spans


@asynccontextmanager
async def _pages(bot: Watched, count: int) -> AsyncIterator[None]:
    """Open pages in another process: each listens, and fetches its list when it is told."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    audience = (bot.address, bot.cookie, count, theirs)
    process = context.Process(target=sit_and_watch, args=audience, daemon=True)
    process.start()
    try:
        await asyncio.to_thread(ours.recv)
        yield
    finally:
        ours.send("go")
        await asyncio.to_thread(process.join, 10)


def sit_and_watch(address: str, cookie: str, count: int, line: Connection) -> None:
    """Be so many open inboxes until told to go."""
    asyncio.run(_watch(address, cookie, count, line))


async def _watch(address: str, cookie: str, count: int, line: Connection) -> None:
    limits = httpx.Limits(max_connections=2 * count)
    async with httpx.AsyncClient(
        base_url=address, cookies={COOKIE: cookie}, limits=limits, trust_env=False, timeout=PATIENCE
    ) as web:
        opened = asyncio.Semaphore(0)
        tasks = [asyncio.create_task(_page(web, opened)) for _ in range(count)]
        for _ in range(count):
            await opened.acquire()
        line.send("open")
        await asyncio.to_thread(line.recv)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _page(web: httpx.AsyncClient, opened: asyncio.Semaphore) -> None:
    async with web.stream("GET", "/live", params={"hear": "desk"}) as stream:
        async for told in stream.aiter_lines():
            if told == "event: hello":
                opened.release()
            if told == "event: desk":
                await web.get("/inbox/list")


def _memory() -> float:
    """Return what this process holds, in MiB."""
    now = Path("/proc/self/statm")
    if now.exists():
        return int(now.read_text(encoding="ascii").split()[1]) * PAGE_SIZE / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
