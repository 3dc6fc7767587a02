"""From a letter to the calls that carry it out; a failed call becomes what it means for it."""

import asyncio
import re
from collections.abc import Awaitable, Callable
from pathlib import Path, PurePosixPath
from urllib.parse import unquote, urlsplit

from bot.errors import NotDelivered, Refusal, Refused, Unconfirmed
from bot.message import Do, Kind, Letter
from bot.transports import Attachment
from bot.transports.gateway.client import GatewayClient
from bot.transports.gateway.faults import judge
from bot.transports.gateway.wire import WireFault

LONGEST_TEXT = 2_000  # characters; WeChat refuses longer ones
WEB = re.compile(r"https?://", re.IGNORECASE)
EARLIER = "message:"
# What of a letter's data belongs on a card, in the gateway's own words.
LINK = ("url", "description", "thumbnailUrl")
PROGRAM = ("appid", "username", "pagePath", "description", "thumbUrl")


class Post:
    """Carries letters out; makes each call that changes something at most once."""

    def __init__(self, client: GatewayClient) -> None:
        self._client = client
        self._errands: dict[Do, Callable[[Letter], Awaitable[str]]] = {
            Do.SAY: self._say,
            Do.ACCEPT_INVITATION: self._accept_invitation,
            Do.ACCEPT_FRIEND: self._accept_friend,
            Do.ADD_FRIEND: self._add_friend,
            Do.REMOVE_MEMBER: self._remove_member,
            Do.ANNOUNCE: self._announce,
        }

    async def deliver(self, letter: Letter) -> str:
        """Do what the letter says; raises what Transport.send raises."""
        try:
            return await self._errands[letter.do](letter)
        except WireFault as fault:
            raise judge(fault) from None

    async def _say(self, letter: Letter) -> str:
        target = letter.room or letter.contact or ""
        if letter.kind is Kind.LINK and letter.data.get("url"):
            return await self._client.say_link(target, _card(letter, LINK))
        if letter.kind is Kind.MINI_PROGRAM and letter.data.get("appid"):
            return await self._client.say_program(target, _card(letter, PROGRAM))
        if letter.kind is Kind.CARD and letter.data.get("card"):
            return await self._client.say_card(target, letter.data["card"])
        if not letter.file:
            return await self._say_text(target, letter)
        if not letter.text:
            return await self._say_file(target, letter.file)
        said = await self._say_text(target, letter)
        return await self._complete(target, letter, said)

    async def _complete(self, target: str, letter: Letter, said: str) -> str:
        """Send the file of a letter whose words are said: it must not begin again now."""
        try:
            await self._say_file(target, letter.file)
        except (WireFault, NotDelivered) as fault:
            raise Unconfirmed(f"the words were said as {said}, the file was not: {fault}") from None
        return said

    async def _say_text(self, target: str, letter: Letter) -> str:
        if len(letter.text) > LONGEST_TEXT:
            raise Refused(Refusal.TOO_LONG, f"{len(letter.text)} characters")
        return await self._client.say(target, letter.text, list(letter.mentions))

    async def _say_file(self, target: str, file: str) -> str:
        if file.startswith(EARLIER):
            return await self._say_again(target, file.removeprefix(EARLIER))
        if WEB.match(file):
            name = unquote(PurePosixPath(urlsplit(file).path).name) or "file"
            return await self._client.say_url_file(target, name, file)
        return await self._client.say_file(target, await _open(Path(file)))

    async def _say_again(self, target: str, message: str) -> str:
        """Forward what came with a message, or fetch and send it where forwarding is unknown."""
        try:
            return await self._client.forward(target, message)
        except WireFault as fault:
            trouble = judge(fault)
            if not (isinstance(trouble, Refused) and trouble.why is Refusal.UNSUPPORTED):
                raise
        try:
            file = await self._client.attachment(message)
        except WireFault as fault:
            raise NotDelivered(str(fault)) from None
        return await self._client.say_file(target, file)

    async def _accept_invitation(self, letter: Letter) -> str:
        await self._client.accept_invitation(letter.request)
        return ""

    async def _accept_friend(self, letter: Letter) -> str:
        await self._client.accept_friend(letter.request)
        return ""

    async def _add_friend(self, letter: Letter) -> str:
        await self._client.befriend(letter.contact or "", letter.text, letter.room)
        return ""

    async def _remove_member(self, letter: Letter) -> str:
        await self._client.remove(letter.room or "", letter.contact or "")
        return ""

    async def _announce(self, letter: Letter) -> str:
        await self._client.announce(letter.room or "", letter.text)
        return ""


def _card(letter: Letter, keys: tuple[str, ...]) -> dict[str, str]:
    return {"title": letter.text} | {key: letter.data[key] for key in keys if key in letter.data}


async def _open(path: Path) -> Attachment:
    try:
        return Attachment(path.name, await asyncio.to_thread(path.read_bytes))
    except OSError as error:
        raise Refused(Refusal.GONE, f"{path}: {error.strerror}") from None
