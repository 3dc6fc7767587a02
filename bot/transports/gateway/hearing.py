"""From an event of the gateway to what it means, once everything in it is known."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from bot.clock import Clock
from bot.message import (
    Befriended,
    Contact,
    Departed,
    FriendRequested,
    Heard,
    Invited,
    Joined,
    Kind,
    LoggedIn,
    LoggedOut,
    Message,
    Named,
    RoomKnown,
    TopicChanged,
)
from bot.transports.gateway import messages as say
from bot.transports.gateway.directory import Directory, Room
from bot.transports.gateway.inquiries import Inquiries
from bot.transports.gateway.patience import Patience
from bot.transports.gateway.timing import Timing
from bot.transports.gateway.translation import (
    Malformed,
    instant,
    kind_of,
    one,
    perhaps,
    some,
    unquote,
    when,
)
from bot.transports.gateway.wire import WireFault

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
CONFIRMED, RECEIVED = 1, 2  # steps of a friendship
WAITING_FOR_SCAN = 2


class Hearing:
    """Finds out what an event is about, asking again where an answer does not come.

    ``account`` is who is logged in, None where nobody is.
    """

    def __init__(
        self,
        inquiries: Inquiries,
        *,
        clock: Clock,
        random: random.Random,
        timing: Timing,
    ) -> None:
        self.account: Contact | None = None
        self._inquiries = inquiries
        self._directory = Directory(inquiries, timing)
        self._clock = clock
        self._patience = Patience(random, timing)
        self._scan_told = False
        self._introduced: dict[str, Contact] = {}
        self._kinds: dict[str, Callable[[Payload], Awaitable[Sequence[Heard]]]] = {
            "login": self._login,
            "logout": self._logout,
            "scan": self._scan,
            "message": self._message,
            "room-join": self._room_join,
            "room-leave": self._room_leave,
            "room-topic": self._room_topic,
            "room-invite": self._room_invite,
            "friendship": self._friendship,
        }

    def notice(self, name: str, payload: Payload) -> None:
        """Let go, at once and in order, of what an event makes untrue."""
        if name in ("room-join", "room-leave", "room-topic"):
            self._directory.room_changed(perhaps(payload, "roomId") or "")
        elif name == "dirty":
            self._notice_dirt(payload)
        elif name == "logout":
            self.account = None
        elif name == "login" and (account := perhaps(payload, "contactId")):
            self.account = Contact(account)
            self._scan_told = False
            self._directory.everything_changed()  # ids may be other ones after a log-in

    def missed_some(self) -> None:
        """Let go of everything: events were missed."""
        self._directory.everything_changed()

    async def understand(self, name: str, payload: Payload) -> Sequence[Heard]:
        """Say what an event means; nothing where it means nothing or cannot be understood."""
        understand = self._kinds.get(name)
        if understand is None:
            return ()
        try:
            return await self._patience.until_answered(lambda: understand(payload))
        except Malformed as fault:
            log.warning("a %s event is malformed (%s), skipped", name, fault)
        except WireFault as fault:
            log.error("a %s event is LOST, %s: %s", name, _ids(payload), fault)  # noqa: TRY400
        return ()

    async def rooms(self) -> Sequence[Heard]:
        """Describe every room of the account."""
        try:
            ids = await self._patience.until_answered(self._directory.rooms)
        except WireFault as fault:
            log.error("the rooms of the account cannot be listed: %s", fault)  # noqa: TRY400
            return ()
        found = await asyncio.gather(*(self._describe_if_possible(room) for room in ids))
        return [room for room in found if room is not None]

    def _notice_dirt(self, payload: Payload) -> None:
        stale = perhaps(payload, "payloadId") or ""
        kind = payload.get("payloadType")
        if kind == say.CONTACT:
            self._directory.person_changed(stale)
        elif kind in (say.ROOM, say.ROOM_MEMBER):
            self._directory.room_changed(stale)

    async def _login(self, payload: Payload) -> Sequence[Heard]:
        account = await self._directory.person(one(payload, "contactId"))
        return [LoggedIn(account, self._clock())]

    async def _logout(self, payload: Payload) -> Sequence[Heard]:
        return [LoggedOut(str(payload.get("data") or "logout"), self._clock())]

    async def _scan(self, payload: Payload) -> Sequence[Heard]:
        if payload.get("status") != WAITING_FOR_SCAN or self._scan_told:
            return []
        self._scan_told = True
        return [LoggedOut("需要扫码登录，二维码在网关的终端上", self._clock())]

    async def _message(self, payload: Payload) -> Sequence[Heard]:
        found = await self._inquiries.message(one(payload, "messageId"))
        if not found.talker_id:
            raise Malformed(f"message {found.id} of nobody")
        room = found.room_id or None
        before = [await self._describe(room)] if room else []
        sender = await self._directory.person(found.talker_id, room=room)
        own = self.account is not None and self.account.id == found.talker_id
        message = Message(
            id=one(payload, "messageId"),
            sender=sender,
            text=found.text,
            at=instant(found.timestamp, otherwise=self._clock()),
            room=room,
            kind=kind_of(found.type),
            mentions=tuple(found.mention_ids),
            own=own,
            listener="" if room else found.listener_id,
        )
        return [*before, *self._introduce(sender), await self._complete(message, found)]

    def _introduce(self, person: Contact) -> Sequence[Heard]:
        """Name who speaks, where that was not told yet: a room is described without names."""
        if not person.name or self._introduced.get(person.id) == person:
            return ()
        self._introduced[person.id] = person
        return (Named(person, self._clock()),)

    async def _complete(self, message: Message, found: say.MessagePayload) -> Message:
        """Put in what its kind makes of a message; the raw XML of WeChat stays outside."""
        if message.kind is Kind.TEXT:
            said, quoted = unquote(message.text)
            return replace(message, text=said, quote_text=quoted)
        if message.kind is Kind.LINK:
            return await self._with_link(message)
        if message.kind is Kind.RECALLED:
            return replace(message, text="", quote=message.text or None)
        return replace(message, text=found.filename if message.kind is Kind.FILE else "")

    async def _with_link(self, message: Message) -> Message:
        try:
            link = await self._inquiries.link(message.id)
        except (WireFault, ValueError):
            log.warning("what message %s links to cannot be read", message.id)
            link = {}
        title = " ".join(str(link[key]) for key in ("title", "description") if link.get(key))
        return replace(message, text=title, url=str(link.get("url") or ""))

    async def _room_join(self, payload: Payload) -> Sequence[Heard]:
        room, ids = one(payload, "roomId"), some(payload, "inviteeIdList")
        before = await self._describe(room)
        people = await asyncio.gather(*(self._directory.person(it, room=room) for it in ids))
        inviter, at = perhaps(payload, "inviterId"), when(payload, otherwise=self._clock())
        return [before, Joined(room, tuple(people), inviter, at)]

    async def _room_leave(self, payload: Payload) -> Sequence[Heard]:
        room, ids = one(payload, "roomId"), some(payload, "removeeIdList")
        # A room that the bot itself was removed from can no longer be described.
        before = await self._describe_if_possible(room)
        remover, at = perhaps(payload, "removerId"), when(payload, otherwise=self._clock())
        departed = Departed(room, ids, remover, at)
        return [before, departed] if before else [departed]

    async def _room_topic(self, payload: Payload) -> Sequence[Heard]:
        room, topic = one(payload, "roomId"), payload.get("newTopic")
        if not isinstance(topic, str):
            raise Malformed("no newTopic")
        before = await self._describe(room)
        changer, at = perhaps(payload, "changerId"), when(payload, otherwise=self._clock())
        return [before, TopicChanged(room, topic, changer, at)]

    async def _room_invite(self, payload: Payload) -> Sequence[Heard]:
        invitation = one(payload, "roomInvitationId")
        found = await self._inquiries.invitation(invitation)
        sender = await self._directory.person(found.inviter_id)
        at = instant(found.timestamp, otherwise=self._clock())
        return [Invited(invitation, sender, None, found.topic, at)]

    async def _friendship(self, payload: Payload) -> Sequence[Heard]:
        friendship = one(payload, "friendshipId")
        found = await self._inquiries.friendship(friendship)
        if found.type not in (CONFIRMED, RECEIVED):
            log.info("friendship %s is at step %d, nothing to do", friendship, found.type)
            return []
        if not found.contact_id:
            raise Malformed(f"friendship {friendship} with nobody")
        person = await self._directory.person_anew(found.contact_id)
        if found.type == CONFIRMED:
            return [Befriended(replace(person, friend=True), self._clock())]
        return [FriendRequested(friendship, person, found.hello, self._clock())]

    async def _describe(self, room: str) -> RoomKnown:
        return self._known(await self._directory.room(room))

    async def _describe_if_possible(self, room: str) -> RoomKnown | None:
        try:
            return await self._describe(room)
        except WireFault as fault:
            log.warning("room %s cannot be described: %s", room, fault)
            return None

    def _known(self, room: Room) -> RoomKnown:
        members = tuple(self._directory.known(member) for member in room.members)
        return RoomKnown(room.id, room.topic, room.owner, members, self._clock())


def _ids(payload: Payload) -> str:
    """Name what an event was about, without its words."""
    return " ".join(f"{key}={value}" for key, value in payload.items() if key.endswith("Id"))
