"""Answers that WeChat refuses again and again: whoever wrote one hears of it early."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.storage.tables import LetterState, Outgoing, Ticket, Timer
from bot.turn import Turn
from handlers.desk.staffroom import StaffRoom
from handlers.wording import Wording

UNDELIVERED = "undelivered"  # the timer that looks whether an answer has left
SOON = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Undelivered:
    """Looks after answers until they have left, under one configuration."""

    say: Wording
    room: StaffRoom

    def watch(self, turn: Turn, ticket: Ticket, letters: Sequence[str]) -> None:
        """Look in a while whether these letters have left; the first names the call."""
        data = {"ticket": str(ticket.number), "letters": "\n".join(letters)}
        key = f"{UNDELIVERED}:{letters[0]}"
        turn.timers.set(key, UNDELIVERED, at=turn.now + SOON, contact=ticket.member, data=data)

    def look(self, turn: Turn, timer: Timer) -> None:
        """Tell once of what was refused; go on looking while something only waits for its turn."""
        letters = timer.data["letters"].split("\n")
        found = [turn.outbox.find(key) for key in letters]
        waiting = [each for each in found if each and each.state == LetterState.QUEUED]
        refused = next((each for each in waiting if each.attempts), None)
        ticket = turn.desk.find(int(timer.data["ticket"]))
        if refused is not None:
            self._tell(turn, ticket, refused)
        elif waiting:
            self.watch(turn, ticket, letters)

    def _tell(self, turn: Turn, ticket: Ticket, letter: Outgoing) -> None:
        contact = letter.contact or ticket.member
        name = turn.directory.name(contact) or ticket.member_name
        text = self.say("still_undelivered", ticket=ticket.number, name=name)
        self.room.tell_owner(turn, ticket, text, key=f"{UNDELIVERED}:{letter.key}")
