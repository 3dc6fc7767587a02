"""What ``check`` says of rules and answers: each slip once, and nothing that only follows."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.bot.cli.shell import CONFIG, Run

Checked = Callable[[str], list[str]]
RULE = '[[rules]]\nid = "{}"\nlabel = "complaint"\n'
FAQ = '[[faq]]\nid = "{}"\nanswer = "能"\n'
ABOVE = CONFIG.count("\n")


@pytest.fixture
def checked(run: Run, folder: Path) -> Checked:
    """Check what stands below a sound configuration; lines count from there."""

    def checked(below: str) -> list[str]:
        (folder / "config.toml").write_text(CONFIG + below, encoding="utf-8")
        told = (line.split(":", 2) for line in run("check").stderr.splitlines())
        return [f"{int(line) - ABOVE}:{rest}" for _, line, rest in told]

    return checked


def test_no_remark_on_a_faulty_rule_lands_on_a_sound_one_of_its_name(checked: Checked) -> None:
    """「规则里没有任何词」 was told of the first rule, which has words."""
    told = checked(RULE.format("a") + 'any = ["掉漆"]\n' + RULE.format("a") + 'prio = ["好用"]\n')
    assert [each.split(" ")[0] for each in told] == ["6:6:", "8:1:"]
    assert "「a」重复了，前面已经用过" in told[0]


def test_of_two_rules_with_one_name_each_is_looked_into(checked: Checked) -> None:
    told = checked(RULE.format("a") + 'any = ["掉漆"]\n' + RULE.format("a"))
    assert [each.split(" ")[0] for each in told] == ["5:1:", "6:6:"]
    assert "没有任何词" in told[0]


def test_a_word_and_a_rule_may_have_one_name(checked: Checked) -> None:
    told = checked(RULE.format("锅") + 'any = ["掉漆"]\n[[words]]\nword = "锅"\n')
    assert [each.split(" ")[0] for each in told] == ["6:8:"]
    assert "只有一个字" in told[0]


def test_what_is_wrong_otherwise_is_told_with_it(checked: Checked) -> None:
    told = checked(
        RULE.format("a") + "severity = 9\n" + RULE.format("b") + 'regex = ["("]\nx = 1\n'
    )
    assert [each.split(" ")[0] for each in told] == ["1:1:", "4:12:", "8:10:", "9:1:"]
    assert "没有任何词" in told[0]


def test_questions_that_nobody_wrote_are_not_held_against_each_other(checked: Checked) -> None:
    """「fan」 was said to stand in another answer: it stood in for the questions of both."""
    told = checked(
        FAQ.format("x")
        + 'questions = ["枕头能洗吗"]\n'
        + FAQ.format("y")
        + 'question = "枕头能泡吗"\n'
        + FAQ.format("z")
        + 'question = "枕头能蒸吗"\n'
    )
    assert [each.split(" ")[0] for each in told] == ["4:1:", "8:12:", "12:12:"]


def test_a_house_word_that_nobody_wrote_cuts_no_sentence(checked: Checked) -> None:
    told = checked(RULE.format("a") + 'any = ["买0送1", "https"]\n' + "[[words]]\nfreq = 9\n" * 2)
    assert [each.split(" ")[0] for each in told] == ["5:1:", "7:1:"]
    assert all("少了「word」" in each for each in told)


@pytest.mark.parametrize(
    ("near", "instead"),
    [
        ('["锅", "漏"]', '[{ words = ["锅", "漏"], within = 3 }]'),
        ('[["锅", "漏"]]', '[{ words = ["锅", "漏"], within = 3 }]'),
        (
            '[["锅", "漏"], ["盖", "松"]]',
            '[{ words = ["锅", "漏"], within = 3 }, { words = ["盖", "松"], within = 3 }]',
        ),
        ('{ words = ["锅", "漏"] }', '[{ words = ["锅", "漏"], within = 3 }]'),
        ('"锅"', '[{ words = ["锅", "漏"], within = 3 }]'),
        ("3", '[{ words = ["锅", "漏"], within = 3 }]'),
    ],
)
def test_words_that_stand_near_are_told_once_how_to_be_written(
    checked: Checked, near: str, instead: str
) -> None:
    """Each word was told to be written as [[表名]], and the rule to have no words at all."""
    (told,) = checked(RULE.format("a") + f"near = {near}\n")
    assert told.startswith("4:8: ")
    assert f"near = {instead}" in told


def test_a_word_alone_is_shown_as_a_list(checked: Checked) -> None:
    """「any = "掉漆"」 was answered with ["fan"]."""
    (told,) = checked(RULE.format("a") + 'any = "掉漆"\n')
    assert told == '4:7: 这里要写列表，用方括号：["掉漆"]'


def test_faults_and_warnings_are_told_in_the_order_of_the_lines(checked: Checked) -> None:
    """All warnings came first and looked like faults."""
    told = checked(
        RULE.format("a")
        + 'any = ["锅"]\n'
        + RULE.format("b")
        + 'any = ["掉漆"]\nseverity = 9\n'
        + RULE.format("c")
        + 'any = ["漏", "盖子"]\nregex = ["("]\n'
    )
    assert [each.split(" ")[0] for each in told] == ["4:8:", "9:12:", "13:8:", "14:10:"]
    assert [" 提醒：" in each for each in told] == [True, False, True, False]


def test_a_warning_alone_keeps_nobody_from_starting(run: Run, folder: Path) -> None:
    (folder / "config.toml").write_text(
        CONFIG + RULE.format("a") + 'any = ["锅"]\n', encoding="utf-8"
    )
    ended = run("check")
    assert ended.returncode == 0
    assert ended.stderr.startswith(f"config.toml:{ABOVE + 4}:8: 提醒：「锅」只有一个字")
    assert "没有错误（1 条提醒）" in ended.stdout
