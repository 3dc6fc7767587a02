"""Finds who, and which room, may be known under two ids: by names, remarks and company."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col, select

from bot.community.bindings import Pair
from bot.storage.tables import BindingKind, Member, Person, Room, Shift

SHOWN = 3  # rooms that are named as evidence
ALIKE = 0.2  # by which the sizes of a room may differ where no names are known

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Side:
    """Some ids that are missing, or new, and the rooms where they are."""

    rooms: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def add(self, shift: Shift) -> None:
        """Note one more room of somebody."""
        self.rooms[shift.contact].add(shift.room)

    def alone(self, contacts: Iterable[str], rooms: set[str] | None) -> str | None:
        """Return the only one of them (in just these rooms), or None."""
        found = [each for each in contacts if rooms is None or self.rooms[each] == rooms]
        return found[0] if len(found) == 1 else None


class Doubles:
    """Finds pairs in one account; reads only. ``topics`` names rooms for people to read."""

    def __init__(self, session: Session, account: int) -> None:
        self._session = session
        self._account = account

    # -- people

    def people(self, shifts: Sequence[Shift]) -> list[Pair]:
        """Pair who is missing with who is new, where one name fits one of each."""
        gone, came = Side(), Side()
        for shift in shifts:
            (came if shift.came else gone).add(shift)
        known = self._persons({*gone.rooms, *came.rooms})

        def name(contact: str) -> str:
            return known[contact].name if contact in known else ""

        old, pairs = _by(name, gone.rooms), []
        for called, new in _by(name, came.rooms).items():
            for contact in new:
                rooms = came.rooms[contact]
                found = self._match(gone, old.get(called, []), came, new, rooms)
                if found is not None and (common := gone.rooms[found] & rooms):
                    pairs.append(self._pair(known[found], known[contact], common))
        return pairs

    def _match(
        self, gone: Side, old: Sequence[str], came: Side, new: Sequence[str], rooms: set[str]
    ) -> str | None:
        """Return who of the missing is meant: the only one, or the only one in the same rooms."""
        if len(old) == len(new) == 1:
            return old[0]
        if came.alone(new, rooms) is None:
            return None
        return gone.alone(old, rooms)

    def _pair(self, old: Person, new: Person, rooms: Iterable[str]) -> Pair:
        topics = [self._topic(room) for room in sorted(rooms)]
        shown = "、".join(topics[:SHOWN]) + (
            f"等 {len(topics)} 个群" if len(topics) > SHOWN else ""
        )
        evidence = [f"名字都是「{new.name}」", f"同时在{shown}换了编号"]
        if old.alias and old.alias == new.alias:
            evidence.append(f"备注都是「{old.alias}」")
        if old.friend and new.friend:
            evidence.append("都是好友")
        return Pair(BindingKind.PERSON, old.contact, new.contact, tuple(evidence))

    def remarks(self) -> list[Pair]:
        """Pair friends whom this account calls the same: a remark outlives an id."""
        wanted = select(Person).where(Person.account == self._account, Person.alias != "")
        pairs = []
        rows = self._session.exec(wanted.order_by(col(Person.met_at), Person.contact))
        for alias, people in _by(lambda person: person.alias, rows).items():
            if len(people) == 2:  # noqa: PLR2004 - more would be a name for many
                old, new = people
                evidence = (f"备注都是「{alias}」", f"原来叫「{old.name}」，现在叫「{new.name}」")
                pairs.append(Pair(BindingKind.PERSON, old.contact, new.contact, evidence))
        return pairs

    def _persons(self, contacts: Iterable[str]) -> dict[str, Person]:
        wanted = select(Person).where(
            Person.account == self._account, col(Person.contact).in_(sorted(contacts))
        )
        return {person.contact: person for person in self._session.exec(wanted)}

    # -- rooms

    def namesakes(self, room: Room) -> list[Room]:
        """List the other rooms of this name that the bot thinks it is in."""
        if not room.topic:
            return []
        wanted = select(Room).where(
            Room.account == self._account,
            Room.topic == room.topic,
            Room.room != room.room,
            col(Room.present),
        )
        return list(self._session.exec(wanted.order_by(Room.room)))

    def room(self, new: Room, first_seen: datetime, me: str) -> Pair | None:
        """Pair a new room with one of its name that was not seen since, where the people fit."""
        for old in self.namesakes(new):
            if old.seen_at >= first_seen:
                continue  # it is still there
            why = self._fits(self._members(old.room, me), self._members(new.room, me))
            if why:
                evidence = (f"群名都是「{new.topic}」", why)
                return Pair(BindingKind.ROOM, old.room, new.room, evidence)
        return None

    def _fits(self, old: Mapping[str, str], new: Mapping[str, str]) -> str:
        """Say what speaks for two rooms being one by their people, or ""."""
        sizes = f"原来 {len(old)} 人，现在 {len(new)} 人"
        names = {name for name in old.values() if name} & {name for name in new.values() if name}
        shared = max(len(old.keys() & new.keys()), len(names))
        if shared and 2 * shared >= min(len(old), len(new)):
            return f"{sizes}，其中 {shared} 人对得上"
        nameless = not any(new.values())
        if nameless and new and abs(len(old) - len(new)) <= ALIKE * len(old):
            return f"{sizes}，新编号下的成员还没有名字可对"
        return ""

    def _members(self, room: str, me: str) -> dict[str, str]:
        """Map who is in a room, but for the bot, to his name."""
        wanted = (
            select(Member.contact, Person.name)
            .join(
                Person,
                (col(Person.account) == Member.account) & (col(Person.contact) == Member.contact),
                isouter=True,
            )
            .where(
                Member.account == self._account,
                Member.room == room,
                Member.contact != me,
                col(Member.left_at).is_(None),
            )
        )
        return {contact: name or "" for contact, name in self._session.exec(wanted)}

    def _topic(self, room: str) -> str:
        row = self._session.get(Room, (self._account, room))
        return f"「{row.topic}」" if row and row.topic else room


def _by(key: Callable[[T], str], things: Iterable[T]) -> dict[str, list[T]]:
    groups: dict[str, list[T]] = {}
    for thing in things:
        if name := key(thing):
            groups.setdefault(name, []).append(thing)
    return groups
