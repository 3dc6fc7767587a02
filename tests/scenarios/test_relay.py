"""Staff answer from their room; the member hears it privately, and each side hears how it went."""

from bot.message import Contact, Kind
from tests.conftest import FANS, STAFF_ROOM, Build, Town

ANGRY = "枕头用了两天就塌了，质量太差"


async def complain(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)
    town.said.clear()


async def test_from_claim_to_rating(town: Town) -> None:
    await complain(town)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    await town.say("mei", "#1 回复 您好，马上给您换一个新的", STAFF_ROOM)
    assert town.told("zhang") == ["您好，马上给您换一个新的"]
    assert "已送达" in town.heard_in(STAFF_ROOM)[-1]

    await town.say("zhang", "好的，什么时候寄？")
    assert "什么时候寄" in town.heard_in(STAFF_ROOM)[-1]
    assert town.heard_in(STAFF_ROOM)[-1].startswith("@小美\u2005")

    await town.say("mei", "#1 解决 今天寄出", STAFF_ROOM)
    assert town.told("zhang")[1] == "今天寄出"
    assert "1–5" in town.told("zhang")[2]
    await town.say("zhang", "5")

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.rating, ticket.assignee) == ("closed", 5, "mei")
    assert ticket.first_reply_at is not None
    assert town.heard_in(FANS) == []


async def test_only_reply_speaks_to_the_member(town: Town) -> None:
    await complain(town)
    for typed in (
        "#1 回覆 您好",
        "#1 您好",
        "#1 备注 这人是老客户",
        "#1",
        "工单",
        "#1回复",
        "您好",
    ):
        await town.say("mei", typed, STAFF_ROOM)

    assert town.told("zhang") == []
    assert any("没看懂" in text for text in town.heard_in(STAFF_ROOM))


async def test_full_width_and_tight_writing_are_understood(town: Town) -> None:
    await complain(town)
    await town.say("mei", "＃１　回复　您好", STAFF_ROOM)
    await town.say("mei", "#1回复在的", STAFF_ROOM)

    assert town.told("zhang") == ["您好", "在的"]


async def test_only_contact_ids_give_rights(town: Town) -> None:
    await complain(town)
    town.wechat.joins(STAFF_ROOM, [town.wechat.world.contact("wang")])
    await town.say("wang", "#1 回复 我是客服小美", STAFF_ROOM)

    assert town.told("zhang") == []
    assert "名单" in town.heard_in(STAFF_ROOM)[-1]
    [ticket] = await town.tickets()
    assert ticket.assignee == "mei"


async def test_a_command_of_staff_in_a_fan_group_is_not_obeyed(town: Town) -> None:
    await complain(town)
    await town.say("mei", "#1 回复 您好", FANS)

    assert town.said == []


async def test_a_ticket_that_does_not_exist(town: Town) -> None:
    await town.say("mei", "#99 接单", STAFF_ROOM)

    assert "没有工单 #99" in town.heard_in(STAFF_ROOM)[-1]


async def test_waiting_stops_when_the_member_answers(town: Town) -> None:
    await complain(town)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    await town.say("mei", "#1 等待", STAFF_ROOM)
    assert (await town.tickets())[0].state == "waiting"

    await town.say("zhang", "订单号是 123")

    assert (await town.tickets())[0].state == "claimed"


async def test_thanks_after_the_end_reopens_nothing_but_trouble_does(town: Town) -> None:
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "好的，谢谢！")
    assert (await town.tickets())[0].state == "resolved"

    await town.say("zhang", "等等，新的也塌了")

    assert (await town.tickets())[0].state == "claimed"
    assert any("重开" in text for text in town.heard_in(STAFF_ROOM))


async def test_pictures_go_both_ways(town: Town) -> None:
    await complain(town)
    await town.send("zhang", Kind.IMAGE, "塌了.jpg")
    [to_staff] = [letter for _, letter in town.said if letter.kind is Kind.IMAGE]
    assert to_staff.room == STAFF_ROOM

    picture = await town.send("mei", Kind.IMAGE, "面单.jpg", STAFF_ROOM)
    await town.say("mei", "#1 回复 这是新的面单", STAFF_ROOM, quote=picture.id)
    [_, to_member] = [letter for _, letter in town.said if letter.kind is Kind.IMAGE]
    assert (to_member.contact, to_member.room) == ("zhang", None)
    assert sum("已送达" in text for text in town.heard_in(STAFF_ROOM)) == 1


async def test_a_member_asks_for_progress_and_for_a_human(town: Town) -> None:
    await town.say("wang", "进度")
    assert "没有处理中的工单" in town.told("wang")[-1]

    await town.say("wang", "人工")
    [ticket] = await town.tickets()
    assert (ticket.topic, ticket.room) == ("human", None)

    await town.say("wang", "进度")
    assert "#1" in town.told("wang")[-1]


async def test_who_calls_for_a_person_he_has_already_is_not_left_without_a_word(town: Town) -> None:
    await complain(town)
    await town.say("zhang", "人工")

    assert town.told("zhang") == ["已经再提醒 小美，会尽快在这里回复您。"]
    assert "#1 张三：人工" in town.heard_in(STAFF_ROOM)[-1]


async def test_a_reply_that_cannot_arrive_is_told(town: Town) -> None:
    await complain(town)
    town.wechat.world.estrange("zhang")
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)

    assert town.told("zhang") == []
    assert "无法私信" in town.heard_in(STAFF_ROOM)[-1]
    [ticket] = await town.tickets()
    assert ticket.state == "awaiting-contact"


async def test_an_unsure_reply_is_told_and_not_repeated(town: Town) -> None:
    await complain(town)
    town.wechat.lose_acks(1)
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)
    await town.settle(3600)

    assert town.told("zhang") == ["您好"]
    assert any("不确定是否送达" in text for text in town.heard_in(STAFF_ROOM))


async def test_a_refused_reply_is_tried_again(town: Town) -> None:
    await complain(town)
    town.wechat.fail_sends(2)
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)

    assert town.told("zhang") == ["您好"]


async def test_what_the_bot_says_itself_confirms_what_was_in_doubt(town: Town) -> None:
    await complain(town)
    town.wechat.lose_acks(1)
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)
    await town.say("bot", "您好", None, to="zhang")

    states = {letter.key: letter.state for letter in await town.letters()}
    assert "unconfirmed" not in states.values()
    assert "已送达" in town.heard_in(STAFF_ROOM)[-1]


async def test_a_manager_silences_a_group(town: Town) -> None:
    await town.say("boss", "闭嘴 30", FANS)
    assert town.heard_in(FANS) == ["好的，30 分钟内我在本群不说话。"]
    await town.say("zhang", ANGRY, FANS)
    assert len(town.heard_in(FANS)) == 1
    assert len(await town.tickets()) == 1
    assert town.told("zhang")

    await town.say("boss", "说话", FANS)
    assert town.heard_in(FANS)[-1] == "我回来了。"


async def test_staff_may_work_in_private(build: Build) -> None:
    town = await build()
    await complain(town)
    await town.say("mei", "#1 回复 私下处理")

    assert town.told("zhang") == ["私下处理"]
    assert "已送达" in town.told("mei")[-1]


async def test_the_group_somebody_complained_in_is_told_though_nobody_told_he_joined(
    town: Town,
) -> None:
    town.wechat.world.know(Contact("n1", "周小雨", friend=True))
    town.wechat.world.rooms[FANS].let_in(["n1"])
    await town.say("n1", ANGRY, FANS)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    assert "周小雨 在这些群：枕头粉丝一群" in town.heard_in(STAFF_ROOM)[-1]


async def test_an_alert_may_be_quoted_instead_of_its_number(town: Town) -> None:
    """「接单」引用着 #1 的提醒发出来，从前没有人理。"""
    await town.say("zhang", ANGRY, FANS)
    alert = town.wechat.world.history(STAFF_ROOM)[-1]
    assert "#1" in alert.text
    await town.say("mei", "接单", STAFF_ROOM, quote=alert.id)
    await town.say("mei", "回复 您好，马上给您换", STAFF_ROOM, quote=alert.id)
    await town.say("mei", "这个客户我认识", STAFF_ROOM, quote=alert.id)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.assignee) == ("claimed", "mei")
    assert town.told("zhang")[-1] == "您好，马上给您换"


async def test_what_names_two_tickets_does_not_say_which(town: Town) -> None:
    await complain(town)
    listed = await town.say("mei", "看看 #1 和 #2 是不是同一个人", STAFF_ROOM)
    await town.say("mei", "接单", STAFF_ROOM, quote=listed.id)

    [ticket] = await town.tickets()
    assert ticket.state == "open"
    assert "前面要写工单号" in town.heard_in(STAFF_ROOM)[-1]
