"""The words every part of the bot shares: what is heard from WeChat, and what is to be said.

Everything heard carries ``at``: when it happened, aware, in UTC. Ids are WeChat's own.
"""

import re
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

# Line breaks, and marks that turn the direction of what follows: in a name they only deceive.
NO_PART_OF_A_NAME = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
LONGEST_NAME = 64


class Kind(StrEnum):
    """What a message consists of."""

    TEXT = "text"
    IMAGE = "image"
    FILE = "file"
    VOICE = "voice"
    VIDEO = "video"
    LINK = "link"
    MINI_PROGRAM = "mini-program"
    CARD = "card"
    RED_ENVELOPE = "red-envelope"
    RECALLED = "recalled"
    OTHER = "other"


CARRIES_FILE = frozenset({Kind.IMAGE, Kind.FILE, Kind.VOICE, Kind.VIDEO})


@dataclass(frozen=True, slots=True)
class Contact:
    """A person as WeChat tells of them; ``friend`` is None where it is not known.

    ``alias`` is what this account called a friend; it outlives an id. A name is one line.
    """

    id: str
    name: str = ""
    friend: bool | None = None
    alias: str = ""

    def __post_init__(self) -> None:
        """Put a name into one line of a length that can be read."""
        if not self.name.isprintable() or len(self.name) > LONGEST_NAME:
            line = NO_PART_OF_A_NAME.sub(" ", self.name).strip()[:LONGEST_NAME]
            object.__setattr__(self, "name", line)


@dataclass(frozen=True, slots=True)
class Message:
    """One thing somebody said, in a room or (``room`` is None) privately.

    ``listener`` is whom a private message went to: the bot, or, for an echo of what this account
    itself said (``own``), the other person. ``quote`` is the id of the message it answers,
    ``quote_text`` that message's text where WeChat hands it along. A recalled message arrives as
    a message of its own with kind RECALLED whose ``quote`` names what was recalled.
    """

    id: str
    sender: Contact
    text: str
    at: datetime
    room: str | None = None
    kind: Kind = Kind.TEXT
    mentions: tuple[str, ...] = ()
    quote: str | None = None
    quote_text: str = ""
    url: str = ""
    own: bool = False
    listener: str = ""


@dataclass(frozen=True, slots=True)
class RoomKnown:
    """A room as WeChat describes it now; told at log-in, on first contact and after changes."""

    room: str
    topic: str
    owner: str
    members: tuple[Contact, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class Joined:
    """People came into a room."""

    room: str
    members: tuple[Contact, ...]
    inviter: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Departed:
    """People left a room, or (``remover``) were removed."""

    room: str
    members: tuple[str, ...]
    remover: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class TopicChanged:
    """A room was renamed."""

    room: str
    topic: str
    changer: str | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Invited:
    """Somebody asks the bot into a room; ``room`` is None where WeChat does not say which."""

    invitation: str
    sender: Contact
    room: str | None
    topic: str
    at: datetime


@dataclass(frozen=True, slots=True)
class FriendRequested:
    """Somebody wants to be the bot's friend."""

    request: str
    sender: Contact
    hello: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Befriended:
    """A friendship is there: somebody accepted the bot's request."""

    contact: Contact
    at: datetime


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody is known by name: told before what he says, at first and when it changed."""

    contact: Contact
    at: datetime


@dataclass(frozen=True, slots=True)
class LoggedIn:
    """The account is on line."""

    account: Contact
    at: datetime


@dataclass(frozen=True, slots=True)
class LoggedOut:
    """The account went off line; somebody has to scan a code again."""

    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkLost:
    """The link to WeChat broke; what is said from ``at`` on is lost."""

    why: str
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkBack:
    """The link is there again; what was said between ``since`` and ``at`` was not heard."""

    since: datetime
    at: datetime
    takeover: bool = False


Heard = (
    Message
    | RoomKnown
    | Joined
    | Departed
    | TopicChanged
    | Invited
    | FriendRequested
    | Befriended
    | Named
    | LoggedIn
    | LoggedOut
    | LinkLost
    | LinkBack
)


class Do(StrEnum):
    """What the bot can do in WeChat."""

    SAY = "say"
    ACCEPT_INVITATION = "accept-invitation"
    ACCEPT_FRIEND = "accept-friend"
    ADD_FRIEND = "add-friend"
    REMOVE_MEMBER = "remove-member"
    ANNOUNCE = "announce"


class Purpose(StrEnum):
    """Why something is said."""

    HOLDING_LINE = "holding-line"
    HANDOFF = "handoff"
    RELAY_TO_MEMBER = "relay-to-member"
    RELAY_TO_STAFF = "relay-to-staff"
    STAFF_ALERT = "staff-alert"
    SLA_ALERT = "sla-alert"
    INCIDENT_ALERT = "incident-alert"
    RATING_REQUEST = "rating-request"
    NOTICE = "notice"
    REMINDER = "reminder"
    SIGNUP = "signup"
    ANSWER = "answer"
    WELCOME = "welcome"
    LESSON = "lesson"
    MODERATION = "moderation"
    COMMAND_REPLY = "command-reply"
    DIGEST = "digest"
    NOTIFY_MANAGER = "notify-manager"


@dataclass(frozen=True, slots=True)
class Letter:
    """One thing to be done in WeChat, at most once: ``key`` says why it exists.

    SAY goes to ``room`` or, where that is None, privately to ``contact``. ADD_FRIEND asks
    ``contact`` through ``room`` with ``text`` as greeting. ACCEPT_* answers ``request``.
    REMOVE_MEMBER removes ``contact`` from ``room``; ANNOUNCE sets the announcement of ``room``.
    ``mentions`` are contact ids; their "@name\\u2005" already stands in ``text``.
    ``file`` is a path, a URL, or ``message:<id>`` for what came with a message.
    """

    key: str
    do: Do = Do.SAY
    room: str | None = None
    contact: str | None = None
    text: str = ""
    mentions: tuple[str, ...] = ()
    kind: Kind = Kind.TEXT
    file: str = ""
    request: str = ""
    purpose: Purpose | None = None
    ticket: int | None = None
    notice: str = ""
    data: dict[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Name whom WeChat sees addressed, for the pace."""
        return self.room or self.contact or self.request
