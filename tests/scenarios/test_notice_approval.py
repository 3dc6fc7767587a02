"""What managers approve is what is posted; what they did not approve in time is told."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.conftest import FANS, Build
from tests.scenarios.notices import (
    PICTURE,
    TEN_TO,
    asked,
    notice,
    posted,
    states,
    until,
)


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
