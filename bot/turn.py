"""What a handler may touch while it answers one thing."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Self

from sqlmodel import Session, select

from bot.community.freebies import Freebies
from bot.desk import Desk
from bot.desk.incidents import Incidents
from bot.directory import Directory
from bot.message import Kind, Letter, Message, Purpose
from bot.notices import Notices
from bot.notices.signups import Signups
from bot.outbox import Outbox, pieces
from bot.storage.tables import Alert
from bot.timers import Timers

SERVICE = "service"  # the one timer of all service clocks: its key and its kind


@dataclass(frozen=True, slots=True)
class Mention:
    """Somebody addressed in a room; WeChat wants the name in the text and the id beside it."""

    contact: str
    name: str

    def __str__(self) -> str:
        """Write the mention as WeChat marks it: U+2005 ends the name."""
        return f"@{self.name}\u2005" if self.name else ""


@dataclass(frozen=True, slots=True)
class Address:
    """Where something is said: in a room, to these people by name, or to one person privately."""

    room: str | None = None
    contact: str | None = None
    mentions: tuple[Mention, ...] = ()

    @classmethod
    def of(cls, message: Message) -> Self:
        """Answer where a message was said."""
        if message.room is None:
            return cls(contact=message.sender.id)
        return cls(room=message.room)


@dataclass(frozen=True)
class Turn:
    """One transaction: what is written here becomes true together, or not at all."""

    session: Session
    account: int
    now: datetime

    @cached_property
    def desk(self) -> Desk:
        """The tickets."""
        return Desk(self.session, self.account, self.now, wake=self._look_at_clocks)

    @cached_property
    def incidents(self) -> Incidents:
        """The incidents."""
        return Incidents(self.session, self.account, self.now)

    @cached_property
    def notices(self) -> Notices:
        """The notices."""
        return Notices(self.session, self.account, self.now)

    @cached_property
    def signups(self) -> Signups:
        """The sign-ups."""
        prefer = Freebies(self.session, self.account, self.now).order
        return Signups(self.session, self.account, self.now, prefer)

    @cached_property
    def outbox(self) -> Outbox:
        """The letters."""
        return Outbox(self.session, self.account, self.now)

    @cached_property
    def timers(self) -> Timers:
        """The moments at which to be called."""
        return Timers(self.session, self.account, self.now)

    @cached_property
    def directory(self) -> Directory:
        """The rooms and people."""
        return Directory(self.session, self.account, self.now)

    def _look_at_clocks(self, at: datetime) -> None:
        ask = self.timers.set_by if at > self.now else self.timers.set
        ask(SERVICE, SERVICE, at=at)

    def mention(self, contact: str, *, otherwise: str = "") -> Mention:
        """Address somebody in a room by the name he is known by; an id is no name."""
        name = self.directory.name(contact)
        return Mention(contact, otherwise if name in ("", contact) else name)

    def say(
        self,
        to: Address,
        text: str,
        *,
        key: str,
        purpose: Purpose,
        ticket: int | None = None,
        data: Mapping[str, str] | None = None,
    ) -> None:
        """Write a letter, in as many pieces as WeChat needs, unless the key was used before.

        Mentions that the text does not hold are put before it. A later piece has the key of the
        first with its number behind.
        """
        missing = "".join(str(mention) for mention in to.mentions if str(mention) not in text)
        parts = pieces(missing + text)
        for number, part in enumerate(parts):
            letter = Letter(
                key=f"{key}:{number}" if number else key,
                room=to.room,
                contact=to.contact,
                text=part,
                mentions=() if number else tuple(mention.contact for mention in to.mentions),
                purpose=purpose,
                ticket=ticket,
                data={**(data or {}), "part": "last" if number == len(parts) - 1 else "more"},
            )
            self.outbox.put(letter)

    def herald(self, text: str, *, key: str) -> None:
        """Write a line for the group robot of WeCom; nothing that a member said belongs there."""
        wanted = select(Alert.id).where(Alert.account == self.account, Alert.key == key)
        if self.session.exec(wanted).first() is None:
            self.session.add(Alert(account=self.account, key=key, text=text, at=self.now))

    def pass_on(
        self,
        to: Address,
        file: str,
        kind: Kind,
        *,
        key: str,
        about: tuple[Purpose, int],
        data: Mapping[str, str] | None = None,
    ) -> None:
        """Write a letter that carries a picture or a file; ``about``: why, and which ticket."""
        letter = Letter(
            key=key,
            room=to.room,
            contact=to.contact,
            kind=kind,
            file=file,
            purpose=about[0],
            ticket=about[1],
            data=dict(data or {}),
        )
        self.outbox.put(letter)
