"""The private talk between a member and the staff, with the bot in between."""

import re
from dataclasses import dataclass

from bot.config import Config
from bot.errors import NotDelivered, Refusal, Refused
from bot.message import CARRIES_FILE, Kind, Message, Purpose
from bot.storage.tables import Outgoing, Ticket, TicketState
from bot.turn import Address, Turn
from handlers.desk.aftercare import Aftercare
from handlers.desk.closing_words import (
    FROM_WECHAT,
    asks_who_i_am,
    calls_for_person,
    is_courtesy,
)
from handlers.desk.complaints import Complaints, call_in, complaint_in
from handlers.desk.contact import Contact, own_ticket
from handlers.desk.folding import Folding
from handlers.desk.staffroom import StaffRoom
from handlers.reading import Reading, Role
from handlers.wording import REFUSALS, STATES, Wording

PROGRESS = re.compile(r"(查?(询|看)?进度|处理进度|工单进度)[。.?？!！\s]*")


@dataclass(frozen=True, slots=True)
class Relay:
    """What happens with what members say privately, under one configuration."""

    config: Config
    say: Wording
    complaints: Complaints
    contact: Contact
    folding: Folding
    aftercare: Aftercare
    room: StaffRoom

    def recognise(self, reading: Reading) -> str | None:
        """Take everything a member says privately."""
        if not reading.private or reading.role is not Role.MEMBER:
            return None
        return reading.message.text.strip()

    def take(self, turn: Turn, reading: Reading, text: str) -> None:
        """Answer a member in private, or pass his words on."""
        message = reading.message
        turn.directory.meet(message.sender)
        turn.directory.person(message.sender.id).friend = True  # he could write to us
        if message.kind is Kind.RECALLED and self.folding.recall(turn, message):
            return
        if PROGRESS.fullmatch(text):
            self._tell_progress(turn, message)
            return
        self.contact.reach(turn, message.sender.id)
        if FROM_WECHAT.fullmatch(text):
            return
        ticket = turn.desk.live_of(message.sender.id)
        if ticket is not None:
            courtesy = message.kind is Kind.TEXT and is_courtesy(text)
            self.complaints.listen(turn, reading, ticket, courtesy=courtesy)
            if calls_for_person(text, in_group=False):
                self._promise(turn, message, ticket)
        elif not self.aftercare.take(turn, reading, text):
            self._without_ticket(turn, reading, text)

    def delivered(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Tell the staff whether their answer reached the member."""
        ticket = turn.desk.find(row.ticket or 0)
        if row.state == "sent":
            if row.data.get("part", "last") == "last" and row.data.get("by") != "bot":
                turn.desk.replied(ticket, own_ticket(turn, ticket, row.contact or ticket.member))
                if "goes_on" not in row.data:
                    self._confirm(turn, ticket, row, "delivered")
        elif row.state == "unconfirmed":
            self._confirm(turn, ticket, row, "not_certain")
        elif isinstance(error, Refused) and error.why is Refusal.NOT_A_FRIEND:
            self.contact.fall_back(turn, ticket, row)
        else:
            self._confirm(turn, ticket, row, "not_delivered")

    def _without_ticket(self, turn: Turn, reading: Reading, text: str) -> None:
        message = reading.message
        grievance = call_in(reading) or complaint_in(reading)
        if grievance is not None:
            self.complaints.open(turn, reading, grievance)
        elif asks_who_i_am(text):
            self._answer(turn, message, self.say("who_i_am"))
        elif message.kind in CARRIES_FILE or (
            not is_courtesy(text or "。") and message.kind is not Kind.RECALLED
        ):
            self._show_menu(turn, message)

    def _tell_progress(self, turn: Turn, message: Message) -> None:
        ticket = turn.desk.live_of(message.sender.id)
        if ticket is None:
            self._answer(turn, message, self.say("progress_none"))
            return
        own = own_ticket(turn, ticket, message.sender.id)
        opened = own.opened_at.astimezone(self.config.zone)
        assignee = self.config.staff.get(ticket.assignee or "")
        text = self.say(
            "progress",
            ticket=own.number,
            state=STATES[TicketState(ticket.state)],
            opened=f"{opened:%m月%d日 %H:%M}",
            assignee=f"由{assignee.name}负责" if assignee else "正在安排专人",
        )
        self._answer(turn, message, text)
        asks = self.say("member_asks_progress", ticket=ticket.number, name=own.member_name)
        self._tell_staff(turn, ticket, asks, key=f"asks:{message.id}")

    def _promise(self, turn: Turn, message: Message, ticket: Ticket) -> None:
        """Answer who calls for a person whom he has already."""
        staff = self.config.staff.get(ticket.assignee or "")
        text = self.say("human_called", staff=staff.name if staff else "值班同事")
        self._answer(turn, message, text + self.contact.when(turn))

    def _show_menu(self, turn: Turn, message: Message) -> None:
        day = turn.now.astimezone(self.config.zone).date()
        turn.say(
            Address.of(message),
            self.say("private_menu"),
            key=f"menu:{message.sender.id}:{day}",
            purpose=Purpose.ANSWER,
        )

    def _answer(self, turn: Turn, message: Message, text: str) -> None:
        turn.say(Address.of(message), text, key=f"answer:{message.id}", purpose=Purpose.ANSWER)

    def _tell_staff(self, turn: Turn, ticket: Ticket, text: str, *, key: str) -> None:
        mentions = [ticket.assignee] if ticket.assignee else []
        self.room.tell(turn, text, key=key, ticket=ticket, mentions=mentions)

    def _confirm(self, turn: Turn, ticket: Ticket, row: Outgoing, sentence: str) -> None:
        name = turn.directory.name(row.contact or "") or ticket.member_name
        text = self.say(
            sentence, ticket=ticket.number, name=name, why=REFUSALS.get(row.error, row.error)
        )
        where = row.data.get("asked_in")
        key = f"{sentence}:{row.key}"
        if where and where != self.config.support.room:
            turn.say(Address(contact=where), text, key=key, purpose=Purpose.COMMAND_REPLY)
        else:
            mentions = [ticket.assignee] if ticket.assignee else []
            purpose = Purpose.COMMAND_REPLY
            self.room.tell(turn, text, key=key, purpose=purpose, ticket=ticket, mentions=mentions)
