"""The tickets as the inbox shows them; every list comes from an index, a page at a time."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import String, cast
from sqlmodel import Session, col, func, select

from bot.storage.tables import (
    LIVE,
    ClockKind,
    Entry,
    EntryKind,
    Member,
    Outgoing,
    Person,
    Said,
    ServiceClock,
    Ticket,
    TicketState,
)
from bot.web.views import names
from bot.web.views.reasons import marked_words

PAGE = 40
ENTRIES = 80
MOST = 800  # entries, however far back somebody reads
AROUND = 4  # messages of the group before and after the one that opened the ticket
PAST = 6
COUNTED = 1000  # beyond, a count is not worth its cost
LATE = 2  # the stage from which on a promise is broken

LISTS = {
    "mine": "我的",
    "unassigned": "没人接",
    "waiting": "等客户",
    "breached": "超时",
    "live": "进行中",
    "all": "全部",
}


@dataclass(frozen=True, slots=True)
class Row:
    """A ticket in a list, with what the member waits for since when."""

    ticket: Ticket
    group: str
    clock: ServiceClock | None


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of tickets, newest first; ``before`` is the number to go on from."""

    rows: tuple[Row, ...]
    before: int | None


@dataclass(frozen=True, slots=True)
class Dossier:
    """A ticket with all that belongs to it."""

    ticket: Ticket
    entries: tuple[Entry, ...]
    earlier: int | None
    letters: dict[str, Outgoing]
    clocks: tuple[ServiceClock, ...]
    members: dict[str, str] = field(default_factory=dict)  # whose tickets it is, by name
    around: tuple[Said, ...] = ()
    group: str = ""
    person: Person | None = None
    rooms: tuple[str, ...] = ()
    past: tuple[Ticket, ...] = ()
    names: dict[str, str] = field(default_factory=dict)

    @property
    def why(self) -> list[tuple[str, bool]]:
        """What was said, with the words marked that made it a complaint."""
        return marked_words(self.ticket.summary or "", (self.ticket.words or "").split("、"))


def wanted(account: int, name: str, staff: str) -> Any:
    """Select the tickets of a list, as far as this person may see them."""
    tickets: Any = select(Ticket).where(Ticket.account == account, _open_to(staff))
    match name:
        case "mine":
            return tickets.where(Ticket.assignee == staff, col(Ticket.state).in_(LIVE))
        case "unassigned":
            return tickets.where(col(Ticket.assignee).is_(None), col(Ticket.state).in_(LIVE))
        case "waiting":
            return tickets.where(Ticket.state == TicketState.WAITING)
        case "breached":
            return tickets.where(col(Ticket.state).in_(LIVE), _broken(account))
        case "live":
            return tickets.where(col(Ticket.state).in_(LIVE))
        case _:
            return tickets


def _open_to(staff: str) -> Any:
    """Say in SQL that a ticket does not name this person as one it is kept from."""
    return ~cast(Ticket.barred, String).contains(json.dumps(staff), autoescape=True)


def _broken(account: int) -> Any:
    return col(Ticket.number).in_(_waited_on(account).where(ServiceClock.stage >= LATE))


def _owed(account: int) -> Any:
    return col(Ticket.number).in_(_waited_on(account))


def _waited_on(account: int) -> Any:
    """Select the tickets whose members wait for an answer."""
    return select(ServiceClock.ticket).where(
        ServiceClock.account == account,
        col(ServiceClock.kind).in_((ClockKind.FIRST, ClockKind.NEXT)),
        col(ServiceClock.met_at).is_(None),
    )


def listing(
    session: Session, account: int, name: str, staff: str, *, before: int | None = None
) -> Listing:
    """Return a page of a list."""
    tickets = wanted(account, name, staff)
    if before is not None:
        tickets = tickets.where(Ticket.number < before)
    # What is live is few: "+ 0" keeps SQLite from walking all numbers in search of them.
    order = col(Ticket.number) if name == "all" else col(Ticket.number) + 0
    found = session.exec(tickets.order_by(order.desc()).limit(PAGE + 1)).all()
    shown: Sequence[Ticket] = found[:PAGE]
    clocks = _waits(session, account, [ticket.number for ticket in shown])
    groups = names.rooms(session, account, {ticket.room for ticket in shown if ticket.room})
    rows = tuple(Row(x, groups.get(x.room or "", ""), clocks.get(x.number)) for x in shown)
    return Listing(rows, shown[-1].number if len(found) > PAGE else None)


def counts(session: Session, account: int, staff: str) -> dict[str, int]:
    """Count the lists that somebody works through; large ones only so far."""
    found = {}
    for name in ("mine", "unassigned", "waiting", "breached"):
        part = wanted(account, name, staff).with_only_columns(Ticket.number).limit(COUNTED)
        found[name] = session.execute(
            select(func.count()).select_from(part.subquery())
        ).scalar_one()
    found["owed"] = session.exec(
        select(func.count()).select_from(
            wanted(account, "mine", staff)
            .where(_owed(account))
            .with_only_columns(Ticket.number)
            .limit(COUNTED)
            .subquery()
        )
    ).one()
    return found


def newest(session: Session, account: int) -> int:
    """Return the highest number given out."""
    top = select(func.max(Ticket.number)).where(Ticket.account == account)
    return session.exec(top).one() or 0


def find(session: Session, account: int, number: int, staff: str) -> Ticket | None:
    """Return a ticket, unless there is none or it is kept from this person."""
    one = wanted(account, "all", staff).where(Ticket.number == number)
    found: Ticket | None = session.exec(one).first()
    return found


def conversation(
    session: Session,
    account: int,
    ticket: Ticket,
    *,
    before: int | None = None,
    since: int | None = None,
) -> Dossier:
    """Return entries of a ticket and of those it goes on for, with their fate.

    The newest of them, or the newest ``before`` one; or all ``since`` one, as far as that goes.
    """
    merged = select(Ticket).where(Ticket.account == account, Ticket.merged_into == ticket.number)
    tickets = [ticket, *session.exec(merged.order_by(col(Ticket.number)))]
    entries = select(Entry).where(col(Entry.ticket).in_([each.id for each in tickets]))
    if before is not None:
        entries = entries.where(col(Entry.id) < before)
    most = ENTRIES if since is None else MOST
    found = session.exec(entries.order_by(col(Entry.id).desc()).limit(most + 1)).all()
    wanted = sum((each.id or 0) >= since for each in found) if since is not None else 0
    many = min(most, max(ENTRIES, wanted))
    shown = tuple(reversed(found[:many]))
    earlier = shown[0].id if len(found) > many else None
    clocks = select(ServiceClock).where(
        ServiceClock.account == account, ServiceClock.ticket == ticket.number
    )
    return Dossier(
        ticket,
        shown,
        earlier,
        _letters(session, account, shown),
        tuple(session.exec(clocks)),
        members={each.member: each.member_name for each in tickets if each.member},
    )


def dossier(session: Session, account: int, ticket: Ticket) -> Dossier:
    """Return a ticket with its context: the group, the person, what was before."""
    talk = conversation(session, account, ticket)
    around = _around(session, account, ticket)
    rooms = select(Member.room).where(
        Member.account == account, Member.contact == ticket.member, col(Member.left_at).is_(None)
    )
    topics = names.rooms(session, account, {*session.exec(rooms), *filter(None, [ticket.room])})
    past = select(Ticket).where(
        Ticket.account == account, Ticket.member == ticket.member, Ticket.number != ticket.number
    )
    older = session.exec(past.order_by((col(Ticket.number) + 0).desc()).limit(PAST)).all()
    here = [topics[room] for room in topics if room != ticket.room]
    return Dossier(
        ticket=ticket,
        entries=talk.entries,
        earlier=talk.earlier,
        letters=talk.letters,
        clocks=talk.clocks,
        members=talk.members,
        around=around,
        group=topics.get(ticket.room or "", ""),
        person=session.get(Person, (account, ticket.member)) if ticket.member else None,
        rooms=tuple(here),
        past=tuple(older) if ticket.member else (),
        names=names.people(session, account, {said.sender for said in around}),
    )


def _waits(session: Session, account: int, numbers: Sequence[int]) -> dict[int, ServiceClock]:
    """Map tickets to what their members wait for now; the longest wait counts."""
    clocks = select(ServiceClock).where(
        ServiceClock.account == account,
        col(ServiceClock.ticket).in_(numbers),
        col(ServiceClock.kind).in_((ClockKind.FIRST, ClockKind.NEXT)),
        col(ServiceClock.met_at).is_(None),
    )
    found = session.exec(clocks.order_by(col(ServiceClock.started_at).desc()))
    return {clock.ticket: clock for clock in found}


def _letters(session: Session, account: int, entries: Sequence[Entry]) -> dict[str, Outgoing]:
    keys = [
        str(x.data["letter"]) for x in entries if x.kind == EntryKind.STAFF and "letter" in x.data
    ]
    if not keys:
        return {}
    both = [*keys, *(_file(key) for key in keys)]
    letters = select(Outgoing).where(Outgoing.account == account, col(Outgoing.key).in_(both))
    found: dict[str, Outgoing] = {}
    for letter in session.exec(letters.order_by(col(Outgoing.id))):
        found.setdefault(letter.key.replace("reply-file:", "reply:", 1), letter)
    return found


def _file(key: str) -> str:
    return key.replace("reply:", "reply-file:", 1)


def _around(session: Session, account: int, ticket: Ticket) -> tuple[Said, ...]:
    source = session.get(Said, (account, ticket.source))
    if source is None or source.room is None:
        return ()
    here = select(Said).where(Said.account == account, Said.room == source.room)
    close: datetime = source.at - timedelta(hours=2)
    before = here.where(Said.at <= source.at, Said.at >= close)
    after = here.where(Said.at > source.at, Said.at <= source.at + timedelta(hours=2))
    earlier = session.exec(before.order_by(col(Said.at).desc()).limit(AROUND + 1)).all()
    later = session.exec(after.order_by(col(Said.at)).limit(AROUND)).all()
    return (*reversed(earlier), *later)
