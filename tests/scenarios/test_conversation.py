"""Talking with a member: folded, recalled, put off, merged, reopened, closed, thanked."""

import pytest

from bot.message import Kind
from bot.storage.forget import forget
from tests.conftest import FANS, STAFF_ROOM, Build, Town
from tests.scenarios.desk import ANGRY, STAFF, last_in, staffed, until

SNIPPETS = [{"key": "发货", "text": "{name} 您好，工单 {ticket} 今天发货，{staff} 跟进。"}]


async def complain(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)
    town.said.clear()


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


@pytest.mark.parametrize("typed", ["", "很久", "0m", "99d", "-1h"])
async def test_how_long_must_be_said(build: Build, typed: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", f"#1 稍后 {typed}", STAFF_ROOM)

    assert "稍后 2h" in last_in(town)
    assert (await town.tickets())[0].snoozed_until is None


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
    await town.say("mei", "#2 重开", STAFF_ROOM)
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


async def test_a_picture_that_cannot_be_passed_on_is_told(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    picture = town.wechat.says("zhang", "塌了.jpg", kind=Kind.IMAGE)
    del town.wechat.world._said[picture.id]
    await town.settle()

    assert any("张三 发来的图片没能转过来" in text for text in town.heard_in(STAFF_ROOM))
    assert not any("【紧急】" in text for text in town.told("lin"))


async def test_a_false_alarm_ends_without_a_rating(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 误报", STAFF_ROOM)
    await town.settle(86400)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.false_alarm, ticket.topic) == ("closed", True, "quality")
    assert not any("1–5" in text for text in town.told("zhang"))
    await town.say("zhang", "那枕套怎么洗")
    assert (await town.tickets())[0].state == "closed"


async def test_solved_tickets_reopen_within_seven_days_by_an_answer(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.settle(6 * 86400)
    await town.say("zhang", "又不行了")
    assert (await town.tickets())[0].state == "claimed"

    await town.say("mei", "#1 解决", STAFF_ROOM)
    assert len([text for text in town.told("zhang") if "1–5" in text]) == 1
    await town.settle(8 * 86400)
    assert (await town.tickets())[0].state == "closed"
    await town.say("zhang", "你们家枕套有别的颜色吗")
    assert len(await town.tickets()) == 1
    assert (await town.tickets())[0].state == "closed"


async def test_silence_closes_with_a_warning_half_way(build: Build) -> None:
    town = await staffed(build, silence="4d")
    await complain(town)
    await town.say("mei", "#1 回复 请发订单号", STAFF_ROOM)
    await town.say("mei", "#1 等待", STAFF_ROOM)
    await town.settle(2 * 86400 + 60)
    assert "2 天内没有收到" in town.told("zhang")[-1]
    assert (await town.tickets())[0].state == "waiting"
    await town.settle(2 * 86400 + 60)

    assert (await town.tickets())[0].state == "closed"
    assert "先关闭了" in town.told("zhang")[-1]
    assert any("一直没有回复" in text for text in town.heard_in(STAFF_ROOM))
    await town.say("zhang", "不好意思，订单号 123")
    assert (await town.tickets())[0].state == "claimed"


async def test_nights_are_left_alone(build: Build) -> None:
    town = await staffed(build, silence="1d")
    await complain(town)
    await town.settle(3 * 3600)
    await town.say("mei", "#1 等待", STAFF_ROOM)  # half a day later it is past midnight
    await town.settle(13 * 3600)
    assert town.told("zhang") == []
    await town.settle(7 * 3600)

    assert len(town.told("zhang")) == 1


async def test_an_answer_ends_the_silence(build: Build) -> None:
    town = await staffed(build, silence="1d", idle="90h")
    await complain(town)
    await town.say("mei", "#1 等待", STAFF_ROOM)
    await town.say("zhang", "好的")
    assert (await town.tickets())[0].state == "waiting"
    await town.say("zhang", "订单号 123")
    await town.settle(2 * 86400)

    assert (await town.tickets())[0].state == "claimed"
    assert town.told("zhang") == []


async def test_thanks_in_the_group_only_with_consent(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "5")
    assert "「可以」" in town.told("zhang")[-1]
    assert town.heard_in(FANS) == []
    await town.say("zhang", "可以")

    [line] = town.heard_in(FANS)
    assert line.startswith("谢谢 @张三\u2005")
    assert not set("塌差质量枕头两天") & set(line)
    await town.say("zhang", "可以")
    assert len(town.heard_in(FANS)) == 1


@pytest.mark.parametrize(
    ("answer", "rating"),
    [
        ("5分", 5),
        ("五", 5),
        ("五星好评！", 5),
        ("很满意", 5),
        ("非常满意，谢谢你们", 5),
        ("满意", 4),
        ("打4分吧", 4),
        ("３", 3),
        ("一般般吧", 3),
        ("1", 1),
    ],
)
async def test_ratings_are_read_as_people_write_them(
    build: Build, answer: str, rating: int
) -> None:
    """「很满意」 took the ticket up again."""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", answer)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.rating, ticket.reopened) == ("closed", rating, 0)


@pytest.mark.parametrize("words", ["谢谢，很好", "太棒了👍", "好的，收到了", "已经解决了，辛苦"])
async def test_kind_words_after_the_end_take_nothing_up_again(build: Build, words: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", words)
    assert (await town.tickets())[0].state == "resolved"

    await town.say("zhang", "5")
    assert (await town.tickets())[0].rating == 5


@pytest.mark.parametrize("words", ["不满意", "3天了还是没收到", "没解决啊", "5555"])
async def test_what_is_no_rating_takes_the_ticket_up_again(build: Build, words: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", words)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.rating) == ("open", None) or ticket.state == "claimed"


async def test_a_photo_after_the_end_takes_it_up_again_and_is_passed_on(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.send("zhang", Kind.IMAGE, "又塌了.jpg")

    assert (await town.tickets())[0].reopened == 1
    assert any(letter.kind is Kind.IMAGE for _, letter in town.said if letter.room == STAFF_ROOM)


async def test_a_second_rating_changes_nothing(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "2")
    await town.say("zhang", "5")

    assert (await town.tickets())[0].rating == 2
    assert "已经记下您的评分（2 分）" in town.told("zhang")[-1]


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


async def test_what_is_asked_at_night_waits_for_the_morning(build: Build) -> None:
    town = await staffed(build, digest="")
    await complain(town)
    await until(town, "2026-11-23 23:30")
    await town.say("mei", "#1 解决", STAFF_ROOM)
    assert town.told("zhang") == []
    await until(town, "2026-11-24 08:01")
    assert "1–5" in town.told("zhang")[-1]

    await until(town, "2026-11-24 22:40")
    await town.say("zhang", "5")
    await town.say("zhang", "可以，谢谢")
    assert town.heard_in(FANS) == []
    await until(town, "2026-11-25 08:01")
    assert len(town.heard_in(FANS)) == 1


async def test_who_names_an_agent_when_he_comes_back_is_kept_from_her(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "没解决，小美态度还特别恶劣")

    [ticket] = await town.tickets()
    assert (ticket.barred, ticket.assignee) == (["mei"], "hong")
    assert not any("恶劣" in text for text in town.heard_in(STAFF_ROOM))
    assert any("恶劣" in text for text in town.told("hong"))


async def test_a_ticket_whose_owner_left_is_taken_up_by_another(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.configure(support={"room": STAFF_ROOM, "staff": STAFF[1:]})
    await town.say("zhang", "还是塌的")

    assert (await town.tickets())[0].assignee == "hong"
    assert "已不在客服名单，改由 小红 负责" in "\n".join(town.heard_in(STAFF_ROOM))


async def test_who_reopens_what_nobody_owns_owns_it(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.configure(support={"room": STAFF_ROOM, "staff": STAFF[1:]})
    await town.say("lin", "#1 重开", STAFF_ROOM)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.assignee) == ("claimed", "lin")


@pytest.mark.parametrize("answers", [["2"], ["5", "不可以"], ["5", "好的"], []])
async def test_without_consent_the_group_hears_nothing(build: Build, answers: list[str]) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    for answer in answers:
        await town.say("zhang", answer)
    await town.settle(2 * 86400)
    await town.say("zhang", "可以")

    assert town.heard_in(FANS) == []


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


async def test_an_ended_ticket_takes_no_command_but_to_reopen(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "5")
    town.said.clear()
    for typed in ("接单", "回复 您好", "转 小红", "等待", "解决", "误报", "稍后 2h", "合并 #1"):
        await town.say("mei", f"#1 {typed}", STAFF_ROOM)
        assert "已经结束" in last_in(town) or "并入它自己" in last_in(town)
    assert town.told("zhang") == []

    await town.say("mei", "#1 重开", STAFF_ROOM)
    assert (await town.tickets())[0].state == "claimed"
