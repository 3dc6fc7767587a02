"""The program of deploy/gateway as a person starts it."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.contract.gateway_town import GatewayTown
from tests.gateway.process import HERE, KEEP_LINKS, LINKED, TOKEN, NodeGateway, install

GOOD = {"WECHATY_PUPPET": str(HERE / "town.mjs"), "WECHATY_PUPPET_SERVICE_TOKEN": TOKEN}
WRONG = {
    "no token": ({"WECHATY_PUPPET_SERVICE_TOKEN": ""}, "WECHATY_PUPPET_SERVICE_TOKEN"),
    "a short token": ({"WECHATY_PUPPET_SERVICE_TOKEN": "short"}, "至少 16 个字符"),
    "no puppet": ({"WECHATY_PUPPET": ""}, "WECHATY_PUPPET 没有设置"),
    "no port": ({"GATEWAY_PORT": "http"}, "GATEWAY_PORT=http"),
    "open to the world": ({"GATEWAY_HOST": "192.0.2.1"}, "必须用 TLS"),
    "half a certificate": ({"GATEWAY_TLS_CERT": "x.pem"}, "GATEWAY_TLS_KEY"),
    "options": ({"WECHATY_PUPPET_OPTIONS": "{"}, "不是 JSON"),
}


def run(folder: Path, environment: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    install()
    return subprocess.run(
        ["node", *KEEP_LINKS, str(LINKED / "gateway.mjs")],
        cwd=folder,
        env=os.environ | GOOD | environment,
        check=False,
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.parametrize(("environment", "told"), WRONG.values(), ids=WRONG)
def test_wrong_settings_are_told_and_nothing_is_started(
    tmp_path: Path, environment: dict[str, str], told: str
) -> None:
    done = run(tmp_path, environment)

    assert done.returncode == 2
    assert told in done.stderr
    assert TOKEN not in done.stdout + done.stderr


def test_all_wrong_settings_are_told_at_once(tmp_path: Path) -> None:
    done = run(tmp_path, {"GATEWAY_PORT": "0", "WECHATY_PUPPET": "", "GATEWAY_HOST": "192.0.2.1"})

    assert len(done.stderr.strip().splitlines()) == 3


def test_it_ends_when_it_is_asked_to(tmp_path: Path) -> None:
    install()
    gateway = NodeGateway(tmp_path)
    gateway.start()

    assert gateway.stop() == 0


def test_a_login_code_is_shown_on_the_terminal_and_nowhere_else(plain_town: GatewayTown) -> None:
    scan = {"status": 2, "qrcode": "http://weixin.qq.com/l/code"}
    plain_town.gateway.order("emit", {"event": "scan", "payload": scan})
    plain_town.gateway.wait_for("▄▄▄")

    shown = "".join(plain_town.gateway.output)
    assert "请用微信扫描" in shown
    assert "api.qrserver" not in shown
    assert "wechaty.js.org" not in shown
