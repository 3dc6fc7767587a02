"""``check``: the whole configuration, every fault at once."""

import asyncio
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated

import typer

from bot.cli.options import DEFAULT_CONFIG, TOKEN, ConfigFile, DatabaseUrl
from bot.cli.reading import read_config, with_database
from bot.config import Config
from bot.config.loader import Reading
from bot.config.models import Provider
from bot.errors import BotError, Fault
from bot.storage import Storage
from bot.transports.gateway import probe

Online = Annotated[bool, typer.Option("--online", help="也连一下网关和数据库 / reach both")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(check)


def check(
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
    online: Online = False,
) -> None:
    """检查配置，一次说出所有错误 / check the configuration whole."""
    reading = read_config(config)
    sys.stderr.writelines(f"{line}\n" for line in told(reading))
    if reading.config is None:
        raise typer.Exit(2)
    typer.echo(f"{config}: 没有错误（{len(reading.warnings)} 条提醒）")
    if online and not asyncio.run(_reach(with_database(reading.config, database))):
        raise typer.Exit(2)


def told(reading: Reading) -> Iterator[Fault]:
    """Yield faults and warnings as they follow each other in each file; the latter marked."""
    marked = (replace(each, text=f"提醒：{each.text}") for each in reading.warnings)
    yield from sorted([*reading.faults, *marked])


async def _reach(config: Config) -> bool:
    """Reach the database and the gateway, and tell what was found."""
    return all([await _reach_database(config), await _reach_gateway(config)])


async def _reach_database(config: Config) -> bool:
    try:
        async with Storage(config.database.url):
            typer.echo("数据库：可以连接")
            return True
    except BotError as error:
        sys.stderr.write(f"数据库：{error}\n")
        return False


async def _reach_gateway(config: Config) -> bool:
    if config.wechat.provider is Provider.SIMULATOR:
        typer.echo("微信：模拟器，不需要网关")
        return True
    found = await probe(
        config.wechat.endpoint,
        token=os.environ.get(TOKEN, ""),
        tls=config.wechat.tls,
        ca=config.wechat.ca,
        server_name=config.wechat.server_name or "",
    )
    typer.echo(str(found))
    return found.trouble is None
