"""Past messages are judged as the bot would have judged them, and rules that slept are told."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cli.shell import CONFIG, RULES, Ended, Run

MORE = """
[[groups]]
id = "r9"
kind = "ignore"
[[groups]]
topic = "枕头粉丝*"
kind = "fan"
"""
NEVER = """
[[rules]]
id = "asleep"
label = "ad"
any = ["兼职"]
"""


@pytest.fixture
def log(folder: Path, run: Run) -> Run:
    """Write a log of complaints, each of (room, who, when), and replay it."""
    (folder / "config.toml").write_text(CONFIG + MORE, "utf-8")
    (folder / "rules.toml").write_text(RULES + NEVER, "utf-8")

    def replay(*said: tuple[Any, str, Any], words: tuple[str, ...] = ()) -> Ended:
        lines = [{"room": r, "from": who, "at": at, "text": "枕头塌了"} for r, who, at in said]
        text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
        (folder / "log.jsonl").write_text(text, "utf-8")
        return run("replay", "log.jsonl", *words)

    return replay


@pytest.mark.parametrize(
    ("room", "who", "labels"),
    [
        ("r1", "a", {"complaint": 1}),
        ("枕头粉丝二群", "a", {"complaint": 1}),
        (None, "a", {"complaint": 1}),
        ("r1", "wxid_mei", {}),
        ("r1", "wxid_manager", {}),
        ("r9", "a", {}),
        ("rs", "a", {}),
    ],
)
def test_only_what_the_bot_would_judge_is_judged(
    log: Run, room: str | None, who: str, labels: dict[str, int]
) -> None:
    """小美在群里说的、忽略的群和客服群里说的，回测都曾当成投诉。"""
    report = json.loads(log((room, who, None)).stdout)
    assert report["messages"] == 1
    assert report["labels"] == labels
    assert report["never_hit"] == (["asleep"] if labels else ["collapsed", "asleep"])


def test_rules_that_slept_and_rooms_nobody_knows_are_told(log: Run) -> None:
    ended = log(("r7", "a", None))
    assert json.loads(ended.stdout)["rules"]["collapsed"]["rooms"] == {"r7": 1}
    assert ended.stderr.splitlines() == [
        "有 1 条规则一次也没有命中：asleep",
        "有 1 个群没有写进 [[groups]]，机器人不会判，这里照样判了：r7",
    ]


def test_a_day_is_one_of_the_community(log: Run) -> None:
    """晚上八点（UTC）在上海已经是第二天。"""
    times = ["2026-11-23T20:00:00Z", "2026-11-23T23:30:00", "2026-11-23", None]
    report = json.loads(log(*(("r1", "a", at) for at in times)).stdout)
    assert report["rules"]["collapsed"]["days"] == {"2026-11-24": 1, "2026-11-23": 2, "": 1}


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ('id = "r1"\nkind = "fan"', 'id = "r1"\nkind = "ignore"', "missed"),
        ('id = "r1"\nkind = "fan"', 'id = "r2"\nkind = "fan"', "missed"),
        ('id = "r9"\nkind = "ignore"', 'id = "r9"\nkind = "training"', "caught"),
        ('id = "wxid_mei"', 'id = "wxid_hua"', "caught"),
    ],
)
def test_each_side_hears_by_its_own_configuration(
    log: Run, folder: Path, old: str, new: str, change: str
) -> None:
    """「r1 不再管了」在 --against 里看不出来。"""
    (folder / "other.toml").write_text((CONFIG + MORE).replace(old, new), "utf-8")
    said = ("r1", "a", None), ("r9", "a", None), ("r1", "wxid_mei", None)
    report = json.loads(log(*said, words=("--against", "other.toml")).stdout)
    found = {kind: report[kind] for kind in ("caught", "missed", "changed")}
    assert found == {"caught": 0, "missed": 0, "changed": 0, change: 1}
