"""Common questions are answered where the bot is sure; else it is silent, or calls a person."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config
from bot.config.placeholders import fill
from bot.message import Kind, Message, Purpose
from bot.storage.tables import Note, Said
from bot.turn import Address, Turn
from handlers.community.shelf import Given, Shelf
from handlers.reading import Reading, Role
from handlers.wording import Wording

ASKS = re.compile(
    r"[?？吗呢么]|怎么|如何|什么|哪|几|多少|能不能|可不可以|可以.*不|有没有|是不是|为啥"
)
HOUR = timedelta(hours=1)
BACK_AND_FORTH = 3  # answers to one person in one room within ten minutes: more is a loop
LOOP = timedelta(minutes=10)
CALLED = timedelta(minutes=10)  # between two calls for a person in one group
LONGEST = 300  # characters; longer is no question
QUOTED = 300


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the answer of the configuration where it is sure."""

    text: str
    given: Given | None


@dataclass(frozen=True, slots=True)
class Answers:
    """What happens with questions, under one configuration.

    ``pass_on`` takes what somebody says privately and is not answered here.
    """

    config: Config
    say: Wording
    shelf: Shelf
    pass_on: Callable[[Turn, Reading], None]

    # -- recognising

    def recognise(self, reading: Reading) -> Question | None:
        """Recognise a question of a member in a group, sure or not."""
        if not self.config.answers.enabled or not reading.in_group:
            return None
        return self._question(reading)

    def recognise_privately(self, reading: Reading) -> Question | None:
        """Recognise a question of a member in private that the bot can answer for sure."""
        if not self.config.answers.enabled or not reading.private or reading.concerned:
            return None
        question = self._question(reading)
        return question if question is not None and question.given is not None else None

    def _question(self, reading: Reading) -> Question | None:
        text = self._plain(reading.message)
        if reading.role is not Role.MEMBER or reading.message.kind is not Kind.TEXT:
            return None
        if reading.verdict.label == "complaint" or not text or len(text) > LONGEST:
            return None
        if reading.verdict.label != "question" and ASKS.search(text) is None:
            return None
        return Question(text, self.shelf.find(text, reading.place))

    def _plain(self, message: Message) -> str:
        """Return the words without the names of who is addressed."""
        return re.sub(r"@[^\u2005\s]{1,40}[\u2005\s]+", "", message.text).strip()

    # -- answering

    def take(self, turn: Turn, reading: Reading, question: Question) -> None:
        """Answer in the group where the bot is sure; else call a person, or be silent."""
        given = question.given or self.shelf.learned(turn, question.text)
        if given is not None:
            self._note(turn, reading, "answer")
            if self._may_speak(turn, reading.message, given):
                self._answer(turn, reading, given)
        else:
            self._note(turn, reading, "question")
            if reading.mentioned and self.config.answers.to_human:
                self._call_person(turn, reading, question)

    def take_privately(self, turn: Turn, reading: Reading, question: Question) -> None:
        """Answer privately, unless the member is in the middle of something."""
        if turn.desk.resolved_of(reading.message.sender.id) is not None or question.given is None:
            self.pass_on(turn, reading)
            return
        turn.directory.meet(reading.message.sender)
        turn.directory.person(reading.message.sender.id).friend = True
        self._answer(turn, reading, question.given)

    def _answer(self, turn: Turn, reading: Reading, given: Given) -> None:
        message = reading.message
        values = {"name": turn.directory.name(message.sender.id), "group": reading.topic}
        answer = fill(given.answer, values) if given.template else given.answer
        mention = turn.mention(message.sender.id) if message.room else None
        addressed = mention is not None and bool(mention.name)
        text = self.say("faq_answer", mention=mention if addressed else "", answer=answer)
        to = Address.of(message)
        if mention is not None and addressed:
            to = Address(room=message.room, mentions=(mention,))
        key = f"faq:{message.id}"
        data = {"faq": given.id}
        turn.say(to, text, key=key, purpose=Purpose.ANSWER, data=data)

    def _note(self, turn: Turn, reading: Reading, taken: str) -> None:
        row = turn.session.get(Said, (turn.account, reading.message.id))
        if row is not None:
            row.taken = taken

    # -- keeping quiet

    def _may_speak(self, turn: Turn, message: Message, given: Given) -> bool:
        """Say whether this answer may be given in this room now, and remember that it was."""
        settings = self.config.answers
        room, who = message.room or "", message.sender.id
        same = self._given(turn, f"faq:{room}:{given.id}", "")
        any_ = self._given(turn, f"faq:{room}", "")
        his = self._given(turn, f"faq-of:{room}:{who}", who)
        if (
            _within(same, turn.now, settings.same_answer)
            or _within(any_, turn.now, settings.between)
            or len(_since(any_, turn.now, HOUR)) >= settings.per_hour
            or len(_since(his, turn.now, LOOP)) >= BACK_AND_FORTH
        ):
            return False
        for note in (same, any_, his):
            times = [*_since(note, turn.now, HOUR), turn.now]
            note.data, note.at = {"times": [at.isoformat() for at in times]}, turn.now
        return True

    def _given(self, turn: Turn, key: str, contact: str) -> Note:
        note = turn.session.get(Note, (turn.account, key))
        if note is None:
            note = Note(account=turn.account, key=key, contact=contact, at=turn.now)
            note.data = {"times": []}
            turn.session.add(note)
        return note

    # -- calling a person

    def _call_person(self, turn: Turn, reading: Reading, question: Question) -> None:
        """Tell the staff what was asked; the group hears that somebody comes, not too often."""
        message = reading.message
        room = self.config.support.room
        if not room:
            return
        text = self.say(
            "faq_staff",
            name=turn.directory.name(message.sender.id) or message.sender.id,
            group=reading.topic,
            text=question.text[:QUOTED],
        )
        key = f"asked:{message.id}"
        turn.say(Address(room=room), text, key=key, purpose=Purpose.STAFF_ALERT)
        note = self._given(turn, f"called:{message.room}", "")
        if not _within(note, turn.now, CALLED):
            note.data, note.at = {"times": [turn.now.isoformat()]}, turn.now
            mention = turn.mention(message.sender.id)
            line = self.say("faq_to_human", mention=mention)
            to = Address(room=message.room, mentions=(mention,) if mention.name else ())
            turn.say(to, line, key=f"faq:{message.id}", purpose=Purpose.ANSWER)


def _since(note: Note, now: datetime, span: timedelta) -> list[datetime]:
    times = note.data.get("times", [])
    moments = [datetime.fromisoformat(str(at)) for at in times] if isinstance(times, list) else []
    return [at for at in moments if now - at < span]


def _within(note: Note, now: datetime, span: timedelta) -> bool:
    return bool(_since(note, now, span))
