"""A season of a community as it might happen: people of five kinds, made by a seed.

The kinds are known here and nowhere else: the bot sees what WeChat shows.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2026, 9, 6, 16, 0, tzinfo=UTC)  # Monday, midnight in Shanghai
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
KINDS = {"loyal": 0.22, "curious": 0.36, "hunter": 0.27, "distributor": 0.10, "spammer": 0.05}

CHAT = (
    "昨晚睡得真香",
    "今天降温了大家多盖点",
    "我一般十一点睡",
    "周末去爬山了，腿酸",
    "晒晒我家的猫",
    "早上好呀",
    "我家孩子闹到两点",
    "这个视频讲颈椎讲得挺好",
    "加班到现在才到家",
    "午休也用枕头吗",
    "我习惯侧睡",
    "最近老是半夜醒",
    "泡脚以后好睡一点",
    "我妈说她也想要一个",
    "出差住酒店睡不好",
)
ANSWERS = (
    "我也是",
    "哈哈真的",
    "对的，我试过",
    "可以试试热敷",
    "学到了",
    "同感",
    "谢谢分享",
    "有道理",
)
PRAISE = ("这款枕头真的很好用", "用了一个月，睡得踏实，很喜欢", "客服很耐心，给个好评")
BOUGHT = ("下单了，坐等收货", "枕头收到啦，软软的", "又买了一个给爸妈", "回购第二个了")
QUESTIONS = ("枕头可以机洗吗", "这个多高适合侧睡", "几天能到", "乳胶的会不会有味道", "保修多久")
GIFT = (
    "赠品什么时候发",
    "免费的枕头怎么领",
    "我的赠品还没到",
    "领取条件是什么呀",
    "还有名额领赠品吗",
    "赠品包邮吗",
    "转发了怎么还没领到赠品",
)
SALES = (
    "今天开单了",
    "有人一起拼物料吗",
    "新品话术练了一遍",
    "周末门店活动怎么布置",
    "第一单成交了",
)
ADVERTS = (
    "专业刷单日结，加微信 abcd{n}xyz",
    "在家兼职日赚三百，加我 vx{n}abcd",
    "高仿名表一比一，加微 wq{n}lll",
)


@dataclass(slots=True)
class Somebody:
    """A person of a kind, and how much he does; ``odd`` ones behave unlike their kind."""

    id: str
    name: str
    kind: str
    odd: bool
    weekly: float
    friend: bool


@dataclass(frozen=True, slots=True, order=True)
class Deed:
    """Something that happens; ``order`` keeps deeds of one moment apart."""

    at: datetime
    order: int
    what: str = field(compare=False)  # say, join, leave, or tell of a join that is past
    who: str = field(compare=False)
    room: str = field(compare=False)
    text: str = field(compare=False, default="")
    told: str = field(compare=False, default="once")  # of a join: once, twice, late, never
    inviter: str = field(compare=False, default="")


@dataclass(frozen=True, slots=True)
class Season:
    """Everything that happens, in its order."""

    weeks: int
    rooms: dict[str, str]
    training: frozenset[str]
    founders: dict[str, list[str]]
    people: dict[str, Somebody]
    deeds: list[Deed]
    giveaways: list[tuple[str, datetime, datetime]]

    @property
    def end(self) -> datetime:
        """When the season is over."""
        return START + self.weeks * WEEK


class Writer:
    """Writes a season; the same seed writes the same."""

    def __init__(self, seed: int, *, weeks: int, groups: int, people: int) -> None:
        self.random = Random(seed)  # noqa: S311 - chance, not secrets
        self.weeks = weeks
        self.rooms = {f"g{n:02}": f"枕头粉丝{n + 1}群" for n in range(groups - groups // 7)}
        self.training = [f"t{n:02}" for n in range(groups // 7)]
        self.rooms |= {room: f"经销商训练营{n + 1}" for n, room in enumerate(self.training)}
        self.fans = [room for room in self.rooms if room not in self.training]
        self.people = {f"p{n:05}": self._somebody(n) for n in range(people)}
        self.deeds: list[Deed] = []
        self.founders: dict[str, list[str]] = {room: [] for room in self.rooms}
        span = timedelta(days=3)
        self.giveaways = [
            (name, START + week * WEEK + 2 * DAY, START + week * WEEK + 2 * DAY + span)
            for name, week in (("pillow", max(1, weeks // 6)), ("cover", max(2, weeks // 2)))
        ]

    def write(self) -> Season:
        """Write it."""
        for person in self.people.values():
            self._live(person)
        self.deeds.sort()
        return Season(
            self.weeks,
            self.rooms,
            frozenset(self.training),
            self.founders,
            self.people,
            self.deeds,
            self.giveaways,
        )

    def _somebody(self, number: int) -> Somebody:
        kind = self.random.choices(list(KINDS), list(KINDS.values()))[0]
        odd = self.random.random() < 0.15
        weekly = {"loyal": 3.5, "curious": 0.8, "hunter": 0.8, "distributor": 3.0, "spammer": 1.0}
        return Somebody(
            id=f"p{number:05}",
            name=f"群友{number}",
            kind=kind,
            odd=odd,
            weekly=weekly[kind] * self.random.uniform(0.4, 1.8),
            friend=self.random.random() < 0.3,
        )

    # -- lives

    def _live(self, person: Somebody) -> None:
        if person.kind == "hunter":
            self._hunt(person)
        elif person.kind == "distributor":
            self._stay(person, [self.random.choice(self.training or self.fans)], SALES)
        elif person.kind == "spammer":
            self._spam(person)
        else:
            self._stay(person, self._some(1 if self.random.random() < 0.85 else 2), CHAT)

    def _some(self, count: int) -> list[str]:
        return self.random.sample(self.fans, min(count, len(self.fans)))

    def _in_giveaway(self) -> datetime:
        _, start, end = self.random.choice(self.giveaways)
        return start + (end - start) * self.random.random()

    def _stay(self, person: Somebody, rooms: list[str], talk: tuple[str, ...]) -> None:
        """Loyal, curious and distributors: some there before, some drawn by a gift as well."""
        loyal = person.kind in ("loyal", "distributor")
        early = self.random.random() < (0.5 if loyal else 0.2)
        gift = self.random.random() < (0.08 if loyal else 0.15)
        for room in rooms:
            came = START
            if early:
                self.founders[room].append(person.id)
            else:
                came = self._in_giveaway() if gift else self._moment(0, self.weeks - 1)
                self._join(person, room, came)
            leaves = self.random.random() < (0.06 if loyal else 0.3)
            left = came + self.random.uniform(2, 10) * WEEK if leaves else self._end()
            fading = 1.0 if loyal else 0.75
            about_gift = 0.15 if gift or person.odd else 0.02
            self._talk(person, room, (came, left), talk, fading=fading, gift=about_gift)
            self._leave(person, room, left)

    def _hunt(self, person: Somebody) -> None:
        """Bargain hunters come for gifts to several groups, ask for them, and go."""
        count = self.random.choices((1, 2, 3, 4), (0.3, 0.25, 0.25, 0.2))[0]
        came = self._moment(0, self.weeks - 2) if person.odd else self._in_giveaway()
        for room in self._some(count):
            at = came + timedelta(hours=self.random.uniform(0, 20))
            self._join(person, room, at)
            stays = self.random.expovariate(1 / 9.0) if self.random.random() < 0.7 else 200.0
            left = at + timedelta(days=max(stays, 0.2))
            self._talk(person, room, (at, left), CHAT, fading=0.5, gift=0.5 if person.odd else 0.8)
            self._leave(person, room, left)

    def _spam(self, person: Somebody) -> None:
        came = self._moment(0, self.weeks - 1)
        for room in self._some(2):
            self._join(person, room, came)
            at = came + timedelta(minutes=self.random.uniform(5, 600))
            for number in range(self.random.randint(1, 4)):
                text = self.random.choice(ADVERTS).format(n=self.random.randint(100, 999))
                self._say(person, room, at + number * timedelta(hours=5), text)

    # -- deeds

    def _talk(
        self,
        person: Somebody,
        room: str,
        span: tuple[datetime, datetime],
        talk: tuple[str, ...],
        *,
        fading: float,
        gift: float,
    ) -> None:
        came, left = span
        rate, week = person.weekly, came
        while week < min(left, self._end()):
            for _ in range(self._poisson(rate)):
                at = week + WEEK * self.random.random()
                if at < min(left, self._end()):
                    self._utter(person, room, at, talk, gift)
            rate, week = rate * fading, week + WEEK

    def _utter(
        self, person: Somebody, room: str, at: datetime, talk: tuple[str, ...], gift: float
    ) -> None:
        at = at.replace(hour=0, minute=0) + timedelta(hours=self.random.triangular(0, 15, 12))
        if self.random.random() < gift:
            self._say(person, room, at, self.random.choice(GIFT))
            return
        text = self.random.choice(talk)
        if person.kind == "loyal" and self.random.random() < 0.1:
            text = self.random.choice((*PRAISE, *BOUGHT))
        elif self.random.random() < 0.1:
            text = self.random.choice(QUESTIONS)
        self._say(person, room, at, text)
        if self.random.random() < (0.5 if person.kind in ("loyal", "distributor") else 0.2):
            others = self.founders[room]
            if others:
                other = self.people[self.random.choice(others)]
                later = at + timedelta(seconds=self.random.uniform(10, 200))
                self._say(other, room, later, self.random.choice(ANSWERS))

    def _say(self, person: Somebody, room: str, at: datetime, text: str) -> None:
        if START < at < self._end():
            self._do(at, "say", person.id, room, text=text)

    def _join(self, person: Somebody, room: str, at: datetime) -> None:
        told = self.random.choices(("once", "twice", "late", "never"), (0.8, 0.1, 0.05, 0.05))[0]
        inviter = ""
        if self.founders[room] and self.random.random() < 0.4:
            inviter = self.random.choice(self.founders[room])
        if at < self._end():
            self._do(at, "join", person.id, room, told=told, inviter=inviter)
        if told == "late":
            later = at + timedelta(hours=self.random.uniform(1, 5))
            self._do(later, "tell", person.id, room, inviter=inviter)

    def _leave(self, person: Somebody, room: str, at: datetime) -> None:
        if at < self._end():
            self._do(at, "leave", person.id, room)

    def _do(self, at: datetime, what: str, who: str, room: str, **more: str) -> None:
        self.deeds.append(Deed(at, len(self.deeds), what, who, room, **more))

    def _moment(self, first: float, last: float) -> datetime:
        return START + WEEK * self.random.uniform(first, max(last, first + 0.5))

    def _end(self) -> datetime:
        return START + self.weeks * WEEK

    def _poisson(self, rate: float) -> int:
        """Draw how often something happens in a week."""
        count, at = 0, self.random.expovariate(1.0)
        while at < rate:
            count, at = count + 1, at + self.random.expovariate(1.0)
        return count


def batches(deeds: list[Deed], span: timedelta) -> Iterator[list[Deed]]:
    """Put deeds together that happen within a short span."""
    batch: list[Deed] = []
    for deed in deeds:
        if batch and deed.at - batch[0].at > span:
            yield batch
            batch = []
        batch.append(deed)
    if batch:
        yield batch
