"""What the desk did can be told: every day in its room, and for any days in figures."""

from datetime import timedelta

from bot.desk.figures import Figures, figures
from handlers.desk.support import Support
from handlers.wording import Wording
from tests.conftest import FANS, STAFF_ROOM, Build, Town
from tests.scenarios.desk import ANGRY, newcomers, staffed, until


async def reckoned(town: Town) -> dict[tuple[str, str], Figures]:
    yard = Support.of(town.config, Wording({})).digest.yard(town.clock())
    since, now = town.clock() - timedelta(days=7), town.clock() + timedelta(seconds=1)
    found = await town.storage.transact(
        lambda session: figures(session, town.app.account, since, now, yard)
    )
    return {(each.by, each.name): each for each in found}


async def test_a_day_in_figures(build: Build) -> None:
    town = await staffed(build, incident_size=50)
    members = await newcomers(town, 3)
    await town.say("zhang", ANGRY, FANS)  # a minute passes with everything said
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)
    for number, member in enumerate(members):
        await town.say(member, f"我的也坏了{number}", FANS)
    await town.say("zhang", "真的太差了", FANS)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await town.say("zhang", "4")
    await town.say("hong", "#2 误报", STAFF_ROOM)
    await town.settle(3600)

    found = await reckoned(town)
    total = found["total", ""]
    assert (total.opened, total.solved, total.open, total.false_alarms) == (4, 1, 2, 1)
    assert total.rating == 4
    assert total.first_median is not None
    assert 60 <= total.first_median <= 75
    assert total.first_within == 0.333  # one answered in time, two not at all
    assert total.private_median is not None
    assert total.private_median < 10
    assert found["agent", "小美"].solved == 1
    assert found["group", "枕头粉丝一群"].opened == 4
    assert found["topic", "质量"].opened == 4
    assert found["day", "2026-11-23"].opened == 4


async def test_how_calm_the_group_stayed(build: Build) -> None:
    town = await staffed(build, incident_size=50)
    members = await newcomers(town, 2)
    await town.say("zhang", ANGRY, FANS)
    await town.settle(600)
    await town.say("zhang", "太差了，真的塌了", FANS)
    await town.say(members[0], "我的也塌了", FANS)
    await town.settle(3600)
    await town.say(members[1], "我的塌了", FANS)

    total = (await reckoned(town))["total", ""]
    assert (total.follow_ups, total.pile_ons) == (2, 1)


async def test_what_follows_several_complaints_counts_once(build: Build) -> None:
    town = await staffed(build, incident_size=50)
    members = await newcomers(town, 2)
    await town.say("zhang", ANGRY, FANS)
    await town.say(members[0], "我的也塌了", FANS)
    await town.say(members[1], "我的塌了", FANS)

    total = (await reckoned(town))["total", ""]
    assert (total.follow_ups, total.pile_ons) == (2, 2)


async def test_service_time_alone_counts(build: Build) -> None:
    town = await staffed(build)
    await until(town, "2026-11-23 20:55")
    await town.say("zhang", ANGRY, FANS)
    await until(town, "2026-11-24 09:04")
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)

    total = (await reckoned(town))["total", ""]
    assert total.first_median is not None
    assert 9 * 60 <= total.first_median <= 10 * 60
    assert total.first_within == 1.0


async def test_the_daily_digest_comes_once_at_its_time(build: Build) -> None:
    town = await staffed(build, digest="18:30")
    await town.say("zhang", ANGRY, FANS)
    await until(town, "2026-11-23 18:29")
    assert not any("客服日报" in text for text in town.heard_in(STAFF_ROOM))
    await town.crash()
    await until(town, "2026-11-23 18:31")
    await town.crash()
    await town.settle(60)

    [digest] = [text for text in town.heard_in(STAFF_ROOM) if "客服日报" in text]
    assert "11月23日" in digest
    assert "新工单 1" in digest
    assert "还没处理完：#1" in digest
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await until(town, "2026-11-25 18:31")
    assert len([text for text in town.heard_in(STAFF_ROOM) if "客服日报" in text]) == 1


async def test_what_is_solved_on_a_later_day_is_told_on_that_day(build: Build) -> None:
    """Opened on Monday and solved on Tuesday, it was counted on neither."""
    town = await staffed(build, digest="18:30")
    await town.say("zhang", ANGRY, FANS)
    await until(town, "2026-11-24 10:00")
    await town.say("mei", "#1 解决", STAFF_ROOM)
    await until(town, "2026-11-24 18:31")

    digests = [text for text in town.heard_in(STAFF_ROOM) if "客服日报" in text]
    assert digests[-1] == "【11月24日 客服日报】今天没有新工单，已解决 1，未完成 0。"


async def test_a_digest_that_the_bot_slept_through_is_not_told_late(build: Build) -> None:
    town = await staffed(build, digest="18:30")
    await town.say("zhang", ANGRY, FANS)
    town.app.abandon()
    town.clock.move(town.clock() + timedelta(hours=14))
    await town.crash()
    await town.settle(60)

    assert not any("客服日报" in text for text in town.heard_in(STAFF_ROOM))
