"""Names in training groups by a pattern, so that everybody knows who is who; asked for kindly."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select

from bot.config import Config
from bot.message import Letter, Purpose
from bot.storage.tables import Note, Room
from bot.turn import Turn
from handlers.managers import Managers
from handlers.reading import Reader, Role, Setting
from handlers.wording import Wording

BETWEEN = re.compile(r"[-—_－·/、\s|｜]+")
AGAIN = timedelta(days=14)  # nobody is asked more often
A_NIGHT = 10  # people who are asked at most


@dataclass(frozen=True, slots=True)
class Nicknames:
    """Whose names do not fit the pattern, under one configuration."""

    config: Config
    say: Wording
    reader: Reader
    managers: Managers

    def fits(self, name: str) -> bool:
        """Say whether a name has as many parts as the pattern."""
        parts = [part for part in BETWEEN.split(name) if part]
        return len(parts) >= len(self.config.training.nickname)

    def nightly(self, turn: Turn) -> None:
        """Ask some friends in training groups to put their names right, in the morning."""
        asked = 0
        rooms = select(Room).where(Room.account == turn.account)
        for room in turn.session.exec(rooms).all() if self.config.training.nickname else ():
            setting, _ = self.reader.setting(room.room, room.topic, room.kind)
            if setting is not Setting.TRAINING:
                continue
            for member in turn.directory.members(room.room):
                if asked < A_NIGHT and self._wants_asking(turn, member.contact):
                    self._ask(turn, room, member.contact)
                    asked += 1

    def _wants_asking(self, turn: Turn, contact: str) -> bool:
        if contact == self.managers.me(turn) or self.reader.role(contact) is not Role.MEMBER:
            return False
        name = turn.directory.name(contact)
        if not name or self.fits(name) or not turn.directory.is_friend(contact):
            return False
        note = turn.session.get(Note, (turn.account, f"nickname:{contact}"))
        return note is None or turn.now - note.at >= AGAIN

    def _ask(self, turn: Turn, room: Room, contact: str) -> None:
        key = f"nickname:{contact}"
        turn.session.merge(Note(account=turn.account, key=key, contact=contact, at=turn.now))
        text = self.say(
            "nickname",
            name=turn.directory.name(contact),
            group=room.topic,
            pattern="-".join(self.config.training.nickname),
        )
        letter = Letter(
            key=f"{key}:{turn.now.isoformat()}",
            contact=contact,
            text=text,
            purpose=Purpose.LESSON,
            data={"part": "last"},
        )
        turn.outbox.put(letter, due_at=self._morning(turn.now))

    def _morning(self, now: datetime) -> datetime:
        quiet = self.config.pace.quiet_hours
        return now if quiet is None else quiet.after(now.astimezone(self.config.zone))
