"""Newcomers are greeted together and once; who came back, or was there already, is not."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.community.stays import Stays
from bot.config import Config
from bot.message import Contact, Departed, Joined, Purpose, RoomKnown
from bot.storage.tables import Account, Member, Timer
from bot.turn import Address, Turn
from handlers.community.impressions import Impressions
from handlers.community.recognition import Recognition
from handlers.reading import GROUPS, Reader, Setting
from handlers.wording import Wording

NAMED = 5  # newcomers named in one greeting
RETURNS = timedelta(days=7)  # who comes back within this is no newcomer


@dataclass(frozen=True, slots=True)
class Greeting:
    """How newcomers of a group are met, under one configuration."""

    config: Config
    say: Wording
    reader: Reader
    impressions: Impressions
    recognition: Recognition

    def joined(self, turn: Turn, event: Joined, me: str) -> None:
        """Remember who came, and greet them once nobody else has come for a while."""
        stays = Stays(turn.session, turn.account, turn.now)
        came = [
            contact.id
            for contact in event.members
            if contact.id != me and self._arrives(turn, stays, event, contact)
        ]
        fresh = turn.now - event.at <= self.config.joining.at_most_late
        self._welcome_later(turn, stays, event, came, greet=fresh)

    def compare(
        self, turn: Turn, event: RoomKnown, before: set[str], seen_at: datetime, me: str
    ) -> None:
        """Learn from a new description of a room who came and left unannounced.

        Who may be the same under another id neither came nor left before that is known.
        """
        now_here = {contact.id for contact in event.members}
        gone = sorted(before - now_here - {me})
        came = [c.id for c in event.members if c.id not in before and c.id != me]
        suspects = self.recognition.suspects(turn, event, gone, came)
        stays = Stays(turn.session, turn.account, turn.now)
        for contact in gone:
            if contact not in suspects:
                stays.left(event.room, contact, event.at)
        came = [contact for contact in came if contact not in suspects]
        for contact in came:
            member = turn.directory.member(event.room, contact)
            if member is not None:
                member.joined_at, member.greeted_at = event.at, None
        fresh = turn.now - seen_at <= self.config.joining.at_most_late
        self._welcome_later(turn, stays, event, came, greet=fresh)

    def _arrives(self, turn: Turn, stays: Stays, event: Joined, contact: Contact) -> bool:
        """Put somebody into the room; False where he was there, or was heard there before."""
        if not turn.directory.arrive(event.room, contact, event.inviter, event.at):
            return False
        if stays.spoke_before(event.room, contact.id, event.at):
            self._mark_greeted(turn, event.room, [contact.id])
            return False
        return True

    def _welcome_later(
        self,
        turn: Turn,
        stays: Stays,
        event: Joined | RoomKnown,
        newcomers: Sequence[str],
        *,
        greet: bool,
    ) -> None:
        """Begin the stays of newcomers, and plan their greeting."""
        if not newcomers:
            return
        room, inviter = event.room, event.inviter if isinstance(event, Joined) else None
        back = [each for each in newcomers if stays.returned(room, each, within=RETURNS)]
        otherwise = self._source(turn, room, event.at, inviter)
        for contact in newcomers:
            source = turn.directory.person(contact).source or otherwise
            stays.came(room, contact, event.at, inviter=inviter, source=source)
        unwelcome = newcomers if not greet else back
        self._mark_greeted(turn, room, unwelcome)
        if len(unwelcome) < len(newcomers) and self._setting(turn, room) in GROUPS:
            due = turn.now + self.config.joining.greet_after
            turn.timers.set(f"greet:{room}", "greet", at=due, data={"room": room})

    def _source(self, turn: Turn, room: str, at: datetime, inviter: str | None) -> str:
        """Say what brought somebody who came into a room at a moment."""
        topic = turn.directory.topic(room)
        group = self.config.group_of(room, topic)
        for gift in self.config.giveaways:
            if group is not None and gift.start <= at < gift.end and gift.reaches(group, room):
                return f"giveaway:{gift.id}"
        return "inviter" if inviter else ""

    def _mark_greeted(self, turn: Turn, room: str, contacts: Iterable[str]) -> None:
        for contact in contacts:
            member = turn.directory.member(room, contact)
            if member is not None:
                member.greeted_at = turn.now

    def _setting(self, turn: Turn, room: str) -> Setting:
        row = turn.directory.room(room)
        return self.reader.setting(room, row.topic, row.kind)[0]

    def departed(self, turn: Turn, event: Departed) -> None:
        """Remember who left."""
        stays = Stays(turn.session, turn.account, turn.now)
        me, removed = turn.session.get_one(Account, turn.account).contact, event.remover is not None
        for contact in event.members:
            known = turn.directory.leave(event.room, contact, event.at) and contact != me
            stays.left(event.room, contact, event.at, removed=removed, known=known)

    def greet(self, turn: Turn, timer: Timer) -> None:
        """Greet whoever came, is still there and was not greeted."""
        room = timer.data["room"]
        setting = self._setting(turn, room)
        fresh = turn.directory.ungreeted(room)
        if not fresh or setting not in GROUPS:
            return
        for member in fresh:
            member.greeted_at = turn.now
        fresh = [each for each in fresh if not self._works_here(each.contact)]
        if not fresh:
            return
        hint = self.impressions.welcome(turn, room, [member.contact for member in fresh])
        self._say_welcome(turn, room, setting, fresh, hint)

    def _works_here(self, contact: str) -> bool:
        """Say whether somebody is no new friend: staff and managers look in everywhere."""
        return contact in self.config.staff or contact in self.config.managers

    def _say_welcome(
        self, turn: Turn, room: str, setting: Setting, fresh: Sequence[Member], hint: str
    ) -> None:
        topic = turn.directory.topic(room)
        mentions = tuple(turn.mention(member.contact) for member in fresh[:NAMED])
        names = "".join(str(mention) for mention in mentions)
        if len(fresh) > NAMED:
            others = f"{len(fresh)} 位新朋友"
            names = f"{names}等 {others}" if names else others
        sentence = "welcome_fan" if setting is Setting.FAN else "welcome_training"
        text = self.say(sentence, names=names or "新朋友", group=topic or "本群")
        turn.say(
            Address(room=room, mentions=tuple(mention for mention in mentions if mention.name)),
            text + hint,
            key=f"welcome:{room}:{fresh[0].contact}:{turn.now.isoformat()}",
            purpose=Purpose.WELCOME,
        )
