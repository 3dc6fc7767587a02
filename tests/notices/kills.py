"""Kills the bot at random moments of a wave of notices, and reckons up who heard what."""

import argparse
import asyncio
import json
import os
import re
import select as polling
import signal
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, col, func, select

from bot.app import App, Parts
from bot.clock import SystemClock
from bot.config import Config
from bot.dispatch import Behaviour
from bot.errors import Busy
from bot.message import Contact
from bot.storage import Storage
from bot.storage.engine import make_engine, read_url
from bot.storage.migrate import upgrade
from bot.storage.tables import LetterState, Occasion, OccasionState, Occurrence, Outgoing
from bot.transports.memory import RoomPlan, Setting, World
from handlers import behaviour
from handlers.library import handbook
from tests.durability.__main__ import database
from tests.durability.life import BUSY, FINISHED, Birth, Stage, Wire

ROOMS = 40
ALIVE = (0.002, 0.3)  # seconds from "at work" to a kill
UNDER_WAY = 0.015  # seconds from "sending" to a kill, at most
PATIENCE = 3.0  # seconds in which a life is waited for that has nothing to send, at rest
SENDING = b"s"
LOOK = 0.05
UNSETTLED = (LetterState.QUEUED, LetterState.SENDING)
LIVING = (OccasionState.AHEAD, OccasionState.OPEN)


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a run came to: every notice in every group was posted, or is in doubt and told so."""

    kills: int
    lives: int
    wanted: int
    sent: int
    unconfirmed: int
    arrived_in_doubt: int
    twice: list[str]
    lost: list[str]
    other: dict[str, int]
    seconds: float

    @property
    def flawless(self) -> bool:
        """Whether nothing was posted twice, and nothing is missing without being in doubt."""
        return not (self.twice or self.lost or self.other)


@dataclass(frozen=True, slots=True)
class Wave:
    """What every life has in common."""

    url: str
    sink: Path
    config: Config
    behave: Callable[[Config], Behaviour[Any]]

    def live(self, birth: Birth) -> int:
        """Work until the wave is over, where this life may see that."""
        upgrade(self.url)
        try:
            asyncio.run(self._live(birth))
        except Busy:
            return BUSY
        return FINISHED

    async def _live(self, birth: Birth) -> None:
        async with Storage(self.url) as storage:
            sink = os.open(self.sink, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
            wechat = Wire(World(setting(), prefix=f"life{birth.number}-"), birth, sink)
            parts = Parts(
                config=self.config,
                behave=self.behave,
                transport=wechat,
                storage=storage,
                clock=SystemClock(),
                random=birth.random,
                owner=f"life {birth.number}",
            )
            app = App(parts)
            await app.open()
            wechat.log_in()
            birth.cry(Stage.AT_WORK)
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(app.run())
                while not birth.finishes or await storage.read(busy):  # noqa: ASYNC110
                    await asyncio.sleep(LOOK)
                app.stop()
            await app.close()


def busy(session: Session) -> bool:
    """Say whether something is still to be done."""
    letters = select(func.count()).where(col(Outgoing.state).in_(UNSETTLED))
    occasions = select(func.count()).where(col(Occasion.state).in_(LIVING))
    return session.exec(letters).one() + session.exec(occasions).one() > 0


def setting() -> Setting:
    """Describe the town: rooms with nobody in them but the bot and its manager."""
    rooms = [RoomPlan(f"g{n}", f"群{n}", "bot", ("bot", "boss")) for n in range(ROOMS)]
    return Setting(Contact("bot", "小群"), (Contact("boss", "老板", friend=True),), tuple(rooms))


def settings(notices: int) -> Config:
    """Make a configuration whose notices are all due now, every third of them in two parts."""
    now = datetime.now(UTC).isoformat()
    plan = {"scenario": "launch", "groups": ["fan"], "at": now, "late": "1h"}
    return Config.model_validate(
        {
            "wechat": {"managers": ["boss"]},
            "console": {"enabled": False},
            "pace": {
                "same_target_seconds": 0,
                "between_targets_seconds": [0, 0.002],
                "per_minute": 600,
                "quiet_hours": "",
            },
            "planning": {"least_gap": "1s", "spread": "1s"},
            "groups": [{"topic": "群*", "kind": "fan"}],
            "support": {"room": "rs"},
            "notices": [
                {**plan, "id": f"n{n}", "title": f"公告{n}", "text": f"{{group}} {n}"}
                | ({"parts": [{"text": "第二段"}]} if n % 3 == 0 else {})
                for n in range(notices)
            ],
        },
        context={"folder": Path.cwd()},
    )


def torment(
    url: str, folder: Path, *, kills: int, notices: int, seed: int, patience: float = PATIENCE
) -> Reckoning:
    """Let the wave go on over so many deaths, and then to its end."""
    began, random = time.monotonic(), Random(seed)  # noqa: S311
    config = settings(notices)
    book = handbook(config)
    wave = Wave(url, folder / "sink.tsv", config, lambda wanted: behaviour(wanted, book))
    wave.sink.touch()
    lives = died = 0
    while died < kills:
        lives += 1
        died += _live_and_die(wave, lives, random, patience)
    status = BUSY
    while status == BUSY:
        lives += 1
        status = _bury(_fork(wave, lives, finishes=True)[0])
    if status != FINISHED:
        raise AssertionError(f"the last life ended wrongly: {status}")
    return _reckon(wave, notices, kills, lives, time.monotonic() - began)


def _live_and_die(wave: Wave, number: int, random: Random, patience: float) -> bool:
    """Kill a life some time after it came to work, or every other time while it is sending."""
    child, cries = _fork(wave, number, finishes=False)
    heard = os.read(cries, 1)  # at work, or dead
    if number % 2 and heard:
        wanted, end = random.randint(1, 8), time.monotonic() + patience
        while heard.count(SENDING) < wanted and time.monotonic() < end:
            if polling.select([cries], [], [], LOOK)[0]:
                heard += os.read(cries, 100)
        time.sleep(random.uniform(0, UNDER_WAY))
    else:
        low, high = ALIVE
        time.sleep(low * (high / low) ** random.random())
    os.kill(child, signal.SIGKILL)
    os.close(cries)
    status = _bury(child)
    if status not in (-signal.SIGKILL, BUSY):
        raise AssertionError(f"life {number} ended by itself: {status}")
    return status == -signal.SIGKILL


def _fork(wave: Wave, number: int, *, finishes: bool) -> tuple[int, int]:
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        random = Random(number)  # noqa: S311
        cry = partial(_cry, writer)
        status = wave.live(Birth(number, 0, finishes, random, cry))
    except BaseException:  # noqa: BLE001 - nothing may get out of the child
        traceback.print_exc()
    finally:
        os._exit(status)


def _cry(writer: int, stage: Stage) -> None:
    os.write(writer, SENDING if stage is Stage.SENDING else b"!")


def _bury(child: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _reckon(wave: Wave, notices: int, kills: int, lives: int, seconds: float) -> Reckoning:
    engine = make_engine(read_url(wave.url))
    with Session(engine) as session:
        rows = list(session.exec(select(Occurrence)))
    engine.dispose()
    lines = [line.split("\t")[0] for line in wave.sink.read_text().splitlines()]
    posts = Counter(re.sub(r":again\d+", "", key) for key in lines if key.startswith("notice:"))
    state = {(row.notice, row.room): str(row.state) for row in rows}
    wanted = {
        (f"n{n}", f"g{room}"): 2 if n % 3 == 0 else 1
        for n in range(notices)
        for room in range(ROOMS)
    }
    arrived = Counter((key.split(":")[1], _room(key)) for key in posts)
    doubtful = {key for key, found in state.items() if found == "unconfirmed"}
    return Reckoning(
        kills=kills,
        lives=lives,
        wanted=len(wanted),
        sent=list(state.values()).count("sent"),
        unconfirmed=len(doubtful),
        arrived_in_doubt=sum(arrived[key] >= wanted[key] for key in doubtful),
        twice=sorted(key for key, times in posts.items() if times > 1),
        lost=sorted(
            str(key)
            for key, letters in wanted.items()
            if key not in doubtful and arrived[key] != letters
        ),
        other=dict(
            Counter(found for found in state.values() if found not in ("sent", "unconfirmed"))
        ),
        seconds=round(seconds, 1),
    )


def _room(key: str) -> str:
    """Find the room in the key of a letter: the last piece that names one."""
    return next(piece for piece in reversed(key.split(":")) if piece.startswith("g"))


def main() -> int:
    """Run it; exit 0 where nothing was lost or doubled."""
    parser = argparse.ArgumentParser(prog="tests.notices.kills", description=__doc__)
    parser.add_argument("--database", help="an empty database; left out: one of our own")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--notices", type=int, default=12)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--patience", type=float, default=PATIENCE, help="more on a busy machine")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qunkeeper-kills-") as name:
        folder = Path(name)
        with database(wanted.database, wanted.engine, folder) as url:
            result = torment(
                url,
                folder,
                kills=wanted.kills,
                notices=wanted.notices,
                seed=wanted.seed,
                patience=wanted.patience,
            )
    json.dump(asdict(result), sys.stdout, ensure_ascii=False, indent=1)
    return 0 if result.flawless else 1


if __name__ == "__main__":
    sys.exit(main())
