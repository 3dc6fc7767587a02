"""Questions are answered where the bot is sure; else it is silent, or a person is called."""

from pathlib import Path
from typing import Any

import pytest

from bot.storage.forget import forget
from bot.storage.tables import Learned, RoomDay
from tests.conftest import FANS, FANS_2, SETTINGS, STAFF_ROOM, TRAINEES, Build, Town

WASH = "枕芯不可水洗，枕套可以轻柔机洗。"
FAQ: dict[str, Any] = {
    "faq": [
        {"id": "wash", "question": ["枕头可以机洗吗", "枕头怎么清洗"], "answer": WASH},
        {"id": "ship", "question": ["几天能到", "什么时候发货"], "answer": "48 小时内发货。"},
        {
            "id": "agent",
            "question": ["怎么做经销商"],
            "answer": "{name}，先参加训练营。",
            "groups": ["training"],
        },
    ],
    "rules": [*SETTINGS["rules"], {"id": "asks", "label": "question", "any": ["吗", "怎么"]}],
}


@pytest.fixture
async def asked(build: Build) -> Town:
    """A town that knows some answers."""
    return await build(**FAQ)


async def test_a_question_it_knows_is_answered_to_who_asked(asked: Town) -> None:
    await asked.say("zhang", "请问枕头能机洗吗？", FANS)

    assert asked.heard_in(FANS) == [f"@张三\u2005{WASH}"]


@pytest.mark.parametrize(
    "text",
    ["被子可以机洗吗", "枕头好看吗", "今天吃什么呢", "机洗", "我家枕头也是这款", "大家好"],
)
async def test_where_it_is_not_sure_it_is_silent(asked: Town, text: str) -> None:
    await asked.say("zhang", text, FANS)

    assert asked.heard_in(FANS) == []


@pytest.mark.parametrize(
    "text", ["三天了什么时候发货啊，客服死了吗", "到底什么时候发货？", "什么时候发货，怎么还没发"]
)
async def test_who_is_impatient_gets_a_person_and_no_ready_answer(asked: Town, text: str) -> None:
    """The group was told 「48 小时内发货」 by the bot when somebody had waited for three days."""
    await asked.say("zhang", text, FANS)

    assert asked.heard_in(FANS) == []
    assert text in asked.heard_in(STAFF_ROOM)[-1]
    await asked.say("zhang", text)
    assert "48 小时" not in "".join(asked.told("zhang"))


async def test_who_cannot_decide_is_not_impatient(asked: Town) -> None:
    """「到底怎么洗枕头」 only called the staff."""
    await asked.say("zhang", "枕头到底怎么洗，怎么清洗", FANS)

    assert asked.heard_in(FANS) == [f"@张三\u2005{WASH}"]


async def test_what_is_asked_of_another_member_is_his_to_answer(asked: Town) -> None:
    await asked.say("zhang", "@王五\u2005 你的枕头怎么清洗", FANS, mentions=("wang",))
    assert asked.heard_in(FANS) == []
    await asked.say("zhang", "@小美\u2005 枕头怎么清洗", FANS, mentions=("mei",))
    assert asked.heard_in(FANS) == [f"@张三\u2005{WASH}"]


async def test_who_complained_before_is_answered_when_he_asks_later(asked: Town) -> None:
    await asked.say("zhang", "枕头塌了", FANS)
    await asked.settle(600)
    await asked.say("zhang", "请问枕头能机洗吗？", FANS)

    assert asked.heard_in(FANS)[-1] == f"@张三\u2005{WASH}"
    [ticket] = await asked.tickets()
    assert ticket.messages == 1


async def test_an_answer_for_other_groups_is_not_given(asked: Town) -> None:
    await asked.say("zhang", "怎么做经销商", FANS)
    assert asked.heard_in(FANS) == []
    await asked.say("zhang", "怎么做经销商", TRAINEES)
    assert asked.heard_in(TRAINEES) == ["@张三\u2005张三，先参加训练营。"]


async def test_an_answer_for_a_group_is_given_privately_to_its_members_only(build: Build) -> None:
    """「代理有什么条件」 told the terms of the training group to whoever asked privately."""
    terms = {"id": "terms", "question": ["代理有什么条件"], "answer": "拿货 36 元一个。"}
    town = await build(faq=[{**terms, "groups": ["training"]}, *FAQ["faq"][:2]])
    await town.say("wang", "代理有什么条件")
    assert "36 元" not in "".join(town.told("wang"))
    assert "人工" in town.told("wang")[-1]
    await town.say("wang", "枕头可以机洗吗")
    assert town.told("wang")[-1] == WASH

    await town.say("zhang", "代理有什么条件")
    assert town.told("zhang") == ["拿货 36 元一个。"]


async def test_who_left_the_group_is_not_told_its_answers_any_more(build: Build) -> None:
    terms = {"id": "terms", "question": ["代理有什么条件"], "answer": "拿货 36 元一个。"}
    town = await build(faq=[{**terms, "groups": ["training"]}])
    town.wechat.leaves(TRAINEES, ["zhang"])
    await town.say("zhang", "代理有什么条件")

    assert "36 元" not in "".join(town.told("zhang"))


async def test_a_group_s_own_answer_is_given_privately_before_that_of_others(build: Build) -> None:
    asked = {"question": ["保修多久"]}
    fan = {"id": "fan", **asked, "answer": "保修一年。", "groups": ["fan"]}
    training = {"id": "training", **asked, "answer": "保修三年。", "groups": ["training"]}
    town = await build(faq=[training, fan])
    await town.say("wang", "保修多久呢")

    assert town.told("wang") == ["保修一年。"]


async def test_the_same_answer_is_not_given_twice_within_minutes(asked: Town) -> None:
    await asked.say("zhang", "枕头可以机洗吗", FANS)
    await asked.say("wang", "枕头怎么清洗呀", FANS)
    assert len(asked.heard_in(FANS)) == 1
    await asked.say("wang", "枕头怎么清洗", FANS_2)
    assert len(asked.heard_in(FANS_2)) == 1

    await asked.settle(300)
    await asked.say("li", "枕头怎么清洗呢", FANS)
    assert len(asked.heard_in(FANS)) == 2


async def test_two_bots_do_not_talk_for_ever(asked: Town) -> None:
    for number in range(10):
        text = "枕头可以机洗吗" if number % 2 else "几天能到"
        await asked.say("zhang", f"{text}{'？' * (number + 1)}", FANS)
    assert len(asked.heard_in(FANS)) <= 3


async def test_a_silenced_group_gets_no_answers(asked: Town) -> None:
    await asked.say("boss", "闭嘴 30", FANS)
    before = len(asked.heard_in(FANS))
    await asked.say("zhang", "枕头可以机洗吗", FANS)

    assert len(asked.heard_in(FANS)) == before


async def test_a_complaint_gets_a_ticket_and_no_answer(asked: Town) -> None:
    await asked.say("zhang", "枕头机洗以后塌了，怎么清洗都没用，质量太差", FANS)

    assert len(await asked.tickets()) == 1
    assert WASH not in "".join(asked.heard_in(FANS) + asked.told("zhang"))


async def test_who_asks_the_bot_and_it_does_not_know_gets_a_person(asked: Town) -> None:
    await asked.say("zhang", "@小群\u2005 这个枕头含荧光剂吗？", FANS, mentions=("bot",))

    [line] = asked.heard_in(FANS)
    assert "已经请同事来看" in line
    assert "荧光剂" not in line
    assert "这个枕头含荧光剂吗" in asked.heard_in(STAFF_ROOM)[-1]

    await asked.say("li", "@小群\u2005 那有没有认证？", FANS, mentions=("bot",))
    assert len(asked.heard_in(FANS)) == 1
    assert len(asked.heard_in(STAFF_ROOM)) == 2


async def test_privately_a_known_question_is_answered_and_others_go_to_people(asked: Town) -> None:
    await asked.say("zhang", "枕头可以机洗吗")
    assert asked.told("zhang") == [WASH]
    await asked.say("zhang", "你们在几楼")
    assert "人工" in asked.told("zhang")[-1]


async def test_a_managers_answer_is_kept_and_given_once_approved(asked: Town) -> None:
    question = await asked.say("zhang", "枕头可以放在阳台暴晒吗", FANS)
    await asked.say("boss", "乳胶不能暴晒，放阴凉通风处 #收录", FANS, quote=question.id)
    assert "收录 1 通过" in asked.told("boss")[-1]
    await asked.say("li", "枕头可以暴晒吗，阳台", FANS)
    assert asked.heard_in(FANS) == []

    await asked.say("zhang", "收录 1 通过")
    await asked.say("boss", "收录 1 通过")
    await asked.say("wang", "枕头能放阳台暴晒吗", FANS)
    assert "不能暴晒" in asked.heard_in(FANS)[-1]


async def test_a_members_good_answer_is_kept_with_the_question_before_it(asked: Town) -> None:
    await asked.say("zhang", "枕头有甲醛检测报告吗", FANS)
    answer = await asked.say("wang", "有的，盒子里那张纸就是", FANS)
    await asked.say("boss", "#收录", FANS, quote=answer.id)

    told = asked.told("boss")[-1]
    assert "问：枕头有甲醛检测报告吗" in told
    assert "答：有的" in told


async def test_what_nobody_answered_is_listed_by_theme(asked: Town) -> None:
    await asked.say("zhang", "枕头含荧光剂吗", FANS)
    await asked.say("li", "荧光剂检测过吗", FANS)
    await asked.settle(3600)
    await asked.say("wang", "保修多久呢，怎么保", FANS)
    await asked.say("mei", "保修一年", FANS)
    await asked.say("boss", "未答")

    told = asked.told("boss")[-1]
    assert "【荧光】2 个" in told
    assert "保修" not in told


async def test_the_list_asked_for_is_of_the_last_seven_days(asked: Town) -> None:
    """「未答」 on a Friday was headed 上周, which it was not of."""
    assert "都有人回答" in (await asked_for_list(asked))
    await asked.say("zhang", "枕头是哪里产的", FANS)
    await asked.settle(3600)
    assert (await asked_for_list(asked)).startswith("最近 7 天群里没人回答的问题 1 个")


async def asked_for_list(town: Town) -> str:
    await town.say("boss", "未答")
    return town.told("boss")[-1]


async def test_a_repeat_that_was_held_back_counts_as_no_answer(asked: Town) -> None:
    """「机器人答了 2 个常见问题」: it had answered one, and kept still for the other."""
    for who in ("zhang", "wang"):
        await asked.say(who, "枕头可以机洗吗", FANS)
    await asked.settle(86400)

    [day] = [each for each in await asked.rows(RoomDay) if each.room == FANS]
    assert (day.questions, day.answered) == (2, 1)


async def test_the_list_comes_by_itself_on_mondays(asked: Town) -> None:
    await asked.say("zhang", "枕头含荧光剂吗", FANS)
    await asked.settle(7 * 86_400)

    assert len([text for text in asked.told("boss") if "没人回答的问题" in text]) == 1


async def test_the_same_person_asking_for_hours_is_no_conversation(asked: Town) -> None:
    for number in range(9):
        await asked.say("zhang", f"枕头可以机洗吗{'？' * (number + 1)}", FANS)
        await asked.settle(360)

    assert len(asked.heard_in(FANS)) == 1


async def test_a_robot_that_calls_the_bot_does_not_flood_the_staff(asked: Town) -> None:
    for number in range(9):
        text = f"@小群\u2005 你是机器人吗，第{number}次"
        await asked.say("zhang", text, FANS, mentions=("bot",))

    assert len(asked.heard_in(FANS)) == 1
    assert len(asked.heard_in(STAFF_ROOM)) == 3


async def test_an_answer_of_somebody_forgotten_is_not_given_any_more(asked: Town) -> None:
    question = await asked.say("zhang", "枕头可以暴晒吗", FANS)
    answer = await asked.say("li", "别晒，乳胶会老化", FANS, quote=question.id)
    await asked.say("boss", "#收录", FANS, quote=answer.id)
    await asked.say("boss", "收录 1 通过")
    await asked.storage.transact(lambda session: forget(session, "li"))
    await asked.say("wang", "枕头可以放在阳台暴晒吗", FANS)

    assert asked.heard_in(FANS) == []


async def test_the_answer_stays_when_the_one_who_asked_is_forgotten(asked: Town) -> None:
    """「forget zhang」 took 「乳胶不能暴晒」 with it, which the manager had said and approved."""
    question = await asked.say("zhang", "枕头可以暴晒吗", FANS)
    await asked.say("boss", "乳胶不能暴晒 #收录", FANS, quote=question.id)
    await asked.say("boss", "收录 1 通过")
    await asked.storage.transact(lambda session: forget(session, "zhang"))
    await asked.say("wang", "枕头可以放在阳台暴晒吗", FANS)

    assert asked.heard_in(FANS) == ["@王五\u2005乳胶不能暴晒"]
    [kept] = await asked.rows(Learned)
    assert kept.asker == ""


async def test_what_was_asked_while_silenced_is_answered_when_asked_again(asked: Town) -> None:
    await asked.say("boss", "闭嘴 30", FANS)
    await asked.say("zhang", "枕头可以机洗吗", FANS)
    await asked.say("zhang", "@小群\u2005 枕头含荧光剂吗", FANS, mentions=("bot",))
    await asked.say("boss", "说话", FANS)
    before = len(asked.heard_in(FANS))
    await asked.say("zhang", "枕头可以机洗吗？？", FANS)
    await asked.say("li", "@小群\u2005 那有没有认证？", FANS, mentions=("bot",))

    first, second = asked.heard_in(FANS)[before:]
    assert WASH in first
    assert "已经请同事来看" in second
    assert "荧光剂" in asked.heard_in(STAFF_ROOM)[0]


async def test_names_that_are_addressed_are_not_learned(asked: Town) -> None:
    question = await asked.say("zhang", "@小群\u2005 枕头有甲醛吗", FANS, mentions=("bot",))
    answer = await asked.say("mei", "@张三\u2005 没有的，放心", FANS, quote=question.id)
    await asked.say("boss", "#收录", FANS, quote=answer.id)

    told = asked.told("boss")[-1]
    assert "问：枕头有甲醛吗" in told
    assert "答：没有的，放心" in told
    await asked.say("boss", "收录 1 通过")
    await asked.say("wang", "枕头有没有甲醛啊", FANS)
    assert asked.heard_in(FANS)[-1] == "@王五\u2005没有的，放心"


async def test_sections_of_markdown_files_are_answers(build: Build, tmp_path: Path) -> None:
    (tmp_path / "售后.md").write_text(
        "# 怎么换货 / 能换尺寸吗\n不是：怎么换地址\n七天内联系客服，运费**自理**。",
        encoding="utf-8",
    )
    town = await build(answers={"folder": str(tmp_path)})
    await town.say("zhang", "怎么换个地址", FANS)
    assert town.heard_in(FANS) == []
    await town.say("zhang", "想换货怎么弄", FANS)
    assert town.heard_in(FANS) == ["@张三\u2005七天内联系客服，运费自理。"]
