"""What WeChat refuses for good, whoever asks."""

from pathlib import Path

from bot.errors import Refusal, Refused
from bot.message import CARRIES_FILE, Do, Kind, Letter
from bot.transports.memory.world import Room, World

LONGEST_TEXT = 2000  # characters
CAN_BE_SAID = CARRIES_FILE | {Kind.TEXT, Kind.LINK, Kind.MINI_PROGRAM, Kind.CARD}


def refuse(letter: Letter, world: World) -> None:
    """Raise Refused where WeChat will never do what the letter says; change nothing."""
    checks = {
        Do.SAY: _saying,
        Do.ACCEPT_INVITATION: _accepting_invitation,
        Do.ACCEPT_FRIEND: _accepting_friend,
        Do.ADD_FRIEND: _adding,
        Do.REMOVE_MEMBER: _removing,
        Do.ANNOUNCE: _announcing,
    }
    checks[letter.do](letter, world)


def _saying(letter: Letter, world: World) -> None:
    if letter.room is not None:
        _own_room(letter, world)
    else:
        _friend(letter, world)
    _content(letter, world)


def _content(letter: Letter, world: World) -> None:
    if len(letter.text) > LONGEST_TEXT:
        raise Refused(Refusal.TOO_LONG)
    if letter.kind not in CAN_BE_SAID:
        raise Refused(Refusal.UNSUPPORTED, f"nobody can send a {letter.kind}")
    if letter.kind in CARRIES_FILE:
        _file(letter.file, world)
    elif not letter.text:
        raise Refused(Refusal.UNSUPPORTED, "an empty message")


def _file(file: str, world: World) -> None:
    if file.startswith("message:"):
        there = world.attachment(file.removeprefix("message:")) is not None
    else:
        there = "://" in file or Path(file).is_file()
    if not there:
        raise Refused(Refusal.GONE, "the file is not there")


def _friend(letter: Letter, world: World) -> None:
    person = letter.contact or ""
    if not world.knows(person):
        raise Refused(Refusal.GONE, "nobody has this id")
    if not world.is_friend(person):
        raise Refused(Refusal.NOT_A_FRIEND)


def _own_room(letter: Letter, world: World) -> Room:
    if letter.room is None or not world.has_bot(letter.room):
        raise Refused(Refusal.NOT_A_MEMBER)
    return world.rooms[letter.room]


def _accepting_invitation(letter: Letter, world: World) -> None:
    if letter.request not in world.invitations:
        raise Refused(Refusal.GONE, "no such invitation")


def _accepting_friend(letter: Letter, world: World) -> None:
    if letter.request not in world.requests:
        raise Refused(Refusal.GONE, "no such request")


def _adding(letter: Letter, world: World) -> None:
    room = _own_room(letter, world)
    if letter.contact not in room.members:
        raise Refused(Refusal.GONE, "not a member of this room any more")


def _removing(letter: Letter, world: World) -> None:
    room = _own_room(letter, world)
    if not room.obeys(world.bot):
        raise Refused(Refusal.NOT_THE_OWNER)
    if letter.contact not in room.members or letter.contact in (world.bot, room.owner):
        raise Refused(Refusal.GONE, "no member who can be removed")


def _announcing(letter: Letter, world: World) -> None:
    if not _own_room(letter, world).obeys(world.bot):
        raise Refused(Refusal.NOT_THE_OWNER)
    if len(letter.text) > LONGEST_TEXT:
        raise Refused(Refusal.TOO_LONG)
