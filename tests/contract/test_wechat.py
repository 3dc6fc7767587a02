"""What a transport must do, whatever WeChat stands behind it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import NotDelivered, Refusal, Refused, Throttled, Unconfirmed
from bot.message import (
    Befriended,
    Contact,
    Departed,
    Do,
    FriendRequested,
    Invited,
    Joined,
    Kind,
    Letter,
    LinkBack,
    LinkLost,
    LoggedIn,
    Message,
    RoomKnown,
    TopicChanged,
)
from bot.transports import Attachment
from tests.contract.ears import Ears
from tests.contract.town import FANS, OTHERS, Reached, Town, ids

WANG = Contact("wang", "王五")
SMALL = Attachment("退款单.txt", "退款 1 元".encode())
LARGE = Attachment("枕头.bin", bytes(range(256)) * 20_000)
ODD = {
    "empty": "",
    "nul": "退款\0退款",
    "zero-width": "\u200b\u200d\ufeff",
    "emoji": "😡👨‍👩‍👧‍👦",
    "mention space": "@小群\u2005退钱",
    "long": "退" * 100_000,
    "lines": "一\r\n二\n三",
}


async def logged_in(ears: Ears) -> None:
    await ears.hear(LoggedIn)
    await ears.hear(RoomKnown)
    await ears.hear(RoomKnown)


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


async def test_a_letter_to_a_room_reaches_it_with_its_mentions(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        text = "@李四\u2005已安排专人"
        number = await wechat.send(Letter("k", room=FANS.id, text=text, mentions=("li",)))

    assert number
    assert town.reached() == [Reached(Do.SAY, FANS.id, text=text, mentions=("li",))]


async def test_a_private_letter_reaches_a_friend(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        await wechat.send(Letter("k", contact="zhang", text="请问订单号是多少"))

    assert town.reached() == [Reached(Do.SAY, contact="zhang", text="请问订单号是多少")]


async def test_who_is_no_friend_cannot_be_written_to(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        with pytest.raises(Refused) as refused:
            await wechat.send(Letter("k", contact="li", text="您好"))

    assert refused.value.why is Refusal.NOT_A_FRIEND
    assert town.reached() == []


async def test_a_room_the_bot_was_removed_from_cannot_be_written_to(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.leaves(OTHERS.id, "bot", "zhang")
        departed = await ears.hear(Departed)
        with pytest.raises(Refused) as refused:
            await wechat.send(Letter("k", room=OTHERS.id, text="您好"))

    assert departed.members == ("bot",)
    assert refused.value.why is Refusal.NOT_A_MEMBER


async def test_an_overlong_text_is_refused(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        with pytest.raises(Refused) as refused:
            await wechat.send(Letter("k", room=FANS.id, text="长" * 2_001))

    assert refused.value.why is Refusal.TOO_LONG


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


async def test_an_accepted_invitation_leads_into_the_room(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.invites("inv-1", "zhang", "new@chatroom", "新群")
        invited = await ears.hear(Invited)
        await wechat.send(Letter("k", Do.ACCEPT_INVITATION, request=invited.invitation))
        room = await ears.hear(RoomKnown, lambda it: it.room == "new@chatroom")
        await wechat.send(Letter("k2", room="new@chatroom", text="大家好"))

    assert "bot" in ids(room)
    assert room.topic == "新群"
    assert (invited.invitation, invited.sender.id, invited.topic) == ("inv-1", "zhang", "新群")
    assert [it.do for it in town.reached()] == [Do.ACCEPT_INVITATION, Do.SAY]


async def test_an_accepted_friend_request_makes_a_friend(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.requests_friendship("req-1", WANG, "我是群友王五")
        asked = await ears.hear(FriendRequested)
        await wechat.send(Letter("k", Do.ACCEPT_FRIEND, request=asked.request))
        befriended = await ears.hear(Befriended)
        await wechat.send(Letter("k2", contact="wang", text="您好"))

    assert (asked.request, asked.sender.id, asked.sender.name) == ("req-1", "wang", "王五")
    assert asked.hello == "我是群友王五"
    assert befriended.contact == Contact("wang", "王五", friend=True)
    assert town.reached()[-1].text == "您好"


async def test_a_friend_request_goes_through_the_room(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        await wechat.send(Letter("k", Do.ADD_FRIEND, FANS.id, "li", "工单 #12"))
        town.says("li", "稍等", FANS.id)
        before = (await ears.hear(Message)).sender
        town.confirms("li")
        befriended = await ears.hear(Befriended)
        town.says("li", "通过了")
        after = (await ears.hear(Message)).sender

    assert town.reached() == [Reached(Do.ADD_FRIEND, FANS.id, "li", "工单 #12")]
    assert befriended.contact.id == "li"
    assert (before.friend, after.friend) == (False, True)


@pytest.mark.parametrize("file", [SMALL, LARGE], ids=["small", "large"])
async def test_a_file_that_was_sent_to_the_bot_can_be_fetched(town: Town, file: Attachment) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.says("zhang", "", FANS.id, kind=Kind.FILE, attachment=file)
        message = await ears.hear(Message)
        assert message.kind is Kind.FILE
        assert await wechat.attachment(message.id) == file


@pytest.mark.parametrize("file", [SMALL, LARGE], ids=["small", "large"])
async def test_the_bot_sends_a_file(town: Town, tmp_path: Path, file: Attachment) -> None:
    path = tmp_path / file.name
    path.write_bytes(file.content)
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        await wechat.send(Letter("k", room=FANS.id, kind=Kind.FILE, file=str(path)))

    assert [it.file for it in town.reached()] == [file]


async def test_a_file_that_is_not_there_is_refused(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        with pytest.raises(Refused) as refused:
            await wechat.send(Letter("k", room=FANS.id, kind=Kind.IMAGE, file="no/such.png"))

    assert refused.value.why is Refusal.GONE


async def test_a_message_without_a_file_has_no_attachment(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        number = town.says("zhang", "没有附件", FANS.id)
        await ears.hear(Message)
        with pytest.raises(NotDelivered):
            await wechat.attachment(number)


async def test_the_owner_removes_and_announces_and_others_may_not(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        await wechat.send(Letter("k1", Do.ANNOUNCE, FANS.id, text="今晚八点"))
        await wechat.send(Letter("k2", Do.REMOVE_MEMBER, FANS.id, "li"))
        departed = await ears.hear(Departed)
        with pytest.raises(Refused) as refused:
            await wechat.send(Letter("k3", Do.ANNOUNCE, OTHERS.id, text="今晚八点"))

    assert [it.do for it in town.reached()] == [Do.ANNOUNCE, Do.REMOVE_MEMBER]
    assert departed.members == ("li",)
    assert refused.value.why is Refusal.NOT_THE_OWNER


async def test_too_often_is_told_as_such(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.throttles()
        with pytest.raises(Throttled):
            await wechat.send(Letter("k", room=FANS.id, text="公告"))

    assert town.reached() == []


async def test_a_lost_answer_leaves_the_letter_unconfirmed(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.loses_answers()
        with pytest.raises(Unconfirmed):
            await wechat.send(Letter("k", room=FANS.id, text="只说一次"))

    assert [it.text for it in town.reached()] == ["只说一次"]


async def test_an_outage_is_told_with_its_beginning_and_its_end(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        town.breaks()
        lost = await ears.hear(LinkLost)
        with pytest.raises(NotDelivered):
            await wechat.send(Letter("k1", room=FANS.id, text="断线时"))
        town.says("zhang", "没人听见", FANS.id)
        await town.mends()
        back = await ears.hear(LinkBack)
        town.says("zhang", "又听见了", FANS.id)
        message = await ears.hear(Message)
        await wechat.send(Letter("k2", room=FANS.id, text="恢复后"))

    assert back.since == lost.at <= back.at
    assert message.text == "又听见了"
    assert [it.text for it in town.reached()] == ["恢复后"]
