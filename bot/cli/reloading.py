"""How long the event loop is kept waiting while ten thousand rules come into force."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

from bot.cli.force import InForce
from bot.cli.reading import accepted, read_config
from bot.cli.running import unhurried
from bot.config import Config
from knowledge.bench import foreign_words, rules_over
from knowledge.terms import Rule

RULES, ROUNDS = 10_000, 3
BEAT = 0.001  # seconds


class Pulse:
    """The longest that an event loop was kept from beating, in milliseconds.

    ``pause`` is by the clock. ``stall`` counts no more than this process was at work meanwhile: on
    a busy machine other processes take their share of any pause.
    """

    def __init__(self) -> None:
        self.pause = 0.0
        self.stall = 0.0

    async def beat(self) -> None:
        """Beat for ever."""
        while True:
            clock, work = time.perf_counter(), time.process_time()
            await asyncio.sleep(BEAT)
            late = time.perf_counter() - clock - BEAT
            self.pause = max(self.pause, late * 1000)
            self.stall = max(self.stall, min(late, time.process_time() - work) * 1000)


@asynccontextmanager
async def pulse() -> AsyncIterator[Pulse]:
    """Feel the pulse of this loop while something else goes on."""
    felt = Pulse()
    beating = asyncio.create_task(felt.beat())
    yield felt
    beating.cancel()


def reloading(
    config: Config,
    file: Path,
    folder: Path,
    *,
    cache: Path | None = None,
    rules: int = RULES,
    rounds: int = ROUNDS,
) -> dict[str, float]:
    """Read, check and compile a configuration of so many rules beside a loop, a few times."""
    wanted = folder / "many.toml"
    wanted.write_text(
        "\n".join(written(config, file, rules_over(foreign_words(()), rules))), encoding="utf-8"
    )
    felt = [asyncio.run(_reload(wanted, cache)) for _ in range(rounds)]
    return {
        "rules": rules,
        "longest_stall_ms": round(median(each.stall for each in felt), 1),
        "longest_pause_ms": round(median(each.pause for each in felt), 1),
    }


async def _reload(file: Path, cache: Path | None) -> Pulse:
    force = InForce(cache)
    async with pulse() as felt:
        with unhurried():
            reading = await asyncio.to_thread(read_config, file)
            await asyncio.to_thread(force, accepted(reading))
        return felt


def written(config: Config, file: Path, rules: Iterable[Rule]) -> Iterable[str]:
    """Write a configuration of these rules that includes what the other one does."""
    names = [str((file.parent / name).resolve()) for name in config.include]
    yield f"include = {json.dumps(names, ensure_ascii=False)}"
    for rule in rules:
        yield f'[[rules]]\nid = "{rule.id}"\nlabel = "{rule.label}"'
        for key in ("any", "all", "none"):
            yield f"{key} = {json.dumps(getattr(rule, key), ensure_ascii=False)}"
