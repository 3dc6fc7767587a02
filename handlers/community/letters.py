"""The weekly letter: three things that went well, three to do, with the numbers behind."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.turn import Turn
from handlers.community.chores import Chores
from handlers.community.merits import merits
from handlers.community.weeks import WEEK, Point, Weeks
from handlers.wording import Wording

SHOWN = 3


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes letters under one configuration."""

    say: Wording
    weeks: Weeks
    chores: Chores

    def write(self, turn: Turn, end: date) -> str:
        """Write the letter of the seven days before a local day."""
        facts = self.weeks.facts(turn, end)
        good = sorted(merits(facts), key=lambda point: -point.weight)[:SHOWN]
        todo = sorted(self.chores.all(turn, facts), key=lambda point: -point.weight)[:SHOWN]
        return self.say(
            "letter",
            since=_day(end - WEEK),
            until=_day(end - timedelta(days=1)),
            summary=self.say(
                "letter_summary",
                groups=len(facts.healths),
                people=facts.this.present,
                joins=facts.this.joins,
                leaves=facts.this.leaves,
                messages=facts.this.messages,
                speakers=facts.this.speakers,
                replies=facts.this.replies,
            ),
            good=_numbered(good) or "这一周还没有可以写的。",
            todo=_numbered(todo) or "没有特别要做的，保持就好。",
        )


def _numbered(points: Sequence[Point]) -> str:
    return "\n".join(f"{number}. {point.text}" for number, point in enumerate(points, 1))


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
