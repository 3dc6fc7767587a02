"""Talking with a member: folded, recalled, put off, and no word of it misunderstood."""

import pytest

from bot.message import Kind
from tests.conftest import STAFF_ROOM, Build
from tests.scenarios.desk import complain, last_in, staffed

SNIPPETS = [{"key": "发货", "text": "{name} 您好，工单 {ticket} 今天发货，{staff} 跟进。"}]


async def test_short_messages_within_seconds_are_one(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    for text in ("在吗", "我的订单", "是 123"):
        town.wechat.says("zhang", text)
        await town.settle(2)
    await town.settle(60)

    assert last_in(town) == "@小美\u2005#1 张三：在吗\n我的订单\n是 123"
    assert len(town.heard_in(STAFF_ROOM)) == 1


async def test_who_does_not_stop_is_heard_nevertheless(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    for number in range(12):
        town.wechat.says("zhang", f"第{number}句")
        await town.settle(3)

    assert len(town.heard_in(STAFF_ROOM)) == 1


async def test_a_restart_loses_nothing_that_was_gathering(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    town.wechat.says("zhang", "订单号 123")
    await town.settle(1)
    await town.crash()

    assert any("订单号 123" in text for text in town.heard_in(STAFF_ROOM))


async def test_pictures_come_in_their_order(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    town.wechat.says("zhang", "看这个")
    await town.settle(1)
    await town.send("zhang", Kind.IMAGE, "塌了.jpg")

    here = [letter for _, letter in town.said if letter.room == STAFF_ROOM]
    assert [letter.kind for letter in here] == [Kind.TEXT, Kind.IMAGE]
    assert "看这个\n[图片]" in here[0].text


async def test_snippets_are_filled_in(build: Build) -> None:
    town = await staffed(build, snippets=SNIPPETS)
    await complain(town)
    await town.say("mei", "#1 回复 @发货", STAFF_ROOM)
    await town.say("mei", "#1 回复 @发货 请留意短信", STAFF_ROOM)
    await town.say("mei", "#1 回复 @发货，请留意短信", STAFF_ROOM)

    first = "张三 您好，工单 1 今天发货，小美 跟进。"
    assert town.told("zhang") == [first, f"{first} 请留意短信", f"{first}请留意短信"]


@pytest.mark.parametrize("typed", ["@发或", "@发或 请留意短信", "@", "＠发货了"])
@pytest.mark.parametrize("snippets", [SNIPPETS, []], ids=["some", "none"])
async def test_a_snippet_that_does_not_exist_is_never_sent_as_it_stands(
    build: Build, typed: str, snippets: list[dict[str, str]]
) -> None:
    town = await staffed(build, snippets=snippets)
    await complain(town)
    await town.say("mei", f"#1 回复 {typed}", STAFF_ROOM)

    assert town.told("zhang") == []
    assert "的快捷回复" in last_in(town)


async def test_what_a_member_recalls_is_noted_and_not_passed_on(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    message = town.wechat.says("zhang", "我的手机号是 13800000000")
    await town.settle(1)
    await town.say("zhang", "", kind=Kind.RECALLED, quote=message.id)

    assert not any("13800000000" in text for text in town.heard_in(STAFF_ROOM))
    assert any("撤回了一条消息" in text for text in town.heard_in(STAFF_ROOM))


async def test_a_reply_that_staff_recall_is_stopped_or_told_to_be_gone(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    message = town.wechat.says("mei", "#1 回复 打错了", STAFF_ROOM)
    town.wechat.says("mei", "", STAFF_ROOM, kind=Kind.RECALLED, quote=message.id)
    await town.settle()
    assert town.told("zhang") == []
    assert "没有发给 张三" in last_in(town)

    message = await town.say("mei", "#1 回复 又打错了", STAFF_ROOM)
    await town.say("mei", "", STAFF_ROOM, kind=Kind.RECALLED, quote=message.id)
    assert "撤不回来" in last_in(town)


async def test_an_answer_that_does_not_get_out_is_told_before_it_lapses(build: Build) -> None:
    """WeChat refused 「#1 回复 您好」 again and again, and 小美 heard of it two days later."""
    town = await staffed(build, idle="50h")
    await complain(town)
    town.wechat.fail_sends(7)
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)
    await town.settle(63)  # the seventh refusal meets the first try to tell it
    assert town.told("zhang") == []
    await town.settle(600)

    told = [text for text in town.heard_in(STAFF_ROOM) if "试了几次还没发出去" in text]
    assert len(told) == 1
    assert told[0].startswith("@小美\u2005#1 给 张三 的回复")
    assert town.told("zhang") == ["您好"]


async def test_an_answer_that_arrived_is_not_spoken_of_again(build: Build) -> None:
    town = await staffed(build, idle="50h")
    await complain(town)
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)
    heard = len(town.heard_in(STAFF_ROOM))
    await town.settle(600)
    assert len(town.heard_in(STAFF_ROOM)) == heard


async def test_a_ticket_put_off_comes_back(build: Build) -> None:
    town = await staffed(build, idle="30m")
    await complain(town)
    await town.say("mei", "#1 稍后 2小时", STAFF_ROOM)
    assert "12:03 再提醒" in last_in(town)
    await town.settle(3600)
    assert (await town.tickets())[0].assignee == "mei"
    await town.settle(3600)

    assert any("@小美" in text and "时间到了" in text for text in town.heard_in(STAFF_ROOM))


async def test_a_ticket_may_be_put_off_as_people_say_it(build: Build) -> None:
    """「#1 等待 明早」从前只说没看懂。"""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 等待 明早", STAFF_ROOM)
    assert "请发「#1 稍后 明早」" in last_in(town)
    await town.say("mei", "#1 稍后 明早", STAFF_ROOM)
    assert "09:00 再提醒" in last_in(town)
    assert (await town.tickets())[0].state == "open"


@pytest.mark.parametrize("typed", ["", "很久", "0m", "99d", "-1h", "昨天", "今早", "25点", "一会"])
async def test_how_long_must_be_said(build: Build, typed: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", f"#1 稍后 {typed}", STAFF_ROOM)

    assert "稍后 2h" in last_in(town)
    assert (await town.tickets())[0].snoozed_until is None


async def test_a_picture_that_cannot_be_passed_on_is_told(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    picture = town.wechat.says("zhang", "塌了.jpg", kind=Kind.IMAGE)
    del town.wechat.world._said[picture.id]
    await town.settle()

    assert any("张三 发来的图片没能转过来" in text for text in town.heard_in(STAFF_ROOM))
    assert not any("【紧急】" in text for text in town.told("lin"))


@pytest.mark.parametrize(
    "typed",
    [
        "#1 接单\n#2 接单",
        "#1 回复 您好\n#2 备注 这人难缠",
        "#1 回复 好的 #2 解决",
        "#1 接单 好的",
        "#1 等待发货",
        "#1 误报了吗",
        "#99 回复 您好",
        "#0",
        "#999999999 接单",
        "# 回复",
        "#1 转 谁",
        "#1 稍后",
        "接单 #1",
        "回复 #1 您好",
        "1 接单",
        "1回复 您好",
        "解决1",
    ],
)
async def test_what_is_not_clear_does_nothing(build: Build, typed: str) -> None:
    town = await staffed(build)
    await complain(town)
    before = [dict(ticket) for ticket in await town.tickets()]
    await town.say("mei", typed, STAFF_ROOM)

    assert [dict(ticket) for ticket in await town.tickets()] == before
    assert town.told("zhang") == []
    assert "# 回复" in typed or town.heard_in(STAFF_ROOM)
