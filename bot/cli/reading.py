"""Reading the configuration the way every command does."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from bot.cli.cache import cache_folder
from bot.config import Config
from bot.config.connection import resolve_database
from bot.config.loader import Reading, read
from bot.errors import BotError, ConfigError
from handlers.community.proofs import proofread
from handlers.library import Doubt, doubts
from handlers.notices.foresight import forecast
from handlers.wording import variables
from knowledge.calendar import read_week


def sentences() -> Mapping[str, frozenset[str]]:
    """Return the keys ``[wording]`` may use, with their placeholders."""
    return variables()


def read_config(path: Path, *, rules: bool = True) -> Reading:
    """Read and check everything; faults and warnings are in what is returned.

    Without ``rules`` it is not looked into what the rules mean, which takes longest.
    """
    inspecting = inspect if rules else foresee
    return read(path, wording=sentences(), inspect=inspecting, hours=read_week)


def inspect(config: Config) -> list[Doubt]:
    """Say what is wrong or doubtful with what rules mean, and with what the notices will do."""
    return [*doubts(config, cache=cache_folder()), *foresee(config), *proofread(config)]


def foresee(config: Config) -> list[Doubt]:
    """Say what is doubtful about what the notices will do."""
    return forecast(config, datetime.now(UTC))


def load_config(path: Path, *, database: str | None = None, rules: bool = True) -> Config:
    """Read the configuration; raises ConfigError with every fault at once.

    Commands that judge no message read it without looking into the ``rules``.
    """
    return accepted(read_config(path, rules=rules), database=database)


def accepted(reading: Reading, *, database: str | None = None) -> Config:
    """Return the configuration that was read; raises ConfigError with every fault at once."""
    if reading.config is None or reading.faults:
        raise ConfigError(reading.faults)
    return with_database(reading.config, database)


def with_database(config: Config, url: str | None) -> Config:
    """Put another database in the place of the configured one."""
    if url is None:
        return config
    try:
        place = resolve_database(url, Path.cwd())
    except ValueError as error:
        raise BotError(f"--database：{error}") from None
    section = config.database.model_copy(update={"url": place})
    return config.model_copy(update={"database": section})
