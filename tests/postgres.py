"""A PostgreSQL server of our own for the length of a test run, where one is installed."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

HOMES = Path("/usr/lib/postgresql")
SETTINGS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "unix_socket_directories": "",
    "listen_addresses": "127.0.0.1",
}


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running server that listens on 127.0.0.1 and lets its owner in without a password."""

    port: int

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://tester@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """Make an empty database, and drop it afterwards, whoever is still connected."""
        name = f"town_{uuid.uuid4().hex[:12]}"
        self.run(f'CREATE DATABASE "{name}"')
        try:
            yield self.url(name)
        finally:
            self.run(f'DROP DATABASE "{name}" WITH (FORCE)')

    def run(self, statement: str) -> None:
        with psycopg.connect(
            host="127.0.0.1", port=self.port, user="tester", dbname="postgres", autocommit=True
        ) as connection:
            connection.execute(statement.encode())


def binaries() -> Path | None:
    """Find the folder with initdb and postgres: the newest one installed."""
    found = shutil.which("initdb")
    homes = [Path(found).resolve().parent] if found else []
    homes += sorted(HOMES.glob("*/bin"), key=lambda home: float(home.parent.name), reverse=True)
    return next((home for home in homes if (home / "postgres").exists()), None)


def required_or_skipped() -> Path:
    """Return the binaries; skip where there are none, fail where CI=true."""
    home = binaries()
    if home is not None:
        return home
    reason = "PostgreSQL (initdb, postgres) is not installed"
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Run a server in a temporary folder; it ends with the block."""
    home = required_or_skipped()
    folder = Path(tempfile.mkdtemp(prefix="qunkeeper-postgres-"))
    try:
        user = _unprivileged()
        if user:
            shutil.chown(folder, user=user)
        data, port = folder / "data", _free_port()
        options = ["--username=tester", "--auth=trust", "--encoding=UTF8", "--locale=C"]
        _as(user, folder, home / "initdb", "--no-sync", *options, data)
        with (data / "postgresql.auto.conf").open("a") as file:
            file.writelines(f"{key} = '{value}'\n" for key, value in SETTINGS.items())
            file.write(f"port = {port}\n")
        control = (home / "pg_ctl", "-D", data, "-w", "-l", folder / "log")
        _as(user, folder, *control, "start")
        try:
            yield Cluster(port)
        finally:
            _as(user, folder, *control, "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _as(user: str | None, folder: Path, *command: str | Path) -> None:
    """Run a command as an unprivileged user: PostgreSQL refuses to be root's."""
    done = subprocess.run(
        [str(part) for part in command],
        check=False,
        cwd=folder,
        user=user,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "LC_ALL": "C"},
    )
    if done.returncode:
        raise RuntimeError(f"{command[0]} failed: {done.stderr}")


def _unprivileged() -> str | None:
    """Name whom root should be instead; None where we are nobody special."""
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in names)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """One server for the whole run; started by the first test that asks."""
    with cluster() as running:
        yield running
