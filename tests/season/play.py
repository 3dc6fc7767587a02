"""A season played against the whole bot in virtual time, and what came of it."""

import resource
import time
import tomllib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import sqrt
from pathlib import Path
from random import Random
from typing import Any

from sqlmodel import Session, select

from bot.app import App, Parts
from bot.community.freebies import Freebies
from bot.community.staying import Cohort, Staying
from bot.config import Config
from bot.message import Contact, Letter, Purpose
from bot.rehearsal.clock import VirtualClock
from bot.storage import Storage
from bot.storage.tables import Offence, Stay
from bot.transports.memory import MemoryWeChat, NotPossible, RoomPlan, Setting, World
from handlers import behaviour
from handlers.library import handbook
from tests.season.greetings import Greetings, named
from tests.season.script import START, WEEK, Deed, Season, batches

DATA = Path(__file__).parents[2] / "knowledge" / "data"
BOT, BOSS, MEI = "wxid_bot", "wxid_boss", "wxid_mei"
SPAN = timedelta(minutes=10)
CONTENT = (
    ("07:30", "MO,TU,WE,TH,FR", "早安小课：睡前半小时放下手机。"),
    ("20:30", "TU,TH,SA,SU", "晚间分享：颈椎放松三步。"),
    ("12:30", "SU", "周末问答：您一般几点睡？"),
)


def settings(season: Season) -> Config:
    """Make the configuration of the season's community."""
    rules = tomllib.loads((DATA / "base.toml").read_text(encoding="utf-8"))
    traits = tomllib.loads((DATA / "traits.toml").read_text(encoding="utf-8"))
    gifts = [
        {"id": n, "title": n, "start": a, "end": b, "words": ["赠品", "免费", "领取"]}
        for n, a, b in season.giveaways
    ]
    data = {
        "wechat": {"managers": [BOSS]},
        "console": {"enabled": False},
        "groups": [{"topic": "枕头*", "kind": "fan"}, {"topic": "*训练营*", "kind": "training"}],
        "support": {"room": "rs", "staff": [{"id": MEI, "name": "小美"}]},
        "rules": rules.get("rules", []),
        "lexicons": rules.get("lexicons", []),
        "traits": traits["traits"],
        "giveaways": gifts,
        "notices": [_content(n, *each) for n, each in enumerate(CONTENT)],
    }
    return Config.model_validate(data, context={"folder": DATA})


def _content(number: int, clock: str, days: str, text: str) -> dict[str, Any]:
    hour, minute = clock.split(":")
    return {
        "id": f"content{number}",
        "title": text[:4],
        "scenario": "content",
        "rrule": f"FREQ=WEEKLY;BYDAY={days};BYHOUR={int(hour)};BYMINUTE={int(minute)};BYSECOND=0",
        "start": START,
        "groups": ["fan"],
        "text": text,
        "in_quiet_hours": "send",
    }


@dataclass(slots=True)
class Week:
    """What a week cost: processor seconds for so many deeds of people, and memory at its end."""

    deeds: int = 0
    seconds: float = 0.0
    mebibytes: float = 0.0


@dataclass(slots=True)
class Outcome:
    """What came of a season."""

    messages: int = 0
    joins: int = 0
    greeted: int = 0
    expected: int = 0
    seconds: float = 0.0
    cpu: float = 0.0
    weeks: list[Week] = field(default_factory=list)
    letters: list[str] = field(default_factory=list)
    by_source: list[Cohort] = field(default_factory=list)
    auc: float = 0.0
    scored: int = 0
    spammers: int = 0
    caught: int = 0
    innocent: int = 0
    alarms: int = 0

    def kept(self, source: str, week: int) -> float | None:
        """Return the share of a source's people there so many weeks later."""
        stayed, came = self.counted(source, week)
        return stayed / came if came else None

    def counted(self, source: str, week: int) -> tuple[float, int]:
        """Return how many of a source's people stayed so many weeks, and of how many.

        Sources that begin alike count together; "" are those who came by themselves.
        """
        alike = [c for c in self.by_source if (c.name.startswith(source) if source else not c.name)]
        found = [c for c in alike if len(c.kept) >= week]
        known = [(c.known[week - 1], c.kept[week - 1]) for c in found]
        stayed = sum(came * share for came, share in known if share is not None)
        return stayed, sum(came for came, share in known if share is not None)

    def apart(self, first: str, second: str, week: int) -> float:
        """Return by how many standard errors the first source's people stay less than others.

        The z of two proportions (Fleiss, Statistical Methods for Rates and Proportions, 2.1).
        """
        (stayed, came), (others_stayed, others) = (
            self.counted(first, week),
            self.counted(second, week),
        )
        if not came or not others:
            return 0.0
        together = (stayed + others_stayed) / (came + others)
        error = sqrt(together * (1 - together) * (1 / came + 1 / others))
        return (others_stayed / others - stayed / came) / error


class Stage:
    """The bot, its WeChat, and the season that happens to them."""

    def __init__(self, season: Season, url: str = "sqlite://") -> None:
        self.season = season
        self.clock = VirtualClock(START - timedelta(minutes=10))
        self.outcome = Outcome()
        self.greetings = Greetings()
        self.wechat = MemoryWeChat(World(self._setting()), self.clock, on_delivery=self._delivered)
        self.storage = Storage(url, synchronous="OFF")
        self.config = settings(season)
        book = handbook(self.config)
        parts = Parts(
            config=self.config,
            behave=lambda config: behaviour(config, book),
            transport=self.wechat,
            storage=self.storage,
            clock=self.clock,
            random=Random(0),  # noqa: S311 - chance, not secrets
            owner="season",
        )
        self.app = App(parts)
        self._wanted: datetime | None = None

    def _setting(self) -> Setting:
        people = [Contact(BOSS, "店长", friend=True), Contact(MEI, "小美", friend=True)]
        people += [Contact(p.id, p.name, p.friend) for p in self.season.people.values()]
        rooms = [
            RoomPlan(room, topic, BOT, (BOT, BOSS, MEI, *self.season.founders[room]))
            for room, topic in self.season.rooms.items()
        ]
        rooms.append(RoomPlan("rs", "客服值班群", BOSS, (BOT, BOSS, MEI)))
        return Setting(Contact(BOT, "小群"), tuple(people), tuple(rooms))

    async def play(self) -> Outcome:
        """Play the season to its end."""
        began, worked = time.perf_counter(), time.process_time()
        await self.storage.open()
        await self.app.open()
        self.wechat.log_in()
        await self._settle()
        for batch in batches(self.season.deeds, SPAN):
            await self._until(batch[-1].at)
            await self._let_happen(batch)
        await self._until(self.season.end + timedelta(hours=30))
        self.outcome.seconds = time.perf_counter() - began
        self.outcome.cpu = time.process_time() - worked
        await self.storage.transact(self._reckon)
        await self.app.close()
        await self.storage.close()
        return self.outcome

    async def _until(self, moment: datetime) -> None:
        while self._wanted is not None and self._wanted < moment:
            self.clock.move(self._wanted)
            await self._settle()
        self.clock.move(moment)

    async def _settle(self) -> None:
        idle = False
        while (events := self.wechat.unheard()) or not idle:
            if events:
                await self.app.take(events)
            self._wanted = await self.app.work()
            idle = self._wanted is None or self._wanted > self.clock()

    async def _let_happen(self, batch: list[Deed]) -> None:
        week = self._week(batch[0].at)
        started = time.process_time()  # what others do meanwhile is not the bot's
        for deed in batch:
            self._do(deed)
        await self._settle()
        week.deeds += len(batch)
        week.seconds += time.process_time() - started
        week.mebibytes = memory()

    def _week(self, at: datetime) -> Week:
        number = int((at - START) / WEEK)
        while len(self.outcome.weeks) <= number:
            self.outcome.weeks.append(Week())
        return self.outcome.weeks[number]

    def _do(self, deed: Deed) -> None:
        room = self.wechat.world.rooms[deed.room]
        if deed.what == "leave" and deed.who in room.members:
            self.wechat.leaves(deed.room, [deed.who])
            self.greetings.left(deed.room, deed.who, self.clock())
        elif deed.what == "say":
            self._say(deed)
        elif deed.what == "tell":
            self._tell(deed)
        elif deed.what == "join" and deed.who not in room.members:
            self._join(deed)

    def _say(self, deed: Deed) -> None:
        try:
            self.wechat.says(deed.who, deed.text, deed.room)
        except NotPossible:
            return  # removed, or not come
        self.outcome.messages += 1
        self.greetings.spoke(deed.room, deed.who)

    def _join(self, deed: Deed) -> None:
        """Let somebody come; WeChat tells it once, twice, hours late, or never."""
        self.outcome.joins += 1
        who = self.wechat.world.contact(deed.who)
        if deed.told in ("once", "twice"):
            self.wechat.joins(deed.room, [who], deed.inviter or None)
            self.greetings.told(deed.room, deed.who, self.clock())
            if deed.told == "twice":
                self.wechat.joins(deed.room, [who], deed.inviter or None)
            return
        self.wechat.world.rooms[deed.room].let_in([deed.who])

    def _tell(self, deed: Deed) -> None:
        """Tell hours late that somebody came; who has been talking meanwhile is no newcomer."""
        if deed.who in self.wechat.world.rooms[deed.room].members:
            who = self.wechat.world.contact(deed.who)
            self.wechat.joins(deed.room, [who], deed.inviter or None)
            self.greetings.told(deed.room, deed.who, self.clock())

    def _delivered(self, letter: Letter, _: datetime) -> None:
        if letter.purpose is Purpose.WELCOME and letter.room is not None:
            self.outcome.greeted += named(letter)
        elif letter.purpose is Purpose.NOTIFY_MANAGER and "【每周来信】" in letter.text:
            self.outcome.letters.append(letter.text)
        elif letter.purpose is Purpose.STAFF_ALERT and "处理时出错" in letter.text:
            self.outcome.alarms += 1

    def _reckon(self, session: Session) -> None:
        now, zone = self.clock(), self.config.zone
        outcome = self.outcome
        self.greetings.end()
        outcome.expected = self.greetings.expected
        outcome.by_source = Staying(session, self.app.account, now, zone).by_source(
            self.season.weeks
        )
        met = set(session.exec(select(Stay.contact).distinct()))
        freebies = Freebies(session, self.app.account, now)
        scores = {who: each.points for who, each in freebies.scores(sorted(met)).items()}
        kinds = {contact: self.season.people[contact].kind for contact in scores}
        outcome.scored = len(scores)
        outcome.auc = area(
            [score for who, score in scores.items() if kinds[who] == "hunter"],
            [score for who, score in scores.items() if kinds[who] != "hunter"],
        )
        offenders = set(session.exec(select(Offence.member).distinct()))
        spammers = {p.id for p in self.season.people.values() if p.kind == "spammer"} & met
        outcome.spammers, outcome.caught = len(spammers), len(offenders & spammers)
        outcome.innocent = len(offenders - spammers)


def memory() -> float:
    """Return how many MiB this process holds now; where that is not told, held at most.

    What of the database's file is at hand belongs to the machine. The simulated WeChat is counted
    with the bot: it keeps what was said, about two thirds of a KiB a message.
    """
    pages = Path("/proc/self/statm")
    if pages.exists():
        _, resident, shared, *_ = map(int, pages.read_text().split())
        return (resident - shared) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def area(high: list[int], low: list[int]) -> float:
    """Return the area under the ROC curve: how often a high one stands above a low one."""
    if not high or not low:
        return 0.0
    pairs = sum((h > x) + 0.5 * (h == x) for h in high for x in low)
    return pairs / (len(high) * len(low))
