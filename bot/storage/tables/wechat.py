"""What the bot knows of WeChat: rooms, people, who is where, and what was said."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger, Index
from sqlmodel import Field, SQLModel

from bot.storage.forgets import Forget
from bot.storage.speech import Speech
from bot.storage.types import Json, Moment


class Room(SQLModel, table=True):
    """A group chat as WeChat last described it."""

    forgets: ClassVar[Forget] = Forget.nothing("a room is not a person")

    account: int = Field(primary_key=True)
    room: str = Field(primary_key=True)
    topic: str = ""
    owner: str = ""
    kind: str = ""  # what a manager said it is, where config.toml does not name it
    number: int | None = None  # what managers call it while they were asked what it is
    present: bool = True  # whether the bot is in it
    added_at: datetime | None = Field(default=None, sa_type=Moment)  # None: from the start
    seen_at: datetime = Field(sa_type=Moment)
    reported_at: datetime | None = Field(default=None, sa_type=Moment)  # told as unconfigured
    muted_until: datetime | None = Field(default=None, sa_type=Moment)
    held_at: datetime | None = Field(default=None, sa_type=Moment)  # last holding line


class Person(SQLModel, table=True):
    """Somebody the account has met; ``friend`` is None while it is not known.

    ``alias`` is what this account calls a friend. ``source`` is the channel whose word he said.
    """

    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    contact: str = Field(primary_key=True)
    name: str = ""
    alias: str = ""
    source: str = ""
    friend: bool | None = None
    met_at: datetime = Field(sa_type=Moment)
    asked_at: datetime | None = Field(default=None, sa_type=Moment)  # our friend request


class Member(SQLModel, table=True):
    """That a person is, or was, in a room."""

    __table_args__ = (
        Index("ix_member_person", "account", "contact"),
        Index("ix_member_joined", "account", "joined_at"),
        Index("ix_member_left", "account", "left_at"),
    )
    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    room: str = Field(primary_key=True)
    contact: str = Field(primary_key=True)
    joined_at: datetime | None = Field(default=None, sa_type=Moment)  # None: was there before us
    inviter: str | None = None
    left_at: datetime | None = Field(default=None, sa_type=Moment)
    greeted_at: datetime | None = Field(default=None, sa_type=Moment)


class Said(SQLModel, table=True):
    """One message, recorded once: its id is unique in its account.

    ``likeness`` is a digest of room, sender and text, to recognise the same message under
    another id. ``taken`` says what became of it: the name of the route that answered,
    "" for none, or why it was only recorded.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index("ix_message_room", "account", "room", "at", "sender", "taken"),  # who spoke, too
        Index("ix_message_likeness", "account", "likeness"),
        Index("ix_message_sender", "account", "sender", "at"),
        Index("ix_message_heard", "account", "heard_at"),
    )
    forgets: ClassVar[Forget] = Forget.rows("sender", "listener")

    account: int = Field(primary_key=True)
    id: str = Field(primary_key=True)
    room: str | None = None
    sender: str
    listener: str = ""
    kind: str = "text"
    text: str = Field(default="", sa_type=Speech)
    url: str = ""
    quote: str | None = None
    at: datetime = Field(sa_type=Moment)
    heard_at: datetime = Field(sa_type=Moment)
    likeness: int = Field(sa_type=BigInteger)
    label: str = "chat"
    rule: str = ""
    topic: str = ""
    score: float = 0.0
    taken: str = ""


class Invitation(SQLModel, table=True):
    """Somebody asked the bot into a room; ``number`` is what managers call it."""

    forgets: ClassVar[Forget] = Forget.rows("sender")

    account: int = Field(primary_key=True)
    invitation: str = Field(primary_key=True)
    number: int
    sender: str
    room: str | None = None
    topic: str = ""
    at: datetime = Field(sa_type=Moment)
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)


class FriendRequest(SQLModel, table=True):
    """Somebody asked to be the bot's friend."""

    __tablename__ = "friend_request"
    forgets: ClassVar[Forget] = Forget.rows("sender")

    account: int = Field(primary_key=True)
    request: str = Field(primary_key=True)
    sender: str
    hello: str = Field(default="", sa_type=Speech)
    at: datetime = Field(sa_type=Moment)
    number: int = 0  # what managers call it where they are asked
    asked: bool = False  # whether it waits for a manager's word
    accepted_at: datetime | None = Field(default=None, sa_type=Moment)


class Gap(SQLModel, table=True):
    """A stretch of time in which nothing was heard from WeChat."""

    forgets: ClassVar[Forget] = Forget.nothing("times only")

    account: int = Field(primary_key=True)
    since: datetime = Field(primary_key=True, sa_type=Moment)
    until: datetime | None = Field(default=None, sa_type=Moment)
    why: str = ""
    takeover: bool = False


class Note(SQLModel, table=True):
    """A small fact about one thing that a handler keeps under a unique key."""

    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    key: str = Field(primary_key=True)
    contact: str = ""
    data: dict[str, object] = Field(default_factory=dict, sa_type=Json)
    at: datetime = Field(sa_type=Moment)
