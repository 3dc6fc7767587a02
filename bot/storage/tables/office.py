"""The account itself, its configuration over time, and who may log in."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.forgets import Forget
from bot.storage.types import Json, Key, Moment


class Account(SQLModel, table=True):
    """One WeChat account; whoever holds its tenure is the only bot that acts for it.

    ``epoch`` grows at every change of hands, so that a bot that was thought dead is noticed.
    """

    forgets: ClassVar[Forget] = Forget.nothing("the bot itself")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    name: str = Field(unique=True)
    contact: str = ""
    owner: str = ""
    epoch: int = 0
    lease_until: datetime | None = Field(default=None, sa_type=Moment)


class Revision(SQLModel, table=True):
    """A configuration that was in force: who put it there, when, and what it changed."""

    __table_args__ = (UniqueConstraint("account", "number"),)
    forgets: ClassVar[Forget] = Forget.nothing("the configuration, not a person")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    number: int
    digest: str
    who: str
    note: str = ""
    at: datetime = Field(sa_type=Moment)
    difference: str = ""
    sources: dict[str, str] = Field(default_factory=dict, sa_type=Json)


class Login(SQLModel, table=True):
    """Somebody who may use the console."""

    forgets: ClassVar[Forget] = Forget.blank({"contact": ""}, where="contact")

    account: int = Field(primary_key=True)
    name: str = Field(primary_key=True)
    role: str
    password: str  # an argon2id digest
    contact: str = ""
    created_at: datetime = Field(sa_type=Moment)
