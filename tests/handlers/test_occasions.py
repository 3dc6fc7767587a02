"""Moments of notices: the moon's, the sun's, the rules', and what hangs on them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from bot.config import Config
from handlers.notices.foresight import Foresight
from handlers.notices.occasions import Occasions

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def ahead(count: int = 3, *, zone: str = "Asia/Shanghai", **when: Any) -> list[str]:
    plain = {"id": "n", "title": "t", "scenario": "holiday", "groups": ["fan"], "text": "x"}
    config = Config.model_validate(
        {"timezone": zone, "notices": [{**plain, **when}]}, context={"folder": Path.cwd()}
    )
    found = Occasions(config).ahead(config.notices[0], NOW, count)
    return [f"{each.astimezone(config.zone):%Y-%m-%d %H:%M}" for each in found]


@pytest.mark.parametrize(
    ("when", "moments"),
    [
        ({"lunar": "08-15 10:00"}, ["2027-09-15 10:00", "2028-10-03 10:00", "2029-09-22 10:00"]),
        ({"lunar": "12-30 18:00"}, ["2027-02-05 18:00", "2028-01-25 18:00", "2029-02-12 18:00"]),
        ({"lunar": "闰06-01 10:00"}, ["2036-07-23 10:00", "2055-07-24 10:00", "2074-07-24 10:00"]),
        (
            {"solar_term": "冬至 09:00"},
            ["2026-12-22 09:00", "2027-12-22 09:00", "2028-12-21 09:00"],
        ),
        (
            {"solar_term": "清明 08:30"},
            ["2027-04-05 08:30", "2028-04-04 08:30", "2029-04-04 08:30"],
        ),
        ({"at": "2026-11-10T20:00:00+08:00"}, []),
        ({"at": "2026-12-12T12:00:00Z"}, ["2026-12-12 20:00"]),
        (
            {
                "rrule": "FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0",
                "start": "2026-11-01T00:00:00+08:00",
                "until": "2026-11-24T06:30:00+08:00",
            },
            ["2026-11-23 06:30", "2026-11-24 06:30"],
        ),
    ],
)
def test_moments(when: dict[str, Any], moments: list[str]) -> None:
    assert ahead(**when) == moments


def test_an_occurrence_can_be_skipped_or_moved_past_others() -> None:
    weekly = {
        "rrule": "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
        "start": "2026-11-01T00:00:00+08:00",
    }
    moved = {"2026-11-23": "2026-12-02T15:00", "2026-11-24": "2026-11-25T09:00"}
    assert ahead(4, **weekly, skip=["2026-12-07"], move=moved) == [
        "2026-11-30 09:00",
        "2026-12-02 15:00",
        "2026-12-14 09:00",
        "2026-12-21 09:00",
    ]  # the 24th is no Monday: nothing to move


def test_the_zone_is_that_of_the_configuration() -> None:
    daily = {
        "rrule": "FREQ=DAILY;BYHOUR=2;BYMINUTE=30;BYSECOND=0",
        "start": "2027-03-26T00:00:00Z",
    }
    assert ahead(4, zone="Europe/Berlin", **daily) == [
        "2027-03-26 02:30",
        "2027-03-27 02:30",
        "2027-03-28 03:30",  # there is no half past two on this day
        "2027-03-29 02:30",
    ]


def on(year: int, only: str, **more: Any) -> list[str]:
    """List the days of a year on which a daily notice is posted."""
    plain = {"id": "n", "title": "t", "scenario": "recurring", "groups": ["fan"], "text": "x"}
    rule = {
        "rrule": "FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0",
        "start": f"{year}-01-01T00:00:00+08:00",
        "until": f"{year}-12-31T23:59:59+08:00",
    }
    config = Config.model_validate(
        {"notices": [{**plain, **rule, "only": only}], **more}, context={"folder": Path.cwd()}
    )
    start = datetime(year - 1, 12, 31, tzinfo=UTC)
    found = Occasions(config).ahead(config.notices[0], start, 400)
    return [f"{each.astimezone(config.zone):%m-%d}" for each in found]


def test_workdays_are_those_of_china_make_up_days_included() -> None:
    worked = on(2026, "workdays")
    assert len(worked) == len(set(worked)) == 248
    assert {"10-10", "02-14", "02-28"} <= set(worked)  # Saturdays that are worked
    assert not {"10-01", "10-07", "02-17", "11-28"} & set(worked)
    assert sorted({*worked, *on(2026, "days-off")}) == sorted(on(2026, "days-off") + worked)


def test_a_year_that_nobody_published_yet_is_guessed_and_can_be_told() -> None:
    guessed = set(on(2031, "workdays"))
    assert not {"10-01", "01-23", "05-01"} & guessed  # legal holidays; 01-23 is Spring Festival
    assert not {"01-25", "10-11"} & guessed  # no weekend is worked
    told = {"calendar": {"off": ["2031-01-20..2031-01-31"], "work": ["2031-02-02"]}}
    assert guessed ^ set(on(2031, "workdays", **told)) == {
        "01-20",
        "01-21",
        "01-28",
        "01-29",
        "01-30",
        "01-31",
        "02-02",
    }


def test_the_moon_and_the_sun_need_no_publication() -> None:
    plain = {"title": "t", "scenario": "holiday", "groups": ["fan"], "text": "x"}
    config = Config.model_validate(
        {
            "notices": [
                {**plain, "id": "eve", "lunar": "12-30 18:00"},
                {**plain, "id": "sun", "solar_term": "清明 09:00"},
            ]
        },
        context={"folder": Path.cwd()},
    )
    start = datetime(2031, 1, 1, tzinfo=UTC)
    found = [Occasions(config).next(each, start) for each in config.notices]
    assert [each and f"{each:%Y-%m-%d}" for each in found] == ["2031-01-22", "2031-04-05"]


def following(after: str, more: dict[str, Any], **first: Any) -> list[str]:
    plain = {"title": "t", "scenario": "recurring", "groups": ["fan"], "text": "x"}
    rule = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0;BYSECOND=0"
    one = {**plain, "id": "a", "rrule": rule, "start": "2026-11-01T00:00:00+08:00", **first}
    other = {**plain, "id": "b", "after": after, **more}
    config = Config.model_validate({"notices": [one, other]}, context={"folder": Path.cwd()})
    found = Occasions(config).ahead(config.notices[1], NOW, 4)
    return [f"{each.astimezone(config.zone):%m-%d %H:%M}" for each in found]


def test_what_follows_another_can_be_skipped_and_moved_itself() -> None:
    moved = {"skip": ["2026-12-01"], "move": {"2026-12-08": "2026-12-09T10:00"}}
    assert following("a 1d", moved) == ["11-24 09:00", "12-09 10:00", "12-15 09:00", "12-22 09:00"]


def test_what_follows_another_ends_with_it() -> None:
    assert following("a 1d", {}, until="2026-12-01T00:00:00+08:00") == [
        "11-24 09:00",
        "12-01 09:00",
    ]
    assert following("a -1d", {}, skip=["2026-11-30"])[:2] == ["11-22 09:00", "12-06 09:00"]
    assert following("b 1d", {}) == []


def test_an_hour_that_comes_twice_is_one_occasion() -> None:
    daily = {
        "rrule": "FREQ=DAILY;BYHOUR=1;BYMINUTE=30;BYSECOND=0",
        "start": "2026-10-31T00:00:00-04:00",
    }
    plain = {"id": "n", "title": "t", "scenario": "holiday", "groups": ["fan"], "text": "x"}
    config = Config.model_validate(
        {"timezone": "America/New_York", "notices": [{**plain, **daily}]},
        context={"folder": Path.cwd()},
    )
    start = datetime(2026, 10, 31, 12, tzinfo=UTC)
    found = Occasions(config).ahead(config.notices[0], start, 2)
    assert found == [
        datetime(2026, 11, 1, 5, 30, tzinfo=UTC),
        datetime(2026, 11, 2, 6, 30, tzinfo=UTC),
    ]


def test_what_will_go_wrong_is_foreseen() -> None:
    plain = {"title": "t", "scenario": "promotion", "groups": ["fan"], "text": "x"}
    rule = {"rrule": "FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0", "start": "2026-11-01T00:00Z"}
    config = Config.model_validate(
        {
            "groups": [{"id": "r1", "kind": "fan"}],
            "notices": [
                {**plain, **rule, "id": "a", "promotional": True},
                {**plain, **rule, "id": "b", "in_quiet_hours": "send"},
            ],
        },
        context={"folder": Path.cwd()},
    )
    foresight = Foresight(config, Occasions(config))
    one, other = config.notices
    due = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
    assert foresight.never_leaves(one, due)
    assert not foresight.never_leaves(other, due)
    assert foresight.share(NOW, config.groups[0]) == 0.5
    assert [(c.one.id, c.other.id) for c in foresight.clashes(NOW)] == [("a", "b")]
