"""A complaint leaves the group: a ticket, one calm line, a private talk, an alert to its owner."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import chain

from bot.config import Config
from bot.desk import Grievance, summed_up
from bot.errors import NotDelivered, Refusal, Refused
from bot.message import Kind, Message, Purpose
from bot.storage.tables import Outgoing, Ticket
from bot.turn import Address, Turn
from handlers.cooldowns import Cooldowns
from handlers.desk.assignment import Assignment, local
from handlers.desk.closing_words import calls_for_person, has_doubts
from handlers.desk.contact import Contact
from handlers.desk.folding import Folding
from handlers.desk.fragments import said_before
from handlers.desk.incidents import Incidents
from handlers.desk.roster import MENTION
from handlers.desk.service import Service
from handlers.desk.staffroom import StaffRoom
from handlers.reading import Reading, Role, Setting, telling
from handlers.wording import SEVERITIES, SOMEBODY, Wording, topic_name

CALM = timedelta(minutes=10)  # at most one holding line a group in this time
FOLLOWS = timedelta(minutes=1)  # what somebody with a ticket goes on to say in his group
HEARD_LATE = timedelta(seconds=10)  # between saying and hearing, at most
URGENT = 3


@dataclass(frozen=True, slots=True)
class Complaints:
    """What happens with complaints, under one configuration."""

    config: Config
    say: Wording
    for_training: frozenset[str]  # the rules that name training groups
    room: StaffRoom
    assignment: Assignment
    service: Service
    incidents: Incidents
    contact: Contact
    folding: Folding
    cooldowns: Cooldowns

    def recognise(self, reading: Reading) -> Grievance | None:
        """Say what a member complains about in a group, if he complains."""
        if reading.role is not Role.MEMBER or not reading.in_group:
            return None
        if reading.setting is Setting.TRAINING and reading.verdict.rule not in self.for_training:
            return None
        return complaint_in(reading) or call_in(reading)

    def take(self, turn: Turn, reading: Reading, grievance: Grievance) -> None:
        """Open a ticket for a complaint in a group, or put it onto the one that is open."""
        ticket = turn.desk.live_of(reading.message.sender.id)
        if ticket is not None:
            self.listen(turn, reading, ticket)
        else:
            self.open(turn, reading, grievance)

    def concerns(self, reading: Reading) -> bool | None:
        """Notice what somebody goes on to say, within a minute, where he last spoke of his ticket.

        Anything later, or beside a talk in private, is talk like everybody's.
        """
        if reading.role is not Role.MEMBER or not reading.in_group or not reading.concerned:
            return None
        goes_on = reading.message.kind is Kind.RECALLED or _follows(reading)
        return True if goes_on else None

    def go_on(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Put it onto the ticket."""
        message = reading.message
        if message.kind is Kind.RECALLED:
            self.folding.recall(turn, message)
            return
        ticket = turn.desk.live_of(message.sender.id)
        if ticket is not None:
            self.listen(turn, reading, ticket)

    def listen(
        self,
        turn: Turn,
        reading: Reading,
        ticket: Ticket,
        *,
        courtesy: bool = False,
        sentence: str = "member_says",
    ) -> None:
        """Put on a ticket what its member says now, be it graver, about somebody, or just more.

        Said in a group, the group hears nothing of it.
        """
        message, grievance = reading.message, complaint_in(reading)
        graver = grievance is not None and turn.desk.weigh(ticket, grievance)
        kindly = reading.verdict.label == "praise" and not has_doubts(message.text)
        named = () if kindly else self.assignment.roster.named(message, ticket.topic)
        if turn.desk.bar(ticket, named, message.id):
            self._hide(turn, ticket, message)
        turn.desk.hear(ticket, message, courtesy=courtesy)
        if graver and ticket.severity >= URGENT:
            self._tell_urgency(turn, ticket, message)
        self.folding.tell(turn, ticket, message, sentence)

    def open(self, turn: Turn, reading: Reading, grievance: Grievance) -> Ticket:
        """Open a ticket for what was said, and write what follows from it."""
        message, before = reading.message, said_before(turn, reading)
        friend = turn.directory.meet(message.sender).friend
        roster = self.assignment.roster
        found = [roster.named(each, grievance.topic) for each in (*before, message)]
        named = tuple(dict.fromkeys(chain.from_iterable(found)))
        said = summed_up((*before, message))
        running = None if named else self.incidents.fitting(turn, grievance.topic, said)
        number = running.number if running is not None else None
        owner = self.assignment.choose(turn, grievance.topic, named)
        ticket = turn.desk.open(
            message,
            replace(grievance, names=named, incident=number),
            friend=friend,
            assignee=owner,
            before=before,
            looks=self.service.first_looks(turn, grievance.severity, owner),
        )
        if friend is False:
            contact = self.contact.befriending.ask(turn, ticket)
        else:
            contact = "contact_friend"
            self.contact.begin(turn, ticket)
        if message.room is not None:
            self.cooldowns.acted(turn, grievance.rule, message.room)
            self._calm(turn, ticket, message.room, contact)
        if running is not None:
            self.incidents.fold(turn, running, ticket)
        elif not self.incidents.consider(turn, ticket):
            self._alert(turn, ticket, contact)
        for each in before:
            self.folding.pass_file(turn, ticket, each.id, each.kind)
        return ticket

    def reach(self, turn: Turn, contact: str) -> bool:
        """Hand off the ticket that waited for a friendship; False where none did."""
        return self.contact.reach(turn, contact)

    def handed_off(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Note that the private talk began, or go the longer way where WeChat refuses it."""
        ticket = turn.desk.find(row.ticket or 0)
        if isinstance(error, Refused) and error.why is Refusal.NOT_A_FRIEND:
            self.contact.fall_back(turn, ticket, row)
        elif error is None and row.state == "sent":
            turn.directory.person(ticket.member).friend = True
            turn.desk.reach(ticket)
        else:
            self._undelivered(turn, ticket, row)

    def _calm(self, turn: Turn, ticket: Ticket, room: str, contact: str) -> None:
        row = turn.directory.room(room)
        if row.held_at is not None and turn.now - row.held_at < CALM:
            return
        row.held_at = turn.now
        mention = turn.mention(ticket.member, otherwise=SOMEBODY)
        sentences = {
            "contact_friend": "holding_line",
            "contact_stranger": "holding_line_stranger",
            "contact_waiting": "holding_line_stranger",
            "contact_queued": "holding_line_unasked",
            "contact_later": "holding_line_unasked",
        }
        turn.say(
            Address(room=room, mentions=(mention,)),
            self.say(sentences[contact], name=mention).strip(),
            key=f"holding:{ticket.number}",
            purpose=Purpose.HOLDING_LINE,
            ticket=ticket.number,
        )

    def _alert(self, turn: Turn, ticket: Ticket, contact: str) -> None:
        roster = self.assignment.roster
        staff = roster.name(ticket.assignee)
        values = {
            "ticket": ticket.number,
            "topic": topic_name(ticket.topic),
            "severity": SEVERITIES[ticket.severity],
            "staff": staff or self.say("nobody"),
        }
        text = self.say(
            "staff_alert",
            **values,
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            text=ticket.summary,
            words=ticket.words or "—",
            rule=ticket.rule or "—",
            contact=self.say(contact),
            owner=self._owner(turn, staff),
        )
        if ticket.barred:
            text += "\n" + self.say("secret", names="、".join(map(self._named, ticket.barred)))
        self.room.tell(
            turn,
            text,
            key=f"alert:{ticket.number}",
            purpose=Purpose.STAFF_ALERT,
            ticket=ticket,
            mentions=[ticket.assignee] if ticket.assignee else [],
            brief=self.say("staff_brief", **values),
        )

    def _hide(self, turn: Turn, ticket: Ticket, message: Message) -> None:
        """Give a ticket to somebody whom it does not name, and tell where it is worked on now."""
        if ticket.assignee is None:
            self.assignment.assign(turn, ticket)
        text = self.say(
            "names_now",
            ticket=ticket.number,
            name=message.sender.name or ticket.member_name,
            names="、".join(map(self._named, ticket.barred)),
            staff=self.assignment.roster.name(ticket.assignee) or self.say("nobody"),
        )
        if self.room.secret(turn, ticket):
            self.room.tell(turn, text, key=f"names:{message.id}", ticket=ticket)

    def _tell_urgency(self, turn: Turn, ticket: Ticket, message: Message) -> None:
        text = self.say(
            "graver",
            ticket=ticket.number,
            name=ticket.member_name,
            topic=topic_name(ticket.topic),
            severity=SEVERITIES[ticket.severity],
        )
        self.room.tell_owner(turn, ticket, text, key=f"graver:{message.id}")

    def _owner(self, turn: Turn, staff: str) -> str:
        if staff:
            return self.say("owner_is", staff=staff)
        back = self.assignment.roster.back(turn.now)
        if back is None:
            return self.say("owner_none")
        zone = self.config.zone
        return self.say("owner_later", back=local(back.astimezone(zone), turn.now.astimezone(zone)))

    def _named(self, contact: str) -> str:
        people = self.config.support.people
        return next((each.name for each in people if each.id == contact), contact)

    def _undelivered(self, turn: Turn, ticket: Ticket, row: Outgoing) -> None:
        sentence = "not_certain" if row.state == "unconfirmed" else "not_delivered"
        text = self.say(sentence, ticket=ticket.number, name=ticket.member_name, why=row.error)
        self.room.tell(
            turn,
            text,
            key=f"undelivered:{row.key}",
            ticket=ticket,
            mentions=[ticket.assignee] if ticket.assignee else [],
        )


def complaint_in(reading: Reading) -> Grievance | None:
    """Say what a message complains of, if it does."""
    verdict = reading.verdict
    if verdict.label != "complaint":
        return None
    words = telling(reading.message.text, verdict)
    return Grievance(verdict.topic, verdict.severity, verdict.rule, words)


def call_in(reading: Reading) -> Grievance | None:
    """Take for a complaint that somebody just calls for a person: 人工, 找客服, 投诉."""
    message = reading.message
    spoken_to = reading.private or reading.mentioned
    text = MENTION.sub("", message.text) if reading.mentioned else message.text
    calls = calls_for_person(text, in_group=not spoken_to)
    if message.kind is not Kind.TEXT or not calls:
        return None
    return Grievance("human", 1, "人工", (text.strip(),))


def _follows(reading: Reading) -> bool:
    """Say whether the sender's last word on his ticket was said here, and just now."""
    message, last = reading.message, reading.heard_at
    return last is not None and any(
        each.room == message.room
        and abs(last - each.at) <= HEARD_LATE
        and message.at - each.at <= FOLLOWS
        for each in reading.recent
    )
