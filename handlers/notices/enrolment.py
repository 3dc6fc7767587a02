"""Taking somebody up into an event, whichever way he asked."""

from dataclasses import dataclass, replace

from bot.config.notices import NoticeSettings
from bot.message import Message, Purpose
from bot.notices.signups import Event, Who
from bot.storage.tables import Signup, SignupState
from bot.turn import Address, Turn
from handlers.notices.signup_lines import SignupLines
from handlers.wording import Wording, called


@dataclass(frozen=True, slots=True)
class Word:
    """What somebody typed about signing up, and of which notices it may be.

    ``loose``: he did not say for what; ``too``: nor more than +1.
    """

    verb: str
    notices: tuple[NoticeSettings, ...]
    guests: int = 0
    code: str = ""
    loose: bool = False
    too: bool = False


@dataclass(frozen=True, slots=True)
class Enrolment:
    """How people get in and hear of it, under one configuration."""

    say: Wording
    lines: SignupLines

    def take_up(
        self, turn: Turn, message: Message, notice: NoticeSettings, event: Event, guests: int
    ) -> None:
        """Sign somebody up, unless he brings more guests than he may or than ever fit."""
        most = notice.signup.guests if notice.signup else 0
        if guests > most:
            keyword = notice.signup.keyword if notice.signup else ""
            sentence = "signup_too_many" if most else "signup_alone"
            self.answer(turn, message, self.say(sentence, guests=most, keyword=keyword))
        elif not event.holds(1 + guests):
            self._refuse(turn, message, notice, event, 1 + guests)
        else:
            self._sign_up(turn, message, notice, event, guests)

    def _refuse(
        self, turn: Turn, message: Message, notice: NoticeSettings, event: Event, people: int
    ) -> None:
        """Say that so many never fit; a sign-up that there is stays as it is."""
        row = turn.signups.find(event, message.sender.id)
        stands = row is not None and row.state != SignupState.CANCELLED
        sentence = "signup_too_large_still" if stands else "signup_too_large"
        text = self.say(sentence, title=notice.title, capacity=event.capacity, people=people)
        self.answer(turn, message, text)

    def _sign_up(
        self, turn: Turn, message: Message, notice: NoticeSettings, event: Event, guests: int
    ) -> None:
        """Sign somebody up, or change how many he brings, and let him know."""
        name = message.sender.name or turn.directory.name(message.sender.id)
        who = Who(message.sender.id, name, message.room, message.id)
        row = turn.signups.join(event, who, guests)
        moved = turn.signups.move_up(event)  # where somebody brings fewer than he said
        self.lines.tell_moved_up(turn, notice, event, [each for each in moved if each is not row])
        if row is None and message.room is not None:
            self.lines.fold(turn, event, message.room, full=message.sender.id)
        elif row is None:
            text = self.say("signup_yours_full", name=called(name, who.member), title=notice.title)
            self.answer(turn, message, text)
        elif row.guests != guests:
            text = self.say("signup_no_room_for_guests", title=notice.title)
            self.answer(turn, message, text)
        else:
            self.confirm(turn, message, notice, event, row)

    def confirm(
        self, turn: Turn, message: Message, notice: NoticeSettings, event: Event, row: Signup
    ) -> None:
        """Tell where he stands: privately where he asked privately, else in a folded line."""
        if message.room is None:
            self.lines.tell_one(turn, notice, event, row, message.id)
        else:
            row.room, row.told = message.room, False
            self.lines.fold(turn, event, message.room)
        self.lines.ask(turn, notice, row)

    def answer(self, turn: Turn, message: Message, text: str) -> None:
        """Answer a word about signing up where it was said."""
        to = Address.of(message)
        if message.room is not None:
            to = replace(to, mentions=(turn.mention(message.sender.id),))
        turn.say(to, text, key=f"signup-answer:{message.id}", purpose=Purpose.SIGNUP)
