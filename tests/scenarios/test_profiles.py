"""What is known of people: gathered at night with its evidence, correctable, shown in no group."""

from datetime import timedelta
from typing import Any

import pytest

from bot.message import Contact
from bot.storage.forget import forget
from bot.storage.tables import PersonDay, RoomDay, Said, Standing, Trait
from tests.conftest import FANS, FANS_2, TRAINEES, Build, Town
from tests.scenarios.notices import notice

DAY = 86_400.0
TRAITS: dict[str, Any] = {
    "traits": [
        {"side": "interest", "name": "失眠", "words": ["失眠", "睡不着"]},
        {
            "side": "spending",
            "name": "已购买",
            "words": ["下单了"],
            "none": ["吗"],
            "makes": "customer",
        },
    ],
    "giveaways": [
        {
            "id": "pillow",
            "title": "送枕头",
            "start": "2026-11-23T00:00:00+08:00",
            "end": "2026-11-25T00:00:00+08:00",
            "words": ["赠品", "免费领"],
        }
    ],
}


@pytest.fixture
async def known(build: Build) -> Town:
    """A town that looks at what people say."""
    return await build(**TRAITS)


async def test_what_people_say_becomes_a_trait_with_its_evidence(known: Town) -> None:
    await known.say("zhang", "最近老失眠", FANS)
    await known.say("li", "我不失眠", FANS)
    await known.settle(DAY)

    [trait] = await known.rows(Trait)
    assert (trait.contact, trait.side, trait.name) == ("zhang", "interest", "失眠")
    assert trait.evidence == "最近老失眠"


async def test_a_trait_that_is_not_seen_again_expires(known: Town) -> None:
    await known.say("zhang", "最近老失眠", FANS)
    await known.settle(95 * DAY)

    assert await known.rows(Trait) == []


async def test_managers_see_profiles_privately_and_nobody_else_does(known: Town) -> None:
    await known.say("zhang", "睡不着，下单了", FANS)
    await known.settle(DAY)
    for where in (FANS, TRAINEES, "rs"):
        await known.say("boss", "画像 张三", where)
        assert not [text for text in known.heard_in(where) if "失眠" in text]
    await known.say("zhang", "画像 张三")
    assert not [text for text in known.told("zhang") if "失眠" in text]

    await known.say("boss", "画像 张三")
    told = known.told("boss")[-1]
    assert "失眠（1 次，最近「睡不着，下单了」）" in told
    assert "阶段：客户" in told


async def test_a_profile_tells_company_hours_signups_and_whom_somebody_brought(
    build: Build,
) -> None:
    town = await build(**TRAITS, notices=[notice(signup={"keyword": "报名"})])
    town.wechat.joins(FANS, [Contact("n1", "小明")], "zhang")
    for day in range(3):
        await town.say("wang", f"第{day}天，昨晚睡得好吗", FANS)
        await town.say("zhang", f"我睡得很好呢{day}", FANS)
        await town.say("zhang", f"一觉到天亮{day}", FANS)
        await town.settle(DAY)
    await town.say("zhang", "报名")
    await town.say("boss", "画像 张三")

    told = town.told("boss")[-1]
    assert "3 天说了 6 句" in told
    assert "白天活跃" in told
    assert "接过群友 3 次话，最近多和王五" in told
    assert "报名 1 次，签到 0 次" in told
    assert "带来 1 人，还在 1 人" in told


async def test_who_came_and_never_spoke_is_known_as_met(known: Town) -> None:
    known.wechat.joins(FANS, [Contact("n1", "小明")])
    await known.settle(DAY)
    await known.say("boss", "画像 小明")

    assert "阶段：认识（" in known.told("boss")[-1]


async def test_midnight_is_the_midnight_of_the_configured_zone(known: Town) -> None:
    await known.settle(13 * 3600 + 59 * 60 - 30)  # 23:59:30 in Shanghai, 15:59 in UTC
    known.wechat.says("zhang", "这么晚还没睡", FANS)
    await known.settle(60)
    known.wechat.says("zhang", "过了十二点了", FANS)
    await known.settle(2 * DAY)

    days = {row.day: row.hours for row in await known.rows(PersonDay)}
    assert days == {"2026-11-23": {"23": 1}, "2026-11-24": {"0": 1}}


async def test_a_name_that_changes_daily_is_one_person(known: Town) -> None:
    for name in ("张三", "三三", "快乐的三"):
        known.wechat.world.know(Contact("zhang", name, friend=True))
        await known.app.take([known.wechat.world.describe(FANS, known.clock())])
        await known.say("zhang", f"{name}来打卡，最近失眠", FANS)
        await known.settle(DAY)
    await known.say("boss", "画像 快乐的三")

    told = known.told("boss")[-1]
    assert told.startswith("快乐的三（zhang）")
    assert "失眠（3 次" in told


async def test_what_a_manager_corrects_stays_corrected(known: Town) -> None:
    await known.say("zhang", "失眠", FANS)
    await known.settle(DAY)
    await known.say("boss", "画像 张三 不是 失眠")
    await known.say("boss", "画像 张三 是 老师")
    await known.say("boss", "画像 张三 阶段 口碑")
    await known.say("zhang", "又失眠了", FANS)
    await known.settle(DAY)
    await known.say("boss", "画像 张三")

    told = known.told("boss")[-1]
    assert "失眠（" not in told
    assert "老师" in told
    assert "阶段：口碑" in told


async def test_people_of_one_name_are_told_apart_by_id(known: Town) -> None:
    known.wechat.joins(FANS, [Contact("z2", "张三")])
    await known.settle()
    await known.say("boss", "画像 张三")

    assert "不止一个人" in known.told("boss")[-1]
    await known.say("boss", "画像 z2")
    assert "z2" in known.told("boss")[-1]


async def test_life_moves_by_rule_and_silence_is_noticed(known: Town) -> None:
    for _ in range(4):
        await known.say("zhang", "早上好大家", FANS)
        await known.settle(DAY)
    lives = {r.contact: r.stage for r in await known.rows(Standing) if r.kind == "life"}
    assert lives["zhang"] == "engaged"

    await known.settle(40 * DAY)
    lives = {r.contact: r.stage for r in await known.rows(Standing) if r.kind == "life"}
    assert lives["zhang"] == "leaving"


async def test_words_go_after_their_time_and_figures_stay(build: Build) -> None:
    town = await build(community={"keep_messages": "10d"})
    await town.say("boss", "违规")
    await town.say("zhang", "今天天气不错", FANS)
    await town.say("wang", "是的呀", FANS)
    await town.settle(13 * DAY)

    assert await town.rows(Said) == []
    before = town.clock() - timedelta(days=11)
    letters = [r for r in await town.letters() if r.settled_at and r.settled_at < before]
    assert {row.text for row in letters} == {""}
    days = {row.day: row for row in await town.rows(RoomDay) if row.room == FANS}
    first = days["2026-11-23"]
    assert (first.messages, first.speakers, first.replies) == (2, 2, 1)


async def test_days_are_counted_again_after_nights_without_the_bot(known: Town) -> None:
    await known.say("zhang", "今天天气不错", FANS)
    known.app.abandon()
    known.clock.move(known.clock() + timedelta(days=3))
    await known.crash()

    assert [row.day for row in await known.rows(PersonDay)] == ["2026-11-23"]


async def test_a_hunter_is_explained_line_by_line_and_never_told(known: Town) -> None:
    for room in (FANS, FANS_2, TRAINEES):
        known.wechat.joins(room, [Contact("h", "小占", friend=True)])
    await known.settle()
    for text in ("赠品什么时候发", "怎么免费领呀", "赠品还有吗"):
        await known.say("h", text, FANS)
    await known.settle(2 * DAY)
    known.wechat.leaves(FANS_2, ["h"])
    await known.settle(DAY)
    await known.say("boss", "打分 小占")

    told = known.told("boss")[-1]
    assert "赠品活动期间进群" in told
    assert "3 句是问赠品" in told
    assert "就离开" in told
    await known.say("h", "打分 小占")
    assert not [text for text in known.told("h") if "薅羊毛" in text]
    await known.say("boss", "打分 王五")
    assert "没有一条行为" in known.told("boss")[-1]


async def test_a_person_is_erased_with_all_of_it(known: Town) -> None:
    await known.say("zhang", "失眠，下单了", FANS)
    await known.settle(DAY)
    await known.storage.transact(lambda session: forget(session, "zhang"))

    for table in (Trait, Standing, PersonDay, Said):
        rows = [row for row in await known.rows(table) if "zhang" in str(row)]
        assert rows == []


async def test_managers_get_a_letter_on_mondays(known: Town) -> None:
    for number in range(6):
        await known.say("zhang", f"今天第{number}天打卡", FANS)
        await known.say("wang", "加油加油", FANS)
        await known.settle(DAY)
    await known.settle(2 * DAY)

    [letter] = [text for text in known.told("boss") if "【每周来信】" in text]
    assert "群友互相接话" in letter
    await known.say("boss", "健康")
    assert "健康分" in known.told("boss")[-1]


async def test_who_brings_people_is_on_the_board_until_they_leave(town: Town) -> None:
    town.wechat.joins(FANS, [Contact("n1", "小明"), Contact("n2", "小红")], "zhang")
    await town.settle()
    await town.say("boss", "邀请榜", FANS)
    assert "1. 张三 2 人" in town.heard_in(FANS)[-1]

    town.wechat.leaves(FANS, ["n1"])
    await town.settle()
    await town.say("boss", "邀请榜", FANS)
    assert "1. 张三 1 人" in town.heard_in(FANS)[-1]
