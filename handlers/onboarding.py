"""Coming into groups, being added, and greeting whoever comes: together, and once."""

import re
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session, col, func, select

from bot.config import Config
from bot.errors import NotDelivered
from bot.message import (
    Departed,
    Do,
    FriendRequested,
    Invited,
    Joined,
    Letter,
    Purpose,
    RoomKnown,
    TopicChanged,
)
from bot.storage.tables import FriendRequest, Invitation, Outgoing, Timer
from bot.turn import Address, Turn
from handlers.complaints import Complaints
from handlers.reading import GROUPS, Reader, Reading, Role, Setting
from handlers.wording import Wording

ACCEPT = re.compile(r"接受\s*([0-9]{1,9})")
FOLD = timedelta(seconds=15)  # newcomers within this of each other are greeted together
NAMED = 5  # newcomers named in one greeting


@dataclass(frozen=True, slots=True)
class Onboarding:
    """How the bot comes into groups and how it meets people, under one configuration."""

    config: Config
    say: Wording
    reader: Reader
    complaints: Complaints

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
            self.tell_managers(turn, text, key=f"invited:{event.invitation}")

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
        """Take over what WeChat tells of a room; a room nobody configured is told once."""
        room = turn.directory.describe(
            event.room, topic=event.topic, owner=event.owner, members=event.members
        )
        setting, _ = self.reader.setting(event.room, event.topic)
        if setting is Setting.UNKNOWN and room.reported_at is None:
            room.reported_at = turn.now
            text = self.say("room_unknown", group=event.topic or "（无名群）", room=event.room)
            self.tell_managers(turn, text, key=f"unknown:{event.room}")

    def renamed(self, turn: Turn, event: TopicChanged) -> None:
        """Remember a room's new topic."""
        turn.directory.room(event.room).topic = event.topic

    # -- greetings

    def joined(self, turn: Turn, event: Joined) -> None:
        """Remember who came, and greet them once nobody else has come for a while."""
        came = [
            contact.id
            for contact in event.members
            if turn.directory.arrive(event.room, contact, event.inviter, event.at)
        ]
        topic = turn.directory.topic(event.room)
        setting, _ = self.reader.setting(event.room, topic)
        if came and setting in GROUPS:
            turn.timers.set(
                f"greet:{event.room}", "greet", at=turn.now + FOLD, data={"room": event.room}
            )

    def departed(self, turn: Turn, event: Departed) -> None:
        """Remember who left."""
        for contact in event.members:
            turn.directory.leave(event.room, contact, event.at)

    def greet(self, turn: Turn, timer: Timer) -> None:
        """Greet whoever came, is still there and was not greeted."""
        room = timer.data["room"]
        topic = turn.directory.topic(room)
        setting, _ = self.reader.setting(room, topic)
        fresh = [
            member
            for member in turn.directory.members(room)
            if member.joined_at is not None and member.greeted_at is None
        ]
        if not fresh or setting not in GROUPS:
            return
        for member in fresh:
            member.greeted_at = turn.now
        mentions = tuple(turn.mention(member.contact) for member in fresh[:NAMED])
        names = "".join(str(mention) for mention in mentions).strip()
        if len(fresh) > NAMED:
            names += f" 等 {len(fresh)} 位新朋友"
        sentence = "welcome_fan" if setting is Setting.FAN else "welcome_training"
        turn.say(
            Address(room=room, mentions=tuple(mention for mention in mentions if mention.name)),
            self.say(sentence, names=names, group=topic or "本群"),
            key=f"welcome:{room}:{fresh[0].contact}:{turn.now.isoformat()}",
            purpose=Purpose.WELCOME,
        )

    # -- friends

    def requested(self, turn: Turn, event: FriendRequested) -> None:
        """Accept somebody's friend request, once."""
        if turn.session.get(FriendRequest, (turn.account, event.request)) is not None:
            return
        turn.directory.meet(event.sender)
        row = FriendRequest(
            account=turn.account,
            request=event.request,
            sender=event.sender.id,
            hello=event.hello,
            at=event.at,
        )
        turn.session.add(row)
        letter = Letter(
            key=f"befriended:{event.request}",
            do=Do.ACCEPT_FRIEND,
            contact=event.sender.id,
            request=event.request,
        )
        turn.outbox.put(letter)

    def accepted(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Greet a new friend, or begin the talk that waited for him."""
        if error is not None or row.contact is None or row.state != "sent":
            return
        turn.directory.person(row.contact).friend = True
        if self.complaints.reach(turn, row.contact):
            return
        text = self.say("friend_greeting", name=turn.directory.name(row.contact))
        to = Address(contact=row.contact)
        turn.say(to, text, key=f"hello:{row.request}", purpose=Purpose.WELCOME)

    # -- managers

    def tell_managers(self, turn: Turn, text: str, *, key: str) -> None:
        """Say something to every manager, privately."""
        for manager in self.config.wechat.managers:
            to = Address(contact=manager)
            turn.say(to, text, key=f"{key}:{manager}", purpose=Purpose.NOTIFY_MANAGER)


def next_invitation(session: Session, account: int) -> int:
    """Number the next invitation."""
    top = select(func.max(col(Invitation.number))).where(Invitation.account == account)
    return (session.exec(top).one() or 0) + 1
