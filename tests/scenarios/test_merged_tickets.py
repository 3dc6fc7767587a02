"""Tickets of two members become one: each hears, answers and rates as if it were his."""

from bot.message import Kind
from bot.storage.forget import forget
from tests.conftest import FANS, STAFF_ROOM, Build
from tests.scenarios.desk import complain, last_in, staffed

SNIPPETS = [{"key": "发货", "text": "{name} 您好，工单 {ticket} 今天发货，{staff} 跟进。"}]


async def test_tickets_of_two_become_one(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("wang", "我的也坏了", FANS)
    await town.say("mei", "#1 合并 #2", STAFF_ROOM)
    assert "#2 已并入 #1" in last_in(town)
    assert "张三 和 王五" in last_in(town)
    one, two = await town.tickets()
    assert (two.state, two.merged_into, one.state) == ("closed", 1, "open")

    town.said.clear()
    await town.say("wang", "怎么说？")
    assert "#1 王五：怎么说？" in last_in(town)
    await town.say("mei", "#1 回复 都给您换新", STAFF_ROOM)
    assert town.told("zhang") == town.told("wang") == ["都给您换新"]
    one, two = await town.tickets()
    assert one.first_reply_at is not None
    assert two.first_reply_at is not None  # or else he rated what nobody had answered
    for typed in ("#1 合并 #1", "#1 合并 #9", "#1 合并", "#1 合并 #2"):
        await town.say("mei", typed, STAFF_ROOM)
    assert len(await town.tickets()) == 2
    for typed in ("#2 重开", "#2 回复 您好", "#2 解决"):
        await town.say("mei", typed, STAFF_ROOM)
        assert "已并入 #1" in last_in(town)


async def test_a_snippet_calls_each_of_two_by_his_own_name(build: Build) -> None:
    """王五 was addressed as 张三, into whose ticket his had gone."""
    town = await staffed(build, snippets=SNIPPETS)
    await complain(town)
    await town.say("wang", "我的也坏了", FANS)
    await town.say("mei", "#1 合并 #2", STAFF_ROOM)
    await town.say("mei", "#1 回复 @发货", STAFF_ROOM)

    assert town.told("zhang")[-1] == "张三 您好，工单 1 今天发货，小美 跟进。"
    assert town.told("wang")[-1] == "王五 您好，工单 2 今天发货，小美 跟进。"


async def test_a_reply_taken_back_is_stopped_for_all_and_in_all_its_parts(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("wang", "我的也坏了", FANS)
    await town.say("mei", "#1 合并 #2", STAFF_ROOM)
    told = town.told("wang")
    message = town.wechat.says("mei", f"#1 回复 {'打错了。' * 600}", STAFF_ROOM)
    town.wechat.says("mei", "", STAFF_ROOM, kind=Kind.RECALLED, quote=message.id)
    await town.settle()

    assert town.told("zhang") == []
    assert town.told("wang") == told
    assert "没有发给 张三" in last_in(town)


async def test_forgetting_one_of_two_takes_his_words_and_no_others(build: Build) -> None:
    """What 王五 said on the ticket of 张三 stayed when 王五 was forgotten."""
    town = await staffed(build)
    await complain(town)
    await town.say("wang", "我的也坏了", FANS)
    await town.say("mei", "#1 合并 #2", STAFF_ROOM)
    await town.say("wang", "我家住在解放路 5 号")
    await town.say("zhang", "我的订单是 123")
    await town.storage.transact(lambda session: forget(session, "wang"))

    words = "".join(entry.text for entry in await town.entries())
    assert "解放路" not in words
    assert "订单是 123" in words


async def test_a_merged_member_who_is_no_friend_is_asked_by_his_own_name(build: Build) -> None:
    """The reply to both could not reach 李四: 张三 was taken for no friend any more."""
    town = await staffed(build)
    await complain(town)
    await town.say("li", "我的也坏了", FANS)
    await town.say("mei", "#2 合并 #1", STAFF_ROOM)
    assert "请反过来写「#1 合并 #2」" in last_in(town)
    await town.say("mei", "#1 合并 #2", STAFF_ROOM)
    await town.say("mei", "#1 回复 都给您换新", STAFF_ROOM)

    assert any("#1 无法私信 李四" in text for text in town.heard_in(STAFF_ROOM))
    assert (await town.tickets())[0].state == "claimed"
    await town.say("mei", "#1", STAFF_ROOM)
    assert "客户：张三、李四" in last_in(town)
    town.wechat.confirms("li")
    await town.settle()
    assert "工单号 #2" in town.told("li")[0]
    assert any("#1 李四 已通过好友申请" in text for text in town.heard_in(STAFF_ROOM))
    await town.say("mei", "#1 回复 明天发出", STAFF_ROOM)
    assert town.told("li")[-1] == town.told("zhang")[-1] == "明天发出"


async def test_who_was_merged_is_asked_too_and_may_come_back(build: Build) -> None:
    """#2 went into #1: when #1 was solved, nobody told or asked the member of #2."""
    town = await staffed(build)
    await complain(town)
    await town.say("wang", "我的也坏了", FANS)
    await town.say("mei", "#1 合并 #2", STAFF_ROOM)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    assert "工单 #1" in town.told("zhang")[-1]
    assert "工单 #2" in town.told("wang")[-1]
    await town.say("wang", "4")
    await town.say("zhang", "5")
    assert [ticket.rating for ticket in await town.tickets()] == [5, 4]
    await town.say("wang", "不对，我的又坏了")

    one, two = await town.tickets()
    assert (one.state, two.state, two.merged_into) == ("claimed", "closed", 1)
    assert any("王五 在解决后又来消息" in text for text in town.heard_in(STAFF_ROOM))
