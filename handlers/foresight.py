"""What will come of the notices as they are planned: looked at before it happens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, pairwise, takewhile

from bot.config import Config
from bot.config.notices import InQuietHours, NoticeSettings
from bot.config.people import GroupSettings
from handlers.occasions import Occasions

LOOK_AHEAD = timedelta(days=28)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
MOST = 3_000  # moments looked at


@dataclass(frozen=True, slots=True)
class Foresight:
    """What one configuration leads to."""

    config: Config
    occasions: Occasions

    def coming(self, now: datetime, count: int) -> list[tuple[datetime, NoticeSettings]]:
        """Return the next so many moments of all notices together."""
        return list(islice(self._all(self.config.notices, now), count))

    def never_leaves(self, notice: NoticeSettings, due: datetime) -> bool:
        """Say whether a notice falls into quiet hours that outlast its patience."""
        span = self.config.pace.quiet_hours
        local = due.astimezone(self.config.zone)
        if span is None or notice.in_quiet_hours is InQuietHours.SEND or not span.covers(local):
            return False
        return notice.in_quiet_hours is InQuietHours.DROP or span.after(local) - local > notice.late

    def shares(self, now: datetime, rooms: Sequence[tuple[str, str]]) -> list[tuple[str, float]]:
        """Return for each room (id, topic) how much of the next seven days is promotion."""
        found = []
        for room, topic in rooms:
            group = self.config.group_of(room, topic)
            if group is not None:
                found.append((room, self.share(now, group, room)))
        return found

    def share(self, now: datetime, group: GroupSettings, room: str = "") -> float:
        """Return how much of what a group hears in the next seven days is promotion."""
        meant = [each for each in self.config.notices if each.reaches(group, room)]
        week = takewhile(lambda each: each[0] < now + WEEK, self._all(meant, now))
        kinds = [notice.promotional for _, notice in islice(week, MOST)]
        return sum(kinds) / len(kinds) if kinds else 0.0

    def clashes(self, now: datetime) -> Iterator[tuple[NoticeSettings, NoticeSettings, datetime]]:
        """Yield pairs of notices that some group hears within one minute, each pair once."""
        seen = set()
        soon = takewhile(
            lambda each: each[0] < now + LOOK_AHEAD, self._all(self.config.notices, now)
        )
        for (at, one), (later, other) in pairwise(islice(soon, MOST)):
            pair = (one.id, other.id)
            if later - at < MINUTE and one.id != other.id and pair not in seen:
                seen.add(pair)
                if any(one.reaches(group) and other.reaches(group) for group in self.config.groups):
                    yield one, other, at

    def _all(
        self, notices: Sequence[NoticeSettings], now: datetime
    ) -> Iterator[tuple[datetime, NoticeSettings]]:
        streams = (self._one(notice, now) for notice in notices)
        return merge(*streams, key=lambda each: each[0])

    def _one(
        self, notice: NoticeSettings, now: datetime
    ) -> Iterator[tuple[datetime, NoticeSettings]]:
        for moment in self.occasions.after(notice, now):
            yield moment, notice
