"""A year of notices in virtual time: forty groups, all kinds, the bot restarted every day."""

import asyncio
import json
import sys
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from typing import Any

from sqlmodel import Session, select

from bot.app import App, Parts
from bot.config import Config
from bot.message import Contact, Letter, Purpose
from bot.rehearsal.clock import VirtualClock
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.storage.tables import Occurrence
from bot.transports.memory import MemoryWeChat, RoomPlan, Setting, World
from handlers import behaviour
from handlers.library import handbook
from handlers.notices.occasions import Occasions

QUIET = "22:30-08:00"
REOPENED = 30  # days after which a new life also opens the database anew


def plans() -> list[dict[str, Any]]:
    """Write notices of every kind, for every way to say when."""

    def plan(name: str, scenario: str, **more: Any) -> dict[str, Any]:
        return {
            "id": name,
            "title": name,
            "scenario": scenario,
            "groups": ["fan"],
            "text": "{group} {title} {date}",
            **more,
        }

    rule = {"start": "2026-01-01T00:00:00+08:00"}
    at = "BYMINUTE=0;BYSECOND=0"
    return [
        plan(
            "morning",
            "content",
            rrule="FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0",
            in_quiet_hours="send",
            late="1h",
            **rule,
        ),
        plan("live", "recurring", rrule=f"FREQ=WEEKLY;BYDAY=FR;BYHOUR=19;{at}", **rule),
        plan("training", "recurring", rrule=f"FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;{at}", **rule)
        | {"groups": ["training"]},
        plan("lesson", "content", rrule=f"FREQ=DAILY;BYHOUR=14;{at}", only="workdays", **rule)
        | {"groups": ["training"]},
        plan(
            "member-day",
            "promotion",
            rrule=f"FREQ=MONTHLY;BYMONTHDAY=18;BYHOUR=12;{at}",
            promotional=True,
            **rule,
        ),
        plan("mid-autumn", "holiday", lunar="08-15 10:00"),
        plan("eve", "holiday", lunar="12-30 18:00", groups=["fan", "training"]),
        plan("solstice", "holiday", solar_term="冬至 09:00"),
        plan("qingming", "holiday", solar_term="清明 08:30"),
        plan("new-year", "holiday", rrule=f"FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;BYHOUR=9;{at}")
        | rule,
        plan(
            "double11",
            "shopping-festival",
            rrule=f"FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=11;BYHOUR=20;{at}",
            remind=["3d", "1h"],
            promotional=True,
            **rule,
        ),
        plan("after11", "public-relations", after="double11 1d"),
        plan("launch", "launch", rrule=f"FREQ=MONTHLY;INTERVAL=4;BYMONTHDAY=1;BYHOUR=15;{at}")
        | rule,
        plan("night", "content", rrule=f"FREQ=WEEKLY;BYDAY=SU;BYHOUR=23;{at}", **rule),
    ]


@dataclass(frozen=True, slots=True)
class Tally:
    """What a stretch of time came to; ``wanted`` counts what the calendar asks for."""

    days: int
    groups: int
    wanted: int
    posted: int
    by_scenario: dict[str, int]
    states: dict[str, int]
    reminders: int
    twice: int
    missing: int
    early: int
    later_than_allowed: int
    in_quiet_hours: int
    worst_seconds: float
    restarts: int
    seconds: float

    @property
    def flawless(self) -> bool:
        """Whether everything was posted once and at its time."""
        wrong = (self.twice, self.missing, self.early, self.later_than_allowed)
        return not any(wrong) and self.in_quiet_hours == 0


class Year:
    """A bot, its WeChat and their time."""

    def __init__(self, folder: Path, start: datetime, groups: int) -> None:
        kinds = ["training" if number % 5 == 4 else "fan" for number in range(groups)]
        self.rooms = {f"g{number}": kind for number, kind in enumerate(kinds)}
        self.config = Config.model_validate(
            {
                "wechat": {"managers": ["boss"]},
                "console": {"enabled": False},
                "groups": [{"id": room, "kind": kind} for room, kind in self.rooms.items()],
                "support": {"room": "rs"},
                "pace": {"quiet_hours": QUIET},
                "notices": plans(),
            },
            context={"folder": folder},
        )
        self.clock = VirtualClock(start)
        self.said: list[tuple[datetime, Letter]] = []
        plans_ = [RoomPlan(room, f"群{room}", "bot", ("bot", "boss")) for room in self.rooms]
        setting = Setting(
            Contact("bot", "小群"),
            (Contact("boss", "老板", friend=True),),
            (*plans_, RoomPlan("rs", "值班群", "bot", ("bot", "boss"))),
        )
        self.wechat = MemoryWeChat(
            World(setting),
            self.clock,
            on_delivery=lambda letter, at: self.said.append((at, letter)),
        )
        self.url = f"sqlite:///{folder}/year.db"
        upgrade(self.url)
        self._book = handbook(self.config)

    async def run(self, days: int) -> None:
        """Let the days pass, with a crash every day at another minute."""
        random = Random(7)  # noqa: S311
        storage = await self._open()
        app = await self._start(storage)
        for day in range(days):
            await self._live(app, timedelta(minutes=random.uniform(1, 1439)))
            app.abandon()
            if day % REOPENED == 0:
                await storage.close()
                storage = await self._open()
            app = await self._start(storage)
            midnight = self.clock().replace(hour=16, minute=0, second=0, microsecond=0)
            if midnight <= self.clock():
                midnight += timedelta(days=1)
            await self._live(app, midnight - self.clock())
        self.rows = list(await storage.transact(rows))
        await app.close()
        await storage.close()

    async def _open(self) -> Storage:
        storage = Storage(self.url, synchronous="OFF")
        await storage.open()
        return storage

    async def _start(self, storage: Storage) -> App:
        parts = Parts(
            config=self.config,
            behave=lambda config: behaviour(config, self._book),
            transport=self.wechat,
            storage=storage,
            clock=self.clock,
            random=Random(0),  # noqa: S311
            owner="year",
        )
        app = App(parts)
        await app.open()
        self.wechat.log_in()
        return app

    async def _live(self, app: App, span: timedelta) -> None:
        end = self.clock() + span
        while True:
            events = self.wechat.unheard()
            if events:
                await app.take(events)
            wanted = await app.work()
            if not events:
                if wanted is None or wanted > end:
                    self.clock.move(end)
                    return
                self.clock.move(wanted)


def rows(session: Session) -> list[Occurrence]:
    """Return every occurrence."""
    return list(session.exec(select(Occurrence)).all())


def reckon(year: Year, start: datetime, days: int, seconds: float) -> Tally:
    """Compare what was said with what the calendar asks for."""
    config, occasions = year.config, Occasions(year.config)
    notices = {notice.id: notice for notice in config.notices}
    end = year.clock()
    wanted = {
        (notice.id, due, room)
        for notice in config.notices
        for due in _between(occasions, notice, start, end)
        for room, kind in year.rooms.items()
        if kind in notice.groups
    }
    hopeless = {key for key in wanted if key[0] == "night"}  # falls into the quiet hours
    sent = {(r.notice, r.due_at, r.room): r for r in year.rows if not r.part and r.sent_at}
    heard = Counter(
        (letter.notice, letter.room, letter.data["occurrence"])
        for _, letter in year.said
        if letter.purpose is Purpose.NOTICE
    )
    delays = {
        key: (row.sent_at - row.due_at).total_seconds() for key, row in sent.items() if row.sent_at
    }
    quiet = config.pace.quiet_hours
    at_night = [
        letter
        for at, letter in year.said
        if letter.purpose in (Purpose.NOTICE, Purpose.REMINDER)
        and letter.notice != "morning"
        and quiet is not None
        and quiet.covers(at.astimezone(config.zone))
    ]
    return Tally(
        days=days,
        groups=len(year.rooms),
        wanted=len(wanted),
        posted=sum(heard.values()),
        by_scenario=dict(Counter(str(notices[key[0]].scenario) for key in heard)),
        states=dict(Counter(str(row.state) for row in year.rows if not row.part)),
        reminders=sum(letter.purpose is Purpose.REMINDER for _, letter in year.said),
        twice=sum(count > 1 for count in heard.values()),
        missing=len(wanted - hopeless - sent.keys()),
        early=sum(delay < 0 for delay in delays.values()),
        later_than_allowed=sum(
            delay > notices[key[0]].late.total_seconds() for key, delay in delays.items()
        ),
        in_quiet_hours=len(at_night),
        worst_seconds=max(delays.values(), default=0.0),
        restarts=days,
        seconds=round(seconds, 1),
    )


def _between(occasions: Occasions, notice: Any, start: datetime, end: datetime) -> list[datetime]:
    moments = []
    for due in occasions.after(notice, start):
        if due > end:
            break
        moments.append(due)
    return moments


def simulate(days: int, groups: int, start: datetime) -> Tally:
    """Play so many days, and return what came of them."""
    began = time.perf_counter()
    with TemporaryDirectory() as folder:
        year = Year(Path(folder), start, groups)
        asyncio.run(year.run(days))
        return reckon(year, start, days, time.perf_counter() - began)


if __name__ == "__main__":
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 2026
    tally = simulate(int(sys.argv[1]), 40, datetime(first - 1, 12, 31, 16, tzinfo=UTC))
    print(json.dumps(asdict(tally), ensure_ascii=False, indent=1))
    sys.exit(not tally.flawless)
