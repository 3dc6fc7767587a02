"""Commands run in this process, or each in one of its own."""

import io
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli import main
from tests.bot.cli.shell import CONFIG, RULES, Ended, Run, environment


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    (tmp_path / "rules.toml").write_text(RULES, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Run:
    """Run a command in this process: its start costs a second and is tested where it matters."""
    monkeypatch.chdir(folder)
    monkeypatch.setenv("QUNKEEPER_DATABASE_URL", "")

    def call(*words: str, typed: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed.encode())))
        capfdbinary.readouterr()
        code = main(words)
        out, err = capfdbinary.readouterr()
        return Ended(code, out.decode(), err.decode())

    return call


@pytest.fixture
def start(folder: Path) -> Run:
    """Run a command as a process of its own."""

    def call(*words: str) -> Ended:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *words],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
            env=environment(),
        )
        return Ended(done.returncode, done.stdout, done.stderr)

    return call
