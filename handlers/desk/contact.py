"""How a member is reached in private: handed off, asked for friendship, or left to a person."""

import re
from dataclasses import dataclass

from sqlmodel import col, select

from bot.config import Config
from bot.message import Befriended, FriendRequested, Purpose
from bot.storage.tables import LetterState, Outgoing, Ticket, TicketState
from bot.turn import Address, Turn
from handlers.desk.assignment import local
from handlers.desk.befriending import Befriending
from handlers.desk.roster import Roster
from handlers.desk.staffroom import StaffRoom
from handlers.wording import Wording, called

DANGER = "danger"  # the topic of who speaks of ending his life
NUMBER = re.compile(r"(?:工单号?|编号|[#＃])\s*[#＃]?\s*([0-9０-９]{1,9})")


@dataclass(frozen=True, slots=True)
class Contact:
    """The way to a member, under one configuration."""

    config: Config
    say: Wording
    roster: Roster
    room: StaffRoom
    befriending: Befriending

    def begin(self, turn: Turn, ticket: Ticket, before: int = 0) -> None:
        """Say the first private line, which was said ``before`` so many times."""
        sentence = "handoff" if ticket.room else "handoff_private"
        if ticket.topic == DANGER:
            sentence = "handoff_danger"
        text = self.say(
            sentence,
            name=called(ticket.member_name, ticket.member),
            group=turn.directory.topic(ticket.room),
            ticket=ticket.number,
        )
        turn.say(
            Address(contact=ticket.member),
            text if ticket.topic == DANGER else text + self.when(turn),
            key=f"handoff:{ticket.number}" + (f":{before}" if before else ""),
            purpose=Purpose.HANDOFF,
            ticket=ticket.number,
        )

    def hand_off(self, turn: Turn, ticket: Ticket) -> bool:
        """Begin the private talk, or begin it anew after contact was lost; False: it is under way.

        A letter that may have arrived is not said again: the talk counts as begun.
        """
        said = self._handoffs(turn, ticket)
        if said and said[-1].state in (LetterState.QUEUED, LetterState.SENDING):
            return False
        if said and said[-1].state == LetterState.UNCONFIRMED:
            turn.desk.reach(ticket)
            return True
        self.begin(turn, ticket, len(said))
        return True

    def befriended(self, turn: Turn, event: Befriended) -> None:
        """Begin the private talk with somebody who accepted the bot's request."""
        turn.directory.meet(event.contact)
        turn.directory.person(event.contact.id).friend = True
        self.reach(turn, event.contact.id)

    def greeted(self, turn: Turn, event: FriendRequested) -> None:
        """Notice that somebody else names a ticket as his; what is on it stays with its member."""
        found = NUMBER.search(event.hello)
        numbers = {ticket.number for ticket in turn.desk.of_member(event.sender.id)}
        if found is None or int(found[1]) in numbers:
            return
        ticket = next((each for each in turn.desk.live() if each.number == int(found[1])), None)
        if ticket is not None:
            name = event.sender.name or event.sender.id
            text = self.say("claims_ticket", ticket=ticket.number, name=name)
            self.room.tell_owner(turn, ticket, text, key=f"claims:{event.request}")

    def reach(self, turn: Turn, contact: str) -> bool:
        """Hand off the ticket that waited for this friendship; False where none did."""
        ticket = turn.desk.live_of(contact)
        if ticket is None or not self._waits(ticket, own := own_ticket(turn, ticket, contact)):
            return False
        if self.hand_off(turn, own):
            text = self.say("member_back", ticket=ticket.number, name=own.member_name)
            key = f"reached:{own.number}:{len(self._handoffs(turn, own))}"
            self.room.tell_owner(turn, ticket, text, key=key)
        return True

    def fall_back(self, turn: Turn, ticket: Ticket, row: Outgoing) -> None:
        """Deal with a member who turns out not to be a friend (any more)."""
        own = own_ticket(turn, ticket, row.contact or ticket.member)
        turn.directory.person(own.member).friend = False
        turn.desk.lose_contact(own)
        how = self.befriending.ask(turn, own)
        asked = how in ("contact_stranger", "contact_queued")
        sentence = "unreachable" if asked else "unreachable_asked"
        text = self.say(sentence, ticket=ticket.number, name=own.member_name)
        self.room.tell_owner(turn, ticket, text, key=f"unreachable:{row.key}")

    def _waits(self, ticket: Ticket, own: Ticket) -> bool:
        """Say whether a member was never spoken to, or cannot be."""
        if own is ticket:
            return ticket.state == TicketState.AWAITING_CONTACT
        return own.private_at is None

    def _handoffs(self, turn: Turn, ticket: Ticket) -> list[Outgoing]:
        wanted = select(Outgoing).where(
            Outgoing.account == turn.account,
            Outgoing.ticket == ticket.number,
            Outgoing.purpose == Purpose.HANDOFF,
        )
        return list(turn.session.exec(wanted.order_by(col(Outgoing.id))))

    def when(self, turn: Turn) -> str:
        """Say from when on somebody is there, where nobody is now."""
        if self.roster.hours.open_at(turn.now):
            return ""
        opens = self.roster.hours.next_open(turn.now).astimezone(self.config.zone)
        return self.say("handoff_later", back=local(opens, turn.now.astimezone(self.config.zone)))


def own_ticket(turn: Turn, ticket: Ticket, contact: str) -> Ticket:
    """Return the ticket of this member: the one at hand, or his own that was merged into it."""
    if contact == ticket.member:
        return ticket
    merged = turn.desk.merged_into(ticket)
    return next((each for each in reversed(merged) if each.member == contact), ticket)
