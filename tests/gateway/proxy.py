"""A stretch of network between bot and gateway that can be cut, closed or swallow everything."""

import asyncio
from contextlib import suppress

PIECE = 65_536


class Proxy:
    """Carries bytes between a port of its own and another one, as long as it is told to.

    ``swallow`` is the unkindest fault: connections stay open and nothing gets through either way.
    """

    def __init__(self, target: int) -> None:
        self.port = 0
        self._target = target
        self._server: asyncio.Server | None = None
        self._carrying: set[asyncio.Task[None] | None] = set()
        self._writers: set[asyncio.StreamWriter] = set()
        self._flowing = asyncio.Event()
        self._flowing.set()

    async def open(self) -> None:
        """Take connections, always on the same port."""
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break every connection; new ones are taken."""
        for writer in self._writers:
            writer.transport.abort()

    def close(self) -> None:
        """Break every connection and refuse new ones."""
        if self._server is not None:
            self._server.close()
            self._server = None
        self.cut()

    async def aclose(self) -> None:
        """Close for good, and wait until nothing is carried any more."""
        self.flow()
        self.close()
        await asyncio.gather(*filter(None, self._carrying), return_exceptions=True)

    def swallow(self) -> None:
        """Let nothing through any more, on old and new connections."""
        self._flowing.clear()

    def flow(self) -> None:
        """Carry again; what was swallowed is gone with the connections it was sent on."""
        self.cut()
        self._flowing.set()

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        self._carrying.add(task)
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers |= {writer, back}
            await asyncio.gather(self._pump(reader, back), self._pump(there, writer))
            self._writers -= {writer, back}
        except OSError:
            writer.close()
        finally:
            self._carrying.discard(task)

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                await self._flowing.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()
