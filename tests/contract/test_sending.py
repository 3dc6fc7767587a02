"""What a transport does in WeChat, whatever WeChat stands behind it."""

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
    Kind,
    Letter,
    LinkBack,
    LinkLost,
    Message,
    RoomKnown,
)
from bot.transports import Attachment
from tests.contract.ears import Ears, logged_in
from tests.contract.town import FANS, LARGE, OTHERS, SMALL, WANG, Reached, Town, ids


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
async def test_the_bot_sends_a_file(town: Town, tmp_path: Path, file: Attachment) -> None:
    path = tmp_path / file.name
    path.write_bytes(file.content)
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        await wechat.send(Letter("k", room=FANS.id, kind=Kind.FILE, file=str(path)))

    assert [it.file for it in town.reached()] == [file]


@pytest.mark.parametrize(
    ("kind", "card"),
    [
        (Kind.LINK, {"url": "https://example.com/a?b=1", "description": "先到先得"}),
        (Kind.MINI_PROGRAM, {"appid": "wx1", "username": "gh_1@app", "pagePath": "pages/a?id=1"}),
    ],
    ids=["link", "mini-program"],
)
async def test_a_card_reaches_a_room_with_all_it_names(
    town: Town, kind: Kind, card: dict[str, str]
) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        number = await wechat.send(Letter("k", room=FANS.id, text="领券", kind=kind, data=card))

    assert number
    assert town.reached() == [Reached(Do.SAY, FANS.id, shown={"title": "领券", **card})]


async def test_a_file_that_is_not_there_is_refused(town: Town) -> None:
    async with town.line() as wechat, Ears(wechat) as ears:
        await logged_in(ears)
        with pytest.raises(Refused) as refused:
            await wechat.send(Letter("k", room=FANS.id, kind=Kind.IMAGE, file="no/such.png"))

    assert refused.value.why is Refusal.GONE


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
