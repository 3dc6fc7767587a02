"""``qunkeeper run``: the bot, its WeChat and its configuration, until somebody stops it."""

import asyncio
import contextlib
import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from random import Random

import httpx

from bot.app import App, Parts
from bot.cli.assembly import owner
from bot.cli.cache import cache_folder
from bot.cli.console import Beside, Standing, set_up
from bot.cli.force import InForce
from bot.cli.options import TOKEN
from bot.cli.plugins import host_plugins
from bot.cli.reading import accepted, read_config, with_database
from bot.cli.simulator import Terminal
from bot.clock import SystemClock
from bot.config import Config
from bot.config.models import Provider
from bot.config.watch import watch
from bot.errors import BotError
from bot.rehearsal.town import Townsfolk, build_town
from bot.revisions import record
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.transports import Transport
from bot.transports.gateway import GatewayTransport
from bot.transports.memory import MemoryWeChat
from bot.transports.wecom import VARIABLE, GroupRobot, Herald

log = logging.getLogger(__name__)

SOON = 0.001  # seconds for which a thread that compiles keeps the interpreter


@dataclass(frozen=True, slots=True)
class Service:
    """A running bot: its app, where its configuration stands, and its WeChat."""

    file: Path
    database: str | None
    app: App
    storage: Storage
    transport: Transport
    sources: Mapping[Path, str]
    console: Standing | None


async def serve(file: Path, database: str | None) -> None:
    """Run until SIGTERM or SIGINT; the turn in hand is finished."""
    reading = read_config(file)
    config = accepted(reading, database=database)
    await migrate(config)
    async with AsyncExitStack() as stack:
        clock, random = SystemClock(), Random()  # noqa: S311  # pace, not secrets
        storage = await stack.enter_async_context(Storage(config.database.url))
        transport = reach(config, clock, random)
        force = InForce(cache_folder())
        app = App(
            Parts(
                config=config,
                behave=force,
                transport=transport,
                storage=storage,
                clock=clock,
                random=random,
                owner=owner(),
            )
        )
        await app.open()
        stack.push_async_callback(app.close)
        settle_memory()
        write = partial(record, account=app.account, sources=reading.sources, who="start")
        await storage.transact(lambda session: write(session, now=clock()))
        beside = Beside(app, storage, transport, clock, force, cache_folder())
        standing = await set_up(beside, file, database) if config.console.enabled else None
        await stack.enter_async_context(transport)
        if isinstance(transport, GatewayTransport) and config.wechat.plugins:
            plugins = host_plugins(config, file, transport, app)
            await stack.enter_async_context(plugins)
        service = Service(file, database, app, storage, transport, reading.sources, standing)
        await attend(service, config, random)


async def migrate(config: Config) -> None:
    """Bring the database to this version, and say where the copy made before is."""
    outcome = await asyncio.to_thread(upgrade, config.database.url)
    if outcome.backup is not None:
        log.info("the database was migrated; a copy of it as it was is %s", outcome.backup)


def settle_memory() -> None:
    """Keep the collector out of what stays: looking through it all the time costs a third."""
    gc.collect()
    gc.freeze()


def reach(config: Config, clock: SystemClock, random: Random) -> Transport:
    """Return the WeChat that the configuration names; nothing is connected yet."""
    if config.wechat.provider is Provider.SIMULATOR:
        return build_town(clock)
    token = os.environ.get(TOKEN, "")
    if not token:
        raise BotError(f"环境变量 {TOKEN} 没有设置：请设成网关启动时用的 token")
    return GatewayTransport(
        config.wechat.endpoint,
        token=token,
        tls=config.wechat.tls,
        ca=config.wechat.ca,
        server_name=config.wechat.server_name or "",
        clock=clock,
        random=random,
    )


async def attend(service: Service, config: Config, random: Random) -> None:
    """Keep everything going until a signal says stop."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(service.app.run(), name="app")
        others = [tasks.create_task(reload_on_change(service), name="configuration")]
        if webhook := os.environ.get(VARIABLE):
            others.append(tasks.create_task(call_out(service, webhook), name="herald"))
        if isinstance(service.transport, MemoryWeChat):
            townsfolk = Townsfolk(service.transport, SystemClock(), random)
            quiet = service.console is not None
            terminal = Terminal(service.transport, config.zone, quiet=quiet)
            others.append(tasks.create_task(townsfolk.live(), name="townsfolk"))
            others.append(tasks.create_task(terminal.listen(), name="terminal"))
        if service.console is not None:
            tasks.create_task(service.console.console.serve(), name="console")
            tasks.create_task(_tell(service.console.told), name="told")
        waiting = tasks.create_task(stop.wait(), name="signal")
        await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        log.info("stopping")
        service.app.stop()
        if service.console is not None:
            service.console.console.stop()
        for task in (*others, waiting):
            task.cancel()


async def call_out(service: Service, webhook: str) -> None:
    """Post alerts to a group robot of WeCom, for ever."""
    async with httpx.AsyncHTTPTransport() as transport:
        robot = GroupRobot(webhook, transport)
        await Herald(service.storage, robot, SystemClock(), service.app.account).run()


async def _tell(text: str) -> None:
    """Say where to look once everything else has been said."""
    await asyncio.sleep(0)
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


async def reload_on_change(service: Service) -> None:
    """Put every valid change of the files into force; refuse an invalid one aloud."""
    async for _ in watch(service.file, since=service.sources):
        with unhurried():
            await reload(service)


@contextlib.contextmanager
def unhurried() -> Iterator[None]:
    """Let everything else go on while a thread compiles.

    The collector is kept out: its round through ten thousand new rules would stop everything. And
    whoever waits for the interpreter gets it soon.
    """
    before = sys.getswitchinterval()
    gc.disable()
    sys.setswitchinterval(SOON)
    try:
        yield
    finally:
        sys.setswitchinterval(before)
        gc.freeze()
        gc.enable()


async def reload(service: Service) -> None:
    """Put the files as they are now into force, if they are valid."""
    reading = await asyncio.to_thread(read_config, service.file)
    if reading.config is None or reading.faults:
        for fault in reading.faults:
            log.error("the configuration in force stays: %s", fault)
        return
    write = partial(
        record,
        account=service.app.account,
        sources=reading.sources,
        who="file",
        now=SystemClock()(),
    )
    number = await service.storage.transact(write)
    if number is not None:
        await service.app.reconfigure(with_database(reading.config, service.database))
        log.info("revision %s of the configuration is in force", number)
