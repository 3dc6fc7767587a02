"""接龙: the lists that people pass on, each adding himself."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.config.notices import NoticeSettings
from bot.message import Message
from bot.notices.signups import Event, Who
from bot.storage.tables import Note, SignupState
from bot.turn import Address, Turn
from handlers.notices.enrolment import Enrolment, Word
from handlers.notices.gatherings import Gatherings
from handlers.notices.signup_lines import SignupLines, pseudo
from handlers.notices.signup_words import ChainLine, added, read_chain

MARK = re.compile(r"#?\s*接龙|^\s*例.*$|[\s:：，。!！]", re.MULTILINE)
ABOUT_AN_EVENT = re.compile(r"报名|参加|活动")


@dataclass(frozen=True, slots=True)
class Chains:
    """How lists are counted, under one configuration."""

    lines: SignupLines
    events: Gatherings
    enrolment: Enrolment

    def take(self, turn: Turn, message: Message, word: Word) -> None:
        """Count whoever adds himself to a list, or takes himself off it."""
        head, lines = read_chain(message.text)
        notice = _meant(head, word.notices)
        event = self.events.event(turn, notice) if notice else None
        if notice is None or event is None or message.room is None:
            return
        if not self.events.is_open(turn, notice, event):
            self.lines.closed(turn, notice, Address.of(message), message.id)
            return
        key = f"chain:{event.notice}:{event.due_at.isoformat()}:{message.room}"
        note = turn.session.get(Note, (turn.account, key))
        before = [ChainLine(*line) for line in note.data.get("lines", [])] if note else []  # type: ignore[attr-defined]
        known = {line.name for line in before}
        if note is None:
            before = self._learn(turn, message, event, lines)
        self._own_line(turn, message, notice, event, (before, lines))
        told = [line for line in before if line.name not in {each.name for each in lines}]
        mine = turn.directory.name(message.sender.id)
        kept = [line for line in told if line.name != mine and line.name in known]
        data: dict[str, object] = {"lines": [[line.name, line.guests] for line in [*lines, *kept]]}
        turn.session.merge(Note(account=turn.account, key=key, data=data, at=turn.now))

    def _learn(
        self, turn: Turn, message: Message, event: Event, lines: list[ChainLine]
    ) -> list[ChainLine]:
        """Count those whom the first list that is seen names besides its sender; return them.

        Who signed up or cancelled by himself stays as he wanted it.
        """
        sender = message.sender.name or turn.directory.name(message.sender.id)
        mine = _line_of(sender, lines) or (lines[-1] if lines else None)
        others = [line for line in lines if line != mine]
        self._count(turn, message, event, others)
        return others

    def _count(
        self, turn: Turn, message: Message, event: Event, lines: Iterable[ChainLine]
    ) -> None:
        """Sign up whom somebody else put on a list, unless he said himself what he wants."""
        people = self._people(turn, message.room or "")
        for line in lines:
            member = people.get(line.name, f"name:{line.name}")
            if turn.signups.find(event, member) is not None:
                continue
            who = Who(member, line.name, message.room, message.id)
            row = turn.signups.join(event, who, line.guests)
            if message.room is not None:
                self.lines.fold(
                    turn, event, message.room, full="" if row or pseudo(member) else member
                )

    def _own_line(
        self,
        turn: Turn,
        message: Message,
        notice: NoticeSettings,
        event: Event,
        lists: tuple[list[ChainLine], list[ChainLine]],
    ) -> None:
        """Sign up, change or cancel the sender by what he did to the list.

        Whom he adds is a guest of his, or another member who is counted as such.
        """
        before, now = lists
        sender, name = (
            message.sender.id,
            message.sender.name or turn.directory.name(message.sender.id),
        )
        people, mine = self._people(turn, message.room or ""), _line_of(name, now)
        fresh = added(before, now)
        self._count(
            turn, message, event, [x for x in fresh if people.get(x.name, sender) != sender]
        )
        fresh = [line for line in fresh if people.get(line.name, sender) == sender]
        if mine is None and fresh:
            mine = fresh[0]  # under another name than his own
        row = turn.signups.find(event, sender)
        here = row is not None and row.state != SignupState.CANCELLED
        if mine is not None:
            more = [line for line in fresh if line != mine]
            guests = mine.guests + sum(1 + line.guests for line in more)
            if row is None or not here or row.guests != guests:
                self.enrolment.take_up(turn, message, notice, event, guests)
        elif row is not None and here and len(now) < len(before):
            moved = turn.signups.cancel(event, row)
            self.enrolment.confirm(turn, message, notice, event, row)
            self.lines.tell_moved_up(turn, notice, event, moved)

    def _people(self, turn: Turn, room: str) -> dict[str, str]:
        """Map names in a room to contact ids; a name that two people have means nobody."""
        found: dict[str, list[str]] = {}
        for member in turn.directory.members(room):
            found.setdefault(turn.directory.name(member.contact), []).append(member.contact)
        return {name: ids[0] for name, ids in found.items() if name and len(ids) == 1}


def _meant(head: str, notices: tuple[NoticeSettings, ...]) -> NoticeSettings | None:
    """Return the notice that a list is about: the one it names, or the only one.

    A list about something else, 今晚吃什么, is about none.
    """
    for notice in notices:
        if notice.title in head or (notice.signup and notice.signup.keyword in head):
            return notice
    about = MARK.sub("", head)
    if len(notices) != 1 or (about and not _is_near(about, notices[0])):
        return None
    return notices[0]


def _is_near(about: str, notice: NoticeSettings) -> bool:
    """Say whether the head of a list may well mean a notice: it shares a word with it."""
    names = notice.title + (notice.signup.keyword if notice.signup else "")
    pairs = {names[at : at + 2] for at in range(len(names) - 1)}
    return ABOUT_AN_EVENT.search(about) is not None or any(pair in about for pair in pairs)


def _line_of(name: str, lines: list[ChainLine]) -> ChainLine | None:
    return next((line for line in lines if name and line.name == name), None)
