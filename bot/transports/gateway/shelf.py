"""A cache that asks once, however many want to know."""

import asyncio
from collections.abc import Awaitable, Callable, Hashable
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Shelf(Generic[K, V]):
    """Remembers what ``fetch`` returned, for ``keep`` seconds and at most ``places`` things.

    Those who ask while a fetch is under way share it. What failed is not remembered.
    """

    def __init__(self, fetch: Callable[[K], Awaitable[V]], *, keep: float, places: int) -> None:
        self._fetch = fetch
        self._keep = keep
        self._places = places
        self._entries: dict[K, tuple[float, asyncio.Task[V]]] = {}

    async def get(self, key: K) -> V:
        """Return what is known of ``key``, or find it out; raises what ``fetch`` raises."""
        now = asyncio.get_running_loop().time()
        fetched_at, task = self._entries.get(key, (0.0, None))
        if task is None or now - fetched_at > self._keep:
            task = asyncio.create_task(self._find_out(key))
            self._put(key, now, task)
        # Shielded: one who loses patience must not take the answer from the others.
        return await asyncio.shield(task)

    def forget(self, key: K) -> None:
        """Ask anew next time."""
        self._entries.pop(key, None)

    def forget_all(self) -> None:
        """Ask anew for everything."""
        self._entries.clear()

    async def _find_out(self, key: K) -> V:
        try:
            return await self._fetch(key)
        except BaseException:
            entry = self._entries.get(key)
            if entry and entry[1] is asyncio.current_task():
                del self._entries[key]
            raise

    def _put(self, key: K, now: float, task: "asyncio.Task[V]") -> None:
        self._entries.pop(key, None)
        while len(self._entries) >= self._places:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = (now, task)
