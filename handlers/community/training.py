"""Lessons in training groups: receipts against the member list, homework, and who is missing."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import col, func, select

from bot.community.calls import HOMEWORK, RECEIPT, Calls
from bot.config import Config
from bot.errors import NotDelivered
from bot.message import Kind, Letter, Message, Purpose
from bot.storage.tables import Call, LetterState, Member, Note, Outgoing, Said, Timer
from bot.turn import Address, Turn
from handlers.community.paths import Paths
from handlers.managers import Managers
from handlers.reading import GROUPS, Reader, Reading, Role, Setting
from handlers.wording import Wording, called

ALL = re.compile(r"^\s*@(所有人|all)\s*", re.IGNORECASE)  # no part of what it is about
CALLS = re.compile(r"收到请?回复|请?回复收到|看完请?回复|学完请?回复|收到的?请?扣\s*1")
MARKS = re.compile(r"[\s。.!！~～，,、🌹👌👍🙏]+$")
CHASE = "chase"
TITLE = 24  # characters of what a manager said that name a roll-call
PHOTO = timedelta(minutes=10)  # a picture this long before the keyword is the homework
COOL = timedelta(minutes=1)  # between two confirmations of homework in a group
NAMED = 20
DAY = timedelta(days=1)

Settle = Callable[[Turn, Outgoing, NotDelivered | None], None]


@dataclass(frozen=True, slots=True)
class Training:
    """How lessons are confirmed, under one configuration.

    ``pass_on`` takes what somebody says privately and is no receipt.
    """

    config: Config
    say: Wording
    reader: Reader
    managers: Managers
    paths: Paths
    pass_on: Callable[[Turn, Reading], None]

    # -- opening

    def calls(self, reading: Reading) -> str | None:
        """Recognise staff and managers who ask a group to confirm something."""
        text = reading.message.text
        asks = reading.in_group and reading.role is not Role.MEMBER and CALLS.search(text)
        return (CALLS.sub("", ALL.sub("", text)).strip(" \n，,。") or text) if asks else None

    def call(self, turn: Turn, reading: Reading, title: str) -> None:
        """Open a roll-call for what was said; the group hears nothing of it."""
        message = reading.message
        if message.room is not None:
            self._open(turn, message.room, message.id, title.split("\n", maxsplit=1)[0][:TITLE])

    def posted(self, settle: Settle) -> Settle:
        """Open a roll-call where a lesson of a course was posted, after others heard of it."""
        titles = {notice.id: notice.title for notice in self.config.notices}
        lessons = {lesson for course in self.config.courses for lesson in course.lessons}

        def settled(turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
            settle(turn, row, error)
            if row.notice in lessons and row.state == LetterState.SENT and row.room is not None:
                posted = turn.notices.occurrence(int(row.data.get("occurrence", 0)))
                due = posted.due_at if posted is not None else turn.now
                day = due.astimezone(self.config.zone).date().isoformat()
                self._open(turn, row.room, f"{row.notice}:{day}", titles[row.notice])

        return settled

    def _open(self, turn: Turn, room: str, item: str, title: str) -> None:
        calls = Calls(turn.session, turn.account, turn.now)
        call = calls.open(room, RECEIPT, item, title)
        if call.chased_at is None:
            due = turn.now + self.config.training.chase_after
            turn.timers.set(f"{CHASE}:{call.id}", CHASE, at=due, data={"call": str(call.id)})

    # -- answering

    def confirms(self, reading: Reading) -> bool | None:
        """Recognise the receipt of a member in a group."""
        if reading.setting not in GROUPS or reading.role is not Role.MEMBER:
            return None
        return True if self._is_receipt(reading.message.text) else None

    def confirm(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Note a receipt for the newest lesson that is open; the group hears nothing."""
        message = reading.message
        calls = Calls(turn.session, turn.account, turn.now)
        open_ = calls.opened(message.room or "", RECEIPT)
        his = (each for each in open_ if message.sender.id in self._students(turn, each))
        call = next(his, open_[0] if open_ else None)
        if call is not None and calls.answer(call, message.sender.id, message.id):
            self._learned(turn, reading)

    def confirms_privately(self, reading: Reading) -> bool | None:
        """Recognise a receipt that comes to the bot, which may have reminded of it."""
        if not reading.private or reading.role is not Role.MEMBER or reading.concerned:
            return None
        return True if self._is_receipt(reading.message.text) else None

    def confirm_privately(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Note it for the newest lesson that somebody was reminded of; else it is talk."""
        message = reading.message
        calls = Calls(turn.session, turn.account, turn.now)
        call = self._reminded(turn, calls, message.sender.id)
        if call is None:
            self.pass_on(turn, reading)
            return
        calls.answer(call, message.sender.id, message.id)
        if self._setting(turn, call.room) is Setting.TRAINING:
            self.paths.learned(turn, message.sender.id)
        text = self.say("receipt_taken", title=call.title)
        turn.say(Address.of(message), text, key=f"receipt:{message.id}", purpose=Purpose.LESSON)

    def _is_receipt(self, text: str) -> bool:
        receipts, text = self.config.training.receipts, text.strip()
        return text.startswith(receipts) and MARKS.sub("", text) in receipts

    def _reminded(self, turn: Turn, calls: Calls, member: str) -> Call | None:
        """Return the newest open roll-call of his groups of which somebody was reminded."""
        for room in turn.directory.rooms_of(member):
            call = calls.current(room, RECEIPT)
            if call is not None and turn.outbox.find(f"{CHASE}:{call.id}:{member}") is not None:
                return call
        return None

    def _setting(self, turn: Turn, room: str) -> Setting:
        row = turn.directory.room(room)
        return self.reader.setting(room, row.topic, row.kind)[0]

    def _learned(self, turn: Turn, reading: Reading) -> None:
        if reading.setting is Setting.TRAINING:
            self.paths.learned(turn, reading.message.sender.id)

    def hands_in(self, reading: Reading) -> bool | None:
        """Recognise homework: its keyword, in a training group."""
        if reading.setting is not Setting.TRAINING or reading.role is not Role.MEMBER:
            return None
        word = self.config.training.homework
        return True if reading.message.text.strip().startswith(word) else None

    def hand_in(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Take homework for the newest lesson, with the picture that came before it."""
        message = reading.message
        room = message.room or ""
        calls = Calls(turn.session, turn.account, turn.now)
        lesson = calls.latest(room, RECEIPT)
        day = turn.now.astimezone(self.config.zone).date().isoformat()
        item, title = (lesson.item, lesson.title) if lesson else (day, "作业")
        call = calls.open(room, HOMEWORK, item, title)
        if calls.answer(call, message.sender.id, message.id, value=self._photo(turn, message)):
            self._learned(turn, reading)
            self._thank(turn, message, calls.count(call))

    def _photo(self, turn: Turn, message: Message) -> str:
        wanted = select(Said.id).where(
            Said.account == turn.account,
            Said.sender == message.sender.id,
            Said.room == message.room,
            Said.at >= message.at - PHOTO,
            Said.kind == Kind.IMAGE,
        )
        return turn.session.exec(wanted.order_by(col(Said.at).desc()).limit(1)).first() or ""

    def _thank(self, turn: Turn, message: Message, count: int) -> None:
        """Confirm homework in the group, not more than once a minute."""
        key = f"homework:{message.room}"
        note = turn.session.get(Note, (turn.account, key))
        if note is not None and turn.now - note.at < COOL:
            return
        turn.session.merge(Note(account=turn.account, key=key, at=turn.now))
        mention = turn.mention(message.sender.id)
        text = self.say("homework_taken", mention=mention, count=count)
        to = Address(room=message.room, mentions=(mention,) if mention.name else ())
        turn.say(to, text, key=f"homework:{message.id}", purpose=Purpose.ANSWER)

    # -- who is missing

    def chase(self, turn: Turn, timer: Timer) -> None:
        """Remind privately who did not confirm, within the day's number, and tell the managers."""
        calls = Calls(turn.session, turn.account, turn.now)
        call = calls.find(int(timer.data["call"]))
        if call is None or call.chased_at is not None or call.closed_at is not None:
            return
        call.chased_at = turn.now
        missing = self.missing(turn, call)
        reached = [each for each in missing if turn.directory.is_friend(each)]
        for contact in reached[: self._left_today(turn)]:
            self._chase_one(turn, call, contact)
        self.managers.tell(turn, self.status(turn, call), key=f"receipts:{call.id}")

    def _chase_one(self, turn: Turn, call: Call, contact: str) -> None:
        text = self.say(
            "receipt_chase",
            name=called(turn.directory.name(contact), contact),
            group=turn.directory.topic(call.room),
            title=call.title,
            word=self.config.training.receipts[0],
        )
        letter = Letter(
            key=f"{CHASE}:{call.id}:{contact}",
            contact=contact,
            text=text,
            purpose=Purpose.LESSON,
            data={"part": "last"},
        )
        turn.outbox.put(letter, due_at=self._awake(turn.now))

    def _awake(self, now: datetime) -> datetime:
        quiet = self.config.pace.quiet_hours
        return now if quiet is None else quiet.after(now.astimezone(self.config.zone))

    def _left_today(self, turn: Turn) -> int:
        wanted = select(func.count()).where(
            Outgoing.account == turn.account,
            col(Outgoing.key).startswith(f"{CHASE}:", autoescape=True),
            Outgoing.due_at > turn.now - DAY,
        )
        return max(0, self.config.training.chases_a_day - turn.session.exec(wanted).one())

    def missing(self, turn: Turn, call: Call) -> list[str]:
        """List the members of a room who owe an answer."""
        calls = Calls(turn.session, turn.account, turn.now)
        done = {each.member for each in calls.answers(call)}
        return [each for each in self._students(turn, call) if each not in done]

    def _students(self, turn: Turn, call: Call) -> list[str]:
        """List who is asked: the members of the room, or those for whom a course began."""
        me, began = self.managers.me(turn), self._began(call)
        return [
            member.contact
            for member in turn.directory.members(call.room)
            if member.contact != me
            and self.reader.role(member.contact) is Role.MEMBER
            and (began is None or self._came_on(member, began))
        ]

    def _began(self, call: Call) -> date | None:
        """Return the day on which those came whom a lesson is for; None: it is for everybody."""
        name, _, day = call.item.partition(":")
        notice = next((each for each in self.config.notices if each.id == name), None)
        if notice is None or notice.after_join is None or not day:
            return None
        return date.fromisoformat(day) - timedelta(days=notice.after_join.days)

    def _came_on(self, member: Member, day: date) -> bool:
        joined = member.joined_at
        return joined is not None and joined.astimezone(self.config.zone).date() == day

    def status(self, turn: Turn, call: Call) -> str:
        """Say who confirmed a lesson and who did not."""
        everybody = self._students(turn, call)
        missing = self.missing(turn, call)
        if not missing:
            return self.say("receipt_all", title=call.title, total=len(everybody))
        names = "、".join(turn.directory.name(each) or each for each in missing[:NAMED])
        return self.say(
            "receipt_status",
            title=call.title,
            done=len(everybody) - len(missing),
            total=len(everybody),
            names=names + (f" 等 {len(missing)} 人" if len(missing) > NAMED else ""),
        )

    def _told(self, turn: Turn, call: Call, *, named: bool) -> str:
        text = self.status(turn, call)
        return f"{turn.directory.topic(call.room) or call.room}：{text}" if named else text

    # -- managers

    def asks(self, reading: Reading) -> bool | None:
        """Recognise staff in a group, or a manager alone, who want to know who is missing."""
        asked = reading.message.text.strip() in ("回执", "谁没回执")
        alone = reading.private and reading.role is Role.MANAGER
        here = reading.in_group and reading.role is not Role.MEMBER
        return True if asked and (alone or here) else None

    def tell(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Tell who is missing, privately: a group is no pillory."""
        message = reading.message
        calls = Calls(turn.session, turn.account, turn.now)
        if message.room is None:
            latest = calls.latest_everywhere(RECEIPT)
        else:
            latest = [call] if (call := calls.latest(message.room, RECEIPT)) else []
        text = "\n".join(self._told(turn, call, named=message.room is None) for call in latest)
        text = text or self.say("receipt_none" if message.room else "receipt_nowhere")
        key = f"command:{message.id}"
        to = Address(contact=message.sender.id)
        turn.say(to, text, key=key, purpose=Purpose.COMMAND_REPLY)
