"""Ways of reaching WeChat: the real gateway, and a town that lives in memory."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol, Self

from bot.message import Heard, Letter


@dataclass(frozen=True, slots=True)
class Attachment:
    """What came with a message: its name and its bytes."""

    name: str
    content: bytes


class Transport(Protocol):
    """What the bot needs from WeChat, and no more."""

    def events(self) -> AsyncIterator[Heard]:
        """Yield what happens, in the order it was heard, until the line is hung up for good.

        An event is handed on only when everything in it is known. A room is described
        (``RoomKnown``) before the first message from it.
        """
        ...

    async def send(self, letter: Letter) -> str:
        """Do what the letter says, and return WeChat's id of what was said ("" where none).

        Raises NotDelivered where nothing reached WeChat, Refused where it never will,
        Throttled where WeChat asks for silence, Unconfirmed where nobody can know.
        It never repeats by itself.
        """
        ...

    async def attachment(self, message: str) -> Attachment:
        """Fetch what came with a message; raises NotDelivered where it cannot be had."""
        ...

    async def __aenter__(self) -> Self: ...

    async def __aexit__(self, *_: object) -> None: ...
