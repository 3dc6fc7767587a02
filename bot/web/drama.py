"""The angry-member scenario, played in the simulated WeChat for somebody who watches."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.clock import Clock
from bot.config import Config
from bot.message import Contact, Letter, Purpose
from bot.transports.memory import MemoryWeChat, NotPossible

NAMES = ("周小雨", "吴静", "郑佳", "冯悦", "苏宁宁", "韩露", "唐糖", "许愿")
PATIENCE = 40.0  # seconds until the play goes on without what it waits for
ALERTS = (Purpose.STAFF_ALERT, Purpose.INCIDENT_ALERT, Purpose.RELAY_TO_STAFF)
SCENES = 8
READING = 3.5  # seconds that a line of the play stays alone on the screen

COMPLAINT = "买的枕头睡了三天就塌了，客服一直没人理，太气人了，我要退款！"
DETAILS = "订单号 20261118，塌下去的照片我等会儿发您"
REPLY = "非常抱歉让您没睡好。已经给您登记换新，今天就寄出，旧枕头不用退。"
THANKS = "好的，谢谢，处理得挺快"


@dataclass(frozen=True, slots=True)
class Scene:
    """A line of the play: what is to be seen, and in which chat."""

    title: str
    text: str
    place: str


class Play:
    """One performance; ``scenes`` grows while it runs, ``over`` says how it ended."""

    def __init__(self, wechat: MemoryWeChat, config: Config, clock: Clock) -> None:
        self._wechat = wechat
        self._config = config
        self._clock = clock
        self._letters: list[Letter] = []
        self._arrived = asyncio.Event()
        self.scenes: list[Scene] = []
        self.over = False
        self.ticket: int | None = None
        self.tell: Callable[[], None] = lambda: None
        wechat.listen(self._hear)

    @property
    def length(self) -> int:
        """How many scenes there are when nothing goes wrong."""
        return max(SCENES, len(self.scenes))

    @property
    def place(self) -> str:
        """The chat to look at now."""
        return self.scenes[-1].place if self.scenes else ""

    async def perform(self) -> None:
        """Play it to the end; what the bot does in it, it does by itself."""
        try:
            await self._perform()
        except NotPossible as reason:
            self._show("演不下去了", f"{reason}。您可以自己在群里说一句试试。", self.place)
        finally:
            self.over = True
            self.tell()

    async def _perform(self) -> None:
        room, staff_room = self._fan_room(), self._config.support.room
        person = self._cast(room)
        name = self._wechat.world.contact(person).name
        self._show("顾客在群里发火", f"{name} 在粉丝群里抱怨，全群都看得见。", room)
        await asyncio.sleep(1.5)
        self._wechat.says(person, COMPLAINT, room)
        await self._calm(room)
        handoff = await self._until(Purpose.HANDOFF, contact=person)
        self._show("马上转到私聊", f"群管家私聊 {name}，并登记了工单。群里不再讨论。", person)
        await asyncio.sleep(READING)
        self._wechat.says(person, DETAILS)
        ticket = self.ticket = handoff.ticket if handoff else None
        if ticket is None:
            raise NotPossible("这句话没有变成工单，可能是规则改过了")
        await self._until(*ALERTS, room=staff_room, ticket=ticket)
        self._show(
            "客服群收到提醒", "工单的内容只出现在客服群：谁、哪个群、为什么算投诉。", staff_room
        )
        await asyncio.sleep(READING)
        await self._serve(person, name, ticket)

    async def _calm(self, room: str) -> None:
        calm = await self._until(Purpose.HOLDING_LINE, room=room, patience=9.0)
        text = (
            "不争论、不重复抱怨的内容，只请他看私信。"
            if calm
            else ("十分钟内群里已经安抚过一次，这次群里一句也不多说。")
        )
        self._show("群里只安抚一句", text, room)
        await asyncio.sleep(READING)

    async def _serve(self, person: str, name: str, ticket: int) -> None:
        staff, room = self._staff(), self._config.support.room
        helper = self._wechat.world.contact(staff).name
        self._wechat.says(staff, f"#{ticket} 接单", room)
        self._show("客服接单、回复", f"{helper} 在客服群里用一句指令就能接单和回复。", room)
        await asyncio.sleep(READING)
        self._wechat.says(staff, f"#{ticket} 回复 {REPLY}", room)
        await self._until(Purpose.RELAY_TO_MEMBER, contact=person)
        self._show("回复送到私聊", f"{name} 在私聊里收到答复，群里看不到。", person)
        await asyncio.sleep(READING)
        self._wechat.says(person, THANKS)
        await asyncio.sleep(READING)
        self._wechat.says(staff, f"#{ticket} 解决", room)
        await self._until(Purpose.RATING_REQUEST, contact=person)
        self._show("解决后请客户打分", "评分会回到客服群，也记在工单上。", person)
        await asyncio.sleep(READING)
        self._wechat.says(person, "5")
        await asyncio.sleep(READING)
        self._show("演完了", f"完整的经过在「工单」页的 #{ticket} 里。换您来说一句试试。", person)

    def _fan_room(self) -> str:
        world = self._wechat.world
        for room in world.rooms.values():
            group = self._config.group_of(room.id, room.topic)
            if group is not None and group.kind == "fan" and world.has_bot(room.id):
                return room.id
        raise NotPossible('没有一个群在配置里是粉丝群（kind = "fan"）')

    def _cast(self, room: str) -> str:
        """Put somebody into the group who has no ticket yet."""
        world = self._wechat.world
        taken = {person.name for person in world.people()}
        number = len(taken)
        name = next((name for name in NAMES if name not in taken), f"顾客{number}")
        person = f"wxid_guest_{self._clock():%H%M%S}_{number}"
        world.know(Contact(person, name, friend=True))
        world.rooms[room].let_in([person])
        return person

    def _staff(self) -> str:
        room = self._wechat.world.rooms.get(self._config.support.room)
        found = [person for person in room.members if person in self._config.staff] if room else []
        if not found:
            raise NotPossible("客服群里没有一个配置里写了的客服")
        return found[0]

    def _show(self, title: str, text: str, place: str) -> None:
        self.scenes.append(Scene(title, text, place))
        self.tell()

    def _hear(self, letter: Letter, _: datetime) -> None:
        if not self.over:
            self._letters.append(letter)
            self._arrived.set()

    async def _until(
        self,
        *purposes: Purpose,
        room: str | None = None,
        contact: str | None = None,
        ticket: int | None = None,
        patience: float = PATIENCE,
    ) -> Letter | None:
        """Wait until the bot has said something; None where it does not."""

        def found() -> Letter | None:
            return next((one for one in self._letters if wanted(one)), None)

        def wanted(letter: Letter) -> bool:
            to = letter.contact if letter.room is None else None
            if ticket is not None and letter.ticket not in (ticket, None):
                return False
            return letter.purpose in purposes and (letter.room, to) == (room, contact)

        try:
            async with asyncio.timeout(patience):
                while (letter := found()) is None:
                    self._arrived.clear()
                    await self._arrived.wait()
                return letter
        except TimeoutError:
            return None
