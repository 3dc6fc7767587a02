"""Groups, who is in them, and one person's story."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot.desk.calm import URGENT, heats
from bot.storage.tables import LIVE, Incident, Member, Person, Room, RoomDay, Said, Signup, Ticket
from bot.web.views import names

WEEK = 7  # days of activity shown
PAGE = 50
STORY = 60


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A group with its figures of the last seven days; ``hot`` says why it is too upset for ads."""

    room: Room
    people: int
    messages: int
    joins: int
    leaves: int
    complaints: int
    hot: str | None


@dataclass(frozen=True, slots=True)
class Someone:
    """A member of a group."""

    member: Member
    person: Person | None


@dataclass(frozen=True, slots=True)
class Moment:
    """Something in a person's story: what, and where it can be read in full."""

    at: datetime
    what: str
    text: str
    place: str
    link: str


def groups(session: Session, account: int, now: datetime, since: str) -> list[GroupRow]:
    """List the groups the account is in, or was."""
    rooms = session.exec(select(Room).where(Room.account == account).order_by(Room.topic)).all()
    heads: Any = select(Member.room, func.count()).where(
        Member.account == account, col(Member.left_at).is_(None)
    )
    people = dict(session.exec(heads.group_by(Member.room)).all())
    days = _week(session, account, since)
    nothing = (0, 0, 0, 0)
    upset = _upset(session, account) | {room for room, (*_, hurt) in days.items() if hurt}
    hot = heats(session, account, upset, now)
    return [
        GroupRow(
            room,
            people.get(room.room, 0),
            *days.get(room.room, nothing),
            hot=hot.get(room.room),
        )
        for room in rooms
    ]


def _upset(session: Session, account: int) -> set[str]:
    """Name the groups that may be hot: the others need not be looked at one by one."""
    tickets = select(Ticket.room).where(
        Ticket.account == account, col(Ticket.state).in_(LIVE), Ticket.severity >= URGENT
    )
    running = select(Incident).where(Incident.account == account, col(Incident.ended_at).is_(None))
    rooms = {room for room in session.exec(tickets) if room}
    return rooms | {room for incident in session.exec(running) for room in incident.rooms}


def _week(session: Session, account: int, since: str) -> dict[str, tuple[int, int, int, int]]:
    """Add up the days of each group."""
    sums = (RoomDay.messages, RoomDay.joins, RoomDay.leaves, RoomDay.complaints)
    wanted: Any = select(RoomDay.room, *(func.sum(each) for each in sums)).where(
        RoomDay.account == account, RoomDay.day >= since
    )
    rows = session.exec(wanted.group_by(RoomDay.room)).all()
    return {
        room: (int(said or 0), int(came or 0), int(went or 0), int(hurt or 0))
        for room, said, came, went, hurt in rows
    }


def days(session: Session, account: int, room: str, since: str) -> Sequence[RoomDay]:
    """Return the days of one group, the earliest first."""
    wanted = select(RoomDay).where(
        RoomDay.account == account, RoomDay.room == room, RoomDay.day >= since
    )
    return session.exec(wanted.order_by(RoomDay.day)).all()


def members(session: Session, account: int, room: str, *, after: str = "") -> list[Someone]:
    """Return a page of the people of a group, by id; one more than a page says there are more."""
    wanted: Any = (
        select(Member, Person)
        .join(
            Person,
            (col(Person.account) == Member.account) & (col(Person.contact) == Member.contact),
            isouter=True,
        )
        .where(Member.account == account, Member.room == room, col(Member.left_at).is_(None))
        .where(Member.contact > after)
    )
    rows = session.exec(wanted.order_by(Member.contact).limit(PAGE + 1)).all()
    return [Someone(member, person) for member, person in rows]


def story(session: Session, account: int, contact: str) -> list[Moment]:
    """Tell what is kept of a person, the latest first."""
    topics = names.rooms(session, account)
    said = select(Said).where(Said.account == account, Said.sender == contact)
    tickets = select(Ticket).where(Ticket.account == account, Ticket.member == contact)
    signups = select(Signup).where(Signup.account == account, Signup.member == contact)
    stays = select(Member).where(Member.account == account, Member.contact == contact)
    found = [
        Moment(x.at, "说", x.text, topics.get(x.room or "", "私聊"), "")
        for x in session.exec(said.order_by(col(Said.at).desc()).limit(STORY))
    ]
    found += [
        Moment(
            x.opened_at, "工单", x.summary, topics.get(x.room or "", "私聊"), f"/inbox/{x.number}"
        )
        for x in session.exec(tickets.order_by((col(Ticket.number) + 0).desc()).limit(STORY))
    ]
    found += [
        Moment(x.at, "报名", x.notice, topics.get(x.room or "", ""), f"/notices/{x.notice}")
        for x in session.exec(signups.limit(STORY))
    ]
    for stay in session.exec(stays):
        place = topics.get(stay.room, stay.room)
        if stay.joined_at is not None:
            found.append(Moment(stay.joined_at, "进群", "", place, f"/groups/{stay.room}"))
        if stay.left_at is not None:
            found.append(Moment(stay.left_at, "退群", "", place, f"/groups/{stay.room}"))
    return sorted(found, key=lambda moment: moment.at, reverse=True)[: STORY * 2]


def since_day(now: datetime, zone: Any, back: int = WEEK) -> str:
    """Name the day so many days ago, as the daily figures name days."""
    return f"{(now.astimezone(zone) - timedelta(days=back - 1)).date()}"
