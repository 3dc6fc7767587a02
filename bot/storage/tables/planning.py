"""Notices: every occasion is one row, every group it is posted in another, and every sign-up."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from bot.storage.forgets import Forget
from bot.storage.speech import Speech
from bot.storage.types import Json, Key, Moment


class OccasionState(StrEnum):
    """Where one moment of a notice stands, for all groups together."""

    AHEAD = "ahead"
    OPEN = "open"  # begun, and something still waits: for a manager, for calm, for a gap
    OVER = "over"
    CANCELLED = "cancelled"


class Occasion(SQLModel, table=True):
    """One moment of a notice, for all groups; ``rings_at`` is when its posting begins.

    ``held_by`` is the manager who keeps it back, until one releases it.
    """

    __table_args__ = (
        UniqueConstraint("account", "notice", "part", "due_at"),
        Index("ix_occasion_state", "account", "state"),
    )
    forgets: ClassVar[Forget] = Forget.nothing("no person stands in it")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    notice: str
    title: str = ""
    part: str = ""  # "" for the notice itself, "remind:3d" for a reminder
    due_at: datetime = Field(sa_type=Moment)
    rings_at: datetime = Field(sa_type=Moment)
    state: OccasionState = Field(default=OccasionState.AHEAD, sa_type=AutoString)
    why: str = ""
    asked: int = 0  # a short digest of what managers were asked to approve last
    rang_at: datetime | None = Field(default=None, sa_type=Moment)
    held_by: str = ""


class NoticeState(StrEnum):
    """What became of an occasion in one group."""

    PLANNED = "planned"
    AWAITING_APPROVAL = "awaiting-approval"
    HELD = "held"
    QUEUED = "queued"
    SENT = "sent"
    DROPPED = "dropped"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"


# What still can be posted, and what was posted or may have been.
WAITING = (NoticeState.PLANNED, NoticeState.AWAITING_APPROVAL, NoticeState.HELD)
POSTED = (NoticeState.QUEUED, NoticeState.SENT, NoticeState.UNCONFIRMED)


class Occurrence(SQLModel, table=True):
    """One notice, at one moment, in one group: unique, so it is posted once or not at all.

    ``letters`` are as many as its content needs; ``attempt`` counts how often unsent letters were
    taken back to be written anew. ``told_at`` is when managers heard that it went wrong.
    """

    __table_args__ = (
        UniqueConstraint("account", "notice", "due_at", "part", "room"),
        Index("ix_occurrence_state", "account", "state", "due_at"),
        Index("ix_occurrence_room", "account", "part", "post_at"),
    )
    forgets: ClassVar[Forget] = Forget.nothing("no person stands in it")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    notice: str
    due_at: datetime = Field(sa_type=Moment)
    part: str = ""
    room: str
    state: NoticeState = Field(default=NoticeState.PLANNED, sa_type=AutoString)
    why: str = ""
    digest: str = ""
    promotional: bool = False
    released: bool = False  # a manager said that it goes in spite of what holds it
    letters: int = 0
    attempt: int = 0
    reach: int = 0  # how many were in the group
    post_at: datetime | None = Field(default=None, sa_type=Moment)
    sent_at: datetime | None = Field(default=None, sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)


class SignupState(StrEnum):
    """Whether somebody takes part."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Signup(SQLModel, table=True):
    """That somebody wants to take part in what a notice announces, on one occasion.

    ``guests`` come along and count against the capacity. ``asking`` is the number of the question
    he was asked last and has not answered, or -1.
    """

    __table_args__ = (
        UniqueConstraint("account", "notice", "due_at", "member"),
        Index("ix_signup_member", "account", "member"),
    )
    forgets: ClassVar[Forget] = Forget.rows("member")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    notice: str
    due_at: datetime = Field(sa_type=Moment)
    member: str
    member_name: str = ""
    room: str | None = None
    guests: int = 0
    state: SignupState = Field(sa_type=AutoString)
    at: datetime = Field(sa_type=Moment)
    source: str = ""  # the message it came with
    told: bool = False  # whether the member was told where he stands
    asking: int = -1
    asked_at: datetime | None = Field(default=None, sa_type=Moment)
    answers: list[str] = Field(default_factory=list, sa_type=Json)
    attended_at: datetime | None = Field(default=None, sa_type=Moment)
    comment: str = Field(default="", sa_type=Speech)  # what was answered afterwards
