"""A day in the groups, counted once from what was said: figures that stay when words go."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Table, delete
from sqlmodel import Session, col, func, select

from bot.storage.rows import insert
from bot.storage.tables import Member, Offence, Outgoing, PersonDay, RoomDay, Said, Stay

ANSWERS = timedelta(minutes=5)  # who speaks within this after somebody else answers him
NOT_SAID = ("own", "repeat")
ADVERTS = ("ad",)
Figures = dict[str, int]  # of a room, by column
ROOM_DAYS: Table = RoomDay.__table__  # type: ignore[attr-defined]
PERSON_DAYS: Table = PersonDay.__table__  # type: ignore[attr-defined]
NOTHING: Figures = dict.fromkeys(RoomDay.model_fields.keys() - {"account", "room", "day"}, 0)


@dataclass(frozen=True, slots=True)
class Spoken:
    """One message as figures see it; ``answered`` is who said what it answers, or ""."""

    id: str
    room: str
    sender: str
    text: str
    label: str
    taken: str
    at: datetime
    answered: str


@dataclass(slots=True)
class Doings:
    """What somebody did on a day, while it is being counted."""

    messages: int = 0
    replies: int = 0
    gift: int = 0
    praise: int = 0
    ads: int = 0
    hours: Counter[str] = field(default_factory=Counter)

    def figures(self) -> dict[str, object]:
        """Return it all by column."""
        return {
            "messages": self.messages,
            "replies": self.replies,
            "gift": self.gift,
            "praise": self.praise,
            "ads": self.ads,
            "hours": dict(self.hours),
        }


class Days:
    """Counts days of one account; the only writer of their rows. A day counted again is the same.

    ``people`` are the contacts that count: the bot, its staff and its managers do not.
    """

    def __init__(
        self, session: Session, account: int, zone: ZoneInfo, people: Callable[[str], bool]
    ) -> None:
        self._session = session
        self._account = account
        self._zone = zone
        self._counts = people

    def count(
        self, day: date, *, gift: Callable[[str], bool], see: Callable[[Spoken], None]
    ) -> None:
        """Count a local day anew; ``see`` is shown every message of a member once."""
        start, end = self.bounds(day)
        people: dict[str, Doings] = defaultdict(Doings)
        rooms: dict[str, Figures] = {}
        speakers: dict[str, set[str]] = defaultdict(set)
        for spoken in self.spoken(start, end):
            row = figures_of(rooms, spoken.room)
            speakers[spoken.room].add(spoken.sender)
            self._count_in_room(row, spoken)
            self._count_of(people[spoken.sender], spoken, is_gift=gift(spoken.text))
            see(spoken)
        for room, who in speakers.items():
            rooms[room]["speakers"] = len(who)
        self._count_rest(rooms, start, end)
        self._replace(day, rooms, people)

    def bounds(self, day: date) -> tuple[datetime, datetime]:
        """Return when a local day begins and ends."""
        start = datetime.combine(day, time(), self._zone)
        return start, datetime.combine(day + timedelta(days=1), time(), self._zone)

    def speakers(self, day: date) -> list[str]:
        """List the members who said something in a room on a local day."""
        start, end = self.bounds(day)
        wanted = select(Said.sender).where(
            Said.account == self._account,
            Said.at >= start,
            Said.at < end,
            col(Said.room).is_not(None),
        )
        return sorted(who for who in self._session.exec(wanted.distinct()) if self._counts(who))

    def spoken(
        self, start: datetime, end: datetime, rooms: Sequence[str] | None = None
    ) -> Iterator[Spoken]:
        """Yield what members said in rooms (or some of them) in a span of time, room by room."""
        columns = (Said.id, Said.room, Said.sender, Said.text, Said.label, Said.taken, Said.quote)
        wanted = (
            select(*columns, Said.at)  # type: ignore[call-overload]
            .where(
                Said.account == self._account,
                Said.at >= start,
                Said.at < end,
                col(Said.room).is_not(None),
            )
            .order_by(col(Said.room), col(Said.at), col(Said.id))
        )
        if rooms is not None:
            wanted = wanted.where(col(Said.room).in_(rooms))
        before: tuple[str, str, datetime] | None = None
        authors: dict[str, str] = {}
        for id_, room, sender, text, label, taken, quote, at in self._session.exec(wanted):
            if taken in NOT_SAID or not self._counts(sender):
                continue
            answered = authors.get(quote or "", "")
            near = before is not None and before[0] == room and at - before[2] <= ANSWERS
            if not answered and before is not None and near:
                answered = before[1]
            answered = "" if answered == sender else answered
            yield Spoken(id_, room, sender, text, label, taken, at, answered)
            before = (room, sender, at)
            authors[id_] = sender

    def _count_in_room(self, row: Figures, spoken: Spoken) -> None:
        row["messages"] += 1
        row["replies"] += bool(spoken.answered)
        row["questions"] += spoken.label == "question"
        row["answered"] += spoken.taken == "answer"
        row["complaints"] += spoken.taken == "complaint"
        row["praise"] += spoken.label == "praise"

    def _count_of(self, doings: Doings, spoken: Spoken, *, is_gift: bool) -> None:
        doings.messages += 1
        doings.replies += bool(spoken.answered)
        doings.gift += is_gift
        doings.praise += spoken.label == "praise"
        doings.ads += spoken.label in ADVERTS
        doings.hours[str(spoken.at.astimezone(self._zone).hour)] += 1

    def _count_rest(self, rooms: dict[str, Figures], start: datetime, end: datetime) -> None:
        """Add what stands in other tables: comings and goings, breaches, what the bot said."""
        tables: tuple[tuple[str, type[Any], str], ...] = (
            ("joins", Stay, "since"),
            ("leaves", Stay, "until"),
            ("breaches", Offence, "at"),
            ("bot", Outgoing, "claimed_at"),
        )
        for name, table, moment in tables:
            for room, number in self._numbers(table, moment, start, end):
                figures_of(rooms, room)[name] = number
        present = select(Member.room, func.count()).where(
            Member.account == self._account, col(Member.left_at).is_(None)
        )
        for room, number in self._session.exec(present.group_by(Member.room)):
            figures_of(rooms, room)["present"] = number

    def _numbers(
        self, table: type[Any], moment: str, start: datetime, end: datetime
    ) -> list[tuple[str, int]]:
        at = getattr(table, moment)
        wanted = select(table.room, func.count()).where(
            table.account == self._account, at >= start, at < end, table.room.is_not(None)
        )
        if table is Outgoing:
            wanted = wanted.where(Outgoing.do == "say", Outgoing.state == "sent")
        return list(self._session.exec(wanted.group_by(table.room)))

    def _replace(
        self, day: date, rooms: Mapping[str, Figures], people: Mapping[str, Doings]
    ) -> None:
        for table in (RoomDay, PersonDay):
            mine = (col(table.account) == self._account) & (col(table.day) == day.isoformat())
            self._session.execute(delete(table).where(mine))
        same = {"account": self._account, "day": day.isoformat()}
        self._write(ROOM_DAYS, [{**same, "room": room, **row} for room, row in rooms.items()])
        counted = [{**same, "contact": who, **did.figures()} for who, did in people.items()]
        self._write(PERSON_DAYS, counted)

    def _write(self, table: Table, rows: Sequence[dict[str, object]]) -> None:
        if rows:
            insert(self._session, table, *rows)


def figures_of(rooms: dict[str, Figures], room: str) -> Figures:
    """Return the figures of a room, all of them 0 where it is new."""
    return rooms.setdefault(room, dict(NOTHING))
