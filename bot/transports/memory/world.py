"""The people, groups, friendships and talk of a WeChat that lives in this process."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from itertools import count
from pathlib import Path

from bot.errors import BotError
from bot.message import CARRIES_FILE, Contact, Message, RoomKnown
from bot.transports import Attachment

HISTORY = 500  # messages kept of each conversation; older ones can neither be read nor quoted


class NotPossible(BotError):  # noqa: N818
    """WeChat does not let a person do this; the text says why, in Chinese, to who tried."""


@dataclass(frozen=True, slots=True)
class RoomPlan:
    """A group as it stands when the world begins."""

    id: str
    topic: str
    owner: str
    members: tuple[str, ...]
    admins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Setting:
    """Everything that is there when the world begins."""

    bot: Contact
    people: tuple[Contact, ...] = ()
    rooms: tuple[RoomPlan, ...] = ()


@dataclass(slots=True)
class Room:
    """A group now; ``left`` are those who were in it and are no longer."""

    id: str
    topic: str
    owner: str
    members: dict[str, None]
    admins: set[str] = field(default_factory=set)
    left: set[str] = field(default_factory=set)
    announcement: str = ""

    def obeys(self, person: str) -> bool:
        """Tell whether this person may announce and remove."""
        return person == self.owner or person in self.admins

    def let_in(self, people: Iterable[str]) -> None:
        """Make people members; who is one already stays where he is."""
        for person in people:
            self.members.setdefault(person)
            self.left.discard(person)

    def let_out(self, person: str) -> None:
        """End a membership; an owner who goes hands the group to who has been there longest."""
        if person in self.members:
            del self.members[person]
            self.left.add(person)
        self.admins.discard(person)
        if person == self.owner:
            self.owner = next(iter(self.members), "")


@dataclass(frozen=True, slots=True)
class Invitation:
    """A card that asks the bot into a group."""

    room: str
    sender: str


class World:
    """Who is there, who knows whom, and what was said; it obeys nobody and sends nothing.

    Every id names one person or one group, and never both. ``prefix`` goes before the ids it
    invents, so that two worlds that meet the same database do not speak with the same ids.
    """

    def __init__(self, setting: Setting, *, prefix: str = "") -> None:
        self.bot = setting.bot.id
        self.rooms: dict[str, Room] = {}
        self.invitations: dict[str, Invitation] = {}
        self.requests: dict[str, str] = {}
        self.asked: set[str] = set()
        self._prefix = prefix
        self._numbers = count(1)
        self._names: dict[str, str] = {}
        self._aliases: dict[str, str] = {}
        self._friends: set[str] = set()
        self._talk: dict[str, deque[Message]] = {}
        self._said: dict[str, Message] = {}
        self._files: dict[str, Attachment | Path] = {}
        for person in (setting.bot, *setting.people):
            self.know(person)
        for plan in setting.rooms:
            self.found(plan)

    def know(self, person: Contact) -> None:
        """Learn of a person, or his new name; a friendship is added and not ended by this."""
        if person.name or person.id not in self._names:
            self._names[person.id] = person.name or person.id
        if person.friend:
            self._friends.add(person.id)
        if person.alias:
            self._aliases[person.id] = person.alias

    def found(self, plan: RoomPlan) -> Room:
        """Make a group."""
        members = dict.fromkeys(plan.members)
        room = Room(plan.id, plan.topic, plan.owner, members, set(plan.admins))
        self.rooms[plan.id] = room
        return room

    def renumber(self, people: Mapping[str, str], rooms: Mapping[str, str]) -> None:
        """Give people and groups other ids; names, friendships and company stay."""
        for old, new in people.items():
            was = self.contact(old)
            self.know(Contact(new, was.name, was.friend, was.alias))
            self.estrange(old)
        for old, new in rooms.items():
            room = self.rooms.pop(old)
            room.id = new
            self.rooms[new] = room
        for room in self.rooms.values():
            room.owner = people.get(room.owner, room.owner)
            room.admins = {people.get(who, who) for who in room.admins}
            room.members = {people.get(who, who): None for who in room.members}

    def people(self) -> tuple[Contact, ...]:
        """List everybody but the bot."""
        return tuple(self.contact(person) for person in self._names if person != self.bot)

    def knows(self, person: str) -> bool:
        """Tell whether there is such a person."""
        return person in self._names

    def contact(self, person: str) -> Contact:
        """Describe a person the way WeChat tells the bot of him."""
        friend = None if person == self.bot else person in self._friends
        return Contact(
            person, self._names.get(person, person), friend, self._aliases.get(person, "")
        )

    def befriend(self, person: str) -> None:
        """Make a person and the bot friends."""
        self._friends.add(person)
        self.asked.discard(person)

    def estrange(self, person: str) -> None:
        """End the friendship: the person has deleted the bot, which nobody tells it."""
        self._friends.discard(person)

    def is_friend(self, person: str) -> bool:
        """Tell whether the bot and the person may write to each other privately."""
        return person in self._friends

    def has_bot(self, room: str) -> bool:
        """Tell whether the bot is in a group."""
        return room in self.rooms and self.bot in self.rooms[room].members

    def describe(self, room: str, at: datetime) -> RoomKnown:
        """Describe a group the way WeChat tells the bot of it."""
        found = self.rooms[room]
        members = tuple(self.contact(person) for person in found.members)
        return RoomKnown(room, found.topic, found.owner, members, at)

    def new_id(self, letter: str) -> str:
        """Invent an id that no message has."""
        while (made := f"{self._prefix}{letter}{next(self._numbers)}") in self._said:
            pass
        return made

    def record(self, message: Message, attachment: Attachment | Path | None = None) -> None:
        """Let a message stand in its conversation; the oldest beyond ``HISTORY`` goes.

        What is delivered again under the same id was said once.
        """
        if message.id in self._said:
            return
        talk = self._talk.setdefault(self._conversation(message), deque())
        talk.append(message)
        self._said[message.id] = message
        if attachment is not None:
            self._files[message.id] = attachment
        if len(talk) > HISTORY:
            oldest = talk.popleft()
            self._said.pop(oldest.id, None)
            self._files.pop(oldest.id, None)

    def history(self, conversation: str) -> tuple[Message, ...]:
        """Read what was said in a group, or between a person and the bot, oldest first."""
        return tuple(self._talk.get(conversation, ()))

    def message(self, number: str) -> Message | None:
        """Find what was said under this id."""
        return self._said.get(number)

    def attachment(self, number: str) -> Attachment | None:
        """Find what came with a message; where nobody gave bytes, its address stands for them."""
        message = self._said.get(number)
        if message is None or message.kind not in CARRIES_FILE:
            return None
        kept = self._files.get(number)
        if isinstance(kept, Path):
            return Attachment(kept.name, kept.read_bytes())
        if kept is not None:
            return kept
        name = message.url.rsplit("/", 1)[-1] or number
        return Attachment(name, (message.url or number).encode())

    def _conversation(self, message: Message) -> str:
        if message.room is not None:
            return message.room
        return message.listener if message.own else message.sender.id
