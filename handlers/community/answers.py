"""Common questions are answered where the bot is sure; else it is silent, or calls a person."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.config import Config
from bot.config.placeholders import fill
from bot.message import Kind, Message, Purpose
from bot.storage.tables import Note, Said
from bot.turn import Address, Turn
from handlers.community.shelf import Given, Shelf
from handlers.cooldowns import Cooldowns
from handlers.desk.closing_words import asks_who_i_am
from handlers.reading import GROUPS, Reader, Reading, Role
from handlers.wording import SOMEBODY, Wording, called

ASKS = re.compile(
    r"[?？吗呢么]|怎么|如何|什么|哪|几|多少|能不能|可不可以|可以.*不|有没有|是不是|为啥"
)
IMPATIENT = re.compile(  # who asks like this wants a person, and no ready answer
    r"死了|死哪|装死|垃圾|骗|差劲|太差|投诉|有没有人|没人[管理回]|不理人|到底(?!哪|怎么[选洗用]|[选是要该买])|凭什么|无语|搞什么|什么玩意|"
    r"[\d一二两三四五六七八九十半几]+\s*(天|个?星期|周|个?月|小时)了|"
    r"还[没不](发|到|收|退|给|来|动|处理)|(都|一直)没(发|到|收|动)|怎么还"
)
HOUR = timedelta(hours=1)
BACK_AND_FORTH = 3  # answers to one person in one room within ten minutes: more is a loop
LOOP = timedelta(minutes=10)
CALLED = timedelta(minutes=10)  # between two calls for a person in one group
LONGEST = 300  # characters; longer is no question
QUOTED = 300
ADDRESSED = re.compile(r"@[^\u2005\s]{1,40}[\u2005\s]+")


@dataclass(frozen=True, slots=True)
class Question:
    """What was asked, and the answer where the bot is sure of one."""

    text: str
    given: Given | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """What happens with questions, under one configuration.

    ``pass_on`` takes what somebody says privately and is not answered here.
    """

    config: Config
    say: Wording
    shelf: Shelf
    pass_on: Callable[[Turn, Reading], None]
    cooldowns: Cooldowns
    reader: Reader

    # -- recognising

    def knows(self, reading: Reading) -> Question | None:
        """Recognise a question of a member in a group that the bot can answer for sure."""
        return self._sure(reading, reading.place.names) if reading.in_group else None

    def knows_privately(self, reading: Reading) -> Question | None:
        """Recognise a question of a member in private that the bot can answer somewhere."""
        return self._sure(reading) if reading.private and not reading.concerned else None

    def is_called(self, reading: Reading) -> Question | None:
        """Recognise a question in a group that wants a person; those it knows were taken.

        It addresses the bot, or a ready answer would fit it but for its impatience.
        """
        if not self.config.answers.to_human:
            return None
        open_ = self.stays_open(reading)
        if open_ is None or reading.mentioned:
            return open_
        if not is_impatient(open_.text):
            return None
        return open_ if self.shelf.find(open_.text, reading.place.names) is not None else None

    def stays_open(self, reading: Reading) -> Question | None:
        """Recognise a question in a group; those it knows were taken."""
        text = self._asked(reading) if reading.in_group else ""
        return Question(text) if text else None

    def _sure(self, reading: Reading, names: Collection[str] = ()) -> Question | None:
        text = self._asked(reading)
        given = self.shelf.find(text, names) if text and not is_impatient(text) else None
        return Question(text, given) if given is not None else None

    def _asked(self, reading: Reading) -> str:
        """Return what a member asks, without the names of who is addressed; "" if he does not."""
        message = reading.message
        if not self.config.answers.enabled or reading.role is not Role.MEMBER:
            return ""
        if message.kind is not Kind.TEXT or reading.verdict.label == "complaint":
            return ""
        if reading.held is not None or self._asks_another(reading):
            return ""
        text = without_names(message.text)
        asks = reading.verdict.label == "question" or ASKS.search(text) is not None
        return text if asks and len(text) <= LONGEST else ""

    def _asks_another(self, reading: Reading) -> bool:
        """Say whether a question is put to another member, who will answer for himself."""
        others = set(reading.message.mentions) - self.config.staff.keys() - self.config.managers
        return bool(others) and not reading.mentioned

    # -- answering

    def take(self, turn: Turn, reading: Reading, question: Question) -> None:
        """Answer in the group, unless that was done just now."""
        if reading.verdict.label == "question":
            self.cooldowns.acted(turn, reading.verdict.rule, reading.message.room or "")
        given = question.given
        still = given is not None and self.shelf.still_gives(turn, given)
        if given is None or not still or _muted(turn, reading.message):
            self._note(turn, reading, "question")
        elif self._may_speak(turn, reading.message, given):
            self._answer(turn, reading, given)
        else:
            self._note(turn, reading, "answered-before")

    def take_privately(self, turn: Turn, reading: Reading, question: Question) -> None:
        """Answer privately, unless the member is in the middle of something.

        What is for some groups only is for who is in one of them.
        """
        who = reading.message.sender
        given = self.shelf.find(question.text, self._places_of(turn, reading))
        busy = turn.desk.resolved_of(who.id) is not None
        if busy or given is None or not self.shelf.still_gives(turn, given):
            self._note(turn, reading, "private")
            self.pass_on(turn, reading)
            return
        turn.directory.meet(who)
        turn.directory.person(who.id).friend = True
        self._answer(turn, reading, given)

    def _places_of(self, turn: Turn, reading: Reading) -> frozenset[str]:
        """List what the groups of who writes privately are called by; those the bot is in."""
        names = reading.place.names
        for name in turn.directory.rooms_of(reading.message.sender.id):
            room = turn.directory.room(name)
            setting, place = self.reader.setting(name, room.topic, room.kind)
            if room.present and setting in GROUPS:
                names |= place.names
        return names

    def _answer(self, turn: Turn, reading: Reading, given: Given) -> None:
        message = reading.message
        who = message.sender.id
        values = {"name": called(turn.directory.name(who), who), "group": reading.topic}
        answer = fill(given.answer, values) if given.template else given.answer
        mention = turn.mention(who, otherwise=SOMEBODY) if message.room else None
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
        ours = {f"faq:{room}:{given.id}": "", f"faq:{room}": ""}
        his = {f"faq-of:{room}:{who}": who, f"faq-of:{room}:{who}:{given.id}": who}
        same, any_, to_him, same_to_him = self._given(turn, ours | his)
        if (
            _within(same, turn.now, settings.same_answer)
            or _within(any_, turn.now, settings.between)
            or _within(same_to_him, turn.now, HOUR)
            or len(_since(any_, turn.now, HOUR)) >= settings.per_hour
            or len(_since(to_him, turn.now, LOOP)) >= BACK_AND_FORTH
        ):
            return False
        _keep(turn.now, same, any_, to_him, same_to_him)
        return True

    def _given(self, turn: Turn, keys: Mapping[str, str]) -> list[Note]:
        """Return the notes under these keys, in their order; with whom each is about."""
        wanted = select(Note).where(Note.account == turn.account, col(Note.key).in_(keys))
        found = {note.key: note for note in turn.session.exec(wanted)}
        for key in keys.keys() - found.keys():
            note = Note(account=turn.account, key=key, contact=keys[key], at=turn.now)
            note.data = {"times": []}
            turn.session.add(note)
            found[key] = note
        return [found[key] for key in keys]

    # -- calling a person

    def call_person(self, turn: Turn, reading: Reading, question: Question) -> None:
        """Tell the staff what was asked; the group hears that somebody comes, not too often."""
        message = reading.message
        room, who = self.config.support.room, message.sender.id
        if not room:
            return
        in_room, by_him = f"called:{message.room}", f"called:{message.room}:{who}"
        called, his = self._given(turn, {in_room: "", by_him: who})
        if len(_since(his, turn.now, LOOP)) >= BACK_AND_FORTH:
            return
        if asks_who_i_am(question.text):
            key, purpose = f"faq:{message.id}", Purpose.ANSWER
            turn.say(Address.of(message), self.say("who_i_am"), key=key, purpose=purpose)
            _keep(turn.now, his)
            return
        text = self.say(
            "faq_staff" if reading.mentioned else "faq_impatient",
            name=turn.directory.name(who) or who,
            group=reading.topic,
            text=question.text[:QUOTED],
        )
        key = f"asked:{message.id}"
        turn.say(Address(room=room), text, key=key, purpose=Purpose.STAFF_ALERT)
        _keep(turn.now, his)
        silent = not reading.mentioned or _muted(turn, message)
        if not silent and not _within(called, turn.now, CALLED):
            _keep(turn.now, called)
            mention = turn.mention(who, otherwise=SOMEBODY)
            line = self.say("faq_to_human", mention=mention)
            to = Address(room=message.room, mentions=(mention,) if mention.name else ())
            turn.say(to, line, key=f"faq:{message.id}", purpose=Purpose.ANSWER)


def is_impatient(text: str) -> bool:
    """Say whether a question is asked by somebody whom a ready answer would make angrier."""
    return IMPATIENT.search(text) is not None


def without_names(text: str) -> str:
    """Return the words of a text without the names of who is addressed."""
    return ADDRESSED.sub("", text).strip() if "@" in text else text.strip()


def _muted(turn: Turn, message: Message) -> bool:
    until = turn.directory.room(message.room).muted_until if message.room else None
    return until is not None and until > turn.now


def _since(note: Note, now: datetime, span: timedelta) -> list[datetime]:
    times = note.data.get("times", [])
    moments = [datetime.fromisoformat(str(at)) for at in times] if isinstance(times, list) else []
    return [at for at in moments if now - at < span]


def _keep(now: datetime, *notes: Note) -> None:
    """Write down that it happened now, and forget what is over an hour old."""
    for note in notes:
        times = [*_since(note, now, HOUR), now]
        note.data, note.at = {"times": [at.isoformat() for at in times]}, now


def _within(note: Note, now: datetime, span: timedelta) -> bool:
    return bool(_since(note, now, span))
