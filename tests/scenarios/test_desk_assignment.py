"""Every complaint gets an owner who is there, and keeps him while he acts."""

from bot.storage.tables import Alert
from tests.conftest import FANS, STAFF_ROOM, Build, Town
from tests.scenarios.desk import ANGRY, STAFF, last_in, newcomers, staffed


def alerts(town: Town) -> list[str]:
    return [text for text in town.heard_in(STAFF_ROOM) if "新工单" in text]


async def test_the_alert_names_and_mentions_the_owner(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)

    [alert] = alerts(town)
    assert alert.startswith("@小美\u2005")
    assert "已分给 小美" in alert
    assert (await town.tickets())[0].assignee == "mei"


async def test_the_one_with_fewest_open_tickets_is_next(build: Build) -> None:
    town = await staffed(build, incident_size=50)
    members = await newcomers(town, 4)
    for number, member in enumerate(members):
        await town.say(member, f"{ANGRY}{number}", FANS)

    assert [ticket.assignee for ticket in await town.tickets()] == ["mei", "hong", "mei", "hong"]


async def test_who_knows_the_topic_comes_first(build: Build) -> None:
    staff = [STAFF[0], {**STAFF[1], "topics": ["refund"]}, STAFF[2]]
    town = await staffed(build, staff=staff)
    await town.say("zhang", "我要退款", FANS)
    await town.say("wang", ANGRY, FANS)

    assert [ticket.assignee for ticket in await town.tickets()] == ["hong", "mei"]


async def test_who_is_not_there_gets_nothing(build: Build) -> None:
    staff = [
        {**STAFF[0], "hours": "Mon-Fri 14:00-21:00"},
        {**STAFF[1], "off": ["2026-11-20..2026-11-23"]},
        STAFF[2],
    ]
    town = await staffed(build, staff=staff)
    await town.say("zhang", ANGRY, FANS)

    assert (await town.tickets())[0].assignee == "lin"


async def test_a_complaint_at_night_is_dealt_out_in_the_morning(build: Build) -> None:
    town = await staffed(build)
    await town.settle(12 * 3600)  # 22:00
    await town.say("zhang", ANGRY, FANS)
    assert (await town.tickets())[0].assignee is None
    assert "11月24日 09:00 自动分单" in alerts(town)[0]
    assert "11月24日 09:00 起" in town.told("zhang")[0]

    await town.settle(11 * 3600 + 300)

    assert (await town.tickets())[0].assignee == "mei"
    assert any("→ 小美" in text for text in town.heard_in(STAFF_ROOM))


async def test_another_may_claim_it_and_the_first_is_told(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    await town.say("hong", "#1 接单", STAFF_ROOM)

    assert "改由 小红 负责（原负责人 小美）" in last_in(town)
    assert last_in(town).startswith("@小美\u2005")
    assert (await town.tickets())[0].assignee == "hong"


async def test_two_who_answer_at_once_are_told_of_each_other(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 回复 您好，我来处理", STAFF_ROOM)
    await town.say("hong", "#1 回复 亲，请说一下订单号", STAFF_ROOM)

    assert town.told("zhang")[1:] == ["您好，我来处理", "亲，请说一下订单号"]
    told = [text for text in town.heard_in(STAFF_ROOM) if "都在回复" in text]
    assert len(told) == 1
    assert "@小红" in told[0]
    assert "@小美" in told[0]


async def test_an_owner_who_does_not_act_loses_it_to_the_next(build: Build) -> None:
    town = await staffed(build, idle="20m")
    await town.say("zhang", ANGRY, FANS)
    await town.settle(18 * 60)
    assert (await town.tickets())[0].assignee == "mei"

    await town.settle(2 * 60)

    assert (await town.tickets())[0].assignee == "hong"
    [told] = [text for text in town.heard_in(STAFF_ROOM) if "改由" in text]
    assert "20 分钟没有处理" in told
    assert "@小红" in told
    assert "@小美" in told


async def test_an_owner_who_acted_keeps_it(build: Build) -> None:
    town = await staffed(build, idle="20m")
    await town.say("zhang", ANGRY, FANS)
    await town.settle(15 * 60)
    await town.say("mei", "#1 备注 在查库存", STAFF_ROOM)
    await town.settle(15 * 60)
    await town.say("mei", "#1 回复 在查", STAFF_ROOM)
    await town.settle(3 * 3600)

    assert (await town.tickets())[0].assignee == "mei"


async def test_an_agent_who_goes_home_leaves_no_unanswered_ticket(build: Build) -> None:
    staff = [{**STAFF[0], "hours": "Mon-Sun 09:00-10:30"}, STAFF[1], STAFF[2]]
    town = await staffed(build, staff=staff, idle="2h")
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    await town.settle(40 * 60)

    assert (await town.tickets())[0].assignee == "hong"
    assert any("小美 已下班，改由 小红 负责" in text for text in town.heard_in(STAFF_ROOM))


async def test_what_is_answered_stays_with_who_goes_home(build: Build) -> None:
    staff = [{**STAFF[0], "hours": "Mon-Sun 09:00-10:30"}, STAFF[1], STAFF[2]]
    town = await staffed(build, staff=staff)
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 回复 换货单已开", STAFF_ROOM)
    await town.settle(3600)

    assert (await town.tickets())[0].assignee == "mei"


async def test_an_agent_alone_works_only_on_what_is_his(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("hong", "#1 回复 我偷偷回一句")
    assert "只能处理自己的工单" in town.told("hong")[-1]
    await town.say("hong", "工单")
    assert "没有未完成的工单" in town.told("hong")[-1]
    await town.say("mei", "工单")
    assert "#1" in town.told("mei")[-1]
    await town.say("lin", "#1 回复 我是组长")

    assert town.told("zhang")[1:] == ["我是组长"]


async def test_staff_removed_from_the_configuration_lose_their_tickets(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    await town.configure(support={"room": STAFF_ROOM, "staff": STAFF[1:]})
    await town.settle()

    assert (await town.tickets())[0].assignee == "hong"
    assert any("已不在客服名单" in text for text in town.heard_in(STAFF_ROOM))
    await town.say("mei", "#1 回复 我还能说吗", STAFF_ROOM)
    assert "不在客服名单里" in last_in(town)


async def test_claiming_shows_who_the_member_is(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "3")
    await town.settle(8 * 86400)
    await town.say("zhang", "新的也塌了", FANS)
    await town.say("mei", "#2 接单", STAFF_ROOM)

    assert "枕头粉丝一群" in last_in(town)
    assert "#1 2026-11-23 质量 已关闭，评分 3" in last_in(town)


async def test_without_a_support_room_the_lead_hears_it_in_private_and_loudly(
    build: Build,
) -> None:
    town = await staffed(build, room="r-nowhere")
    await town.say("zhang", ANGRY, FANS)

    assert any("【紧急】客服值班群" in text for text in town.told("lin"))
    assert any("【紧急】客服值班群" in text for text in town.told("boss"))
    assert any("新工单 #1" in text and "值班群不可用" in text for text in town.told("lin"))
    await town.say("lin", "#1 回复 您好")
    assert town.told("zhang")[-1] == "您好"


async def test_removed_from_the_support_room_the_bot_goes_on_in_private(build: Build) -> None:
    town = await staffed(build)
    town.wechat.leaves(STAFF_ROOM, ["bot"], "boss")
    await town.settle()
    await town.say("zhang", ANGRY, FANS)

    assert len([text for text in town.told("lin") if "【紧急】" in text]) == 1
    assert any("新工单 #1" in text for text in town.told("lin"))

    town.wechat.joins(STAFF_ROOM, [town.wechat.world.contact("bot")])
    await town.settle()
    await town.say("wang", "我的也坏了", FANS)
    assert any("新工单 #2" in text for text in town.heard_in(STAFF_ROOM))


async def test_alerts_for_the_group_robot_hold_nobodys_words(build: Build) -> None:
    town = await staffed(build, webhook=True)
    await town.say("zhang", ANGRY, FANS)
    await town.say("wang", "客服小美态度太差，枕头坏了", FANS)
    await town.settle(12 * 60)

    texts = [alert.text for alert in await town.rows(Alert)]
    assert texts == ["新工单 #1：质量 · 严重，负责人 小美", "服务时限提醒：1 个工单"]


async def test_an_owners_time_begins_when_the_member_waits_again(build: Build) -> None:
    """Twenty-five minutes before 「等待」 and five after the answer cost her the ticket."""
    town = await staffed(build, idle="30m", first_reply="3h", breach="4h", escalate="5h")
    await town.say("zhang", ANGRY, FANS)
    await town.settle(24 * 60)
    await town.say("mei", "#1 等待", STAFF_ROOM)
    await town.settle(3600)
    await town.say("zhang", "订单号 123")
    await town.settle(20 * 60)
    assert (await town.tickets())[0].assignee == "mei"

    await town.settle(15 * 60)
    assert (await town.tickets())[0].assignee == "hong"


async def test_who_does_not_act_on_what_was_reopened_loses_it_too(build: Build) -> None:
    town = await staffed(build, idle="30m")
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "又塌了")
    assert (await town.tickets())[0].assignee == "mei"
    await town.settle(35 * 60)

    assert (await town.tickets())[0].assignee == "hong"


async def test_an_event_on_a_ticket_names_people(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 转 @小红\u2005", STAFF_ROOM, mentions=("hong",))
    await town.say("mei", "工单 #1", STAFF_ROOM)

    assert "系统：分给 小美" in last_in(town)
    assert "小美：转给 小红" in last_in(town)


async def test_a_mention_says_to_whom_a_ticket_goes_whatever_he_is_called(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 转 @红红火火\u2005", STAFF_ROOM, mentions=("hong",))

    assert (await town.tickets())[0].assignee == "hong"
