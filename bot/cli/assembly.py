"""The composition root: the one place where runtime, handlers and knowledge meet."""

import os
import socket
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from bot.app import App, Parts
from bot.cli.cache import cache_folder
from bot.clock import Clock
from bot.config import Config
from bot.dispatch import Behaviour, Trace
from bot.storage import Storage
from bot.transports import Transport
from handlers import behaviour
from handlers.library import handbook


def behave(config: Config, *, cache: Path | None = None) -> Behaviour[Any]:
    """Compile what the bot does and knows under a configuration."""
    return behaviour(config, handbook(config, cache=cache))


def owner() -> str:
    """Name this process, for whoever finds the account taken."""
    return f"{socket.gethostname()} pid {os.getpid()}"


def assemble(
    config: Config,
    transport: Transport,
    storage: Storage,
    clock: Clock,
    random: Random,
    *,
    trace: Trace | None = None,
) -> App:
    """Put an app together; nothing is opened yet."""
    parts = Parts(
        config=config,
        behave=partial(behave, cache=cache_folder()),
        transport=transport,
        storage=storage,
        clock=clock,
        random=random,
        owner=owner(),
        trace=trace,
    )
    return App(parts)
