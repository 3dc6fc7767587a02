"""Ids that WeChat changed: what speaks for its being the same, and what managers said of it."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import AutoString, Field, SQLModel

from bot.storage.forgets import Forget
from bot.storage.types import Json, Key, Moment


class BindingKind(StrEnum):
    """What got another id."""

    PERSON = "person"
    ROOM = "room"


class BindingState(StrEnum):
    """Whether it is the same."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class Binding(SQLModel, table=True):
    """That WeChat seems to call somebody, or a room, by another id than before.

    ``lasting`` is the id everything here is known under, ``current`` what WeChat says now; once
    accepted, the one is put for the other where things are heard and said. ``moved`` counts the
    rows that were under ``current``, by table. A pair is proposed once.
    """

    __table_args__ = (
        UniqueConstraint("account", "kind", "lasting", "current"),
        UniqueConstraint("account", "number"),
        Index("ix_binding_state", "account", "state"),
    )
    forgets: ClassVar[Forget] = Forget.rows("lasting", "current")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    number: int
    kind: BindingKind = Field(sa_type=AutoString)
    lasting: str
    current: str
    evidence: list[str] = Field(default_factory=list, sa_type=Json)
    state: BindingState = Field(default=BindingState.PROPOSED, sa_type=AutoString)
    at: datetime = Field(sa_type=Moment)
    told_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""
    moved: dict[str, int] = Field(default_factory=dict, sa_type=Json)


class Shift(SQLModel, table=True):
    """That somebody was missing (or new: ``came``) in a description of a room, unannounced.

    It may be one person under two ids, so nothing follows until that is known.
    """

    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    room: str = Field(primary_key=True)
    contact: str = Field(primary_key=True)
    came: bool
    at: datetime = Field(sa_type=Moment)
