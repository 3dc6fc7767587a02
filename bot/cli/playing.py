"""``simulate``: a scripted WeChat in virtual time against the whole bot."""

import asyncio
import sys
import tempfile
from functools import partial
from pathlib import Path
from random import Random
from typing import Annotated

import typer

from bot.cli.assembly import assemble
from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl
from bot.cli.reading import load_config
from bot.clock import Clock
from bot.config import Config
from bot.dispatch import Verdict
from bot.message import Message
from bot.rehearsal.play import play
from bot.rehearsal.scenario import Scenario, read_scenario
from bot.rehearsal.transcript import Transcript
from bot.rehearsal.whole import WholeBot
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.transports import Transport

Script = Annotated[Path, typer.Argument(metavar="SCENARIO.jsonl")]
Seed = Annotated[int, typer.Option("--seed", metavar="N", help="随机数的种子 / seed of chance")]
Traced = Annotated[
    bool, typer.Option("--trace", help="也写出每条消息的判断 / each message's label")
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(simulate)


def simulate(
    scenario: Script,
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
    seed: Seed = 0,
    trace: Traced = False,
) -> None:
    """在虚拟时间里演一遍剧本，写出机器人做了什么 / play a script in virtual time."""
    script = read_scenario(scenario)
    with tempfile.TemporaryDirectory(prefix="qunkeeper-") as folder:
        url = database or f"sqlite:///{folder}/play.db"
        settings = load_config(config, database=url)
        upgrade(url)
        transcript = Transcript(sys.stdout, settings.zone, trace=trace)
        asyncio.run(_play(script, settings, transcript, seed))


async def _play(script: Scenario, config: Config, transcript: Transcript, seed: int) -> None:
    """Play it; the database need not survive the machine, so it is not synced to the disk."""
    in_force = [config]

    def load(file: Path) -> Config:
        in_force[0] = load_config(file, database=config.database.url)
        return in_force[0]

    def trace(message: Message, verdict: Verdict, taken: str) -> None:
        transcript.classified(
            message.at, message.id, verdict.label, verdict.rule or None, taken=taken
        )

    async def start(transport: Transport, clock: Clock, random: Random) -> WholeBot:
        storage = Storage(config.database.url, synchronous="OFF")
        app = assemble(in_force[0], transport, storage, clock, random, trace=trace)
        return WholeBot(app, storage, in_force[0], partial(load))

    await play(script, start, transcript, seed=seed)
