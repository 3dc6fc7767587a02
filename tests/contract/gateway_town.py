"""The town behind a real gateway, reached through a stretch of network that can fail."""

import asyncio
import base64
import random
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from typing import Any

from bot.clock import SystemClock
from bot.message import Contact, Do, Kind
from bot.transports import Attachment, Transport
from bot.transports.gateway import GatewayTransport, Timing
from bot.transports.memory import Setting
from tests.contract.town import Reached
from tests.gateway.process import TOKEN, NodeGateway
from tests.gateway.proxy import Proxy

# Short where a test waits for it, long where haste would make a busy machine look like an outage.
BRISK = Timing(
    first_pause=0.05,
    longest_pause=0.5,
    retry_first=0.02,
    retry_longest=0.2,
    give_up=5,
    file_silence=2,
)
TYPES = {Kind.FILE: 1, Kind.VOICE: 2, Kind.IMAGE: 6, Kind.TEXT: 7, Kind.RECALLED: 13, Kind.LINK: 14}
CONFIRMED, RECEIVED = 1, 2


class GatewayTown:
    """A WeChat in another process, in another language, behind gRPC."""

    def __init__(self, gateway: NodeGateway, proxy: Proxy, setting: Setting) -> None:
        self.gateway = gateway
        self.proxy = proxy
        self._setting = setting

    def begin(self) -> None:
        """Begin the town anew; a gateway that was restarted knows nobody."""
        self.gateway.order("logout", {"why": "a new test"})
        self.gateway.order("begin", _setting(self._setting))
        self.gateway.order("login")

    def transport(self, *, token: str = TOKEN, timing: Timing = BRISK) -> GatewayTransport:
        """Make a transport that goes through the network."""
        certificate = self.gateway.certificate
        return GatewayTransport(
            f"127.0.0.1:{self.proxy.port}",
            token=token,
            tls=certificate is not None,
            ca=certificate.authority if certificate else None,
            clock=SystemClock(),
            random=random.Random(1),  # noqa: S311
            timing=timing,
        )

    def line(self) -> AbstractAsyncContextManager[Transport]:
        return self.transport()

    def says(  # noqa: PLR0913
        self,
        sender: str,
        text: str,
        room: str | None = None,
        *,
        to: str = "",
        kind: Kind = Kind.TEXT,
        mentions: tuple[str, ...] = (),
        attachment: Attachment | None = None,
        **more: object,
    ) -> str:
        body = {
            "talker": sender,
            "text": text,
            "room": room,
            "listener": to,
            "type": TYPES[kind],
            "mentions": mentions,
            **more,
        }
        if attachment is not None:
            body["file"] = _pack(attachment)
        return str(self.gateway.order("say", body))

    def joins(self, room: str, person: Contact, inviter: str | None) -> None:
        joining = {"room": room, "members": [_person(person)], "inviter": inviter}
        self.gateway.order("join", joining)

    def leaves(self, room: str, person: str, remover: str | None) -> None:
        self.gateway.order("leave", {"room": room, "members": [person], "remover": remover})

    def renames(self, room: str, topic: str, changer: str) -> None:
        self.gateway.order("rename", {"room": room, "topic": topic, "changer": changer})

    def invites(self, invitation: str, sender: str, room: str, topic: str) -> None:
        asked = {"invitation": invitation, "sender": sender, "room": room, "topic": topic}
        self.gateway.order("invite", asked)

    def requests_friendship(self, request: str, person: Contact, hello: str) -> None:
        step = {"friendship": request, "contact": _person(person), "hello": hello, "type": RECEIVED}
        self.gateway.order("befriend", step)

    def confirms(self, person: str) -> None:
        self.gateway.order("befriend", {"contact": {"id": person}, "type": CONFIRMED})

    def renumbers(self, people: Mapping[str, str]) -> None:
        """Let a new log-in call people by other ids, as a web protocol does."""
        self.gateway.order("logout", {"why": "a new log-in"})
        self.gateway.order("renumber", {"people": people})
        self.gateway.order("login")

    def estranges(self, person: str) -> None:
        """Let somebody delete the bot, which nobody tells it."""
        self.gateway.order("estrange", {"contact": person})

    def reached(self) -> list[Reached]:
        return [_reached(done) for done in self.gateway.order("sent")]

    async def until_said(self, count: int) -> None:
        """Wait until the bot did so many things."""
        await asyncio.to_thread(self.gateway.order, "did", {"count": count})

    def breaks(self) -> None:
        self.proxy.close()

    async def mends(self) -> None:
        await self.proxy.open()

    def throttles(self) -> None:
        self.gateway.order("ways", {"refuse": "操作过于频繁，请稍后再试"})

    def loses_answers(self) -> None:
        self.gateway.order("ways", {"answer": "the message that was sent cannot be found"})


def _setting(setting: Setting) -> dict[str, Any]:
    return {
        "bot": _person(setting.bot),
        "contacts": [_person(person) for person in setting.people],
        "rooms": [
            {"id": room.id, "topic": room.topic, "owner": room.owner, "members": room.members}
            for room in setting.rooms
        ],
    }


def _person(contact: Contact) -> dict[str, Any]:
    return {"id": contact.id, "name": contact.name, "friend": bool(contact.friend)}


def _pack(file: Attachment) -> dict[str, str]:
    return {"name": file.name, "base64": base64.b64encode(file.content).decode()}


def _reached(done: Mapping[str, Any]) -> Reached:
    where = done.get("conversation")
    room = where if where and where.endswith("@chatroom") else done.get("room")
    packed = done.get("file")
    return Reached(
        do=Do(done["do"]),
        room=room,
        contact=None if where and room else where or done.get("contact"),
        text=done.get("text") or done.get("hello") or "",
        mentions=tuple(done.get("mentions") or ()),
        file=Attachment(packed["name"], base64.b64decode(packed["base64"])) if packed else None,
        request=done.get("request") or done.get("invitation") or "",
        shown=done.get("link") or done.get("program") or {},
        card=done.get("contact", "") if done["do"] == Do.SAY else "",
        forwarded=done.get("forwarded", ""),
    )
