"""Configurations written into a folder of their own."""

from collections.abc import Callable
from pathlib import Path

import pytest

from bot.config.loader import Reading, read
from knowledge.calendar import read_week

Write = Callable[..., Path]
Told = Callable[..., list[str]]

SUPPORT = '[wechat]\nmanagers = ["boss"]\n[support]\nroom = "rs"\n'
NOTICE = '[[notices]]\nid = "n"\ntitle = "t"\nscenario = "content"\ngroups = ["fan"]\ntext = "x"\n'


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file and return its path."""

    def write(text: str | bytes, name: str = "config.toml") -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


@pytest.fixture
def reading(write: Write) -> Callable[[str | bytes], Reading]:
    """Read a configuration with nothing in the environment, its hours by the calendar."""
    return lambda text: read(write(text), environment={}, hours=read_week)


@pytest.fixture
def told(reading: Callable[[str | bytes], Reading]) -> Told:
    """Read a configuration and return its faults as "line:column: text"."""

    def told(text: str | bytes) -> list[str]:
        return [f"{f.line}:{f.column}: {f.text}" for f in reading(text).faults]

    return told
