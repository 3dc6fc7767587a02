"""Whether the people, rooms and files that a scenario speaks of are there."""

from collections.abc import Iterable, Iterator

from bot.errors import Fault
from bot.message import Kind
from bot.rehearsal.events import (
    Event,
    FriendConfirmed,
    FriendRequest,
    NewIds,
    Reload,
    RoomInvite,
    RoomJoin,
    RoomLeave,
    RoomTopic,
    Says,
    WorldBegins,
)
from bot.rehearsal.lines import EXAMPLES, Line, example_of, suggest


class References:
    """Everybody and every room named so far; grows as lines name new ones."""

    def __init__(self, world: WorldBegins) -> None:
        self._bot = world.bot.id
        self._people = {world.bot.id, *(person.id for person in world.contacts)}
        self._rooms = {room.id for room in world.rooms}

    def check_world(self, line: Line, world: WorldBegins) -> Iterator[Fault]:
        """Say what is wrong with the world in itself."""
        people = [person.id for person in world.contacts]
        yield from self._twice(line, "contacts", people)
        yield from self._twice(line, "rooms", [room.id for room in world.rooms])
        for number, room in enumerate(world.rooms):
            yield from self._clash(line, ("rooms", number, "id"), room.id)
            yield from self._person(line, ("rooms", number, "owner"), room.owner)
            for field, ids in (("members", room.members), ("admins", room.admins)):
                for index, person in enumerate(ids):
                    yield from self._person(line, ("rooms", number, field, index), person)

    def check(self, line: Line, event: Event) -> Iterator[Fault]:
        """Say what a line names that is not there; what it brings along is known from now on."""
        match event:
            case Says():
                yield from self._says(line, event)
            case RoomJoin() | RoomLeave() | RoomTopic():
                yield from self._room(line, event.room)
                yield from self._in_room(line, event)
            case RoomInvite():
                yield from self._person(line, ("from",), event.sender)
                yield from self._clash(line, ("room",), event.room)
                self._rooms.add(event.room)
            case FriendRequest():
                self._people.add(event.sender)
            case FriendConfirmed():
                yield from self._person(line, ("contact",), event.contact)
            case NewIds():
                yield from self._renumber(line, event)
            case Reload() if not (line.file.parent / event.config).is_file():
                yield line.fault(("config",), f"没有 {event.config} 这个文件，请检查路径")
            case _:
                pass

    def _renumber(self, line: Line, event: NewIds) -> Iterator[Fault]:
        for old in event.people:
            yield from self._person(line, ("people", old), old)
        for old in event.rooms:
            yield from self._room(line, old, ("rooms", old))
        self._people.update(event.people.values())
        self._rooms.update(event.rooms.values())

    def _says(self, line: Line, event: Says) -> Iterator[Fault]:
        yield from self._person(line, ("from",), event.sender)
        if event.room is not None:
            yield from self._room(line, event.room)
        for index, person in enumerate(event.mentions):
            yield from self._person(line, ("mentions", index), person)
        yield from self._echo(line, event)
        if event.text is None and event.kind is Kind.TEXT:
            yield line.fault((), f"缺少 “text”，请写上，例如 {EXAMPLES['text']}")

    def _echo(self, line: Line, event: Says) -> Iterator[Fault]:
        echo = event.sender == self._bot and event.room is None
        if echo and event.to is None:
            yield line.fault((), f"机器人自己的私聊要写明对谁说，例如 {EXAMPLES['to']}")
        if event.to is not None and not echo:
            yield line.key_fault(("to",), "“to” 只用于机器人自己的私聊，请删去")
        elif event.to is not None:
            yield from self._person(line, ("to",), event.to)

    def _in_room(self, line: Line, event: RoomJoin | RoomLeave | RoomTopic) -> Iterator[Fault]:
        if not isinstance(event, RoomTopic) and not event.members:
            example = example_of(event.name, "members")
            yield line.fault(("members",), f"“members” 至少要有一个人，例如 {example}")
        match event:
            case RoomJoin():
                yield from self._maybe(line, "inviter", event.inviter)
                self._people.update(person.id for person in event.members)
            case RoomLeave():
                yield from self._maybe(line, "remover", event.remover)
                for index, person in enumerate(event.members):
                    yield from self._person(line, ("members", index), person)
            case RoomTopic():
                yield from self._maybe(line, "changer", event.changer)

    def _maybe(self, line: Line, field: str, person: str | None) -> Iterator[Fault]:
        if person is not None:
            yield from self._person(line, (field,), person)

    def _person(self, line: Line, path: tuple[str | int, ...], person: str) -> Iterator[Fault]:
        if person not in self._people:
            hint = suggest(person, self._people)
            yield line.fault(path, f"没有 “{person}” 这个联系人，请先写进 world 的 contacts{hint}")

    def _room(
        self, line: Line, room: str, path: tuple[str | int, ...] = ("room",)
    ) -> Iterator[Fault]:
        if room not in self._rooms:
            hint = suggest(room, self._rooms)
            yield line.fault(path, f"没有 “{room}” 这个群，请先写进 world 的 rooms{hint}")

    def _clash(self, line: Line, path: tuple[str | int, ...], room: str) -> Iterator[Fault]:
        if room in self._people:
            yield line.fault(path, f"“{room}” 已经是联系人的 id，群请换一个 id")

    def _twice(self, line: Line, field: str, ids: Iterable[str]) -> Iterator[Fault]:
        seen: set[str] = set()
        for index, one in enumerate(ids):
            if one in seen:
                yield line.fault((field, index, "id"), f"id “{one}” 写了两次，请换一个")
            seen.add(one)
