"""A thousand groups hear one notice: how fast at most, until when, and in how much memory."""

import asyncio
import json
import resource
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from bot.app import App, Parts
from bot.config import Config
from bot.message import Contact, Letter, Purpose
from bot.rehearsal.clock import VirtualClock
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.transports.memory import MemoryWeChat, RoomPlan, Setting, World
from handlers import behaviour
from handlers.library import handbook

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
DUE = START + timedelta(minutes=10)
PER_MINUTE = 40


@dataclass(frozen=True, slots=True)
class Wave:
    """What one wave came to; gaps are seconds between two groups."""

    groups: int
    posted: int
    twice: int
    first_after: float
    last_after: float
    least_gap: float
    mean_gap: float
    most_in_a_minute: int
    megabytes_more: float
    seconds: float

    @property
    def in_pace(self) -> bool:
        """Whether everybody heard it once, and nothing left faster than allowed."""
        everybody = self.posted == self.groups and not self.twice and self.first_after >= 0
        return everybody and self.least_gap >= 3.0 and self.most_in_a_minute <= PER_MINUTE


def settings(groups: int, folder: Path) -> Config:
    """Make a configuration with one notice to so many groups."""
    return Config.model_validate(
        {
            "wechat": {"managers": ["boss"]},
            "console": {"enabled": False},
            "groups": [{"topic": "群*", "kind": "fan"}],
            "support": {"room": "rs"},
            "pace": {"per_minute": PER_MINUTE},
            "notices": [
                {
                    "id": "wave",
                    "title": "大家好",
                    "scenario": "launch",
                    "at": DUE.isoformat(),
                    "late": f"{max(groups // 10, 1)}m",
                    "groups": ["fan"],
                    "text": "{group}的朋友们，新品来了",
                }
            ],
        },
        context={"folder": folder},
    )


async def run(groups: int, folder: Path) -> list[tuple[datetime, Letter]]:
    """Let the wave happen, and return what was said and when."""
    config, clock, url = settings(groups, folder), VirtualClock(START), f"sqlite:///{folder}/w.db"
    said: list[tuple[datetime, Letter]] = []
    rooms = [RoomPlan(f"g{n}", f"群{n}", "bot", ("bot", "boss")) for n in range(groups)]
    people = (Contact("boss", "老板", friend=True),)
    wechat = MemoryWeChat(
        World(Setting(Contact("bot", "小群"), people, tuple(rooms))),
        clock,
        on_delivery=lambda letter, at: said.append((at, letter)),
    )
    upgrade(url)
    book = handbook(config)
    async with Storage(url, synchronous="OFF") as storage:
        parts = Parts(
            config=config,
            behave=lambda config: behaviour(config, book),
            transport=wechat,
            storage=storage,
            clock=clock,
            random=Random(0),  # noqa: S311
            owner="wave",
        )
        app = App(parts)
        await app.open()
        wechat.log_in()
        await app.take(wechat.unheard())
        wanted = await app.work()
        end = DUE + timedelta(minutes=max(groups // 10, 1) + 5)
        while wanted is not None and wanted < end:
            clock.move(wanted)
            wanted = await app.work()
            if heard := wechat.unheard():
                await app.take(heard)
        await app.close()
    return said


def measure(groups: int) -> Wave:
    """Let so many groups hear one notice, and measure."""
    began, memory = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with TemporaryDirectory() as folder:
        said = asyncio.run(run(groups, Path(folder)))
    heard = [(at, x.room) for at, x in said if x.purpose is Purpose.NOTICE]
    times = [at for at, _ in heard]
    gaps = [(later - earlier).total_seconds() for earlier, later in pairwise(times)]
    in_a_minute = (
        sum(at <= other < at + timedelta(minutes=1) for other in times[n : n + 4 * PER_MINUTE])
        for n, at in enumerate(times)
    )
    counts = Counter(room for _, room in heard)
    more = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - memory
    return Wave(
        groups=groups,
        posted=len(counts),
        twice=sum(count > 1 for count in counts.values()),
        first_after=(times[0] - DUE).total_seconds(),
        last_after=(times[-1] - DUE).total_seconds(),
        least_gap=round(min(gaps), 3),
        mean_gap=round(sum(gaps) / len(gaps), 3),
        most_in_a_minute=max(in_a_minute),
        megabytes_more=round(more / 1024, 1),
        seconds=round(time.perf_counter() - began, 1),
    )


if __name__ == "__main__":
    wave = measure(int(sys.argv[1]))
    print(json.dumps(asdict(wave), indent=1))
    sys.exit(not wave.in_pace)
