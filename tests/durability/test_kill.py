"""However often the bot is killed, whatever was said is answered, and nothing is said twice."""

import json
import subprocess
import sys
from typing import Any

from tests.postgres import Cluster

ROOMY = 240  # seconds, for machines that have much else to do


def torment(*arguments: str) -> dict[str, Any]:
    """Run the harness by itself: it forks, which a process with threads should not."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.durability", *arguments],
        check=False,
        capture_output=True,
        text=True,
        timeout=ROOMY,
    )
    assert done.returncode in (0, 1), done.stderr
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def check(figures: dict[str, Any], kills: int) -> None:
    assert figures["kills"] == kills
    assert figures["tickets"] == figures["tickets_wanted"] > 0
    for fault in ("twice", "lost", "unwanted", "unheard", "untold"):
        assert figures[fault] == [], fault


def test_killed_again_and_again_on_sqlite() -> None:
    check(torment("--kills", "12", "--messages", "60", "--seed", "11"), 12)


def test_killed_again_and_again_on_postgres(postgres: Cluster) -> None:
    with postgres.database() as url:
        run = torment("--kills", "12", "--messages", "60", "--seed", "13", "--database", url)
    check(run, 12)
