"""After the end: a rating, thanks, second thoughts, or silence."""

import pytest

from bot.message import Kind
from tests.conftest import FANS, SETTINGS, STAFF_ROOM, Build
from tests.scenarios.desk import STAFF, complain, last_in, staffed, until


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
        ("谢谢5分", 5),
        ("服务很好，给5分", 5),
        ("5星好评，谢谢小美", 5),
        ("给你们5分吧", 5),
        ("嗯，5", 5),
        ("给满分", 5),
        ("⭐⭐⭐⭐⭐", 5),
        ("4分吧，就是慢了点", 4),
    ],
)
async def test_ratings_are_read_as_people_write_them(
    build: Build, answer: str, rating: int
) -> None:
    """「很满意」 and 「谢谢5分」 took the ticket up again."""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", answer)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.rating, ticket.reopened) == ("closed", rating, 0)


@pytest.mark.parametrize(
    "words",
    ["谢谢，很好", "太棒了👍", "好的，收到了", "已经解决了，辛苦", "好的，谢谢，已经收到退款了"],
)
async def test_kind_words_after_the_end_take_nothing_up_again(build: Build, words: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", words)
    assert (await town.tickets())[0].state == "resolved"

    await town.say("zhang", "5")
    assert (await town.tickets())[0].rating == 5


@pytest.mark.parametrize(
    "words",
    [
        "不满意",
        "3天了还是没收到",
        "没解决啊",
        "5555",
        "5分钟了还没人",
        "1分，太差了",
        "不给5分",
        "0分",
    ],
)
async def test_what_is_no_rating_takes_the_ticket_up_again(build: Build, words: str) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", words)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.rating) == ("open", None) or ticket.state == "claimed"


async def test_discontent_is_no_praise_whatever_its_words_are_taken_for(build: Build) -> None:
    """「不满意」 was taken for praise by the lists that ship, and nobody looked after it."""
    kind = {"id": "kind", "label": "praise", "any": ["满意"]}
    town = await staffed(build, rules=[*SETTINGS["rules"], kind])
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "不满意")

    assert (await town.tickets())[0].reopened == 1


async def test_who_rates_low_is_not_wished_a_nice_day_and_may_come_back(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "1")
    assert "很抱歉" in town.told("zhang")[-1]
    await town.say("zhang", "退款到现在都不见影子")

    [ticket] = await town.tickets()
    assert (ticket.rating, ticket.reopened, ticket.state) == (1, 1, "claimed")


async def test_a_no_to_thanks_in_the_group_is_taken_in_silence(build: Build) -> None:
    """「不可以」 was answered with the menu."""
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "5")
    town.said.clear()
    await town.say("zhang", "不用了，谢谢")
    await town.say("zhang", "可以")

    assert town.said == []


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
