"""A complaint leaves the group: a ticket, one calm line, a private talk, an alert to the staff."""

from dataclasses import dataclass
from datetime import timedelta

from bot.config import Config
from bot.desk import Grievance
from bot.errors import NotDelivered, Refusal, Refused
from bot.message import Befriended, Do, Letter, Message, Purpose
from bot.storage.tables import Outgoing, Ticket, TicketState
from bot.turn import Address, Turn
from handlers.reading import Reading, Role, Setting
from handlers.wording import SEVERITIES, Wording, topic_name

CALM = timedelta(minutes=10)  # at most one holding line a group in this time
QUOTED = 500  # characters of a complaint that the alert repeats


@dataclass(frozen=True, slots=True)
class Complaints:
    """What happens with complaints, under one configuration."""

    config: Config
    say: Wording
    for_training: frozenset[str]  # the rules that name training groups

    def recognise(self, reading: Reading) -> Grievance | None:
        """Say what a member complains about in a group, if he complains."""
        if reading.role is not Role.MEMBER or not reading.in_group:
            return None
        verdict = reading.verdict
        if verdict.label != "complaint":
            return None
        if reading.setting is Setting.TRAINING and verdict.rule not in self.for_training:
            return None
        words = tuple(dict.fromkeys(match.word for match in verdict.matches))
        return Grievance(verdict.topic, verdict.severity, verdict.rule, words)

    def take(self, turn: Turn, reading: Reading, grievance: Grievance) -> None:
        """Open a ticket for a complaint in a group, or put it onto the one that is open."""
        ticket = turn.desk.live_of(reading.message.sender.id)
        if ticket is not None:
            self.follow_up(turn, reading, ticket)
        else:
            self.open(turn, reading.message, grievance)

    def concerns(self, reading: Reading) -> bool | None:
        """Notice what somebody with an open ticket goes on to say in a group."""
        wanted = reading.role is Role.MEMBER and reading.in_group and reading.concerned
        return True if wanted else None

    def go_on(self, turn: Turn, reading: Reading, _: bool) -> None:  # noqa: FBT001
        """Put what follows within a minute of the ticket's last word onto it."""
        ticket = turn.desk.live_of(reading.message.sender.id)
        if ticket is None:
            return
        last = [entry.at for entry in turn.desk.entries(ticket) if entry.kind == "member"]
        if last and turn.now - last[-1] <= timedelta(minutes=1):
            self.follow_up(turn, reading, ticket)

    def follow_up(self, turn: Turn, reading: Reading, ticket: Ticket) -> None:
        """Add to an open ticket what the member says in the group; the group hears nothing."""
        message = reading.message
        turn.desk.hear(ticket, message)
        text = self.say(
            "member_says_in_group",
            ticket=ticket.number,
            name=ticket.member_name,
            group=reading.topic,
            text=message.text[:QUOTED] or f"[{message.kind}]",
        )
        self.tell_staff(turn, ticket, text, key=f"follow-up:{message.id}")

    def open(self, turn: Turn, message: Message, grievance: Grievance) -> Ticket:
        """Open a ticket and write what follows from it."""
        turn.directory.meet(message.sender)
        friend = turn.directory.is_friend(message.sender.id)
        ticket = turn.desk.open(message, grievance, friend=friend)
        if friend is False:
            contact = "contact_stranger" if self.befriend(turn, ticket) else "contact_waiting"
        else:
            contact = "contact_friend"
            self.hand_off(turn, ticket)
        if message.room is not None:
            self._calm(turn, ticket, message.room, friend=friend)
        self._alert(turn, ticket, contact)
        return ticket

    def hand_off(self, turn: Turn, ticket: Ticket) -> None:
        """Begin the private talk."""
        sentence = "handoff" if ticket.room else "handoff_private"
        text = self.say(
            sentence,
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room),
            ticket=ticket.number,
        )
        turn.say(
            Address(contact=ticket.member),
            text,
            key=f"handoff:{ticket.number}",
            purpose=Purpose.HANDOFF,
            ticket=ticket.number,
        )

    def befriend(self, turn: Turn, ticket: Ticket) -> bool:
        """Ask for friendship through the room, once a person; False where that cannot be."""
        person = turn.directory.person(ticket.member)
        room = ticket.room or next(iter(turn.directory.rooms_of(ticket.member)), None)
        if person.asked_at is not None or room is None:
            return False
        person.asked_at = turn.now
        hello = self.say("friend_hello", group=turn.directory.topic(room), ticket=ticket.number)
        letter = Letter(
            key=f"befriend:{ticket.number}",
            do=Do.ADD_FRIEND,
            contact=ticket.member,
            room=room,
            text=hello,
            ticket=ticket.number,
        )
        return turn.outbox.put(letter)

    def befriended(self, turn: Turn, event: Befriended) -> None:
        """Begin the private talk with somebody who accepted the bot's request."""
        turn.directory.meet(event.contact)
        turn.directory.person(event.contact.id).friend = True
        self.reach(turn, event.contact.id)

    def reach(self, turn: Turn, contact: str) -> bool:
        """Hand off the ticket that waited for this friendship; False where none did."""
        ticket = turn.desk.live_of(contact)
        if ticket is None or ticket.state != TicketState.AWAITING_CONTACT:
            return False
        self.hand_off(turn, ticket)
        text = self.say("member_back", ticket=ticket.number, name=ticket.member_name)
        self.tell_staff(turn, ticket, text, key=f"reached:{ticket.number}")
        return True

    def handed_off(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Note that the private talk began, or go the longer way where WeChat refuses it."""
        ticket = turn.desk.find(row.ticket or 0)
        if isinstance(error, Refused) and error.why is Refusal.NOT_A_FRIEND:
            self.fall_back(turn, ticket, row.key)
        elif error is None and row.state == "sent":
            turn.directory.person(ticket.member).friend = True
            turn.desk.reach(ticket)
        else:
            self._undelivered(turn, ticket, row)

    def fall_back(self, turn: Turn, ticket: Ticket, source: str) -> None:
        """Deal with a member who turns out not to be a friend (any more)."""
        turn.directory.person(ticket.member).friend = False
        turn.desk.lose_contact(ticket)
        asked = self.befriend(turn, ticket)
        text = self.say(
            "unreachable" if asked or ticket.room else "unreachable_no_group",
            ticket=ticket.number,
            name=ticket.member_name,
        )
        self.tell_staff(turn, ticket, text, key=f"unreachable:{source}")

    def tell_staff(
        self,
        turn: Turn,
        ticket: Ticket,
        text: str,
        *,
        key: str,
        purpose: Purpose = Purpose.RELAY_TO_STAFF,
    ) -> None:
        """Say something about a ticket in the support room, to its assignee where it has one."""
        mentions = (turn.mention(ticket.assignee),) if ticket.assignee else ()
        to = Address(room=self.config.support.room, mentions=mentions)
        turn.say(to, text, key=key, purpose=purpose, ticket=ticket.number)

    def _calm(self, turn: Turn, ticket: Ticket, room: str, *, friend: bool | None) -> None:
        row = turn.directory.room(room)
        if row.held_at is not None and turn.now - row.held_at < CALM:
            return
        row.held_at = turn.now
        mention = turn.mention(ticket.member)
        sentence = "holding_line_stranger" if friend is False else "holding_line"
        turn.say(
            Address(room=room, mentions=(mention,)),
            self.say(sentence, name=mention).strip(),
            key=f"holding:{ticket.number}",
            purpose=Purpose.HOLDING_LINE,
            ticket=ticket.number,
        )

    def _alert(self, turn: Turn, ticket: Ticket, contact: str) -> None:
        text = self.say(
            "staff_alert",
            ticket=ticket.number,
            topic=topic_name(ticket.topic),
            severity=SEVERITIES[ticket.severity],
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            text=ticket.summary,
            words=ticket.words or "—",
            rule=ticket.rule or "—",
            contact=self.say(contact),
        )
        self.tell_staff(
            turn, ticket, text, key=f"alert:{ticket.number}", purpose=Purpose.STAFF_ALERT
        )

    def _undelivered(self, turn: Turn, ticket: Ticket, row: Outgoing) -> None:
        sentence = "not_certain" if row.state == "unconfirmed" else "not_delivered"
        text = self.say(sentence, ticket=ticket.number, name=ticket.member_name, why=row.error)
        self.tell_staff(turn, ticket, text, key=f"undelivered:{row.key}")
