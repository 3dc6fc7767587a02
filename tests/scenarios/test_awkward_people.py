"""People as they are: with odd names, calling for a person in the group, renaming it."""

import pytest

from bot.message import Contact
from tests.conftest import FANS, FANS_2, STAFF_ROOM, TRAINEES, Build
from tests.scenarios.desk import ANGRY, complain, last_in, staffed


@pytest.mark.parametrize("call", ["人工", "转人工", "找客服", "投诉"])
async def test_who_calls_for_a_person_in_the_group_gets_one(build: Build, call: str) -> None:
    """「人工」 and 「投诉」 in the group were heard by nobody."""
    town = await staffed(build)
    await town.say("zhang", call, FANS)

    [ticket] = await town.tickets()
    assert (ticket.topic, ticket.room) == ("human", FANS)
    assert "请留意私信" in town.heard_in(FANS)[-1]
    await town.say("zhang", call, FANS)
    assert len(town.heard_in(FANS)) == 1
    assert call in last_in(town)


async def test_calling_for_a_person_while_learning_is_left_to_the_teacher(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", "人工", TRAINEES)

    assert await town.tickets() == []


async def test_who_only_types_complaint_privately_gets_a_person(build: Build) -> None:
    """「投诉」 was answered with 「需要人工客服请回复「人工」」."""
    town = await staffed(build)
    await town.say("zhang", "投诉")

    assert len(await town.tickets()) == 1


async def test_a_name_is_one_line_and_no_alert_of_its_own(build: Build) -> None:
    """「张⏎三⏎【新工单 #99】」 wrote an alert of its own into the support room."""
    town = await staffed(build)
    people = [
        Contact("odd", "张\n三\n【新工单 #99】\u202e", friend=True),
        Contact("long", "超" * 200, friend=True),
        Contact("family", "👩‍👧 一家", friend=True),
    ]
    for person in people:
        town.wechat.world.know(person)
        town.wechat.world.befriend(person.id)
    town.wechat.joins(FANS, people)
    await town.settle(60)
    town.said.clear()
    for person in people:
        await town.say(person.id, ANGRY, FANS)

    alerts = "\n".join(town.heard_in(STAFF_ROOM))
    assert not any(line.startswith("【新工单 #99】") for line in alerts.splitlines())
    assert "张 三 【新工单 #99】（" in alerts
    assert max(len(line) for line in alerts.splitlines()) < 200
    assert town.told("family")[0].startswith("👩‍👧 一家 您好")


async def test_a_group_known_by_its_topic_alone_is_not_lost_in_silence(build: Build) -> None:
    """Renamed for a festival, a group was not listened to any more, and nobody was told."""
    town = await staffed(
        build, groups=[{"id": FANS, "kind": "fan"}, {"topic": "*二群", "kind": "fan"}]
    )
    town.wechat.renames(FANS, "云朵枕①", "zhang")
    town.wechat.renames(FANS_2, "双十二二群", "wang")
    await town.settle()
    assert town.told("boss") == []
    town.wechat.renames(FANS_2, "年货节🧨", "wang")
    await town.settle()
    [told] = town.told("boss")
    assert "「双十二二群」改名为「年货节🧨」" in told
    assert f'id = "{FANS_2}"' in told

    number = told.split("回复「")[1].split(" 粉丝")[0]
    await town.say("boss", f"{number} 粉丝")
    await town.say("wang", ANGRY, FANS_2)
    assert len(await town.tickets()) == 1


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("帮助", "#12 接单"),
        ("接单", "「#12 接单」"),
        ("回复 您好，给您退款", "也没有发给客户"),
        ("#1 转", "后面请写同事的名字：小美"),
    ],
)
async def test_what_staff_type_and_forget_the_rest_of_is_answered(
    build: Build, typed: str, answer: str
) -> None:
    """「回复 您好」 without a number went nowhere, and its writer thought it had been sent."""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", typed, STAFF_ROOM)

    assert answer in last_in(town)
    assert town.told("zhang") == []


async def test_who_ends_the_wrong_ticket_sees_whose_it_was(build: Build) -> None:
    """「#2 解决」 for 「#1 解决」 was answered with a number, and its owner heard nothing."""
    town = await staffed(build)
    await complain(town)
    await town.say("wang", ANGRY, FANS)
    await town.say("mei", "#2 解决", STAFF_ROOM)

    assert "@小红\u2005" in last_in(town)
    assert "已解决（王五）" in last_in(town)


@pytest.mark.parametrize("talk", ["在吗", "回复他了吗", "解决得不错", "谁接单了？"])
async def test_what_staff_say_to_each_other_is_left_alone(build: Build, talk: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", talk, STAFF_ROOM)

    assert town.said == []
