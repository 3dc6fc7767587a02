"""Somebody comes back under another id over a real gateway: a manager's word makes one of two."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session, select

from bot.message import Contact
from bot.storage import Storage
from bot.storage.tables import Person, Said, Ticket
from bot.transports.memory import RoomPlan, Setting
from tests.conftest import settings
from tests.contract.conftest import town_behind
from tests.contract.gateway_town import GatewayTown
from tests.contract.test_whole_bot import QUICK, Book, bot_in, says, wait_for
from tests.contract.town import BOT, FANS, LI, ZHANG
from tests.gateway.process import NodeGateway

AGAIN, MORNING = "zhang-again", "大家早，又见面了"
ANGRY = "枕头用了两天就塌了，质量太差"
MEI, BOSS = Contact("mei", "小美", friend=True), Contact("boss", "老板", friend=True)
OFFICE = RoomPlan("others@chatroom", "客服值班群", "boss", ("bot", "mei", "boss"))
CONFIG = settings(**QUICK, wechat={"managers": ["boss"]})


class LeapingClock:
    """The machine's clock, which a test can set ahead instead of waiting."""

    def __init__(self) -> None:
        self._ahead = timedelta(0)
        self._leapt = asyncio.Event()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    async def until(self, moment: datetime) -> None:
        seconds = max((moment - self()).total_seconds(), 0)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._leapt.wait(), seconds)

    def leap(self, by: timedelta) -> None:
        """Let so much time have passed."""
        self._ahead += by
        self._leapt.set()
        self._leapt = asyncio.Event()


@pytest.fixture
async def town(plain_gateway: NodeGateway) -> AsyncIterator[GatewayTown]:
    """Begin a town with a group and a support room behind a gateway."""
    setting = Setting(BOT, (ZHANG, LI, MEI, BOSS), (FANS, OFFICE))
    async with town_behind(plain_gateway, setting) as behind:
        yield behind


async def test_ticket_and_profile_follow_who_is_recognised(town: GatewayTown, book: Book) -> None:
    clock = LeapingClock()
    async with bot_in(town, book, CONFIG, clock=clock) as storage:
        town.says("zhang", ANGRY, FANS.id)
        await wait_for(town, says(None, "工单号 #1", "zhang"))
        await wait_for(town, says(OFFICE.id, ANGRY))
        await order(town, "画像 张三 是 失眠", "失眠")

        town.renumbers({"zhang": AGAIN})
        town.says(AGAIN, MORNING, FANS.id)
        await heard(storage, MORNING)
        clock.leap(timedelta(minutes=2))
        await wait_for(town, says(None, "1 号 张三：名字都是「张三」", "boss"))
        assert await storage.transact(senders) == {ANGRY: "zhang", MORNING: AGAIN}
        await order(town, "认人 1", "1 号 张三 认下了")
        assert await storage.transact(senders) == {ANGRY: "zhang", MORNING: "zhang"}

        town.says("mei", "#1 回复 马上给您换新", OFFICE.id)
        await wait_for(town, says(None, "马上给您换新", AGAIN))
        town.says(AGAIN, "好，收件人还是我", to="bot")
        await wait_for(town, says(OFFICE.id, "#1 张三：好，收件人还是我"))
        assert "失眠" in await order(town, "画像 张三", "张三（zhang）")
        assert await storage.transact(known) == (["zhang"], ["zhang"])

    assert not any("欢迎" in deed.text for deed in town.reached())


async def order(town: GatewayTown, text: str, answer: str) -> str:
    """Type a command as the manager, and return what is answered."""
    town.says("boss", text, to="bot")
    return (await wait_for(town, says(None, answer, "boss"))).text


async def heard(storage: Storage, text: str) -> None:
    """Wait until the bot has taken something that was said."""
    while text not in await storage.transact(senders):
        pass


def senders(session: Session) -> dict[str, str]:
    wanted = select(Said.text, Said.sender).where(Said.room == FANS.id, Said.taken != "own")
    return dict(session.exec(wanted).all())


def known(session: Session) -> tuple[list[str], list[str]]:
    """Name whose the tickets are, and who is called 张三."""
    called = select(Person.contact).where(Person.name == "张三")
    return list(session.exec(select(Ticket.member))), list(session.exec(called))
