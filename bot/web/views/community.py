"""Life in the groups: who stands where, who stays, and what broke the order."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, or_, select

from bot.community.freebies import Freebies, Score
from bot.community.health import Health
from bot.community.people import LIFE, PATH, People
from bot.community.staying import Cohort, Staying
from bot.storage.tables import (
    Invite,
    Offence,
    Outgoing,
    Person,
    Room,
    RoomDay,
    Standing,
    Trait,
)
from bot.web.text import group_name
from bot.web.views import names

PAGE = 50
LETTERS = 12
BUSIEST = 30  # groups whose health is reckoned at once
BOARD = timedelta(days=30)
WEEK = timedelta(days=7)


# -- who stands where


@dataclass(frozen=True, slots=True)
class Placed:
    """Somebody with where he stands in life and on the way to distributor."""

    contact: str
    name: str
    life: Standing | None
    path: Standing | None


def stages(session: Session, account: int, kind: str) -> dict[str, int]:
    """Count the people in each stage."""
    wanted = select(Standing.stage, func.count()).where(
        Standing.account == account, Standing.kind == kind
    )
    return dict(session.exec(wanted.group_by(Standing.stage)).all())


def placed(
    session: Session, account: int, kind: str, *, stage: str = "", after: str = ""
) -> tuple[list[Placed], str]:
    """Return a page of people, who stands there longest first, and the cursor of the next."""
    wanted = select(Standing).where(Standing.account == account, Standing.kind == kind)
    if stage:
        wanted = wanted.where(Standing.stage == stage)
    since, _, contact = after.partition("~")
    if moment := _moment(since):
        later = (Standing.since == moment) & (Standing.contact > contact)
        wanted = wanted.where(or_(col(Standing.since) > moment, later))
    order = (col(Standing.since), col(Standing.contact))
    rows = list(session.exec(wanted.order_by(*order).limit(PAGE + 1)))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    following = f"{last.since.isoformat()}~{last.contact}" if last else ""
    return people(session, account, [row.contact for row in rows[:PAGE]]), following


def called(session: Session, account: int, name: str) -> list[Placed]:
    """Find people by a part of their name, or by their id."""
    wanted = select(Person.contact).where(
        Person.account == account,
        or_(col(Person.name).contains(name, autoescape=True), Person.contact == name),
    )
    return people(session, account, list(session.exec(wanted.order_by(Person.name).limit(PAGE))))


def people(session: Session, account: int, contacts: Sequence[str]) -> list[Placed]:
    """Tell of these people, in this order."""
    named = names.people(session, account, contacts)
    rows = select(Standing).where(Standing.account == account, col(Standing.contact).in_(contacts))
    standing = {(row.contact, row.kind): row for row in session.exec(rows)}
    return [
        Placed(
            contact,
            named.get(contact) or contact,
            standing.get((contact, LIFE)),
            standing.get((contact, PATH)),
        )
        for contact in contacts
    ]


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


# -- one person


@dataclass(frozen=True, slots=True)
class Profile:
    """What is known of somebody: stages, traits with what speaks for them, and the gift score."""

    life: Standing | None
    path: Standing | None
    traits: tuple[Trait, ...]
    denied: tuple[Trait, ...]
    score: Score


def profile(session: Session, account: int, contact: str, now: datetime) -> Profile:
    """Gather what is known of somebody."""
    known = People(session, account, now)
    denied = select(Trait).where(
        Trait.account == account, Trait.contact == contact, col(Trait.denied)
    )
    return Profile(
        life=known.standing(contact, LIFE),
        path=known.standing(contact, PATH),
        traits=tuple(known.traits(contact)),
        denied=tuple(session.exec(denied.order_by(Trait.name))),
        score=Freebies(session, account, now).score(contact),
    )


# -- who stays


def cohorts(
    session: Session, account: int, now: datetime, zone: ZoneInfo
) -> tuple[list[Cohort], list[Cohort]]:
    """Return who stayed, by the week of joining and by what brought them."""
    return Staying(session, account, now, zone).cohorts()


def healths(
    session: Session, account: int, now: datetime, zone: ZoneInfo
) -> list[tuple[str, str, Health]]:
    """Reckon how well the busiest groups live, the worst first: id, name, health."""
    today = now.astimezone(zone).date()
    busy: Any = select(RoomDay.room, func.sum(RoomDay.messages)).where(
        RoomDay.account == account, RoomDay.day >= (today - WEEK).isoformat()
    )
    busiest = busy.group_by(RoomDay.room).order_by(func.sum(RoomDay.messages).desc())
    rooms = [room for room, _ in session.exec(busiest.limit(BUSIEST))]
    topics = select(Room.room, Room.topic).where(
        Room.account == account, col(Room.room).in_(rooms), col(Room.present)
    )
    healths = Staying(session, account, now, zone).healths(rooms, today)
    found = [(room, group_name(topic, room), healths[room]) for room, topic in session.exec(topics)]
    return sorted(found, key=lambda each: each[2].score)


@dataclass(frozen=True, slots=True)
class Inviter:
    """Who brought how many; ``credit`` are those who did not leave soon."""

    contact: str
    name: str
    brought: int
    credit: int
    here: int


def inviters(
    session: Session, account: int, now: datetime, credit_after: timedelta
) -> list[Inviter]:
    """List who brought people in the last days, by how many of them stayed."""
    since = now - BOARD
    board = Staying(session, account, now, ZoneInfo("UTC")).board(since, credit_after)
    wanted: Any = select(
        Invite.inviter,
        func.count(func.distinct(Invite.invitee)),
        func.count(func.distinct(Invite.invitee)).filter(col(Invite.left_at).is_(None)),
    ).where(Invite.account == account, Invite.at >= since)
    rows = session.exec(wanted.group_by(Invite.inviter)).all()
    credits = dict(board)
    named = names.people(session, account, [row[0] for row in rows])
    found = [
        Inviter(who, named.get(who, who), brought, credits.get(who, 0), here)
        for who, brought, here in rows
    ]
    return sorted(found, key=lambda each: (-each.credit, -each.brought, each.name))


# -- letters


def letters(session: Session, account: int) -> list[Outgoing]:
    """List the weekly letters that went out, one a week, the newest first."""
    wanted = select(Outgoing).where(
        Outgoing.account == account, Outgoing.key >= "letter:", Outgoing.key < "letter;"
    )
    rows = session.exec(wanted.order_by(col(Outgoing.id).desc()).limit(LETTERS * 5)).all()
    by_week = {row.key.split(":")[1]: row for row in reversed(rows)}
    return sorted(by_week.values(), key=lambda row: row.key, reverse=True)[:LETTERS]


# -- order


@dataclass(frozen=True, slots=True)
class Breach:
    """An offence with the names of who and where."""

    offence: Offence
    name: str
    group: str


def offences(
    session: Session,
    account: int,
    *,
    before: int | None = None,
    member: str = "",
    limit: int = PAGE,
) -> list[Breach]:
    """List what broke the order, the newest first; one more than the limit says there are more."""
    wanted = select(Offence).where(Offence.account == account)
    if before is not None:
        wanted = wanted.where(col(Offence.number) < before)
    if member:
        wanted = wanted.where(Offence.member == member)
    rows = list(session.exec(wanted.order_by(col(Offence.number).desc()).limit(limit + 1)))
    named = names.people(session, account, [row.member for row in rows])
    topics = names.rooms(session, account, {row.room for row in rows})
    return [
        Breach(row, named.get(row.member, row.member), topics.get(row.room, row.room))
        for row in rows
    ]


def steps(session: Session, account: int, since: datetime) -> Mapping[str, int]:
    """Count what followed from breaches since a moment."""
    wanted = select(Offence.step, Offence.undone_at).where(
        Offence.account == account, Offence.at >= since
    )
    rows = session.exec(wanted.order_by(col(Offence.number).desc()).limit(10_000))
    return Counter("undone" if undone else str(step) for step, undone in rows)
