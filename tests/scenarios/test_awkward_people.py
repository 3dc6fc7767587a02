"""People as they are: with odd names, calling for a person in the group, renaming it."""

from functools import partial

import pytest

from bot.message import Contact, Kind
from bot.storage.forget import forget
from tests.conftest import FANS, FANS_2, STAFF_ROOM, TRAINEES, Build
from tests.scenarios.desk import ANGRY, STAFF, complain, last_in, staffed


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


@pytest.mark.parametrize(
    "words", ["我要人工", "有人工客服吗？", "转人工客服", "客服在吗", "客服", "有人吗"]
)
async def test_a_person_is_called_in_many_words(build: Build, words: str) -> None:
    """「我要人工」 was answered with 「需要人工客服请回复「人工」」."""
    town = await staffed(build)
    await town.say("zhang", words)

    assert [ticket.topic for ticket in await town.tickets()] == ["human"]


@pytest.mark.parametrize(
    "words", ["真人", "客服", "人工智能", "是真人吗？", "投诉他", "找人", "有人吗"]
)
async def test_talk_in_a_group_calls_nobody(build: Build, words: str) -> None:
    town = await staffed(build)
    await town.say("zhang", words, FANS)

    assert await town.tickets() == []


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


@pytest.mark.parametrize("typed", ["#1 解决了", "#1解决啦！", "#1 回复了", "#1 解决了，他说谢谢"])
async def test_a_verb_as_it_is_spoken_sends_nothing_of_itself(build: Build, typed: str) -> None:
    """「#1 解决了」 sent the member a single 「了」."""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", typed, STAFF_ROOM)

    assert not any(text == "了" or "他说" in text for text in town.told("zhang"))
    assert (await town.tickets())[0].state == (
        "open" if "他" in typed or "回复" in typed else "resolved"
    )


@pytest.mark.parametrize(
    "typed",
    [
        "#1回复他了",
        "#1 回复过了",
        "#1 回复他，明天到",
        "#1 回复一下他",
        "#1 解决得差不多了",
        "#1解决方案是换新",
    ],
)
async def test_talk_about_a_reply_is_no_reply(build: Build, typed: str) -> None:
    """「#1回复他了」 sent the member 「他了」, and 「#1 解决得差不多了」 ended his ticket."""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", typed, STAFF_ROOM)

    assert town.told("zhang") == []
    assert "什么也没有做" in last_in(town)
    assert (await town.tickets())[0].state == "open"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("#1回复您好", "您好"),
        ("#1 回复 他们明天给您打电话", "他们明天给您打电话"),
        ("#1回复：一下午都在查，明天到", "一下午都在查，明天到"),
        ("#1回复不好意思久等了", "不好意思久等了"),
        ("#1回复没问题", "没问题"),
    ],
)
async def test_a_reply_without_a_blank_is_a_reply(build: Build, typed: str, said: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", typed, STAFF_ROOM)

    assert town.told("zhang") == [said]


@pytest.mark.parametrize(
    "typed",
    ["转 小红吧", "转交小红", "转给 @小红 了", "转到 小红。", "转给小红处理一下", "转 小红，她熟"],
)
async def test_a_ticket_is_passed_on_in_spoken_words(build: Build, typed: str) -> None:
    """「#1 转 小红吧」 found nobody called 「小红吧」."""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", f"#1 {typed}", STAFF_ROOM)

    assert (await town.tickets())[0].assignee == "hong"


async def test_a_ticket_is_not_passed_to_who_would_give_it_back_at_once(build: Build) -> None:
    """「已转给 阿宝」 was followed by 「阿宝 已下班，改由 小美 负责」 in the same second."""
    away = {"id": "bao", "name": "阿宝", "off": ["2026-11-23"]}
    town = await staffed(build, staff=[*STAFF, away])
    await complain(town)
    await town.say("mei", "#1 转 阿宝", STAFF_ROOM)

    assert "没有转：阿宝 现在不在班" in last_in(town)
    assert (await town.tickets())[0].assignee == "mei"


async def test_two_who_answer_at_once_are_told_of_each_other_once(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    for staff in ("mei", "hong", "mei", "hong"):
        await town.say(staff, f"#1 回复 您好，我是{staff}", STAFF_ROOM)

    assert len([text for text in town.heard_in(STAFF_ROOM) if "商量一下" in text]) == 1


async def test_what_wechat_says_of_a_new_friend_is_no_word_of_his(build: Build) -> None:
    """「我通过了你的朋友验证请求」 was answered with the menu, or passed on to the staff."""
    town = await staffed(build)
    await town.say("zhang", "我通过了你的朋友验证请求，现在我们可以开始聊天了")
    assert town.said == []

    await town.say("li", ANGRY, FANS)
    town.wechat.world.befriend("li")
    town.said.clear()
    await town.say("li", "我通过了你的朋友验证请求，现在我们可以开始聊天了")
    assert town.told("li")[0].startswith("李四 您好，我是枕头粉丝一群的群管家")
    assert not any("验证请求" in text for text in town.heard_in(STAFF_ROOM))


async def test_a_voice_message_in_private_is_not_met_with_silence(build: Build) -> None:
    town = await staffed(build)
    await town.send("zhang", Kind.VOICE, "1.mp3")

    assert "人工" in town.told("zhang")[-1]


async def test_the_ticket_of_who_was_erased_ends(build: Build) -> None:
    """It went on waiting for nobody, and its clocks called lead and manager."""
    town = await staffed(build, digest="")
    await complain(town)
    await town.say("wang", ANGRY, FANS)
    await town.say("mei", "#1 合并 #2", STAFF_ROOM)
    await town.say("li", ANGRY, FANS)
    for contact in ("zhang", "li"):
        await town.storage.transact(partial(forget, contact=contact))
    town.said.clear()
    await town.settle(6 * 3600)

    states = {ticket.number: str(ticket.state) for ticket in await town.tickets()}
    assert states == {1: "open", 2: "closed", 3: "closed"}  # #1 goes on for 王五
    assert not any("#3" in text for text in town.heard_in(STAFF_ROOM))
    await town.say("mei", "#3", STAFF_ROOM)
    assert "客户：（已删除）" in last_in(town)
    assert "[]" not in last_in(town)
    await town.say("mei", "#3 重开", STAFF_ROOM)
    assert "客户已经删除" in last_in(town)


@pytest.mark.parametrize("call", ["@小群\u2005人工", "@小群\u2005转接人工客服", "怎么联系人工客服"])
async def test_a_call_that_addresses_the_bot_is_heard(build: Build, call: str) -> None:
    """「@小群 人工」 in the group was heard by nobody."""
    town = await staffed(build)
    await town.say("zhang", call, FANS, mentions=("bot",) if "@" in call else ())

    assert [ticket.topic for ticket in await town.tickets()] == ["human"]


async def test_a_word_to_another_member_is_no_call(build: Build) -> None:
    town = await staffed(build)
    await town.say("zhang", "@李四\u2005投诉", FANS, mentions=("li",))

    assert await town.tickets() == []


async def test_who_asks_for_a_machine_hears_that_it_is_one(build: Build) -> None:
    """「你是机器人吗」 got the menu privately, and 「我拿不准，已经请同事来看」 in the group."""
    town = await staffed(build)
    await town.say("zhang", "你是机器人吗？")
    await town.say("wang", "@小群\u2005你是真人吗", FANS, mentions=("bot",))

    assert "自动回复的程序" in town.told("zhang")[0]
    assert "自动回复的程序" in town.heard_in(FANS)[-1]
    assert town.heard_in(STAFF_ROOM) == []
