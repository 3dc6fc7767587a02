from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.config import Config
from bot.config.loader import load, read
from bot.config.models import GroupKind
from bot.errors import ConfigError
from tests.bot.config.conftest import NOTICE, SUPPORT, Told, Write

SHIPPED = Path(__file__).parents[3] / "config.toml"
RULE = '[[rules]]\nid = "{}"\nlabel = "complaint"\ntopic = "{}"\n'


def test_the_shipped_community_is_whole() -> None:
    found = read(SHIPPED, environment={})
    assert (found.faults, found.warnings) == ((), ())
    config = found.config
    assert config is not None
    assert [(group.id, group.kind) for group in config.groups] == [
        ("r1", GroupKind.FAN),
        ("r2", GroupKind.TRAINING),
    ]
    assert config.support.room == "rs"
    assert config.managers == {"wxid_manager"}
    assert {person.name: person.role.value for person in config.staff.values()} == {
        "小美": "agent",
        "林姐": "lead",
    }
    assert {rule.id for rule in config.rules} > {"cloud-collapsed"}
    assert {path.name for path in found.sources} == {
        "config.toml",
        "base.toml",
        "learned.toml",
        "spoken.toml",
        "traits.toml",
    }


def test_its_examples_that_are_commented_out_can_be_used(write: Write) -> None:
    keys = (
        "id topic kind label any mode title scenario rrule start until skip move groups except "
        "text name aliases words"
    )
    examples = ["# [[groups]]", "# [[rules]]", "# [[notices]]", "# [[support.distributors]]"]
    examples += ["# [[channels]]"]
    examples += [f"# {key} = " for key in keys.split()]
    lines = SHIPPED.read_text(encoding="utf-8").splitlines()
    used = [line[2:] if line.startswith(tuple(examples)) else line for line in lines]
    assert used != lines
    text = "\n".join(used).replace('"knowledge/data/', f'"{SHIPPED.parent}/knowledge/data/')
    found = read(write(text), environment={})
    assert found.faults == ()
    assert found.config is not None
    assert found.config.group_of("r9", "枕头粉丝九群") is not None


def test_an_empty_file_is_a_configuration(write: Write) -> None:
    config = load(write(""), environment={})
    assert (config.timezone, config.pace.per_minute, config.support.room) == (
        "Asia/Shanghai",
        40,
        "",
    )


@pytest.mark.parametrize("name", ["none.toml", ".", "no/where.toml", "a\0b"])
def test_a_file_that_is_not_there_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / name)
    (fault,) = caught.value.faults
    assert (fault.line, fault.column) == (1, 1)


def test_rules_of_included_files_come_after_the_own(write: Write) -> None:
    write(RULE.format("b", "y") + '[[words]]\nword = "云朵枕"\n', "more/rules.toml")
    config = load(write('include = ["more/rules.toml"]\n' + RULE.format("a", "x")), environment={})
    assert [rule.id for rule in config.rules] == ["a", "b"]
    assert [word.word for word in config.words] == ["云朵枕"]


def test_faults_of_included_files_name_those_files(write: Write) -> None:
    write(RULE.format("a", "x") + "severity = 9\n[pace]\nper_minute = 1\n", "more.toml")
    main = write('include = ["more.toml", "none.toml", "more.toml"]\n' + RULE.format("a", "x"))
    faults = [str(fault).removeprefix(str(main.parent)) for fault in read(main).faults]
    assert [fault.split(": ")[0] for fault in faults] == [
        "/config.toml:1:25",
        "/config.toml:1:38",
        "/config.toml:3:6",
        "/more.toml:5:12",
        "/more.toml:6:1",
    ]
    assert "找不到" in faults[0]
    assert "只写一次" in faults[1]
    assert "「a」重复" in faults[2]
    assert "config.toml 里" in faults[4]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('[[groups]]\nid = "r1"\nkind = "fan"\n', "[[groups]] 要写在 config.toml 里"),
        ('[wechat]\nmanagers = ["boss"]\n', "[wechat] 要写在 config.toml 里"),
        ('[wording]\nplain = "x"\n', "[wording] 要写在 config.toml 里"),
        ('timezone = "Asia/Shanghai"\n', "timezone 要写在 config.toml 里"),
    ],
)
def test_what_an_included_file_cannot_hold_is_told(write: Write, text: str, why: str) -> None:
    """[[groups]] in an included file was said to belong into [faq]."""
    write(text, "more.toml")
    (fault,) = read(write('include = ["more.toml"]\n')).faults
    assert (fault.file.name, fault.line, fault.column) == ("more.toml", 1, 1)
    assert "只能写 [[rules]]、[[words]]、[[lexicons]]、[[corrections]]、[[traits]]；" in fault.text
    assert why in fault.text


def test_an_included_file_that_is_no_toml_hides_no_other_fault(write: Write) -> None:
    write("[[rules]", "more.toml")
    faults = read(write('include = ["more.toml"]\ntimezone = 1\n')).faults
    assert [(fault.file.name, fault.line) for fault in faults] == [
        ("config.toml", 2),
        ("more.toml", 1),
    ]


def test_paths_count_from_the_file(write: Write, tmp_path: Path) -> None:
    write(b"\xff\xd8\xff\xe0", "assets/a.jpg")
    at = 'at = 2026-11-10T20:00:00+08:00\nimage = "assets/a.jpg"\n'
    config = load(write(NOTICE + at), environment={})
    assert config.notices[0].image == tmp_path / "assets/a.jpg"
    assert config.notices[0].at == datetime(2026, 11, 10, 12, tzinfo=UTC)
    assert config.database.url == f"sqlite:///{tmp_path}/data/qunkeeper.db"


def test_a_path_on_the_way_counts_alike(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    main = write('[database]\nurl = "sqlite:///here.db"\n', "deep/config.toml")
    monkeypatch.chdir(main.parent)
    assert (
        load(Path("config.toml"), environment={}).database.url == f"sqlite:///{main.parent}/here.db"
    )


def test_the_database_of_the_environment_wins(write: Write, told: Told) -> None:
    url = "postgresql+psycopg://keeper:geheim@db.local/qunkeeper"
    main = write('[database]\nurl = "sqlite:///a.db"\n')
    assert load(main, environment={"QUNKEEPER_DATABASE_URL": url}).database.url == url
    (fault,) = read(main, environment={"QUNKEEPER_DATABASE_URL": "mysql://a:geheim@h/d"}).faults
    assert (fault.line, fault.column) == (2, 7)
    assert "环境变量 QUNKEEPER_DATABASE_URL" in fault.text
    assert "geheim" not in fault.text


WORDING = {"holding_line": frozenset({"name"}), "plain": frozenset[str]()}


@pytest.mark.parametrize(
    ("line", "place", "why"),
    [
        ('holdingline = "x"', (2, 1), "是不是想写「holding_line」"),
        ('holding_line = "{nme}"', (2, 16), "是不是想写「name」"),
        ('plain = "{name}"', (2, 9), "没有占位符"),
        ('plain = "{"', (2, 9), "配对"),
        ('plain = " "', (2, 9), "空的"),
    ],
)
def test_wording_is_held_against_what_the_bot_says(
    write: Write, line: str, place: tuple[int, int], why: str
) -> None:
    (fault,) = read(write(f"[wording]\n{line}\n"), wording=WORDING).faults
    assert (fault.line, fault.column) == place
    assert why in fault.text


@dataclass(frozen=True)
class Said:
    rule: str
    key: str
    index: int | None
    text: str
    fatal: bool


def test_remarks_on_rules_are_placed_in_the_file_of_the_rule(write: Write) -> None:
    more = write(RULE.format("b", "y") + 'regex = ["ok",\n  "("]\n', "more.toml")
    main = write(
        SUPPORT.replace("[wechat]", 'include = ["more.toml"]\n[wechat]') + RULE.format("a", "x")
    )

    def inspect(config: Config) -> Iterator[Said]:
        for rule in config.rules:
            if rule.regex:
                yield Said(rule.id, "regex", 1, "括号没有配对", fatal=True)
            else:
                yield Said(rule.id, "any", None, "没有词", fatal=False)

    found = read(main, inspect=inspect)
    assert [str(fault) for fault in found.faults] == [f"{more}:6:3: 括号没有配对"]
    assert [str(warning) for warning in found.warnings] == [f"{main}:6:1: 没有词"]
    assert found.config is None


def test_an_id_that_a_file_of_others_uses_is_told_in_the_own(write: Write) -> None:
    """The second place of an id is the shipped file, which is not the manager's to change."""
    write(RULE.format("z", "y") + RULE.format("a", "y"), "base.toml")
    (fault,) = read(write('include = ["base.toml"]\n' + RULE.format("a", "x"))).faults
    assert (fault.file.name, fault.line, fault.column) == ("config.toml", 3, 6)
    assert "「a」重复了，base.toml 第 6 行已经用过" in fault.text


def test_an_id_twice_in_included_files_is_told_at_the_later(write: Write) -> None:
    for name in ("one.toml", "two.toml"):
        write(RULE.format("a", "y"), name)
    (fault,) = read(write('include = ["one.toml", "two.toml"]\n')).faults
    assert (fault.file.name, fault.line) == ("two.toml", 2)
    assert "one.toml 第 2 行" in fault.text


def test_a_learned_list_of_thousands_of_words_is_read(write: Write) -> None:
    words = "".join(f'"词{n}" = {n % 7 - 3.5}\n' for n in range(15_000))
    head = '[[lexicons]]\nid = "ad"\nlabel = "ad"\nthreshold = 1\n[lexicons.weights]\n'
    write(head + words, "learned.toml")
    config = load(write('include = ["learned.toml"]\n'), environment={})
    assert len(config.lexicons[0].weights) == 15_000


def test_words_of_one_weight_may_stand_together(write: Write) -> None:
    head = '[[lexicons]]\nid = "ad"\nlabel = "ad"\nthreshold = 1\n[lexicons.weights]\n'
    words = '12 = "兼职 日结"\n-0 = """\n好 的"""\n"0.5" = "加我"\n"10" = 3\n'
    config = load(write(head + words), environment={})
    assert config.lexicons[0].weights == {
        "兼职": 12,
        "日结": 12,
        "好": 0,
        "的": 0,
        "加我": 0.5,
        "10": 3,
    }


def test_words_that_differ_in_one_character_may_stand_in_braces(write: Write) -> None:
    head = '[[lexicons]]\nid = "ad"\nlabel = "ad"\nthreshold = 1\n[lexicons.weights]\n'
    words = '12 = "不{要好} {很真}差 加我"\n"{笑}" = 3\n'
    config = load(write(head + words), environment={})
    assert config.lexicons[0].weights == {
        "不要": 12,
        "不好": 12,
        "很差": 12,
        "真差": 12,
        "加我": 12,
        "{笑}": 3,
    }


@pytest.mark.parametrize("word", ["不{要好", "不要}", "不{}", "{不别}{要好}", "不{要{好}}"])
def test_braces_are_a_pair_with_something_inside(write: Write, word: str) -> None:
    head = '[[lexicons]]\nid = "ad"\nlabel = "ad"\nthreshold = 1\n[lexicons.weights]\n'
    [fault] = read(write(f'{head}12 = "加我 {word}"\n')).faults
    assert f"「{word}」的花括号没写对：不{{要好}} 就是 不要 和 不好" in str(fault)


def test_a_word_is_no_weight(write: Write) -> None:
    head = '[[lexicons]]\nid = "ad"\nlabel = "ad"\nthreshold = 1\n[lexicons.weights]\n'
    [fault] = read(write(head + '"兼职" = "日结"\n')).faults
    assert "「兼职」不是分量" in str(fault)


def test_a_group_is_known_by_its_id_before_its_topic(write: Write) -> None:
    config = load(
        write(
            '[[groups]]\ntopic = "枕头[粉丝]*"\nkind = "fan"\n'
            '[[groups]]\nid = "r1"\nkind = "training"\ntags = ["north"]\n'
            '[[groups]]\ntopic = "?群"\nkind = "ignore"\n'
        ),
        environment={},
    )
    kinds = [
        found and found.kind.value
        for found in (
            config.group_of("r1", "枕头[粉丝]一群"),
            config.group_of("r2", "枕头[粉丝]二群\n🌙"),
            config.group_of("r3", "枕头粉丝三群"),
            config.group_of("r4", "四群"),
            config.group_of("r5", "十五群"),
        )
    ]
    assert kinds == ["training", "fan", None, "ignore", None]


def test_a_notice_reaches_kinds_tags_and_ids_but_not_what_is_excepted(write: Write) -> None:
    groups = (
        '[[groups]]\nid = "r1"\nkind = "fan"\ntags = ["north"]\n'
        '[[groups]]\nid = "r2"\nkind = "training"\n'
        '[[groups]]\nid = "r3"\nkind = "fan"\n'
        '[[groups]]\nid = "r4"\nkind = "ignore"\ntags = ["north"]\n'
    )
    notice = NOTICE.replace('["fan"]', '["north", "r2", "fan"]') + 'lunar = "08-15 10:00"\n'
    faq = '[[faq]]\nid = "f"\nquestion = ["q"]\nanswer = "a"\ngroups = ["training"]\n'
    config = load(write(groups + notice + 'except = ["r3"]\n' + faq), environment={})
    assert [config.notices[0].reaches(group) for group in config.groups] == [
        True,
        True,
        False,
        False,
    ]
    assert [config.faq[0].serves(group) for group in config.groups] == [False, True, False, False]


def test_a_notice_that_comes_again_is_read(write: Write) -> None:
    again = (
        'rrule = "FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0"\n'
        'start = "2026-11-01T00:00:00+08:00"\n'
        'until = "2026-12-01T00:00:00+08:00"\nskip = ["2026-11-10"]\n'
        'move = { "2026-11-11" = "2026-11-12T10:00" }\nlate = "45m"\n'
    )
    notice = load(write(NOTICE + again), environment={}).notices[0]
    assert notice.late == timedelta(minutes=45)
    assert [day.isoformat() for day in notice.skip] == ["2026-11-10"]
    moved = {day.isoformat(): to.isoformat() for day, to in notice.move.items()}
    assert moved == {"2026-11-11": "2026-11-12T10:00:00"}


def test_the_configuration_cannot_be_changed(write: Write) -> None:
    config = load(write(""), environment={})
    with pytest.raises(ValueError, match="frozen"):
        config.timezone = "UTC"
