"""What the system refuses is told in one Chinese line, and nothing is half done."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bot import cli
from tests.bot.cli.shell import Run, environment


@pytest.mark.parametrize(
    ("database", "told"),
    [
        ("sqlite:///config.toml", "数据库用不了：这个文件不是数据库，请检查数据库地址"),
        ("sqlite:////proc/nowhere/a.db", "建不了数据库的文件夹 /proc/nowhere：没有这个文件"),
    ],
)
def test_a_database_that_cannot_be_used(run: Run, folder: Path, database: str, told: str) -> None:
    """「the database cannot be used」 was English, and a folder that cannot be made a traceback."""
    before = (folder / "config.toml").read_bytes()
    ended = run(
        "user", "add", "mei", "--role", "manager", "--password-stdin", "--database", database,
        typed="geheim-geheim\n",
    )  # fmt: skip

    assert ended.returncode == 2
    assert ended.stderr.startswith(told)
    assert ended.stderr.count("\n") == 1
    assert (folder / "config.toml").read_bytes() == before


@pytest.mark.parametrize("name", ["", "  ", "小\n美", "美" * 41])
def test_a_login_has_a_name(run: Run, folder: Path, name: str) -> None:
    """「 」 became an account that nobody could log in to."""
    url = f"sqlite:///{folder}/kept.db"
    words = ("user", "add", name, "--role", "support", "--password-stdin", "--database", url)
    ended = run(*words, typed="geheim-geheim\n")

    assert ended.returncode == 2
    assert "账号名要写" in ended.stderr


def test_a_password_is_not_asked_for_where_nobody_sits(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/kept.db"
    ended = run("user", "add", "mei", "--role", "support", "--database", url, typed="")

    assert ended.returncode == 2
    assert "--password-stdin" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_what_is_no_calendar_is_told_in_words(run: Run) -> None:
    ended = run("notices", "import", "config.toml")

    assert ended.returncode == 2
    assert "BEGIN:VCALENDAR" in ended.stderr
    assert ended.stderr.count("\n") == 1


def test_a_folder_is_no_scenario(run: Run, folder: Path) -> None:
    ended = run("simulate", str(folder))

    assert ended.stderr == f"{folder}:1:1: 读不到这个文件（这是一个文件夹），请检查路径\n"


@pytest.mark.parametrize(("command", "code"), [("evaluate", 130), ("check", 130), ("run", 0)])
def test_whoever_is_stopped_before_the_end_has_not_done_it(
    run: Run, monkeypatch: pytest.MonkeyPatch, command: str, code: int
) -> None:
    """Ctrl-C in the first second of ``evaluate`` ended with 0, as if everything was good enough."""

    def stopped(_: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "import_module", stopped)
    ended = run(command, "x")
    assert (ended.returncode, ended.stdout) == (code, "")
    assert ended.stderr == ("没有做完就停下了\n" if code else "")


def test_a_command_at_work_that_is_stopped_says_so(folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "classify"],
        cwd=folder,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as command:
        assert command.stdin is not None
        assert command.stdout is not None
        command.stdin.write("塌了\n")
        command.stdin.flush()
        command.stdout.readline()
        command.send_signal(signal.SIGINT)
        rest, told = command.communicate(timeout=60)

    assert (command.returncode, rest, told) == (130, "", "没有做完就停下了\n")
