"""What keeps a notice back: a manager, a hot complaint, other notices; and what lets it go."""

from datetime import timedelta
from typing import Any

from bot.storage.tables import Occurrence
from tests.conftest import FANS, FANS_2, Build
from tests.scenarios.notices import DAILY, TEN_TO, asked, notice, posted, states, until

ANGRY = "枕头用了两天就塌了，质量太差"


SALE: dict[str, Any] = {"promotional": True}


async def test_a_manager_holds_the_next_occasion_back_and_lets_it_go(build: Build) -> None:
    town = await build(notices=[notice(remind=["10m"])])
    assert "先压着" in await asked(town, "公告 压住 sale")
    assert "先压着" in await asked(town, "公告")
    await until(town, TEN_TO + timedelta(hours=2))
    assert town.heard_in(FANS) == []
    assert await states(town) == {FANS: "held", FANS_2: "held"}

    assert "放行" in await asked(town, "公告 放行 sale")
    await town.settle(120)
    assert len(posted(town, FANS)) == 1


async def test_what_was_held_and_let_go_before_its_time_is_posted_on_time(build: Build) -> None:
    town = await build(notices=[notice()])
    await asked(town, "公告 压住 sale")
    assert "照常" in await asked(town, "公告 放行 sale")
    await until(town, TEN_TO + timedelta(minutes=2))
    assert len(posted(town, FANS)) == 1


async def test_holding_in_the_middle_takes_back_what_has_not_left(build: Build) -> None:
    town = await build(notices=[notice()], pace={"between_targets_seconds": [60, 60]})
    await until(town, TEN_TO + timedelta(seconds=10))
    await asked(town, "公告 压住 sale")
    await town.settle(3600)
    assert sorted((await states(town)).values()) == ["held", "sent"]


async def test_promotion_is_held_where_a_complaint_is_hot_and_released_by_a_manager(
    build: Build,
) -> None:
    town = await build(notices=[notice(**SALE), notice(id="calm", title="平和", text="早")])
    await until(town, TEN_TO - timedelta(minutes=5))
    await town.say("zhang", ANGRY, FANS)
    await until(town, TEN_TO + timedelta(minutes=8))

    rows = await asked(town, "公告 状态 sale")
    assert "已发 1/2，暂缓 1" in rows
    assert len(posted(town, FANS)) == 1  # what promotes nothing goes
    assert any("放行" in text for text in town.told("boss"))

    assert "放行" in await asked(town, "公告 放行 sale")
    await town.settle(120)
    assert len(posted(town, FANS)) == 2
    assert "已发 2/2" in await asked(town, "公告 状态 sale")


async def test_what_is_held_goes_by_itself_once_it_is_calm_and_stays_held_when_it_is_late(
    build: Build,
) -> None:
    town = await build(notices=[notice(**SALE, late="2h"), notice(id="b", **SALE, late="10m")])
    await until(town, TEN_TO - timedelta(minutes=5))
    await town.say("zhang", ANGRY, FANS)
    await until(town, TEN_TO + timedelta(hours=1))

    assert [text for _, text in posted(town, FANS)] == [
        "枕头粉丝一群的朋友们，11月23日星期一11:00开始"
    ]
    held = [r for r in await town.rows(Occurrence) if r.room == FANS and r.notice == "b"]
    assert [str(row.state) for row in held] == ["held"]


async def test_a_group_hears_no_more_promotion_a_day_than_is_planned(build: Build) -> None:
    hours = [notice(id=f"s{n}", at=f"2026-11-23T{12 + n}:00:00+08:00", **SALE) for n in range(3)]
    town = await build(notices=hours, planning={"promotions_a_day": 2})
    await until(town, TEN_TO + timedelta(hours=6))
    assert len(posted(town, FANS)) == 2

    town = await build(notices=hours, planning={"strict": True, "promotion_share": 0.5})
    await until(town, TEN_TO + timedelta(hours=6))
    assert posted(town, FANS) == []


async def test_two_notices_in_one_group_keep_their_distance(build: Build) -> None:
    town = await build(notices=[notice(), notice(id="b", title="另一个")])
    assert any("同时收到" in text for text in town.told("boss"))
    await until(town, TEN_TO + timedelta(minutes=20))
    (first, _), (second, _) = posted(town, FANS)
    assert second - first >= timedelta(minutes=5)


async def test_what_is_released_takes_nothing_along_that_is_not_due(build: Build) -> None:
    town = await build(notices=[notice(**SALE, **DAILY)])
    await until(town, TEN_TO - timedelta(minutes=5))
    await town.say("zhang", ANGRY, FANS)
    await until(town, TEN_TO + timedelta(minutes=2))
    assert "马上发到 1 个群" in await asked(town, "公告 放行 sale")
    await town.settle(3600)
    assert len(posted(town, FANS)) == len(posted(town, FANS_2)) == 1
    assert "没有暂缓" in await asked(town, "公告 放行 sale")


async def test_a_group_that_is_excepted_while_a_notice_is_held_does_not_hear_it(
    build: Build,
) -> None:
    town = await build(notices=[notice(**SALE)])
    await until(town, TEN_TO - timedelta(minutes=5))
    await town.say("zhang", ANGRY, FANS)
    await until(town, TEN_TO + timedelta(minutes=2))
    await town.configure(notices=[notice(**SALE, except_=[FANS])])
    await asked(town, "公告 放行 sale")
    await town.settle(600)
    assert posted(town, FANS) == []
    assert (await states(town))[FANS] == "cancelled"


async def test_a_hold_is_told_before_the_notice_is_due(build: Build) -> None:
    town = await build(notices=[notice()])
    assert "压着" not in await asked(town, "公告 状态 sale")
    await asked(town, "公告 压住 sale")
    assert "11:00 这一次先压着：要发请回复「公告 放行 sale」" in await asked(town, "公告 状态 sale")
    await asked(town, "公告 放行 sale")
    assert "压着" not in await asked(town, "公告 状态 sale")


async def test_a_hold_of_the_next_time_is_told_beside_how_the_last_one_went(build: Build) -> None:
    weekly = notice(
        rrule="FREQ=DAILY;BYHOUR=11;BYMINUTE=0;BYSECOND=0",
        start="2026-11-01T00:00:00+08:00",
    )
    town = await build(notices=[weekly])
    await until(town, TEN_TO + timedelta(hours=2))
    await asked(town, "公告 压住 sale")
    told = await asked(town, "公告 状态 sale")
    assert "已发 2/2" in told
    assert "11-24 11:00 这一次先压着" in told
