"""Notices are posted when they are due, once, in every group they are meant for."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.message import Contact, Kind
from bot.storage.tables import NoticeState, Occurrence
from tests.conftest import FANS, FANS_2, STAFF_ROOM, TRAINEES, Build
from tests.scenarios.notices import (
    PICTURE,
    TEN_TO,
    notice,
    posted,
    reminded,
    states,
    until,
)


async def test_a_notice_is_posted_in_every_group_it_is_meant_for_when_it_is_due(
    build: Build,
) -> None:
    town = await build(notices=[notice()])
    await until(town, TEN_TO - timedelta(seconds=1))
    assert posted(town, FANS) == posted(town, FANS_2) == []

    await until(town, TEN_TO + timedelta(minutes=1))
    for room, topic in ((FANS, "枕头粉丝一群"), (FANS_2, "枕头粉丝二群")):
        [(at, text)] = posted(town, room)
        assert TEN_TO <= at < TEN_TO + timedelta(seconds=30)
        assert text == f"{topic}的朋友们，11月23日星期一11:00开始"
    assert posted(town, TRAINEES) == posted(town, STAFF_ROOM) == []
    assert await states(town) == {FANS: "sent", FANS_2: "sent"}


async def test_a_crash_at_any_step_posts_nothing_twice(build: Build) -> None:
    town = await build(notices=[notice()])
    for seconds in (-60, 0, 2, 2, 2, 2, 60):
        await until(town, max(TEN_TO, town.clock()) + timedelta(seconds=seconds))
        await town.crash()
    await town.settle(3600)

    assert len(posted(town, FANS)) == len(posted(town, FANS_2)) == 1


async def test_after_an_outage_a_late_notice_is_posted_and_a_too_late_one_is_told(
    build: Build,
) -> None:
    town = await build(
        notices=[
            notice(id="a", late="1h"),
            notice(id="b", late="10m", at="2026-11-23T11:10:00+08:00"),
        ]
    )
    town.clock.move(TEN_TO + timedelta(minutes=40))
    await town.crash()
    await town.settle(120)

    assert len(posted(town, FANS)) == 1
    assert {(row.notice, str(row.state)) for row in await town.rows(Occurrence)} == {
        ("a", "sent"),
        ("b", "expired"),
    }
    [told] = town.told("boss")
    assert "b" in told
    assert "过期未发" in told


async def test_refused_sends_are_tried_again_until_it_is_late_and_then_told(build: Build) -> None:
    town = await build(notices=[notice(late="10m")])
    await until(town, TEN_TO)
    town.wechat.fail_sends(2)
    await town.settle(300)
    assert await states(town) == {FANS: "sent", FANS_2: "sent"}

    town = await build(notices=[notice(late="10m")])
    await until(town, TEN_TO - timedelta(seconds=5))
    town.wechat.down()
    await town.settle(1200)
    town.wechat.up()
    await town.settle(120)
    assert await states(town) == {FANS: "expired", FANS_2: "expired"}
    assert posted(town, FANS) == []
    assert any("过期未发" in text for text in town.told("boss"))


async def test_an_unknown_outcome_is_told_and_its_echo_proves_it(build: Build) -> None:
    town = await build(notices=[notice()])
    await until(town, TEN_TO - timedelta(seconds=1))
    town.wechat.lose_acks(2)
    await town.settle(120)
    assert await states(town) == {FANS: "unconfirmed", FANS_2: "unconfirmed"}
    assert len(posted(town, FANS)) == 1
    assert any("不确定" in text for text in town.told("boss"))

    await town.say("bot", posted(town, FANS)[0][1], FANS, own=True)
    assert await states(town) == {FANS: "sent", FANS_2: "unconfirmed"}
    await town.crash()
    await town.settle(3600)
    assert len(posted(town, FANS)) == 1


async def test_reminders_come_before(build: Build) -> None:
    town = await build(notices=[notice(remind=["30m", "5m"])])
    await until(town, TEN_TO + timedelta(minutes=5))

    times = {at.replace(second=0, microsecond=0) for at, _, _ in reminded(town)}
    assert times == {TEN_TO - timedelta(minutes=30), TEN_TO - timedelta(minutes=5)}
    assert {where for _, where, _ in reminded(town)} == {FANS, FANS_2}
    assert len(reminded(town)) == 4
    assert len(posted(town, FANS)) == 1


async def test_quiet_hours_are_waited_out_within_late_or_broken_where_that_is_wanted(
    build: Build,
) -> None:
    early = {"at": "2026-11-24T07:50:00+08:00"}
    town = await build(
        notices=[
            notice(id="wait", **early),
            notice(id="send", in_quiet_hours="send", **early),
            notice(id="drop", in_quiet_hours="drop", **early),
            notice(id="hopeless", at="2026-11-24T06:00:00+08:00"),
        ],
        planning={"least_gap": "1s"},
    )
    await until(town, datetime(2026, 11, 24, 2, 0, tzinfo=UTC))

    rows = [row for row in await town.rows(Occurrence) if row.room == FANS]
    assert {row.notice: str(row.state) for row in rows} == {
        "wait": "sent",
        "send": "sent",
        "drop": "dropped",
        "hopeless": "expired",
    }
    times = {row.notice: row.sent_at for row in rows if row.sent_at}
    assert times["wait"] >= datetime(2026, 11, 24, 0, 0, tzinfo=UTC) > times["send"]


async def test_what_comes_every_day_comes_every_day(build: Build) -> None:
    town = await build(
        notices=[
            notice(
                rrule="FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
                start="2026-11-01T00:00:00+08:00",
                skip=["2026-11-25"],
                move={"2026-11-26": "2026-11-26T15:00"},
                until="2026-11-28T12:00:00+08:00",
            )
        ]
    )
    await until(town, datetime(2026, 12, 1, tzinfo=UTC))

    heard = [at.astimezone(town.config.zone) for at, _ in posted(town, FANS)]
    assert [f"{at:%d %H}" for at in heard] == ["24 09", "26 15", "27 09", "28 09"]


async def test_several_parts_are_said_in_order_and_a_lost_picture_stops_no_words(
    build: Build, tmp_path: Path
) -> None:
    picture = tmp_path / "a.png"
    picture.write_bytes(PICTURE)
    parts = [{"text": "第二段"}, {"link": {"url": "https://example.com", "title": "详情"}}]
    town = await build(notices=[notice(image=str(picture), parts=parts, text="第一段" * 900)])
    await until(town, TEN_TO + timedelta(minutes=2))
    heard = [letter for _, letter in town.said if letter.room == FANS]
    assert [letter.kind for letter in heard] == [
        Kind.TEXT,
        Kind.TEXT,
        Kind.IMAGE,
        Kind.TEXT,
        Kind.LINK,
    ]
    assert "".join(letter.text for letter in heard[:2]) == "第一段" * 900

    town = await build(
        notices=[
            notice(image=str(picture)),
            notice(id="strict", image=str(picture), if_missing="drop"),
        ]
    )
    picture.unlink()
    await until(town, TEN_TO + timedelta(minutes=20))
    assert [letter.kind for _, letter in town.said if letter.room == FANS] == [Kind.TEXT]
    assert any("不见了" in text for text in town.told("boss"))


async def test_kinds_of_groups_can_hear_different_words(build: Build) -> None:
    town = await build(
        notices=[
            notice(
                groups=["fan", "training"],
                except_=[FANS_2],
                variants={"training": {"text": "各位老师，{time}见"}},
            )
        ]
    )
    await until(town, TEN_TO + timedelta(minutes=1))

    assert [text for _, text in posted(town, TRAINEES)] == ["各位老师，11:00见"]
    assert len(posted(town, FANS)) == 1
    assert posted(town, FANS_2) == []


async def test_a_notice_that_hangs_on_another_follows_it(build: Build) -> None:
    town = await build(notices=[notice(), notice(id="follow", after="sale 2h", text="后来")])
    await until(town, TEN_TO + timedelta(hours=3))

    [_, (at, text)] = posted(town, FANS)
    assert text == "后来"
    assert TEN_TO + timedelta(hours=2) <= at < TEN_TO + timedelta(hours=2, minutes=1)


async def test_a_course_begins_for_whoever_joins(build: Build) -> None:
    town = await build(
        notices=[
            notice(id=f"day{n}", after_join=f"{n}d 10:00", groups=["training"], text=f"第{n}课")
            for n in (1, 2)
        ]
    )
    town.wechat.joins(TRAINEES, [town.wechat.world.contact("wang")])
    await until(town, datetime(2026, 11, 27, tzinfo=UTC))

    heard = posted(town, TRAINEES)
    assert [text for _, text in heard] == ["@王五\u2005第1课", "@王五\u2005第2课"]
    assert [at.astimezone(town.config.zone).day for at, _ in heard] == [24, 25]
    assert posted(town, FANS) == []


async def test_a_lesson_for_very_many_newcomers_is_still_said(build: Build) -> None:
    course = notice(after_join="1d 10:00", groups=["training"], text="第一课" * 500)
    town = await build(notices=[course])
    crowd = [Contact(f"n{n}", f"一位名字很长很长的新朋友{n}号") for n in range(150)]
    town.wechat.joins(TRAINEES, crowd)
    await until(town, datetime(2026, 11, 24, 2, 30, tzinfo=UTC))
    assert "".join(text for _, text in posted(town, TRAINEES)).endswith("第一课" * 500)
    assert await states(town) == {TRAINEES: "sent"}


async def test_groups_that_match_later_are_included_from_then_on(build: Build) -> None:
    daily = notice(
        rrule="FREQ=DAILY;BYHOUR=11;BYMINUTE=0;BYSECOND=0", start="2026-11-01T00:00:00+08:00"
    )
    town = await build(notices=[daily], groups=[{"topic": "枕头粉丝*", "kind": "fan"}])
    await until(town, TEN_TO + timedelta(minutes=1))
    assert posted(town, TRAINEES) == []

    town.wechat.renames(TRAINEES, "枕头粉丝三群")
    await until(town, TEN_TO + timedelta(days=1, minutes=1))
    assert len(posted(town, TRAINEES)) == 1
    assert len(posted(town, FANS)) == 2


async def test_a_changed_configuration_posts_nothing_twice_and_nothing_long_past(
    build: Build,
) -> None:
    town = await build(notices=[notice()])
    await until(town, TEN_TO + timedelta(minutes=1))
    await town.configure(notices=[notice(at="2026-11-23T11:20:00+08:00", text="改了")])
    await town.settle(3600)
    assert len(posted(town, FANS)) == 1

    await town.configure(notices=[notice(id="old", at="2026-11-23T10:30:00+08:00")])
    await town.settle(3600)
    assert len(posted(town, FANS)) == 1
    assert not any(row.notice == "old" for row in await town.rows(Occurrence))


async def test_a_notice_that_is_taken_out_of_the_configuration_is_not_posted(build: Build) -> None:
    town = await build(notices=[notice()])
    await town.configure(notices=[])
    await until(town, TEN_TO + timedelta(hours=1))

    assert posted(town, FANS) == []
    assert await states(town) == {}


async def test_one_failing_group_does_not_hold_the_others(build: Build) -> None:
    town = await build(notices=[notice(groups=["fan", "training"])])
    await until(town, TEN_TO - timedelta(seconds=1))
    del town.wechat.world.rooms[FANS].members["bot"]
    await town.settle(120)

    assert await states(town) == {
        FANS: NoticeState.DROPPED,
        FANS_2: NoticeState.SENT,
        TRAINEES: NoticeState.SENT,
    }
    [told] = town.told("boss")
    assert "未发（微信拒绝：机器人不在这个群里了） 枕头粉丝一群" in told
