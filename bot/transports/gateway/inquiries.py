"""What the gateway knows, by name; every question has a deadline and raises WireFault."""

import asyncio
import json
from collections.abc import Awaitable
from typing import Any, TypeVar

from betterproto import Message

from bot.transports import Attachment
from bot.transports.gateway import messages as say
from bot.transports.gateway.timing import Timing
from bot.transports.gateway.wire import Address, Wire, WireFault

AT_ONCE = 32  # questions under way at the same time

Answer = TypeVar("Answer", bound=Message)


class Inquiries:
    """The questions this program asks; asking changes nothing, so asking again is safe."""

    def __init__(self, address: Address, timing: Timing) -> None:
        self._wire = Wire(address)
        self._timing = timing
        self._places = asyncio.Semaphore(AT_ONCE)

    async def message(self, message: str) -> say.MessagePayload:
        """Describe a message."""
        return await self._read("MessagePayload", say.Identified(id=message), say.MessagePayload)

    async def contact(self, contact: str) -> Any:
        """Describe a person."""
        return await self._read("ContactPayload", say.Identified(id=contact), say.ContactPayload)

    async def ask_contact_anew(self, contact: str) -> None:
        """Make the gateway forget what it remembers of a person."""
        await self._do("DirtyPayload", say.Stale(type=say.CONTACT, id=contact), say.Nothing)

    async def contacts(self) -> list[str]:
        """List the contacts of the account."""
        return list((await self._read("ContactList", say.Nothing(), say.Ids)).ids)

    async def member(self, room: str, contact: str) -> Any:
        """Describe a person the way a room knows them."""
        query = say.MemberQuery(id=room, member_id=contact)
        return await self._read("RoomMemberPayload", query, say.MemberPayload)

    async def room(self, room: str) -> Any:
        """Describe a room."""
        return await self._read("RoomPayload", say.Identified(id=room), say.RoomPayload)

    async def rooms(self) -> list[str]:
        """List the rooms of the account."""
        return list((await self._read("RoomList", say.Nothing(), say.Ids)).ids)

    async def members(self, room: str) -> list[str]:
        """List the people in a room."""
        answer = await self._read("RoomMemberList", say.Identified(id=room), say.Members)
        return list(answer.member_ids)

    async def friendship(self, friendship: str) -> say.FriendshipPayload:
        """Describe a step of a friendship."""
        query = say.Identified(id=friendship)
        return await self._read("FriendshipPayload", query, say.FriendshipPayload)

    async def invitation(self, invitation: str) -> Any:
        """Describe an invitation into a room."""
        query = say.Identified(id=invitation)
        return await self._read("RoomInvitationPayload", query, say.InvitationPayload)

    async def link(self, message: str) -> dict[str, Any]:
        """Return what a link consists of: ``url``, ``title``, ``description``."""
        answer = await self._read("MessageUrl", say.Identified(id=message), say.Data)
        link = json.loads(answer.data or "{}")
        return link if isinstance(link, dict) else {}

    async def announcement(self, room: str) -> str:
        """Return the announcement of a room."""
        return (await self._read("RoomAnnounce", say.Named(id=room), say.Text)).value

    async def alias(self, contact: str) -> str:
        """Return the name this account gave to a contact."""
        return (await self._read("ContactAlias", say.Named(id=contact), say.Text)).value

    async def room_code(self, room: str) -> str:
        """Return the text of the QR code that leads into a room."""
        return (await self._read("RoomQRCode", say.Identified(id=room), say.Identified)).id

    async def attachment(self, message: str) -> Attachment:
        """Fetch the file that came with a message, whatever its size."""
        return await asyncio.create_task(self._gather(message), name=f"file of {message}")

    async def _read(self, rpc: str, request: Message, answer: type[Answer]) -> Answer:
        async with self._places:
            return await self._do(rpc, request, answer)

    def _do(self, rpc: str, request: Message, answer: type[Answer]) -> Awaitable[Answer]:
        return self._wire.unary(rpc, request, answer, within=self._timing.deadline)

    async def _gather(self, message: str) -> Attachment:
        """Put a file together; to be run as a task of its own, see Wire.stream."""
        silence, loop = self._timing.file_silence, asyncio.get_running_loop()
        name, content = "", bytearray()
        pieces = self._wire.stream(
            "MessageFileStream",
            say.Identified(id=message),
            say.FilePiece,
            opened_within=self._timing.connect,
        )
        try:
            async with asyncio.timeout(silence) as patience:
                async for piece in pieces:
                    patience.reschedule(loop.time() + silence)
                    name = piece.file_box_chunk.name or name
                    content += piece.file_box_chunk.data
        except TimeoutError:
            # A gateway of 1.19 that cannot fetch a file never says so: it stays silent.
            raise WireFault("MessageFileStream", "no answer", written=True) from None
        return Attachment(name or message, bytes(content))
