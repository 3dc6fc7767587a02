"""Answers that people gave are collected on a manager's word, and the unanswered are listed."""

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, or_, select

from bot.community.learned import Library
from bot.config import Config
from bot.config.hours import WEEKDAYS
from bot.message import Message, Purpose
from bot.storage.tables import Learned, LearnedState, Said, Timer
from bot.turn import Address, Turn
from handlers.community.answers import ASKS, without_names
from handlers.community.shelf import Shelf
from handlers.managers import Managers
from handlers.reading import Reader, Reading, Role, Setting
from handlers.wording import Wording

KEEP = re.compile(r"[#＃]\s*收录")
DECIDE = re.compile(r"收录\s*([0-9]{1,9})\s*(通过|不要)")
UNANSWERED = "unanswered"
BEFORE = timedelta(minutes=10)  # the question stands this long at most before its answer
HELPED = timedelta(minutes=30)  # within this staff spoke, and somebody took care
WEEK = timedelta(days=7)
AHEAD = timedelta(days=1)  # how much a clock of WeChat may be ahead of ours
SHOWN = 5  # questions of a theme
THEMES = 8
LONGEST = 40
OTHER = "其他"
Help = tuple[datetime, str, bool]  # when something was said, what it quotes, whether by staff


@dataclass(frozen=True, slots=True)
class Collecting:
    """How the bot learns answers, under one configuration."""

    config: Config
    say: Wording
    reader: Reader
    managers: Managers
    shelf: Shelf

    # -- collecting

    def keeps(self, reading: Reading) -> str | None:
        """Recognise a manager's word in a group that an answer be kept; with what else he said."""
        text = reading.message.text
        if reading.role is not Role.MANAGER or not reading.in_group or not KEEP.search(text):
            return None
        return KEEP.sub("", text.split("\n- - -")[-1]).strip()

    def keep(self, turn: Turn, reading: Reading, rest: str) -> None:
        """Keep it for approval, and tell the manager privately."""
        message = reading.message
        quoted = turn.session.get(Said, (turn.account, message.quote)) if message.quote else None
        to = Address(contact=message.sender.id)
        key = f"command:{message.id}"
        found = self._pair(turn, message, quoted, rest) if quoted is not None else None
        if found is None:
            sentence = "learned_no_question" if quoted is not None else "learned_nothing"
            turn.say(to, self.say(sentence), key=key, purpose=Purpose.COMMAND_REPLY)
            return
        learned = Library(turn.session, turn.account, turn.now).propose(found)
        text = self.say(
            "learned_kept",
            number=learned.number,
            question=learned.question,
            answer=learned.answer,
        )
        turn.say(to, text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _pair(self, turn: Turn, message: Message, quoted: Said, rest: str) -> Learned | None:
        """Find out which is the question and which the answer."""
        if not quoted.text.strip():
            return None
        if rest and ASKS.search(quoted.text):
            return self._learned(quoted, question=quoted, answer=rest, author=message.sender.id)
        if rest:
            return self._learned(quoted, question=None, answer=quoted.text, asked=rest)
        asked = self._asked_before(turn, quoted)
        if asked is None:
            return None
        return self._learned(quoted, question=asked, answer=quoted.text, author=quoted.sender)

    def _learned(
        self,
        source: Said,
        *,
        question: Said | None,
        answer: str,
        asked: str = "",
        author: str = "",
    ) -> Learned:
        return Learned(
            account=source.account,
            number=0,
            source=source.id,
            room=source.room,
            asker=question.sender if question is not None else "",
            author=author or source.sender,
            question=without_names(question.text) if question is not None else asked,
            answer=without_names(answer),
            at=source.at,
        )

    def _asked_before(self, turn: Turn, answer: Said) -> Said | None:
        """Return what an answer quotes, or the last question of another before it."""
        if answer.quote:
            return turn.session.get(Said, (turn.account, answer.quote))
        wanted = select(Said).where(
            Said.account == turn.account,
            Said.room == answer.room,
            Said.sender != answer.sender,
            Said.at < answer.at,
            Said.at >= answer.at - BEFORE,
        )
        before = turn.session.exec(wanted.order_by(col(Said.at).desc()).limit(20))
        return next((said for said in before if ASKS.search(said.text)), None)

    # -- approving

    def decides(self, reading: Reading) -> tuple[int, str] | None:
        """Recognise a manager's decision on what was kept."""
        found = DECIDE.fullmatch(reading.message.text.strip())
        heard = reading.private or reading.setting is Setting.SUPPORT
        allowed = heard and reading.role is Role.MANAGER
        return (int(found[1]), found[2]) if found and allowed else None

    def decide(self, turn: Turn, reading: Reading, decision: tuple[int, str]) -> None:
        """Give it from now on, or never."""
        number, word = decision
        approves = word == "通过"
        state = LearnedState.APPROVED if approves else LearnedState.REJECTED
        library = Library(turn.session, turn.account, turn.now)
        found = library.decide(number, state, reading.message.sender.id)
        self.shelf.learn(turn)
        sentence = "learned_approved" if approves else "learned_rejected"
        text = self.say(sentence if found is not None else "learned_unknown", number=number)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    # -- what nobody answered

    def wake(self, turn: Turn) -> None:
        """Take over what was approved; set the moment of the next list, or unset it."""
        self.shelf.learn(turn)
        if self.config.answers.weekly is None:
            turn.timers.cancel(UNANSWERED)
            return
        turn.timers.set(UNANSWERED, UNANSWERED, at=self._next(turn.now))

    def _next(self, moment: datetime) -> datetime:
        clock = self.config.answers.weekly
        if clock is None:
            raise ValueError("no time for the list")
        local = moment.astimezone(self.config.zone)
        days = (WEEKDAYS.index(self.config.community.letter_day) - local.weekday()) % 7
        due = datetime.combine(local.date() + timedelta(days=days), clock, self.config.zone)
        return due if due >= local else due + WEEK

    def weekly(self, turn: Turn, _: Timer) -> None:
        """Tell the managers what nobody answered in the last week, if anything."""
        if text := self.listed(turn):
            day = turn.now.astimezone(self.config.zone).date()
            self.managers.tell(turn, text, key=f"{UNANSWERED}:{day.isoformat()}")
        at = self._next(turn.now + timedelta(minutes=1))
        turn.timers.set(UNANSWERED, UNANSWERED, at=at)

    def asks(self, reading: Reading) -> bool | None:
        """Recognise a manager who wants the list now."""
        heard = reading.private and reading.role is Role.MANAGER
        return True if heard and reading.message.text.strip() == "未答" else None

    def tell(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Answer with the list."""
        text = self.listed(turn) or self.say("unanswered_none")
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def listed(self, turn: Turn) -> str:
        """List the unanswered questions of the last week by theme; "" where there is none."""
        open_ = self.unanswered(turn)
        if not open_:
            return ""
        lines: list[str] = []
        for theme, questions in themes([*open_], self.shelf):
            lines.append(self.say("unanswered_theme", theme=theme, count=len(questions)))
            lines += [self._line(turn, said) for said in questions[:SHOWN]]
        return self.say("unanswered_title", count=len(open_), lines="\n".join(lines))

    def subjects(self, turn: Turn) -> list[tuple[str, int]]:
        """Name what the unanswered questions of the last week were mostly about."""
        asked = [said for said in self.unanswered(turn) if ASKS.search(said.text)]
        found = themes(asked, self.shelf)
        return [(theme, len(alike)) for theme, alike in found if theme != OTHER]

    def _line(self, turn: Turn, said: Said) -> str:
        text = " ".join(without_names(said.text).split())
        return self.say(
            "unanswered_line",
            group=turn.directory.topic(said.room),
            name=turn.directory.name(said.sender),
            text=text[:LONGEST] + ("……" if len(text) > LONGEST else ""),
        )

    def unanswered(self, turn: Turn) -> list[Said]:
        """Find the questions of the last week that neither the bot nor a person took up."""
        wanted = select(Said).where(
            Said.account == turn.account,
            Said.heard_at >= turn.now - WEEK - AHEAD,  # which is what the index knows
            Said.at >= turn.now - WEEK,
            Said.taken == "question",
        )
        asked = turn.session.exec(wanted.order_by(col(Said.at))).all()
        help_ = self._help(turn, asked)
        return [said for said in asked if not _helped(said, help_.get(said.room or "", ()))]

    def _help(self, turn: Turn, asked: Sequence[Said]) -> dict[str, list[Help]]:
        """List by room, in one look, what may have been help: quotations, and staff who spoke."""
        wanted = select(Said.room, Said.at, Said.sender, Said.quote).where(
            Said.account == turn.account,
            Said.at >= turn.now - WEEK,
            col(Said.room).in_({said.room for said in asked}),
            or_(Said.quote != "", col(Said.sender).in_(self.reader.at_work)),
        )
        found: dict[str, list[Help]] = {}
        for room, at, sender, quote in turn.session.exec(wanted.order_by(col(Said.at))):
            staff = self.reader.role(sender) is not Role.MEMBER
            found.setdefault(room or "", []).append((at, quote or "", staff))
        return found


def _helped(asked: Said, help_: Sequence[Help]) -> bool:
    """Say whether staff spoke soon after a question, or somebody quoted it."""
    first = bisect_right(help_, asked.at, key=lambda each: each[0])
    for at, quote, staff in help_[first:]:
        if at > asked.at + HELPED:
            return False
        if staff or quote == asked.id:
            return True
    return False


def themes(questions: Sequence[Said], shelf: Shelf) -> list[tuple[str, list[Said]]]:
    """Put questions together that share a telling word; the largest theme first."""
    words = {said.id: shelf.telling(said.text) for said in questions}
    counts = Counter(word for each in words.values() for word in each)
    grouped: dict[str, list[Said]] = {}
    for said in questions:
        shared = [word for word in words[said.id] if counts[word] > 1]
        theme = max(sorted(shared), key=lambda word: (counts[word], len(word)), default=OTHER)
        grouped.setdefault(theme, []).append(said)
    ordered = sorted(grouped.items(), key=lambda each: (each[0] == OTHER, -len(each[1]), each[0]))
    return ordered[:THEMES]
