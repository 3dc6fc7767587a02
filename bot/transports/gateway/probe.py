"""One look at a gateway, for those who set it up."""

import asyncio
import json
from contextlib import aclosing
from dataclasses import dataclass
from pathlib import Path

from grpclib.const import Status

from bot.transports.gateway.client import GatewayClient
from bot.transports.gateway.faults import Trouble, diagnose
from bot.transports.gateway.messages import EVENTS
from bot.transports.gateway.timing import USUAL, Timing
from bot.transports.gateway.wire import Address, WireFault

PATIENCE = 5.0  # seconds; a gateway tells at once who is logged in


@dataclass(frozen=True, slots=True)
class Finding:
    """What a look at a gateway showed.

    ``trouble`` is None where it answers. ``account`` is who is logged in, "" where nobody is;
    ``in_use`` says that another client, likely the running bot, listens: then who is logged in
    cannot be seen without disturbing it.
    """

    version: str = ""
    account: str = ""
    in_use: bool = False
    trouble: Trouble | None = None
    detail: str = ""

    def __str__(self) -> str:
        """Say it to the operator in one line."""
        if self.trouble:
            return f"{self.trouble}: {self.detail}"
        if self.in_use:
            return f"网关 {self.version} 正常，已有一个客户端在用这条线（多半是正在运行的机器人）"
        if self.account:
            return f"网关 {self.version} 正常，已登录：{self.account}"
        return f"网关 {self.version} 正常，但还没有账号登录，请到网关终端扫码"


async def probe(
    endpoint: str,
    *,
    token: str,
    tls: bool,
    ca: Path | None = None,
    server_name: str = "",
    timing: Timing = USUAL,
) -> Finding:
    """Look at a gateway without disturbing who uses it; raises ValueError for no endpoint."""
    address = Address.parse(endpoint, token=token, tls=tls, ca=ca, server_name=server_name)
    client = GatewayClient(address, timing)
    try:
        version = await client.version(within=timing.connect)
        return await _who_is_there(client, version)
    except WireFault as fault:
        return Finding(trouble=diagnose(fault), detail=str(fault))
    finally:
        client.hang_up()


async def _who_is_there(client: GatewayClient, version: str) -> Finding:
    task = asyncio.create_task(_first_login(client), name="gateway probe")
    try:
        async with asyncio.timeout(PATIENCE):
            return Finding(version, account=await task)
    except TimeoutError:
        return Finding(version)
    except WireFault as fault:
        if fault.status is not Status.ALREADY_EXISTS:
            raise
        return Finding(version, in_use=True)


async def _first_login(client: GatewayClient) -> str:
    async with aclosing(client.events()) as events:
        async for event in events:
            if EVENTS.get(event.type) == "login":
                return str(json.loads(event.payload or "{}").get("contactId", ""))
    return ""
