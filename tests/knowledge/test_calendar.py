"""Which days are worked, feasted, and found by the moon."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from knowledge.calendar import SOLAR_TERMS, Calendar, DayKind, LunarDate, read_overrides

calendar = Calendar()


def day(text: str) -> date:
    return date.fromisoformat(text)


@pytest.mark.parametrize(
    ("when", "kind"),
    [
        ("2026-09-30", DayKind.WORKDAY),
        ("2026-10-01", DayKind.HOLIDAY),
        ("2026-10-03", DayKind.HOLIDAY),
        ("2026-10-07", DayKind.HOLIDAY),
        ("2026-10-08", DayKind.WORKDAY),
        ("2026-09-20", DayKind.MAKEUP),
        ("2026-10-10", DayKind.MAKEUP),
        ("2026-10-11", DayKind.WEEKEND),
        ("2026-02-14", DayKind.MAKEUP),
        ("2026-02-28", DayKind.MAKEUP),
    ],
)
def test_tells_work_days_from_free_ones_around_the_holidays(when: str, kind: DayKind) -> None:
    assert calendar.kind(day(when)) is kind
    assert calendar.is_workday(day(when)) is (kind in {DayKind.WORKDAY, DayKind.MAKEUP})


@pytest.mark.parametrize(
    ("when", "name"),
    [
        ("2026-02-15", "春节"),
        ("2026-02-16", "除夕"),
        ("2026-02-17", "春节"),
        ("2026-03-03", "元宵节"),
        ("2026-04-05", "清明节"),
        ("2026-06-19", "端午节"),
        ("2026-08-19", "七夕节"),
        ("2026-09-25", "中秋节"),
        ("2026-09-26", "中秋节"),
        ("2026-10-05", "国庆节"),
        ("2026-10-18", "重阳节"),
        ("2020-10-01", "国庆节、中秋节"),
        ("2015-09-04", "抗战胜利纪念日"),
        ("2026-09-20", None),
        ("2026-10-11", None),
    ],
)
def test_names_holidays_as_people_do(when: str, name: str | None) -> None:
    assert calendar.holiday(day(when)) == name


def test_a_festival_need_not_be_free() -> None:
    assert calendar.holiday(day("2026-08-19")) == "七夕节"
    assert calendar.is_workday(day("2026-08-19"))


@pytest.mark.parametrize("year", [2027, 2030, 2050])
def test_guesses_years_without_published_data_and_says_so(year: int) -> None:
    assert not calendar.known(year)
    assert calendar.kind(date(year, 10, 1)) is DayKind.HOLIDAY
    assert calendar.holiday(date(year, 10, 2)) == "国庆节"
    eve = calendar.lunar_occurrence(year - 1, 12, 30)
    assert eve is not None
    assert not calendar.is_workday(eve)
    kinds = {calendar.kind(date(year, 1, 1) + timedelta(n)) for n in range(365)}
    assert DayKind.MAKEUP not in kinds


def test_names_compensating_days_of_a_guessed_year_plainly() -> None:
    assert calendar.holiday(day("2027-02-09")) == "春节"


def test_knows_the_years_that_are_published() -> None:
    assert all(calendar.known(year) for year in range(2004, 2027))


def test_what_a_manager_says_of_a_day_holds() -> None:
    said = Calendar(
        overrides={day("2026-10-01"): True, day("2026-11-11"): False, day("2026-11-14"): True}
    )
    assert said.kind(day("2026-10-01")) is DayKind.WORKDAY
    assert said.kind(day("2026-11-11")) is DayKind.HOLIDAY
    assert said.holiday(day("2026-11-11")) == "放假"
    assert said.kind(day("2026-11-14")) is DayKind.MAKEUP
    assert said.holiday(day("2026-11-14")) is None


def test_a_year_becomes_known_when_its_worked_weekends_are_given() -> None:
    assert not Calendar(overrides={day("2027-05-04"): False}).known(2027)
    assert Calendar(overrides={day("2027-05-08"): True}).known(2027)
    assert not Calendar(overrides={day("2027-05-08"): True}).known(2028)


def test_reads_a_plan_of_the_year_from_toml(tmp_path: Path) -> None:
    plan = tmp_path / "holidays.toml"
    plan.write_text('off = ["2027-02-05..2027-02-11", 2027-04-05]\nwork = ["2027-02-20"]\n')
    overrides = read_overrides(plan)
    plan.write_text('off = ["9999-12-30..9999-12-31"]\n')
    assert len(read_overrides(plan)) == 2
    assert [d for d, worked in overrides.items() if worked] == [day("2027-02-20")]
    assert len(overrides) == 9
    assert overrides[day("2027-02-11")] is False
    assert Calendar(overrides=overrides).known(2027)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ('off = ["27-02-05"]', "请写成 2027-02-06"),
        ('off = ["2027-02-09..2027-02-05"]', "对调"),
        ('off = ["2027-02-05"]\nwork = ["2027-02-05"]', "只留一处"),
        ('free = ["2027-02-05"]', "只写 off"),
        ("off = [", "TOML"),
    ],
)
def test_says_what_is_wrong_with_a_plan(tmp_path: Path, text: str, says: str) -> None:
    plan = tmp_path / "holidays.toml"
    plan.write_text(text)
    with pytest.raises(ValueError, match=says):
        read_overrides(plan)


def test_refuses_an_unknown_time_zone() -> None:
    with pytest.raises(ValueError, match="请写 Asia/Shanghai"):
        Calendar("Asia/Peking")


@pytest.mark.parametrize(
    ("when", "moon", "text"),
    [
        ("2026-09-25", LunarDate(2026, 8, 15), "八月十五"),
        ("2026-02-17", LunarDate(2026, 1, 1), "正月初一"),
        ("2026-02-16", LunarDate(2025, 12, 29), "腊月廿九"),
        ("2025-07-25", LunarDate(2025, 6, 1, leap=True), "闰六月初一"),
        ("2026-12-28", LunarDate(2026, 11, 20), "冬月二十"),
        ("2027-01-07", LunarDate(2026, 11, 30), "冬月三十"),
    ],
)
def test_tells_the_lunar_date(when: str, moon: LunarDate, text: str) -> None:
    assert calendar.lunar(day(when)) == moon
    assert moon.text == text


@pytest.mark.parametrize("when", ["1900-01-30", "2101-01-29"])
def test_has_no_lunar_date_outside_its_tables(when: str) -> None:
    with pytest.raises(ValueError, match="没有农历数据"):
        calendar.lunar(day(when))
    assert calendar.holiday(day(when)) is None


@given(st.dates(day("1900-01-31"), day("2101-01-28")))
def test_a_lunar_date_leads_back_to_its_day(when: date) -> None:
    moon = calendar.lunar(when)
    assert calendar.lunar_occurrence(moon.year, moon.month, moon.day, leap=moon.leap) == when


def test_the_thirtieth_of_the_last_month_is_new_years_eve_in_any_year() -> None:
    for year in range(1900, 2101):
        eve = calendar.lunar_occurrence(year, 12, 30)
        assert eve is not None
        assert calendar.holiday(eve + timedelta(1)) in {"春节", None}  # the tables end with 2100
        assert calendar.lunar(eve).day in {29, 30}
    assert calendar.lunar_occurrence(2025, 12, 30) == day("2026-02-16")


def test_finds_no_day_for_a_lunar_date_that_a_year_lacks() -> None:
    assert calendar.lunar_occurrence(2026, 6, 1, leap=True) is None
    assert calendar.lunar_occurrence(2025, 6, 1, leap=True) == day("2025-07-25")
    assert calendar.lunar_occurrence(2026, 2, 30) is None
    assert calendar.lunar_occurrence(2200, 8, 15) is None


@pytest.mark.parametrize(("month", "number"), [(0, 1), (13, 1), (8, 0), (8, 31)])
def test_refuses_a_lunar_date_that_cannot_be(month: int, number: int) -> None:
    with pytest.raises(ValueError, match="请写 01-01 到 12-30"):
        calendar.lunar_occurrence(2026, month, number)


def test_lists_a_lunar_date_between_two_days() -> None:
    moons = list(calendar.lunar_occurrences(8, 15, day("2025-10-06"), day("2027-09-15")))
    assert moons == [day("2025-10-06"), day("2026-09-25"), day("2027-09-15")]
    assert list(calendar.lunar_occurrences(12, 30, day("2026-02-16"), day("2026-02-16"))) == [
        day("2026-02-16")
    ]


def test_a_leap_month_does_not_repeat_a_date() -> None:
    assert list(calendar.lunar_occurrences(6, 1, day("2025-01-01"), day("2025-12-31"))) == [
        day("2025-06-25")
    ]


def test_finds_solar_terms_both_ways() -> None:
    assert calendar.solar_term_occurrence(2026, "冬至") == day("2026-12-22")
    assert calendar.solar_term(day("2026-04-05")) == "清明"
    assert calendar.solar_term(day("2026-04-06")) is None
    assert calendar.solar_term(day("2200-04-05")) is None
    for name in SOLAR_TERMS:
        assert calendar.solar_term(calendar.solar_term_occurrence(2030, name)) == name


@pytest.mark.parametrize(("year", "name"), [(2026, "冬至节"), (2200, "冬至")])
def test_says_which_solar_terms_there_are(year: int, name: str) -> None:
    with pytest.raises(ValueError, match="请写"):
        calendar.solar_term_occurrence(year, name)
