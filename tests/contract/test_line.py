"""What the line to a real gateway does when the network, the gateway or another client does not."""

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import NotDelivered, Unconfirmed
from bot.message import (
    Do,
    Letter,
    LinkBack,
    LinkLost,
    LoggedIn,
    Message,
    RoomKnown,
)
from bot.transports.gateway import Timing, Trouble, probe
from tests.contract.conftest import town_behind
from tests.contract.ears import Ears
from tests.contract.gateway_town import BRISK, GatewayTown
from tests.contract.town import FANS, Reached
from tests.gateway.certificates import certify
from tests.gateway.process import TOKEN, NodeGateway, install

WATCHFUL = Timing(
    first_pause=0.05,
    longest_pause=0.5,
    ding_every=0.3,
    dead_after=1.0,
    knock=1.0,
    fresh=0.1,
    connect=1.0,
)
GREEDY = Timing(
    first_pause=0.05, longest_pause=0.2, takeover_after=0.5, takeover_every=3600, connect=5.0
)


@pytest.fixture(params=[False, True], ids=["plain", "tls"])
async def own_town(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[GatewayTown]:
    """Begin a town behind a gateway that the test may kill."""
    install()
    gateway = NodeGateway(tmp_path, certify(tmp_path) if request.param else None)
    await asyncio.to_thread(gateway.start)
    async with town_behind(gateway) as town:
        yield town
    gateway.kill()


async def test_a_wrong_token_is_told_and_never_shown(
    gateway_town: GatewayTown, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    wrong = "insecure_wrong-token-of-somebody"
    async with gateway_town.transport(token=wrong) as wechat, Ears(wechat) as ears:
        lost = await ears.hear(LinkLost)
        with pytest.raises(NotDelivered) as refused:
            await wechat.send(Letter("k", room=FANS.id, text="您好"))

    assert "令牌" in lost.why
    assert "token" in lost.why
    assert [it for it in ears.heard if not isinstance(it, LinkLost)] == []
    assert wrong not in caplog.text + lost.why + str(refused.value)


async def test_a_killed_gateway_is_found_again_when_it_is_back(own_town: GatewayTown) -> None:
    async with own_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(LoggedIn)
        own_town.gateway.kill()
        lost = await ears.hear(LinkLost)
        await asyncio.to_thread(own_town.gateway.start)
        own_town.begin()
        back = await ears.hear(LinkBack)
        await ears.hear(LoggedIn)
        own_town.says("zhang", "还在吗", FANS.id)
        message = await ears.hear(Message)
        await wechat.send(Letter("k", room=FANS.id, text="在的"))

    assert back.since == lost.at
    assert not back.takeover
    assert message.text == "还在吗"
    assert own_town.reached() == [Reached(Do.SAY, FANS.id, text="在的")]


async def test_a_line_that_swallows_everything_is_noticed_and_replaced(
    gateway_town: GatewayTown,
) -> None:
    async with gateway_town.transport(timing=WATCHFUL) as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.proxy.swallow()
        lost = await ears.hear(LinkLost)
        gateway_town.says("zhang", "没人听见", FANS.id)
        gateway_town.proxy.flow()
        back = await ears.hear(LinkBack)
        await ears.hear(LoggedIn)
        gateway_town.says("zhang", "听见了", FANS.id)
        message = await ears.hear(Message)

    assert lost.why == Trouble.SILENT
    assert back.since == lost.at < back.at
    assert message.text == "听见了"


async def test_a_line_that_swallows_from_the_beginning_is_noticed_too(
    gateway_town: GatewayTown,
) -> None:
    gateway_town.proxy.swallow()
    async with gateway_town.transport(timing=WATCHFUL) as wechat, Ears(wechat) as ears:
        await ears.hear(LinkLost)
        gateway_town.proxy.flow()
        await ears.hear(LinkBack)
        await ears.hear(LoggedIn)


async def test_a_letter_is_not_written_into_a_line_that_may_be_dead(
    gateway_town: GatewayTown,
) -> None:
    patient = Timing(ding_every=600, fresh=0.0, knock=0.5, first_pause=0.05)
    async with gateway_town.transport(timing=patient) as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.proxy.swallow()
        with pytest.raises(NotDelivered):
            await wechat.send(Letter("k", room=FANS.id, text="您好"))
        lost = await ears.hear(LinkLost)

    assert lost.why == Trouble.SILENT
    assert gateway_town.reached() == []


async def test_a_letter_whose_answer_never_comes_is_unconfirmed(gateway_town: GatewayTown) -> None:
    hasty = Timing(deadline=1.0)
    async with gateway_town.transport(timing=hasty) as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.gateway.order("ways", {"hang": True})
        with pytest.raises(Unconfirmed):
            await wechat.send(Letter("k", room=FANS.id, text="只说一次"))

    assert [it.text for it in gateway_town.reached()] == ["只说一次"]


async def test_a_letter_under_way_when_the_line_breaks_is_unconfirmed(
    gateway_town: GatewayTown,
) -> None:
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(RoomKnown)
        gateway_town.gateway.order("ways", {"hang": True})
        sending = asyncio.create_task(wechat.send(Letter("k", room=FANS.id, text="只说一次")))
        await asyncio.to_thread(gateway_town.gateway.order, "hanging")
        gateway_town.proxy.cut()
        with pytest.raises(Unconfirmed):
            await sending
        await ears.hear(LinkBack)

    assert [it.text for it in gateway_town.reached()] == ["只说一次"]


async def test_a_second_client_waits_then_takes_over_once(gateway_town: GatewayTown) -> None:
    async with gateway_town.transport(timing=BRISK) as first, Ears(first) as ears:
        await ears.hear(LoggedIn)
        async with gateway_town.transport(timing=GREEDY) as second, Ears(second) as others:
            lost = await others.hear(LinkLost)
            assert lost.why == Trouble.BUSY
            back = await others.hear(LinkBack)
            await others.hear(LoggedIn)
            thrown_out = [(await ears.hear(LinkLost)).why for _ in range(2)]

    assert thrown_out[1] == Trouble.BUSY
    assert back.takeover


async def test_a_look_at_the_gateway_tells_who_is_logged_in(gateway_town: GatewayTown) -> None:
    certificate = gateway_town.gateway.certificate
    authority = certificate.authority if certificate else None
    tls = certificate is not None
    endpoint = f"127.0.0.1:{gateway_town.proxy.port}"

    free = await probe(endpoint, token=TOKEN, tls=tls, ca=authority)
    async with gateway_town.transport() as wechat, Ears(wechat) as ears:
        await ears.hear(LoggedIn)
        used = await probe(endpoint, token=TOKEN, tls=tls, ca=authority)
    wrong = await probe(endpoint, token="insecure_of-somebody-else", tls=tls, ca=authority)
    mistaken = await probe(endpoint, token=TOKEN, tls=not tls, timing=Timing(connect=2))
    gateway_town.proxy.close()
    closed = await probe(endpoint, token=TOKEN, tls=tls, ca=authority)

    assert (free.account, free.in_use, free.trouble) == ("bot", False, None)
    assert "1.19.4" in free.version
    assert used.in_use
    assert wrong.trouble is Trouble.TOKEN
    assert mistaken.trouble is not None
    assert closed.trouble is Trouble.UNREACHABLE


async def test_a_certificate_of_somebody_else_is_refused(
    tls_gateway: NodeGateway, tmp_path: Path
) -> None:
    stranger = certify(tmp_path)
    endpoint = f"127.0.0.1:{tls_gateway.port}"

    finding = await probe(endpoint, token=TOKEN, tls=True, ca=stranger.authority)

    assert finding.trouble is Trouble.CERTIFICATE
