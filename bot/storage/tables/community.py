"""Life in the groups: stays, figures, order, answers, lessons and what is known of people."""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint, case
from sqlmodel import AutoString, Field, SQLModel

from bot.storage.forgets import Forget
from bot.storage.speech import Speech
from bot.storage.types import Json, Key, Moment


class Stay(SQLModel, table=True):
    """One time that somebody was in a room, from coming to leaving; coming back is another.

    ``since`` is None for who was there before the bot. ``source`` says what brought him:
    ``channel:<id>``, ``giveaway:<id>``, ``inviter`` or "".
    """

    __table_args__ = (
        Index("ix_stay_person", "account", "contact", "room"),
        Index("ix_stay_room", "account", "room", "since"),
        Index("ix_stay_since", "account", "since"),
    )
    forgets: ClassVar[Forget] = Forget.blank({"contact": ""}, where="contact")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    room: str
    contact: str
    source: str = ""
    since: datetime | None = Field(default=None, sa_type=Moment)
    until: datetime | None = Field(default=None, sa_type=Moment)
    removed: bool = False


class Invite(SQLModel, table=True):
    """That somebody brought somebody into a room; the credit goes where the invitee leaves soon."""

    __table_args__ = (Index("ix_invite_inviter", "account", "inviter", "at"),)
    forgets: ClassVar[Forget] = Forget.rows("inviter", "invitee")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    room: str
    inviter: str
    invitee: str
    at: datetime = Field(sa_type=Moment)
    left_at: datetime | None = Field(default=None, sa_type=Moment)


class RoomDay(SQLModel, table=True):
    """What a day was like in a room, in numbers that stay when the words are gone.

    ``day`` is the local day, ISO. ``replies`` are members' answers to members, ``bot`` what the
    bot said, ``present`` how many were in the room at the end.
    """

    __tablename__ = "room_day"
    forgets: ClassVar[Forget] = Forget.nothing("counts only")

    account: int = Field(primary_key=True)
    room: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    messages: int = 0
    speakers: int = 0
    replies: int = 0
    bot: int = 0
    joins: int = 0
    leaves: int = 0
    questions: int = 0
    answered: int = 0
    complaints: int = 0
    praise: int = 0
    breaches: int = 0
    present: int = 0


class PersonDay(SQLModel, table=True):
    """What somebody did on a day, over all rooms; the grounds of stages and scores.

    ``gift`` counts messages about giveaways, ``ads`` adverts, ``hours`` maps local hours.
    """

    __tablename__ = "person_day"
    __table_args__ = (Index("ix_person_day_day", "account", "day"),)
    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    contact: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    messages: int = 0
    replies: int = 0
    gift: int = 0
    praise: int = 0
    ads: int = 0
    hours: dict[str, int] = Field(default_factory=dict, sa_type=Json)


class Step(StrEnum):
    """What followed from a breach of order."""

    SHADOW = "shadow"  # nothing: only recorded
    NOTED = "noted"  # nothing more than what followed from the one before
    REMINDED = "reminded"  # privately
    WARNED = "warned"  # in the group
    REMOVED = "removed"
    TOLD = "told"  # whoever is to decide: a manager, or the owner where the bot may not remove


class Offence(SQLModel, table=True):
    """One breach of order, and what followed from it; undone, it counts no more.

    ``source`` is the message and is unique: one message is one offence.
    """

    __table_args__ = (
        UniqueConstraint("account", "source"),
        UniqueConstraint("account", "number"),
        Index("ix_offence_member", "account", "member", "at"),
    )
    forgets: ClassVar[Forget] = Forget.rows("member")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    number: int
    source: str
    member: str
    room: str
    kind: str
    rule: str = ""
    words: str = Field(default="", sa_type=Speech)
    step: Step = Field(sa_type=AutoString)
    at: datetime = Field(sa_type=Moment)
    expires_at: datetime = Field(sa_type=Moment)
    undone_at: datetime | None = Field(default=None, sa_type=Moment)
    undone_by: str = ""


class Gem(SQLModel, table=True):
    """Something said that newcomers should see, chosen by a manager; ``source`` is the message."""

    __table_args__ = (UniqueConstraint("account", "source"),)
    forgets: ClassVar[Forget] = Forget.rows("author")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    source: str
    room: str
    author: str
    text: str = Field(default="", sa_type=Speech)
    chosen_by: str
    at: datetime = Field(sa_type=Moment)


class LearnedState(StrEnum):
    """Whether a learned answer is given."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    REJECTED = "rejected"


class Learned(SQLModel, table=True):
    """A question and its answer as a person gave it; given by the bot once it is approved.

    ``source`` is the message that answered and is unique; ``asker`` and ``author`` are who spoke.
    What managers approved is the community's: it stays when the one who asked is forgotten.
    """

    __table_args__ = (UniqueConstraint("account", "source"), UniqueConstraint("account", "number"))
    forgets: ClassVar[Forget] = Forget.rows("author").and_(
        Forget.blank(
            {
                "asker": "",
                "question": lambda table: case(
                    (table.c.state == LearnedState.APPROVED, table.c.question), else_=""
                ),
            },
            where="asker",
        )
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    number: int
    source: str
    room: str | None = None
    asker: str = ""
    author: str = ""
    question: str = Field(default="", sa_type=Speech)
    answer: str = Field(default="", sa_type=Speech)
    state: LearnedState = Field(default=LearnedState.PROPOSED, sa_type=AutoString)
    at: datetime = Field(sa_type=Moment)
    decided_at: datetime | None = Field(default=None, sa_type=Moment)
    decided_by: str = ""


class Call(SQLModel, table=True):
    """A roll-call in a room: a lesson to confirm, or a quiz to answer; ``item`` says what.

    One item is called in a room once. ``kind`` is ``receipt``, ``homework`` or ``quiz``.
    """

    __tablename__ = "roll_call"
    __table_args__ = (UniqueConstraint("account", "room", "kind", "item"),)
    forgets: ClassVar[Forget] = Forget.nothing("no person stands in it")

    id: int | None = Field(default=None, primary_key=True, sa_type=Key)
    account: int
    room: str
    kind: str
    item: str
    title: str = ""
    opened_at: datetime = Field(sa_type=Moment)
    closes_at: datetime | None = Field(default=None, sa_type=Moment)
    chased_at: datetime | None = Field(default=None, sa_type=Moment)
    closed_at: datetime | None = Field(default=None, sa_type=Moment)


class Answered(SQLModel, table=True):
    """That somebody answered a roll-call; the first answer counts."""

    __tablename__ = "roll_answer"
    forgets: ClassVar[Forget] = Forget.rows("member")

    account: int = Field(primary_key=True)
    call: int = Field(primary_key=True, foreign_key="roll_call.id")
    member: str = Field(primary_key=True)
    value: str = ""
    right: bool | None = None
    source: str = ""
    at: datetime = Field(sa_type=Moment)


class Trait(SQLModel, table=True):
    """Something that seems true of a person, by one of six sides, with what speaks for it.

    ``denied`` was corrected by a manager: rules do not set it again. ``fixed`` was set by one.
    """

    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    contact: str = Field(primary_key=True)
    side: str = Field(primary_key=True)
    name: str = Field(primary_key=True)
    seen: int = 0
    evidence: str = Field(default="", sa_type=Speech)
    source: str = ""
    first_at: datetime = Field(sa_type=Moment)
    last_at: datetime = Field(sa_type=Moment)
    expires_at: datetime | None = Field(default=None, sa_type=Moment)
    fixed: bool = False
    denied: bool = False


class Life(StrEnum):
    """How near somebody stands to the community."""

    MET = "met"
    ENGAGED = "engaged"
    CUSTOMER = "customer"
    REPEAT = "repeat"
    ADVOCATE = "advocate"
    LEAVING = "leaving"


class Path(StrEnum):
    """How far somebody is on the way to distributor."""

    NEWCOMER = "newcomer"
    LEARNING = "learning"
    QUALIFIED = "qualified"
    FIRST_SALE = "first-sale"
    ACTIVE = "active"
    DORMANT = "dormant"


class Standing(SQLModel, table=True):
    """Where somebody stands: in life (``life``) and on the way to distributor (``path``).

    ``why`` names the rule or the manager that moved him; what a manager set, rules leave alone
    while ``fixed``.
    """

    __table_args__ = (Index("ix_standing_since", "account", "kind", "since", "contact"),)
    forgets: ClassVar[Forget] = Forget.rows("contact")

    account: int = Field(primary_key=True)
    contact: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # "life" or "path"
    stage: str
    since: datetime = Field(sa_type=Moment)
    why: str = ""
    fixed: bool = False
