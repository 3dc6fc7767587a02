"""The facts of a week, gathered once, from which the weekly letter is written."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlmodel import col, func, select

from bot.community.health import Health, Week
from bot.community.staying import Staying
from bot.config import Config
from bot.storage.tables import LIVE, Room, Stay, Ticket
from bot.turn import Turn
from handlers.reading import GROUPS, Reader

WEEK = timedelta(days=7)
FEW = 5  # people about whom shares say something


@dataclass(frozen=True, slots=True)
class Point:
    """Something worth writing, and how much; ``kind`` is what it is about."""

    kind: str
    weight: float
    text: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the letter is written from; the week ends before ``end``."""

    end: date
    this: Week
    last: Week
    healths: Sequence[tuple[str, Health]]
    kept: float | None  # the share of who came a week before that was there a week later
    came: int  # how many these were
    solved: int
    unsolved: int


@dataclass(frozen=True, slots=True)
class Weeks:
    """Gathers weeks under one configuration."""

    config: Config
    reader: Reader

    def facts(self, turn: Turn, end: date) -> Facts:
        """Gather what there is to know of a week."""
        staying = Staying(turn.session, turn.account, turn.now, self.config.zone)
        rooms = self.rooms(turn)
        names = list(rooms)
        lived = staying.healths(names, end)
        healths = [(topic, lived[room]) for room, topic in rooms.items()]
        kept, came = self._kept(turn, names)
        solved, unsolved = self._tickets(turn)
        return Facts(
            end=end,
            this=staying.week(end, names),
            last=staying.week(end - WEEK, names),
            healths=healths,
            kept=kept,
            came=came,
            solved=solved,
            unsolved=unsolved,
        )

    def rooms(self, turn: Turn) -> dict[str, str]:
        """Map the fan and training groups the bot is in to their names."""
        wanted = select(Room.room, Room.topic, Room.kind).where(
            Room.account == turn.account, col(Room.present)
        )
        return {
            room: topic or room
            for room, topic, kind in turn.session.exec(wanted.order_by(col(Room.room)))
            if self.reader.setting(room, topic, kind)[0] in GROUPS
        }

    def _kept(self, turn: Turn, rooms: Sequence[str]) -> tuple[float | None, int]:
        """Return the share of who came one to two weeks ago that was there a week later."""
        came = self.stays(turn, turn.now - 2 * WEEK, turn.now - WEEK, rooms)
        stayed = [s for s in came if s.until is None or s.until - (s.since or s.until) > WEEK]
        return (len(stayed) / len(came) if came else None), len(came)

    def happened(self, turn: Turn, end: date) -> bool:
        """Say whether there is anything to write about the seven days before a local day."""
        staying = Staying(turn.session, turn.account, turn.now, self.config.zone)
        week = staying.week(end, list(self.rooms(turn)))
        return week.messages + week.joins + week.leaves > 0

    def kept_otherwise(self, turn: Turn, weeks: int) -> float | None:
        """Return the share of who came without a gift that was there some weeks later."""
        span = weeks * WEEK
        came = self.stays(turn, turn.now - 12 * WEEK, turn.now - span, list(self.rooms(turn)))
        others = [stay for stay in came if not stay.source.startswith("giveaway:")]
        stayed = [s for s in others if s.until is None or s.until - (s.since or s.until) > span]
        return len(stayed) / len(others) if len(others) >= FEW else None

    def span(self, end: date) -> tuple[datetime, datetime]:
        """Return when the week before a local day begins and ends."""
        first = datetime.combine(end - WEEK, time(), self.config.zone)
        return first, datetime.combine(end, time(), self.config.zone)

    def left(self, turn: Turn, since: datetime, until: datetime) -> list[Stay]:
        """List the stays that ended between two moments, but for removals."""
        wanted = select(Stay).where(
            Stay.account == turn.account,
            col(Stay.until) >= since,
            col(Stay.until) < until,
            col(Stay.removed).is_(False),
            col(Stay.room).in_(list(self.rooms(turn))),
        )
        return list(turn.session.exec(wanted))

    def stays(
        self, turn: Turn, since: datetime, until: datetime, rooms: Sequence[str]
    ) -> list[Any]:
        """List the stays that began between two moments: who, through what, from when to when."""
        wanted = select(Stay.contact, Stay.source, Stay.since, Stay.until).where(
            Stay.account == turn.account,
            col(Stay.since) >= since,
            col(Stay.since) < until,
            col(Stay.room).in_(rooms),
        )
        return list(turn.session.exec(wanted))

    def _tickets(self, turn: Turn) -> tuple[int, int]:
        """Count the tickets that were solved in a week, and those that are open."""
        since = turn.now - WEEK
        mine = Ticket.account == turn.account
        solved = select(func.count()).where(mine, col(Ticket.resolved_at) >= since)
        live = select(func.count()).where(mine, col(Ticket.state).in_(LIVE))
        return turn.session.exec(solved).one(), turn.session.exec(live).one()
