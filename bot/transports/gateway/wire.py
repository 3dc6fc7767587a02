"""Calls over one HTTP/2 connection, each with a deadline, and what went wrong with them."""

import asyncio
import logging
import ssl
from collections.abc import AsyncGenerator, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self, TypeVar

from betterproto import Message
from grpclib.client import Channel, Stream
from grpclib.config import Configuration
from grpclib.const import Cardinality, Status
from grpclib.exceptions import GRPCError, ProtocolError, StreamTerminatedError
from grpclib.protocol import H2Protocol
from typing_extensions import override

SERVICE = "/wechaty.Puppet/"
LONGEST_SENTENCE = 300  # characters of a puppet's answer that are kept
UNREADABLE = (ValueError, LookupError)  # what betterproto raises on bytes that are no message
BROKEN = (OSError, StreamTerminatedError, ProtocolError, TimeoutError, *UNREADABLE)

Answer = TypeVar("Answer", bound=Message)


@dataclass(frozen=True, slots=True)
class Address:
    """Where the gateway listens, and how one proves to it who one is; never shows the token."""

    host: str
    port: int
    token: str = field(repr=False)
    tls: bool = False
    ca: Path | None = None
    server_name: str = ""

    @classmethod
    def parse(
        cls, endpoint: str, *, token: str, tls: bool, ca: Path | None, server_name: str
    ) -> Self:
        """Read ``host:port``; raises ValueError where it is not one."""
        host, colon, port = endpoint.rpartition(":")
        if not (colon and host and port.isdigit()):
            raise ValueError(f"{endpoint!r} is not host:port")
        return cls(host.strip("[]"), int(port), token, tls, ca, server_name)


class WireFault(Exception):  # noqa: N818
    """A call did not come to its end.

    ``written`` tells whether the gateway may have read the request; ``status`` is what it answered,
    None where it answered nothing; ``certificate`` that the two could not agree on TLS.
    """

    def __init__(
        self,
        rpc: str,
        sentence: str,
        *,
        written: bool,
        status: Status | None = None,
        certificate: bool = False,
    ) -> None:
        super().__init__(f"{rpc}: {sentence}")
        self.rpc = rpc
        self.sentence = sentence
        self.written = written
        self.status = status
        self.certificate = certificate


class _Line(Channel):
    """A channel that is hung up for good, also where it was just being dialled."""

    _hung_up = False

    @override
    def close(self) -> None:
        self._hung_up = True
        super().close()

    @override
    async def __connect__(self) -> H2Protocol:
        protocol = await super().__connect__()
        if self._hung_up:
            super().close()
            raise StreamTerminatedError("hung up while it was dialled")
        return protocol


class Wire:
    """One connection to the gateway; opened by the first call, and again after ``hang_up``."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._channel: Channel | None = None
        # At DEBUG this logger writes down every header, the token among them.
        logging.getLogger("hpack").setLevel(logging.WARNING)
        self._metadata = {"authorization": f"Wechaty {address.token}"}

    def hang_up(self) -> None:
        """Break the connection; calls under way end with a fault."""
        if self._channel is not None:
            self._channel.close()
            self._channel = None

    async def unary(
        self, rpc: str, request: Message, answer: type[Answer], *, within: float
    ) -> Answer:
        """Ask once and return the answer; raises WireFault."""
        return await self.upload(rpc, [request], answer, within=within, streamed=False)

    async def upload(
        self,
        rpc: str,
        requests: Iterable[Message],
        answer: type[Answer],
        *,
        within: float,
        streamed: bool = True,
    ) -> Answer:
        """Send requests one after the other and return the one answer; raises WireFault."""
        progress = _Progress()
        kind = Cardinality.STREAM_UNARY if streamed else Cardinality.UNARY_UNARY
        talk = self._talk(rpc, requests, answer, kind, progress)
        # A task of its own: grpclib cancels the task that waits when a connection breaks, and
        # leaves that count of cancellations behind on it.
        task = asyncio.create_task(talk, name=f"gateway {rpc}")
        try:
            async with asyncio.timeout(within):
                return await task
        except GRPCError as error:
            raise self._fault(rpc, error, progress.written) from None
        except BROKEN as error:
            raise self._fault(rpc, error, progress.written) from None

    async def stream(
        self, rpc: str, request: Message, answer: type[Answer], *, opened_within: float
    ) -> AsyncGenerator[Answer, None]:
        """Ask once and yield the answers as they come, for ever; raises WireFault.

        To be read by a task that does nothing else: see ``upload``.
        """
        progress = _Progress()
        try:
            async with self._open(rpc, type(request), answer, Cardinality.UNARY_STREAM) as stream:
                async with asyncio.timeout(opened_within):
                    await stream.send_request()
                    progress.written = True
                    await stream.send_message(request, end=True)
                async for piece in stream:
                    yield piece
        except GRPCError as error:
            raise self._fault(rpc, error, progress.written) from None
        except BROKEN as error:
            raise self._fault(rpc, error, progress.written) from None

    async def _talk(
        self,
        rpc: str,
        requests: Iterable[Message],
        answer: type[Answer],
        kind: Cardinality,
        progress: "_Progress",
    ) -> Answer:
        iterator = iter(requests)
        first = next(iterator)
        async with self._open(rpc, type(first), answer, kind) as stream:
            await stream.send_request()
            progress.written = True
            await stream.send_message(first, end=not kind.client_streaming)
            if kind.client_streaming:
                for request in iterator:
                    await stream.send_message(request)
                await stream.end()
            reply = await stream.recv_message()
            if reply is None:
                await stream.recv_trailing_metadata()
                raise StreamTerminatedError("no answer")
            return reply

    def _open(
        self, rpc: str, request: type[Message], answer: type[Answer], kind: Cardinality
    ) -> Stream[Message, Answer]:
        if self._channel is None:
            self._channel = self._dial()
        return self._channel.request(SERVICE + rpc, kind, request, answer, metadata=self._metadata)

    def _dial(self) -> Channel:
        address = self._address
        if not address.tls:
            return _Line(address.host, address.port)
        context = ssl.create_default_context(cafile=address.ca)
        # The CA that comes with wechaty lacks keyUsage, which Python 3.13 insists on by default.
        context.verify_flags &= ~getattr(ssl, "VERIFY_X509_STRICT", 0)
        context.set_alpn_protocols(["h2"])
        config = Configuration(ssl_target_name_override=address.server_name or address.host)
        return _Line(address.host, address.port, ssl=context, config=config)

    def _fault(self, rpc: str, error: Exception, written: bool) -> WireFault:  # noqa: FBT001
        status = error.status if isinstance(error, GRPCError) else None
        if isinstance(error, GRPCError):
            # Gateways answer with the sentence and, below it, the stack of their own program.
            text = (error.message or error.status.name).partition("\n")[0]
        else:
            text = f"{type(error).__name__} {error}".strip()
        if self._address.token:
            text = text.replace(self._address.token, "***")
        tls = isinstance(error, ssl.SSLError)
        return WireFault(
            rpc, text[:LONGEST_SENTENCE], written=written, status=status, certificate=tls
        )


@dataclass(slots=True)
class _Progress:
    """How far a call has come."""

    written: bool = False
