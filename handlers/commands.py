"""What staff and managers type: taken by contact id alone, answered where it was typed."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import col, select

from bot.config import Config
from bot.errors import TicketError
from bot.message import CARRIES_FILE, Kind, Message, Purpose
from bot.storage.tables import Entry, EntryKind, Said, Ticket, TicketState
from bot.turn import Address, Turn
from handlers.reading import Reading, Role, Setting
from handlers.wording import SEVERITIES, STATES, Wording, topic_name

ON_TICKET = re.compile(r"[#＃]\s*([0-9０-９]{1,9})[\s，,:：]*(.*)", re.DOTALL)
VERBS = ("接单", "回复", "备注", "转", "等待", "解决", "重开")
MUTE = re.compile(r"闭嘴\s*([0-9０-９]*)\s*(分钟?|min)?")
MENTIONED = re.compile(r"^(@[^\u2005\s]{1,40}[\u2005\s]+)+")
LONGEST_MUTE = 24 * 60
SHOWN = 20  # entries of a ticket, and tickets of a list
RECENT_FILE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True)
class Order:
    """A command on a ticket as it was typed: its number, its verb ("" to show), the rest."""

    number: int
    verb: str
    rest: str


@dataclass(frozen=True, slots=True)
class Command:
    """A command without a ticket."""

    name: str
    value: str = ""


def parse(text: str) -> Order | Command | None:
    """Read what was typed; None where it is no command at all.

    Digits and signs may be full width; the rest of a reply stays as it was typed.
    """
    text = MENTIONED.sub("", text).strip()
    order = ON_TICKET.fullmatch(text)
    if order is not None:
        return _order(int(unicodedata.normalize("NFKC", order[1])), order[2].strip())
    mute = MUTE.fullmatch(text)
    if mute is not None:
        return Command("mute", unicodedata.normalize("NFKC", mute[1]))
    words = {"说话": "speak", "工单": "tickets"}
    return Command(words[text]) if text in words else None


def _order(number: int, rest: str) -> Order:
    for verb in VERBS:
        if rest.startswith(verb):
            return Order(number, verb, rest[len(verb) :].lstrip(" \t\u3000，,:：\u2005"))
    return Order(number, "" if not rest else "?", rest)


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands of staff and managers, under one configuration."""

    config: Config
    say: Wording

    def recognise(self, reading: Reading) -> Order | Command | None:
        """Recognise a command where commands are heard: support room, private, mute in groups."""
        at_work = reading.setting is Setting.SUPPORT or (
            reading.private and reading.role is not Role.MEMBER
        )
        command = parse(reading.message.text) if reading.message.kind is Kind.TEXT else None
        if at_work:
            return command
        silence = isinstance(command, Command) and command.name in ("mute", "speak")
        return command if silence and reading.role is Role.MANAGER else None

    def take(self, turn: Turn, reading: Reading, command: Order | Command) -> None:
        """Do what was asked, or say why not; a fault of the person changes nothing."""
        if reading.role is Role.MEMBER:
            self.answer(turn, reading.message, self.say("not_staff"))
            return
        try:
            with turn.session.begin_nested():
                text = self._obey(turn, reading, command)
        except TicketError as error:
            text = str(error)
        if text:
            self.answer(turn, reading.message, text)

    def at_work(self, reading: Reading) -> bool | None:
        """Notice staff who write to the bot privately without a command."""
        wanted = reading.private and reading.role is not Role.MEMBER
        return True if wanted and reading.message.kind is Kind.TEXT else None

    def show_menu(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Say which commands there are."""
        self.answer(turn, reading.message, self.say("staff_menu"))

    def answer(self, turn: Turn, message: Message, text: str) -> None:
        """Answer where the command was typed."""
        key = f"command:{message.id}"
        turn.say(Address.of(message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _obey(self, turn: Turn, reading: Reading, command: Order | Command) -> str:
        if isinstance(command, Command):
            return self._plain(turn, reading, command)
        ticket = turn.desk.find(command.number)
        verbs: Mapping[str, Callable[[Turn, Reading, Ticket, str], str]] = {
            "": self._show,
            "接单": self._claim,
            "回复": self._reply,
            "备注": self._note,
            "转": self._transfer,
            "等待": self._wait,
            "解决": self._resolve,
            "重开": self._reopen,
        }
        verb = verbs.get(command.verb)
        if verb is None:
            return self.say("command_hint", ticket=ticket.number)
        return verb(turn, reading, ticket, command.rest)

    # -- commands without a ticket

    def _plain(self, turn: Turn, reading: Reading, command: Command) -> str:
        if command.name == "tickets":
            return self._list(turn)
        room = reading.message.room
        if room is None or reading.setting is Setting.SUPPORT:
            return self.say("mute_hint")
        row = turn.directory.room(room)
        if command.name == "speak":
            row.muted_until = None
            return self.say("unmuted")
        minutes = int(command.value or 0)
        if not 1 <= minutes <= LONGEST_MUTE:
            return self.say("mute_hint")
        row.muted_until = turn.now + timedelta(minutes=minutes)
        return self.say("muted", minutes=minutes)

    def _list(self, turn: Turn) -> str:
        live = turn.desk.live()
        if not live:
            return self.say("ticket_list_empty")
        lines = [self._line(turn, ticket) for ticket in live[:SHOWN]]
        if len(live) > SHOWN:
            lines.append(f"……还有 {len(live) - SHOWN} 个")
        return self.say("ticket_list", count=len(live), lines="\n".join(lines))

    def _line(self, turn: Turn, ticket: Ticket) -> str:
        assignee = self.staff_name(ticket.assignee)
        return self.say(
            "ticket_line",
            ticket=ticket.number,
            state=STATES[TicketState(ticket.state)],
            topic=topic_name(ticket.topic),
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            assignee=f" → {assignee}" if assignee else "",
        )

    # -- commands on a ticket

    def _show(self, turn: Turn, _: Reading, ticket: Ticket, __: str) -> str:
        entries = turn.desk.entries(ticket)
        opened = ticket.opened_at.astimezone(self.config.zone)
        return self.say(
            "ticket_shown",
            ticket=ticket.number,
            state=STATES[TicketState(ticket.state)],
            topic=topic_name(ticket.topic),
            severity=SEVERITIES[ticket.severity],
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            assignee=self.staff_name(ticket.assignee) or "无",
            opened=f"{opened:%m-%d %H:%M}",
            lines="\n".join(self._entry(ticket, entry) for entry in entries[-SHOWN:]),
        )

    def _entry(self, ticket: Ticket, entry: Entry) -> str:
        at = entry.at.astimezone(self.config.zone)
        member = entry.kind == EntryKind.MEMBER
        author = ticket.member_name if member else self.staff_name(entry.author)
        mark = "（备注）" if entry.kind == EntryKind.NOTE else ""
        said = entry.text or f"[{entry.data.get('kind', '')}]"
        return f"{at:%H:%M} {author or '系统'}{mark}：{said[:200]}"

    def _claim(self, turn: Turn, reading: Reading, ticket: Ticket, _: str) -> str:
        staff = reading.message.sender.id
        before = turn.desk.claim(ticket, staff, reading.message.id)
        name = self.staff_name(staff)
        if before is None or before == staff:
            return self.say("claimed", ticket=ticket.number, staff=name)
        return self.say(
            "claimed_from", ticket=ticket.number, staff=name, before=self.staff_name(before)
        )

    def _reply(self, turn: Turn, reading: Reading, ticket: Ticket, text: str) -> str:
        message = reading.message
        file = self._file_meant(turn, message, text)
        if not text and file is None:
            return self.say("reply_empty", ticket=ticket.number)
        turn.desk.reply(ticket, message.sender.id, message, text, letter=f"reply:{message.id}")
        member = Address(contact=ticket.member)
        if text:
            turn.say(
                member,
                text,
                key=f"reply:{message.id}",
                purpose=Purpose.RELAY_TO_MEMBER,
                ticket=ticket.number,
                data={"asked_in": message.room or message.sender.id},
            )
        if file is not None:
            turn.pass_on(
                member,
                f"message:{file.id}",
                Kind(file.kind),
                key=f"reply-file:{message.id}",
                about=(Purpose.RELAY_TO_MEMBER, ticket.number),
            )
        return ""

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

    def _note(self, turn: Turn, reading: Reading, ticket: Ticket, text: str) -> str:
        if not text:
            raise TicketError(f"「#{ticket.number} 备注」后面请写备注内容。")
        turn.desk.note(ticket, reading.message.sender.id, text, reading.message.id)
        return self.say("noted", ticket=ticket.number)

    def _transfer(self, turn: Turn, reading: Reading, ticket: Ticket, text: str) -> str:
        wanted = text.lstrip("给@").strip().rstrip("\u2005")
        found = [each for each in self.config.support.staff if wanted in (each.name, each.id)]
        if len(found) != 1:
            names = "、".join(each.name for each in self.config.support.staff)
            return self.say("nobody_called", staff=wanted, names=names)
        turn.desk.transfer(ticket, reading.message.sender.id, found[0].id, reading.message.id)
        return self.say("transferred", ticket=ticket.number, staff=found[0].name)

    def _wait(self, turn: Turn, reading: Reading, ticket: Ticket, _: str) -> str:
        turn.desk.wait(ticket, reading.message.sender.id, reading.message.id)
        return self.say("waits", ticket=ticket.number)

    def _resolve(self, turn: Turn, reading: Reading, ticket: Ticket, text: str) -> str:
        message = reading.message
        reached = ticket.state != TicketState.AWAITING_CONTACT
        if text and reached:
            self._reply(turn, reading, ticket, text)
        turn.desk.resolve(ticket, message.sender.id, message.id)
        if not (reached and turn.desk.ask_rating(ticket)):
            return self.say("resolved_silently", ticket=ticket.number)
        turn.say(
            Address(contact=ticket.member),
            self.say("rating_request", ticket=ticket.number, name=ticket.member_name),
            key=f"rating:{ticket.number}",
            purpose=Purpose.RATING_REQUEST,
            ticket=ticket.number,
        )
        return self.say("resolved", ticket=ticket.number)

    def _reopen(self, turn: Turn, reading: Reading, ticket: Ticket, _: str) -> str:
        turn.desk.reopen(ticket, reading.message.sender.id, reading.message.id)
        return self.say("reopened", ticket=ticket.number)

    def staff_name(self, contact: str | None) -> str:
        """Return the name of a member of the staff, from the configuration."""
        staff = self.config.staff.get(contact or "")
        return staff.name if staff else contact or ""
