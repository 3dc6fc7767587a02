"""Promises run in service time only, are warned of, and escalate without becoming a stream."""

from datetime import datetime, timedelta

import pytest
from sqlmodel import Session

from bot.desk.service import stretches
from bot.message import Contact
from bot.storage.tables import ClockKind
from bot.turn import Turn
from tests.conftest import FANS, STAFF_ROOM, Build, Town
from tests.scenarios.desk import ANGRY, SHANGHAI, last_in, newcomers, staffed, until
from tests.scenarios.notices import notice

ONE_OWNER = [{"id": "mei", "name": "小美"}, {"id": "lin", "name": "林姐", "role": "lead"}]


def reminders(town: Town) -> list[str]:
    return [text for text in town.heard_in(STAFF_ROOM) if "服务时限" in text]


def reminded_at(town: Town) -> list[str]:
    return [
        f"{at + timedelta(hours=8):%m-%d %H:%M}"
        for at, letter in town.said
        if letter.purpose == "sla-alert" and letter.room == STAFF_ROOM
    ]


async def test_warned_broken_and_escalated_from_agent_to_lead_to_manager(build: Build) -> None:
    town = await staffed(build, staff=ONE_OWNER, idle="10h")
    await town.say("zhang", ANGRY, FANS)  # 10:02, after joining
    await town.settle(5 * 3600)

    soon, late, breach, lead, manager = reminders(town)
    assert "11 分钟，承诺 15 分钟，快到时限" in soon
    assert "已过承诺" in late
    assert "已 1 小时，承诺 15 分钟，已超时" in breach
    assert "@林姐" not in breach
    assert "@小美" in lead
    assert "@林姐" in lead
    assert "上报管理员" in manager
    assert any("上报管理员" in text for text in town.told("boss"))
    assert len(town.told("boss")) == 1


async def test_what_is_due_within_a_minute_is_told_at_once(build: Build) -> None:
    town = await staffed(build, staff=ONE_OWNER, idle="10h")
    [other] = await newcomers(town, 1)
    town.wechat.says("zhang", ANGRY, FANS)
    await town.settle(20)
    town.wechat.says(other, "客服态度恶劣，" + ANGRY, FANS)
    await town.settle(5 * 3600)

    told = reminders(town)
    assert len(told) == 5
    assert all("2 个工单" in text for text in told)


async def test_an_answer_stops_the_clock(build: Build) -> None:
    town = await staffed(build, idle="10h")
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 回复 您好，在处理", STAFF_ROOM)
    await town.settle(6 * 3600)

    assert reminders(town) == []


async def test_an_urgent_complaint_shortens_the_promise(build: Build) -> None:
    town = await staffed(build, idle="10h", urgent=0.4)
    await town.say("zhang", "用了脸上过敏", FANS)
    await town.settle(5 * 60)

    assert "承诺 6 分钟" in reminders(town)[0]


async def test_the_next_question_is_promised_an_answer_too_but_not_a_thank_you(
    build: Build,
) -> None:
    town = await staffed(build, idle="10h", next_reply="20m")
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 回复 给您补发", STAFF_ROOM)
    await town.say("zhang", "好的，谢谢")
    await town.settle(3600)
    assert reminders(town) == []

    await town.say("zhang", "那什么时候到？")
    await town.settle(16 * 60)

    assert "等下一次回复已 15 分钟，承诺 20 分钟" in reminders(town)[0]


async def test_waiting_for_the_member_stops_the_clock_and_a_thank_you_does_not_start_it(
    build: Build,
) -> None:
    town = await staffed(build, idle="10h")
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 等待", STAFF_ROOM)
    await town.say("zhang", "好的")
    assert (await town.tickets())[0].state == "waiting"
    await town.settle(3 * 3600)
    assert reminders(town) == []

    await town.say("zhang", "订单号是 123")
    assert (await town.tickets())[0].state == "claimed"
    await town.settle(15 * 60)
    assert len(reminders(town)) >= 1


async def test_the_clock_stands_while_nobody_can_be_reached(build: Build) -> None:
    town = await staffed(build, idle="10h")
    await town.say("li", ANGRY, FANS)
    await town.settle(3 * 3600)
    assert reminders(town) == []

    town.wechat.confirms("li")
    await town.settle(14 * 60)
    assert "11 分钟" in reminders(town)[0]


async def test_many_tickets_make_one_reminder(build: Build) -> None:
    town = await staffed(build, idle="10h", incident_size=50)
    members = await newcomers(town, 12)
    for number, member in enumerate(members):
        town.wechat.says(member, f"{ANGRY}{number}", FANS)
        await town.settle(20)
    await town.settle(20 * 60)

    told = reminders(town)
    assert len(told) <= 4
    assert sum(text.count("快到时限") + text.count("已过承诺") for text in told) >= 12


async def test_friday_evening_before_a_holiday_with_a_make_up_day(build: Build) -> None:
    """Spring Festival 2026: off from Sunday 15 to Monday 23 February; Saturday 14 is worked."""
    friday = datetime(2026, 2, 13, 20, 48, tzinfo=SHANGHAI)
    hours = "Mon-Fri 09:00-21:00"
    town = await staffed(build, staff=ONE_OWNER, start=friday, hours=hours, idle="90h", digest="")
    await until(town, "2026-02-13 20:50")
    await town.say("zhang", ANGRY, FANS)
    await until(town, "2026-02-14 12:00")
    assert reminded_at(town)[:2] == ["02-14 09:01", "02-14 09:06"]

    await town.say("mei", "#1 回复 在处理", STAFF_ROOM)
    await until(town, "2026-02-14 20:50")
    town.said.clear()
    await town.say("wang", "我的也坏了", FANS)
    await until(town, "2026-02-24 10:00")

    assert reminded_at(town)[:2] == ["02-24 09:01", "02-24 09:06"]


async def test_a_reminder_is_not_lost_nor_doubled_by_a_restart(build: Build) -> None:
    town = await staffed(build, idle="10h")
    await town.say("zhang", ANGRY, FANS)
    await town.settle(5 * 60)
    await town.crash()
    await town.settle(6 * 60)
    assert len(reminders(town)) == 1

    await town.crash()
    await town.settle(60)
    assert len(reminders(town)) == 1


async def test_time_without_the_bot_counts_and_is_told_once(build: Build) -> None:
    town = await staffed(build, idle="50h")
    await town.say("zhang", ANGRY, FANS)
    town.app.abandon()
    town.clock.move(town.clock() + timedelta(hours=1, minutes=30))
    await town.crash()
    await town.settle(60)

    [told] = reminders(town)
    assert "已超时" in told


async def test_a_clock_that_is_set_back_makes_no_time_run_backwards(build: Build) -> None:
    town = await staffed(build, idle="50h")
    await town.say("zhang", ANGRY, FANS)
    earlier = town.clock() - timedelta(hours=2)

    def answer(session: Session) -> list[tuple[datetime, datetime]]:
        desk = Turn(session, town.app.account, earlier).desk
        ticket = desk.find(1)
        desk.replied(ticket, ticket)
        clock = desk.clocks.get(ticket, ClockKind.FIRST)
        assert clock is not None
        return list(stretches(clock, earlier))

    spans = await town.storage.transact(answer)
    assert all(start <= end for start, end in spans)
    await town.settle(3600)
    assert reminders(town) == []


async def test_other_promises_take_force_while_the_bot_runs(build: Build) -> None:
    town = await staffed(build, idle="10h", first_reply="3h", breach="4h", escalate="5h")
    await town.say("zhang", ANGRY, FANS)
    await town.settle(30 * 60)
    assert reminders(town) == []

    await town.configure(support={"room": STAFF_ROOM, "staff": ONE_OWNER, "idle": "10h"})
    await town.settle(60)
    assert "承诺 15 分钟，已过承诺" in last_in(town)


def set_back(town: Town, by: timedelta) -> None:
    """Set the machine's clock back, as a time server may do."""
    town.clock._now -= by


async def test_what_was_about_to_be_said_does_not_wait_for_a_clock_that_was_set_back(
    build: Build,
) -> None:
    town = await staffed(build, idle="50h")
    town.wechat.says("zhang", ANGRY, FANS)
    await town.settle(1)
    assert town.heard_in(STAFF_ROOM) == []
    set_back(town, timedelta(hours=2))
    await town.settle(60)
    assert ANGRY in last_in(town)
    assert len(town.heard_in(FANS)) == len(town.told("zhang")) == 1


async def test_what_was_to_come_in_a_moment_comes_in_a_moment(build: Build) -> None:
    """A newcomer is greeted after 15 s; set back an hour in between, the clock made that 1 h."""
    town = await build()
    town.wechat.joins(FANS, [Contact("new", "新人", friend=True)])
    await town.settle(5)
    assert town.heard_in(FANS) == []
    set_back(town, timedelta(hours=1))
    await town.settle(30)
    assert "@新人" in town.heard_in(FANS)[-1]


async def test_what_is_planned_for_a_time_of_day_waits_for_it(build: Build) -> None:
    at = "2026-11-23T10:05:00+08:00"
    town = await build(notices=[notice(at=at)])
    await town.settle(60)
    set_back(town, timedelta(hours=1))
    await town.settle(3600)
    assert town.heard_in(FANS) == []
    await town.settle(600)
    assert len(town.heard_in(FANS)) == 1


async def test_a_clock_that_jumps_forth_and_back_calls_nobody_twice(build: Build) -> None:
    """A machine that slept and is put right afterwards: each call comes once, and in order."""
    town = await staffed(build, idle="50h")
    await town.say("zhang", ANGRY, FANS)
    town.clock.move(town.clock() + timedelta(hours=1, minutes=10))
    await town.settle(60)
    assert sum("已超时" in text for text in reminders(town)) == 1
    set_back(town, timedelta(hours=1))
    await town.settle(70 * 60)
    assert sum("已超时" in text for text in reminders(town)) == 1
    await town.say("mei", "#1 回复 您好", STAFF_ROOM)
    await town.settle(6 * 3600)

    assert len(reminders(town)) == 1
    assert (await town.tickets())[0].first_reply_at is not None


@pytest.mark.parametrize(
    ("hours", "said", "reminded"),
    [
        ("Mon-Fri 09:00-12:00, 13:30-18:00", "2026-11-23 11:55", ["11-23 13:36", "11-23 13:41"]),
        ("24/7", "2026-10-01 03:00", ["10-01 03:11", "10-01 03:16"]),
        ("每天 20:00-02:00", "2026-11-23 23:55", ["11-24 00:06", "11-24 00:11"]),
        ("每天 20:00-02:00", "2026-11-24 01:50", ["11-24 20:01", "11-24 20:06"]),
    ],
)
async def test_promises_run_in_the_hours_as_they_are_written(
    build: Build, hours: str, said: str, reminded: list[str]
) -> None:
    start = datetime.fromisoformat(said).replace(tzinfo=SHANGHAI) - timedelta(minutes=5)
    town = await staffed(build, staff=ONE_OWNER, start=start, hours=hours, idle="90h", digest="")
    await until(town, said)
    await town.say("zhang", ANGRY, FANS)
    await town.settle(24 * 3600)

    assert reminded_at(town)[:2] == reminded
