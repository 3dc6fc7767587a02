"""Managers see what is planned, and have the last word on it."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bot.storage.tables import Occurrence
from tests.conftest import FANS, FANS_2, STAFF_ROOM, Build, Town
from tests.scenarios.test_notices import PICTURE, TEN_TO, notice, posted, states, until

ANGRY = "枕头用了两天就塌了，质量太差"
SALE: dict[str, Any] = {"promotional": True}


async def asked(town: Town, text: str, sender: str = "boss", room: str | None = None) -> str:
    """Type a command and return the answer."""
    before = len(town.said)
    await town.say(sender, text, room)
    return "\n".join(
        letter.text
        for _, letter in town.said[before:]
        if letter.room == room and letter.contact in (None, sender)
    )


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


async def test_what_wants_approval_waits_for_it(build: Build) -> None:
    town = await build(notices=[notice(approve=True)])
    assert any("等您批准" in text for text in town.told("boss"))
    assert set((await states(town)).values()) == {"awaiting-approval"}
    await town.crash()
    assert len([text for text in town.told("boss") if "等您批准" in text]) == 1
    assert "已批准" in await asked(town, "公告 批准 sale")
    await until(town, TEN_TO + timedelta(minutes=1))
    assert len(posted(town, FANS)) == 1


async def test_a_late_approval_still_posts_within_late_and_a_missed_one_is_told(
    build: Build,
) -> None:
    town = await build(notices=[notice(approve=True), notice(id="b", title="另一个", approve=True)])
    await until(town, TEN_TO + timedelta(minutes=10))
    assert posted(town, FANS) == []
    await asked(town, "公告 批准 sale")
    await town.settle(120)
    assert len(posted(town, FANS)) == 1

    await until(town, TEN_TO + timedelta(hours=1))
    assert any("没有批准" in text for text in town.told("boss"))
    assert "不再发" in await asked(town, "公告 批准 b")
    await town.settle(3600)
    assert len(posted(town, FANS)) == 1


async def test_a_change_after_the_approval_asks_again(build: Build) -> None:
    town = await build(notices=[notice(approve=True)])
    await asked(town, "公告 批准 sale")
    await town.configure(notices=[notice(approve=True, text="全场一折")])
    await until(town, TEN_TO + timedelta(minutes=5))
    assert posted(town, FANS) == []
    await asked(town, "公告 批准 sale")
    await town.settle(120)
    assert [text for _, text in posted(town, FANS)] == ["全场一折"]


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


DAILY: dict[str, Any] = {
    "rrule": "FREQ=DAILY;BYHOUR=11;BYMINUTE=0;BYSECOND=0",
    "start": "2026-11-01T00:00:00+08:00",
}


async def test_what_is_released_takes_nothing_along_that_is_not_due(build: Build) -> None:
    town = await build(notices=[notice(**SALE, **DAILY)])
    await until(town, TEN_TO - timedelta(minutes=5))
    await town.say("zhang", ANGRY, FANS)
    await until(town, TEN_TO + timedelta(minutes=2))
    assert "马上发到 1 个群" in await asked(town, "公告 放行 sale")
    await town.settle(3600)
    assert len(posted(town, FANS)) == len(posted(town, FANS_2)) == 1
    assert "没有暂缓" in await asked(town, "公告 放行 sale")


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


async def test_reminders_wait_for_the_approval_as_well_and_managers_are_asked_before_them(
    build: Build,
) -> None:
    later = {"at": "2026-11-26T11:00:00+08:00", "remind": ["2d"], "approve": True}
    town = await build(notices=[notice(**later)])
    await until(town, TEN_TO + timedelta(minutes=1))
    assert any("等您批准" in text for text in town.told("boss"))
    await until(town, TEN_TO + timedelta(days=1, minutes=31))
    assert town.heard_in(FANS) == []
    assert len([text for text in town.told("boss") if "等您批准" in text]) == 2  # an hour before
    assert any("（提醒）：过期未发（到时间还没有批准）" in text for text in town.told("boss"))

    await asked(town, "公告 批准 sale")
    await until(town, TEN_TO + timedelta(days=3, minutes=1))
    assert len(town.heard_in(FANS)) == 1


async def test_before_an_early_morning_managers_are_asked_the_evening_before(build: Build) -> None:
    early = {"at": "2026-11-25T06:30:00+08:00", "in_quiet_hours": "send", "approve": True}
    town = await build(notices=[notice(**early)])
    await until(town, datetime(2026, 11, 25, 0, 0, tzinfo=UTC))
    asked_at = [at for at, letter in town.said if "等您批准" in letter.text]
    local = [f"{at.astimezone(town.config.zone):%d %H:%M}" for at in asked_at]
    assert local == ["24 08:00", "24 22:00"]


async def test_a_picture_that_changes_after_the_approval_is_asked_about(
    build: Build, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(PICTURE)
    town = await build(notices=[notice(approve=True, image=str(picture))])
    await asked(town, "公告 批准 sale")
    picture.write_bytes(PICTURE + b"other")
    await until(town, TEN_TO + timedelta(minutes=2))
    assert posted(town, FANS) == []
    assert len([text for text in town.told("boss") if "等您批准" in text]) == 2
    await asked(town, "公告 批准 sale")
    await town.settle(60)
    assert len(posted(town, FANS)) == 2  # the words and the picture


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
