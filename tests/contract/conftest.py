"""Towns to test in: one in memory, two behind a real gateway, plain and with TLS."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from typing import cast

import pytest

from bot.transports.memory import Setting
from tests.contract.gateway_town import GatewayTown
from tests.contract.memory_town import MemoryTown
from tests.contract.town import SETTING, Town
from tests.gateway.certificates import certify
from tests.gateway.process import NodeGateway, install
from tests.gateway.proxy import Proxy

GATEWAYS = ("gateway", "gateway-tls")


@pytest.fixture(scope="session")
def plain_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeGateway]:
    """Run one gateway without TLS."""
    install()
    gateway = NodeGateway(tmp_path_factory.mktemp("gateway"))
    gateway.start()
    yield gateway
    gateway.stop()


@pytest.fixture(scope="session")
def tls_gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[NodeGateway]:
    """Run one gateway with a certificate of its own."""
    install()
    folder = tmp_path_factory.mktemp("gateway-tls")
    gateway = NodeGateway(folder, certify(folder))
    gateway.start()
    yield gateway
    gateway.stop()


@asynccontextmanager
async def town_behind(
    gateway: NodeGateway, setting: Setting = SETTING
) -> AsyncIterator[GatewayTown]:
    """Begin a town behind a gateway that runs."""
    proxy = Proxy(gateway.port)
    await proxy.open()
    town = GatewayTown(gateway, proxy, setting)
    town.begin()
    try:
        yield town
    finally:
        await proxy.aclose()


@pytest.fixture
async def plain_town(plain_gateway: NodeGateway) -> AsyncIterator[GatewayTown]:
    """Begin a town behind the gateway without TLS."""
    async with town_behind(plain_gateway) as town:
        yield town


@pytest.fixture
async def tls_town(tls_gateway: NodeGateway) -> AsyncIterator[GatewayTown]:
    """Begin a town behind the gateway with TLS."""
    async with town_behind(tls_gateway) as town:
        yield town


@pytest.fixture(params=GATEWAYS)
async def gateway_town(request: pytest.FixtureRequest) -> AsyncIterator[GatewayTown]:
    """Begin a town behind each gateway."""
    fixture = "tls_gateway" if request.param == "gateway-tls" else "plain_gateway"
    async with town_behind(request.getfixturevalue(fixture)) as town:
        yield town


@pytest.fixture(params=["memory", *GATEWAYS])
async def town(request: pytest.FixtureRequest) -> AsyncIterator[Town]:
    """Begin a town of each kind."""
    if request.param == "memory":
        yield MemoryTown(SETTING)
        return
    fixture = "tls_gateway" if request.param == "gateway-tls" else "plain_gateway"
    gateway = cast(NodeGateway, request.getfixturevalue(fixture))
    async with town_behind(gateway) as behind:
        yield behind
