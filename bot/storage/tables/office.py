"""The account itself, its configuration over time, and who may log in."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.forgets import Forget
from bot.storage.speech import Speech
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


class ConsoleSession(SQLModel, table=True):
    """That somebody is logged in to the console, in one browser, until ``until``.

    ``digest`` is of the cookie, which stands nowhere; ``csrf`` must come back with every change.
    """

    __tablename__ = "console_session"
    __table_args__ = (Index("ix_console_session_name", "account", "name"),)
    forgets: ClassVar[Forget] = Forget.nothing("the browser of a login, not a member")

    digest: str = Field(primary_key=True)
    account: int
    name: str
    csrf: str
    address: str = ""
    agent: str = ""
    opened_at: datetime = Field(sa_type=Moment)
    seen_at: datetime = Field(sa_type=Moment)
    until: datetime = Field(sa_type=Moment)


class Attempt(SQLModel, table=True):
    """Failed sign-ins in a row, by name or by address; none is looked at before ``not_before``."""

    __tablename__ = "signin_attempt"
    forgets: ClassVar[Forget] = Forget.nothing("names of logins and addresses, no member")

    account: int = Field(primary_key=True)
    key: str = Field(primary_key=True)  # "name:小美" or "address:127.0.0.1"
    failures: int = 0
    not_before: datetime = Field(sa_type=Moment)


class Token(SQLModel, table=True):
    """A key to the API: what it may do, and a digest of it; the key itself is shown once."""

    __tablename__ = "api_token"
    __table_args__ = (UniqueConstraint("digest"),)
    forgets: ClassVar[Forget] = Forget.nothing("a key of the community, not a person")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    name: str
    digest: str
    scopes: list[str] = Field(default_factory=list, sa_type=Json)
    made_by: str
    made_at: datetime = Field(sa_type=Moment)
    used_at: datetime | None = Field(default=None, sa_type=Moment)
    ended_at: datetime | None = Field(default=None, sa_type=Moment)


class Audit(SQLModel, table=True):
    """One change made in the console or over the API: who, when, what, before and after."""

    __table_args__ = (Index("ix_audit_account", "account", "id"),)
    forgets: ClassVar[Forget] = Forget.blank(
        {"contact": "", "target": "", "before": "", "after": ""}, where="contact"
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    at: datetime = Field(sa_type=Moment)
    who: str
    what: str
    target: str = ""
    contact: str = ""  # the person it is about, where it is about one
    before: str = Field(default="", sa_type=Speech)
    after: str = Field(default="", sa_type=Speech)


class FalseHit(SQLModel, table=True):
    """That a manager says: this rule should not have hit this message."""

    __tablename__ = "false_hit"
    forgets: ClassVar[Forget] = Forget.nothing("ids of a rule and a message")

    account: int = Field(primary_key=True)
    rule: str = Field(primary_key=True)
    message: str = Field(primary_key=True)
    who: str
    at: datetime = Field(sa_type=Moment)


class Failure(SQLModel, table=True):
    """An error as it was logged, the last few of an account; of an exception only the class.

    ``names`` are the words of it that can be ids, so that a person can be forgotten with it.
    """

    forgets: ClassVar[Forget] = Forget.rows("names")

    account: int = Field(primary_key=True)
    number: int = Field(primary_key=True)
    at: datetime = Field(sa_type=Moment)
    where: str
    what: str
    kind: str = ""
    names: list[str] = Field(default_factory=list, sa_type=Json)
