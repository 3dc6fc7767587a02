"""What stands between a letter and WeChat: outages, refusals, lost answers, haste."""

from collections import deque
from datetime import datetime, timedelta

from bot.errors import NotDelivered, Throttled, Unconfirmed

MINUTE = timedelta(minutes=1)
PUNISHMENT = timedelta(minutes=30)


class Weather:
    """The state of the line; ``down_since`` is None while it is up.

    With ``sends_per_minute`` an account that sends more is silenced for half an hour.
    """

    def __init__(self, sends_per_minute: int | None) -> None:
        self.down_since: datetime | None = None
        self.refusals = 0
        self.lost_answers = 0
        self.silenced_until: datetime | None = None
        self._most = sends_per_minute
        self._sent: deque[datetime] = deque()

    def hinder(self, now: datetime) -> None:
        """Raise NotDelivered or Throttled where nothing gets through at this moment."""
        if self.down_since is not None:
            raise NotDelivered("the link is down")
        self._slow_down(now)
        if self.refusals:
            self.refusals -= 1
            raise NotDelivered("WeChat refused it this time")

    def answer(self) -> None:
        """Raise Unconfirmed where the answer to something delivered gets lost."""
        if self.lost_answers:
            self.lost_answers -= 1
            raise Unconfirmed("the answer was lost")

    def _slow_down(self, now: datetime) -> None:
        if self.silenced_until is not None and now < self.silenced_until:
            raise Throttled("操作过于频繁")
        if self._most is None:
            return
        while self._sent and self._sent[0] <= now - MINUTE:
            self._sent.popleft()
        if len(self._sent) >= self._most:
            self.silenced_until = now + PUNISHMENT
            raise Throttled("操作过于频繁")
        self._sent.append(now)
