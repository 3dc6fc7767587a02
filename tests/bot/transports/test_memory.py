"""The WeChat in memory obeys WeChat's rules and loses what WeChat loses."""

from collections.abc import Sequence
from dataclasses import dataclass, field
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
    Heard,
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
from bot.transports import Attachment, Transport
from bot.transports.memory import MemoryWeChat, NotPossible, RoomPlan, Setting, World

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
BOT, FRIEND, STRANGER, OWNER = "wxid_bot", "wxid_zhang", "wxid_li", "wxid_boss"


class StillClock:
    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    async def until(self, moment: datetime) -> None:
        self.now = max(self.now, moment)

    def advance(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


@dataclass
class Town:
    wechat: MemoryWeChat
    clock: StillClock
    delivered: list[tuple[Letter, datetime]] = field(default_factory=list)

    def says(self) -> Sequence[str]:
        return [letter.text for letter, _ in self.delivered]

    def hears(self) -> list[type[Heard]]:
        return [type(event) for event in self.wechat.unheard()]


def a_town(sends_per_minute: int | None = None) -> Town:
    setting = Setting(
        Contact(BOT, "小群"),
        (Contact(FRIEND, "张三", friend=True), Contact(STRANGER, "李四"), Contact(OWNER, "老板")),
        (
            RoomPlan("r1", "枕头粉丝一群", BOT, (BOT, FRIEND, STRANGER)),
            RoomPlan("r2", "经销商训练营", OWNER, (BOT, OWNER, FRIEND)),
            RoomPlan("r3", "别人的群", OWNER, (OWNER, STRANGER)),
        ),
    )
    clock = StillClock()
    town = Town(MemoryWeChat(World(setting), clock, sends_per_minute=sends_per_minute), clock)
    town.wechat.listen(lambda letter, at: town.delivered.append((letter, at)))
    return town


@pytest.fixture
def town() -> Town:
    town = a_town()
    town.wechat.log_in()
    town.wechat.unheard()
    return town


def private(text: str, contact: str = FRIEND) -> Letter:
    return Letter("k", contact=contact, text=text)


async def refusal(wechat: Transport, letter: Letter) -> Refusal:
    with pytest.raises(Refused) as caught:
        await wechat.send(letter)
    return caught.value.why


async def test_log_in_tells_the_account_and_every_room_the_bot_is_in() -> None:
    town = a_town()
    async with town.wechat as wechat:
        first, *rooms = wechat.unheard()
    assert first == LoggedIn(Contact(BOT, "小群"), NOON)
    assert [room.room for room in rooms if isinstance(room, RoomKnown)] == ["r1", "r2"]
    assert rooms[0] == RoomKnown(
        "r1",
        "枕头粉丝一群",
        BOT,
        (
            Contact(BOT, "小群"),
            Contact(FRIEND, "张三", friend=True),
            Contact(STRANGER, "李四", friend=False),
        ),
        NOON,
    )


async def test_events_end_when_the_line_is_hung_up() -> None:
    town = a_town()
    async with town.wechat:
        town.wechat.says(FRIEND, "早", "r1")
    heard = [event async for event in town.wechat.events()]
    assert isinstance(heard[-1], Message)
    assert heard[-1].text == "早"


async def test_what_is_said_before_the_log_in_is_never_heard() -> None:
    town = a_town()
    town.wechat.says(FRIEND, "有人吗", "r1")
    town.wechat.log_in()
    assert town.hears() == [LoggedIn, RoomKnown, RoomKnown]
    assert [said.text for said in town.wechat.world.history("r1")] == ["有人吗"]


async def test_a_room_message_arrives_whole(town: Town) -> None:
    first = town.wechat.says(FRIEND, "枕头塌了", "r1", id="x1")
    town.wechat.says(
        STRANGER, "我也是", "r1", quote="x1", mentions=(FRIEND,), kind=Kind.LINK, url="u"
    )
    assert town.wechat.unheard() == [
        first,
        Message(
            id="m1",
            sender=Contact(STRANGER, "李四", friend=False),
            text="我也是",
            at=NOON,
            room="r1",
            kind=Kind.LINK,
            mentions=(FRIEND,),
            quote="x1",
            quote_text="枕头塌了",
            url="u",
        ),
    ]


async def test_a_recalled_message_names_what_was_recalled_without_its_words(town: Town) -> None:
    town.wechat.says(FRIEND, "说错了", "r1", id="x1")
    recalled = town.wechat.says(FRIEND, "", "r1", kind=Kind.RECALLED, quote="x1")
    assert (recalled.quote, recalled.quote_text) == ("x1", "")


async def test_a_private_message_goes_to_the_bot(town: Town) -> None:
    said = town.wechat.says(FRIEND, "进度")
    assert (said.room, said.listener, said.own) == (None, BOT, False)
    assert [m.text for m in town.wechat.world.history(FRIEND)] == ["进度"]


async def test_an_echo_of_the_bots_own_words_is_marked(town: Town) -> None:
    echo = town.wechat.says(BOT, "您好", to=FRIEND)
    assert (echo.own, echo.listener, echo.sender.id) == (True, FRIEND, BOT)
    assert town.wechat.says(BOT, "大家好", "r1").own


async def test_the_same_id_delivered_again_is_heard_again_and_said_once(town: Town) -> None:
    for _ in range(2):
        town.wechat.says(FRIEND, "早", "r1", id="x1")
    assert town.hears() == [Message, Message]
    assert len(town.wechat.world.history("r1")) == 1


async def test_who_is_not_there_cannot_speak(town: Town) -> None:
    with pytest.raises(NotPossible, match="好友"):
        town.wechat.says(STRANGER, "在吗")
    with pytest.raises(NotPossible, match="不在「经销商训练营」"):
        town.wechat.says(STRANGER, "在吗", "r2")
    with pytest.raises(NotPossible, match="没有"):
        town.wechat.says("wxid_nobody", "在吗", "r1")
    assert town.hears() == []


async def test_a_room_without_the_bot_is_not_heard(town: Town) -> None:
    town.wechat.says(STRANGER, "背后说话", "r3")
    town.wechat.renames("r3", "改名了", OWNER)
    assert town.hears() == []


async def test_what_the_bot_says_stands_in_the_conversation_and_is_told(town: Town) -> None:
    assert await town.wechat.send(Letter("k", room="r1", text="好的")) == "b1"
    assert await town.wechat.send(private("您好")) == "b2"
    said = town.wechat.world.history("r1")[0]
    assert (said.id, said.text, said.own) == ("b1", "好的", True)
    assert town.wechat.world.history(FRIEND)[0].listener == FRIEND
    assert [at for _, at in town.delivered] == [NOON, NOON]
    assert town.hears() == []


async def test_nobody_but_a_friend_can_be_written_to_privately(town: Town) -> None:
    assert await refusal(town.wechat, private("您好", STRANGER)) is Refusal.NOT_A_FRIEND
    assert await refusal(town.wechat, private("您好", "wxid_nobody")) is Refusal.GONE
    assert town.delivered == []
    assert town.wechat.world.history(STRANGER) == ()


@pytest.mark.parametrize("room", ["r3", "r9"])
async def test_a_room_the_bot_is_not_in_takes_nothing(town: Town, room: str) -> None:
    for do in (Do.SAY, Do.ANNOUNCE, Do.REMOVE_MEMBER, Do.ADD_FRIEND):
        letter = Letter("k", do, room=room, contact=STRANGER, text="您好")
        assert await refusal(town.wechat, letter) is Refusal.NOT_A_MEMBER


@pytest.mark.parametrize("length", [2000, 2001])
async def test_a_text_of_more_than_2000_characters_is_refused(town: Town, length: int) -> None:
    letter = Letter("k", room="r1", text="塌" * length)
    if length == 2000:
        assert await town.wechat.send(letter)
    else:
        assert await refusal(town.wechat, letter) is Refusal.TOO_LONG
        announcement = Letter("k", Do.ANNOUNCE, room="r1", text=letter.text)
        assert await refusal(town.wechat, announcement) is Refusal.TOO_LONG


async def test_what_nobody_can_send_is_refused(town: Town) -> None:
    assert await refusal(town.wechat, Letter("k", room="r1")) is Refusal.UNSUPPORTED
    envelope = Letter("k", room="r1", text="恭喜", kind=Kind.RED_ENVELOPE)
    assert await refusal(town.wechat, envelope) is Refusal.UNSUPPORTED


async def test_an_invitation_makes_the_bot_a_member(town: Town) -> None:
    town.wechat.invites("i1", FRIEND, "r3", "别人的群")
    letter = Letter("k", Do.ACCEPT_INVITATION, request="i1")
    await town.wechat.send(letter)
    invited, known = town.wechat.unheard()
    assert isinstance(invited, Invited)
    assert isinstance(known, RoomKnown)
    assert BOT in [member.id for member in known.members]
    assert town.delivered[0][0].room == "r3"
    assert await town.wechat.send(Letter("k", room="r3", text="大家好"))


async def test_an_invitation_may_name_a_room_nobody_knew(town: Town) -> None:
    town.wechat.invites("i1", FRIEND, "r7", "枕头粉丝七群")
    await town.wechat.send(Letter("k", Do.ACCEPT_INVITATION, request="i1"))
    known = town.wechat.unheard()[-1]
    assert isinstance(known, RoomKnown)
    assert (known.topic, known.owner) == ("枕头粉丝七群", FRIEND)


async def test_a_friend_request_that_is_accepted_makes_friends(town: Town) -> None:
    town.wechat.requests_friendship("q1", Contact("wxid_new", "新人"), "我是新人")
    await town.wechat.send(Letter("k", Do.ACCEPT_FRIEND, request="q1"))
    assert town.wechat.unheard() == [
        FriendRequested("q1", Contact("wxid_new", "新人", friend=False), "我是新人", NOON),
        Befriended(Contact("wxid_new", "新人", friend=True), NOON),
    ]
    assert town.delivered[0][0].contact == "wxid_new"
    assert await town.wechat.send(private("您好", "wxid_new"))


@pytest.mark.parametrize("do", [Do.ACCEPT_FRIEND, Do.ACCEPT_INVITATION])
async def test_an_answer_to_nothing_is_refused(town: Town, do: Do) -> None:
    assert await refusal(town.wechat, Letter("k", do, request="q9")) is Refusal.GONE


async def test_a_request_through_a_room_waits_until_it_is_confirmed(town: Town) -> None:
    asking = Letter("k", Do.ADD_FRIEND, room="r1", contact=STRANGER, text="我是客服 #1")
    await town.wechat.send(asking)
    assert town.wechat.world.asked == {STRANGER}
    assert await refusal(town.wechat, private("您好", STRANGER)) is Refusal.NOT_A_FRIEND
    town.wechat.confirms(STRANGER)
    assert town.wechat.unheard() == [Befriended(Contact(STRANGER, "李四", friend=True), NOON)]
    assert town.wechat.world.asked == set()
    assert await town.wechat.send(private("您好", STRANGER))


async def test_a_request_to_a_friend_is_confirmed_at_once(town: Town) -> None:
    await town.wechat.send(Letter("k", Do.ADD_FRIEND, room="r1", contact=FRIEND, text="您好"))
    assert town.hears() == [Befriended]


async def test_a_request_needs_the_person_in_the_room(town: Town) -> None:
    letter = Letter("k", Do.ADD_FRIEND, room="r2", contact=STRANGER, text="您好")
    assert await refusal(town.wechat, letter) is Refusal.GONE


async def test_only_an_owner_or_admin_removes_and_announces(town: Town) -> None:
    removing = Letter("k", Do.REMOVE_MEMBER, room="r2", contact=FRIEND)
    announcing = Letter("k", Do.ANNOUNCE, room="r2", text="公告")
    assert await refusal(town.wechat, removing) is Refusal.NOT_THE_OWNER
    assert await refusal(town.wechat, announcing) is Refusal.NOT_THE_OWNER
    town.wechat.world.rooms["r2"].admins.add(BOT)
    await town.wechat.send(announcing)
    await town.wechat.send(removing)
    assert town.wechat.world.rooms["r2"].announcement == "公告"
    assert town.wechat.unheard() == [Departed("r2", (FRIEND,), BOT, NOON)]
    assert await refusal(town.wechat, removing) is Refusal.GONE


async def test_an_owner_cannot_be_removed(town: Town) -> None:
    town.wechat.world.rooms["r2"].admins.add(BOT)
    letter = Letter("k", Do.REMOVE_MEMBER, room="r2", contact=OWNER)
    assert await refusal(town.wechat, letter) is Refusal.GONE


async def test_people_come_and_go_and_rooms_change_their_names(town: Town) -> None:
    town.wechat.joins("r1", [Contact("wxid_new", "新人")], FRIEND)
    town.wechat.leaves("r1", [STRANGER])
    town.wechat.renames("r1", "枕头粉丝一群（满）", BOT)
    assert town.wechat.unheard() == [
        Joined("r1", (Contact("wxid_new", "新人", friend=False),), FRIEND, NOON),
        Departed("r1", (STRANGER,), None, NOON),
        TopicChanged("r1", "枕头粉丝一群（满）", BOT, NOON),
    ]
    assert list(town.wechat.world.rooms["r1"].members) == [BOT, FRIEND, "wxid_new"]


async def test_a_bot_that_is_pulled_in_or_thrown_out_hears_it(town: Town) -> None:
    town.wechat.joins("r3", [Contact(BOT)], OWNER)
    town.wechat.leaves("r1", [BOT], OWNER)
    town.wechat.says(FRIEND, "走了？", "r1")
    assert town.hears() == [RoomKnown, Joined, Departed]
    assert town.wechat.world.rooms["r1"].owner == FRIEND


async def test_refused_sends_reach_nobody(town: Town) -> None:
    town.wechat.fail_sends(2)
    for _ in range(2):
        with pytest.raises(NotDelivered):
            await town.wechat.send(private("一"))
    await town.wechat.send(private("二"))
    assert town.says() == ["二"]


async def test_what_wechat_would_refuse_anyway_uses_up_no_failure(town: Town) -> None:
    town.wechat.fail_sends(1)
    await refusal(town.wechat, private("您好", STRANGER))
    with pytest.raises(NotDelivered, match="this time"):
        await town.wechat.send(private("一"))


async def test_lost_answers_are_deliveries_nobody_can_know_of(town: Town) -> None:
    town.wechat.lose_acks(1)
    with pytest.raises(Unconfirmed):
        await town.wechat.send(private("一"))
    await town.wechat.send(private("二"))
    assert town.says() == ["一", "二"]


async def test_an_outage_loses_talk_and_keeps_the_state_of_rooms(town: Town) -> None:
    town.wechat.down()
    town.clock.advance(60)
    town.wechat.says(FRIEND, "听得见吗", "r1")
    town.wechat.joins("r1", [Contact("wxid_new", "新人")])
    with pytest.raises(NotDelivered):
        await town.wechat.send(private("您好"))
    town.clock.advance(60)
    town.wechat.up()
    lost, back, first, second = town.wechat.unheard()
    assert lost == LinkLost("the gateway is down", NOON)
    assert back == LinkBack(NOON, NOON + timedelta(minutes=2))
    assert isinstance(first, RoomKnown)
    assert first.members[-1].id == "wxid_new"
    assert isinstance(second, RoomKnown)
    assert town.wechat.world.history("r1")[-1].text == "听得见吗"
    assert await town.wechat.send(private("您好"))


async def test_down_twice_is_one_outage_and_up_alone_is_none(town: Town) -> None:
    town.wechat.up()
    town.wechat.down()
    town.wechat.down()
    town.wechat.up()
    assert town.hears() == [LinkLost, LinkBack, RoomKnown, RoomKnown]


async def test_who_logs_in_during_an_outage_is_on_line_when_it_ends() -> None:
    town = a_town()
    town.wechat.down()
    town.wechat.log_in()
    assert town.hears() == []
    town.wechat.up()
    assert town.hears() == [LoggedIn, RoomKnown, RoomKnown]


async def test_haste_is_punished_with_half_an_hour() -> None:
    town = a_town(sends_per_minute=3)
    for _ in range(2):
        for _ in range(3):
            await town.wechat.send(private("快"))
        town.clock.advance(61)
    for _ in range(3):
        await town.wechat.send(private("快"))
    with pytest.raises(Throttled):
        await town.wechat.send(private("太快"))
    town.clock.advance(1799)
    with pytest.raises(Throttled):
        await town.wechat.send(private("还是太快"))
    town.clock.advance(1)
    await town.wechat.send(private("慢"))
    assert town.says() == ["快"] * 9 + ["慢"]


async def test_a_scripted_throttle_ends_by_itself(town: Town) -> None:
    town.wechat.throttle(10)
    with pytest.raises(Throttled):
        await town.wechat.send(private("一"))
    town.clock.advance(10)
    assert await town.wechat.send(private("二"))


async def test_pictures_pass_both_ways(town: Town, tmp_path: Path) -> None:
    picture = Attachment("塌了.png", b"\x89PNG")
    got = town.wechat.says(FRIEND, "", "r1", kind=Kind.IMAGE, attachment=picture)
    assert await town.wechat.attachment(got.id) == picture
    forward = Letter("k", contact=FRIEND, kind=Kind.IMAGE, file=f"message:{got.id}")
    assert await town.wechat.attachment(await town.wechat.send(forward)) == picture
    file = tmp_path / "double11.png"
    file.write_bytes(b"11")
    notice = Letter("k", room="r1", kind=Kind.IMAGE, file=str(file))
    sent = await town.wechat.send(notice)
    assert await town.wechat.attachment(sent) == Attachment("double11.png", b"11")


async def test_a_picture_that_is_only_an_address_is_stood_for_by_it(town: Town) -> None:
    said = town.wechat.says(FRIEND, "", kind=Kind.IMAGE, url="https://example.com/a.png")
    address = Attachment("a.png", b"https://example.com/a.png")
    assert await town.wechat.attachment(said.id) == address


async def test_what_has_no_file_gives_none(town: Town) -> None:
    said = town.wechat.says(FRIEND, "早")
    for number in (said.id, "x9"):
        with pytest.raises(NotDelivered):
            await town.wechat.attachment(number)
    for file in ("message:x9", "no/such.png", ""):
        letter = Letter("k", contact=FRIEND, kind=Kind.IMAGE, file=file)
        assert await refusal(town.wechat, letter) is Refusal.GONE


async def test_a_conversation_forgets_its_oldest_words(town: Town) -> None:
    first = town.wechat.says(FRIEND, "0", "r1")
    for number in range(1, 501):
        town.wechat.says(FRIEND, str(number), "r1")
    history = town.wechat.world.history("r1")
    assert (len(history), history[0].text, history[-1].text) == (500, "1", "500")
    assert town.wechat.world.message(first.id) is None


async def test_two_worlds_with_their_own_prefix_share_no_ids() -> None:
    setting = Setting(Contact(BOT), (Contact(FRIEND, "张三", friend=True),))
    first, second = (
        MemoryWeChat(World(setting, prefix=prefix), StillClock()) for prefix in ("a-", "b-")
    )
    assert first.says(FRIEND, "早").id == "a-m1"
    assert second.says(FRIEND, "早").id == "b-m1"


async def test_watchers_see_what_people_say_wherever_it_is(town: Town) -> None:
    seen: list[str] = []
    town.wechat.watch(lambda message: seen.append(message.text))
    town.wechat.says(FRIEND, "早", "r1")
    town.wechat.says(STRANGER, "背后", "r3")
    assert seen == ["早", "背后"]
