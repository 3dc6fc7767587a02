"""A town as a test moves it and a transport reaches it, whatever WeChat stands behind it."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Protocol

from bot.message import Contact, Do, Kind, RoomKnown
from bot.transports import Attachment, Transport
from bot.transports.memory import RoomPlan, Setting

BOT = Contact("bot", "小群")
ZHANG = Contact("zhang", "张三", friend=True)
LI = Contact("li", "李四", friend=False)
WANG = Contact("wang", "王五")
FANS = RoomPlan("fans@chatroom", "枕头粉丝一群", "bot", ("bot", "zhang", "li"))
OTHERS = RoomPlan("others@chatroom", "别人的群", "zhang", ("bot", "zhang"))
SMALL = Attachment("退款单.txt", "退款 1 元".encode())
LARGE = Attachment("枕头.bin", bytes(range(256)) * 20_000)
SETTING = Setting(BOT, (ZHANG, LI), (FANS, OTHERS))


@dataclass(frozen=True, slots=True)
class Reached:
    """Something the bot did that reached WeChat."""

    do: Do
    room: str | None = None
    contact: str | None = None
    text: str = ""
    mentions: tuple[str, ...] = ()
    file: Attachment | None = None
    request: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)  # by a link or a mini-program
    card: str = ""  # whose name card it is
    forwarded: str = ""  # the message whose picture or file it passes on


class Town(Protocol):
    """What happens in WeChat, done by hand."""

    def line(self) -> AbstractAsyncContextManager[Transport]:
        """Give the bot a transport into this town."""
        ...

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
        """Let somebody speak, and return the message's id."""
        ...

    def joins(self, room: str, person: Contact, inviter: str | None) -> None:
        """Let somebody come into a room."""
        ...

    def leaves(self, room: str, person: str, remover: str | None) -> None:
        """Let somebody leave a room."""
        ...

    def renames(self, room: str, topic: str, changer: str) -> None:
        """Give a room another name."""
        ...

    def invites(self, invitation: str, sender: str, room: str, topic: str) -> None:
        """Ask the bot into a room it does not know."""
        ...

    def requests_friendship(self, request: str, person: Contact, hello: str) -> None:
        """Ask for the bot's friendship."""
        ...

    def confirms(self, person: str) -> None:
        """Accept the bot's friend request."""
        ...

    def reached(self) -> list[Reached]:
        """List what reached WeChat."""
        ...

    def breaks(self) -> None:
        """Break the line."""
        ...

    async def mends(self) -> None:
        """Mend the line."""
        ...

    def throttles(self) -> None:
        """Answer everything with "too often"."""
        ...

    def loses_answers(self) -> None:
        """Deliver what is sent, and answer with an error that does not say so."""
        ...


MakeTown = Callable[[], Awaitable[Town]]


def ids(room: RoomKnown) -> set[str]:
    """Name the members of a room."""
    return {member.id for member in room.members}
