"""The program of deploy/gateway with a simulated WeChat behind it, as a process of its own."""

import fcntl
import json
import os
import shutil
import socket
import subprocess
import threading
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, NoReturn

import pytest

HERE = Path(__file__).parent
PROGRAM = HERE.parent.parent / "deploy" / "gateway"
# Through this link the program of deploy/gateway finds the packages that are installed here.
LINKED = HERE / "node_modules" / "qunkeeper-gateway"
KEEP_LINKS = ("--preserve-symlinks", "--preserve-symlinks-main")
TOKEN = "insecure_7c0d5a1e-test-of-the-house"
STARTED = "网关已启动"


def install() -> None:
    """Install the packages of the test gateway; skip where Node.js is absent, fail under CI."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        _do_without("Node.js and npm are not installed: the real gateway cannot be run")
    with (HERE / "package-lock.json").open() as once:
        fcntl.flock(once, fcntl.LOCK_EX)  # another worker may be at it
        if not (HERE / "node_modules" / "wechaty-puppet-mock").is_dir():
            npm = ["npm", "ci", "--prefix", str(HERE)]
            done = subprocess.run(npm, check=False, capture_output=True, text=True)
            if done.returncode != 0:
                _do_without(f"npm ci failed: {done.stderr[-500:]}")
        if not LINKED.is_symlink():
            LINKED.symlink_to(os.path.relpath(PROGRAM, LINKED.parent))


def _do_without(why: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(why)
    pytest.skip(why)


def free_port() -> int:
    """Find a port nobody listens on."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        port: int = sock.getsockname()[1]
        return port


@dataclass(frozen=True, slots=True)
class Certificate:
    """What a gateway shows, and the authority that vouches for it; PEM files."""

    authority: Path
    cert: Path
    key: Path


@dataclass
class NodeGateway:
    """One gateway; killed and started again it keeps its port and loses its memory."""

    folder: Path
    certificate: Certificate | None = None
    port: int = field(default_factory=free_port)
    output: list[str] = field(default_factory=list)
    _process: "subprocess.Popen[str] | None" = None
    _control: int = 0
    _written: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> None:
        """Start it, and return when it serves."""
        command = ["node", *KEEP_LINKS, str(LINKED / "gateway.mjs")]
        process = subprocess.Popen(
            command,
            cwd=self.folder,
            env=os.environ | self._environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._process = process
        assert process.stdout is not None
        self._read_until_started(process.stdout)
        threading.Thread(target=self._drain, args=(process.stdout,), daemon=True).start()

    def order(self, verb: str, body: object = None) -> Any:
        """Move the town behind the gateway; see control.mjs."""
        request = urllib.request.Request(
            f"http://127.0.0.1:{self._control}/{verb}", data=json.dumps(body or {}).encode()
        )
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return json.loads(answer.read())

    def kill(self) -> None:
        """End it without a word."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Ask it to end, and return its exit status."""
        assert self._process is not None
        self._process.terminate()
        return self._process.wait(timeout=30)

    def _environment(self) -> dict[str, str]:
        shown = self.certificate
        tls = (
            {"GATEWAY_TLS_CERT": str(shown.cert), "GATEWAY_TLS_KEY": str(shown.key)}
            if shown
            else {}
        )
        return {
            "GATEWAY_PORT": str(self.port),
            "WECHATY_LOG": "error",
            "WECHATY_PUPPET": str(HERE / "town.mjs"),
            "WECHATY_PUPPET_SERVICE_TOKEN": TOKEN,
            **tls,
        }

    def _read_until_started(self, stream: IO[str]) -> None:
        for line in stream:
            self.output.append(line)
            if line.startswith("CONTROL "):
                self._control = int(line.split()[1])
            if STARTED in line:
                return
        raise AssertionError(f"the gateway did not start:\n{''.join(self.output)}")

    def wait_for(self, text: str) -> None:
        """Return once the program wrote this on its terminal."""
        with self._written:
            seen = self._written.wait_for(lambda: text in "".join(self.output), timeout=30)
        assert seen, f"the gateway never wrote {text}"

    def _drain(self, stream: IO[str]) -> None:
        with stream:
            for line in stream:
                with self._written:
                    self.output.append(line)
                    self._written.notify_all()
