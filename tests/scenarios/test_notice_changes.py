"""A notice whose time or id is changed is still the same: posted once, with those who signed up."""

from datetime import timedelta
from typing import Any

from bot.storage.tables import Occasion, Signup
from tests.conftest import FANS, FANS_2, Build, Town
from tests.scenarios.notices import DAILY, TEN_TO, asked, notice, posted, until
from tests.scenarios.signups import standing

WEEKLY: dict[str, Any] = {
    "rrule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=11;BYMINUTE=0;BYSECOND=0",
    "start": "2026-11-01T00:00:00+08:00",
}
SIGNUP: dict[str, Any] = {"signup": {"keyword": "报名"}}


async def events(town: Town) -> set[str]:
    """List for which moments somebody is signed up."""
    rows = await town.rows(Signup)
    return {f"{row.due_at.astimezone(town.config.zone):%m-%d %H:%M}" for row in rows}


async def test_what_was_posted_under_another_id_is_not_posted_again(build: Build) -> None:
    town = await build(notices=[notice(**SIGNUP)])
    await until(town, TEN_TO + timedelta(minutes=1))
    await town.say("zhang", "报名", FANS)
    await town.configure(notices=[notice(id="double12", **SIGNUP)])
    await town.crash()
    await town.settle(3600)

    assert len(posted(town, FANS)) == len(posted(town, FANS_2)) == 1
    assert {row.notice for row in await town.rows(Occasion)} == {"double12"}
    assert "报名 1 人" in await asked(town, "公告 名单 double12")
    await town.say("zhang", "取消报名", FANS)
    assert await standing(town) == {"zhang": "cancelled"}


async def test_a_notice_renamed_in_the_middle_of_its_wave_goes_on(build: Build) -> None:
    slow = {"pace": {"between_targets_seconds": [60, 60]}}
    town = await build(notices=[notice(parts=[{"text": "第二段"}])], **slow)
    await until(town, TEN_TO + timedelta(seconds=10))
    await town.configure(notices=[notice(id="b", parts=[{"text": "第二段"}])], **slow)
    await town.settle(600)
    for room in (FANS, FANS_2):
        assert [text[-3:] for _, text in posted(town, room)] == ["0开始", "第二段"]
    assert "已发 2/2" in await asked(town, "公告 状态 b")


async def test_an_approved_notice_that_only_gets_another_id_stays_approved(build: Build) -> None:
    town = await build(notices=[notice(approve=True)])
    await asked(town, "公告 批准 sale")
    await town.configure(notices=[notice(id="b", approve=True)])
    await until(town, TEN_TO + timedelta(minutes=1))
    assert len(posted(town, FANS)) == 1


async def test_what_was_said_today_is_not_said_again_at_another_time_of_the_day(
    build: Build,
) -> None:
    town = await build(notices=[notice(**DAILY)])
    await until(town, TEN_TO + timedelta(minutes=1))
    later = {**DAILY, "rrule": "FREQ=DAILY;BYHOUR=12;BYMINUTE=0;BYSECOND=0"}
    await town.configure(notices=[notice(**later)])
    await until(town, TEN_TO + timedelta(hours=2))
    assert len(posted(town, FANS)) == 1

    await town.configure(notices=[notice(**later, move={"2026-11-23": "2026-11-24T15:00"})])
    await until(town, TEN_TO + timedelta(days=1, hours=5))
    heard = [f"{at.astimezone(town.config.zone):%d %H:%M}" for at, _ in posted(town, FANS)]
    assert heard == ["23 11:00", "24 12:00"]


async def test_sign_ups_follow_an_event_to_its_new_time(build: Build) -> None:
    town = await build(notices=[notice(**SIGNUP, remind=["30m"])])
    await town.say("zhang", "报名 2人", FANS)
    await town.configure(notices=[notice(**SIGNUP, remind=["30m"], at="2026-11-24T15:00:00+08:00")])
    await town.settle(60)
    assert await events(town) == {"11-24 15:00"}
    assert any("从 11-23 11:00 改到了 11-24 15:00，2 人" in text for text in town.told("boss"))

    await until(town, TEN_TO + timedelta(days=1, hours=4))
    assert any("15:00 开始" in text for text in town.told("zhang"))
    await town.say("zhang", "取消报名")
    assert await standing(town) == {"zhang": "cancelled"}


async def test_one_occasion_of_many_that_is_moved_takes_its_sign_ups_along(build: Build) -> None:
    town = await build(notices=[notice(**SIGNUP, **WEEKLY)])
    await town.say("zhang", "报名", FANS)
    moved = {"move": {"2026-11-23": "2026-11-25T15:00"}}
    await town.configure(notices=[notice(**SIGNUP, **WEEKLY, **moved)])
    assert await events(town) == {"11-25 15:00"}

    await town.configure(notices=[notice(**SIGNUP, **WEEKLY, skip=["2026-11-23"])])
    await town.settle(60)
    assert any("11-25 15:00 那一次不办了，已经有 1 人" in text for text in town.told("boss"))


async def test_an_old_id_can_announce_something_new_later(build: Build) -> None:
    town = await build(notices=[notice(**SIGNUP)])
    await until(town, TEN_TO + timedelta(minutes=1))
    await town.say("zhang", "报名", FANS)
    await town.configure(notices=[notice(**SIGNUP, at="2026-11-30T11:00:00+08:00", text="新一期")])
    await until(town, TEN_TO + timedelta(days=7, minutes=1))
    assert [text for _, text in posted(town, FANS)][1:] == ["新一期"]
    assert "还没有人报名" in await asked(town, "公告 名单 sale")
    await town.say("wang", "报名", FANS)
    assert await events(town) == {"11-23 11:00", "11-30 11:00"}
