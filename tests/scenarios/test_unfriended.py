"""Who is no friend: asked once and within the caps, then handed to a person with a name card."""

import itertools

import pytest

from bot.message import Contact, Kind
from tests.conftest import FANS, STAFF_ROOM, Build, Town
from tests.scenarios.desk import ANGRY, newcomers, staffed, until


def cards(town: Town) -> list[str]:
    return [
        letter.data["card"]
        for _, letter in town.said
        if letter.kind is Kind.CARD and letter.room == STAFF_ROOM
    ]


async def test_who_never_accepts_is_handed_to_a_person(build: Build) -> None:
    town = await staffed(build, accept_within="2h")
    await town.say("li", ANGRY, FANS)
    await town.settle(2 * 3600)

    [told] = [text for text in town.heard_in(STAFF_ROOM) if "没有通过好友申请" in text]
    assert told.startswith("@小美\u2005#1 李四（枕头粉丝一群）2 小时")
    assert cards(town) == ["li"]
    await town.settle(86400)
    assert cards(town) == ["li"]


async def test_who_accepts_in_time_is_not(build: Build) -> None:
    town = await staffed(build, accept_within="2h")
    await town.say("li", ANGRY, FANS)
    town.wechat.confirms("li")
    await town.settle(3 * 3600)

    assert cards(town) == []


async def test_a_second_complaint_does_not_ask_again(build: Build) -> None:
    town = await staffed(build)
    await town.say("li", ANGRY, FANS)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.settle(3600)
    await town.say("li", "还是塌了", FANS)

    assert len(town.done("add-friend")) == 1
    assert [ticket.state for ticket in await town.tickets()] == ["resolved", "awaiting-contact"]


async def test_the_caps_hold_and_who_is_beyond_them_is_handed_to_a_person(build: Build) -> None:
    pace = {"friend_requests_per_hour": 2, "friend_requests_per_day": 3}
    town = await staffed(build, pace=pace, incident_size=50)
    members = await newcomers(town, 5, friend=False)
    for number, member in enumerate(members):
        await town.say(member, f"{ANGRY}{number}", FANS)
    await town.settle(100 * 60)

    asked = [(at, letter.contact) for at, letter in town.said if letter.do == "add-friend"]
    assert [contact for _, contact in asked] == members[:3]
    assert (asked[2][0] - asked[0][0]).total_seconds() >= 3600
    assert cards(town) == members[3:]


async def test_a_request_that_never_left_takes_nobodys_place(build: Build) -> None:
    """「#1 误报」 before it was sent: it was withdrawn, and yet the next had to wait an hour."""
    pace = {"friend_requests_per_hour": 1, "friend_requests_per_day": 2}
    town = await staffed(build, pace=pace, incident_size=50)
    members = await newcomers(town, 3, friend=False)
    town.wechat.says(members[0], ANGRY, FANS)
    await town.settle(1)
    await town.say("mei", "#1 误报", STAFF_ROOM)
    await town.say(members[1], f"{ANGRY}！", FANS)
    await town.settle(300)

    assert [letter.contact for letter in town.done("add-friend")] == [members[1]]


async def test_a_request_that_is_refused_takes_nobodys_place_and_is_told(build: Build) -> None:
    """He complains and leaves: 「2 小时没有通过好友申请」 was told of one who never got it."""
    pace = {"friend_requests_per_hour": 1, "friend_requests_per_day": 5}
    town = await staffed(build, pace=pace, incident_size=50)
    members = await newcomers(town, 3, friend=False)
    for number, member in enumerate(members[:2]):
        town.wechat.says(member, f"{ANGRY}{number}", FANS)
    town.wechat.world.rooms[FANS].let_out(members[0])
    await town.settle(120)

    assert [letter.contact for letter in town.done("add-friend")] == [members[1]]
    assert cards(town) == [members[0]]
    assert any("没有共同的群" in text for text in town.heard_in(STAFF_ROOM))
    await town.settle(3 * 3600)
    assert not any("会员0（" in text and "没有通过" in text for text in town.heard_in(STAFF_ROOM))


async def test_who_left_one_group_is_asked_through_another(build: Build) -> None:
    town = await staffed(build)
    town.wechat.joins("r2", [town.wechat.world.contact("li")])
    await town.settle()
    town.wechat.says("li", ANGRY, FANS)
    town.wechat.world.rooms[FANS].let_out("li")
    await town.settle(120)

    assert [letter.room for letter in town.done("add-friend")] == ["r2"]


async def test_the_day_of_the_cap_is_the_communitys_own(build: Build) -> None:
    """Two at half past nine in the evening are of another day than one at nine in the morning."""
    pace = {"friend_requests_per_hour": 9, "friend_requests_per_day": 2, "quiet_hours": ""}
    town = await staffed(build, pace=pace, incident_size=50, digest="")
    members = await newcomers(town, 3, friend=False)
    await until(town, "2026-11-23 23:30")
    for number, member in enumerate(members[:2]):
        await town.say(member, f"{ANGRY}{number}", FANS)
    await until(town, "2026-11-24 00:30")
    await town.say(members[2], f"{ANGRY}2", FANS)

    assert [letter.contact for letter in town.done("add-friend")] == members


async def test_who_came_after_the_last_of_the_day_is_asked_the_next_morning(build: Build) -> None:
    pace = {"friend_requests_per_hour": 9, "friend_requests_per_day": 1}
    town = await staffed(build, pace=pace, incident_size=50, accept_within="20h", digest="")
    members = await newcomers(town, 2, friend=False)
    await until(town, "2026-11-23 16:00")
    for number, member in enumerate(members):
        await town.say(member, f"{ANGRY}{number}", FANS)
    await until(town, "2026-11-24 07:59")
    assert len(town.done("add-friend")) == 1
    await until(town, "2026-11-24 08:01")

    assert [letter.contact for letter in town.done("add-friend")] == members


async def test_whose_turn_comes_later_is_asked_in_order_over_a_restart(build: Build) -> None:
    pace = {"friend_requests_per_hour": 1, "friend_requests_per_day": 9}
    town = await staffed(build, pace=pace, incident_size=50, accept_within="5h")
    members = await newcomers(town, 4, friend=False)
    for number, member in enumerate(members):
        await town.say(member, f"{ANGRY}{number}", FANS)
    assert "好友申请在排队" in town.heard_in(STAFF_ROOM)[-1]
    await town.crash()
    await town.settle(3600)
    await town.crash()
    await town.settle(3 * 3600)

    asked = [(at, letter.contact) for at, letter in town.said if letter.do == "add-friend"]
    assert [contact for _, contact in asked] == members
    for (before, _), (after, _) in itertools.pairwise(asked):
        assert (after - before).total_seconds() >= 3600


async def test_a_ticket_that_ended_asks_nobody_any_more(build: Build) -> None:
    pace = {"friend_requests_per_hour": 1, "friend_requests_per_day": 9}
    town = await staffed(build, pace=pace, incident_size=50)
    members = await newcomers(town, 2, friend=False)
    for number, member in enumerate(members):
        await town.say(member, f"{ANGRY}{number}", FANS)
    await town.say("mei", "#2 解决", STAFF_ROOM)
    await town.settle(4 * 3600)

    assert [letter.contact for letter in town.done("add-friend")] == members[:1]
    assert cards(town) == members[:1]


@pytest.mark.parametrize("hello", ["", "工单 1", "我是李四，工单号 #1", "你好"])
async def test_his_own_request_finds_the_ticket(build: Build, hello: str) -> None:
    town = await staffed(build)
    await town.say("li", ANGRY, FANS)
    town.wechat.requests_friendship("fr1", Contact("li", "李四"), hello)
    await town.settle()

    assert "工单号 #1" in town.told("li")[0]
    assert (await town.tickets())[0].state == "open"


async def test_a_number_of_somebody_elses_ticket_opens_nothing(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    town.wechat.requests_friendship("fr1", Contact("spy", "路人"), "工单 1")
    await town.settle()

    assert not any("#1" in text for text in town.told("spy"))
    assert any("路人 加好友时报了工单 #1" in text for text in town.heard_in(STAFF_ROOM))
    await town.say("spy", "进度")
    assert "没有处理中的工单" in town.told("spy")[-1]


async def test_who_unfriends_the_bot_is_told_at_once(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    town.wechat.world.estrange("zhang")
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)

    assert any("无法私信 张三" in text for text in town.heard_in(STAFF_ROOM))
    assert len(town.done("add-friend")) == 1
    town.wechat.confirms("zhang")
    await town.settle()
    assert (await town.tickets())[0].state in ("open", "claimed")
