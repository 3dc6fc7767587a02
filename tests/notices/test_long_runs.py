"""The long checks, short: ``python -m tests.notices.year 366`` and ``… .wave 1000`` are whole."""

import json
import subprocess
import sys
from datetime import UTC, datetime

from tests.notices.wave import measure
from tests.notices.year import simulate


def test_days_of_notices_with_a_crash_a_day_are_posted_once_and_at_their_time() -> None:
    tally = simulate(3, 5, datetime(2026, 9, 23, 16, tzinfo=UTC))  # the 25th is Mid-Autumn
    assert tally.flawless, tally
    assert tally.posted == tally.wanted == 3 * 4 + 4 + 4 + 1
    assert tally.by_scenario["holiday"] == 4


def test_a_year_whose_holidays_nobody_published_is_posted_like_any_other() -> None:
    tally = simulate(3, 5, datetime(2031, 1, 20, 16, tzinfo=UTC))  # the 22nd is New Year's Eve
    assert tally.flawless, tally
    assert tally.posted == tally.wanted == 3 * 4 + 5 + 1 + 1  # daily, the eve, a Tuesday, a workday
    assert tally.by_scenario["holiday"] == 5


def test_a_wave_keeps_the_pace() -> None:
    wave = measure(30)
    assert wave.in_pace, wave
    assert wave.last_after <= 30 * 5 + 10


def test_killed_in_the_middle_of_a_wave_nothing_is_lost_or_said_twice() -> None:
    """It forks, which a process with threads should not: so it runs by itself."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.notices.kills", "--kills", "6", "--notices", "2"],
        check=False,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode in (0, 1), done.stderr
    figures = json.loads(done.stdout)
    assert figures["kills"] == 6
    assert figures["sent"] + figures["unconfirmed"] == figures["wanted"] == 80
    assert (figures["twice"], figures["lost"], figures["other"]) == ([], [], {})
