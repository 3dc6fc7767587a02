"""When the next thing may leave this account, so that WeChat sees a person and not a machine."""

from collections import deque
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random

from bot.config.models import PaceSettings

MINUTE = timedelta(minutes=1)


class Pace:
    """The departures of the last minute and the gap drawn after the last one.

    Three limits of ``[pace]`` hold at once: seconds between two things to the same target,
    seconds (drawn anew each time) between two different targets, and things in any sixty seconds.
    """

    def __init__(self, settings: PaceSettings, random: Random) -> None:
        self.settings = settings
        self._random = random
        self._departures: deque[datetime] = deque()
        self._last_to: dict[str, datetime] = {}
        self._last: tuple[str, datetime] | None = None
        self._gap = timedelta(0)

    def earliest(self, target: str, now: datetime) -> datetime:
        """Return the first moment, not before ``now``, at which this target may be addressed."""
        self._heal(now)
        moments = [now]
        if target in self._last_to:
            same = timedelta(seconds=self.settings.same_target_seconds)
            moments.append(self._last_to[target] + same)
        if self._last is not None and self._last[0] != target:
            moments.append(self._last[1] + self._gap)
        self._forget(now)
        if len(self._departures) >= self.settings.per_minute:
            moments.append(self._departures[-self.settings.per_minute] + MINUTE)
        return max(moments)

    def soonest(self, now: datetime) -> datetime:
        """Return the first moment, not before ``now``, at which anybody may be addressed."""
        self._heal(now)
        self._forget(now)
        moments = [now]
        if self._last is not None:
            same = timedelta(seconds=self.settings.same_target_seconds)
            moments.append(self._last[1] + min(same, self._gap))
        if len(self._departures) >= self.settings.per_minute:
            moments.append(self._departures[-self.settings.per_minute] + MINUTE)
        return max(moments)

    def left(self, target: str, at: datetime) -> None:
        """Note that something left, or may have left, and draw the next gap."""
        self._departures.append(at)
        self._last_to[target] = at
        self._last = (target, at)
        low, high = self.settings.between_targets_seconds
        self._gap = timedelta(seconds=self._random.uniform(low, high))

    def recall(self, departures: Iterable[tuple[str, datetime]]) -> None:
        """Take over the departures of an earlier process, oldest first."""
        for target, at in departures:
            self.left(target, at)

    def _heal(self, now: datetime) -> None:
        """Where the clock was set back, count what left "later" as having left just now."""
        if self._last is not None and self._last[1] > now:
            self._departures = deque(min(at, now) for at in self._departures)
            self._last_to = {target: min(at, now) for target, at in self._last_to.items()}
            self._last = (self._last[0], now)

    def _forget(self, now: datetime) -> None:
        while self._departures and self._departures[0] <= now - MINUTE:
            self._departures.popleft()
        if len(self._last_to) > 4 * self.settings.per_minute:
            recent = now - timedelta(seconds=self.settings.same_target_seconds)
            self._last_to = {t: at for t, at in self._last_to.items() if at > recent}
