"""Training groups: receipts and who is missing, homework, quizzes, and the way to distributor."""

from typing import Any

from bot.message import Contact, Kind
from bot.storage.tables import Answered, Call, Standing
from tests.conftest import FANS, STAFF_ROOM, TRAINEES, Build, Town

COURSE: dict[str, Any] = {
    "notices": [
        {
            "id": "lesson1",
            "title": "第一课",
            "scenario": "content",
            "at": "2026-11-23T11:00:00+08:00",
            "groups": ["training"],
            "text": "今天学第一课，学完请回复已学习。",
        }
    ],
    "courses": [{"id": "basic", "title": "入门课", "lessons": ["lesson1"], "homework": 1}],
}
QUIZ: dict[str, Any] = {
    "quizzes": [
        {
            "id": "height",
            "question": "侧睡选多高？",
            "choices": ["6 厘米", "10 厘米"],
            "answer": "B",
            "explanation": "侧睡要填满肩膀到头的空。",
        }
    ]
}


async def paths(town: Town) -> dict[str, str]:
    return {row.contact: row.stage for row in await town.rows(Standing) if row.kind == "path"}


async def test_a_call_to_everybody_is_named_by_what_it_says(town: Town) -> None:
    await town.say("boss", "@所有人 周三晚上八点直播，收到请回复", TRAINEES)

    assert [call.title for call in await town.rows(Call)] == ["周三晚上八点直播"]


async def test_a_managers_call_is_confirmed_and_the_missing_are_chased(town: Town) -> None:
    await town.say("boss", "周三晚上八点直播，收到请回复", TRAINEES)
    await town.say("zhang", "收到！", TRAINEES)
    await town.say("zhang", "收到", TRAINEES)
    assert town.heard_in(TRAINEES) == []
    await town.settle(4 * 3600)

    assert town.told("zhang") == []
    assert town.told("li") == [], "he is no friend and cannot be written to"
    assert any("1/2" in text and "李四" in text for text in town.told("boss"))
    assert len(await town.rows(Answered)) == 1


async def test_who_is_missing_and_a_friend_is_reminded_once_and_not_at_night(build: Build) -> None:
    town = await build(training={"chase_after": "13h"})
    await town.say("boss", "作息表发群里了，收到请回复", TRAINEES)
    await town.settle(14 * 3600)
    assert town.told("zhang") == []
    await town.settle(12 * 3600)

    assert len([text for text in town.told("zhang") if "还差您的回执" in text]) == 1


async def test_a_thousand_reminders_a_day_are_not_sent(build: Build) -> None:
    town = await build(training={"chases_a_day": 1})
    await town.say("boss", "通知一，收到请回复", FANS)
    await town.say("boss", "通知二，收到请回复", TRAINEES)
    await town.settle(5 * 3600)

    reminded = [t for who in ("zhang", "wang") for t in town.told(who) if "还差您的回执" in t]
    assert len(reminded) == 1


async def test_who_was_reminded_may_confirm_privately(town: Town) -> None:
    town.wechat.world.rooms[TRAINEES].let_in(["wang"])
    await town.app.take([town.wechat.world.describe(TRAINEES, town.clock())])
    await town.say("boss", "下周考核，收到请回复", TRAINEES)
    await town.say("wang", "收到")
    assert await town.rows(Answered) == []
    await town.settle(5 * 3600)
    assert "还差您的回执" in town.told("wang")[-1]
    await town.say("wang", "收到。")

    assert town.told("wang")[-1] == "好的，「下周考核」的回执记上了。"
    assert [answer.member for answer in await town.rows(Answered)] == ["wang"]


async def test_who_is_missing_is_told_privately_only(town: Town) -> None:
    await town.say("boss", "下周考核，收到请回复", TRAINEES)
    await town.say("zhang", "收到", TRAINEES)
    await town.say("boss", "回执", TRAINEES)

    assert town.heard_in(TRAINEES) == []
    assert "李四" in town.told("boss")[-1]


async def test_a_lesson_is_called_when_it_is_posted_and_the_course_qualifies(build: Build) -> None:
    town = await build(**COURSE)
    await town.settle(2 * 3600)
    assert [call.item for call in await town.rows(Call)] == ["lesson1:2026-11-23"]

    await town.say("zhang", "已学习", TRAINEES)
    assert await paths(town) == {"zhang": "learning"}
    await town.send("zhang", Kind.IMAGE, "", TRAINEES)
    await town.say("zhang", "交作业", TRAINEES)
    assert "作业已收到，第 1 份" in town.heard_in(TRAINEES)[-1]
    assert await paths(town) == {"zhang": "qualified"}

    await town.say("boss", "学完 basic")
    assert "张三" in town.told("boss")[-1]


async def test_the_way_to_distributor_is_listed_and_corrected_by_managers(build: Build) -> None:
    traits = [
        {
            "side": "behaviour",
            "name": "开单",
            "words": ["开单了"],
            "none": ["吗"],
            "makes": "first-sale",
        }
    ]
    town = await build(traits=traits)
    await town.say("zhang", "今天开单了！", TRAINEES)
    await town.settle(86_400)
    assert await paths(town) == {"zhang": "first-sale", "li": "newcomer"}

    await town.settle(15 * 86_400)
    await town.say("boss", "阶段")
    told = town.told("boss")[-1]
    assert "新人 1 人" in told
    assert "停了 14 天以上（李四 15 天）" in told

    await town.say("boss", "阶段 李四 学习")
    assert (await paths(town))["li"] == "learning"
    await town.say("zhang", "阶段 李四 活跃")
    assert (await paths(town))["li"] == "learning"


async def test_a_quiz_counts_the_first_answer_and_names_nobody(build: Build) -> None:
    town = await build(**QUIZ)
    await town.say("boss", "测验 height", TRAINEES)
    assert "A. 6 厘米" in town.heard_in(TRAINEES)[-1]
    await town.say("zhang", "Ｂ", TRAINEES)
    await town.say("zhang", "a", TRAINEES)
    await town.say("li", "A", TRAINEES)
    await town.settle(600)

    result = town.heard_in(TRAINEES)[-1]
    assert "2 人作答，1 人答对（50%）" in result
    assert "张三" not in result
    await town.say("li", "B", TRAINEES)
    assert len(await town.rows(Answered)) == 2


async def test_letters_mean_nothing_without_a_quiz(build: Build) -> None:
    town = await build(**QUIZ)
    await town.say("zhang", "B", TRAINEES)
    await town.say("boss", "测验 nothing", TRAINEES)

    assert town.heard_in(TRAINEES) == []
    assert "没有叫「nothing」的测验" in town.told("boss")[-1]
    assert town.heard_in(STAFF_ROOM) == []


async def test_names_that_do_not_fit_are_asked_for_in_the_morning_not_every_day(
    build: Build,
) -> None:
    town = await build(training={"nickname": ["门店", "姓名"]})
    await town.settle(3 * 86_400)

    [asked] = [text for text in town.told("zhang") if "门店-姓名" in text]
    assert "经销商训练营" in asked
    assert town.told("li") == []


async def test_a_manager_alone_asks_who_is_missing_in_any_group(build: Build) -> None:
    """「回执」 in private was answered with the commands on tickets."""
    town = await build()
    await town.say("boss", "回执")
    assert town.told("boss")[-1] == "还没有哪个群有需要回执的课程。"
    await town.say("boss", "明早交货单，收到请回复", TRAINEES)
    await town.say("zhang", "收到", TRAINEES)
    await town.say("boss", "回执")
    assert town.told("boss")[-1].startswith("经销商训练营：「明早交货单")
    assert "已回执 1/2" in town.told("boss")[-1]


async def test_a_lesson_for_newcomers_asks_nobody_else_for_a_receipt(build: Build) -> None:
    """「已回执 0/4，还没有的：新学员、李四、王五、张三」: three had had that lesson long before."""
    lesson = {**COURSE["notices"][0], "after_join": "1d 10:00"}
    del lesson["at"]
    town = await build(notices=[lesson], courses=COURSE["courses"])
    town.wechat.joins(TRAINEES, [Contact("new", "新学员", friend=True)])
    await town.settle(86_400)
    town.wechat.joins(TRAINEES, [Contact("newer", "后来的", friend=True)])
    await town.settle(3 * 3600)
    assert not any("已回执" in text for text in town.told("boss"))
    await town.settle(3 * 3600)
    [told] = [text for text in town.told("boss") if "已回执" in text]
    assert told.endswith("已回执 0/1。还没有的：新学员")
    assert not any("还差您的回执" in text for text in town.told("zhang"))

    await town.settle(86_400 - 3600)
    await town.say("new", "已学习", TRAINEES)
    calls = {call.id: call.item for call in await town.rows(Call)}
    [answered] = await town.rows(Answered)
    assert calls[answered.call] == "lesson1:2026-11-24"
