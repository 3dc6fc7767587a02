"""Order in the groups: a private reminder, one warning in the group, then removal."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, select

from bot.community.order import LIVELY, Found, Record
from bot.config import Config
from bot.config.community import OrderMode
from bot.errors import NotDelivered, Refusal, Refused
from bot.message import Do, Letter, Purpose
from bot.storage.tables import Account, LetterState, Life, Offence, Outgoing, Room, Standing, Step
from bot.turn import Address, Turn
from handlers.community.breaches import Breaches
from handlers.cooldowns import Cooldowns
from handlers.managers import Managers
from handlers.reading import Reader, Reading, Role, Setting
from handlers.wording import SOMEBODY, Wording, called

REMOVE = "order-remove"
UNDO = re.compile(r"撤销\s*#?\s*([0-9]{1,9})")
SHOWN = 10
NAMES = {
    "ad": "发广告",
    "contact": "发名片",
    "link": "发外部链接",
    "mini-program": "发小程序",
    "red-envelope": "用红包引流",
    "flood": "刷屏",
    "copy": "重复发同样的内容",
}
STEPS = {
    "shadow": "试运行，只记录",
    "noted": "只记录",
    "reminded": "私下提醒",
    "warned": "群里提醒",
    "removed": "移出群",
    "told": "已告知群主",
}


@dataclass(frozen=True, slots=True)
class Moderation:
    """What follows from breaches of order, under one configuration.

    Nothing follows from a score: only from what was said, step by step, and every step is on
    record and can be undone.
    """

    config: Config
    say: Wording
    reader: Reader
    managers: Managers
    breaches: Breaches
    cooldowns: Cooldowns

    # -- recognising

    def recognise(self, reading: Reading) -> Found | None:
        """Find a breach in what a member says in a group where order is kept."""
        settings = self.config.order
        if settings.mode is OrderMode.OFF or not reading.in_group:
            return None
        if reading.role is not Role.MEMBER or reading.message.sender.id in settings.trusted:
            return None
        if reading.place.names.isdisjoint(settings.kinds):
            return None
        return self.breaches.find(reading)

    def take(self, turn: Turn, reading: Reading, found: Found) -> None:
        """Put a breach on record, and do what follows from it."""
        message = reading.message
        turn.directory.meet(message.sender)
        if message.room is None or self._is_pillar(turn, message.sender.id):
            return
        record = Record(turn.session, turn.account, turn.now)
        room = turn.directory.room(message.room)
        step = self._next_step(turn, record, room, message.sender.id, found)
        offence = record.add(
            message.id,
            message.sender.id,
            message.room,
            found,
            step,
            expire=self.config.order.expire,
        )
        self.cooldowns.acted(turn, found.rule, message.room)
        if step is Step.REMINDED:
            self._remind(turn, offence)
        elif step is Step.WARNED:
            self._warn(turn, offence)
        elif step is Step.TOLD and found.lively and self._may_remove(turn, room):
            group = turn.directory.topic(offence.room)
            text = self._sentence(turn, offence, "order_lively", group=group)
            self.managers.tell(turn, text, key=f"order_lively:{offence.number}")
        elif step in (Step.REMOVED, Step.TOLD):
            self._remove(turn, offence)

    def _is_pillar(self, turn: Turn, member: str) -> bool:
        """Say whether somebody is an advocate, whose link is not an advert."""
        standing = turn.session.get(Standing, (turn.account, member, "life"))
        return standing is not None and standing.stage == Life.ADVOCATE

    def _next_step(self, turn: Turn, record: Record, room: Room, member: str, found: Found) -> Step:
        settings = self.config.order
        on_trial = room.added_at is not None and turn.now - room.added_at < settings.trial
        if settings.mode is OrderMode.SHADOW or on_trial:
            return Step.SHADOW
        last = record.last(member, found)
        if last is not None and turn.now - last.at < settings.grace:
            return Step.NOTED  # he had no time to read what followed from the last one
        if last is None:
            return Step.REMINDED if turn.directory.is_friend(member) else Step.WARNED
        if last.step == Step.REMINDED:
            return Step.WARNED
        if found.lively and last.step == Step.WARNED:
            return Step.TOLD  # a manager may say that it is nothing, before anybody has to go
        return Step.REMOVED if self._may_remove(turn, room) else Step.TOLD

    def _may_remove(self, turn: Turn, room: Room) -> bool:
        me = turn.session.get_one(Account, turn.account).contact
        return self.config.order.remove and room.owner == me != ""

    # -- what follows

    def _remind(self, turn: Turn, offence: Offence) -> None:
        lively = offence.rule in LIVELY
        text = self.say(
            "order_reminder_lively" if lively else "order_reminder",
            name=called(turn.directory.name(offence.member), offence.member),
            group=turn.directory.topic(offence.room),
            what=NAMES[offence.kind],
        )
        letter = Letter(
            key=f"order-remind:{offence.number}",
            contact=offence.member,
            text=text,
            purpose=Purpose.MODERATION,
            data={"offence": str(offence.number)},
        )
        turn.outbox.put(letter, due_at=self._morning(turn.now))

    def _warn(self, turn: Turn, offence: Offence) -> None:
        mention = turn.mention(offence.member, otherwise=SOMEBODY)
        removes = self._may_remove(turn, turn.directory.room(offence.room))
        sentence = "order_warning" if removes else "order_warning_told"
        if offence.rule in LIVELY:
            sentence = "order_warning_lively"
        text = self.say(sentence, name=mention, what=NAMES[offence.kind]).strip()
        letter = Letter(
            key=f"order-warn:{offence.number}",
            room=offence.room,
            text=text,
            mentions=(offence.member,) if mention.name else (),
            purpose=Purpose.MODERATION,
            data={"offence": str(offence.number)},
        )
        turn.outbox.put(letter, due_at=self._morning(turn.now))

    def _remove(self, turn: Turn, offence: Offence) -> None:
        """Remove somebody from every group of ours that the bot owns; tell of the others."""
        rooms = [offence.room, *turn.directory.rooms_of(offence.member)]
        removed = []
        for name in dict.fromkeys(rooms):
            room = turn.directory.room(name)
            setting, _ = self.reader.setting(name, room.topic, room.kind)
            if setting not in (Setting.FAN, Setting.TRAINING):
                continue
            if self._may_remove(turn, room):
                removed.append(f"「{room.topic}」")
                letter = Letter(
                    key=f"{REMOVE}:{offence.number}:{name}",
                    do=Do.REMOVE_MEMBER,
                    room=name,
                    contact=offence.member,
                    data={"offence": str(offence.number)},
                )
                turn.outbox.put(letter)
            else:
                self._tell_owner(turn, offence, room)
        self._tell(turn, offence, removed)

    def _tell_owner(self, turn: Turn, offence: Offence, room: Room) -> None:
        if not room.owner or room.owner in self.config.managers:
            return  # managers are told anyway
        if turn.directory.is_friend(room.owner):
            text = self._sentence(turn, offence, "order_owner", group=room.topic)
            key = f"order-owner:{offence.number}:{room.room}"
            turn.say(Address(contact=room.owner), text, key=key, purpose=Purpose.MODERATION)

    def _tell(self, turn: Turn, offence: Offence, removed: Sequence[str]) -> None:
        """Tell the managers where somebody was removed, and where he could not be."""
        places = "、".join(removed)
        sentence = "order_removed" if offence.step == Step.REMOVED else "order_told"
        if sentence == "order_told" and places:
            places = f"；我是群主的{places}已经移出"
        group = turn.directory.topic(offence.room)
        text = self._sentence(turn, offence, sentence, group=group, removed=places)
        self.managers.tell(turn, text, key=f"{sentence}:{offence.number}")

    def _sentence(
        self, turn: Turn, offence: Offence, sentence: str, *, group: str, removed: str = ""
    ) -> str:
        return self.say(
            sentence,
            name=turn.directory.name(offence.member) or offence.member,
            group=group,
            removed=removed,
            what=NAMES[offence.kind],
            number=offence.number,
        )

    def _morning(self, now: datetime) -> datetime:
        """Return now or, in the night, the end of it."""
        night = self.config.order.night
        return now if night is None else night.after(now.astimezone(self.config.zone))

    # -- what became of it

    def reminded(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Warn in the group who turns out not to be reachable privately."""
        offence = self._offence_of(turn, row)
        stranger = isinstance(error, Refused) and error.why is Refusal.NOT_A_FRIEND
        if offence is not None and stranger and offence.step == Step.REMINDED:
            turn.directory.person(offence.member).friend = False
            offence.step = Step.WARNED
            self._warn(turn, offence)

    def removed(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Tell the managers of a removal that WeChat refused."""
        offence = self._offence_of(turn, row)
        if offence is None or not isinstance(error, Refused) or error.why is Refusal.GONE:
            return
        offence.step = Step.TOLD
        self._tell(turn, offence, [])

    def _offence_of(self, turn: Turn, row: Outgoing) -> Offence | None:
        number = row.data.get("offence", "")
        record = Record(turn.session, turn.account, turn.now)
        return record.find(int(number)) if number else None

    # -- managers

    def asked(self, reading: Reading) -> int | None:
        """Recognise a manager who wants to see (0) or undo (its number) an offence."""
        text = reading.message.text.strip()
        heard = reading.private or reading.setting is Setting.SUPPORT
        if reading.role is not Role.MANAGER or not heard:
            return None
        wanted = UNDO.fullmatch(text)
        return int(wanted[1]) if wanted else 0 if text == "违规" else None

    def answer(self, turn: Turn, reading: Reading, number: int) -> None:
        """Show the newest offences, or undo one."""
        record = Record(turn.session, turn.account, turn.now)
        text = self._undo(turn, record, number, reading) if number else self._list(turn, record)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _undo(self, turn: Turn, record: Record, number: int, reading: Reading) -> str:
        offence = record.find(number)
        if offence is None:
            return self.say("order_unknown", number=number)
        if not record.undo(offence, reading.message.sender.id):
            return self.say("order_undone_before", number=number)
        for name in turn.directory.rooms_of(offence.member):
            turn.outbox.withdraw(f"{REMOVE}:{number}:{name}", "undone")
        turn.outbox.withdraw(f"order-warn:{number}", "undone")
        turn.outbox.withdraw(f"order-remind:{number}", "undone")
        lost = self._removed_from(turn, number)
        group = "、".join(f"「{turn.directory.topic(room)}」" for room in lost)
        sentence = "order_undone_removal" if lost else "order_undone"
        return self._sentence(turn, offence, sentence, group=group)

    def _removed_from(self, turn: Turn, number: int) -> list[str]:
        """List the groups from which somebody was removed for an offence."""
        wanted = select(Outgoing.room).where(
            Outgoing.account == turn.account,
            col(Outgoing.key).startswith(f"{REMOVE}:{number}:", autoescape=True),
            Outgoing.state == LetterState.SENT,
        )
        return sorted(room for room in turn.session.exec(wanted) if room)

    def _list(self, turn: Turn, record: Record) -> str:
        newest = record.newest(SHOWN)
        if not newest:
            return self.say("order_none")
        lines = [self._line(turn, offence) for offence in newest]
        return self.say("order_list", lines="\n".join(lines))

    def _line(self, turn: Turn, offence: Offence) -> str:
        at = offence.at.astimezone(self.config.zone)
        return self.say(
            "order_line",
            number=offence.number,
            at=f"{at:%m-%d %H:%M}",
            name=turn.directory.name(offence.member) or offence.member,
            group=turn.directory.topic(offence.room),
            what=NAMES[offence.kind],
            step="已撤销" if offence.undone_at else STEPS[offence.step],
        )
