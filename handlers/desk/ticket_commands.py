"""What can be done with a ticket by typing: one verb a method."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, timedelta

from sqlmodel import col, select

from bot.config import Config
from bot.errors import TicketError
from bot.message import CARRIES_FILE, Kind, Message, Purpose
from bot.storage.tables import EntryKind, Said, Ticket, TicketState, Timer
from bot.turn import Address, Turn
from handlers.desk.aftercare import Aftercare
from handlers.desk.assignment import local
from handlers.desk.befriending import Befriending
from handlers.desk.later import comes_back
from handlers.desk.roster import Roster
from handlers.desk.snippets import Snippets
from handlers.desk.staffroom import StaffRoom
from handlers.desk.ticket_pages import TicketPages
from handlers.desk.undelivered import Undelivered
from handlers.reading import Reading
from handlers.wording import Wording

VERBS = ("接单", "回复", "备注", "转", "等待", "解决", "重开", "误报", "稍后", "合并")
ALONE = ("接单", "等待", "重开", "误报")  # verbs that take nothing behind them
SNOOZE = "snooze"  # the timer that brings a ticket back
OTHER = re.compile(r"[#＃]?\s*([0-9０-９]{1,9})")
ENDING = re.compile(r"[\s。.!！~～]*")
RECENT_FILE = timedelta(minutes=2)
TOGETHER = timedelta(minutes=5)  # two who answer within this are told of each other


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered to a command; ``private``: not in the room where it was typed."""

    text: str
    mentions: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True)
class TicketCommands:
    """The verbs on tickets, under one configuration."""

    config: Config
    say: Wording
    roster: Roster
    room: StaffRoom
    aftercare: Aftercare
    pages: TicketPages
    befriending: Befriending
    snippets: Snippets
    undelivered: Undelivered

    def obey(self, turn: Turn, reading: Reading, ticket: Ticket, verb: str, rest: str) -> Answer:
        """Do what a verb says; raises TicketError for the person where that cannot be."""
        verbs: Mapping[str, Callable[[Turn, Message, Ticket, str], Answer]] = {
            "": self._show,
            "接单": self._claim,
            "回复": self._reply,
            "备注": self._note,
            "转": self._transfer,
            "等待": self._wait,
            "解决": self._resolve,
            "重开": self._reopen,
            "误报": self._dismiss,
            "稍后": self._snooze,
            "合并": self._merge,
        }
        handle = verbs.get(verb)
        if handle is None or (verb in ALONE and not ENDING.fullmatch(rest)):
            here = turn.now.astimezone(self.config.zone)
            put_off = verb == "等待" and comes_back(rest, here) is not None
            hint = "wait_hint" if put_off else "command_hint"
            return Answer(self.say(hint, ticket=ticket.number, time=rest))
        return handle(turn, reading.message, ticket, rest)

    def back(self, turn: Turn, timer: Timer) -> None:
        """Bring back a ticket that was put off."""
        ticket = turn.desk.find(int(timer.data["ticket"]))
        if not turn.desk.wake_up(ticket):
            return
        text = self.say("snooze_over", ticket=ticket.number, name=ticket.member_name)
        mentions = [ticket.assignee] if ticket.assignee else []
        key = f"snooze:{ticket.number}:{turn.now.isoformat()}"
        self.room.tell(turn, text, key=key, ticket=ticket, mentions=mentions)

    def _show(self, turn: Turn, _: Message, ticket: Ticket, __: str) -> Answer:
        return Answer(self.pages.show(turn, ticket))

    def _claim(self, turn: Turn, message: Message, ticket: Ticket, _: str) -> Answer:
        staff = message.sender.id
        before = turn.desk.claim(ticket, staff, message.id)
        values = {"ticket": ticket.number, "staff": self.roster.name(staff)}
        profile = self.pages.profile(turn, ticket)
        if before is None or before == staff:
            return Answer(self.say("claimed", **values) + profile)
        told = self.say("claimed_from", before=self.roster.name(before), **values)
        if message.room is None:
            key = f"claimed-from:{message.id}"
            self.room.tell(turn, told, key=key, ticket=ticket, mentions=[before])
        return Answer(told + profile, mentions=(before,) if self.roster.known(before) else ())

    # -- replies

    def _reply(self, turn: Turn, message: Message, ticket: Ticket, text: str) -> Answer:
        words = self.snippets.put_in(turn, ticket, message.sender.id, text)
        file = self._file_meant(turn, message, words)
        if not words and file is None:
            return Answer(self.say("reply_empty", ticket=ticket.number))
        other = self._other_answerer(turn, ticket, message)
        turn.desk.reply(ticket, message.sender.id, message, words, letter=f"reply:{message.id}")
        merged = turn.desk.merged_into(ticket)
        others = {each.member: each for each in merged if each.member != ticket.member}
        written = [
            key
            for own in (ticket, *others.values())
            for key in self._write(turn, message, ticket, own, text, file)
        ]
        self.undelivered.watch(turn, ticket, written)
        if other is not None:
            self._tell_both(turn, ticket, message, other)
        return Answer("")

    def _write(
        self,
        turn: Turn,
        message: Message,
        ticket: Ticket,
        own: Ticket,
        text: str,
        file: Said | None,
    ) -> list[str]:
        """Write to one member, by his own name, what is replied; a file comes last, confirmed.

        Returns the keys of the letters.
        """
        tail = f":{own.member}" if own is not ticket else ""
        to, purpose = Address(contact=own.member), Purpose.RELAY_TO_MEMBER
        data = {"asked_in": message.room or message.sender.id}
        keys = [f"reply:{message.id}{tail}"] if text else []
        if text:
            turn.say(
                to,
                self.snippets.put_in(turn, own, message.sender.id, text),
                key=keys[0],
                purpose=purpose,
                ticket=ticket.number,
                data=data if file is None else {**data, "goes_on": "with a file"},
            )
        if file is not None:
            key, about = f"reply-file:{message.id}{tail}", (purpose, ticket.number)
            kind = Kind(file.kind)
            turn.pass_on(to, f"message:{file.id}", kind, key=key, about=about, data=data)
            keys.append(key)
        return keys

    def _other_answerer(self, turn: Turn, ticket: Ticket, message: Message) -> str | None:
        """Return who else has just answered, or owns the ticket by his own word."""
        sender = message.sender.id
        for entry in reversed(turn.desk.entries(ticket)):
            fresh = turn.now - entry.at <= TOGETHER
            if fresh and entry.kind == EntryKind.STAFF and entry.author != sender:
                return entry.author
        claimed = ticket.claimed_at is not None and ticket.assignee not in (None, sender)
        return ticket.assignee if claimed else None

    def _tell_both(self, turn: Turn, ticket: Ticket, message: Message, other: str) -> None:
        text = self.say(
            "two_answer",
            ticket=ticket.number,
            name=ticket.member_name,
            staff=self.roster.name(message.sender.id),
            other=self.roster.name(other),
        )
        people = [each for each in (message.sender.id, other) if self.roster.known(each)]
        hour = f"{turn.now:%Y%m%d%H}"  # once is enough for both
        key = f"two-answer:{ticket.number}:{':'.join(sorted((message.sender.id, other)))}:{hour}"
        self.room.tell(turn, text, key=key, ticket=ticket, mentions=people)

    def _file_meant(self, turn: Turn, message: Message, text: str) -> Said | None:
        """Return the picture or file that a reply quotes or, if it has no words, just follows."""
        if message.quote is not None:
            quoted = turn.session.get(Said, (turn.account, message.quote))
            carries = quoted is not None and Kind(quoted.kind) in CARRIES_FILE
            return quoted if carries else None
        if text:
            return None
        wanted = select(Said).where(
            Said.account == turn.account,
            Said.sender == message.sender.id,
            Said.at >= message.at - RECENT_FILE,
            col(Said.kind).in_(CARRIES_FILE),
        )
        here = Said.room == message.room if message.room else col(Said.room).is_(None)
        newest = wanted.where(here).order_by(col(Said.at).desc(), col(Said.id).desc())
        return turn.session.exec(newest.limit(1)).first()

    # -- the rest

    def _note(self, turn: Turn, message: Message, ticket: Ticket, text: str) -> Answer:
        if not text:
            raise TicketError(f"「#{ticket.number} 备注」后面请写备注内容。")
        turn.desk.note(ticket, message.sender.id, text, message.id)
        return Answer(self.say("noted", ticket=ticket.number))

    def _transfer(self, turn: Turn, message: Message, ticket: Ticket, text: str) -> Answer:
        wanted, found = self.roster.meant(message, text)
        if len(found) > 1:
            return Answer(self.say("namesakes", staff=wanted, count=len(found)))
        if not found:
            names = "、".join(each.name for each in self.config.support.staff)
            if not wanted:
                return Answer(self.say("transfer_hint", ticket=ticket.number, names=names))
            return Answer(self.say("nobody_called", staff=wanted, names=names))
        if self._would_come_back(turn, ticket, found[0].id):
            return Answer(self.say("off_duty", ticket=ticket.number, staff=found[0].name))
        turn.desk.transfer(ticket, message.sender.id, found[0].id, message.id)
        told = self.say("transferred", ticket=ticket.number, staff=found[0].name)
        if message.room is None:
            key = f"transferred:{message.id}"
            self.room.tell(turn, told, key=key, ticket=ticket, mentions=[found[0].id])
        return Answer(told, mentions=(found[0].id,))

    def _would_come_back(self, turn: Turn, ticket: Ticket, staff: str) -> bool:
        """Say whether a ticket would be taken from somebody at once: he is off, and others not."""
        worker = self.roster.worker(staff)
        away = worker is not None and not worker.there(turn.now)
        return away and self.roster.first_for(turn, ticket.topic, ticket.barred) is not None

    def _wait(self, turn: Turn, message: Message, ticket: Ticket, _: str) -> Answer:
        turn.desk.wait(ticket, message.sender.id, message.id)
        self.aftercare.watch(turn, ticket)
        return Answer(self.say("waits", ticket=ticket.number, name=ticket.member_name))

    def _resolve(self, turn: Turn, message: Message, ticket: Ticket, text: str) -> Answer:
        reached = ticket.state != TicketState.AWAITING_CONTACT
        others = self._others(ticket, message.sender.id)
        if text and reached:
            self._reply(turn, message, ticket, text)
        turn.desk.resolve(ticket, message.sender.id, message.id)
        self.aftercare.watch(turn, ticket)
        if not reached:
            self.befriending.withdraw(turn, ticket)
            sentence = "resolved_unsaid" if text else "resolved_silently"
            return Answer(self._ended(sentence, ticket), mentions=others)
        asked = self.aftercare.ask_ratings(turn, ticket)
        sentence = "resolved" if asked else "resolved_silently"
        return Answer(self._ended(sentence, ticket), mentions=others)

    def _reopen(self, turn: Turn, message: Message, ticket: Ticket, _: str) -> Answer:
        turn.desk.reopen(ticket, message.sender.id, message.id)
        if ticket.assignee is None or not self.roster.known(ticket.assignee):
            turn.desk.claim(ticket, message.sender.id, f"claim:{message.id}")
        return Answer(self.say("reopened", ticket=ticket.number, name=ticket.member_name))

    def _dismiss(self, turn: Turn, message: Message, ticket: Ticket, _: str) -> Answer:
        others = self._others(ticket, message.sender.id)
        turn.desk.dismiss(ticket, message.sender.id, message.id)
        self.befriending.withdraw(turn, ticket)
        return Answer(self._ended("dismissed", ticket), mentions=others)

    def _ended(self, sentence: str, ticket: Ticket) -> str:
        """Say whose ticket ended: who typed another number sees it at once."""
        return self.say(sentence, ticket=ticket.number, name=ticket.member_name)

    def _others(self, ticket: Ticket, staff: str) -> tuple[str, ...]:
        """Name the owner of a ticket that somebody else ends for him."""
        owner = ticket.assignee
        return (owner,) if owner and owner != staff and self.roster.known(owner) else ()

    def _snooze(self, turn: Turn, message: Message, ticket: Ticket, text: str) -> Answer:
        here = turn.now.astimezone(self.config.zone)
        then = comes_back(text, here)
        if then is None:
            raise TicketError(self.say("snooze_hint", ticket=ticket.number))
        until = then.astimezone(UTC)
        turn.desk.snooze(ticket, message.sender.id, until, message.id)
        data = {"ticket": str(ticket.number)}
        key = f"{SNOOZE}:{ticket.number}"
        turn.timers.set(key, SNOOZE, at=until, contact=ticket.member, data=data)
        return Answer(self.say("snoozed", ticket=ticket.number, at=local(then, here)))

    def _merge(self, turn: Turn, message: Message, ticket: Ticket, text: str) -> Answer:
        found = OTHER.fullmatch(text)
        if found is None:
            raise TicketError(self.say("merge_hint", ticket=ticket.number))
        number = int(unicodedata.normalize("NFKC", found[1]))
        other = turn.desk.find(number, viewer=message.sender.id)
        if message.room is not None and self.room.secret(turn, other):
            text = self.say("privately_please", ticket=other.number)
            return Answer(text, private=True)
        alone = message.room is None and not self.roster.is_lead(message.sender.id)
        if alone and other.assignee != message.sender.id:
            raise TicketError(self.say("not_yours", ticket=other.number))
        reached = other.state in (TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING)
        if ticket.state == TicketState.AWAITING_CONTACT and reached:
            text = self.say("merge_other_way", ticket=ticket.number, other=other.number)
            raise TicketError(text)
        turn.desk.merge(ticket, other, message.sender.id, message.id)
        if ticket.assignee is None:  # the other one named its owner
            turn.desk.claim(ticket, message.sender.id, f"claim:{message.id}")
        same = ticket.member == other.member
        sentence = "merged" if same else "merged_people"
        values = {"name": ticket.member_name, "also": other.member_name}
        return Answer(self.say(sentence, ticket=ticket.number, other=other.number, **values))
