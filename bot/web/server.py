"""The console on a port of its own, in the bot's own event loop."""

import asyncio
import contextlib
import socket
from collections.abc import Iterator

import uvicorn

from bot.errors import BotError, reason
from bot.web import console
from bot.web.failures import Ledger
from bot.web.parts import Parts

GRACE = 2  # seconds that answers in hand get when the bot stops
BACKLOG = 128


class _Quiet(uvicorn.Server):
    """A server that leaves signals to the bot."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Console:
    """The console of a bot; ``address`` is known as soon as it is made."""

    def __init__(self, parts: Parts) -> None:
        settings = parts.office.config.console
        self._parts = parts
        self._socket = _listen(settings.host, settings.port)
        self.app = console(parts)
        config = uvicorn.Config(
            self.app,
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            timeout_graceful_shutdown=GRACE,
            timeout_keep_alive=20,
            proxy_headers=bool(settings.hosts),
            forwarded_allow_ips=list(settings.proxies),
        )
        self._server = _Quiet(config)

    @property
    def address(self) -> str:
        """Where to look."""
        host, port = self._socket.getsockname()[:2]
        shown = "127.0.0.1" if host in ("0.0.0.0", "::") else host  # noqa: S104
        return f"http://[{shown}]:{port}" if ":" in shown else f"http://{shown}:{port}"

    async def serve(self) -> None:
        """Serve until ``stop``, or until cancelled."""
        compiling = asyncio.to_thread(self.app.state.site.compile_pages)
        preparing = asyncio.create_task(compiling, name="compile pages")
        parts = self._parts
        ledger = Ledger(parts.errors, parts.storage, parts.account)
        keeping = asyncio.create_task(ledger.run(), name="errors")
        telling = asyncio.create_task(self._parts.live.run(), name="live")
        try:
            await self._server.serve(sockets=[self._socket])
        finally:
            telling.cancel()
            keeping.cancel()
            await asyncio.gather(preparing, keeping, return_exceptions=True)
            self._socket.close()

    def stop(self) -> None:
        """End the streams and ask the server to end."""
        self._parts.live.close()
        self._server.should_exit = True


def _listen(host: str, port: int) -> socket.socket:
    """Take the port at once, so that a port in use is told before anything starts."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With its protocol named, asyncio sends small answers at once instead of waiting for more.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
    except OSError as error:
        listener.close()
        raise BotError(
            f"控制台用不了 {host}:{port}（{reason(error)}）："
            "请换 [console].port，写 0 表示随便挑一个"
        ) from error
    listener.listen(BACKLOG)
    listener.setblocking(False)  # noqa: FBT003 - the name is Python's
    return listener
