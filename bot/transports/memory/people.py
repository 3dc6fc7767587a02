"""What persons do in a WeChat that lives in this process."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TypedDict, Unpack

from bot.clock import Clock
from bot.message import (
    Befriended,
    Contact,
    Departed,
    Do,
    FriendRequested,
    Heard,
    Invited,
    Joined,
    Kind,
    Letter,
    Message,
    TopicChanged,
)
from bot.transports import Attachment
from bot.transports.memory.world import Invitation, NotPossible, RoomPlan, World


class More(TypedDict, total=False):
    """What a message can have besides its words."""

    id: str
    at: datetime
    kind: Kind
    mentions: tuple[str, ...]
    quote: str | None
    url: str
    to: str  # whom a private message of the bot itself went to
    attachment: Attachment


class People(ABC):
    """What everybody but the bot can do; it is heard only where the bot can hear it."""

    def __init__(self, world: World, clock: Clock) -> None:
        self.world = world
        self._clock = clock
        self._watchers: list[Callable[[Message], None]] = []

    def watch(self, watcher: Callable[[Message], None]) -> None:
        """Tell one more watcher of everything that people say from now on."""
        self._watchers.append(watcher)

    def says(
        self, sender: str, text: str, room: str | None = None, **more: Unpack[More]
    ) -> Message:
        """Let somebody say something in a room, or privately to the bot.

        Said by the bot's own id it is the echo of something this account said. Raises NotPossible
        for who is not in the room or, privately, not a friend.
        """
        self._may_say(sender, room, more.get("to", ""))
        message = self._message(sender, text, room, more)
        self.world.record(message, more.get("attachment"))
        for watcher in self._watchers:
            watcher(message)
        if room is None or self.world.has_bot(room):
            self._hear(message)
        return message

    def joins(self, room: str, people: Iterable[Contact], inviter: str | None = None) -> None:
        """Let people come into a room; who is not known yet becomes known."""
        came = tuple(people)
        for person in came:
            self.world.know(person)
        self.world.rooms[room].let_in(person.id for person in came)
        members = tuple(self.world.contact(person.id) for person in came)
        if any(person.id == self.world.bot for person in came):
            self._hear(self.world.describe(room, self._clock()))
        self._hear_in(room, Joined(room, members, inviter, self._clock()))

    def leaves(self, room: str, people: Iterable[str], remover: str | None = None) -> None:
        """Let people leave a room or be removed; the bot hears also of its own removal."""
        event = Departed(room, tuple(people), remover, self._clock())
        self._hear_in(room, event)
        for person in event.members:
            self.world.rooms[room].let_out(person)

    def renames(self, room: str, topic: str, changer: str | None = None) -> None:
        """Let a room get another name."""
        self.world.rooms[room].topic = topic
        self._hear_in(room, TopicChanged(room, topic, changer, self._clock()))

    def renumbers(self, people: Mapping[str, str], rooms: Mapping[str, str]) -> None:
        """Call people and rooms by other ids from now on, as a web protocol does at a log-in."""
        self.world.renumber(people, rooms)
        for room in self.world.rooms:
            if self.world.has_bot(room):
                self._hear(self.world.describe(room, self._clock()))

    def invites(self, invitation: str, sender: str, room: str, topic: str) -> None:
        """Let somebody ask the bot into a room; a room nobody knew is the sender's."""
        if room not in self.world.rooms:
            self.world.found(RoomPlan(room, topic, sender, (sender,)))
        self.world.invitations[invitation] = Invitation(room, sender)
        who = self.world.contact(sender)
        self._hear(Invited(invitation, who, room, topic, self._clock()))

    def requests_friendship(self, request: str, sender: Contact, hello: str = "") -> None:
        """Let somebody ask for the bot's friendship; who is not known yet becomes known."""
        self.world.know(sender)
        self.world.requests[request] = sender.id
        who = self.world.contact(sender.id)
        self._hear(FriendRequested(request, who, hello, self._clock()))

    def confirms(self, person: str) -> None:
        """Let somebody accept the bot's friend request."""
        self.world.befriend(person)
        self._hear(Befriended(self.world.contact(person), self._clock()))

    @abstractmethod
    def _hear(self, event: Heard) -> None:
        """Tell the bot of something, if it is there to hear it."""

    def _follow(self, letter: Letter) -> None:
        """Let WeChat do by itself what follows from something the bot did."""
        match letter.do:
            case Do.ACCEPT_INVITATION if letter.room:
                self.world.rooms[letter.room].let_in([self.world.bot])
                self._hear(self.world.describe(letter.room, self._clock()))
            case Do.ACCEPT_FRIEND if letter.contact:
                self.confirms(letter.contact)
            case Do.ADD_FRIEND if letter.contact:
                self._asked(letter.contact)
            case Do.REMOVE_MEMBER if letter.room and letter.contact:
                self.leaves(letter.room, [letter.contact], self.world.bot)
            case Do.ANNOUNCE if letter.room:
                self.world.rooms[letter.room].announcement = letter.text
            case _:
                pass

    def _asked(self, person: str) -> None:
        """Leave a request open; who is a friend already confirms it without noticing."""
        if self.world.is_friend(person):
            self.confirms(person)
        else:
            self.world.asked.add(person)

    def _may_say(self, sender: str, room: str | None, to: str) -> None:
        if not self.world.knows(sender):
            raise NotPossible(f"没有 {sender} 这个人")
        if room is not None and sender not in self.world.rooms[room].members:
            raise NotPossible(f"{self._name(sender)} 不在「{self.world.rooms[room].topic}」里")
        if room is None and not self.world.is_friend(self._partner(sender, to)):
            raise NotPossible(f"{self._name(sender)} 还不是机器人的好友，私聊送不到")

    def _message(self, sender: str, text: str, room: str | None, more: More) -> Message:
        own = sender == self.world.bot
        listener = "" if room is not None else more.get("to", "") if own else self.world.bot
        message = Message(
            id=more.get("id") or self.world.new_id("m"),
            sender=self.world.contact(sender),
            text=text,
            at=more.get("at") or self._clock(),
            room=room,
            kind=more.get("kind", Kind.TEXT),
            mentions=more.get("mentions", ()),
            url=more.get("url", ""),
            own=own,
            listener=listener,
        )
        return self._quoting(message, more.get("quote"))

    def _quoting(self, message: Message, quote: str | None) -> Message:
        """Add what is quoted, with its words unless it is being recalled."""
        if quote is None:
            return message
        quoted = self.world.message(quote)
        words = "" if quoted is None or message.kind is Kind.RECALLED else quoted.text
        return replace(message, quote=quote, quote_text=words)

    def _partner(self, sender: str, to: str) -> str:
        return to if sender == self.world.bot else sender

    def _name(self, person: str) -> str:
        return self.world.contact(person).name

    def _hear_in(self, room: str, event: Heard) -> None:
        if self.world.has_bot(room):
            self._hear(event)
