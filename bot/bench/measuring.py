"""Runs both ways in turns, so that whatever else the machine does hits both alike."""

import asyncio
import gc
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from bot.bench.bots import Line, TimedApp, bot_on, community
from bot.bench.plain import fast_and_plain
from bot.bench.talk import Talk
from bot.clock import SystemClock
from bot.config import Config
from handlers.library import lexicons
from knowledge.bench import compare, standing
from knowledge.classifier import Classifier
from knowledge.terms import Rule

WARMING = 1.0  # seconds in which a bot that has just begun makes ready
PAGE = 4_096  # bytes
FLUSHES = 100
BATCH = 500  # messages in one commit, as many as the bot takes at most when they pile up


@dataclass(frozen=True, slots=True)
class Effort:
    """How much is measured: messages in a round of each way, rounds, and seconds of arrivals."""

    rounds: int = 7
    messages: int = 4_000
    plain_messages: int = 200
    per_second: int = 200
    seconds: float = 5.0
    keywords: int = 100_000  # of the many that must cost no more than few


FULL = Effort()


def measure(
    config: Config, *, effort: Effort = FULL, folder: Path | None = None, cache: Path | None = None
) -> dict[str, Any]:
    """Measure judging and the whole bot with the rules of a configuration.

    ``folder`` is where the databases stand while it lasts: how fast a commit is depends on the
    disk, and on how dear it is (``flush_ms``) what is won by committing many messages at once. The
    plain way of the whole bot judges with ``jieba.lcut`` and a loop over the rules, and commits
    every message by itself. Ratios are of medians.
    """
    wanted = community(config)
    ways = fast_and_plain(wanted, cache=cache)
    with tempfile.TemporaryDirectory(prefix="qunkeeper-bench-", dir=folder) as name, quiet():
        place = Path(name)
        return {
            "rules": len(wanted.rules),
            "flush_ms": flush(place),
            "judging": judging(wanted, ways["fast"], effort),
            "a_thousand_rules": standing(
                sentences(effort),
                lexicons(config),
                cache=cache,
                load=(effort.rounds, effort.keywords),
            ),
            "chat": asyncio.run(throughput(place / "chat", wanted, ways, effort)),
            "complaints_5_percent": asyncio.run(
                throughput(place / "complaints", wanted, ways, effort, complaints=True)
            ),
            "arrival_to_committed_ms": {
                "chat": asyncio.run(latency(place / "chat", wanted, ways["fast"], effort)),
                "complaints_5_percent": asyncio.run(
                    latency(place / "complaints", wanted, ways["fast"], effort, complaints=True)
                ),
            },
        }


def flush(folder: Path) -> float:
    """Measure how long the disk takes to have a page for certain, in milliseconds."""
    took = []
    with (folder / "page").open("wb", buffering=0) as file:
        for _ in range(FLUSHES):
            file.write(b"\0" * PAGE)
            began = time.perf_counter()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return round(median(took) * 1000, 3)


@contextmanager
def quiet() -> Iterator[None]:
    """Take what stays for good out of the collector's rounds, as the running bot does."""
    gc.collect()
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def judging(config: Config, classifier: Classifier, effort: Effort) -> dict[str, float]:
    """Measure judging alone: how many times dearer cutting everything with jieba is."""
    rules = [Rule(id=r.id, label=r.label, any=r.any, all=r.all, none=r.none) for r in config.rules]
    talk = Talk().messages(effort.messages, SystemClock()(), complaints=True)
    return compare(rules, [message.text for message in talk], classifier)


def sentences(effort: Effort) -> list[str]:
    """Let people say so much, two things in each message: as long as messages are."""
    talk = Talk().messages(2 * effort.messages, SystemClock()(), complaints=False)
    return [f"{a.text}，{b.text}" for a, b in zip(talk[::2], talk[1::2], strict=True)]


async def throughput(
    folder: Path,
    config: Config,
    ways: dict[str, Classifier],
    effort: Effort,
    *,
    complaints: bool = False,
) -> dict[str, float]:
    """Measure how many messages a second the whole bot takes, piled up or one by one."""
    talk = Talk()
    seconds: dict[str, list[float]] = {"fast": [], "plain": []}
    async with (
        bot_on(folder / "fast.db", config, ways["fast"], Line()) as fast,
        bot_on(folder / "plain.db", config, ways["plain"], Line()) as plain,
    ):
        amounts = {
            "fast": (fast, effort.messages, BATCH),
            "plain": (plain, effort.plain_messages, 1),
        }
        for _ in range(effort.rounds):
            for way, (app, amount, size) in amounts.items():
                seconds[way].append(await _take(app, talk, amount, size, complaints=complaints))
    return compared(seconds)


async def _take(app: TimedApp, talk: Talk, amount: int, size: int, *, complaints: bool) -> float:
    messages = talk.messages(amount, SystemClock()(), complaints=complaints)
    began = time.perf_counter()
    for start in range(0, amount, size):
        await app.take(messages[start : start + size])
    return (time.perf_counter() - began) / amount


async def latency(
    folder: Path,
    config: Config,
    classifier: Classifier,
    effort: Effort,
    *,
    complaints: bool = False,
) -> dict[str, float]:
    """Measure how long a message waits for its commit while they come steadily.

    The messages of the first second are not counted: the bot has just begun.
    """
    line, talk = Line(), Talk()
    arrived: dict[str, float] = {}
    amount = int(effort.per_second * (effort.seconds + WARMING))
    async with bot_on(folder / "steady.db", config, classifier, line) as app:
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(app.run())
            began = time.perf_counter()
            for number in range(amount):
                wait = began + number / effort.per_second - time.perf_counter()
                await asyncio.sleep(max(wait, 0.0))
                [message] = talk.messages(1, SystemClock()(), complaints=complaints)
                arrived[message.id] = time.perf_counter()
                line.heard.put_nowait(message)
            await _all_committed(app, amount)
            app.stop()
        counted = list(arrived.items())[int(effort.per_second * WARMING) :]
        waits = sorted((app.committed[id_] - at) * 1_000 for id_, at in counted)
    cuts = quantiles(waits, n=100)
    return {
        "per_second": effort.per_second,
        "p50": round(cuts[49], 2),
        "p99": round(cuts[98], 2),
        "longest": round(waits[-1], 2),
    }


async def _all_committed(app: TimedApp, amount: int) -> None:
    while len(app.committed) < amount:  # noqa: ASYNC110 - the app has nobody to tell
        await asyncio.sleep(0.005)


def compared(seconds: dict[str, list[float]]) -> dict[str, float]:
    """Turn seconds a message, of each round of both ways, into rates and their ratio."""
    fast, plain = median(seconds["fast"]), median(seconds["plain"])
    return {
        "messages_per_second": round(1 / fast),
        "plain_messages_per_second": round(1 / plain),
        "ratio": round(plain / fast, 1),
    }
