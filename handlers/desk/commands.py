"""What staff and managers type: taken by contact id alone, answered where it was typed."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import timedelta

from bot.config import Config
from bot.errors import TicketError
from bot.message import Kind, Message, Purpose
from bot.storage.tables import Ticket, TicketState
from bot.turn import Address, Turn
from handlers.desk.folding import Folding
from handlers.desk.roster import Roster
from handlers.desk.staffroom import StaffRoom
from handlers.desk.ticket_commands import VERBS, Answer, TicketCommands
from handlers.reading import Reading, Role, Setting
from handlers.wording import STATES, Wording, topic_name

ON_TICKET = re.compile(r"(?:工单\s*)?[#＃]\s*([0-9０-９]{1,9})[\s，,:：]*(.*)", re.DOTALL)
MISPLACED = (  # the number behind the verb, or without its sign: meant as a command, but none
    re.compile(rf"(?:{'|'.join(VERBS)})\s*[#＃]\s*([0-9０-９]{{1,9}})(?![0-9０-９]).*", re.DOTALL),
    re.compile(rf"(?:工单|{'|'.join(VERBS)})\s*([0-9０-９]{{1,9}})"),
    re.compile(rf"([0-9０-９]{{1,9}})\s*(?:{'|'.join(VERBS)})(?:[\s，,:：].*)?", re.DOTALL),
)
ANOTHER = re.compile(rf"[#＃]\s*[0-9０-９]{{1,9}}[\s，,:：]*({'|'.join(VERBS)})")
NUMBERLESS = re.compile(r"(接单|解决|误报|等待|重开)|(回复|备注)[\s，,:：].*", re.DOTALL)
ALERTED = re.compile(r"[#＃]\s*([0-9]{1,9})")
HELP = frozenset({"帮助", "指令", "菜单", "help"})
SPOKEN = re.compile(r"[了啦吧啊呀][\s。，,.!！~～]*")
SAID_OF_IT = {  # how talk among the staff about a reply goes on, without a blank behind the verb
    "回复": re.compile(
        r"[他她它过完的得]|一下|给?(?:客户|客人|对方)|给[他她它]|不[了到出]|没[有回]?$"
    ),
    "解决": re.compile(r"[他她它过完的得掉中]|一下|客户|客人|方[案法]|办法|问题|不[了掉]|没有?$"),
}
MUTE = re.compile(r"闭嘴\s*([0-9０-９]*)\s*(分钟?|min)?")
MENTIONED = re.compile(r"^(@[^\u2005\s]{1,40}[\u2005\s]+)+")
LONGEST_MUTE = 24 * 60
SHOWN = 20  # tickets of a list


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
        return _order(_number(order), order[2].strip())
    misplaced = next(filter(None, (form.fullmatch(text) for form in MISPLACED)), None)
    if misplaced is not None:
        return Order(_number(misplaced), "?", "")
    mute = MUTE.fullmatch(text)
    if mute is not None:
        return Command("mute", unicodedata.normalize("NFKC", mute[1]))
    words = {"说话": "speak", "工单": "tickets"}
    return Command(words[text]) if text in words else None


def parse_quoting(text: str, quoted: str) -> Order | None:
    """Read a verb without a number, said of words that name one ticket: an alert, a list's line."""
    text = MENTIONED.sub("", text).strip()
    numbers = {int(found) for found in ALERTED.findall(quoted)}
    if len(numbers) != 1 or not text.startswith(VERBS):
        return None
    return _order(numbers.pop(), text)


def _number(found: re.Match[str]) -> int:
    return int(unicodedata.normalize("NFKC", found[1]))


def _order(number: int, rest: str) -> Order:
    for verb in VERBS:
        if rest.startswith(verb):
            spoken = SPOKEN.match(rest, len(verb))
            if spoken is not None:  # 「解决了」 is the verb; nothing of it is for the member
                return Order(number, verb if spoken.end() == len(rest) else "?", "")
            spoken_of = SAID_OF_IT.get(verb)
            if spoken_of is not None and spoken_of.match(rest, len(verb)) is not None:
                return Order(number, "?", "")
            return Order(number, verb, rest[len(verb) :].lstrip(" \t\u3000，,:：\u2005"))
    return Order(number, "" if not rest else "?", rest)


@dataclass(frozen=True, slots=True)
class Commands:
    """The commands of staff and managers, under one configuration."""

    config: Config
    say: Wording
    roster: Roster
    room: StaffRoom
    folding: Folding
    tickets: TicketCommands

    def recognise(self, reading: Reading) -> Order | Command | None:
        """Recognise a command where commands are heard: support room, private, mute in groups."""
        here = at_work(reading)
        message = reading.message
        if message.kind is not Kind.TEXT or not (here or reading.role is Role.MANAGER):
            return None
        command = parse(message.text) or parse_quoting(message.text, message.quote_text)
        silence = isinstance(command, Command) and command.name in ("mute", "speak")
        return command if here or silence else None

    def take(self, turn: Turn, reading: Reading, command: Order | Command) -> None:
        """Do what was asked, or say why not; a fault of the person changes nothing."""
        if reading.role is Role.MEMBER:
            self.answer(turn, reading.message, Answer(self.say("not_staff")))
            return
        try:
            with turn.session.begin_nested():
                answer = self._obey(turn, reading, command)
        except TicketError as error:
            answer = Answer(str(error))
        if answer.text:
            self.answer(turn, reading.message, answer)

    def recalls(self, reading: Reading) -> bool | None:
        """Notice that somebody of the staff takes back what he typed."""
        recalled = reading.message.kind is Kind.RECALLED and reading.role is not Role.MEMBER
        return True if recalled and at_work(reading) else None

    def recall(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Stop a reply that was taken back, or say that it is too late."""
        self.folding.take_back(turn, reading.message)

    def chats(self, reading: Reading) -> str | None:
        """Notice staff who write privately without a command, ask for help or forget the number.

        What they forgot it behind is returned; "" where they are to see which commands there are.
        """
        message = reading.message
        if reading.role is Role.MEMBER or message.kind is not Kind.TEXT or not at_work(reading):
            return None
        text = MENTIONED.sub("", message.text).strip()
        numberless = NUMBERLESS.fullmatch(text)
        if numberless is not None:
            return numberless[1] or f"{numberless[2]} 文字"
        return "" if reading.private or text.lower() in HELP else None

    def show_menu(self, turn: Turn, reading: Reading, forgotten: str) -> None:
        """Say which commands there are, or that a number is missing."""
        said = self.say("number_missing", verb=forgotten) if forgotten else self.say("staff_menu")
        self.answer(turn, reading.message, Answer(said))

    def answer(self, turn: Turn, message: Message, answer: Answer) -> None:
        """Answer where the command was typed, or in private what is not for that room."""
        to = Address.of(message)
        if message.room is not None:
            people = tuple(turn.mention(each) for each in answer.mentions)
            to = Address(room=message.room, mentions=people)
            if answer.private:
                to = Address(contact=message.sender.id)
        key = f"command:{message.id}"
        turn.say(to, answer.text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _obey(self, turn: Turn, reading: Reading, command: Order | Command) -> Answer:
        if isinstance(command, Command):
            return Answer(self._plain(turn, reading, command))
        if ANOTHER.search(command.rest):
            raise TicketError(self.say("one_command"))
        ticket = turn.desk.find(command.number, viewer=reading.message.sender.id)
        if reading.message.room is not None and self.room.secret(turn, ticket):
            return Answer(self.say("privately_please", ticket=ticket.number), private=True)
        if reading.message.room is None and not self._is_his(turn, reading, ticket, command.verb):
            secret = self.room.secret(turn, ticket)
            sentence = "not_yours_secret" if secret else "not_yours"
            raise TicketError(self.say(sentence, ticket=ticket.number))
        return self.tickets.obey(turn, reading, ticket, command.verb, command.rest)

    def _is_his(self, turn: Turn, reading: Reading, ticket: Ticket, verb: str) -> bool:
        """Say whether somebody may work on a ticket away from the eyes of the others.

        What cannot be claimed in the room may be claimed here.
        """
        sender = reading.message.sender.id
        if self.roster.is_lead(sender) or ticket.assignee == sender:
            return True
        free = ticket.assignee is None or self.room.secret(turn, ticket)
        return free and verb == "接单"

    # -- commands without a ticket

    def _plain(self, turn: Turn, reading: Reading, command: Command) -> str:
        if command.name == "tickets":
            return self._list(turn, reading)
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

    def _list(self, turn: Turn, reading: Reading) -> str:
        """List what the one who asks may see: in private an agent sees only what is his."""
        sender, private = reading.message.sender.id, reading.message.room is None
        live = [ticket for ticket in turn.desk.live() if sender not in ticket.barred]
        if not private:
            live = [ticket for ticket in live if not self.room.secret(turn, ticket)]
        elif not self.roster.is_lead(sender):
            live = [ticket for ticket in live if ticket.assignee == sender]
        if not live:
            return self.say("ticket_list_empty")
        lines = [self._line(turn, ticket) for ticket in live[:SHOWN]]
        if len(live) > SHOWN:
            lines.append(f"……还有 {len(live) - SHOWN} 个")
        return self.say("ticket_list", count=len(live), lines="\n".join(lines))

    def _line(self, turn: Turn, ticket: Ticket) -> str:
        assignee = self.roster.name(ticket.assignee)
        return self.say(
            "ticket_line",
            ticket=ticket.number,
            state=STATES[TicketState(ticket.state)],
            topic=topic_name(ticket.topic),
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            assignee=f" → {assignee}" if assignee else "",
        )


def at_work(reading: Reading) -> bool:
    """Say whether somebody speaks where commands of staff are heard."""
    private = reading.private and reading.role is not Role.MEMBER
    return reading.setting is Setting.SUPPORT or private
