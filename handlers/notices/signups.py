"""Signing up for what a notice announces: by a word, by a list, in the group or privately."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.message import Kind, Message
from bot.notices.audience import Audience, adopted
from bot.notices.signups import Event
from bot.storage.tables import Said, Signup, SignupState, Timer
from bot.turn import Address, Turn
from handlers.notices.chains import Chains
from handlers.notices.enrolment import Enrolment, Word
from handlers.notices.gatherings import Gatherings
from handlers.notices.signup_lines import SignupLines
from handlers.notices.signup_words import (
    ANY,
    backs_out,
    cancels,
    check_in,
    counts_back,
    is_chain,
    is_unclear,
    party,
    plain,
    too,
)
from handlers.reading import Reading
from handlers.wording import Wording, called

FOLLOWS = timedelta(minutes=10)  # how long after another's sign-up a mere +1 is one too


@dataclass(frozen=True, slots=True)
class SignupDesk:
    """Signing up, under one configuration."""

    config: Config
    say: Wording
    lines: SignupLines
    events: Gatherings
    enrolment: Enrolment
    chains: Chains

    # -- recognising

    def recognise(self, reading: Reading) -> Word | None:
        """Recognise a word about signing up where it means something."""
        offered = tuple(self._offered(reading))
        if not offered or reading.message.kind is not Kind.TEXT:
            return None
        if is_chain(reading.message.text):
            return Word("chain", offered) if reading.in_group else None
        text = plain(reading.message.text)
        return _word(text, offered) or (_loose(text, offered) if reading.in_group else None)

    def answers(self, reading: Reading) -> str | None:
        """Recognise the answer to a question that was asked privately."""
        wanted = reading.private and reading.asked and not reading.concerned
        plain_text = reading.message.kind is Kind.TEXT and reading.verdict.label != "complaint"
        return reading.message.text.strip() or None if wanted and plain_text else None

    def _offered(self, reading: Reading) -> Iterator[NoticeSettings]:
        if not (reading.in_group or reading.private):
            return
        notices = [notice for notice in self.config.notices if notice.signup is not None]
        room = reading.message.room
        group = None
        if notices and room is not None:
            group = self.config.group_of(room, reading.topic) or adopted(room, reading.setting)
        for notice in notices:
            if group is None or notice.reaches(group, room or ""):
                yield notice

    # -- acting

    def take(self, turn: Turn, reading: Reading, word: Word) -> None:
        """Do what somebody wants, and let him know."""
        message = reading.message
        turn.directory.meet(message.sender)
        if message.room is None:
            turn.directory.person(message.sender.id).friend = True  # he could write to us
        verbs = {
            "join": self._join,
            "cancel": self._cancel,
            "check-in": self._check_in,
            "unclear": self._ask_back,
            "chain": self.chains.take,
        }
        verbs[word.verb](turn, message, word)

    def _join(self, turn: Turn, message: Message, word: Word) -> None:
        if word.loose:
            self._join_the_only(turn, message, word)
            return
        choice = self._choose(turn, message, word.notices)
        if choice is None:
            keyword = word.notices[0].signup.keyword if word.notices[0].signup else ""
            self.enrolment.answer(turn, message, self.say("signup_no_event", keyword=keyword))
            return
        notice, event = choice
        if not self.events.is_open(turn, notice, event):
            self.lines.closed(turn, notice, Address.of(message), message.id)
            return
        self.enrolment.take_up(turn, message, notice, event, word.guests)

    def _join_the_only(self, turn: Turn, message: Message, word: Word) -> None:
        """Sign up who did not say for what, where only one thing here can be meant.

        A mere +1 is a sign-up only right after another's; who is in stays as he is.
        """
        found = list(self._announced(turn, word.notices))
        if len(found) != 1 or (word.too and not self._after_another(turn, message)):
            said = turn.session.get(Said, (turn.account, message.id))
            if said is not None:
                said.taken = ""  # the next +1 does not come after a sign-up
            return
        [(notice, event)] = found
        row = turn.signups.find(event, message.sender.id)
        if row is None or row.state == SignupState.CANCELLED:
            most = notice.signup.guests if notice.signup else 0
            guests = min(word.guests, most) if word.too else word.guests
            self.enrolment.take_up(turn, message, notice, event, guests)

    def _announced(
        self, turn: Turn, notices: tuple[NoticeSettings, ...]
    ) -> Iterator[tuple[NoticeSettings, Event]]:
        """Find what was announced and is open."""
        for notice in notices:
            event = self.events.event(turn, notice)
            if event is None or not self.events.is_open(turn, notice, event):
                continue
            if self.events.was_announced(turn, notice, event):
                yield notice, event

    def _after_another(self, turn: Turn, message: Message) -> bool:
        """Say whether what was said last in this room is a sign-up."""
        before = (
            select(Said.taken)
            .where(Said.account == turn.account, Said.room == message.room)
            .where(Said.id != message.id, col(Said.at) > message.at - FOLLOWS)
        )
        return turn.session.exec(before.order_by(col(Said.at).desc()).limit(1)).first() == "signup"

    def _ask_back(self, turn: Turn, message: Message, word: Word) -> None:
        """Ask who brings company that cannot be counted to say how many they are."""
        keyword = word.notices[0].signup.keyword if word.notices[0].signup else ANY
        self.enrolment.answer(turn, message, self.say("signup_unclear", keyword=keyword))

    def _cancel(self, turn: Turn, message: Message, word: Word) -> None:
        wanted = {notice.id: notice for notice in word.notices}
        living = turn.signups.living_of(message.sender.id)
        row = next((each for each in living if each.notice in wanted), None)
        if row is None:
            if not word.loose:
                self.enrolment.answer(turn, message, self.say("signup_none"))
            return
        notice = wanted[row.notice]
        event = self.events.event_at(notice, row.due_at)
        moved = turn.signups.cancel(event, row)
        self.enrolment.confirm(turn, message, notice, event, row)
        self.lines.tell_moved_up(turn, notice, event, moved)

    def _check_in(self, turn: Turn, message: Message, word: Word) -> None:
        for notice in word.notices:
            event = self.events.event(turn, notice)
            if event is None or word.code != self.events.code(notice, event):
                continue
            row = turn.signups.find(event, message.sender.id)
            if row is None or row.state != SignupState.CONFIRMED:
                text = self.say("signup_not_signed_up", title=notice.title)
                self.enrolment.answer(turn, message, text)
            else:
                row.attended_at = row.attended_at or turn.now
                self._tell_checked_in(turn, message, notice, event, row)
            return
        self.enrolment.answer(turn, message, self.say("signup_no_checkin"))

    def _tell_checked_in(
        self, turn: Turn, message: Message, notice: NoticeSettings, event: Event, row: Signup
    ) -> None:
        if message.room is None:
            name = called(row.member_name, row.member)
            text = self.say("signup_yours_checked_in", name=name, title=notice.title)
            self.enrolment.answer(turn, message, text)
        else:
            row.room, row.told = message.room, False
            self.lines.fold(turn, event, message.room)

    # -- questions and thanks

    def answer(self, turn: Turn, reading: Reading, text: str) -> None:
        """Take the answer to a question, and ask the next."""
        message = reading.message
        row = turn.signups.asked(message.sender.id)
        notice = self._find(row.notice) if row else None
        if row is None or notice is None or notice.signup is None:
            return
        if row.asking >= len(notice.signup.questions):
            row.comment, row.asking = text[:1000], -1
            self.enrolment.answer(turn, message, self.say("signup_comment_thanks"))
            return
        row.answers, row.asking = [*row.answers, text[:200]], -1
        if len(row.answers) < len(notice.signup.questions):
            self.lines.ask(turn, notice, row)
        else:
            self.enrolment.answer(
                turn, message, self.say("signup_answers_done", title=notice.title)
            )

    def fold(self, turn: Turn, timer: Timer) -> None:
        """Tell a group of its latest sign-ups."""
        notice = self._find(timer.data["notice"])
        if notice is not None and notice.signup is not None:
            event = self.events.event_at(notice, datetime.fromisoformat(timer.data["due"]))
            self.lines.tell_group(turn, timer, notice, event)

    def thank(self, turn: Turn, timer: Timer) -> None:
        """Thank those who came."""
        notice = self._find(timer.data["notice"])
        if notice is not None and notice.signup is not None:
            due = datetime.fromisoformat(timer.data["due"])
            if self.events.called_off(turn, notice, due):
                return
            self.lines.thank(turn, notice, self.events.event_at(notice, due))

    def wake(self, turn: Turn) -> None:
        """Move people up where there is more room than before."""
        for notice in self.config.notices:
            event = self.events.event(turn, notice) if notice.signup else None
            if event is not None and self.events.is_open(turn, notice, event):
                self.lines.tell_moved_up(turn, notice, event, turn.signups.move_up(event))

    def _choose(
        self, turn: Turn, message: Message, notices: tuple[NoticeSettings, ...]
    ) -> tuple[NoticeSettings, Event] | None:
        """Choose of several notices the one that is open for this person and comes first."""
        found = []
        rooms = set(turn.directory.rooms_of(message.sender.id))
        for notice in notices:
            event = self.events.event(turn, notice)
            if event is None:
                continue
            if message.room is None:
                audience = Audience(turn.session, turn.account, self.config)
                if not rooms & {place.room for place in audience.places(notice)}:
                    continue
            found.append((not self.events.is_open(turn, notice, event), event.due_at, notice.id))
        if not found:
            return None
        chosen = self._find(min(found)[2])
        event = self.events.event(turn, chosen) if chosen else None
        return (chosen, event) if chosen and event else None

    def _find(self, notice: str) -> NoticeSettings | None:
        return next((each for each in self.config.notices if each.id == notice), None)


def _word(text: str, offered: tuple[NoticeSettings, ...]) -> Word | None:
    keywords = [(n, plain(n.signup.keyword)) for n in offered if n.signup is not None]
    meant = tuple(n for n, keyword in keywords if cancels(text, keyword))
    if meant or cancels(text, ANY) or counts_back(text):
        return Word("cancel", meant or offered)
    code = check_in(text)
    if code is not None:
        return Word("check-in", offered, code=code)
    joining = [(n, party(text, keyword)) for n, keyword in keywords]
    guests = [count for _, count in joining if count is not None]
    if guests:
        return Word("join", tuple(n for n, count in joining if count is not None), guests[0])
    unclear = tuple(n for n, keyword in keywords if is_unclear(text, keyword))
    return Word("unclear", unclear) if unclear else None


def _loose(text: str, offered: tuple[NoticeSettings, ...]) -> Word | None:
    """Read a sign-up that does not say for what, or that somebody backs out of one."""
    if backs_out(text):
        return Word("cancel", offered, loose=True)
    guests, more = party(text, ANY), too(text)
    if guests is not None:
        return Word("join", offered, guests, loose=True)
    return Word("join", offered, more, loose=True, too=True) if more is not None else None
