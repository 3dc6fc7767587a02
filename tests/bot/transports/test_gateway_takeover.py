"""How often the line is taken from whoever holds it."""

import asyncio
import gc
import random
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from grpclib.const import Cardinality, Handler, Status
from grpclib.exceptions import GRPCError
from grpclib.server import Server, Stream

from bot.transports.gateway.client import GatewayClient
from bot.transports.gateway.faults import Trouble
from bot.transports.gateway.link import Link
from bot.transports.gateway.messages import EventMessage, Nothing
from bot.transports.gateway.timing import Timing
from bot.transports.gateway.wire import Address, WireFault

TIMING = Timing(
    first_pause=0.01,
    longest_pause=0.01,
    takeover_after=0.0,
    takeover_every=600.0,
    takeovers_a_day=2,
)


class BusyGateway:
    """A gateway whose event stream somebody else holds, however often he is thrown out."""

    def __init__(self) -> None:
        self.asked = asyncio.Semaphore(0)
        self.stopped = 0

    def __mapping__(self) -> Mapping[str, Handler]:
        unary, stream = Cardinality.UNARY_UNARY, Cardinality.UNARY_STREAM
        return {
            "/wechaty.Puppet/Event": Handler(self._event, stream, Nothing, EventMessage),
            "/wechaty.Puppet/Stop": Handler(self._stop, unary, Nothing, Nothing),
            "/wechaty.Puppet/Start": Handler(self._start, unary, Nothing, Nothing),
        }

    async def is_asked(self, times: int) -> None:
        """Return once the event stream was asked for so many more times."""
        for _ in range(times):
            await self.asked.acquire()

    async def _event(self, stream: "Stream[Any, Any]") -> None:
        await stream.recv_message()
        self.asked.release()
        raise GRPCError(Status.ALREADY_EXISTS, "event() can not call twice.")

    async def _stop(self, stream: "Stream[Any, Any]") -> None:
        await stream.recv_message()
        self.stopped += 1
        await stream.send_message(Nothing())

    async def _start(self, stream: "Stream[Any, Any]") -> None:
        await stream.recv_message()
        await stream.send_message(Nothing())


class Watch:
    """A clock that moves when it is told to."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    async def until(self, moment: datetime) -> None:
        await asyncio.sleep((moment - self.now).total_seconds())


class Diary:
    """Who listens on the line, and what he was told."""

    def __init__(self) -> None:
        self.troubles: list[tuple[Trouble, datetime]] = []

    def opened(self, *, takeover: bool) -> None:
        raise AssertionError(f"the line never opens, {takeover=}")

    def broken(self, trouble: Trouble, since: datetime) -> None:
        self.troubles.append((trouble, since))

    def heard(self, name: str, payload: Mapping[str, Any]) -> None:
        raise AssertionError(f"nothing is ever heard, {name=} {payload=}")


async def test_the_line_is_taken_over_rarely_and_the_trouble_told_once() -> None:
    gateway = BusyGateway()
    server = Server([gateway])
    await server.start("127.0.0.1", 0)
    port = server._server.sockets[0].getsockname()[1]  # type: ignore[union-attr]
    client = GatewayClient(Address("127.0.0.1", port, "insecure_token"), TIMING)
    watch, diary = Watch(), Diary()
    began = watch.now
    link = Link(client, diary, clock=watch, random=random.Random(1), timing=TIMING)  # noqa: S311
    task = asyncio.create_task(link.run())
    counts = []
    for wait in (0, 300, 301, 601, 86_400):
        watch.now += timedelta(seconds=wait)
        await gateway.is_asked(5)
        counts.append(gateway.stopped)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    client.hang_up()
    server.close()
    await server.wait_closed()

    assert counts == [1, 1, 2, 2, 3]
    assert diary.troubles == [(Trouble.BUSY, began)]


@pytest.mark.parametrize("steps", range(6))
async def test_a_line_that_is_hung_up_while_it_is_dialled_stays_hung_up(steps: int) -> None:
    """It was connected all the same afterwards, and stood open until nobody held it any more."""
    held: list[asyncio.StreamWriter] = []
    server = await asyncio.start_server(lambda _, writer: held.append(writer), "127.0.0.1", 0)
    client = GatewayClient(
        Address("127.0.0.1", server.sockets[0].getsockname()[1], "token"), TIMING
    )
    call = asyncio.create_task(client.ding(within=0.2))
    for _ in range(steps):
        await asyncio.sleep(0)
    client.hang_up()
    with pytest.raises(WireFault):
        await call
    client.hang_up()
    gc.collect()  # an open line would say so now
    for writer in held:
        writer.close()
    server.close()
    await server.wait_closed()
