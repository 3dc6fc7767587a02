"""The town that lives in memory."""

from contextlib import AbstractAsyncContextManager
from datetime import datetime

from bot.clock import SystemClock
from bot.message import CARRIES_FILE, Contact, Kind, Letter
from bot.transports import Attachment, Transport
from bot.transports.memory import MemoryWeChat, Setting, World
from bot.transports.memory.people import More
from tests.contract.town import Reached

CARDS = (Kind.LINK, Kind.MINI_PROGRAM)


class MemoryTown:
    """A WeChat in this process."""

    def __init__(self, setting: Setting) -> None:
        self._world = World(setting)
        self._wechat = MemoryWeChat(self._world, SystemClock(), on_delivery=self._note)
        self._reached: list[Reached] = []

    def line(self) -> AbstractAsyncContextManager[Transport]:
        return self._wechat

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
    ) -> str:
        more: More = {"to": to, "kind": kind, "mentions": mentions}
        if attachment is not None:
            more["attachment"] = attachment
        return self._wechat.says(sender, text, room, **more).id

    def joins(self, room: str, person: Contact, inviter: str | None) -> None:
        self._wechat.joins(room, [person], inviter)

    def leaves(self, room: str, person: str, remover: str | None) -> None:
        self._wechat.leaves(room, [person], remover)

    def renames(self, room: str, topic: str, changer: str) -> None:
        self._wechat.renames(room, topic, changer)

    def invites(self, invitation: str, sender: str, room: str, topic: str) -> None:
        self._wechat.invites(invitation, sender, room, topic)

    def requests_friendship(self, request: str, person: Contact, hello: str) -> None:
        self._wechat.requests_friendship(request, person, hello)

    def confirms(self, person: str) -> None:
        self._wechat.confirms(person)

    def reached(self) -> list[Reached]:
        return list(self._reached)

    def breaks(self) -> None:
        self._wechat.down()

    async def mends(self) -> None:
        self._wechat.up()

    def throttles(self) -> None:
        self._wechat.throttle(60)

    def loses_answers(self) -> None:
        self._wechat.lose_acks(1)

    def _note(self, letter: Letter, _at: datetime) -> None:
        file = None
        if letter.kind in CARRIES_FILE:
            said = self._world.history(letter.room or letter.contact or "")[-1]
            file = self._world.attachment(said.id)
        self._reached.append(
            Reached(
                letter.do,
                letter.room,
                letter.contact,
                "" if letter.kind in CARDS else letter.text,
                letter.mentions,
                file,
                letter.request,
                {"title": letter.text, **letter.data} if letter.kind in CARDS else {},
            )
        )
