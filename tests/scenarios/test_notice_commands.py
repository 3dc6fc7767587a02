"""Managers see what is planned, and have the last word on it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.conftest import FANS, FANS_2, STAFF_ROOM, Build
from tests.scenarios.notices import (
    DAILY,
    TEN_TO,
    asked,
    notice,
    posted,
    states,
    until,
)

ANGRY = "枕头用了两天就塌了，质量太差"


SALE: dict[str, Any] = {"promotional": True}


async def test_what_is_planned_is_listed(build: Build) -> None:
    weekly = notice(
        id="weekly",
        title="周五直播",
        rrule="FREQ=WEEKLY;BYDAY=FR;BYHOUR=19;BYMINUTE=0;BYSECOND=0",
        start="2026-11-01T00:00:00+08:00",
    )
    town = await build(notices=[notice(), weekly, notice(id="moon", lunar="08-15 10:00")])

    listed = await asked(town, "公告")
    assert listed.splitlines()[1:3] == [
        "11-23 11:00 周一 「双十二」（sale）→ 2 个群",
        "11-27 19:00 周五 「周五直播」（weekly）→ 2 个群",
    ]
    assert len(listed.splitlines()) == 7
    assert await asked(town, "公告", "mei", STAFF_ROOM) == listed


async def test_only_managers_change_and_members_are_not_heard(build: Build) -> None:
    town = await build(notices=[notice(approve=True)])
    assert "只有管理员" in await asked(town, "公告 批准 sale", "mei", STAFF_ROOM)
    assert "公告" not in await asked(town, "公告 取消 sale", "zhang")
    assert await asked(town, "公告 取消 sale", "boss", FANS) == ""
    await until(town, TEN_TO + timedelta(hours=1))
    assert posted(town, FANS) == []


@pytest.mark.parametrize(
    "typed",
    ["公告 取消 SALE", "公告 取消 「sale」", "取消公告 sale", "公告 取消 十二", "取消公告：双十二"],
)
async def test_a_notice_is_known_by_what_people_call_it(build: Build, typed: str) -> None:
    """「公告 取消 SALE」 was no notice, and 「取消公告 sale」 no command."""
    walk = notice(id="walk", title="健步走")
    town = await build(notices=[notice(), walk])

    assert (await asked(town, typed)).startswith("已取消「双十二」")


async def test_a_preview_of_what_is_over_says_so(build: Build) -> None:
    """It said 「（没有下一次） 发送：发到 2 个群」."""
    town = await build(notices=[notice(at="2026-11-01T20:00:00+08:00")])

    shown = await asked(town, "公告 预览 sale")
    assert "没有要发的场次了" in shown
    assert "发到" not in shown


async def test_words_that_two_titles_have_cancel_neither(build: Build) -> None:
    town = await build(notices=[notice(), notice(id="late", title="双十二返场")])

    assert "没有叫「十二」" in await asked(town, "公告 取消 十二")
    assert (await asked(town, "公告 取消 双十二")).startswith("已取消「双十二」")
    assert "没有叫「走」" in await asked(town, "公告 取消 走")


async def test_a_name_that_nobody_knows_is_answered_with_those_that_exist(build: Build) -> None:
    town = await build(notices=[notice()])
    assert "sale" in await asked(town, "公告 预览 nothing")
    assert "sale" in await asked(town, "公告 状态")


async def test_a_preview_is_exactly_what_is_sent(build: Build) -> None:
    town = await build(notices=[notice(parts=[{"text": "第二段"}])])
    await town.say("boss", "公告 预览 sale")
    head, *content = town.told("boss")
    await until(town, TEN_TO + timedelta(minutes=1))

    assert "枕头粉丝一群（5 人）" in head
    assert "2 个群，共 7 人" in head
    assert content == [text for _, text in posted(town, FANS)]


async def test_a_cancelled_occasion_is_not_posted_and_the_next_is(build: Build) -> None:
    daily = notice(
        rrule="FREQ=DAILY;BYHOUR=11;BYMINUTE=0;BYSECOND=0",
        start="2026-11-01T00:00:00+08:00",
        remind=["10m"],
    )
    town = await build(notices=[daily])
    assert "已取消" in await asked(town, "公告 取消 sale")
    await until(town, TEN_TO + timedelta(hours=1))
    assert town.heard_in(FANS) == []
    assert await states(town) == {FANS: "cancelled", FANS_2: "cancelled"}

    await until(town, TEN_TO + timedelta(days=1, minutes=1))
    assert len(posted(town, FANS)) == 1


async def test_cancelling_in_the_middle_takes_back_what_has_not_left(build: Build) -> None:
    town = await build(notices=[notice()], pace={"between_targets_seconds": [60, 60]})
    await until(town, TEN_TO + timedelta(seconds=10))
    assert "1 个群已经发出" in await asked(town, "公告 取消 sale")
    await town.settle(3600)
    assert sorted((await states(town)).values()) == ["cancelled", "sent"]


async def test_a_series_is_ended_as_a_whole_and_taken_up_again(build: Build) -> None:
    town = await build(notices=[notice(**DAILY, remind=["10m"])])
    once = await asked(town, "公告 取消 sale")
    assert "已取消「双十二」11-23 11:00 这一次（2 个群）" in once
    assert "下一次 11-24 11:00 照常发" in once
    assert "「公告 取消 sale 全部」" in once

    assert "以后都不发了" in await asked(town, "公告 取消 sale 全部")
    assert "已停掉：「双十二」（sale）" in await asked(town, "公告")
    assert "已经停掉了" in await asked(town, "公告 取消 双十二 全部")
    await town.crash()
    await town.configure(notices=[notice(**DAILY, remind=["10m"], text="改了")])
    await until(town, TEN_TO + timedelta(days=2, minutes=1))
    assert town.heard_in(FANS) == []

    assert "11-26 11:00 发到 2 个群" in await asked(town, "公告 恢复 sale")
    await until(town, TEN_TO + timedelta(days=3, minutes=1))
    assert [text for _, text in posted(town, FANS)] == ["改了"]


async def test_a_cancelled_occasion_can_be_taken_up_again_while_it_is_not_too_late(
    build: Build,
) -> None:
    town = await build(notices=[notice()])
    assert "还是要发：「公告 恢复 sale」" in await asked(town, "公告 取消 sale")
    assert "11-23 11:00 发到 2 个群" in await asked(town, "公告 恢复 sale")
    await until(town, TEN_TO + timedelta(minutes=1))
    assert len(posted(town, FANS)) == 1

    town = await build(notices=[notice()], pace={"between_targets_seconds": [60, 60]})
    await until(town, TEN_TO + timedelta(seconds=10))
    await asked(town, "公告 取消 sale")
    await town.crash()
    await town.settle(600)
    await asked(town, "公告 恢复 sale")
    await town.crash()
    await town.settle(300)
    assert len(posted(town, FANS)) == len(posted(town, FANS_2)) == 1

    town = await build(notices=[notice()])
    await asked(town, "公告 取消 sale")
    await until(town, TEN_TO + timedelta(hours=1))
    assert "没有取消过还能再发的场次" in await asked(town, "公告 恢复 sale")


async def test_who_cancels_hears_of_those_who_signed_up_and_of_what_follows(build: Build) -> None:
    town = await build(
        notices=[
            notice(signup={"keyword": "报名", "thanks": "谢谢参加", "thanks_after": "1h"}),
            notice(id="after", title="回顾", after="sale 1d"),
        ]
    )
    await town.say("zhang", "报名 2人", FANS)
    said = await asked(town, "公告 取消 sale")
    assert "已经有 2 人报名" in said
    assert "「回顾」（after）还会按时发" in said
    await until(town, TEN_TO + timedelta(hours=2))
    assert not any("谢谢参加" in text for text in town.told("zhang"))


async def test_a_preview_tells_what_night_pace_and_approval_do_to_a_notice(build: Build) -> None:
    early = {"at": "2026-11-24T07:50:00+08:00", "approve": True}
    slow = {"between_targets_seconds": [1, 2000], "quiet_hours": "22:30-08:00"}
    town = await build(notices=[notice(**early)], pace=slow)
    told = await asked(town, "公告 预览 sale")
    assert "11-24 07:50 在安静时段里，会等到 11-24 08:00 再发" in told
    assert "超过 30 分钟 还没轮到的群就不发了" in told
    assert "还没有批准" in told


async def test_a_preview_of_what_is_over_shows_the_day_of_the_bot(build: Build) -> None:
    town = await build(notices=[notice(at="2026-11-20T11:00:00+08:00", text="{date}见")])
    assert "11月23日见" in await asked(town, "公告 预览 sale")


async def test_days_that_are_only_guessed_are_told_with_what_is_planned(build: Build) -> None:
    late = datetime(2031, 1, 20, 2, 0, tzinfo=UTC)
    daily = notice(**DAILY, only="workdays")
    town = await build(notices=[daily], start=late)
    listed = await asked(town, "公告")
    days = [line[:5] for line in listed.splitlines()[1:7]]
    assert days == ["01-20", "01-21", "01-28", "01-29", "01-30", "01-31"]
    assert "2031 年的放假和调休还没有收录" in listed
