"""A day at the desk over a real gateway: owned, answered, solved, thanked; merged; not reached."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.message import Contact, Do, Kind
from bot.transports import Attachment
from bot.transports.memory import RoomPlan, Setting
from tests.conftest import settings
from tests.contract.conftest import town_behind
from tests.contract.gateway_town import GatewayTown
from tests.contract.test_whole_bot import SWIFT, Book, bot_in, says, wait_for
from tests.contract.town import BOT, FANS
from tests.gateway.process import NodeGateway

ANGRY = "枕头用了两天就塌了，质量太差"
MEMBERS = (
    Contact("zhang", "张三", friend=True),
    Contact("wang", "王五", friend=True),
    Contact("zhao", "赵六", friend=True),
    Contact("li", "李四"),
)
STAFF = (
    Contact("mei", "小美", friend=True),
    Contact("hong", "小红", friend=True),
    Contact("lin", "林姐", friend=True),
    Contact("boss", "老板", friend=True),
)
SECOND = RoomPlan("fans2@chatroom", "枕头粉丝二群", "bot", ("bot", "zhao"))
FIRST = replace(FANS, members=("bot", "zhang", "wang", "li"))
OFFICE = RoomPlan("staff@chatroom", "客服值班群", "boss", ("bot", *(person.id for person in STAFF)))
PHOTO = Attachment("塌了.jpg", b"\xff\xd8\xff\xe0 a pillow")
LABEL = Attachment("面单.jpg", b"\xff\xd8\xff\xe0 a parcel")
CONFIG = settings(
    wechat={"managers": ["boss"]},
    pace=SWIFT,
    groups=[{"id": FIRST.id, "kind": "fan"}, {"id": SECOND.id, "kind": "fan"}],
    support={
        "room": OFFICE.id,
        "hours": "Mon-Sun 00:00-24:00",
        "fold": 0.2,
        "accept_within": "2s",
        "staff": [
            {"id": "mei", "name": "小美"},
            {"id": "hong", "name": "小红"},
            {"id": "lin", "name": "林姐", "role": "lead"},
        ],
        "snippets": [{"key": "换新", "text": "{name} 您好，{staff} 给您换新，工单 {ticket}。"}],
    },
)


@pytest.fixture
async def desk_town(plain_gateway: NodeGateway) -> AsyncIterator[GatewayTown]:
    """Begin a town with two groups and a support room behind a gateway."""
    setting = Setting(BOT, (*MEMBERS, *STAFF), (FIRST, SECOND, OFFICE))
    async with town_behind(plain_gateway, setting) as town:
        yield town


async def order(town: GatewayTown, sender: str, text: str, answer: str) -> None:
    """Type a command in the support room, and wait for what is answered there."""
    town.says(sender, text, OFFICE.id)
    await wait_for(town, says(OFFICE.id, answer))


async def test_owned_claimed_by_another_and_answered_with_files_both_ways(
    desk_town: GatewayTown, book: Book
) -> None:
    town = desk_town
    async with bot_in(town, book, CONFIG):
        town.says("zhang", ANGRY, FIRST.id)
        alert = await wait_for(town, says(OFFICE.id, ANGRY))
        assert "已分给 小美" in alert.text
        assert alert.mentions == ("mei",)
        await wait_for(town, says(None, "工单号 #1", "zhang"))

        await order(town, "hong", "#1 接单", "改由 小红 负责（原负责人 小美）")
        await order(town, "hong", "＃１ 回复 @换新，请留意", "已送达 张三")
        await wait_for(town, says(None, "张三 您好，小红 给您换新，工单 1。请留意", "zhang"))

        photo = town.says("zhang", "", kind=Kind.IMAGE, to="bot", attachment=PHOTO)
        passed = await wait_for(town, lambda deed: deed.forwarded == photo)
        assert passed.room == OFFICE.id
        label = town.says("hong", "", OFFICE.id, kind=Kind.IMAGE, attachment=LABEL)
        town.says("hong", "#1 回复", OFFICE.id)
        passed = await wait_for(town, lambda deed: deed.forwarded == label)
        assert (passed.room, passed.contact) == (None, "zhang")


async def test_waited_for_solved_rated_and_thanked(desk_town: GatewayTown, book: Book) -> None:
    town = desk_town
    async with bot_in(town, book, CONFIG):
        town.says("zhang", ANGRY, FIRST.id)
        await wait_for(town, says(OFFICE.id, ANGRY))
        await order(town, "mei", "#1 等待", "计时暂停")
        town.says("zhang", "收件地址发您了", to="bot")
        await wait_for(town, says(OFFICE.id, "收件地址发您了"))
        await order(town, "mei", "#1", "#1 处理中")
        await order(town, "mei", "#1 解决 新的已经寄出", "#1 已解决")
        await wait_for(town, says(None, "新的已经寄出", "zhang"))
        await wait_for(town, says(None, "1–5", "zhang"))
        town.says("zhang", "5分，谢谢", to="bot")
        await wait_for(town, says(OFFICE.id, "评分：5 分"))
        await wait_for(town, says(None, "「可以」", "zhang"))
        town.says("zhang", "可以", to="bot")
        thanks = await wait_for(town, says(FIRST.id, "谢谢 @张三"))

    assert thanks.mentions == ("zhang",)
    group = [deed.text for deed in town.reached() if deed.room == FIRST.id]
    assert group == ["@张三\u2005您好，已安排专人联系您，请留意私信。", thanks.text]


async def test_the_same_trouble_of_three_is_merged_and_told_to_the_groups(
    desk_town: GatewayTown, book: Book
) -> None:
    town = desk_town
    async with bot_in(town, book, CONFIG):
        town.says("zhang", ANGRY, FIRST.id)
        town.says("wang", "我的也坏了，太差", FIRST.id)
        town.says("zhao", "刚买就塌了", SECOND.id)
        alert = await wait_for(town, says(OFFICE.id, "多人反映同一问题"))
        assert "3 人、2 个群" in alert.text
        assert "lin" in alert.mentions
        await wait_for(town, says(None, "多人反映同一问题", "boss"))

        town.says("lin", "事件 1 草稿 各位好，这批枕头我们给大家换新。", OFFICE.id)
        await wait_for(town, says(OFFICE.id, "准备发到这些群的说明 ——\n各位好，这批枕头"))
        town.says("boss", "事件 1 发布", to="bot")
        for room in (FIRST.id, SECOND.id):
            await wait_for(town, says(room, "各位好，这批枕头我们给大家换新。"))

        town.says("lin", "#1 合并 #2", OFFICE.id)
        await wait_for(town, says(OFFICE.id, "#2 已并入 #1"))
        town.says("lin", "#1 回复 两位的都给换新", OFFICE.id)
        for member in ("zhang", "wang"):
            await wait_for(town, says(None, "两位的都给换新", member))
        town.says("boss", "事件 1 结束", to="bot")
        await wait_for(town, says(None, "事件 1 已结束", "boss"))

    lines = [deed for deed in town.reached() if deed.room in (FIRST.id, SECOND.id)]
    assert len(lines) == 4  # a calm line and the statement in each
    assert not any("塌" in deed.text or "坏" in deed.text for deed in lines)


async def test_what_does_not_arrive_is_told_and_left_to_a_person(
    desk_town: GatewayTown, book: Book
) -> None:
    town = desk_town
    async with bot_in(town, book, CONFIG):
        town.says("zhang", ANGRY, FIRST.id)
        await wait_for(town, says(None, "工单号 #1", "zhang"))
        town.estranges("zhang")
        town.says("mei", "#1 回复 马上给您换", OFFICE.id)
        await wait_for(town, says(OFFICE.id, "#1 无法私信 张三"))
        asked = await wait_for(town, lambda deed: deed.do is Do.ADD_FRIEND)
        assert (asked.contact, asked.room) == ("zhang", FIRST.id)
        town.confirms("zhang")
        await wait_for(town, says(OFFICE.id, "张三 已通过好友申请"))

        town.says("li", "我的枕头也坏了", FIRST.id)
        await wait_for(town, says(OFFICE.id, "#2 李四（枕头粉丝一群）"))
        card = await wait_for(town, lambda deed: deed.card != "")
        assert (card.card, card.room) == ("li", OFFICE.id)

    assert not any(deed.contact == "li" for deed in town.reached() if deed.do is Do.SAY)
    assert not any("马上给您换" in deed.text for deed in town.reached())
