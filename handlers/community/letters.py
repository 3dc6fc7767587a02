"""The weekly letter: three things that went well, three to do, with the numbers behind."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from bot.storage.tables import Note
from bot.turn import Turn
from handlers.community.chores import Chores
from handlers.community.merits import Merits
from handlers.community.weeks import WEEK, Point, Weeks
from handlers.wording import Wording

SHOWN = 3
LAST = "letter"  # the note of what the last letter was about
URGENT = 7  # from this weight on it is said every week until it is done
STALE = 2.5  # what the last letter said weighs less in this one


@dataclass(frozen=True, slots=True)
class Letters:
    """Writes letters under one configuration."""

    say: Wording
    weeks: Weeks
    merits: Merits
    chores: Chores

    def write(self, turn: Turn, end: date, *, sent: bool = False) -> str:
        """Write the letter of the seven days before a local day.

        One that is ``sent`` is remembered, so that the next tells something else.
        """
        facts = self.weeks.facts(turn, end)
        before = self._said_before(turn, end)
        good = _chosen(self.merits.all(turn, facts), before)
        todo = _chosen(self.chores.all(turn, facts), before)
        if sent:
            kinds = [point.kind for point in (*good, *todo)]
            data: dict[str, object] = {"end": end.isoformat(), "kinds": kinds}
            turn.session.merge(Note(account=turn.account, key=LAST, data=data, at=turn.now))
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

    def _said_before(self, turn: Turn, end: date) -> Collection[str]:
        note = turn.session.get(Note, (turn.account, LAST))
        kinds = note.data.get("kinds") if note and note.data.get("end") != end.isoformat() else None
        return [str(kind) for kind in kinds] if isinstance(kinds, list) else []


def _chosen(points: Iterable[Point], before: Collection[str]) -> Sequence[Point]:
    def weight(point: Point) -> float:
        stale = point.kind in before and point.weight < URGENT
        return point.weight - (STALE if stale else 0)

    return sorted(points, key=lambda point: -weight(point))[:SHOWN]


def _numbered(points: Sequence[Point]) -> str:
    return "\n".join(f"{number}. {point.text}" for number, point in enumerate(points, 1))


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
