"""What the gateway can be told to do, by name; every call has a deadline and raises WireFault."""

import base64
import json
from collections.abc import AsyncGenerator, Iterator
from typing import Any

from grpclib.const import Status

from bot.transports import Attachment
from bot.transports.gateway import messages as say
from bot.transports.gateway.inquiries import Inquiries
from bot.transports.gateway.wire import WireFault

INLINE = 20_000  # bytes; a small file travels within the request, a larger one ahead of it
PIECE = 65_536  # bytes


class GatewayClient(Inquiries):
    """Every call this program makes, over one connection that is opened when it is needed."""

    def hang_up(self) -> None:
        """Break the connection; the next call opens a new one."""
        self._wire.hang_up()

    def events(self) -> AsyncGenerator[say.EventMessage, None]:
        """Yield what happens; the gateway keeps nothing for those who are not listening."""
        return self._wire.stream(
            "Event", say.Nothing(), say.EventMessage, opened_within=self._timing.connect
        )

    async def version(self, *, within: float | None = None) -> str:
        """Return the name and version of the puppet."""
        seconds = within or self._timing.deadline
        answer = await self._wire.unary("Version", say.Nothing(), say.Identified, within=seconds)
        return answer.id

    async def ding(self, *, within: float) -> None:
        """Ask for a dong, which comes as an event."""
        await self._wire.unary("Ding", say.Data(data="alive"), say.Nothing, within=within)

    async def start(self, *, within: float | None = None) -> None:
        """Start the puppet; harmless where it runs."""
        seconds = within or self._timing.deadline
        await self._wire.unary("Start", say.Nothing(), say.Nothing, within=seconds)

    async def stop(self) -> None:
        """Stop the puppet, which frees the event stream for the next one who asks."""
        await self._do("Stop", say.Nothing(), say.Nothing)

    async def say(self, conversation: str, text: str, mentions: list[str]) -> str:
        """Say a text and return its id, "" where the puppet tells none."""
        sayable = text.encode("utf-8", "replace").decode()
        spoken = say.Spoken(conversation_id=conversation, text=sayable, mention_ids=mentions)
        return (await self._do("MessageSendText", spoken, say.Text)).value

    async def say_card(self, conversation: str, contact: str) -> str:
        """Send a person's name card and return the message's id."""
        carded = say.Carded(conversation_id=conversation, contact_id=contact)
        return (await self._do("MessageSendContact", carded, say.Text)).value

    async def say_link(self, conversation: str, link: dict[str, str]) -> str:
        """Say a link and return its id."""
        linked = say.Linked(conversation_id=conversation, link=json.dumps(link))
        return (await self._do("MessageSendUrl", linked, say.Text)).value

    async def say_program(self, conversation: str, program: dict[str, str]) -> str:
        """Send a mini-program's card and return the id of the message, "" where none is told."""
        programmed = say.Programmed(conversation_id=conversation, program=json.dumps(program))
        return (await self._do("MessageSendMiniProgram", programmed, say.Text)).value

    async def forward(self, conversation: str, message: str) -> str:
        """Say a message again somewhere else and return the new id."""
        forwarding = say.Forwarding(message_id=message, conversation_id=conversation)
        return (await self._do("MessageForward", forwarding, say.Text)).value

    async def say_url_file(self, conversation: str, name: str, url: str) -> str:
        """Send a file that the gateway fetches itself."""
        # 0.x reads `url` and `boxType`, 1.x `remoteUrl` and `type`.
        box = {"type": 2, "boxType": 2, "name": name, "url": url, "remoteUrl": url, "metadata": {}}
        return await self._send_box(conversation, box)

    async def say_file(self, conversation: str, file: Attachment) -> str:
        """Send a file and return its id."""
        if len(file.content) <= INLINE:
            content = base64.b64encode(file.content).decode()
            box = {"type": 1, "boxType": 1, "name": file.name, "base64": content, "metadata": {}}
            return await self._send_box(conversation, box)
        try:
            uuid = await self._upload(file.content)
        except WireFault as fault:
            if fault.status is not Status.UNIMPLEMENTED:
                # Nothing was said yet, whatever became of the bytes.
                raise WireFault(fault.rpc, fault.sentence, written=False) from None
            return await self._send_streamed(conversation, file)
        box = {"type": 7, "boxType": 7, "name": file.name, "uuid": uuid, "metadata": {}}
        box["size"] = len(file.content)
        return await self._send_box(conversation, box)

    async def befriend(self, contact: str, hello: str, room: str | None) -> None:
        """Ask somebody for a friendship, through the room both are in."""
        request = say.FriendRequest(contact_id=contact, hello=hello, room_id=room or None)
        await self._do("FriendshipAdd", request, say.Nothing)

    async def accept_friend(self, friendship: str) -> None:
        """Accept a request for friendship."""
        await self._do("FriendshipAccept", say.Identified(id=friendship), say.Nothing)

    async def accept_invitation(self, invitation: str) -> None:
        """Accept an invitation into a room."""
        await self._do("RoomInvitationAccept", say.Identified(id=invitation), say.Nothing)

    async def remove(self, room: str, contact: str) -> None:
        """Remove somebody from a room."""
        await self._do("RoomDel", say.Membership(id=room, contact_id=contact), say.Nothing)

    async def add(self, room: str, contact: str) -> None:
        """Bring somebody into a room."""
        await self._do("RoomAdd", say.Membership(id=room, contact_id=contact), say.Nothing)

    async def announce(self, room: str, text: str) -> None:
        """Set the announcement of a room."""
        await self._do("RoomAnnounce", say.renaming(room, text), say.Nothing)

    async def rename_room(self, room: str, topic: str) -> None:
        """Give a room a new topic."""
        await self._do("RoomTopic", say.renaming(room, topic), say.Nothing)

    async def rename_contact(self, contact: str, alias: str) -> None:
        """Give a contact a name that only this account sees."""
        await self._do("ContactAlias", say.renaming(contact, alias), say.Nothing)

    async def recall(self, message: str) -> None:
        """Take a message of this account back."""
        await self._do("MessageRecall", say.Identified(id=message), say.Nothing)

    async def quit(self, room: str) -> None:
        """Leave a room."""
        await self._do("RoomQuit", say.Identified(id=room), say.Nothing)

    async def _send_box(self, conversation: str, box: dict[str, Any]) -> str:
        boxed = say.Boxed(conversation_id=conversation, box=json.dumps(box))
        within = self._timing.file_deadline
        return (await self._wire.unary("MessageSendFile", boxed, say.Text, within=within)).value

    async def _upload(self, content: bytes) -> str:
        chunks = [say.Chunk(chunk=piece) for piece in _pieces(content)]
        within = self._timing.file_deadline
        return (await self._wire.upload("Upload", chunks, say.Identified, within=within)).id

    async def _send_streamed(self, conversation: str, file: Attachment) -> str:
        """Send a larger file to a gateway of 0.x, which knows no upload."""
        box = say.FileStreamedChunk
        requests = [
            say.FileStreamed(conversation_id=conversation),
            say.FileStreamed(file_box_chunk=box(name=file.name)),
            *(say.FileStreamed(file_box_chunk=box(data=piece)) for piece in _pieces(file.content)),
        ]
        within = self._timing.file_deadline
        return (
            await self._wire.upload("MessageSendFileStream", requests, say.Text, within=within)
        ).value


def _pieces(content: bytes) -> Iterator[bytes]:
    for start in range(0, len(content), PIECE):
        yield content[start : start + PIECE]
