"""Rooms, people, and who is where: what WeChat told, kept current inside a turn."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select as ask_for
from sqlmodel import Session, col, select

from bot.message import Contact
from bot.storage.asking import ACCOUNT, Among, Question
from bot.storage.finding import Finder
from bot.storage.known import SENDERS, known, recall
from bot.storage.rows import add, change
from bot.storage.tables import Member, Person, Room

HERE = (
    col(Member.account) == ACCOUNT,
    col(Member.room) == bindparam("room"),
)
PRESENT = Question(ask_for(col(Member.contact)).where(*HERE, col(Member.left_at).is_(None)))
MET = Question(
    ask_for(col(Person.contact)).where(
        col(Person.account) == ACCOUNT, Among(col(Person.contact), "contacts")
    )
)
UNGREETED = Finder(
    Member,
    *HERE,
    col(Member.joined_at).is_not(None),
    col(Member.greeted_at).is_(None),
    col(Member.left_at).is_(None),
    order=(col(Member.contact),),
)
COMPANY = Question(
    ask_for(
        col(Member.contact),
        col(Member.left_at),
        col(Person.name),
        col(Person.friend),
        col(Person.alias),
    )
    .outerjoin(
        Person,
        (col(Person.account) == col(Member.account)) & (col(Person.contact) == col(Member.contact)),
    )
    .where(*HERE)
)


@dataclass(frozen=True, slots=True)
class Company:
    """Somebody who is, or was, in a room, and how he is known; None: he is not."""

    left_at: datetime | None
    name: str | None
    friend: bool | None
    alias: str | None


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
            row = add(self._session, Room, account=self._account, room=room, seen_at=self._now)
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
        found = PRESENT.all(self._session, account=self._account, room=room)
        return {contact for (contact,) in found}

    def ungreeted(self, room: str) -> list[Member]:
        """List who came into a room, is there and was not greeted."""
        return UNGREETED.all(self._session, account=self._account, room=room)

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
        change(self._session, row, topic=topic, owner=owner, present=True, seen_at=self._now)
        here = {contact.id: contact for contact in members}
        company = COMPANY.all(self._session, account=self._account, room=room)
        there = {each[0]: Company(each[1], each[2], each[3], each[4]) for each in company}
        for contact, known_as in there.items():
            if contact not in here and known_as.left_at is None:
                self.leave(room, contact, self._now)
        self._take_in([each for each in here.values() if _is_news(each, there.get(each.id))])
        for contact in here:
            if contact not in there or there[contact].left_at is not None:
                self._place(room, contact, new=contact not in there)
        return row

    def _take_in(self, contacts: Sequence[Contact]) -> None:
        """Meet people together: a room has hundreds."""
        met = self._met([contact.id for contact in contacts]) if contacts else {}
        for contact in contacts:
            self._meet(contact, met.get(contact.id))

    def arrive(self, room: str, contact: Contact, inviter: str | None, at: datetime) -> bool:
        """Put somebody into a room; False where he was there already."""
        self.meet(contact)
        member = self.member(room, contact.id)
        if member is not None and member.left_at is None:
            return False
        came = {"joined_at": at, "inviter": inviter, "left_at": None, "greeted_at": None}
        if member is None:
            mine = {"account": self._account, "room": room, "contact": contact.id}
            add(self._session, Member, **mine, **came)
        else:
            change(self._session, member, **came)
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
        found = MET.all(self._session, account=self._account, contacts=senders)
        return dict.fromkeys({*senders}.difference(contact for (contact,) in found))

    def _take_over(self, row: Person, contact: Contact) -> Person:
        if contact.name and contact.name != row.name:
            row.name = contact.name
        if contact.friend is not None and contact.friend != row.friend:
            row.friend = contact.friend
        if contact.alias and contact.alias != row.alias:
            row.alias = contact.alias
        return row

    def _met(self, contacts: Iterable[str]) -> dict[str, Person]:
        wanted = select(Person).where(Person.account == self._account)
        rows = self._session.exec(wanted.where(col(Person.contact).in_(list(contacts))))
        return {row.contact: row for row in rows}

    def _place(self, room: str, contact: str, *, new: bool) -> None:
        member = None if new else self.member(room, contact)
        if member is None:
            self._session.add(Member(account=self._account, room=room, contact=contact))
        elif member.left_at is not None:
            member.left_at, member.joined_at = None, None


def _is_news(told: Contact, known_as: Company | None) -> bool:
    """Say whether WeChat tells of somebody what nobody knew; what it does not tell stays."""
    if not told.name and told.friend is None:
        return False
    return (
        known_as is None
        or told.name not in ("", known_as.name)
        or told.friend not in (None, known_as.friend)
        or told.alias not in ("", known_as.alias)
    )
