"""What the API answers, field by field."""

from datetime import datetime
from typing import Any, Generic, Self, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from bot.config.models import NoticeSettings
from bot.storage.tables import Entry, Ticket
from bot.web.parts import Shown

T = TypeVar("T")


class Shape(BaseModel):
    """An answer."""

    model_config = ConfigDict(frozen=True)

    @classmethod
    def alike(cls, row: object) -> Self:
        """Describe something whose fields are called the same."""
        return cls.model_validate({name: getattr(row, name) for name in cls.model_fields})


class Page(Shape, Generic[T]):
    """A page of a list; ``next`` is the cursor of the following one, null where it is the last."""

    items: list[T]
    next: int | None


class TicketShape(Shape):
    """A ticket; ``id`` is the number people know it by."""

    id: int
    state: str
    member: str
    member_name: str
    room: str | None
    topic: str
    severity: int
    summary: str
    assignee: str | None
    false_alarm: bool
    messages: int
    opened_at: datetime
    private_at: datetime | None
    first_reply_at: datetime | None
    resolved_at: datetime | None
    closed_at: datetime | None
    rating: int | None

    @classmethod
    def of(cls, row: Ticket) -> "TicketShape":
        """Describe a ticket."""
        fields = {name: getattr(row, name) for name in cls.model_fields if name != "id"}
        return cls(id=row.number, **fields)


class EntryShape(Shape):
    """Something said, noted or done on a ticket; ``message`` is the id of what was said."""

    kind: str
    author: str
    text: str
    at: datetime
    message: str | None

    @classmethod
    def of(cls, row: Entry) -> "EntryShape":
        """Describe an entry."""
        return cls.alike(row)


class TicketWhole(Shape):
    """A ticket with what was said on it."""

    ticket: TicketShape
    entries: list[EntryShape]


class ActionAsked(BaseModel):
    """What is to be done with a ticket, and in whose name: the WeChat id of one of the staff."""

    model_config = ConfigDict(extra="forbid")

    staff: str = Field(min_length=1, max_length=128)
    text: str = Field(default="", max_length=10_000)
    key: str = Field(pattern=r"^[0-9A-Za-z_-]{8,64}$", description="同一个 key 再发一次，只做一次")


class ActionDone(Shape):
    """What the bot answered."""

    told: str


class ClassifyAsked(BaseModel):
    """Sentences to be judged."""

    model_config = ConfigDict(extra="forbid")

    texts: list[str] = Field(min_length=1, max_length=200)
    room: str | None = Field(default=None, max_length=128)


class WordShape(Shape):
    """A word that decided, with its place in the text."""

    word: str
    start: int
    end: int


class VerdictShape(Shape):
    """What a sentence is."""

    text: str
    label: str
    topic: str
    severity: int
    score: float
    rule: str
    matches: list[WordShape]


class GroupShape(Shape):
    """A group with its last seven days."""

    id: str
    name: str
    present: bool
    people: int
    messages: int
    joins: int
    leaves: int
    complaints: int
    hot: str | None


class NoticeShape(Shape):
    """A notice as it is configured."""

    id: str
    title: str
    scenario: str
    groups: list[str]
    promotional: bool
    approve: bool
    signup: str | None

    @classmethod
    def of(cls, row: NoticeSettings) -> "NoticeShape":
        """Describe a notice."""
        return cls(
            id=row.id,
            title=row.title,
            scenario=row.scenario,
            groups=list(row.groups),
            promotional=row.promotional,
            approve=row.approve,
            signup=row.signup.keyword if row.signup else None,
        )


class PieceShape(Shape):
    """One thing a notice says; ``file`` is only its name."""

    kind: str
    text: str
    file: str
    detail: str

    @classmethod
    def of(cls, piece: Shown) -> "PieceShape":
        """Describe a piece."""
        return cls(kind=piece.kind, text=piece.text, file=piece.name, detail=piece.detail)


class NoticeWhole(Shape):
    """A notice with its next moments, its groups and their sizes, and its words by their kinds."""

    notice: NoticeShape
    ended: bool
    ahead: list[datetime]
    held: list[datetime]
    cancelled: list[datetime]
    groups: dict[str, int]
    says: dict[str, list[PieceShape]]


class PostedShape(Shape):
    """What became of one occasion in one group."""

    room: str
    state: str
    why: str
    reach: int
    sent_at: datetime | None


class OccasionShape(Shape):
    """One moment of a notice, with its groups by state; ``held`` until released."""

    due_at: datetime
    part: str
    state: str
    held: bool
    groups: dict[str, int]


class SignupShape(Shape):
    """A sign-up."""

    notice: str
    due_at: datetime
    member: str
    member_name: str
    room: str | None
    state: str
    guests: int
    at: datetime


class ReportShape(Shape):
    """The figures of a plot."""

    title: str
    unit: str
    labels: list[str]
    series: dict[str, list[float | None]]


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare which problems an operation can answer with."""
    schema = {
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"},
            "title": {"type": "string"},
            "status": {"type": "integer"},
            "detail": {"type": "string"},
            "faults": {"type": "array", "items": {"type": "object"}},
        },
    }
    content = {"application/problem+json": {"schema": schema}}
    return {status: {"description": "Problem", "content": content} for status in statuses}
