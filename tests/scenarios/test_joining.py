"""Coming into groups and meeting people: managers are obeyed, newcomers are greeted together."""

from bot.message import Contact
from tests.conftest import FANS, FANS_2, STAFF_ROOM, Build, Town

NEW = [Contact("n1", "小明"), Contact("n2", "小红")]


async def test_an_invitation_of_a_manager_is_accepted(town: Town) -> None:
    town.wechat.invites("inv1", "boss", "r9", "枕头粉丝九群")
    await town.settle()

    [accepted] = town.done("accept-invitation")
    assert accepted.request == "inv1"


async def test_any_other_invitation_is_told_and_accepted_on_a_managers_word(town: Town) -> None:
    town.wechat.invites("inv1", "zhang", "r9", "枕头粉丝九群")
    await town.settle()
    assert town.done("accept-invitation") == []
    assert "接受 1" in town.told("boss")[-1]

    await town.say("zhang", "接受 1")
    assert town.done("accept-invitation") == []

    await town.say("boss", "接受 1")
    assert len(town.done("accept-invitation")) == 1


async def test_a_group_nobody_configured_is_listened_to_in_silence(build: Build) -> None:
    town = await build(groups=[{"id": "r2", "kind": "fan"}])
    await town.say("zhang", "枕头塌了，质量太差", FANS)
    town.wechat.joins(FANS, NEW)
    await town.settle()

    assert town.heard_in(FANS) == []
    assert await town.tickets() == []
    told = [text for text in town.told("boss") if "枕头粉丝一群" in text]
    assert len(told) == 1
    await town.crash()
    assert len([text for text in town.told("boss") if "枕头粉丝一群" in text]) == 1


async def test_newcomers_get_one_greeting_together(town: Town) -> None:
    town.wechat.joins(FANS, [NEW[0]])
    await town.settle(10)
    town.wechat.joins(FANS, [NEW[1]])
    await town.settle()

    [greeting] = town.heard_in(FANS)
    assert "@小明\u2005" in greeting
    assert "@小红\u2005" in greeting


async def test_who_left_at_once_is_not_greeted(town: Town) -> None:
    town.wechat.joins(FANS, [NEW[0]])
    await town.settle(5)
    town.wechat.leaves(FANS, ["n1"])
    await town.settle()

    assert town.heard_in(FANS) == []


async def test_a_join_announced_twice_is_one_greeting(town: Town) -> None:
    town.wechat.joins(FANS, NEW)
    await town.settle()
    town.wechat.joins(FANS, NEW)
    await town.settle()

    assert len(town.heard_in(FANS)) == 1


async def test_a_restart_before_the_greeting_loses_it_not(town: Town) -> None:
    town.wechat.joins(FANS, NEW)
    await town.settle(2)
    await town.crash()

    assert len(town.heard_in(FANS)) == 1


async def test_a_friend_request_is_accepted_and_greeted_once(town: Town) -> None:
    town.wechat.requests_friendship("fr1", Contact("n3", "小刚"), "我是群友")
    await town.settle()

    assert [letter.request for letter in town.done("accept-friend")] == ["fr1"]
    assert len(town.told("n3")) == 1


async def test_a_stranger_with_a_ticket_who_adds_the_bot_is_handed_off(town: Town) -> None:
    await town.say("li", "枕头塌了，质量太差", FANS)
    town.wechat.requests_friendship("fr1", Contact("li", "李四"), "工单 1")
    await town.settle()

    assert "工单号 #1" in town.told("li")[0]
    assert (await town.tickets())[0].state == "open"


async def test_a_gap_is_told_to_the_staff(town: Town) -> None:
    town.wechat.down()
    await town.settle(120)
    await town.say("zhang", "枕头塌了，质量太差", FANS)
    assert await town.tickets() == []

    town.wechat.up()
    await town.settle()

    assert "没有收到" in town.heard_in(STAFF_ROOM)[-1]


async def test_managers_hear_that_the_bot_was_removed_unless_they_did_it(town: Town) -> None:
    town.wechat.leaves(FANS, ["bot"], "zhang")
    await town.settle()
    assert town.told("boss") == [
        "我不在群「枕头粉丝一群」里了（张三 移出的）：那里的公告不再发，大家说的我也听不到。"
    ]

    town.wechat.leaves(FANS_2, ["bot"], "boss")
    await town.settle()
    assert len(town.told("boss")) == 1
