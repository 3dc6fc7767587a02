from pathlib import Path

from bot.config.revisions import difference, digest

MAIN, MORE = Path("config.toml"), Path("more.toml")


def test_the_same_files_have_one_fingerprint() -> None:
    assert digest({MAIN: "a", MORE: "b"}) == digest({MORE: "b", MAIN: "a"})


def test_whatever_changes_changes_the_fingerprint() -> None:
    seen = [{}, {MAIN: ""}, {MAIN: "a"}, {MAIN: "a", MORE: ""}, {MAIN: "", MORE: "a"}, {MORE: "a"}]
    assert len({digest(each) for each in seen}) == len(seen)


def test_the_difference_shows_what_was_written() -> None:
    old = {MAIN: "per_minute = 40\nport = 1\n", MORE: "x\n"}
    shown = difference(old, {MAIN: "per_minute = 20\nport = 1\n"})
    assert "-per_minute = 40\n+per_minute = 20" in shown
    assert "--- more.toml\n+++ /dev/null" in shown
    assert difference(old, old) == ""
