from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from bot.config.hours import parse_span
from bot.config.recurrence import check_rule, parse_lunar, parse_solar_term
from bot.config.values import (
    parse_day,
    parse_duration,
    parse_endpoint,
    parse_moment,
    spell_duration,
    write_duration,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
START = datetime(2026, 1, 1, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("90s", 90), ("15m", 900), ("1h30m", 5400), ("3d", 259200), ("1d1h1m1s", 90061)],
)
def test_durations_are_read(text: str, seconds: int) -> None:
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text", ["", " ", "0s", "15", "m", "1.5h", "30m1h", "-1h", "367d", "9" * 400 + "s", 15]
)
def test_what_is_no_duration_is_refused(text: object) -> None:
    with pytest.raises(ValueError, match=r"时长|例如"):
        parse_duration(text)


@given(st.integers(1, 366 * 86400))
def test_a_duration_is_written_in_full(seconds: int) -> None:
    written = write_duration(timedelta(seconds=seconds)).replace(" ", "")
    for chinese, unit in (("小时", "h"), ("分钟", "m"), ("天", "d"), ("秒", "s")):
        written = written.replace(chinese, unit)
    assert parse_duration(written) == timedelta(seconds=seconds)
    assert parse_duration(spell_duration(timedelta(seconds=seconds))) == timedelta(seconds=seconds)


def test_moments_are_aware_and_in_utc() -> None:
    moment = parse_moment("2026-11-10T20:00:00+08:00")
    assert (moment, moment.tzinfo) == (datetime(2026, 11, 10, 12, tzinfo=UTC), UTC)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("2026-11-10T20:00:00", "少了时区"),
        ("2026-02-30T10:00:00+08:00", "没有 2026-02-30 这一天"),
        ("明天晚上", "不是时间"),
        ("0001-01-01T00:00:00+08:00", "超出"),
        (3, "写成"),
    ],
)
def test_what_is_no_moment_is_refused_with_what_to_write(text: object, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        parse_moment(text)


def test_days_are_read() -> None:
    assert parse_day("2026-10-01") == date(2026, 10, 1)


@pytest.mark.parametrize(
    "text", ["127.0.0.1", "host:", "host:0", "host:99999", "a b:1", "http://h:1"]
)
def test_an_endpoint_is_host_and_port(text: str) -> None:
    assert parse_endpoint("gateway.local:8788")
    assert parse_endpoint("[::1]:8788")
    with pytest.raises(ValueError, match="主机:端口"):
        parse_endpoint(text)


def test_quiet_hours_pass_midnight() -> None:
    quiet = parse_span("22:30-08:00")
    evening, night = START.replace(hour=22, minute=30), START.replace(hour=7, minute=59)
    assert quiet.covers(evening)
    assert quiet.covers(night)
    assert not quiet.covers(START.replace(hour=8))
    assert quiet.after(evening) == START.replace(hour=8) + timedelta(days=1)
    assert quiet.after(night) == START.replace(hour=8)
    assert quiet.after(START.replace(hour=12)) == START.replace(hour=12)


def test_quiet_hours_within_a_day_end_that_day() -> None:
    quiet = parse_span("12:00-14:00")
    assert quiet.after(START.replace(hour=13)) == START.replace(hour=14)


@pytest.mark.parametrize("text", ["22:30", "25:00-08:00", "08:00-08:00", "早-晚", "8-9"])
def test_what_is_no_stretch_of_the_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"时间段|钟点"):
        parse_span(text)


def test_lunar_days_and_solar_terms_are_read() -> None:
    lunar, leap = parse_lunar("08-15 10:00"), parse_lunar("闰06-01 7:05")
    assert (lunar.month, lunar.day, lunar.clock, lunar.leap) == (8, 15, time(10), False)
    assert (leap.month, leap.leap, leap.clock) == (6, True, time(7, 5))
    assert parse_solar_term("冬至 09:00").clock == time(9)


@pytest.mark.parametrize(
    "text", ["13-40 10:00", "08-31 10:00", "00-01 10:00", "08-15", "08-15 24:00"]
)
def test_what_is_no_lunar_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"农历|钟点"):
        parse_lunar(text)


@pytest.mark.parametrize("text", ["冬日 09:00", "冬至", "冬至 9点", ""])
def test_what_is_no_solar_term_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"节气|钟点"):
        parse_solar_term(text)


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0",
        "RRULE:FREQ=WEEKLY;BYDAY=MO,FR;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
        "FREQ=MINUTELY;INTERVAL=5;COUNT=3",
        "FREQ=DAILY;UNTIL=20260201T000000Z",
        "FREQ=HOURLY",
    ],
)
def test_sensible_rules_are_taken(rule: str) -> None:
    check_rule(rule, START)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("FREQ=SECONDLY", "太密"),
        ("FREQ=SECONDLY;COUNT=100000", "太密"),
        ("FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0,1,2", "太密"),
        ("FREQ=MINUTELY", "没有终点"),
        ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", "算不出"),
        ("FREQ=DAILY;BYMONTH=-2", "1 到 12"),
        ("FREQ=SECONDLY;BYMONTH=2;BYMONTHDAY=30", "算不出"),
        ("FREQ=DAILY;UNTIL=20200101T000000Z", "算不出"),
        ("FREQ=DAILY;UNTIL=20270101", "UTC"),
        ("FREQ=DAILY;BYHOUR=99", "0 到 23"),
        ("FREQ=DAILY;BYMONTH=13", "1 到 12"),
        ("FREQ=DAILY;BYMONTHDAY=0", "1 到 31"),
        ("FREQ=DAILY;COUNT=2;UNTIL=20261231T000000Z", "只能写一个"),
        ("FREQ=DAILY;BYDAY=XX", "读不懂"),
        ("FREQ=SOMETIMES", "FREQ"),
        ("BYHOUR=6", "FREQ"),
        ("FREQ=DAILY;COUNT=0", "大于零"),
        ("FREQ=DAILY;EVERY=2", "EVERY"),
        ("DTSTART:20260101\nRRULE:FREQ=DAILY", "一行"),
        ("", "重复规则"),
    ],
)
def test_rules_that_cannot_be_or_never_rest_are_refused(rule: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        check_rule(rule, START)
