"""What a transport hears, whatever WeChat stands behind it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import NotDelivered
from bot.message import (
    Contact,
    Departed,
    Joined,
    Kind,
    LoggedIn,
    Message,
    RoomKnown,
    TopicChanged,
)
from bot.transports import Attachment
from tests.contract.ears import Ears, logged_in
from tests.contract.town import FANS, LARGE, OTHERS, SMALL, WANG, Town, ids

ODD = {
    "empty": "",
    "nul": "退款\0退款",
    "zero-width": "\u200b\u200d\ufeff",
    "emoji": "😡👨‍👩‍👧‍👦",
    "mention space": "@小群\u2005退钱",
    "long": "退" * 100_000,
    "lines": "一\r\n二\n三",
}


async def test_logging_in_tells_the_account_and_every_room(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        account = (await ears.hear(LoggedIn)).account
        rooms = {room.room: room for room in [await ears.hear(RoomKnown) for _ in range(2)]}

    assert (account.id, account.name) == ("bot", "小群")
    assert rooms[FANS.id].topic == FANS.topic
    assert rooms[FANS.id].owner == "bot"
    assert ids(rooms[FANS.id]) == {"bot", "zhang", "li"}
    assert ids(rooms[OTHERS.id]) == {"bot", "zhang"}


async def test_what_is_said_in_a_room_is_heard_with_who_said_it(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        number = town.says("li", "枕头塌了", FANS.id)
        message = await ears.hear(Message)

    assert message.id == number
    assert message.text == "枕头塌了"
    assert message.room == FANS.id
    assert message.sender == Contact("li", "李四", friend=False)
    assert message.kind is Kind.TEXT
    assert not message.own
    assert abs(datetime.now(UTC) - message.at) < timedelta(minutes=5)


async def test_what_is_said_privately_is_heard_without_a_room(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.says("zhang", "在吗")
        message = await ears.hear(Message)

    assert message.room is None
    assert message.listener == "bot"
    assert message.sender.friend is True


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
async def test_every_text_arrives_as_it_was_said(town: Town, text: str) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.says("zhang", text, FANS.id)
        assert (await ears.hear(Message)).text == text


async def test_a_mention_names_the_mentioned(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.says("zhang", "@小群\u2005在吗", FANS.id, mentions=("bot",))
        assert (await ears.hear(Message)).mentions == ("bot",)


async def test_messages_are_heard_in_the_order_they_were_said(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        said = [town.says("zhang", f"第 {n} 句", (FANS, OTHERS)[n % 2].id) for n in range(100)]
        heard = [(await ears.hear(Message)).id for _ in said]

    assert heard == said


async def test_the_echo_of_an_own_message_is_recognised(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.says("bot", "您好", to="zhang")
        message = await ears.hear(Message)

    assert message.own
    assert message.sender.id == "bot"
    assert message.listener == "zhang"


async def test_a_newcomer_is_named_with_who_brought_them(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.joins(FANS.id, WANG, "zhang")
        joined = await ears.hear(Joined)

    assert joined.room == FANS.id
    assert [(it.id, it.name) for it in joined.members] == [("wang", "王五")]
    assert joined.inviter == "zhang"


async def test_a_newcomer_whom_nobody_brought_is_heard_of_all_the_same(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.joins(FANS.id, WANG, None)
        assert (await ears.hear(Joined)).inviter is None


async def test_who_leaves_and_who_removed_them_is_told(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.leaves(FANS.id, "li", None)
        left = await ears.hear(Departed)
        town.leaves(FANS.id, "zhang", "bot")
        removed = await ears.hear(Departed)

    assert (left.members, left.remover) == (("li",), None)
    assert (removed.members, removed.remover) == (("zhang",), "bot")


async def test_a_new_topic_is_told(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.renames(FANS.id, "枕头粉丝二群", "zhang")
        changed = await ears.hear(TopicChanged)

    assert (changed.room, changed.topic, changed.changer) == (FANS.id, "枕头粉丝二群", "zhang")


@pytest.mark.parametrize("file", [SMALL, LARGE], ids=["small", "large"])
async def test_a_file_that_was_sent_to_the_bot_can_be_fetched(town: Town, file: Attachment) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.says("zhang", "", FANS.id, kind=Kind.FILE, attachment=file)
        message = await ears.hear(Message)
        assert message.kind is Kind.FILE
        assert await wechat.attachment(message.id) == file


async def test_a_message_without_a_file_has_no_attachment(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        number = town.says("zhang", "没有附件", FANS.id)
        await ears.hear(Message)
        with pytest.raises(NotDelivered):
            await wechat.attachment(number)
