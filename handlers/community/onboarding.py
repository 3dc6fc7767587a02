"""Coming into groups: by invitation, by being added, and learning what a group is."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, func, select

from bot.config import Config
from bot.message import (
    Departed,
    Do,
    Invited,
    Joined,
    Letter,
    Purpose,
    RoomKnown,
    TopicChanged,
)
from bot.storage.tables import Account, Invitation, Note, Room, Timer
from bot.turn import Address, Turn
from handlers.community.greeting import Greeting
from handlers.community.recognition import Recognition
from handlers.managers import Managers
from handlers.reading import GROUPS, Reader, Reading, Role, Setting
from handlers.wording import Wording

ACCEPT = re.compile(r"接受\s*([0-9]{1,9})")
BEGINNING = timedelta(hours=1)  # rooms told within this of the first were there before the bot
BEGAN = "began"
NAMES = re.compile(r"(?:群\s*([0-9]{1,9})\s*[:：是]?\s*)?(粉丝|培训|忽略)群?")
KINDS = {"粉丝": "fan", "培训": "training", "忽略": "ignore"}
CALLED = {"fan": "粉丝群", "training": "培训群"}


@dataclass(frozen=True, slots=True)
class Onboarding:
    """How the bot comes into groups and how it meets people, under one configuration."""

    config: Config
    say: Wording
    reader: Reader
    managers: Managers
    greeting: Greeting
    recognition: Recognition

    # -- invitations

    def invited(self, turn: Turn, event: Invited) -> None:
        """Accept an invitation of a manager; tell the managers of any other."""
        if turn.session.get(Invitation, (turn.account, event.invitation)) is not None:
            return
        turn.directory.meet(event.sender)
        invitation = Invitation(
            account=turn.account,
            invitation=event.invitation,
            number=next_invitation(turn.session, turn.account),
            sender=event.sender.id,
            room=event.room,
            topic=event.topic,
            at=event.at,
        )
        turn.session.add(invitation)
        if event.sender.id in self.config.wechat.managers:
            self._accept(turn, invitation)
        else:
            text = self.say(
                "invited",
                name=event.sender.name or event.sender.id,
                group=event.topic,
                number=invitation.number,
            )
            self.managers.tell(turn, text, key=f"invited:{event.invitation}")

    def accepts(self, reading: Reading) -> int | None:
        """Recognise a manager's word that an invitation be accepted."""
        wanted = ACCEPT.fullmatch(reading.message.text.strip())
        heard = reading.private or reading.setting is Setting.SUPPORT
        return int(wanted[1]) if wanted and heard and reading.role is Role.MANAGER else None

    def accept(self, turn: Turn, reading: Reading, number: int) -> None:
        """Accept the invitation that a manager names by its number."""
        wanted = select(Invitation).where(
            Invitation.account == turn.account, Invitation.number == number
        )
        invitation = turn.session.exec(wanted).first()
        if invitation is None:
            text = self.say("invitation_unknown", number=number)
        else:
            self._accept(turn, invitation)
            text = self.say("invitation_accepted", number=number, group=invitation.topic)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _accept(self, turn: Turn, invitation: Invitation) -> None:
        invitation.accepted_at = invitation.accepted_at or turn.now
        letter = Letter(
            key=f"accept:{invitation.invitation}",
            do=Do.ACCEPT_INVITATION,
            request=invitation.invitation,
            room=invitation.room,
        )
        turn.outbox.put(letter)

    # -- rooms

    def known(self, turn: Turn, event: RoomKnown) -> None:
        """Take over what WeChat tells of a room: its people, and that it is new."""
        before = turn.session.get(Room, (turn.account, event.room))
        topic = before.topic if before is not None else ""
        seen_at = before.seen_at if before is not None and before.topic + before.owner else None
        present = turn.directory.present(event.room)
        room = turn.directory.describe(
            event.room, topic=event.topic, owner=event.owner, members=event.members
        )
        if seen_at is None:
            self._first_sight(turn, room)
        else:
            me = turn.session.get_one(Account, turn.account).contact
            self.greeting.compare(turn, event, present, seen_at, me)
            self._miss(turn, room, topic)

    def _first_sight(self, turn: Turn, room: Room) -> None:
        began = turn.session.get(Note, (turn.account, BEGAN))
        if began is None:
            began = Note(account=turn.account, key=BEGAN, at=turn.now)
            turn.session.add(began)
        if turn.now - began.at > BEGINNING or self._was_invited(turn, room.room):
            room.added_at = turn.now
        news = turn.now - began.at > BEGINNING
        if not (news and self.recognition.resembles(turn, room)):
            self._offer(turn, room)

    def look(self, turn: Turn, timer: Timer) -> None:
        """See whether people, or a new room, are known under another id; else offer the room."""
        name = timer.data.get("room", "")
        if not name:
            self.recognition.look(turn)
            return
        room = turn.session.get(Room, (turn.account, name))
        if room is not None and room.present and not self.recognition.look_at(turn, room, timer):
            self._offer(turn, room)

    def _offer(self, turn: Turn, room: Room) -> None:
        """Ask the managers what a room is that nobody configured."""
        setting, _ = self.reader.setting(room.room, room.topic, room.kind)
        if setting is not Setting.UNKNOWN or room.reported_at is not None:
            return
        self._number(turn, room)
        text = self.say(
            "room_unknown", group=room.topic or "（无名群）", room=room.room, number=room.number
        )
        self.managers.tell(turn, text, key=f"unknown:{room.room}")

    def _number(self, turn: Turn, room: Room) -> None:
        """Give a room a number by which managers can say what it is."""
        if room.number is None:
            top = select(func.max(Room.number)).where(Room.account == turn.account)
            room.number = (turn.session.exec(top).one() or 0) + 1
        room.reported_at = turn.now

    def _was_invited(self, turn: Turn, room: str) -> bool:
        wanted = select(Invitation.number).where(
            Invitation.account == turn.account,
            Invitation.room == room,
            col(Invitation.accepted_at).is_not(None),
        )
        return turn.session.exec(wanted.limit(1)).first() is not None

    def renamed(self, turn: Turn, event: TopicChanged) -> None:
        """Remember a room's new topic, and tell where it is no group of ours under it."""
        room = turn.directory.room(event.room)
        before, room.topic = room.topic, event.topic
        self._miss(turn, room, before)

    def _miss(self, turn: Turn, room: Room, before: str) -> None:
        """Ask the managers what a group is that config.toml knew only by its former topic."""
        if room.topic == before or not room.present:
            return
        was, _ = self.reader.setting(room.room, before, room.kind)
        now, _ = self.reader.setting(room.room, room.topic, room.kind)
        if was not in GROUPS or now is not Setting.UNKNOWN:
            return
        self._number(turn, room)
        text = self.say(
            "room_renamed",
            before=before,
            group=room.topic or "（无名群）",
            room=room.room,
            number=room.number,
        )
        self.managers.tell(turn, text, key=f"renamed:{room.room}:{turn.now.isoformat()}")

    # -- people

    def joined(self, turn: Turn, event: Joined) -> None:
        """Tell newcomers from the bot itself."""
        me = turn.session.get_one(Account, turn.account).contact
        if me in {contact.id for contact in event.members}:
            self.added(turn, event)
        self.greeting.joined(turn, event, me)

    def departed(self, turn: Turn, event: Departed) -> None:
        """Remember who left, and whether the bot itself is still there."""
        self.greeting.departed(turn, event)
        if turn.session.get_one(Account, turn.account).contact in event.members:
            self._removed(turn, event)

    # -- the bot itself

    def _removed(self, turn: Turn, event: Departed) -> None:
        """Tell the managers which group the bot is not in any more, unless one of them did it."""
        room = turn.directory.room(event.room)
        room.present = False
        setting, _ = self.reader.setting(room.room, room.topic, room.kind)
        if setting not in GROUPS or event.remover in self.config.managers:
            return
        who = turn.directory.name(event.remover) if event.remover else ""
        by = f"（{who or event.remover} 移出的）" if event.remover else ""
        text = self.say("removed", group=room.topic, by=by)
        self.managers.tell(turn, text, key=f"removed:{event.room}:{event.at.isoformat()}")

    def added(self, turn: Turn, event: Joined) -> None:
        """Notice that somebody brought the bot into a room, with an invitation or without."""
        room = turn.directory.room(event.room)
        room.added_at, room.present = turn.now, True
        if not self._was_invited(turn, event.room) and event.inviter not in self.config.managers:
            who = turn.directory.name(event.inviter) if event.inviter else ""
            text = self.say("added", name=who or event.inviter or "有人", group=room.topic)
            self.managers.tell(turn, text, key=f"added:{event.room}:{event.at.isoformat()}")

    # -- what a room is

    def names(self, reading: Reading) -> tuple[int, str] | None:
        """Recognise a manager's word what a room is: its number (0: the only one), its kind."""
        heard = reading.private or reading.setting is Setting.SUPPORT
        found = NAMES.fullmatch(reading.message.text.strip())
        if found is None or not heard or reading.role is not Role.MANAGER:
            return None
        return int(found[1] or 0), KINDS[found[2]]

    def name(self, turn: Turn, reading: Reading, named: tuple[int, str]) -> None:
        """Let a room be what a manager says it is; what config.toml says of it goes first."""
        number, kind = named
        wanted = select(Room).where(
            Room.account == turn.account,
            Room.number == number if number else col(Room.number).is_not(None),
        )
        rooms = turn.session.exec(wanted.order_by(col(Room.number))).all()
        open_ = [room for room in rooms if number or not room.kind]
        if len(open_) != 1:
            text = self.say("room_which" if open_ else "room_no_number", number=number)
        else:
            open_[0].kind = kind
            text = self.say(
                "room_named" if kind in CALLED else "room_ignored",
                group=open_[0].topic or "（无名群）",
                room=open_[0].room,
                kind=CALLED.get(kind, ""),
                value=kind,
            )
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)


def next_invitation(session: Session, account: int) -> int:
    """Number the next invitation."""
    top = select(func.max(col(Invitation.number))).where(Invitation.account == account)
    return (session.exec(top).one() or 0) + 1
