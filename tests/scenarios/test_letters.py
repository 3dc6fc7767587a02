"""The weekly letter: what happened, three things that went well and three to do, with numbers."""

from typing import Any

from bot.message import Contact
from tests.conftest import FANS, Build, Town

DAY, HOUR = 86_400, 3_600


def letters(town: Town) -> list[str]:
    return [text for text in town.told("boss") if "【每周来信】" in text]


async def test_a_notice_that_drives_people_away_is_named(build: Build) -> None:
    sale: dict[str, Any] = {
        "id": "sale",
        "title": "会员大促",
        "scenario": "promotion",
        "at": "2026-11-26T12:00:00+08:00",
        "groups": ["fan"],
        "text": "今晚会员价，最后三小时！",
    }
    town = await build(notices=[sale])
    crowd = [Contact(f"n{number}", f"新友{number}") for number in range(12)]
    town.wechat.joins(FANS, crowd)
    await town.settle(3 * DAY + 3 * HOUR)
    assert "今晚会员价，最后三小时！" in town.heard_in(FANS)
    town.wechat.leaves(FANS, [contact.id for contact in crowd[:6]])
    await town.settle(5 * DAY)

    [letter] = letters(town)
    assert "「会员大促」发出后两小时内走了 6 人（平时几乎没有；发了 2 个群）" in letter


async def test_who_leaves_at_other_times_is_not_put_to_a_notice(build: Build) -> None:
    lesson: dict[str, Any] = {
        "id": "lesson",
        "title": "早安小课",
        "scenario": "content",
        "rrule": "FREQ=DAILY;BYHOUR=8;BYMINUTE=30;BYSECOND=0",
        "start": "2026-11-01T00:00:00+08:00",
        "groups": ["fan"],
        "text": "早上好",
    }
    town = await build(notices=[lesson])
    crowd = [Contact(f"n{number}", f"新友{number}") for number in range(12)]
    town.wechat.joins(FANS, crowd)
    await town.settle(9 * HOUR)
    for contact in crowd[:8]:
        town.wechat.leaves(FANS, [contact.id])
        await town.settle(7 * HOUR)
    await town.settle(5 * DAY)

    assert "发出后两小时内走了" not in "".join(letters(town))


async def test_who_was_there_before_the_bot_counts_when_he_leaves(build: Build) -> None:
    """李四 and 王五 left, and the letter said 「离开 0」: they had never been seen to come."""
    town = await build()
    town.wechat.leaves(FANS, ["li"])
    await town.say("wang", "大家早", FANS)
    town.wechat.leaves(FANS, ["wang"])
    town.wechat.leaves(FANS, ["wang"])
    await town.settle(7 * DAY)

    assert "新来 0、离开 2；" in letters(town)[0]


async def test_nothing_is_advised_about_what_nobody_knows_yet(build: Build) -> None:
    """「弱在新人留下：近期没有满一周的新人，按一半算。可以：……」"""
    town = await build()
    for day in range(6):
        for who in ("zhang", "wang", "li"):
            await town.say(who, f"第 {day} 天，昨晚睡得不错", FANS)
        await town.settle(DAY)
    await town.settle(2 * DAY)

    assert letters(town) != []
    assert "按一半算" not in letters(town)[0]


async def test_managers_are_told_what_they_can_ask(town: Town) -> None:
    await town.say("boss", "帮助")
    assert "周报" in town.told("boss")[-1]
    assert "画像 姓名" in town.told("boss")[-1]
    await town.say("boss", "健康")
    assert "「枕头粉丝一群」还没有满一天的记录" in town.told("boss")[-1]


async def test_a_week_in_which_nothing_happened_is_no_letter(town: Town) -> None:
    await town.settle(15 * DAY)

    assert letters(town) == []


async def test_the_letter_can_be_had_at_any_time(town: Town) -> None:
    await town.say("zhang", "早上好呀", FANS)
    await town.settle(DAY)
    await town.say("boss", "周报")

    assert "1 条消息，1 人说过话" in letters(town)[-1]
