"""What commands are typed at in tests: a folder with a configuration, and a play."""

import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

CONFIG = """
include = ["rules.toml"]
[wechat]
managers = ["wxid_manager"]
[console]
enabled = false
[[groups]]
id = "r1"
kind = "fan"
[support]
room = "rs"
[[support.staff]]
id = "wxid_mei"
name = "小美"
"""
RULES = """
[[rules]]
id = "collapsed"
label = "complaint"
topic = "quality"
severity = 2
any = ["塌了"]
"""
WORLD = {
    "event": "world",
    "at": "2026-11-23T10:00:00+08:00",
    "bot": {"id": "wxid_bot", "name": "小群"},
    "contacts": [
        {"id": "wxid_zhang", "name": "张三", "friend": True},
        {"id": "wxid_mei", "name": "小美", "friend": True},
    ],
    "rooms": [
        {
            "id": "r1",
            "topic": "枕头粉丝一群",
            "owner": "wxid_bot",
            "members": ["wxid_bot", "wxid_zhang"],
        },
        {
            "id": "rs",
            "topic": "客服值班群",
            "owner": "wxid_bot",
            "members": ["wxid_bot", "wxid_mei"],
        },
    ],
}
COMPLAINT = {"event": "message", "after": 5, "from": "wxid_zhang", "room": "r1", "text": "塌了"}
END = {"event": "end", "after": 600}


@dataclass(frozen=True)
class Ended:
    """What a command printed, and how it ended."""

    returncode: int
    stdout: str
    stderr: str


Run = Callable[..., Ended]


def environment() -> dict[str, str]:
    here = str(Path(__file__).parents[3])
    return {**os.environ, "PYTHONPATH": here, "QUNKEEPER_DATABASE_URL": ""}


def write_scenario(folder: Path, *lines: dict[str, object]) -> None:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in (WORLD, *lines))
    (folder / "play.jsonl").write_text(text, encoding="utf-8")
