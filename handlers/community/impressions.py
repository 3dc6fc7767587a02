"""What a newcomer should know of a group: what it is for, its best, what comes, its rules."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlmodel import col, select

from bot.community.gems import Gems
from bot.config import Config
from bot.config.community import MaterialSettings
from bot.config.people import GroupKind, GroupSettings
from bot.config.placeholders import fill
from bot.message import Kind, Letter, Purpose
from bot.storage.tables import Gem, Note, Occasion
from bot.turn import Address, Turn
from handlers.reading import GROUPS, Reader, Reading, Role
from handlers.wording import Wording

SHOWN = 3  # gems, and events, of a first impression
AHEAD = timedelta(days=92)  # an event further away is none that a newcomer waits for
GREETED = 5  # friends among the newcomers of one greeting that are written to privately
COOL = timedelta(minutes=2)  # the same material is not handed out in a group twice within this
PICTURES = frozenset({".png", ".jpg", ".jpeg", ".gif", ".webp", ".bmp"})
CHOOSE = frozenset({"精华", "#精华", "＃精华"})


@dataclass(frozen=True, slots=True)
class Impressions:
    """The first impression and the materials of the groups, under one configuration."""

    config: Config
    say: Wording
    reader: Reader

    # -- the first impression

    def welcome(self, turn: Turn, room: str, newcomers: Sequence[str]) -> str:
        """Give the first impression privately to the newcomers who are friends.

        Returns one sentence, or none, that says to all of them where it is to be had.
        """
        private = self.config.joining.invite_privately
        friends = [each for each in newcomers if private and turn.directory.is_friend(each)]
        group = self.group(turn, room)
        about = self._about(group, room, turn.directory.topic(room)) if group is not None else ""
        text = self.impression(turn, room) if friends or not about else about
        for contact in friends[:GREETED] if text else ():
            key = f"impression:{room}:{contact}"
            turn.say(Address(contact=contact), text, key=key, purpose=Purpose.WELCOME)
        keyword = self.config.joining.keyword
        return self.say("impression_hint", keyword=keyword) if text else ""

    def impression(self, turn: Turn, room: str) -> str:
        """Write the first impression of a room; "" where there is nothing to tell."""
        group = self.group(turn, room)
        if group is None:
            return ""
        about = self._about(group, room, turn.directory.topic(room))
        best = Gems(turn.session, turn.account, turn.now).best(
            room, self.config.joining.best_of, SHOWN
        )
        events = self._events(turn, group, room)
        if not (about or best or events):
            return ""
        parts = [self.say("impression_title", group=turn.directory.topic(room))]
        parts += [about] if about else []
        if best:
            lines = "\n".join(self._gem(turn, gem) for gem in best)
            parts.append(self.say("impression_best", lines=lines))
        if events:
            parts.append(self.say("impression_events", lines="\n".join(events)))
        return "\n".join(parts)

    def group(self, turn: Turn, room: str) -> GroupSettings | None:
        """Return what is configured for a room, by config.toml or by a manager's word."""
        row = turn.directory.room(room)
        found = self.config.group_of(room, row.topic)
        if found is None and row.kind:
            return GroupSettings(id=room, kind=GroupKind(row.kind))
        return found

    def _about(self, group: GroupSettings, room: str, topic: str) -> str:
        for name in (room, *group.tags, group.kind.value):
            if text := self.config.joining.about.get(name):
                return fill(text, {"group": topic})
        return ""

    def _gem(self, turn: Turn, gem: Gem) -> str:
        name = turn.directory.name(gem.author)
        return f"· {name}：{gem.text}" if name else f"· {gem.text}"

    def _events(self, turn: Turn, group: GroupSettings, room: str) -> list[str]:
        """List the next events of a room: what is planned, but for daily content."""
        reached = {
            notice.id: notice.title
            for notice in self.config.notices
            if notice.scenario != "content" and notice.reaches(group, room)
        }
        if not reached:
            return []
        wanted = select(Occasion.notice, Occasion.due_at).where(
            Occasion.account == turn.account,
            Occasion.part == "",
            Occasion.due_at > turn.now,
            col(Occasion.state).in_(("ahead", "open")),
        )
        planned = set(turn.session.exec(wanted).all())
        planned |= {(n.id, n.at) for n in self.config.notices if n.at and n.at > turn.now}
        near = turn.now + AHEAD
        ahead = sorted((due, n) for n, due in planned if n in reached and due < near)
        return [f"· {self._day(due)} {reached[notice]}" for due, notice in ahead[:SHOWN]]

    def _day(self, moment: datetime) -> str:
        local = moment.astimezone(self.config.zone)
        return f"{local.month}月{local.day}日 {local:%H:%M}"

    # -- keywords

    def recognise(self, reading: Reading) -> MaterialSettings | str | None:
        """Recognise the keyword of the first impression, or of something that is handed out."""
        text = reading.message.text.strip()
        if reading.message.kind is not Kind.TEXT or not (reading.in_group or reading.private):
            return None
        if text == self.config.joining.keyword and reading.in_group:
            return text
        for material in self.config.materials:
            if text in material.keyword and self._serves(material, reading):
                return material
        return None

    def _serves(self, material: MaterialSettings, reading: Reading) -> bool:
        if reading.private or not material.groups:
            return True
        return not reading.place.names.isdisjoint(material.groups)

    def hand_out(self, turn: Turn, reading: Reading, wanted: MaterialSettings | str) -> None:
        """Hand out what was asked for: in the group not twice within minutes."""
        name = wanted if isinstance(wanted, str) else wanted.id
        message = reading.message
        if message.room is not None and not self._is_cool(turn, f"handed:{message.room}:{name}"):
            return
        if isinstance(wanted, MaterialSettings):
            self._give(turn, reading, wanted)
        elif message.room is not None:
            text = self.impression(turn, message.room) or self.say("impression_none")
            key = f"impression:{message.id}"
            turn.say(Address.of(message), text, key=key, purpose=Purpose.ANSWER)

    def _is_cool(self, turn: Turn, key: str) -> bool:
        note = turn.session.get(Note, (turn.account, key))
        if note is not None and turn.now - note.at < COOL:
            return False
        if note is None:
            note = Note(account=turn.account, key=key, at=turn.now)
            turn.session.add(note)
        note.at = turn.now
        return True

    def _give(self, turn: Turn, reading: Reading, material: MaterialSettings) -> None:
        message = reading.message
        to = Address.of(message)
        if material.text.strip():
            values = {"name": turn.directory.name(message.sender.id), "group": reading.topic}
            text = fill(material.text, values)
            turn.say(to, text, key=f"material:{message.id}", purpose=Purpose.ANSWER)
        if material.file is not None:
            letter = Letter(
                key=f"material-file:{message.id}",
                room=to.room,
                contact=to.contact,
                kind=kind_of(material.file),
                file=str(material.file),
                purpose=Purpose.ANSWER,
            )
            turn.outbox.put(letter)

    # -- what managers choose

    def chooses(self, reading: Reading) -> str | None:
        """Recognise a manager who quotes something in a group and calls it worth showing."""
        message = reading.message
        wanted = message.text.strip().split("\n")[-1].strip() in CHOOSE
        if reading.role is Role.MANAGER and reading.setting in GROUPS and wanted:
            return message.quote or ""
        return None

    def choose(self, turn: Turn, reading: Reading, quoted: str) -> None:
        """Keep what was quoted among the best of its group; tell the manager, not the group."""
        message = reading.message
        gems = Gems(turn.session, turn.account, turn.now)
        kept = gems.choose(quoted, message.room or "", message.sender.id) if quoted else None
        sentence = "gem_kept" if kept else "gem_nothing"
        to = Address(contact=message.sender.id)
        key = f"command:{message.id}"
        turn.say(to, self.say(sentence), key=key, purpose=Purpose.COMMAND_REPLY)


def kind_of(path: Path) -> Kind:
    """Say how a file is sent."""
    return Kind.IMAGE if path.suffix.lower() in PICTURES else Kind.FILE
