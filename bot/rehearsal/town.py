"""The people a newcomer meets in the simulated WeChat: they chat, and some of them complain."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.clock import Clock
from bot.message import Contact, Do, Letter, Purpose
from bot.transports.memory import MemoryWeChat, NotPossible, RoomPlan, Setting, World

FANS, DEALERS, STAFF = "r1", "r2", "rs"
BOT, MANAGER = "wxid_bot", "wxid_manager"
SENDS_PER_MINUTE = 120  # what a web client gets away with; more is punished

TOWN = Setting(
    bot=Contact(BOT, "小群"),
    people=(
        Contact("wxid_zhang", "张三", friend=True),
        Contact("wxid_lina", "李娜", friend=True),
        Contact("wxid_wang", "王磊", friend=False),
        Contact("wxid_chen", "陈晨", friend=True),
        Contact("wxid_zhao", "赵敏", friend=False),
        Contact("wxid_zhou", "老周", friend=True),
        Contact("wxid_sun", "孙姐", friend=True),
        Contact("wxid_he", "何平", friend=False),
        Contact("wxid_mei", "小美", friend=True),
        Contact("wxid_lin", "林姐", friend=True),
        Contact(MANAGER, "店长", friend=True),
    ),
    rooms=(
        RoomPlan(
            FANS,
            "枕头粉丝一群",
            BOT,
            (BOT, MANAGER, "wxid_zhang", "wxid_lina", "wxid_wang", "wxid_chen", "wxid_zhao"),
        ),
        RoomPlan(
            DEALERS, "经销商训练营", MANAGER, (MANAGER, BOT, "wxid_zhou", "wxid_sun", "wxid_he")
        ),
        RoomPlan(STAFF, "客服值班群", MANAGER, (MANAGER, BOT, "wxid_mei", "wxid_lin")),
    ),
)


@dataclass(frozen=True, slots=True)
class Line:
    """Something a person says some seconds after the line before."""

    after: float
    sender: str
    room: str | None
    text: str


Talk = tuple[Line, ...]

FIRST_TALK: Talk = (
    Line(4, "wxid_zhang", FANS, "早上好，今天降温了，大家多盖点"),
    Line(6, "wxid_chen", FANS, "枕头收到啦，软软的，很喜欢"),
    Line(5, "wxid_zhou", DEALERS, "昨天的新品话术我练了一遍，顺多了"),
    Line(8, "wxid_lina", FANS, "你们这枕头睡了三天就塌了，客服也没人理，我要退款！"),
    Line(9, "wxid_zhang", FANS, "我的还好，可能每批不太一样吧"),
    Line(12, "wxid_sun", DEALERS, "周末门店做活动，有人一起拼物料吗"),
)
STRANGER_TALK: Talk = (
    Line(20, "wxid_zhao", FANS, "双十一会不会有优惠呀"),
    Line(12, "wxid_wang", FANS, "枕头一股味道，闻着头疼，质量太差了，我要投诉"),
)
SMALL_TALKS: tuple[Talk, ...] = (
    (
        Line(0, "wxid_zhao", FANS, "有人用过那款乳胶的吗？"),
        Line(9, "wxid_chen", FANS, "我妈在用，她说睡得踏实"),
        Line(7, "wxid_zhao", FANS, "好的，那我也看看"),
    ),
    (
        Line(0, "wxid_chen", FANS, "枕套可以机洗吗"),
        Line(10, "wxid_zhang", FANS, "我都是轻柔模式洗的"),
    ),
    (
        Line(0, "wxid_he", DEALERS, "第三课的视频在哪里看？"),
        Line(11, "wxid_sun", DEALERS, "群公告里有链接"),
        Line(5, "wxid_he", DEALERS, "看到了，谢谢孙姐"),
    ),
    (
        Line(0, "wxid_zhou", DEALERS, "今天开了三单，都是老客户介绍的"),
        Line(6, "wxid_sun", DEALERS, "厉害！"),
    ),
    (
        Line(0, "wxid_zhang", FANS, "昨晚睡得真香"),
        Line(14, "wxid_zhao", FANS, "羡慕，我家孩子闹到两点"),
    ),
)
AFTER_HANDOFF = {
    "wxid_lina": "订单号是 20261103，才睡三天中间就塌下去了",
    "wxid_wang": "就是上周买的那只，拆开就有味道，能换吗",
}


def build_town(clock: Clock) -> MemoryWeChat:
    """Make the town; its ids are of this start alone, for the database outlives it."""
    prefix = f"{clock():%Y%m%d%H%M%S}-"
    return MemoryWeChat(World(TOWN, prefix=prefix), clock, sends_per_minute=SENDS_PER_MINUTE)


class Townsfolk:
    """The people of the town at their phones; each answers the bot once for each reason."""

    def __init__(self, wechat: MemoryWeChat, clock: Clock, random: Random) -> None:
        self._wechat = wechat
        self._clock = clock
        self._random = random
        self._addressed: asyncio.Queue[Letter] = asyncio.Queue()
        self._answered: set[tuple[str, str]] = set()
        wechat.listen(self._notice)

    async def live(self) -> None:
        """Chat, complain and answer until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._chat(), name="town chat")
            tasks.create_task(self._answer(), name="town answers")

    async def _chat(self) -> None:
        await self._hold(FIRST_TALK)
        await self._pause(30, 60)
        await self._hold(STRANGER_TALK)
        while True:
            for talk in self._random.sample(SMALL_TALKS, len(SMALL_TALKS)):
                await self._pause(45, 150)
                await self._hold(talk)

    async def _hold(self, talk: Talk) -> None:
        for line in talk:
            await self._pause(line.after, line.after * 1.4)
            self._say(line.sender, line.text, line.room)

    async def _answer(self) -> None:
        while True:
            letter = await self._addressed.get()
            await self._pause(6, 15)
            self._react(letter)

    def _notice(self, letter: Letter, _at: datetime) -> None:
        """Remember a letter that makes its reader do something, the first time."""
        reason = letter.purpose or letter.do
        if letter.do not in (Do.SAY, Do.ADD_FRIEND) or letter.contact is None:
            return
        if (letter.contact, reason) not in self._answered:
            self._answered.add((letter.contact, reason))
            self._addressed.put_nowait(letter)

    def _react(self, letter: Letter) -> None:
        person = letter.contact or ""
        if letter.do is Do.ADD_FRIEND:
            self._wechat.confirms(person)
        elif letter.purpose is Purpose.HANDOFF and person in AFTER_HANDOFF:
            self._say(person, AFTER_HANDOFF[person], None)
        elif letter.purpose is Purpose.RATING_REQUEST and person in AFTER_HANDOFF:
            self._say(person, "5", None)

    def _say(self, person: str, text: str, room: str | None) -> None:
        """Say it, unless somebody at the keyboard has taken the person out of the group."""
        try:
            self._wechat.says(person, text, room)
        except NotPossible:
            return

    async def _pause(self, shortest: float, longest: float) -> None:
        """Take as long as a person takes."""
        seconds = self._random.uniform(shortest, longest)
        moment = self._clock() + timedelta(seconds=seconds)
        while self._clock() < moment:
            await self._clock.until(moment)
