"""What is said before a notice: in the group, and privately to those who signed up."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.config.placeholders import fill
from bot.errors import NotDelivered, Refused
from bot.message import Letter, Purpose
from bot.notices import lapse
from bot.notices.audience import Place
from bot.notices.signups import Event
from bot.outbox import pieces
from bot.storage.tables import Occasion, Outgoing, Signup, SignupState
from bot.turn import Mention, Turn
from handlers.notices.content import LONGEST_NAMED, Piece, addressed
from handlers.wording import SOMEBODY, Wording, called


@dataclass(frozen=True, slots=True)
class Reminders:
    """How people are reminded, under one configuration."""

    config: Config
    say: Wording

    def compose(
        self,
        turn: Turn,
        notice: NoticeSettings,
        occasion: Occasion,
        place: Place,
        filled: Mapping[str, object],
    ) -> list[Piece]:
        """Remind a group, and those who signed up: privately, or by name where that cannot be."""
        unreachable = []
        for row in self._confirmed(turn, notice, occasion):
            if turn.directory.is_friend(row.member):
                self._remind(turn, notice, occasion, row, filled)
            elif row.room == place.room:
                unreachable.append(turn.mention(row.member, otherwise=SOMEBODY))
        return self._for_group(notice, filled, unreachable)

    def settled(self, turn: Turn, letter: Outgoing, error: NotDelivered | None) -> None:
        """Remind in the group whoever could not be reached privately after all."""
        room = letter.data.get("room", "")
        if not isinstance(error, Refused) or not room or letter.contact is None:
            return
        mention = turn.mention(letter.contact, otherwise=SOMEBODY)
        instead = Letter(
            key=f"{letter.key}:instead",
            room=room,
            text=f"{mention}{letter.text}",
            mentions=(letter.contact,),
            purpose=Purpose.REMINDER,
            notice=letter.notice,
        )
        turn.outbox.put(instead, expires_at=letter.expires_at)

    def _for_group(
        self,
        notice: NoticeSettings,
        filled: Mapping[str, object],
        people: list[Mention],
    ) -> list[Piece]:
        if notice.reminder:
            text = fill(notice.reminder, filled)
        else:
            text = self.say("reminder_signup" if notice.signup else "reminder", **filled)
        return addressed(pieces(text, LONGEST_NAMED)[0], people)

    def _remind(
        self,
        turn: Turn,
        notice: NoticeSettings,
        occasion: Occasion,
        row: Signup,
        filled: Mapping[str, object],
    ) -> None:
        name = called(row.member_name, row.member)
        text = self.say("reminder_private", name=name, **filled)
        letter = Letter(
            key=f"reminder:{notice.id}:{occasion.due_at.isoformat()}:{occasion.part}:{row.member}",
            contact=row.member,
            text=text,
            purpose=Purpose.REMINDER,
            notice=notice.id,
            data={"room": row.room or ""},
        )
        turn.outbox.put(letter, expires_at=lapse(occasion, notice.late))
        turn.session.flush()  # he may be in the next group as well

    def _confirmed(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> list[Signup]:
        if notice.signup is None:
            return []
        event = Event(notice.id, occasion.due_at, notice.signup.capacity, notice.signup.waitlist)
        return turn.signups.listed(event, SignupState.CONFIRMED)
