"""The messages of the gateway's protocol as gateways 0.25 to 1.19 really read and write them.

Where the published stubs are right they are used as they are. Between 0.x and 1.x every wrapped
string moved to a new field number; the classes here carry both, the old one first, so that one
client serves both. betterproto 1.2.5 reads field types itself, and knows ``Optional[str]`` only.
"""

from dataclasses import dataclass
from typing import Optional

import betterproto
from betterproto import Message
from wechaty_grpc.wechaty import puppet as stubs

TYPE_STRING = betterproto.TYPE_STRING
SELECTED_EMPTY = b"\x1a\x00"  # field 3 set to "": betterproto 1.2.5 never writes an empty string


@dataclass(eq=False, repr=False)
class Nothing(Message):
    """No field at all; also reads any answer whose content does not matter."""


@dataclass(eq=False, repr=False)
class Identified(Message):
    """An id, and nothing else."""

    id: str = betterproto.string_field(1)


@dataclass(eq=False, repr=False)
class Data(Message):
    """A text that comes back as it was sent."""

    data: str = betterproto.string_field(1)


@dataclass(eq=False, repr=False)
class Chunk(Message):
    """A piece of a file."""

    chunk: bytes = betterproto.bytes_field(1)


@dataclass(eq=False, repr=False)
class Text(Message):
    """An answer that is one text: wrapped in field 1 on 0.x, plain in field 2 on 1.x."""

    wrapped: Optional[str] = betterproto.message_field(1, wraps=TYPE_STRING)  # noqa: UP045
    plain: str = betterproto.string_field(2)

    @property
    def value(self) -> str:
        """Return whichever of the two was sent, "" where none was."""
        return self.plain or self.wrapped or ""


@dataclass(eq=False, repr=False)
class Named(Message):
    """Reads (``text`` left out) or sets a text of a contact or a room."""

    id: str = betterproto.string_field(1)
    wrapped: Optional[str] = betterproto.message_field(2, wraps=TYPE_STRING)  # noqa: UP045
    text: str = betterproto.string_field(3)


def renaming(subject: str, text: str) -> Named:
    """Say that a text of a contact or room is to be set, also where it is to be emptied."""
    request = Named(id=subject, wrapped=text, text=text)
    if not text:
        request.__dict__["_unknown_fields"] = SELECTED_EMPTY
    return request


@dataclass(eq=False, repr=False)
class FriendRequest(Message):
    """Asks for a friendship; the room both are in goes into a field that upstream deprecated.

    Its successor (5) is spread as a protobuf object by gateway 1.19.9 and arrives empty.
    """

    contact_id: str = betterproto.string_field(1)
    hello: str = betterproto.string_field(2)
    room_id: Optional[str] = betterproto.message_field(3, wraps=TYPE_STRING)  # noqa: UP045


@dataclass(eq=False, repr=False)
class Stale(Message):
    """Something the gateway shall not remember any longer."""

    type: int = betterproto.int32_field(1)
    id: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Membership(Message):
    """A person and a room."""

    id: str = betterproto.string_field(1)
    contact_id: str = betterproto.string_field(2)
    invite_only: bool = betterproto.bool_field(3)


@dataclass(eq=False, repr=False)
class Forwarding(Message):
    """A message, and where it shall be said again."""

    message_id: str = betterproto.string_field(1)
    conversation_id: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Boxed(Message):
    """A file for a conversation, as the JSON of a FileBox."""

    conversation_id: str = betterproto.string_field(1)
    box: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Linked(Message):
    """A link for a conversation, as JSON: every gateway reads this field where 3 is not set."""

    conversation_id: str = betterproto.string_field(1)
    link: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Programmed(Message):
    """A mini-program for a conversation, as JSON: read like a link's, field 3 being left out."""

    conversation_id: str = betterproto.string_field(1)
    program: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Carded(Message):
    """A person's name card for a conversation."""

    conversation_id: str = betterproto.string_field(1)
    contact_id: str = betterproto.string_field(2)


@dataclass(eq=False, repr=False)
class Spoken(Message):
    """A text for a conversation, and whom it names."""

    conversation_id: str = betterproto.string_field(1)
    text: str = betterproto.string_field(2)
    mention_ids: list[str] = betterproto.string_field(3)  # noqa: RUF009


@dataclass(eq=False, repr=False)
class MessagePayload(Message):
    """A message as the gateway tells it; ``type`` is the TypeScript enum, not the proto's."""

    id: str = betterproto.string_field(1)
    filename: str = betterproto.string_field(2)
    text: str = betterproto.string_field(3)
    timestamp: int = betterproto.uint64_field(4)
    type: int = betterproto.int32_field(5)
    talker_id: str = betterproto.string_field(6)
    room_id: str = betterproto.string_field(7)
    listener_id: str = betterproto.string_field(8)
    mention_ids: list[str] = betterproto.string_field(9)  # noqa: RUF009


@dataclass(eq=False, repr=False)
class FriendshipPayload(Message):
    """A step of a friendship; ``type`` is one of ``Friendship``."""

    id: str = betterproto.string_field(1)
    contact_id: str = betterproto.string_field(2)
    hello: str = betterproto.string_field(3)
    type: int = betterproto.int32_field(4)


@dataclass(eq=False, repr=False)
class EventMessage(Message):
    """Something that happened: its kind, and a JSON object."""

    type: int = betterproto.int32_field(1)
    payload: str = betterproto.string_field(2)


ContactPayload = stubs.ContactPayloadResponse
InvitationPayload = stubs.RoomInvitationPayloadResponse
MemberPayload = stubs.RoomMemberPayloadResponse
RoomPayload = stubs.RoomPayloadResponse
FilePiece = stubs.MessageFileStreamResponse
FileStreamed = stubs.MessageSendFileStreamRequest
FileStreamedChunk = stubs.FileBoxChunk
Ids = stubs.ContactListResponse  # repeated ids in field 1: RoomList answers with the same
Members = stubs.RoomMemberListResponse
MemberQuery = stubs.RoomMemberPayloadRequest

CONTACT, ROOM, ROOM_MEMBER = 2, 3, 4  # kinds of payload that can be stale

EVENTS = {
    1: "heartbeat",
    2: "message",
    3: "dong",
    16: "error",
    17: "friendship",
    18: "room-invite",
    19: "room-join",
    20: "room-leave",
    21: "room-topic",
    22: "scan",
    23: "ready",
    24: "reset",
    25: "login",
    26: "logout",
    27: "dirty",
}
