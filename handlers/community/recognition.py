"""People and rooms that WeChat calls by another id: proposed to managers, joined on their word."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.community.bindings import Bindings, Pair, told
from bot.community.doubles import Doubles
from bot.community.stays import Stays
from bot.config import Config
from bot.message import Purpose, RoomKnown
from bot.storage.tables import Binding, BindingKind, BindingState, Person, Room, Shift, Timer
from bot.turn import Address, Turn
from handlers.managers import Managers
from handlers.reading import Reading, Role, Setting
from handlers.wording import Wording

ASKED = re.compile(r"(不)?认(人|群)(?:\s*(全部|[0-9]{1,9}(?:\s*-\s*[0-9]{1,9})?))?")
BY_HAND = re.compile(r"认人\s+(\S+)\s+(\S+)")
KINDS = {"人": BindingKind.PERSON, "群": BindingKind.ROOM}
WORDS = {kind: word for word, kind in KINDS.items()}
LOOK = "recognise"
WAIT = timedelta(minutes=1)  # until everything is described after a log-in
TOGETHER = timedelta(seconds=5)  # so that several rooms are told in one letter
AGAIN = timedelta(hours=1)  # names are learned as people speak
PATIENCE = timedelta(days=1)  # after this, who is missing left, and who is new came
SHOWN = 20
MOST = 500  # that are decided at once
NAMELESS = 2  # so many unnamed newcomers for one who is missing may still be the same people
TABLES = {"message": "消息", "ticket": "工单", "signup": "报名", "trait": "画像"}


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a manager decides: ``numbers`` None means all that waits, empty only to list it."""

    kind: BindingKind
    yes: bool
    numbers: range | None


@dataclass(frozen=True, slots=True)
class Recognition:
    """How changed ids are noticed and put right, under one configuration.

    ``named`` finds the one person of a name, or tells why not.
    """

    config: Config
    say: Wording
    managers: Managers
    named: Callable[[Turn, str, Callable[[str], str]], str]

    # -- noticing

    def suspects(
        self, turn: Turn, event: RoomKnown, gone: Sequence[str], came: Sequence[str]
    ) -> set[str]:
        """Note who may be one person under two ids; nothing else follows from these for now."""
        missing = {turn.directory.name(each): each for each in gone}
        nameless = [each for each in came if not turn.directory.name(each)]
        if not gone or len(nameless) > NAMELESS * len(gone):
            nameless = []
        same = [each for each in came if turn.directory.name(each) in missing]
        new = {*nameless, *same}
        old = set(gone) if nameless else {missing[turn.directory.name(each)] for each in same}
        if new:
            bindings = Bindings(turn.session, turn.account, turn.now)
            bindings.suspect(event.room, gone=sorted(old), came=sorted(new))
            turn.timers.set(LOOK, LOOK, at=turn.now + WAIT)
        return new | old if new else set()

    def resembles(self, turn: Turn, room: Room) -> bool:
        """Say whether a new room may be an old one; then it is looked at in a minute."""
        if not Doubles(turn.session, turn.account).namesakes(room):
            return False
        data = {"room": room.room, "since": turn.now.isoformat()}
        turn.timers.set(f"{LOOK}:{room.room}", LOOK, at=turn.now + WAIT, data=data)
        return True

    def look(self, turn: Turn) -> None:
        """Propose what was found, tell the managers once, and conclude what stays unexplained."""
        doubles = Doubles(turn.session, turn.account)
        bindings = Bindings(turn.session, turn.account, turn.now)
        shifts = bindings.shifts()
        for pair in [*doubles.people(shifts), *doubles.remarks()]:
            bindings.propose(pair)
        self._conclude(turn, bindings, shifts)
        self._tell(turn, bindings)
        if bindings.shifts():
            turn.timers.set(LOOK, LOOK, at=turn.now + AGAIN)

    def look_at(self, turn: Turn, room: Room, timer: Timer) -> bool:
        """Look at a new room; True where it is proposed to be an old one."""
        since = timer.due_at - WAIT
        me = self.managers.me(turn)
        pair = Doubles(turn.session, turn.account).room(room, since, me)
        if pair is None:
            return False
        bindings = Bindings(turn.session, turn.account, turn.now)
        bindings.propose(pair)
        turn.timers.set(LOOK, LOOK, at=turn.now + TOGETHER)
        return any(each.current == room.room for each in bindings.open(BindingKind.ROOM))

    def nightly(self, turn: Turn) -> None:
        """Look once more, and put together what came in between."""
        Bindings(turn.session, turn.account, turn.now).sweep()
        self.look(turn)

    def _conclude(self, turn: Turn, bindings: Bindings, shifts: Iterable[Shift]) -> None:
        """Let who is still unexplained after a day have come, or left."""
        waiting = {id_ for each in bindings.open() for id_ in (each.lasting, each.current)}
        over = [
            shift
            for shift in shifts
            if shift.contact not in waiting and turn.now - shift.at >= PATIENCE
        ]
        self._end(turn, over)
        bindings.explain(over)

    def _end(self, turn: Turn, shifts: Iterable[Shift]) -> None:
        stays = Stays(turn.session, turn.account, turn.now)
        for shift in shifts:
            if shift.came:
                stays.came(shift.room, shift.contact, shift.at, inviter=None, source="")
            else:
                stays.left(shift.room, shift.contact, shift.at)

    # -- telling

    def _tell(self, turn: Turn, bindings: Bindings) -> None:
        """Tell the managers what is new, in one letter a kind."""
        for kind in BindingKind:
            fresh = [each for each in bindings.open(kind) if each.told_at is None]
            if fresh:
                told(fresh, turn.now)
                key = f"recognise:{kind}:{fresh[0].number}"
                self.managers.tell(turn, self._listed(turn, kind, fresh), key=key)

    def _listed(self, turn: Turn, kind: BindingKind, bindings: Sequence[Binding]) -> str:
        lines = [self._line(turn, each) for each in bindings[:SHOWN]]
        if len(bindings) > SHOWN:
            lines.append(self.say("binding_more", count=len(bindings) - SHOWN))
        sentence = "binding_people" if kind is BindingKind.PERSON else "binding_rooms"
        number = bindings[0].number
        return self.say(sentence, count=len(bindings), lines="\n".join(lines), number=number)

    def _line(self, turn: Turn, binding: Binding) -> str:
        return self.say(
            "binding_line",
            number=binding.number,
            name=self._called(turn, binding),
            evidence="；".join(binding.evidence),
            rights=self._rights(binding.lasting),
        )

    def _called(self, turn: Turn, binding: Binding) -> str:
        if binding.kind == BindingKind.ROOM:
            return turn.directory.topic(binding.lasting) or binding.lasting
        return turn.directory.name(binding.lasting) or binding.lasting

    def _rights(self, contact: str) -> str:
        """Warn where whoever is recognised gets rights."""
        if contact in self.config.managers or contact in self.config.staff:
            return self.say("binding_rights")
        return ""

    # -- deciding

    def recognise(self, reading: Reading) -> Wanted | tuple[str, str] | None:
        """Recognise a manager's word on what is the same, privately or in the support room."""
        heard = reading.private or reading.setting is Setting.SUPPORT
        if not heard or reading.role is not Role.MANAGER:
            return None
        text = reading.message.text.strip()
        if found := ASKED.fullmatch(text):
            return Wanted(KINDS[found[2]], not found[1], _numbers(found[3]))
        by_hand = BY_HAND.fullmatch(text)
        return (by_hand[1], by_hand[2]) if by_hand else None

    def answer(self, turn: Turn, reading: Reading, wanted: Wanted | tuple[str, str]) -> None:
        """Decide, list, or propose by hand; answer where it was said."""
        by = reading.message.sender.id
        if isinstance(wanted, Wanted):
            text = self._decide(turn, wanted, by)
        else:
            text = self._by_hand(turn, *wanted)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _decide(self, turn: Turn, wanted: Wanted, by: str) -> str:
        bindings = Bindings(turn.session, turn.account, turn.now)
        waiting = bindings.open(wanted.kind)
        if wanted.numbers is not None and not wanted.numbers:
            return self._listed(turn, wanted.kind, waiting) if waiting else self.say("binding_none")
        if wanted.numbers is None:
            chosen = waiting
        else:
            known = (bindings.find(number) for number in wanted.numbers)
            chosen = [each for each in known if each is not None and each.kind == wanted.kind]
        if not chosen:
            return self.say("binding_unknown", word=WORDS[wanted.kind])
        settle = self._accept if wanted.yes else self._refuse
        lines = [settle(turn, bindings, each, by) for each in chosen]
        return "\n".join(lines[:SHOWN]) + (f"\n……共 {len(lines)} 个" if len(lines) > SHOWN else "")

    def _accept(self, turn: Turn, bindings: Bindings, binding: Binding, by: str) -> str:
        name, number = self._called(turn, binding), binding.number
        if binding.state == BindingState.ACCEPTED:
            return self.say("binding_before", number=number, name=name)
        moved = bindings.accept(binding, by)
        turn.timers.set(LOOK, LOOK, at=turn.now + WAIT)  # who is in the room may follow
        counts = "、".join(f"{called} {moved[t]}" for t, called in TABLES.items() if t in moved)
        what = f"，接上了{counts}" if counts else ""
        word = WORDS[BindingKind(binding.kind)]
        return self.say("binding_accepted", number=number, name=name, what=what, word=word)

    def _refuse(self, turn: Turn, bindings: Bindings, binding: Binding, by: str) -> str:
        was = binding.state == BindingState.ACCEPTED
        ids = (binding.lasting, binding.current)
        self._end(turn, [each for each in bindings.shifts() if each.contact in ids])
        bindings.refuse(binding, by)
        if binding.kind == BindingKind.ROOM:
            data = {"room": binding.current}
            turn.timers.set(f"{LOOK}:{binding.current}", LOOK, at=turn.now, data=data)
        sentence = "binding_ended" if was else "binding_refused"
        return self.say(sentence, number=binding.number, name=self._called(turn, binding))

    def _by_hand(self, turn: Turn, old: str, new: str) -> str:
        """Propose what a manager knows: the old name or id, and the new one."""

        def found_new(current: str, lasting: str) -> str:
            if current == lasting:
                return self.say("binding_same")
            pair = (lasting, current)
            return self._propose_by_hand(turn, pair)

        def found_old(lasting: str) -> str:
            return self.named(turn, new, lambda current: found_new(current, lasting))

        return self.named(turn, old, found_old)

    def _propose_by_hand(self, turn: Turn, ids: tuple[str, str]) -> str:
        bindings = Bindings(turn.session, turn.account, turn.now)
        pair = by_hand(turn.directory.person(ids[0]), turn.directory.person(ids[1]))
        binding = bindings.propose(pair)
        if binding is None:
            return self.say("binding_known")
        told([binding], turn.now)
        return self._listed(turn, BindingKind.PERSON, [binding])


def by_hand(old: Person, new: Person) -> Pair:
    """Pair two people whom a manager knows to be one."""
    evidence = [f"原来「{old.name or old.contact}」，现在「{new.name or new.contact}」", "您指定的"]
    return Pair(BindingKind.PERSON, old.contact, new.contact, tuple(evidence))


def _numbers(text: str | None) -> range | None:
    """Read which are meant: an empty range where none is named, None for all."""
    if text is None:
        return range(0)
    if text == "全部":
        return None
    first, _, last = text.partition("-")
    start = int(first)
    return range(start, min(int(last or first), start + MOST) + 1)
