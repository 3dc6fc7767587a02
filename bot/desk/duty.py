"""Who is there, and who of them takes the next ticket."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta, tzinfo
from typing import Protocol

DAY = timedelta(days=1)
LOOK_AHEAD = 60  # days in which somebody must come back, or nobody is expected


class OpenHours(Protocol):
    """Hours in which somebody is there; moments are aware."""

    def open_at(self, moment: datetime) -> bool:
        """Say whether the moment lies in them."""
        ...

    def next_open(self, moment: datetime) -> datetime:
        """Return the moment itself if open, else the next opening."""
        ...

    def add(self, moment: datetime, duration: timedelta) -> datetime:
        """Return when so much open time has passed."""
        ...

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Return how much open time lies between two moments."""
        ...


@dataclass(frozen=True, slots=True)
class Worker:
    """Somebody of the staff, as far as the desk needs to know him."""

    id: str
    name: str
    hours: OpenHours
    zone: tzinfo
    lead: bool = False
    topics: frozenset[str] = field(default_factory=frozenset)
    off: tuple[tuple[date, date], ...] = ()

    def there(self, moment: datetime) -> bool:
        """Say whether he works at a moment."""
        return not self._off(moment) and self.hours.open_at(moment)

    def back(self, moment: datetime) -> datetime | None:
        """Return when he works next, now if he does; None if not within two months."""
        for _ in range(LOOK_AHEAD):
            moment = self.hours.next_open(moment)
            if not self._off(moment):
                return moment
            day = moment.astimezone(self.zone)
            midnight = day.replace(hour=0, minute=0, second=0, microsecond=0)
            moment = (midnight + DAY).astimezone(moment.tzinfo)
        return None

    def _off(self, moment: datetime) -> bool:
        day = moment.astimezone(self.zone).date()
        return any(first <= day <= last for first, last in self.off)


def choose(
    workers: Sequence[Worker],
    topic: str,
    load: Mapping[str, int],
    now: datetime,
    *,
    barred: Collection[str] = (),
) -> Worker | None:
    """Say who takes a ticket: somebody there who knows the topic, with the fewest open ones.

    Agents come before leads; where nobody of them has the topic, anybody there is better than
    nobody. Of two alike the earlier in the list takes it.
    """
    there = [each for each in workers if each.id not in barred and each.there(now)]
    return min(there, key=lambda each: (_fitness(each, topic), load.get(each.id, 0)), default=None)


def _fitness(worker: Worker, topic: str) -> int:
    if worker.topics and topic not in worker.topics:
        return 4 if worker.lead else 3
    if worker.lead:
        return 2
    return 0 if worker.topics else 1
