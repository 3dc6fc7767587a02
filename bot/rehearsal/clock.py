"""A clock whose time passes only when somebody moves it."""

import asyncio
from datetime import UTC, datetime
from heapq import heappop, heappush
from itertools import count


class VirtualClock:
    """Virtual time; it never goes back, and a wait costs nothing but a move.

    Whoever is called by the one who moves the clock must not wait for it: he would wait for ever.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC)
        self._order = count()
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []

    def __call__(self) -> datetime:
        """Return the virtual moment, in UTC."""
        return self._now

    def move(self, moment: datetime) -> None:
        """Let it be this moment, and wake who waited for it; an earlier one changes nothing."""
        self._now = max(self._now, moment.astimezone(UTC))
        while self._waiting and self._waiting[0][0] <= self._now:
            _, _, waiting = heappop(self._waiting)
            if not waiting.done():
                waiting.set_result(None)

    async def until(self, moment: datetime) -> None:
        """Return once the clock has been moved to this moment."""
        if moment > self._now:
            waiting = asyncio.get_running_loop().create_future()
            heappush(self._waiting, (moment, next(self._order), waiting))
            await waiting
