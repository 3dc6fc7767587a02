"""What open consoles cost is measured on a real console, with pages of another process."""

from pathlib import Path

from bot.cli.onlookers import Crowd, onlookers
from bot.cli.reading import load_config

CONFIG = """
[[groups]]
id = "r1"
kind = "fan"

[support]
room = "rs"

[[support.staff]]
id = "wxid_mei"
name = "小美"
"""


def test_pages_are_told_and_every_message_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "config.toml"
    file.write_text(CONFIG, encoding="utf-8")
    crowd = Crowd(pages=3, turns=5, rounds=1, said=3)
    found = onlookers(load_config(file), file, tmp_path, crowd=crowd)
    assert found["pages"] == 3
    assert 0 < found["said_to_seen_ms_median"] <= found["said_to_seen_ms_longest"]
    assert found["turn_ratio"] > 0
