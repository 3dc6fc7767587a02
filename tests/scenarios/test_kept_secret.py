"""Nobody deals with, or reads, complaints about himself."""

from sqlmodel import delete

from bot.message import Contact
from bot.storage.tables import Member
from tests.conftest import FANS, STAFF_ROOM, Build
from tests.scenarios.desk import ANGRY, STAFF, last_in, staffed, until


async def test_a_complaint_about_an_agent_is_kept_from_her(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", "枕头塌了，客服小美还骂人，太差了", FANS)

    [ticket] = await town.tickets()
    assert ticket.barred == ["mei"]
    assert ticket.assignee == "hong"
    assert not any("塌了" in text for text in town.heard_in(STAFF_ROOM))
    assert any("塌了" in text for text in town.told("hong"))
    assert any("塌了" in text for text in town.told("lin"))
    assert town.told("mei") == []

    await town.say("mei", "#1", STAFF_ROOM)
    assert "没有工单 #1" in last_in(town)
    await town.say("mei", "#1")
    assert "没有工单 #1" in town.told("mei")[-1]
    await town.say("mei", "工单", STAFF_ROOM)
    assert "没有未完成的工单" in last_in(town)
    await town.say("lin", "#1 转 小美")
    assert "不能转给他" in town.told("lin")[-1]

    await town.say("hong", "#1", STAFF_ROOM)
    assert "私聊" in town.told("hong")[-1]
    await town.say("hong", "#1 回复 我来处理")
    assert town.told("zhang")[-1] == "我来处理"
    await town.say("zhang", "小美真的很过分")
    assert not any("过分" in text for text in town.heard_in(STAFF_ROOM))
    assert any("过分" in text for text in town.told("hong"))


async def test_who_is_named_later_loses_the_ticket(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    assert (await town.tickets())[0].assignee == "mei"

    await town.say("zhang", "而且小美的态度特别恶劣")

    [ticket] = await town.tickets()
    assert (ticket.assignee, ticket.barred) == ("hong", ["mei"])
    assert not any("恶劣" in text for text in town.heard_in(STAFF_ROOM))


async def test_a_distributor_who_is_named_and_sits_in_the_room_sees_nothing(build: Build) -> None:
    distributors = [{"id": "wang", "name": "王老板", "aliases": ["老王家"]}]
    town = await staffed(build, distributors=distributors)
    town.wechat.joins(STAFF_ROOM, [town.wechat.world.contact("wang")])
    await town.settle()
    await town.say("zhang", "在老王家买的枕头塌了，太差", FANS)

    assert not any("老王家" in text for text in town.heard_in(STAFF_ROOM))
    assert any("老王家" in text for text in town.told("mei"))


async def test_who_is_named_later_is_told_nothing_and_the_next_everything(build: Build) -> None:
    """「小美的态度特别恶劣」: the next owner got these words, and not that it was hers now."""
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    town.said.clear()
    await town.say("zhang", "而且小美的态度特别恶劣")

    assert any("由 小红 负责" in text and "提到了 小美" in text for text in town.told("hong"))
    assert town.told("mei") == []
    assert town.heard_in(STAFF_ROOM) == []


async def test_the_digest_counts_nothing_of_what_is_kept_from_somebody(build: Build) -> None:
    town = await staffed(build, digest="18:30")
    await town.say("zhang", "枕头塌了，客服小美还骂人，太差了", FANS)
    await town.say("wang", "我要退款", FANS)
    await until(town, "2026-11-23 18:31")

    [digest] = [text for text in town.heard_in(STAFF_ROOM) if "客服日报" in text]
    assert "新工单 1，" in digest
    assert "主要问题：退款 1" in digest
    assert "#1" not in digest


async def test_a_reminder_about_a_secret_ticket_calls_the_lead_only_when_it_is_grave(
    build: Build,
) -> None:
    town = await staffed(build, idle="10h")
    await town.say("zhang", "枕头塌了，客服小美还骂人，太差了", FANS)
    town.said.clear()
    await town.settle(90 * 60)
    assert sum("服务时限" in text for text in town.told("hong")) == 3
    assert town.told("lin") == []
    await town.settle(3600)

    assert any("上报组长" in text for text in town.told("lin"))


async def test_staff_who_are_no_friends_of_the_bot_are_told_of_and_replaced(build: Build) -> None:
    """A ticket about 小美 went to 小红 in private, who never got it: nobody knew."""
    town = await staffed(build)
    town.wechat.world.estrange("hong")
    await town.say("zhang", "枕头塌了，客服小美还骂人，太差了", FANS)
    await town.say("zhang", "订单号 123")

    assert any("私信 小红 发不出去" in text for text in town.heard_in(STAFF_ROOM))
    assert any("订单号 123" in text for text in town.told("lin"))
    assert town.told("hong") == town.told("mei") == []


async def test_what_is_kept_from_the_room_can_be_claimed_in_private(build: Build) -> None:
    """The room said 「请在这里（私聊）处理」, and in private the bot sent one back to the room."""
    staff = [*STAFF[:2], {"id": "zhou", "name": "小周"}, STAFF[2]]
    town = await staffed(build, staff=staff)
    town.wechat.joins(STAFF_ROOM, [Contact("zhou", "小周", friend=True)])
    await town.say("zhang", "枕头塌了，客服小美还骂人，太差了", FANS)
    assert (await town.tickets())[0].assignee == "hong"
    await town.say("zhou", "#1 接单", STAFF_ROOM)
    assert "请在这里（私聊）处理" in town.told("zhou")[-1]
    await town.say("zhou", "#1 回复 您好")
    assert "请在这里发「#1 接单」" in town.told("zhou")[-1]
    await town.say("zhou", "#1 接单")

    assert (await town.tickets())[0].assignee == "zhou"
    assert any("改由 小周 负责" in text for text in town.told("hong"))
    assert town.told("mei") == []


async def test_both_are_told_in_private_who_has_a_secret_ticket_now(build: Build) -> None:
    staff = [*STAFF[:2], {"id": "zhou", "name": "小周"}, STAFF[2]]
    town = await staffed(build, staff=staff, idle="20m")
    town.wechat.joins(STAFF_ROOM, [Contact("zhou", "小周", friend=True)])
    await town.say("zhang", "枕头塌了，客服小美还骂人，太差了", FANS)
    await town.settle(25 * 60)

    assert (await town.tickets())[0].assignee == "zhou"
    for person in ("hong", "zhou"):
        assert any("没有处理，改由 小周 负责" in text for text in town.told(person))
    assert not any("改由" in text for text in town.heard_in(STAFF_ROOM))


async def test_before_the_room_is_known_nothing_about_anybody_is_said_in_it(build: Build) -> None:
    """Who sits in the support room was not told yet: 小美 might be there."""
    town = await staffed(build)
    await town.storage.transact(lambda session: session.exec(delete(Member)))
    await town.say("zhang", "枕头塌了，客服小美还骂人，太差了", FANS)

    assert not any("塌了" in text for text in town.heard_in(STAFF_ROOM))
    assert any("塌了" in text for text in town.told("hong"))


async def test_a_secret_ticket_that_is_merged_keeps_its_secret(build: Build) -> None:
    """「#1 合并 #2」 failed where #2 named somebody; and #1 would have been nobody's."""
    town = await staffed(build)
    await town.say("zhang", ANGRY, FANS)
    await town.say("wang", "枕头塌了，客服小美还骂人，太差了", FANS)
    await town.say("lin", "#1 合并 #2")

    assert "#2 已并入 #1" in town.told("lin")[-1]
    one, two = await town.tickets()
    assert (one.barred, one.assignee, two.merged_into) == (["mei"], "lin", 1)
    await town.say("zhang", "到底怎么处理")
    assert any("到底怎么处理" in text for text in town.told("lin"))
    assert not any("到底怎么处理" in text for text in town.heard_in(STAFF_ROOM))
