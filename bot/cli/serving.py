"""``run``: the bot, until it is stopped."""

import asyncio

import typer

from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(run)


def run(config: ConfigFile = DEFAULT_CONFIG, database: DatabaseUrl = None) -> None:
    """运行机器人，直到按 Ctrl-C / run the bot until it is stopped."""
    from bot.cli.running import serve  # noqa: PLC0415  # other commands start without the console

    asyncio.run(serve(config, database))
