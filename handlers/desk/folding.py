"""What one person says within seconds is passed on to the staff together."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import select

from bot.config import Config
from bot.message import CARRIES_FILE, Kind, Letter, Message, Purpose
from bot.storage.tables import Entry, EntryKind, Outgoing, Ticket, Timer
from bot.turn import Turn
from handlers.desk.staffroom import StaffRoom
from handlers.wording import KINDS, Wording

FOLD = "fold"  # the timer that rings when somebody has said nothing for some seconds
LONGEST_WAIT = timedelta(seconds=20)  # for who does not stop
LONGEST = 5_400  # characters of one turn that are passed on to the staff


@dataclass(frozen=True, slots=True)
class Folding:
    """How members' words come to the staff, under one configuration."""

    config: Config
    say: Wording
    room: StaffRoom

    def tell(
        self, turn: Turn, ticket: Ticket, message: Message, sentence: str = "member_says"
    ) -> None:
        """Pass on what a member said, once he pauses; a picture or a file goes at once."""
        key = f"{FOLD}:{ticket.number}"
        waiting = turn.timers.get(key)
        data = dict(waiting.data) if waiting is not None else {"since": turn.now.isoformat()}
        if waiting is not None and data["room"] != (message.room or ""):
            self.flush(turn, waiting)
            turn.timers.cancel(key)
            data = {"since": turn.now.isoformat()}
        told = [*filter(None, data.get("messages", "").split("\n")), message.id]
        first = data.get("sentence", sentence)
        said = {"ticket": str(ticket.number), "room": message.room or "", "sentence": first}
        data = {**data, **said, "messages": "\n".join(told)}
        latest = turn.now + timedelta(seconds=self.config.support.fold)
        at = min(latest, datetime.fromisoformat(data["since"]) + LONGEST_WAIT)
        turn.timers.set(key, FOLD, at=max(at, turn.now), contact=ticket.member, data=data)
        if message.kind in CARRIES_FILE:
            turn.session.flush()
            pending = turn.timers.get(key)
            if pending is not None:
                self.flush(turn, pending)
                turn.timers.cancel(key)

    def flush(self, turn: Turn, timer: Timer) -> None:
        """Pass on what gathered."""
        ticket = turn.desk.find(int(timer.data["ticket"]))
        messages = timer.data["messages"].split("\n")
        turn.session.flush()
        entries = [entry for each in messages for entry in turn.desk.said_in(each)]
        spoken = [entry for entry in entries if entry.kind == EntryKind.MEMBER]
        lines = [line for entry in spoken if (line := self._line(entry))]
        if lines:
            group = turn.directory.topic(timer.data["room"])
            sentence = timer.data["sentence"]
            if timer.data["room"] and sentence == "member_says":
                sentence = "member_says_in_group"
            text = self.say(
                sentence,
                ticket=ticket.number,
                name=self._speaker(turn, ticket, spoken[0]),
                group=group,
                text=_shortened("\n".join(lines)),
            )
            mentions = [ticket.assignee] if ticket.assignee else []
            key = f"relay:{messages[0]}"
            self.room.tell(turn, text, key=key, ticket=ticket, mentions=mentions)
        for entry in spoken:
            kind = Kind(str(entry.data.get("kind", Kind.TEXT)))
            self.pass_file(turn, ticket, entry.message, kind)

    def recall(self, turn: Turn, message: Message) -> bool:
        """Note that somebody took back what he said on a ticket; False where it was not on one."""
        entries = turn.desk.said_in(message.quote or "")
        for entry in entries:
            ticket = turn.desk.ticket_of(entry)
            if entry.kind == EntryKind.MEMBER and entry.author == message.sender.id:
                entry.data = {**entry.data, "recalled": True}
                turn.desk.remark(ticket, "客户撤回了一条消息", message.id)
                text = self.say("recalled", ticket=ticket.number, name=ticket.member_name)
                self._tell(turn, ticket, text, key=f"recalled:{message.id}")
        return bool(entries)

    def take_back(self, turn: Turn, message: Message) -> bool:
        """Stop a reply whose words were taken back, if it has not left yet, and say whether."""
        entries = [
            entry
            for entry in turn.desk.said_in(message.quote or "")
            if entry.kind == EntryKind.STAFF and entry.author == message.sender.id
        ]
        for entry in entries:
            ticket = turn.desk.ticket_of(entry)
            stopped = self._withdraw(turn, ticket, entry)
            entry.data = {**entry.data, "recalled": True}
            sentence = "reply_stopped" if stopped else "reply_gone"
            text = self.say(sentence, ticket=ticket.number, name=ticket.member_name)
            self._tell(turn, ticket, text, key=f"recalled:{message.id}")
        return bool(entries)

    def _withdraw(self, turn: Turn, ticket: Ticket, entry: Entry) -> bool:
        """Drop what waits of a reply, all its parts and to all; False where any of it has left."""
        written = select(Outgoing).where(
            Outgoing.account == turn.account,
            Outgoing.ticket == ticket.number,
            Outgoing.purpose == Purpose.RELAY_TO_MEMBER,
        )
        keys = (f"reply:{entry.message}", f"reply-file:{entry.message}")
        rows = [
            row
            for row in turn.session.exec(written)
            if row.key in keys or row.key.startswith(tuple(f"{key}:" for key in keys))
        ]
        stopped = [turn.outbox.withdraw(row.key, "taken back") for row in rows]
        return all(stopped)

    def _line(self, entry: Entry) -> str:
        """Write one thing said; what was taken back is not repeated."""
        kind = Kind(str(entry.data.get("kind", Kind.TEXT)))
        if entry.data.get("recalled"):
            return self.say("recalled_words")
        if kind is Kind.TEXT:
            return entry.text
        url = str(entry.data.get("url", ""))
        words = "" if kind in CARRIES_FILE else entry.text
        return " ".join(filter(None, (f"[{KINDS[kind]}]", words, url)))

    def _speaker(self, turn: Turn, ticket: Ticket, entry: Entry) -> str:
        if entry.author == ticket.member:
            return ticket.member_name
        return turn.directory.name(entry.author) or ticket.member_name

    def pass_file(self, turn: Turn, ticket: Ticket, message: str, kind: Kind) -> None:
        """Pass on the picture or file that a message of the member carries, if it does."""
        if kind not in CARRIES_FILE:
            return
        for place in self.room.places(turn, ticket, Purpose.RELAY_TO_STAFF):
            letter = Letter(
                key=f"relay-file:{message}:{place.room or place.contact}",
                room=place.room,
                contact=place.contact,
                kind=kind,
                file=f"message:{message}",
                purpose=Purpose.RELAY_TO_STAFF,
                ticket=ticket.number,
            )
            turn.outbox.put(letter)

    def _tell(self, turn: Turn, ticket: Ticket, text: str, *, key: str) -> None:
        mentions = [ticket.assignee] if ticket.assignee else []
        self.room.tell(turn, text, key=key, ticket=ticket, mentions=mentions)


def _shortened(text: str) -> str:
    if len(text) <= LONGEST:
        return text
    return f"{text[:LONGEST]}……（共 {len(text)} 字，其余见后台）"
