"""Tickets and what was said on them."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, case
from sqlmodel import AutoString, Field, SQLModel

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
    messages: int = 0  # what the member said on it
    opened_at: datetime = Field(sa_type=Moment)
    private_at: datetime | None = Field(default=None, sa_type=Moment)
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    first_reply_at: datetime | None = Field(default=None, sa_type=Moment)
    resolved_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)
    rating: int | None = None
    rating_asked_at: datetime | None = Field(default=None, sa_type=Moment)


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
    member: str  # whose ticket it is
    kind: EntryKind = Field(sa_type=AutoString)
    author: str
    text: str = Field(default="", sa_type=Speech)
    data: dict[str, object] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=Moment)
