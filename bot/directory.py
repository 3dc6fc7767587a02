"""Rooms, people, and who is where: what WeChat told, kept current inside a turn."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from bot.message import Contact
from bot.storage.known import SENDERS, known, recall
from bot.storage.rows import add
from bot.storage.tables import Member, Person, Room


class Directory:
    """The rooms and people of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def room(self, room: str) -> Room:
        """Return a room, making its row on first sight."""
        row = self._session.get(Room, (self._account, room))
        if row is None:
            row = Room(account=self._account, room=room, seen_at=self._now)
            self._session.add(row)
        return row

    def topic(self, room: str | None) -> str:
        """Name a room for people to read; "" for a private chat or an unknown room."""
        row = self._session.get(Room, (self._account, room)) if room else None
        return row.topic if row else ""

    def person(self, contact: str) -> Person:
        """Return a person, making the row on first sight."""
        return self._find(contact) or self._first_met(Contact(contact))

    def meet(self, contact: Contact) -> Person:
        """Take over what WeChat told of a person; what it did not tell stays."""
        return self._meet(contact, self._find(contact.id))

    def name(self, contact: str) -> str:
        """Return the name to address somebody by; "" where none is known."""
        row = self._find(contact)
        return row.name if row else ""

    def is_friend(self, contact: str) -> bool | None:
        """Say whether somebody can be written to privately; None where nobody knows."""
        row = self._find(contact)
        return row.friend if row else None

    def members(self, room: str) -> list[Member]:
        """List who is in a room now."""
        wanted = select(Member).where(
            Member.account == self._account, Member.room == room, col(Member.left_at).is_(None)
        )
        return list(self._session.exec(wanted.order_by(Member.contact)))

    def present(self, room: str) -> set[str]:
        """Name who is in a room now, without a row for each."""
        wanted = select(Member.contact).where(
            Member.account == self._account, Member.room == room, col(Member.left_at).is_(None)
        )
        return set(self._session.exec(wanted))

    def member(self, room: str, contact: str) -> Member | None:
        """Return the row of somebody who is, or was, in a room."""
        return self._session.get(Member, (self._account, room, contact))

    def rooms_of(self, contact: str) -> list[str]:
        """List the rooms somebody is in now."""
        wanted = select(Member.room).where(
            Member.account == self._account,
            Member.contact == contact,
            col(Member.left_at).is_(None),
        )
        return sorted(self._session.exec(wanted))

    def describe(self, room: str, *, topic: str, owner: str, members: Iterable[Contact]) -> Room:
        """Make a room's rows equal to what WeChat says of it."""
        row = self.room(room)
        row.topic, row.owner, row.present, row.seen_at = topic, owner, True, self._now
        here = {contact.id: contact for contact in members}
        there = {member.contact: member for member in self._ever_in(room)}
        met = self._met(here)
        for member in there.values():
            if member.contact not in here and member.left_at is None:
                member.left_at = self._now
        for contact in here.values():
            if contact.name or contact.friend is not None:
                self._meet(contact, met.get(contact.id))
            self._place(room, contact.id, there.get(contact.id))
        return row

    def arrive(self, room: str, contact: Contact, inviter: str | None, at: datetime) -> bool:
        """Put somebody into a room; False where he was there already."""
        self.meet(contact)
        member = self.member(room, contact.id)
        if member is not None and member.left_at is None:
            return False
        if member is None:
            member = Member(account=self._account, room=room, contact=contact.id)
        member.joined_at, member.inviter, member.left_at = at, inviter, None
        member.greeted_at = None
        self._session.add(member)
        return True

    def leave(self, room: str, contact: str, at: datetime) -> bool:
        """Take somebody out of a room; False where he was not in it."""
        member = self.member(room, contact)
        if member is None or member.left_at is not None:
            return False
        member.left_at = at
        return True

    def _meet(self, contact: Contact, row: Person | None) -> Person:
        return self._take_over(row, contact) if row else self._first_met(contact)

    def _first_met(self, contact: Contact) -> Person:
        row = add(
            self._session,
            Person,
            account=self._account,
            contact=contact.id,
            name=contact.name,
            alias=contact.alias,
            friend=contact.friend,
            met_at=self._now,
        )
        self._newcomers()[contact.id] = row
        return row

    def _find(self, contact: str) -> Person | None:
        newcomers = self._newcomers()
        if contact in newcomers:
            return newcomers[contact]
        return self._session.get(Person, (self._account, contact))

    def _newcomers(self) -> dict[str, Person | None]:
        """Return who of the batch had no row when it began, with the row he has by now."""
        return known(self._session, "newcomers", self._unknown)

    def _unknown(self) -> dict[str, Person | None]:
        senders: Sequence[str] = recall(self._session, SENDERS, ())
        if not senders:
            return {}
        wanted = select(Person.contact).where(Person.account == self._account)
        found = self._session.exec(wanted.where(col(Person.contact).in_(senders)))
        return dict.fromkeys({*senders}.difference(found))

    def _take_over(self, row: Person, contact: Contact) -> Person:
        if contact.name and contact.name != row.name:
            row.name = contact.name
        if contact.friend is not None and contact.friend != row.friend:
            row.friend = contact.friend
        if contact.alias and contact.alias != row.alias:
            row.alias = contact.alias
        return row

    def _ever_in(self, room: str) -> list[Member]:
        wanted = select(Member).where(Member.account == self._account, Member.room == room)
        return list(self._session.exec(wanted))

    def _met(self, contacts: Iterable[str]) -> dict[str, Person]:
        """Fetch people together: a room has hundreds, and every room is told at every log-in."""
        wanted = select(Person).where(Person.account == self._account)
        rows = self._session.exec(wanted.where(col(Person.contact).in_(list(contacts))))
        return {row.contact: row for row in rows}

    def _place(self, room: str, contact: str, member: Member | None) -> None:
        if member is None:
            self._session.add(Member(account=self._account, room=room, contact=contact))
        elif member.left_at is not None:
            member.left_at, member.joined_at = None, None
