"""Notices: every occurrence in every group is one row, and so is every sign-up."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from bot.storage.forgets import Forget
from bot.storage.types import Key, Moment


class NoticeState(StrEnum):
    """What became of an occurrence in one group."""

    PLANNED = "planned"
    AWAITING_APPROVAL = "awaiting-approval"
    HELD = "held"
    QUEUED = "queued"
    SENT = "sent"
    DROPPED = "dropped"
    EXPIRED = "expired"
    CANCELLED = "cancelled"
    UNCONFIRMED = "unconfirmed"


class Occurrence(SQLModel, table=True):
    """One notice, at one moment, in one group: unique, so it is posted once or not at all."""

    __table_args__ = (
        UniqueConstraint("account", "notice", "due_at", "part", "room"),
        Index("ix_occurrence_state", "account", "state", "due_at"),
    )
    forgets: ClassVar[Forget] = Forget.nothing("no person stands in it")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    notice: str
    due_at: datetime = Field(sa_type=Moment)
    part: str = ""  # "" for the notice itself, "remind:3d" for a reminder
    room: str
    state: NoticeState = Field(default=NoticeState.PLANNED, sa_type=AutoString)
    why: str = ""
    sent_at: datetime | None = Field(default=None, sa_type=Moment)


class SignupState(StrEnum):
    """Whether somebody takes part."""

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class Signup(SQLModel, table=True):
    """That somebody wants to take part in what a notice announces."""

    __table_args__ = (UniqueConstraint("account", "notice", "member"),)
    forgets: ClassVar[Forget] = Forget.rows("member")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    notice: str
    member: str
    member_name: str = ""
    room: str | None = None
    guests: int = 0
    state: SignupState = Field(sa_type=AutoString)
    at: datetime = Field(sa_type=Moment)
