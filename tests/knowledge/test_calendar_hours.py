"""When somebody is there, and how much service time passes."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings, strategies as st

from knowledge.calendar import Calendar, Hours

SHANGHAI = ZoneInfo("Asia/Shanghai")
NEW_YORK = ZoneInfo("America/New_York")
calendar = Calendar()
SHOP = "Mon-Sat 09:00-21:00"
OFFICE = "Mon-Fri 09:00-12:00, 13:30-18:00, Sat 10:00-16:00"
BAR = "Thu-Sat 20:00-03:00"


def at(text: str, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def hours(count: float) -> timedelta:
    return timedelta(hours=count)


@pytest.mark.parametrize(
    ("text", "moment", "is_open"),
    [
        (SHOP, "2026-11-02 08:59:59", False),
        (SHOP, "2026-11-02 09:00", True),
        (SHOP, "2026-11-02 20:59:59", True),
        (SHOP, "2026-11-02 21:00", False),
        (SHOP, "2026-11-01 12:00", False),
        ("24/7", "2026-10-01 03:00", True),
        ("7×24小时", "2026-10-01 03:00", True),
        (BAR, "2026-11-08 02:59", True),
        (BAR, "2026-11-08 03:00", False),
        (BAR, "2026-11-04 02:00", False),
        ("09:00-21:00", "2026-11-01 12:00", True),
        ("Mon-Sun 00:00-24:00", "2026-11-01 00:00", True),
        ("Fri-Mon 09:00-21:00", "2026-11-03 12:00", False),
        ("Fri-Mon 09:00-21:00", "2026-11-02 12:00", True),
        ("Mon, Wed 09:00-21:00", "2026-11-03 12:00", False),
        ("Mon, Wed 09:00-21:00", "2026-11-04 12:00", True),
        ("monday–friday 9:00-21:00", "2026-11-04 09:00", True),
        (OFFICE, "2026-11-03 12:30", False),
        (OFFICE, "2026-11-03 13:30", True),
        (OFFICE, "2026-11-07 13:30", True),
    ],
)
def test_knows_when_somebody_is_there(text: str, moment: str, *, is_open: bool) -> None:
    assert Hours(text, calendar).open_at(at(moment)) is is_open


@pytest.mark.parametrize(
    "text",
    [
        "周一至周六 09:00-21:00",
        "周一到周六 9点-21点",
        "星期一至星期六09：00～21：00",
        "礼拜一 至 礼拜六 9点至21点",
        "工作日、周六 9:00—21:00",
        "每天 9:00-21:00，周日 休息，节假日 休息",
        "Mon-Sat 09:00-21:00; Sun off",
    ],
)
def test_reads_the_same_hours_however_they_are_written(text: str) -> None:
    for day in range(1, 29):
        for clock in ("08:59", "09:00", "20:59", "21:00"):
            moment = at(f"2026-11-{day:02} {clock}")
            assert Hours(text, calendar).open_at(moment) == Hours(SHOP, calendar).open_at(moment)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "没有一天"),
        ("随时", "看不懂服务时间「随时」里的「随时」"),
        ("Mon-Sat", "没有写几点到几点"),
        ("Mon-Sat 09:00", "看不懂"),
        ("Mon-Sat 9:00-25:00", "不是钟点"),
        ("Mon-Sat 9:60-21:00", "不是钟点"),
        ("Mon-Sat 09:00-09:00", "00:00-24:00"),
        ("Mon-Sat 24:00-09:00", "请写 00:00"),
        ("Mon-Fri 09:00-18:00, Wed 12:00-20:00", "周三的两段时间重叠"),
        ("PH 10:00-16:00", "没有一天"),
        ("Mon-Fri 09:00-18:00, Mon-Fri off", "没有一天"),
    ],
)
def test_says_what_to_write_instead(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        Hours(text, calendar)


@pytest.mark.parametrize(
    ("text", "moment", "opening"),
    [
        (SHOP, "2026-11-02 10:00", "2026-11-02 10:00"),
        (SHOP, "2026-11-02 07:00", "2026-11-02 09:00"),
        (SHOP, "2026-11-02 21:00", "2026-11-03 09:00"),
        (SHOP, "2026-11-07 22:00", "2026-11-09 09:00"),
        # National Day lasts from Thursday to the next Wednesday.
        (SHOP, "2026-09-30 21:30", "2026-10-08 09:00"),
        # Before it the 20th of September, a Sunday, is worked.
        (SHOP, "2026-09-19 21:30", "2026-09-20 09:00"),
        ("Mon-Sun 09:00-21:00", "2026-09-30 21:30", "2026-10-01 09:00"),
        ("Mon-Sun 09:00-21:00, PH off", "2026-09-30 21:30", "2026-10-08 09:00"),
        ("周一至周五 9:00-18:00，节假日 10:00-16:00", "2026-09-30 18:00", "2026-10-01 10:00"),
        # A Saturday that is worked keeps Friday's hours, a Sunday Monday's.
        (OFFICE, "2026-10-10 00:00", "2026-10-10 09:00"),
        ("Tue-Fri 09:00-18:00", "2026-09-19 12:00", "2026-09-22 09:00"),
        # Guessed years have free holidays too.
        (SHOP, "2030-10-01 10:00", "2030-10-04 09:00"),
    ],
)
def test_finds_the_next_opening(text: str, moment: str, opening: str) -> None:
    assert Hours(text, calendar).next_open(at(moment)) == at(opening)


@pytest.mark.parametrize(
    ("text", "start", "added", "end"),
    [
        (SHOP, "2026-11-02 20:50", 1, "2026-11-03 09:50"),
        (SHOP, "2026-11-02 20:00", 1, "2026-11-02 21:00"),
        (SHOP, "2026-11-02 23:00", 0, "2026-11-02 23:00"),
        (SHOP, "2026-11-07 20:30", 1, "2026-11-09 09:30"),
        (SHOP, "2026-09-30 20:30", 1, "2026-10-08 09:30"),
        (SHOP, "2026-10-03 12:00", 12, "2026-10-08 21:00"),
        (OFFICE, "2026-11-06 17:00", 2, "2026-11-07 11:00"),
        (OFFICE, "2026-11-02 11:30", 1, "2026-11-02 14:00"),
        (BAR, "2026-11-05 23:00", 5, "2026-11-06 21:00"),
        ("24/7", "2026-09-30 23:00", 48, "2026-10-02 23:00"),
    ],
)
def test_adds_service_time(text: str, start: str, added: float, end: str) -> None:
    service = Hours(text, calendar)
    assert service.add(at(start), hours(added)) == at(end)
    assert service.elapsed(at(start), at(end)) == hours(added)


def test_no_service_time_passes_backwards_or_while_closed() -> None:
    service = Hours(SHOP, calendar)
    assert service.elapsed(at("2026-10-01 09:00"), at("2026-10-08 09:00")) == timedelta()
    assert service.elapsed(at("2026-11-03 12:00"), at("2026-11-02 12:00")) == timedelta()
    with pytest.raises(ValueError, match="往后"):
        service.add(at("2026-11-03 12:00"), -hours(1))


def test_an_override_of_the_day_changes_the_hours() -> None:
    on_leave = Calendar(overrides={at("2026-11-11 00:00").date(): False})
    assert Hours(SHOP, on_leave).next_open(at("2026-11-11 10:00")) == at("2026-11-12 09:00")


def test_answers_in_utc_and_keeps_the_text() -> None:
    service = Hours(SHOP, calendar)
    assert service.next_open(at("2026-11-02 07:00")).tzinfo is UTC
    assert service.add(at("2026-11-02 07:00"), hours(0)).tzinfo is UTC
    assert str(service) == SHOP


def test_refuses_a_moment_without_a_time_zone() -> None:
    with pytest.raises(ValueError, match="时区"):
        Hours(SHOP, calendar).open_at(at("2026-11-02 07:00").replace(tzinfo=None))


MOMENTS = st.datetimes(
    datetime(2025, 1, 1),  # noqa: DTZ001 - hypothesis wants bounds without a zone
    datetime(2028, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, SHANGHAI, NEW_YORK]),
)
# Two moments of one zone are compared by its clock, which may be put back between them.
INSTANTS = MOMENTS.map(lambda moment: moment.astimezone(UTC))
SERVICES = st.builds(
    Hours,
    st.sampled_from([SHOP, OFFICE, BAR, "24/7", "Mon-Sun 02:15-02:45, 03:00-04:00, 22:00-01:30"]),
    st.sampled_from([calendar, Calendar("America/New_York"), Calendar("Australia/Lord_Howe")]),
)


@settings(deadline=None)
@given(SERVICES, MOMENTS, st.timedeltas(timedelta(), timedelta(days=20)))
def test_what_was_added_has_elapsed(service: Hours, moment: datetime, duration: timedelta) -> None:
    assert service.elapsed(moment, service.add(moment, duration)) == duration


@settings(deadline=None)
@given(SERVICES, INSTANTS, INSTANTS)
def test_what_elapsed_can_be_added_within_the_same_time(
    service: Hours, start: datetime, end: datetime
) -> None:
    start, end = sorted((start, end))
    passed = service.elapsed(start, end)
    assert timedelta() <= passed <= end - start
    assert service.add(start, passed) <= end


@settings(deadline=None)
@given(SERVICES, INSTANTS, INSTANTS, INSTANTS)
def test_stretches_add_up(service: Hours, a: datetime, b: datetime, c: datetime) -> None:
    a, b, c = sorted((a, b, c))
    assert service.elapsed(a, b) + service.elapsed(b, c) == service.elapsed(a, c)


def test_an_hour_that_the_clock_skips_is_not_served() -> None:
    night = Hours("Mon-Sun 01:00-04:00", Calendar("America/New_York"))
    start, end = at("2026-03-08 00:00", NEW_YORK), at("2026-03-08 12:00", NEW_YORK)
    assert night.elapsed(start, end) == hours(2)


def test_an_hour_that_the_clock_repeats_is_served_twice() -> None:
    night = Hours("Mon-Sun 00:00-04:00", Calendar("America/New_York"))
    start, end = at("2026-11-01 00:00", NEW_YORK), at("2026-11-01 12:00", NEW_YORK)
    assert night.elapsed(start, end) == hours(5)


def test_tells_the_two_times_apart_that_a_clock_shows_twice() -> None:
    first = at("2026-11-01 01:30", NEW_YORK)
    second = first.replace(fold=1)
    always = Hours("24/7", Calendar("America/New_York"))
    assert always.elapsed(first, second) == hours(1)
    assert always.open_at(second)


def test_an_opening_that_the_clock_skips_happens_when_it_goes_on() -> None:
    night = Hours("Mon-Sun 02:15-02:45, 03:30-04:00", Calendar("America/New_York"))
    moment = at("2026-03-08 01:30", NEW_YORK)
    assert night.next_open(moment) == at("2026-03-08 03:30", NEW_YORK)
