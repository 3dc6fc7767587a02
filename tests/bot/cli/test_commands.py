"""The commands as somebody types them: what they print, and how they end."""

import json
import signal
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.cli.shell import COMPLAINT, CONFIG, END, RULES, Run, environment, write_scenario


def test_check_tells_every_fault_at_once_with_its_place(run: Run, folder: Path) -> None:
    assert run("check").returncode == 0

    broken = CONFIG.replace("managers", "managrs").replace('kind = "fan"', 'kind = "fans"')
    (folder / "config.toml").write_text(broken, encoding="utf-8")
    (folder / "rules.toml").write_text(RULES.replace("severity = 2", "severity = 9"), "utf-8")
    ended = run("check")

    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    lines = ended.stderr.splitlines()
    assert any(line.startswith("config.toml:4:1: ") and "managers" in line for line in lines)
    assert any(line.startswith("config.toml:9:") for line in lines)
    assert any(line.startswith("rules.toml:6:") for line in lines)


def test_classify_reads_arguments_plain_lines_and_json(run: Run) -> None:
    by_argument = run("classify", "枕头塌了", "大家早")
    assert [json.loads(line)["label"] for line in by_argument.stdout.splitlines()] == [
        "complaint",
        "chat",
    ]

    by_line = run("classify", typed='枕头塌了\n{"id": "7", "text": "大家早", "group": "fan"}\n')
    first, second = (json.loads(line) for line in by_line.stdout.splitlines())
    assert list(first) == [
        "id", "text", "label", "topic", "severity", "score", "rule", "matches", "labels",
    ]  # fmt: skip
    [match] = first["matches"]
    assert first["text"][match["start"] : match["end"]] == match["word"]
    assert (second["id"], second["label"]) == ("7", "chat")


def test_classify_tells_every_bad_line_and_answers_the_others(run: Run) -> None:
    lines = [
        "\ufeff枕头塌了\r",
        '{"text": 5}',
        '{"txt": "x"}',
        '{"text": "a',
        '{"text": "\\ud83d早"}',
    ]
    ended = run("classify", typed="\n".join([*lines, "{大括号", ""]))

    assert ended.returncode == 2
    said = [json.loads(line)["text"] for line in ended.stdout.splitlines()]
    assert said == ["枕头塌了", "\ud83d早", "{大括号"]
    faults = [line.split(": ")[0] for line in ended.stderr.splitlines()]
    assert faults == ["<stdin>:2:1", "<stdin>:3:1", "<stdin>:4:10"]


NORTH = """
[[groups]]
id = "r2"
kind = "fan"
tags = ["north"]
[[rules]]
id = "broken"
label = "complaint"
any = ["裂了"]
groups = ["{}"]
"""


@pytest.mark.parametrize(
    ("groups", "heard", "unheard"),
    [
        ("private", ["private"], ["fan", "ours", "r1", "north"]),
        ("north", ["north", "r2"], ["fan", "r1", "private"]),
        ("r1", ["r1"], ["r2", "fan", "north"]),
        ("fan", ["fan", "r1", "r2", "north"], ["training", "private", "ours"]),
        ("ours", ["ours", "fan", "r1", "north", "private"], []),
    ],
)
def test_classify_takes_every_place_that_a_rule_may_name(
    run: Run, folder: Path, groups: str, heard: list[str], unheard: list[str]
) -> None:
    """--group private was refused, and {"group": "private"} taken."""
    (folder / "config.toml").write_text(CONFIG + NORTH.format(groups), encoding="utf-8")
    lines = (json.dumps({"text": "枕头裂了", "group": place}) for place in heard + unheard)
    by_line = run("classify", typed="\n".join(lines))
    by_option = run("classify", "--group", heard[0], "枕头裂了")

    told = [json.loads(line)["label"] for line in by_line.stdout.splitlines()]
    assert told == ["complaint"] * len(heard) + ["chat"] * len(unheard)
    assert json.loads(by_option.stdout)["label"] == "complaint"
    assert (by_line.returncode, by_line.stderr, by_option.stderr) == (0, "", "")


def test_classify_tells_once_of_a_place_that_is_none(run: Run) -> None:
    """{"group": "fans"} was judged as nowhere, and nothing told."""
    lines = ['{"text": "塌了"}', *['{"text": "枕头塌了", "group": "fans"}'] * 3, '{"text": 5}']
    ended = run("classify", typed="\n".join([*lines, '{"group": "老\\n家", "text": "早"}']))

    assert ended.returncode == 2
    assert len(ended.stdout.splitlines()) == 5
    faults = ended.stderr.splitlines()
    assert [each.split(": ")[0] for each in faults] == [
        "<stdin>:2:18", "<stdin>:5:1", "<stdin>:6:2",
    ]  # fmt: skip
    assert (
        "没有「fans」这类群，是不是想写「fan」？可以写 fan training ignore private ours"
        in faults[0]
    )


def test_evaluate_and_replay_tell_every_bad_line(run: Run, folder: Path) -> None:
    good = {"text": "枕头塌了", "label": "complaint"}
    lines = b"\xef\xbb\xbf" + json.dumps(good).encode() + b'\r\n\r\n{"text": 1}\n[1]\n\xff\n{}\n'
    (folder / "bad.jsonl").write_bytes(lines)
    for command in ("evaluate", "replay"):
        ended = run(command, "bad.jsonl")
        faults = [line.split(": ")[0] for line in ended.stderr.splitlines()]
        assert (ended.returncode, ended.stdout) == (2, "")
        assert faults == ["bad.jsonl:3:1", "bad.jsonl:4:1", "bad.jsonl:5:1", "bad.jsonl:6:1"]


def test_replay_takes_no_day_named_x(run: Run, folder: Path) -> None:
    """`"at": "x"` 曾被当成名叫 x 的一天，退出码还是 0。"""
    lines = (
        '{"at": "x", "text": "塌了"}',
        '{"at": "2026-11-02", "text": "塌了"}',
        '{"text": "塌了"}',
        '{"text": "塌了", "at": 5}',
        '{"at": "2026-13-01T10:00:00+08:00", "text": "塌了"}',
    )
    (folder / "log.jsonl").write_text("\n".join(lines), encoding="utf-8")

    ended = run("replay", "log.jsonl")
    faults = [line.split(": ", 1) for line in ended.stderr.splitlines()]
    assert (ended.returncode, ended.stdout) == (2, "")
    assert [place for place, _ in faults] == ["log.jsonl:1:2", "log.jsonl:4:16", "log.jsonl:5:2"]
    assert all(text.startswith("at 不是时间，请写成") for _, text in faults)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("run --nope", "没有「--nope」这个选项；用法见 qunkeeper run --help"),
        ("check --confg a.toml", "没有「--confg」这个选项，是不是要写 --config；用法见"),
        ("runn", "没有「runn」这个命令；可以写：run check classify"),
        ("user frob", "没有「frob」这个命令；可以写：add password list；用法见 qunkeeper user"),
        ("evaluate", "缺少 FILE.jsonl；用法见 qunkeeper evaluate --help"),
        ("user add mei", "缺少 --role；用法见 qunkeeper user add --help"),
        ("user add mei --role boss", "--role 写得不对（boss）：可以写 manager、support；"),
        ("simulate x.jsonl --seed abc", "--seed 写得不对（abc）：要写一个整数；用法见"),
        ("evaluate x.jsonl --min-f1 zwei", "--min-f1 写得不对（zwei）：要写一个数"),
        ("tickets --state", "--state 后面要写值；用法见"),
        ("check --online=3", "--online 后面不写值；用法见"),
        ("replay a.jsonl b.jsonl", "多写了「b.jsonl」；有空格的文字请用引号括起来；用法见"),
    ],
)
def test_a_wrong_command_line_is_told_in_one_chinese_line(
    capsys: pytest.CaptureFixture[str], line: str, told: str
) -> None:
    assert main(line.split()) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(told)
    assert err.count("\n") == 1


def test_help_is_shown_on_demand_and_where_nothing_was_typed(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert (main(["check", "--help"]), main([])) == (0, 2)
    assert "检查配置" in capsys.readouterr().out


def test_evaluate_measures_nothing_only_with_a_fault(run: Run, folder: Path) -> None:
    (folder / "mail.jsonl").write_text('{"text": "早", "label": "spam"}\n', encoding="utf-8")

    ended = run("evaluate", "mail.jsonl", "--min-f1", "0.9")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("mail.jsonl:1:1: 没有一行的 label 是 ad")
    lost = run("evaluate", "lost.jsonl")
    assert (lost.returncode, lost.stderr.split(": ")[0]) == (2, "lost.jsonl:1:1")
    for command in (("evaluate", "mail.jsonl", "--label", "ad=spam"), ("classify", "早")):
        ended = run(*command, "--group", "fans")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.startswith("没有「fans」这类群")


def test_a_number_too_long_to_be_read_is_a_fault_of_its_line(run: Run, folder: Path) -> None:
    line = '{"text": "塌了", "label": "complaint", "n": ' + "1" * 5000 + "}"
    (folder / "long.jsonl").write_text(f'{{"text": 1}}\n{line}\n', encoding="utf-8")

    for command in ("evaluate", "replay", "learn"):
        ended = run(command, "long.jsonl")
        assert (ended.returncode, ended.stdout) == (2, "")
        assert ended.stderr.splitlines()[1].startswith("long.jsonl:2:1: 这一行里有一个数长得读不了")


def test_a_threshold_is_missed_where_nothing_was_measured(run: Run, folder: Path) -> None:
    """`--min-f1 0.9` passed on a file of small talk, and on one without the label asked about."""
    (folder / "chat.jsonl").write_text('{"text": "塌了", "label": "chat"}\n', encoding="utf-8")

    for words, told in (
        ((), "没有一行的 label 是 ad "),
        (("--label", "ad=spam"), "没有一行的 label 是 spam，ad 准不准没有量出来"),
    ):
        ended = run("evaluate", "chat.jsonl", *words)
        assert (ended.returncode, json.loads(ended.stdout)["n"]) == (0, 1)
        assert ended.stderr.startswith(told)
        asked = run("evaluate", "chat.jsonl", *words, "--min-f1", "0.5")
        assert (asked.returncode, asked.stderr) == (3, ended.stderr)
    assert json.loads(run("evaluate", "chat.jsonl").stdout)["false_alarms_per_100"] == 100.0
    refused = run("evaluate", "chat.jsonl", "--min-f1", "nan")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith("--min-f1 写得不对（nan）")


def test_simulate_writes_the_same_bytes_each_time(start: Run, folder: Path) -> None:
    write_scenario(folder, COMPLAINT, {"event": "crash", "after": 1}, END)
    first, second = (start("simulate", "play.jsonl") for _ in range(2))

    assert first.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    *said, summary = [json.loads(line) for line in first.stdout.splitlines()]
    assert {line["purpose"] for line in said} >= {"handoff", "holding-line", "staff-alert"}
    assert [ticket["state"] for ticket in summary["tickets"]] == ["open"]


def test_a_scenario_with_faults_is_refused_whole(run: Run, folder: Path) -> None:
    write_scenario(folder, {"event": "mesage", "after": 1}, {"event": "crash", "after": "x"})
    ended = run("simulate", "play.jsonl")

    assert ended.returncode == 2
    assert [line.split(":")[:2] for line in ended.stderr.splitlines()] == [
        ["play.jsonl", "2"],
        ["play.jsonl", "3"],
    ]


def test_tickets_and_forget_look_at_the_database(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/kept.db"
    write_scenario(folder, COMPLAINT, END)
    assert run("simulate", "play.jsonl", "--database", url).returncode == 0

    listed = run("tickets", "--json", "--database", url)
    assert json.loads(listed.stdout)["member"] == "wxid_zhang"
    assert run("tickets", "--state", "nonsense", "--database", url).returncode == 2

    assert run("forget", "wxid_zhang", "--database", url).returncode == 0
    after = json.loads(run("tickets", "--json", "--database", url).stdout)
    assert (after["id"], after["member"], after["summary"]) == (1, "", "")
    assert after["opened_at"]


def test_a_login_is_added_once_and_its_password_is_no_text(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/kept.db"
    write_scenario(folder, END)
    run("simulate", "play.jsonl", "--database", url)
    words = ("user", "add", "mei", "--role", "support", "--password-stdin", "--database", url)

    assert run(*words, typed="short\n").returncode == 2
    assert run(*words, typed="geheim-geheim\n").returncode == 0
    again = run(*words, typed="geheim-geheim\n")
    assert again.returncode == 2
    assert "geheim" not in again.stderr
    assert b"geheim" not in (folder / "kept.db").read_bytes()


def test_run_takes_a_typed_complaint_and_stops_when_told(folder: Path) -> None:
    url = f"sqlite:///{folder}/live.db"
    command = [sys.executable, "-m", "bot", "run", "--database", url]
    with subprocess.Popen(
        command,
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=environment(),
    ) as bot:
        assert bot.stdin is not None
        assert bot.stdout is not None
        heard = []
        for line in islice(bot.stdout, 60):
            heard.append(line)
            if len(heard) == 1:
                bot.stdin.write("张三@粉丝群: 枕头塌了\n")
                bot.stdin.flush()
            if "工单" in line:
                break
        second = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, env=environment()
        )
        bot.send_signal(signal.SIGTERM)
        bot.stdout.read()
        assert bot.wait(60) == 0

    assert "张三 您好" in heard[-1]
    assert second.returncode == 2
    assert "另一个机器人" in second.stderr
    assert "Traceback" not in second.stderr
