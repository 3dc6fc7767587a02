"""What has to be put right before ``import wechaty`` works on a Python of today.

The published package (0.10.7) expects modules and names that newer versions of Python, pyee and
urllib3 no longer have. Nothing is pinned and nothing of the package is changed on disk.
"""

import importlib.util
import os
import socket
import sys
import types
from pathlib import Path
from urllib.parse import urlsplit

import pyee
import pyee.asyncio
import urllib3


def make_importable(home: Path) -> None:
    """Let ``wechaty`` be imported, and keep its files in ``home``; harmless when repeated."""
    home.mkdir(parents=True, exist_ok=True)
    os.environ.setdefault("CACHE_DIR", str(home))
    # Below this level the package logs the text of every message.
    os.environ.setdefault("WECHATY_LOG", "error")
    _lend_telnetlib()
    _lend(pyee, "AsyncIOEventEmitter", pyee.asyncio.AsyncIOEventEmitter)
    _lend(urllib3, "get_host", _get_host)
    _let_options_be_a_default()


class _Telnet:
    """As much of telnetlib as the package uses: to see whether a port is taken."""

    def open(self, host: str, port: int = 0, timeout: float = 3) -> None:
        """Raise OSError where nobody listens on the port."""
        socket.create_connection((host, port), timeout).close()


def _lend_telnetlib() -> None:
    if "telnetlib" in sys.modules or importlib.util.find_spec("telnetlib") is not None:
        return
    module = types.ModuleType("telnetlib")
    _lend(module, "Telnet", _Telnet)
    sys.modules["telnetlib"] = module


def _lend(module: types.ModuleType, name: str, value: object) -> None:
    if not hasattr(module, name):
        setattr(module, name, value)


def _get_host(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme or "http", parts.hostname, parts.port


def _let_options_be_a_default() -> None:
    """Make PuppetOptions hashable: it stands as a default in a dataclass of the package."""
    from wechaty_puppet.schemas.puppet import PuppetOptions  # noqa: PLC0415

    if PuppetOptions.__hash__ is None:
        PuppetOptions.__hash__ = object.__hash__
