"""Who has to be greeted in a season, counted apart from the bot; and whom a greeting greets."""

from collections import defaultdict
from datetime import datetime, timedelta

from bot.message import Letter

FOLD = timedelta(seconds=15)


class Greetings:
    """Counts, apart from the bot, who has to be greeted: told of, still there, not heard before."""

    def __init__(self) -> None:
        self._waiting: dict[str, set[str]] = defaultdict(set)
        self._due: dict[str, datetime] = {}
        self._spoke: set[tuple[str, str]] = set()
        self._told: set[tuple[str, str]] = set()
        self.expected = 0

    def told(self, room: str, who: str, now: datetime) -> None:
        self._flush(room, now)
        if (room, who) not in self._spoke | self._told:
            self._waiting[room].add(who)
            self._due[room] = now + FOLD
        self._told.add((room, who))

    def spoke(self, room: str, who: str) -> None:
        self._spoke.add((room, who))

    def left(self, room: str, who: str, now: datetime) -> None:
        self._flush(room, now)
        self._waiting[room].discard(who)

    def end(self) -> None:
        for room in list(self._waiting):
            self.expected += len(self._waiting.pop(room))

    def _flush(self, room: str, now: datetime) -> None:
        if room in self._due and self._due[room] <= now:
            self.expected += len(self._waiting.pop(room, set()))
            del self._due[room]


def named(letter: Letter) -> int:
    """Say how many newcomers a greeting greets."""
    if "位新朋友" in letter.text:
        return int(letter.text.split("等 ")[1].split(" 位")[0])
    return len(letter.mentions)
