"""A member complains in a fan group; the group hears one calm line, the rest is private."""

from bot.message import Kind
from tests.conftest import FANS, FANS_2, STAFF_ROOM, TRAINEES, Build, Town

ANGRY = "枕头用了两天就塌了，质量太差"


async def test_a_friend_is_spoken_to_privately(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)

    [ticket] = await town.tickets()
    assert (ticket.number, ticket.member, ticket.topic, ticket.state) == (
        1,
        "zhang",
        "quality",
        "open",
    )
    assert town.heard_in(FANS) == ["@张三\u2005您好，已安排专人联系您，请留意私信。"]
    [handoff] = town.told("zhang")
    assert "工单号 #1" in handoff
    [alert] = town.heard_in(STAFF_ROOM)
    assert ANGRY in alert
    assert "塌了" in alert
    assert "枕头粉丝一群" in alert


async def test_the_line_in_the_group_repeats_nothing_of_the_complaint(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)

    [line] = town.heard_in(FANS)
    assert not set("塌差质量枕头两天") & set(line)


async def test_a_group_hears_one_line_in_ten_minutes(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)
    await town.say("wang", "我的也坏了", FANS)
    assert len(town.heard_in(FANS)) == 1
    assert [ticket.member for ticket in await town.tickets()] == ["zhang", "wang"]

    await town.say("wang", "我的在这个群也坏了", FANS_2)
    await town.settle(600)
    await town.say("li", "我的枕头也坏了", FANS)

    assert len(town.heard_in(FANS)) == 2


async def test_a_stranger_is_asked_for_friendship_and_then_spoken_to(town: Town) -> None:
    await town.say("li", ANGRY, FANS)

    [ticket] = await town.tickets()
    assert ticket.state == "awaiting-contact"
    assert town.told("li") == []
    [request] = town.done("add-friend")
    assert (request.contact, request.room) == ("li", FANS)
    assert "#1" in request.text
    [line] = town.heard_in(FANS)
    assert line.startswith("@李四\u2005")
    assert "好友申请" in line

    town.wechat.confirms("li")
    await town.settle()

    [ticket] = await town.tickets()
    assert ticket.state == "open"
    assert ticket.private_at is not None
    assert "工单号 #1" in town.told("li")[0]


async def test_later_complaints_of_the_same_person_join_the_ticket(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)
    await town.settle(1200)
    await town.say("zhang", "怎么没人管，真的太差了", FANS)

    [ticket] = await town.tickets()
    assert ticket.messages == 2
    assert len(town.heard_in(FANS)) == 1
    assert "怎么没人管" in town.heard_in(STAFF_ROOM)[-1]


async def test_staff_and_managers_open_no_tickets_by_talking(town: Town) -> None:
    await town.say("mei", ANGRY, FANS)
    await town.say("boss", ANGRY, FANS)
    await town.say("lin", ANGRY, TRAINEES)

    assert await town.tickets() == []


async def test_a_training_group_complains_only_where_a_rule_says_so(town: Town) -> None:
    await town.say("zhang", "客户说枕头塌了，要退款", TRAINEES)
    assert await town.tickets() == []

    await town.say("zhang", "我用了脸上过敏", TRAINEES)
    [ticket] = await town.tickets()
    assert (ticket.topic, ticket.severity) == ("health", 3)


async def test_a_repeated_delivery_changes_nothing(town: Town) -> None:
    message = await town.say("zhang", ANGRY, FANS)
    said = list(town.said)

    await town.app.take([message])
    await town.settle()

    assert town.said == said
    assert len(await town.tickets()) == 1


async def test_the_same_words_under_another_id_are_recorded_and_not_answered(town: Town) -> None:
    town.wechat.says("zhang", ANGRY, FANS)
    town.wechat.says("zhang", ANGRY, FANS)
    await town.settle()

    [ticket] = await town.tickets()
    assert ticket.messages == 1
    assert sorted(row.taken for row in await town.messages()) == ["complaint", "repeat"]


async def test_who_has_a_ticket_still_lives_in_his_groups(build: Build) -> None:
    """「收到」 of a member whose complaint is open was taken for a word on his ticket, and lost."""
    faq = [{"id": "wash", "question": ["枕头可以机洗吗"], "answer": "枕芯不可水洗。"}]
    town = await build(faq=faq)
    await town.say("zhang", ANGRY, FANS)
    await town.settle(600)
    await town.say("zhang", "枕头可以机洗吗", FANS)

    assert any("枕芯不可水洗" in text for text in town.heard_in(FANS))
    assert (await town.tickets())[0].messages == 1


async def test_who_talks_privately_may_chat_in_his_group_meanwhile(town: Town) -> None:
    await town.say("zhang", ANGRY, FANS)
    await town.settle(300)
    town.wechat.says("zhang", "订单号 88123")
    await town.settle(20)
    await town.say("zhang", "今天天气真好", FANS)

    assert (await town.tickets())[0].messages == 2
    assert not any("天气" in text for text in town.heard_in(STAFF_ROOM))


async def test_what_follows_within_a_minute_joins_the_ticket(town: Town) -> None:
    for text in (ANGRY, "订单号 88123", "上周四买的"):
        town.wechat.says("zhang", text, FANS)
        await town.settle(40)
    await town.settle(90)
    await town.say("zhang", "大家早上好", FANS)

    assert (await town.tickets())[0].messages == 3
    assert "上周四买的" in town.heard_in(STAFF_ROOM)[-1]


async def test_what_was_said_seconds_before_belongs_to_the_complaint(town: Town) -> None:
    """「我昨天收到的」「枕头」「塌了！」: only the last stood on the ticket."""
    for text in ("我昨天收到的", "枕头", "塌了！"):
        town.wechat.says("zhang", text, FANS)
        await town.settle(4)
    await town.settle()

    [ticket] = await town.tickets()
    assert ticket.messages == 3
    assert "「我昨天收到的\n枕头\n塌了！」" in town.heard_in(STAFF_ROOM)[0]


async def test_a_picture_just_before_belongs_to_it_and_what_was_taken_back_does_not(
    town: Town,
) -> None:
    town.wechat.says("zhang", "塌了.jpg", FANS, kind=Kind.IMAGE)
    slip = town.wechat.says("zhang", "我的手机号 13800000000", FANS)
    town.wechat.says("zhang", "", FANS, kind=Kind.RECALLED, quote=slip.id)
    await town.settle(4)
    await town.say("zhang", "塌了！", FANS)

    assert (await town.tickets())[0].messages == 2
    assert [letter.room for _, letter in town.said if letter.kind is Kind.IMAGE] == [STAFF_ROOM]
    assert not any("13800000000" in text for text in town.heard_in(STAFF_ROOM))


async def test_what_was_said_minutes_before_or_by_others_does_not(town: Town) -> None:
    await town.say("zhang", "大家早上好", FANS)
    town.wechat.says("wang", "早", FANS)
    await town.say("zhang", "塌了！", FANS)

    assert (await town.tickets())[0].messages == 1


async def test_a_name_said_just_before_keeps_the_ticket_from_her(town: Town) -> None:
    town.wechat.says("zhang", "客服小美根本不理我", FANS)
    await town.settle(5)
    await town.say("zhang", "枕头塌了", FANS)

    assert (await town.tickets())[0].barred == ["mei"]
    assert town.heard_in(STAFF_ROOM) == []


async def test_what_was_said_privately_before_asking_for_a_person_is_seen_by_him(
    town: Town,
) -> None:
    await town.say("wang", "在吗")
    await town.say("wang", "我上周买的云朵枕没到")
    await town.say("wang", "人工")

    assert "在吗\n我上周买的云朵枕没到\n人工" in town.heard_in(STAFF_ROOM)[0]


async def test_what_is_said_later_makes_it_graver(build: Build) -> None:
    """First 「人工」, then 「用了脸上过敏」: it stayed as mild as it began."""
    town = await build()
    await town.say("wang", "人工")
    await town.say("wang", "用了你们的枕头脸上过敏", FANS)

    [ticket] = await town.tickets()
    assert (ticket.topic, ticket.severity) == ("health", 3)
    assert any("升为「紧急」" in text for text in town.heard_in(STAFF_ROOM))
    await town.settle(6 * 60)
    assert any("承诺 7 分钟" in text for text in town.heard_in(STAFF_ROOM))
