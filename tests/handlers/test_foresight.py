"""``check`` tells what will come of the notices, and stays whole where they are faulty."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.cli.reading import read_config

HEAD = '[wechat]\nmanagers=["boss"]\n[support]\nroom="rs"\n[[groups]]\nid="r1"\nkind="fan"\n'
NOTICE = '[[notices]]\nid="{}"\ntitle="t"\nscenario="promotion"\ngroups=["fan"]\ntext="x"\n{}\n'
DAILY = 'start="2026-11-01T00:00:00+08:00"\nrrule="FREQ=DAILY;BYHOUR={};BYMINUTE=30;BYSECOND=0"\n'

Check = Callable[..., tuple[list[str], list[str]]]


@pytest.fixture
def check(tmp_path: Path) -> Check:
    """Check notices, and return faults and warnings."""

    def check(*notices: str) -> tuple[list[str], list[str]]:
        file = tmp_path / "config.toml"
        tables = [NOTICE.format(f"n{number}", text) for number, text in enumerate(notices)]
        file.write_text(HEAD + "".join(tables))
        reading = read_config(file)
        return [each.text for each in reading.faults], [each.text for each in reading.warnings]

    return check


def test_what_is_doubtful_is_told(check: Check) -> None:
    faults, warnings = check(DAILY.format(6) + "promotional=true", DAILY.format(6))
    assert faults == []
    told = "\n".join(warnings)
    for words in ("都定在", "安静时段", "促销占 50%"):
        assert words in told


def test_days_to_skip_or_move_on_which_nothing_falls_are_told(check: Check) -> None:
    weekly = (
        'start="2026-11-01T00:00:00+08:00"\nrrule="FREQ=WEEKLY;BYDAY=SA;BYHOUR=10;BYMINUTE=0;'
        'BYSECOND=0"\nskip=["2026-12-05", "2026-12-06"]\nmove={"2026-12-11"="2026-12-13T10:00"}'
    )
    faults, warnings = check(weekly, 'after="n0 1d"\nskip=["2026-12-20"]')
    assert faults == []
    assert [text[:10] for text in warnings] == ["2026-12-06", "2026-12-11"]


def test_working_days_that_are_only_guessed_are_told(check: Check) -> None:
    far = 'start="2040-11-01T00:00:00+08:00"\nrrule="FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0"\n'
    faults, warnings = check(far + 'only="workdays"')
    assert faults == []
    assert any("2040 年的放假和调休还没有收录" in text for text in warnings)
    never = far.replace("DAILY", "YEARLY;BYMONTH=10;BYMONTHDAY=1")
    assert any("算不出任何一次" in text for text in check(never + 'only="workdays"')[1])
    assert any("只用于重复" in text for text in check('after_join="1d 10:00"\nonly="workdays"')[0])


def test_notices_that_come_too_close_are_told_a_year_ahead(check: Check) -> None:
    one, other = (f'at="2027-08-01T{clock}+08:00"' for clock in ("10:00:00", "10:02:00"))
    assert check(one, other)[1] == [
        "离公告「n0」（08-01 10:00）太近，会推迟到隔开 5 分钟 再发；建议错开"
    ]
    assert "都定在 08-01 10:00" in check(one, one)[1][0]


def test_a_deadline_before_anybody_hears_of_it_is_told(check: Check) -> None:
    at = 'at="2027-01-01T10:00:00+08:00"\n{}[notices.signup]\nkeyword="我要来"\n'
    deadline = 'deadline="2027-01-01T09:00:00+08:00"'
    assert any("已经报不上了" in text for text in check(at.format("") + deadline)[1])
    assert check(at.format('remind=["1d"]\n') + deadline) == ([], [])


def test_an_hour_at_night_is_told_though_another_comes_first(check: Check) -> None:
    _, warnings = check(DAILY.format("9,23"))
    assert any("23:30 在安静时段里" in text for text in warnings)


def test_a_sound_plan_is_not_doubted(check: Check) -> None:
    assert check(DAILY.format(9), DAILY.format(12)) == ([], [])


@pytest.mark.parametrize(
    ("notice", "words"),
    [
        ('start="2026-11-01T00:00:00+08:00"\nrrule="FREQ=SECONDLY"', "太密"),
        (
            'start="2026-11-01T00:00:00+08:00"\nrrule="FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"',
            "算不出",
        ),
        ('at="2026-02-30T10:00:00+08:00"', "没有 2026-02-30 这一天"),
        ('lunar="13-40 10:00"', "农历没有 13-40"),
        ('lunar="13-40"', "农历没有 13-40"),
        ('lunar="08-15"', "08-15 10:00"),
        ('lunar="08-31 10:00"', "农历没有"),
        ('solar_term="东至 09:00"', "没有「东至」"),
        ('after_join="soon"', "1d 10:00"),
        ('after_join="1d 10:00"\nmove={"2026-12-11"="2026-12-13T10:00"}', "不能写 move"),
        ('after="nobody 2h"', "没有「nobody」"),
        ('after="n0 2h"', "绕了一圈"),
        ('at="2027-01-01T10:00:00+08:00"\nimage="gone.png"', "打不开文件"),
        ('at="2027-01-01T10:00:00+08:00"\nlink={url="x", title="y"}', "不是网址"),
        ('at="2027-01-01T10:00:00+08:00"\n[notices.signup]\nkeyword="报名"\ncapacity=0', "1"),
        ('at="2027-01-01T10:00:00+08:00"\n[notices.signup]\nkeyword="公告"', "指令"),
        ('after_join="1d 10:00"\n[notices.signup]\nkeyword="报名"', "不能带报名"),
        ('at="2027-01-01T10:00:00+08:00"\nreminder="{nope}"', "没有「{nope}」"),
        ('at="2027-01-01T10:00:00+08:00"\n[[notices.parts]]\ntext="{nope}"', "没有「{nope}」"),
    ],
)
def test_bad_input_is_one_clear_fault(check: Check, notice: str, words: str) -> None:
    faults, _ = check(notice)
    assert len(faults) == 1
    assert words in faults[0]


@pytest.mark.parametrize("keyword", ["好的", "1", "收到"])
def test_an_everyday_word_as_keyword_is_doubted(check: Check, keyword: str) -> None:
    at = f'at="2027-01-01T10:00:00+08:00"\n[notices.signup]\nkeyword="{keyword}"'
    faults, warnings = check(at)
    assert faults == []
    assert any("平常" in text for text in warnings)


def test_two_notices_with_one_keyword_in_one_group_are_doubted(check: Check) -> None:
    at = 'at="2027-01-0{}T10:00:00+08:00"\n[notices.signup]\nkeyword="我来"'
    _, warnings = check(at.format(1), at.format(2))
    assert any("分不清" in text for text in warnings)
