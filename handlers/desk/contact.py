"""How a member is reached in private: handed off, asked for friendship, or left to a person."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.config import Config
from bot.message import Befriended, Do, FriendRequested, Kind, Letter, Purpose
from bot.storage.tables import LetterState, Outgoing, Ticket, TicketState, Timer
from bot.turn import Address, Turn
from handlers.desk.assignment import local
from handlers.desk.roster import Roster
from handlers.desk.staffroom import StaffRoom
from handlers.wording import Wording

ACCEPTED = "accepted"  # the timer that looks whether a friend request was accepted
AGAIN = timedelta(days=30)  # after which somebody who did not accept may be asked once more
SLACK = timedelta(minutes=1)  # letters leave somewhat later than they are due
HOUR, DAY = timedelta(hours=1) + SLACK, timedelta(days=1) + SLACK
NUMBER = re.compile(r"(?:工单号?|编号|[#＃])\s*[#＃]?\s*([0-9０-９]{1,9})")


@dataclass(frozen=True, slots=True)
class Contact:
    """The way to a member, under one configuration."""

    config: Config
    say: Wording
    roster: Roster
    room: StaffRoom

    def begin(self, turn: Turn, ticket: Ticket, before: int = 0) -> None:
        """Say the first private line, which was said ``before`` so many times."""
        sentence = "handoff" if ticket.room else "handoff_private"
        text = self.say(
            sentence,
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room),
            ticket=ticket.number,
        )
        turn.say(
            Address(contact=ticket.member),
            text + self._when(turn),
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

    def befriend(self, turn: Turn, ticket: Ticket) -> str:
        """Ask for friendship through the room, once, within the caps; say how that went."""
        person = turn.directory.person(ticket.member)
        room = ticket.room or next(iter(turn.directory.rooms_of(ticket.member)), None)
        if person.asked_at is not None and turn.now - person.asked_at < AGAIN:
            return "contact_waiting"
        moment = self._slot(turn.session, turn.account, turn.now) if room else None
        if room is None or moment is None:
            self._ask_staff(turn, ticket, "reach_out_capped" if room else "unreachable_no_group")
            return "contact_later"
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
        turn.outbox.put(letter, due_at=moment, expires_at=moment + DAY)
        turn.timers.set(
            f"{ACCEPTED}:{ticket.number}",
            ACCEPTED,
            at=moment + self.config.support.accept_within,
            contact=ticket.member,
            data={"ticket": str(ticket.number)},
        )
        return "contact_stranger"

    def not_accepted(self, turn: Turn, timer: Timer) -> None:
        """Ask the staff to reach out themselves to somebody who did not accept in time."""
        ticket = turn.desk.find(int(timer.data["ticket"]))
        if ticket.state == TicketState.AWAITING_CONTACT:
            self._ask_staff(turn, ticket, "reach_out")

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
            self._tell(turn, ticket, text, key=f"claims:{event.request}")

    def reach(self, turn: Turn, contact: str) -> bool:
        """Hand off the ticket that waited for this friendship; False where none did."""
        ticket = turn.desk.live_of(contact)
        if ticket is None or ticket.state != TicketState.AWAITING_CONTACT:
            return False
        if self.hand_off(turn, ticket):
            text = self.say("member_back", ticket=ticket.number, name=ticket.member_name)
            times = len(self._handoffs(turn, ticket))
            self._tell(turn, ticket, text, key=f"reached:{ticket.number}:{times}")
        return True

    def fall_back(self, turn: Turn, ticket: Ticket, source: str) -> None:
        """Deal with a member who turns out not to be a friend (any more)."""
        turn.directory.person(ticket.member).friend = False
        turn.desk.lose_contact(ticket)
        how = self.befriend(turn, ticket)
        sentence = "unreachable" if how == "contact_stranger" else "unreachable_asked"
        text = self.say(sentence, ticket=ticket.number, name=ticket.member_name)
        self._tell(turn, ticket, text, key=f"unreachable:{source}")

    def _handoffs(self, turn: Turn, ticket: Ticket) -> list[Outgoing]:
        wanted = select(Outgoing).where(
            Outgoing.account == turn.account,
            Outgoing.ticket == ticket.number,
            Outgoing.purpose == Purpose.HANDOFF,
        )
        return list(turn.session.exec(wanted.order_by(col(Outgoing.id))))

    def _when(self, turn: Turn) -> str:
        """Say from when on somebody is there, where nobody is now."""
        if self.roster.hours.open_at(turn.now):
            return ""
        opens = self.roster.hours.next_open(turn.now).astimezone(self.config.zone)
        return self.say("handoff_later", back=local(opens, turn.now.astimezone(self.config.zone)))

    def _ask_staff(self, turn: Turn, ticket: Ticket, sentence: str) -> None:
        """Hand a member over to a person, with his name card."""
        waited = self.config.support.accept_within
        text = self.say(
            sentence,
            ticket=ticket.number,
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            hours=f"{waited.total_seconds() / 3600:g}",
        )
        key = f"reach-out:{ticket.number}"
        self._tell(turn, ticket, text, key=key)
        for place in self.room.places(turn, ticket, Purpose.RELAY_TO_STAFF):
            card = Letter(
                key=f"{key}:card:{place.room or place.contact}",
                room=place.room,
                contact=place.contact,
                kind=Kind.CARD,
                text=ticket.member_name or ticket.member,
                purpose=Purpose.RELAY_TO_STAFF,
                ticket=ticket.number,
                data={"card": ticket.member},
            )
            turn.outbox.put(card)

    def _tell(self, turn: Turn, ticket: Ticket, text: str, *, key: str) -> None:
        mentions = [ticket.assignee] if ticket.assignee else []
        self.room.tell(turn, text, key=key, ticket=ticket, mentions=mentions)

    def _slot(self, session: Session, account: int, now: datetime) -> datetime | None:
        """Return when the caps let the next friend request out; None if that is too long."""
        pace = self.config.pace
        wanted = select(Outgoing.due_at).where(
            Outgoing.account == account,
            Outgoing.do == Do.ADD_FRIEND,
            Outgoing.due_at > now - DAY,
            col(Outgoing.state) != LetterState.DROPPED,
        )
        taken = sorted(session.exec(wanted).all())
        moments = [now, *(at + span for at in taken for span in (HOUR, DAY) if at + span > now)]
        for moment in sorted(moments):
            hour = sum(1 for at in taken if moment - HOUR < at <= moment)
            day = sum(1 for at in taken if moment - DAY < at <= moment)
            later = any(at > moment for at in taken)
            fits = hour < pace.friend_requests_per_hour and day < pace.friend_requests_per_day
            if fits and not later:
                return moment if moment <= now + self.config.support.accept_within else None
        return None
