"""The bot's connection to the gateway, in the shape that python-wechaty expects of a puppet.

What python-wechaty asks is answered over the same connection; what it sends takes the same way as
the bot's own letters, after ``leave`` gave it leave to go.
"""

import base64
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from pyee.asyncio import AsyncIOEventEmitter
from wechaty_puppet import FileBox, MessagePayload, MessageType, Puppet, PuppetOptions

from bot.errors import NotDelivered
from bot.message import Do, Kind, Letter
from bot.transports import Attachment
from bot.transports.gateway import GatewayTransport
from bot.transports.gateway.client import GatewayClient
from bot.transports.gateway.wire import WireFault

Leave = Callable[[str], Awaitable[None]]
T = TypeVar("T")

REMEMBERED = 1_000  # own messages that can be read back without the gateway
# The gateway counts message types as TypeScript does, python-wechaty as the protocol does.
TYPES = {
    1: MessageType.MESSAGE_TYPE_ATTACHMENT,
    2: MessageType.MESSAGE_TYPE_AUDIO,
    3: MessageType.MESSAGE_TYPE_CONTACT,
    4: MessageType.MESSAGE_TYPE_CHAT_HISTORY,
    5: MessageType.MESSAGE_TYPE_EMOTICON,
    6: MessageType.MESSAGE_TYPE_IMAGE,
    7: MessageType.MESSAGE_TYPE_TEXT,
    8: MessageType.MESSAGE_TYPE_LOCATION,
    9: MessageType.MESSAGE_TYPE_MINI_PROGRAM,
    11: MessageType.MESSAGE_TYPE_TRANSFER,
    12: MessageType.MESSAGE_TYPE_RED_ENVELOPE,
    13: MessageType.MESSAGE_TYPE_RECALLED,
    14: MessageType.MESSAGE_TYPE_URL,
    15: MessageType.MESSAGE_TYPE_VIDEO,
}


class GatewayPuppet(Puppet):  # type: ignore[misc]
    """A puppet on a connection that somebody else keeps: starting and stopping it do nothing."""

    def __init__(self, transport: GatewayTransport, *, leave: Leave) -> None:
        super().__init__(PuppetOptions(), "gateway")
        self._transport = transport
        self._ask = transport.client
        self._leave = leave
        self._emitter = AsyncIOEventEmitter()
        self._own: OrderedDict[str, MessagePayload] = OrderedDict()

    def on(self, event_name: str, caller: Callable[..., Any]) -> None:
        """Call somebody when the puppet itself has to tell something, which it never has."""
        self._emitter.on(event_name, caller)

    def listener_count(self, event_name: str) -> int:
        """Count those who would be called."""
        return len(self._emitter.listeners(event_name))

    async def start(self) -> None:
        """Do nothing: the connection is there."""

    async def stop(self) -> None:
        """Do nothing: the connection stays, and so does the account."""

    def self_id(self) -> str:
        """Return who is logged in; raises NotDelivered where nobody is."""
        if self._transport.account is None:
            raise NotDelivered("nobody is logged in at the gateway")
        return self._transport.account.id

    async def message_payload(self, message_id: str) -> MessagePayload:
        """Describe a message; an own one also where the gateway cannot read it back."""
        try:
            found = await self._ask.message(message_id)
        except WireFault:
            if message_id not in self._own:
                raise
            return self._own[message_id]
        return MessagePayload(
            id=message_id,
            filename=found.filename,
            text=found.text,
            timestamp=found.timestamp,
            type=TYPES.get(found.type, MessageType.MESSAGE_TYPE_UNSPECIFIED),
            from_id=found.talker_id,
            room_id=found.room_id,
            to_id=found.listener_id,
            mention_ids=list(found.mention_ids),
        )

    async def contact_payload(self, contact_id: str) -> Any:
        """Describe a person."""
        return await self._ask.contact(contact_id)

    async def contact_list(self) -> list[str]:
        """List the contacts of the account."""
        return await self._ask.contacts()

    async def contact_alias(self, contact_id: str, alias: str | None = None) -> str:
        """Read or set the name this account gave to a contact."""
        if alias is None:
            return await self._ask.alias(contact_id)
        await self._act(contact_id, lambda client: client.rename_contact(contact_id, alias))
        return alias

    async def room_payload(self, room_id: str) -> Any:
        """Describe a room."""
        return await self._ask.room(room_id)

    async def room_list(self) -> list[str]:
        """List the rooms of the account."""
        return await self._ask.rooms()

    async def room_search(self, query: Any = None) -> list[str]:
        """List the rooms of the account: python-wechaty filters them itself."""
        del query
        return await self._ask.rooms()

    async def room_members(self, room_id: str) -> list[str]:
        """List the people in a room."""
        return await self._ask.members(room_id)

    async def room_member_payload(self, room_id: str, contact_id: str) -> Any:
        """Describe a person the way a room knows them."""
        return await self._ask.member(room_id, contact_id)

    async def room_announce(self, room_id: str, announcement: str | None = None) -> str:
        """Read or set the announcement of a room."""
        if announcement is None:
            return await self._ask.announcement(room_id)
        await self._send(Letter("plug-in", Do.ANNOUNCE, room_id, text=announcement))
        return announcement

    async def room_topic(self, room_id: str, new_topic: str) -> None:
        """Give a room a new topic."""
        await self._act(room_id, lambda client: client.rename_room(room_id, new_topic))

    async def room_add(self, room_id: str, contact_id: str) -> None:
        """Bring somebody into a room."""
        await self._act(room_id, lambda client: client.add(room_id, contact_id))

    async def room_delete(self, room_id: str, contact_id: str) -> None:
        """Remove somebody from a room."""
        await self._send(Letter("plug-in", Do.REMOVE_MEMBER, room_id, contact_id))

    async def room_quit(self, room_id: str) -> None:
        """Leave a room."""
        await self._act(room_id, lambda client: client.quit(room_id))

    async def room_qr_code(self, room_id: str) -> str:
        """Return the text of the QR code that leads into a room."""
        return await self._ask.room_code(room_id)

    async def friendship_payload(self, friendship_id: str, payload: Any = None) -> Any:
        """Describe a step of a friendship."""
        del payload
        return await self._ask.friendship(friendship_id)

    async def friendship_accept(self, friendship_id: str) -> None:
        """Accept a request for friendship."""
        await self._send(Letter("plug-in", Do.ACCEPT_FRIEND, request=friendship_id))

    async def friendship_add(self, contact_id: str, hello: str) -> None:
        """Ask somebody for a friendship."""
        await self._send(Letter("plug-in", Do.ADD_FRIEND, contact=contact_id, text=hello))

    async def room_invitation_payload(self, room_invitation_id: str, payload: Any = None) -> Any:
        """Describe an invitation into a room."""
        del payload
        return await self._ask.invitation(room_invitation_id)

    async def room_invitation_accept(self, room_invitation_id: str) -> None:
        """Accept an invitation into a room."""
        await self._send(Letter("plug-in", Do.ACCEPT_INVITATION, request=room_invitation_id))

    async def message_send_text(
        self, conversation_id: str, message: str, mention_ids: list[str] | None = None
    ) -> str | None:
        """Say a text and return its id."""
        mentions = tuple(mention_ids or ())
        return await self._send(
            Letter("plug-in", room=conversation_id, text=message, mentions=mentions)
        )

    async def message_send_file(self, conversation_id: str, file: FileBox) -> str | None:
        """Send a file and return its id."""
        if url := getattr(file, "remoteUrl", None):
            letter = Letter("plug-in", room=conversation_id, kind=Kind.FILE, file=url)
            return await self._send(letter)
        unpacked = Attachment(file.name, _content(file))
        said = await self._act(
            conversation_id, lambda client: client.say_file(conversation_id, unpacked)
        )
        return self._remember(said, conversation_id, "")

    async def message_forward(self, to_id: str, message_id: str) -> str | None:
        """Say a message again somewhere else."""
        return await self._send(Letter("plug-in", room=to_id, file=f"message:{message_id}"))

    async def message_recall(self, message_id: str) -> bool:
        """Take a message of this account back."""
        await self._act(message_id, lambda client: client.recall(message_id))
        return True

    async def message_file(self, message_id: str) -> FileBox:
        """Fetch what came with a message."""
        file = await self._transport.attachment(message_id)
        return FileBox.from_base64(base64.b64encode(file.content), file.name)

    async def message_image(self, message_id: str, image_type: Any = None) -> FileBox:
        """Fetch the picture that came with a message, always in full size."""
        del image_type
        return await self.message_file(message_id)

    async def _send(self, letter: Letter) -> str | None:
        await self._leave(letter.target)
        said = await self._transport.send(letter)
        return self._remember(said, letter.target, letter.text)

    async def _act(self, target: str, deed: Callable[[GatewayClient], Awaitable[T]]) -> T:
        await self._leave(target)
        return await self._transport.act(deed)

    def _remember(self, said: str, conversation: str, text: str) -> str | None:
        """Keep what was said: python-wechaty reads it back and takes a failure for unsaid."""
        if not said:
            return None
        self._own[said] = _as_said(said, self.self_id(), conversation, text)
        while len(self._own) > REMEMBERED:
            self._own.popitem(last=False)
        return said


def _as_said(said: str, account: str, conversation: str, text: str) -> MessagePayload:
    """Describe an own message without asking the gateway."""
    room = conversation if conversation.endswith("@chatroom") else ""
    return MessagePayload(
        id=said,
        text=text,
        type=MessageType.MESSAGE_TYPE_TEXT,
        from_id=account,
        room_id=room,
        to_id="" if room else conversation,
        timestamp=int(time.time()),
        mention_ids=[],
    )


def _content(file: FileBox) -> bytes:
    """Take the bytes out of a FileBox, which keeps them under a name for each way of making it."""
    packed = getattr(file, "base64", None)
    if packed is not None:
        return base64.b64decode(packed)
    content: bytes = getattr(file, "buffer", None) or getattr(file, "stream", None) or b""
    return content
