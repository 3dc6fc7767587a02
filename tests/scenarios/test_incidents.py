"""Several members with the same trouble are one incident: alerted once, said once, ended once."""

from bot.desk.calm import heat
from bot.storage.tables import Incident
from tests.conftest import FANS, FANS_2, STAFF_ROOM, TRAINEES, Build, Town
from tests.scenarios.desk import ANGRY, last_in, newcomers, staffed

TROUBLE = ("枕头塌了", "我的也坏了，太差", "刚买就塌了")


def incident_alerts(town: Town) -> list[str]:
    return [text for text in town.heard_in(STAFF_ROOM) if "多人反映同一问题" in text]


async def three_complain(town: Town) -> None:
    await town.say("zhang", TROUBLE[0], FANS)
    await town.say("li", TROUBLE[1], FANS)
    await town.say("wang", TROUBLE[2], FANS_2)


async def hot(town: Town, room: str) -> str | None:
    return await town.storage.transact(
        lambda session: heat(session, town.app.account, room, town.clock())
    )


async def test_three_members_in_two_groups_become_one_incident(build: Build) -> None:
    town = await staffed(build)
    await three_complain(town)

    [alert] = incident_alerts(town)
    assert "@林姐\u2005" in alert
    assert "事件 1 质量 处理中：3 人、2 个群" in alert
    assert "枕头粉丝一群、枕头粉丝二群" in alert
    assert all(f"#{number}" in alert for number in (1, 2, 3))
    assert [ticket.incident for ticket in await town.tickets()] == [1, 1, 1]
    assert len(town.heard_in(FANS)) == 1
    assert len(town.heard_in(FANS_2)) == 1


async def test_who_cannot_be_written_to_is_marked_in_the_alert(build: Build) -> None:
    """李四 is nobody's friend: an alert that named three members did not say so of him."""
    town = await staffed(build)
    await three_complain(town)

    [alert] = incident_alerts(town)
    marked = [line for line in alert.splitlines() if "待联系" in line]
    assert len(marked) == 1
    assert "李四" in marked[0]


async def test_the_same_member_twice_or_another_topic_is_none(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("zhang", "真的坏了", FANS)
    await town.say("wang", "我要退款", FANS)
    await town.settle(700)
    await town.say("li", ANGRY, FANS)

    assert await town.rows(Incident) == []


async def test_a_product_word_joins_what_has_different_topics(build: Build) -> None:
    town = await staffed(build, words=[{"word": "云朵枕"}])
    await town.say("zhang", "云朵枕塌了", FANS)
    await town.say("li", "云朵枕我要退款", FANS)
    await town.say("wang", "用了云朵枕过敏", FANS_2)

    [alert] = incident_alerts(town)
    assert "事件 1 云朵枕" in alert


async def test_later_tickets_are_folded_in_and_told_together(build: Build) -> None:
    town = await staffed(build)
    await three_complain(town)
    members = await newcomers(town, 3)
    town.said.clear()
    for member in members:
        town.wechat.says(member, f"{member} 的也塌了", FANS)
    await town.settle(120)

    [news] = [text for text in town.heard_in(STAFF_ROOM) if "又有" in text]
    assert "又有 3 个工单（共 6 个）" in news
    assert not [text for text in town.heard_in(STAFF_ROOM) if "新工单" in text]
    assert all(town.told(member) for member in members)


async def test_only_a_manager_publishes_and_every_group_hears_it_once(build: Build) -> None:
    town = await staffed(build)
    await three_complain(town)
    await town.say("mei", "事件 1", STAFF_ROOM)
    assert "准备发到这些群的说明" in last_in(town)
    for person in ("mei", "lin"):
        await town.say(person, "事件 1 发布", STAFF_ROOM)
        assert "只有管理员" in last_in(town)
    await town.say("mei", "事件 1 草稿 大家好", STAFF_ROOM)
    assert "只有组长" in last_in(town)
    await town.say("lin", "事件 1 草稿 各位，本批次枕头我们在召回，请私信我。", STAFF_ROOM)
    assert "召回" in last_in(town)
    town.said.clear()

    await town.say("boss", "事件 1 发布", STAFF_ROOM)
    await town.say("boss", "事件 1 发布", STAFF_ROOM)

    assert town.heard_in(FANS) == ["各位，本批次枕头我们在召回，请私信我。"]
    assert town.heard_in(FANS_2) == town.heard_in(FANS)
    assert town.heard_in(TRAINEES) == []
    assert "已经发布过" in last_in(town)


async def test_promotions_are_held_in_its_groups_until_it_ends(build: Build) -> None:
    town = await staffed(build)
    await three_complain(town)
    await town.settle(3600)
    assert await hot(town, FANS) == "事件 1 正在处理"
    assert await hot(town, TRAINEES) is None

    await town.say("boss", "事件 1 结束")
    assert "已结束" in town.told("boss")[-1]
    assert await hot(town, FANS) is None

    await town.say("zhang", "又塌了", FANS)
    assert await hot(town, FANS) == "30 分钟内有人投诉"


async def test_an_urgent_complaint_keeps_a_group_hot_until_it_ends(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", "用了脸上过敏", FANS)
    await town.settle(3600)
    assert await hot(town, FANS) == "紧急投诉 #1 还没有处理完"

    await town.say("mei", "#1 解决", STAFF_ROOM)
    assert await hot(town, FANS) is None


async def test_a_false_alarm_does_not_keep_a_group_hot(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    assert await hot(town, FANS) is not None

    await town.say("mei", "#1 误报", STAFF_ROOM)
    assert await hot(town, FANS) is None


async def test_odd_incident_commands(build: Build) -> None:
    town = await staffed(build)
    await town.say("boss", "事件", STAFF_ROOM)
    assert "没有进行中的事件" in last_in(town)
    await town.say("boss", "事件 9 发布", STAFF_ROOM)
    assert "没有事件 9" in last_in(town)
    await three_complain(town)
    await town.say("boss", "事件 １ 结束", STAFF_ROOM)
    assert "已结束" in last_in(town)
    await town.say("boss", "事件 1 发布", STAFF_ROOM)
    assert "已经结束" in last_in(town)
    heard = len(town.heard_in(STAFF_ROOM))
    await town.say("boss", "事件真多", STAFF_ROOM)
    assert len(town.heard_in(STAFF_ROOM)) == heard
    await town.say("zhang", "事件 1 发布")
    await town.say("boss", "事件 1 发布", FANS)
    assert len(town.heard_in(FANS)) == 1


async def test_a_ticket_that_came_to_name_somebody_leaves_the_list(build: Build) -> None:
    town = await staffed(build)
    await three_complain(town)
    await town.say("zhang", "小美态度恶劣")
    await town.say("mei", "事件 1", STAFF_ROOM)

    assert "#1" not in last_in(town)
    assert "2 人、2 个群" in last_in(town)


async def test_alone_an_agent_reads_only_his_own_tickets_of_it(build: Build) -> None:
    town = await staffed(build)
    await three_complain(town)
    owners = {ticket.assignee: ticket.number for ticket in await town.tickets()}
    await town.say("hong", "事件 1")
    shown = {n for n in (1, 2, 3) if f"#{n} " in town.told("hong")[-1]}
    assert shown == {owners["hong"]}

    await town.say("lin", "事件 1")
    assert all(f"#{number} " in town.told("lin")[-1] for number in (1, 2, 3))


async def test_what_was_said_or_is_over_is_not_offered_for_publication(build: Build) -> None:
    town = await staffed(build)
    await three_complain(town)
    await town.say("boss", "事件 1 发布")
    await town.say("boss", "事件 1")
    assert "已经发到这些群的说明" in town.told("boss")[-1]
    assert "发布」就发出" not in town.told("boss")[-1]
    await town.say("boss", "事件 1 结束")
    await town.say("boss", "事件 1")
    assert "处理完：" not in town.told("boss")[-1]
