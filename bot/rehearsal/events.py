"""The lines of a scenario as CONTRACT section 4 writes them, as frozen models."""

from datetime import UTC, datetime
from typing import Annotated, ClassVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from bot.message import Kind

EARLIEST, LATEST = 1970, 2200  # years; beyond, dates overflow when their zone changes
LONGEST_PAUSE = 10 * 366 * 86_400  # seconds


def read_moment(value: object) -> datetime:
    """Read an ISO 8601 time with its offset, into UTC."""
    moment = None
    if isinstance(value, str):
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
    if moment is None or moment.tzinfo is None or not EARLIEST < moment.year < LATEST:
        raise PydanticCustomError("moment", "moment")
    return moment.astimezone(UTC)


Moment = Annotated[datetime, BeforeValidator(read_moment)]
Pause = Annotated[float, Field(strict=True, ge=0, le=LONGEST_PAUSE, allow_inf_nan=False)]
Id = Annotated[str, Field(min_length=1)]
Count = Annotated[int, Field(strict=True, ge=1)]
Truth = Annotated[bool, Field(strict=True)]


class Part(BaseModel):
    """Something written in a scenario; what it does not know is a fault."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Person(Part):
    """A contact."""

    id: Id
    name: str = ""
    friend: Truth = False


class RoomPart(Part):
    """A group of the world."""

    id: Id
    topic: str
    owner: Id
    members: tuple[Id, ...]
    admins: tuple[Id, ...] = ()


class Event(Part):
    """One line: what happens, at a moment or so many seconds after the line before."""

    name: ClassVar[str]
    event: str
    at: Moment | None = None
    after: Pause | None = None


class WorldBegins(Event):
    """Who and what is there; the first line."""

    name = "world"
    bot: Person
    contacts: tuple[Person, ...] = ()
    rooms: tuple[RoomPart, ...] = ()


class Says(Event):
    """Somebody says something; ``to`` belongs to an echo of the bot's own private words."""

    name = "message"
    sender: Id = Field(alias="from")
    text: str | None = None
    room: Id | None = None
    id: Id | None = None
    mentions: tuple[Id, ...] = ()
    kind: Kind = Field(default=Kind.TEXT, alias="type")
    url: str = ""
    quote: Id | None = None
    to: Id | None = None


class RoomJoin(Event):
    """People come into a room."""

    name = "room-join"
    room: Id
    members: tuple[Person, ...]
    inviter: Id | None = None


class RoomLeave(Event):
    """People leave a room or are removed."""

    name = "room-leave"
    room: Id
    members: tuple[Id, ...]
    remover: Id | None = None


class RoomTopic(Event):
    """A room gets another name."""

    name = "room-topic"
    room: Id
    topic: str
    changer: Id | None = None


class RoomInvite(Event):
    """Somebody asks the bot into a room, which may be one that nobody named before."""

    name = "room-invite"
    invitation: Id
    sender: Id = Field(alias="from")
    room: Id
    topic: str = ""


class FriendRequest(Event):
    """Somebody asks for the bot's friendship."""

    name = "friend-request"
    request: Id
    sender: Id = Field(alias="from")
    person: str = Field(default="", alias="name")
    hello: str = ""


class FriendConfirmed(Event):
    """Somebody accepted the bot's friend request."""

    name = "friend-confirmed"
    contact: Id


class GatewayDown(Event):
    """The link to WeChat breaks."""

    name = "gateway-down"


class GatewayUp(Event):
    """The link to WeChat is back."""

    name = "gateway-up"


class NewIds(Event):
    """WeChat logs the account in again and calls these people and rooms by other ids."""

    name = "new-ids"
    people: dict[Id, Id] = Field(default_factory=dict)
    rooms: dict[Id, Id] = Field(default_factory=dict)


class Crash(Event):
    """The process dies without a word and is started again on the same database."""

    name = "crash"


class FailSends(Event):
    """So many sends are refused, undelivered."""

    name = "fail-sends"
    count: Count


class LostAcks(Event):
    """So many sends are delivered, and the bot is told of an error."""

    name = "lost-acks"
    count: Count


class Throttled(Event):
    """WeChat refuses everything as too frequent for so many seconds."""

    name = "throttled"
    seconds: Pause


class Reload(Event):
    """Another file takes the place of the configuration."""

    name = "reload"
    config: Id


class End(Event):
    """Virtual time runs on to this moment, and no further."""

    name = "end"


EVENTS: dict[str, type[Event]] = {
    kind.name: kind
    for kind in (
        WorldBegins,
        Says,
        RoomJoin,
        RoomLeave,
        RoomTopic,
        RoomInvite,
        FriendRequest,
        FriendConfirmed,
        GatewayDown,
        GatewayUp,
        NewIds,
        Crash,
        FailSends,
        LostAcks,
        Throttled,
        Reload,
        End,
    )
}
