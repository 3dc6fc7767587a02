"""Letters: what is to be done in WeChat, and what became of it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, String, UniqueConstraint, case, cast, text
from sqlmodel import AutoString, Field, SQLModel

from bot.storage.forgets import Forget, Through
from bot.storage.speech import Speech
from bot.storage.types import Json, Key, Moment


class LetterState(StrEnum):
    """Where a letter stands.

    From ``sending`` it goes back to ``queued`` only after a refusal that proves that nothing
    was sent.
    """

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    UNCONFIRMED = "unconfirmed"
    DROPPED = "dropped"


QUEUED_ONLY = text("state = 'queued'")


class Outgoing(SQLModel, table=True):
    """A letter waiting to be sent, or the record of what became of it.

    ``key`` says why the letter exists and is unique: asking for the same key twice is one letter.
    ``spacing`` seconds must lie between two letters of this purpose to this target, or the later
    one is dropped. A lower ``priority`` goes first. ``epoch`` is the tenure that claimed it.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("account", "key"),
        Index(
            "ix_outbox_queued",
            "account",
            "next_at",
            sqlite_where=QUEUED_ONLY,
            postgresql_where=QUEUED_ONLY,
        ),
        Index("ix_outbox_claimed", "account", "claimed_at"),
        Index("ix_outbox_ticket", "account", "ticket"),
        Index("ix_outbox_state", "account", "state"),
    )
    forgets: ClassVar[Forget] = Forget.blank(
        {
            "key": lambda outbox: "forgotten:" + cast(outbox.c.id, String),
            "state": lambda outbox: case(
                (outbox.c.state == LetterState.QUEUED, LetterState.DROPPED), else_=outbox.c.state
            ),
            "contact": "",
            "text": "",
            "mentions": [],
            "file": "",
            "request": "",
            "data": {},
            "error": "",
        },
        where=("contact", "mentions", Through("ticket", "ticket.number", "member")),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    key: str
    do: str = "say"
    room: str | None = None
    contact: str | None = None
    text: str = Field(default="", sa_type=Speech)
    mentions: list[str] = Field(default_factory=list, sa_type=Json)
    kind: str = "text"
    file: str = ""
    request: str = ""
    purpose: str | None = None
    ticket: int | None = None
    notice: str = ""
    data: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    priority: int = 5
    spacing: float = 0.0
    state: LetterState = Field(default=LetterState.QUEUED, sa_type=AutoString)
    due_at: datetime = Field(sa_type=Moment)
    next_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    attempts: int = 0
    epoch: int = 0
    claimed_at: datetime | None = Field(default=None, sa_type=Moment)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    wechat_id: str = ""
    error: str = ""


class Timer(SQLModel, table=True):
    """A moment at which a handler wants to be called.

    The key is unique, and setting it again moves the call. ``set_at`` tells how far ahead it was
    asked for, whatever the clock does meanwhile.
    """

    __table_args__ = (Index("ix_timer_due", "account", "due_at"),)
    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    kind: str
    contact: str = ""
    due_at: datetime = Field(sa_type=Moment)
    data: dict[str, str] = Field(default_factory=dict, sa_type=Json)
    set_at: datetime | None = Field(default=None, sa_type=Moment)


class Alert(SQLModel, table=True):
    """A line for the group robot of WeCom, which nothing in WeChat ever waits for.

    It holds no words of members: numbers, topics and names of staff only.
    """

    __tablename__ = "webhook_alert"
    __table_args__ = (
        UniqueConstraint("account", "key"),
        Index(
            "ix_webhook_alert_queued",
            "account",
            "id",
            sqlite_where=QUEUED_ONLY,
            postgresql_where=QUEUED_ONLY,
        ),
    )
    forgets: ClassVar[Forget] = Forget.nothing("no member stands in it")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    key: str
    text: str
    at: datetime = Field(sa_type=Moment)
    state: LetterState = Field(default=LetterState.QUEUED, sa_type=AutoString)
    settled_at: datetime | None = Field(default=None, sa_type=Moment)
    error: str = ""
