"""Plug-ins of python-wechaty on the connection of the bot."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.message import Contact, Do, Joined, LoggedIn, Message
from bot.transports.facade import PluginFailure, PluginHost
from bot.transports.gateway import GatewayTransport
from tests.contract.ears import Ears
from tests.contract.gateway_town import GatewayTown
from tests.contract.town import FANS, Reached

# The published packages warn a lot while they are imported.
pytestmark = pytest.mark.filterwarnings("ignore")
HERE = "tests.contract.plugins"


class Office:
    """Who gives plug-ins leave to send, and is told of their failures."""

    def __init__(self) -> None:
        self.left: asyncio.Queue[str] = asyncio.Queue()
        self.failures: asyncio.Queue[PluginFailure] = asyncio.Queue()

    async def leave(self, target: str) -> None:
        self.left.put_nowait(target)

    def host(self, transport: GatewayTransport, home: Path, *plugins: str) -> PluginHost:
        return PluginHost(
            transport,
            [f"{HERE}:{plugin}" for plugin in plugins],
            home=home,
            leave=self.leave,
            on_failure=self.failures.put_nowait,
        )


@pytest.fixture(autouse=True)
def _no_traces(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CACHE_DIR", str(tmp_path))
    monkeypatch.setenv("WECHATY_LOG", "error")


async def test_a_plugin_hears_and_speaks_beside_the_bot(
    gateway_town: GatewayTown, tmp_path: Path
) -> None:
    office = Office()
    async with (
        gateway_town.transport() as wechat,
        office.host(wechat, tmp_path, "Echo"),
        Ears(wechat) as ears,
    ):
        await ears.hear(LoggedIn)
        gateway_town.says("zhang", "枕头塌了", FANS.id)
        await ears.hear(Message)
        targets = [await office.left.get() for _ in range(2)]
        gateway_town.joins(FANS.id, Contact("wang", "王五"), None)
        await ears.hear(Joined)

    said = gateway_town.reached()
    assert said[0].text == "@张三 你说：枕头塌了"
    assert said[0].mentions == ("zhang",)
    assert targets == [FANS.id, FANS.id]


async def test_a_plugin_hears_of_newcomers_whom_nobody_brought(
    gateway_town: GatewayTown, tmp_path: Path
) -> None:
    office = Office()
    async with (
        gateway_town.transport() as wechat,
        office.host(wechat, tmp_path, "Porter"),
        Ears(wechat) as ears,
    ):
        await ears.hear(LoggedIn)
        gateway_town.joins(FANS.id, Contact("wang", "王五"), None)
        await ears.hear(Joined)
        await office.left.get()
        gateway_town.says("zhang", "大家好", FANS.id)
        await ears.hear(Message)
        gateway_town.joins(FANS.id, Contact("zhao", "赵六"), "zhang")
        await office.left.get()
        await gateway_town.until_said(2)

    first, second = (it.text for it in gateway_town.reached())
    assert first.startswith("没有人带来了王五，20")
    assert second.startswith("张三带来了赵六，20")
    assert second.endswith(FANS.topic)


async def test_a_plugin_that_fails_harms_nobody_and_is_told(
    gateway_town: GatewayTown, tmp_path: Path
) -> None:
    office = Office()
    plugins = ("Missing", "Stillborn", "Broken", "Echo")
    async with (
        gateway_town.transport() as wechat,
        office.host(wechat, tmp_path, *plugins),
        Ears(wechat) as ears,
    ):
        await ears.hear(LoggedIn)
        gateway_town.says("zhang", "第一句", FANS.id)
        assert (await ears.hear(Message)).text == "第一句"
        await gateway_town.until_said(2)
        failures = [await office.failures.get() for _ in range(3)]

    told = {(it.plugin.partition(":")[2], it.event) for it in failures}
    assert told == {("Missing", "import"), ("Stillborn", "init_plugin"), ("Broken", "message")}
    assert "第一句" not in "".join(str(it) for it in failures)
    assert gateway_town.reached()[0].text == "@张三 你说：第一句"


async def test_two_accounts_in_one_process_do_not_speak_for_each_other(
    plain_town: GatewayTown, tls_town: GatewayTown, tmp_path: Path
) -> None:
    office = Office()
    async with (
        plain_town.transport() as one,
        tls_town.transport() as other,
        office.host(one, tmp_path, "Echo"),
        office.host(other, tmp_path, "Echo"),
        Ears(one) as ears,
        Ears(other) as others,
    ):
        await ears.hear(LoggedIn)
        await others.hear(LoggedIn)
        plain_town.says("zhang", "给一号", FANS.id, id="same")
        tls_town.says("zhang", "给二号", FANS.id, id="same")
        await plain_town.until_said(2)
        await tls_town.until_said(2)

    assert [it.text for it in plain_town.reached() if it.text] == ["@张三 你说：给一号"]
    assert [it.text for it in tls_town.reached() if it.text] == ["@张三 你说：给二号"]


async def test_what_a_plugin_sends_as_a_file_arrives_whole(
    gateway_town: GatewayTown, tmp_path: Path
) -> None:
    office = Office()
    async with (
        gateway_town.transport() as wechat,
        office.host(wechat, tmp_path, "Echo"),
        Ears(wechat) as ears,
    ):
        await ears.hear(LoggedIn)
        gateway_town.says("zhang", "文件", FANS.id)
        await gateway_town.until_said(2)

    file = gateway_town.reached()[1].file
    assert file is not None
    assert file.content == b"hallo"
    assert gateway_town.reached()[1] == Reached(Do.SAY, FANS.id, file=file)


def test_nothing_of_wechaty_is_imported_where_no_plugin_is_named() -> None:
    look = (
        "import sys, bot.transports.gateway, bot.transports.facade;"
        "sys.exit(any(name.split('.')[0] in ('wechaty', 'wechaty_puppet') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
