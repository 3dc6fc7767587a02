"""Time, as a thing that can be handed over."""

import asyncio
from datetime import UTC, datetime
from typing import Protocol

LONGEST_NAP = 30.0  # seconds; a wall clock that jumps is noticed within this


class Clock(Protocol):
    """What tells the present moment, aware and in UTC, and lets one wait for a later one."""

    def __call__(self) -> datetime:
        """Return the present moment."""
        ...

    async def until(self, moment: datetime) -> None:
        """Return at the given moment, or somewhat earlier."""
        ...


class SystemClock:
    """The machine's own clock."""

    def __call__(self) -> datetime:
        """Return the present moment in UTC."""
        return datetime.now(UTC)

    async def until(self, moment: datetime) -> None:
        """Sleep until the moment, at most ``LONGEST_NAP`` seconds at a time."""
        await asyncio.sleep(min(max((moment - self()).total_seconds(), 0.0), LONGEST_NAP))
