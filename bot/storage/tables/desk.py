"""Tickets and what was said on them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, case, text
from sqlmodel import AutoString, Field, Relationship, SQLModel

from bot.storage.forgets import Forget
from bot.storage.speech import Speech
from bot.storage.types import Json, Key, Moment


class TicketState(StrEnum):
    """Where a ticket stands."""

    AWAITING_CONTACT = "awaiting-contact"  # the member is not a friend yet
    OPEN = "open"
    CLAIMED = "claimed"
    WAITING = "waiting"  # the member owes an answer
    RESOLVED = "resolved"
    CLOSED = "closed"


LIVE = (
    TicketState.AWAITING_CONTACT,
    TicketState.OPEN,
    TicketState.CLAIMED,
    TicketState.WAITING,
)


MERGED = text("merged_into IS NOT NULL")


class Ticket(SQLModel, table=True):
    """A complaint that a person owns until it is solved.

    ``source`` is the message that opened it and is unique: one message can never open two.
    Only ``bot.desk`` writes here; everyone else reads.
    """

    __table_args__ = (
        UniqueConstraint("account", "number"),
        UniqueConstraint("account", "source"),
        Index("ix_ticket_member", "account", "member", "state"),
        Index("ix_ticket_state", "account", "state", "number"),
        Index("ix_ticket_opened", "account", "opened_at"),
        Index(
            "ix_ticket_merged",
            "account",
            "merged_into",
            sqlite_where=MERGED,
            postgresql_where=MERGED,
        ),
    )
    forgets: ClassVar[Forget] = Forget.blank(
        {"member": "", "member_name": "", "summary": "", "words": ""}, where="member"
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    number: int
    source: str
    room: str | None = None
    member: str
    member_name: str = ""
    topic: str = ""
    severity: int = 1
    rule: str = ""
    words: str = ""
    summary: str = Field(default="", sa_type=Speech)
    state: TicketState = Field(default=TicketState.OPEN, sa_type=AutoString)
    assignee: str | None = None
    barred: list[str] = Field(default_factory=list, sa_type=Json)  # it names them: kept from them
    passed_by: list[str] = Field(default_factory=list, sa_type=Json)  # who had it and did not act
    incident: int | None = None  # the number of the incident it is part of
    merged_into: int | None = None  # the number of the ticket that goes on in its place
    false_alarm: bool = False
    snoozed_until: datetime | None = Field(default=None, sa_type=Moment)
    reopened: int = 0
    messages: int = 0  # what the member said on it
    heard_at: datetime | None = Field(default=None, sa_type=Moment)  # when he last did
    opened_at: datetime = Field(sa_type=Moment)
    private_at: datetime | None = Field(default=None, sa_type=Moment)
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    first_reply_at: datetime | None = Field(default=None, sa_type=Moment)
    resolved_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    rating: int | None = None
    rating_asked_at: datetime | None = Field(default=None, sa_type=Moment)
    thanks_asked_at: datetime | None = Field(default=None, sa_type=Moment)
    thanks_allowed: bool | None = None  # whether the group may be told that it is solved
    clocks: list["ServiceClock"] = Relationship(
        sa_relationship_kwargs={
            "primaryjoin": "and_(Ticket.account == foreign(ServiceClock.account), "
            "Ticket.number == foreign(ServiceClock.ticket))"
        }
    )


class ClockKind(StrEnum):
    """What somebody waits for."""

    FIRST = "first"  # the member: a first answer
    NEXT = "next"  # the member: an answer to what he said since
    RESOLUTION = "resolution"
    OWNER = "owner"  # the desk: a deed of the assignee


DUE = text("due_at IS NOT NULL")
UNMET = text("met_at IS NULL")


class ServiceClock(SQLModel, table=True):
    """How long somebody waits on a ticket: the stretches in which the clock ran, as they were.

    How much of them was service time is for who knows the hours. ``due_at`` is when to look at
    it again (None: it stands), ``stage`` what was told already, ``met_at`` when the wait ended.
    """

    __tablename__ = "service_clock"
    __table_args__ = (
        Index("ix_service_clock_due", "account", "due_at", sqlite_where=DUE, postgresql_where=DUE),
        Index(
            "ix_service_clock_unmet",
            "account",
            "ticket",
            sqlite_where=UNMET,
            postgresql_where=UNMET,
        ),
    )
    forgets: ClassVar[Forget] = Forget.nothing("times only")

    account: int = Field(primary_key=True)
    ticket: int = Field(primary_key=True)  # the number
    kind: ClockKind = Field(primary_key=True, sa_type=AutoString)
    started_at: datetime = Field(sa_type=Moment)
    since: datetime | None = Field(default=None, sa_type=Moment)  # None: it stands
    spans: list[list[str]] = Field(default_factory=list, sa_type=Json)  # ISO, in UTC
    met_at: datetime | None = Field(default=None, sa_type=Moment)
    stage: int = 0
    due_at: datetime | None = Field(default=None, sa_type=Moment)


class Incident(SQLModel, table=True):
    """Several members with the same trouble; its tickets carry its number.

    ``statement`` is what a manager may have said in every room of it, ``published_at`` when.
    """

    __table_args__ = (UniqueConstraint("account", "number"),)
    forgets: ClassVar[Forget] = Forget.nothing("no person stands in it")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    number: int
    topic: str
    word: str = ""
    rooms: list[str] = Field(default_factory=list, sa_type=Json)
    statement: str = Field(default="", sa_type=Speech)
    opened_at: datetime = Field(sa_type=Moment)
    published_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class EntryKind(StrEnum):
    """Who an entry on a ticket is from, or that it is a note or an event."""

    MEMBER = "member"
    STAFF = "staff"
    NOTE = "note"
    EVENT = "event"


class Entry(SQLModel, table=True):
    """One thing said, noted or done on a ticket; ``source`` makes it unique."""

    __tablename__ = "ticket_entry"
    __table_args__ = (
        UniqueConstraint("account", "source"),
        Index("ix_ticket_entry_ticket", "ticket", "id"),
        Index("ix_ticket_entry_message", "account", "message"),
    )
    forgets: ClassVar[Forget] = Forget.blank(
        {
            "member": "",
            "author": lambda entry: case(
                (entry.c.author == entry.c.member, ""), else_=entry.c.author
            ),
            "text": "",
            "data": {},
        },
        where="member",
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    ticket: int = Field(foreign_key="ticket.id")
    source: str
    message: str = ""  # the id of the message it was, where it was one
    member: str  # who is forgotten with it: who said it, or else whose ticket it is
    kind: EntryKind = Field(sa_type=AutoString)
    author: str
    text: str = Field(default="", sa_type=Speech)
    data: dict[str, object] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=Moment)
