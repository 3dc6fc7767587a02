"""The bot asks a member for friendship: once, within the caps; else a person reaches out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, select

from bot.config import Config
from bot.errors import NotDelivered, Refusal, Refused
from bot.message import Do, Kind, Letter, Purpose
from bot.storage.tables import LIVE, LetterState, Outgoing, Ticket, TicketState, Timer
from bot.turn import Turn
from handlers.desk.nights import undisturbed
from handlers.desk.staffroom import StaffRoom
from handlers.wording import Wording

ASK = "ask-friend"  # the timer that rings when the caps may let a friend request out
ACCEPTED = "accepted"  # the timer that looks whether a friend request was accepted
AGAIN = timedelta(days=30)  # after which somebody who did not accept may be asked once more
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
UNSENT = (LetterState.QUEUED, LetterState.SENDING)
ARRIVED = (LetterState.SENT, LetterState.UNCONFIRMED)


@dataclass(frozen=True, slots=True)
class Befriending:
    """Friend requests to members who complained, under one configuration.

    The caps count what left or is leaving: what was withdrawn or refused takes nobody's place.
    """

    config: Config
    say: Wording
    room: StaffRoom

    def ask(self, turn: Turn, ticket: Ticket) -> str:
        """Ask the member of a ticket for friendship, now or in his turn; say how that went."""
        person = turn.directory.person(ticket.member)
        asked = person.asked_at is not None and turn.now - person.asked_at < AGAIN
        if asked or self._is_under_way(turn, ticket.member):
            return "contact_waiting"
        return self._proceed(turn, ticket, turn.now, [each.due_at for each in self._line(turn)])

    def try_again(self, turn: Turn, timer: Timer) -> None:
        """Ask somebody whose turn may have come."""
        ticket = turn.desk.find(int(timer.data["ticket"]))
        if self._is_wanted(turn, ticket):
            self._proceed(turn, ticket, datetime.fromisoformat(timer.data["since"]), [])

    def asked(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Wait for an answer to a request that left; where it did not, look for another way."""
        ticket = turn.desk.find(row.ticket or 0)
        if row.state in ARRIVED:
            turn.directory.person(ticket.member).asked_at = turn.now
            due = turn.now + self.config.support.accept_within
            data = {"ticket": str(ticket.number)}
            key = f"{ACCEPTED}:{ticket.number}"
            turn.timers.set(key, ACCEPTED, at=due, contact=ticket.member, data=data)
            return
        self._let_others(turn)
        if not self._is_wanted(turn, ticket):
            return
        if isinstance(error, Refused) and error.why is Refusal.GONE and row.room is not None:
            turn.directory.leave(row.room, ticket.member, turn.now)
            self._proceed(turn, ticket, turn.now, [])
        else:
            self._ask_staff(turn, ticket, "reach_out_unsent")

    def not_accepted(self, turn: Turn, timer: Timer) -> None:
        """Ask the staff to reach out themselves to somebody who did not accept in time."""
        ticket = turn.desk.find(int(timer.data["ticket"]))
        if self._is_wanted(turn, ticket):
            self._ask_staff(turn, ticket, "reach_out")

    def withdraw(self, turn: Turn, ticket: Ticket) -> None:
        """Ask no more for what is no longer wanted; what has left cannot be called back."""
        turn.timers.cancel(_key(ticket))
        for row in self._letters(turn, ticket):
            turn.outbox.withdraw(row.key, "no longer wanted")
        self._let_others(turn)

    # -- one after the other

    def _proceed(
        self, turn: Turn, ticket: Ticket, since: datetime, before: Sequence[datetime]
    ) -> str:
        """Ask as soon as the caps let it, after those ``before``; or leave it to the staff."""
        room = self._room(turn, ticket)
        if room is None:
            self._ask_staff(turn, ticket, "unreachable_no_group")
            return "contact_later"
        moment = self._slot(turn, before)
        if moment is None or moment > since + self.config.support.accept_within:
            self._ask_staff(turn, ticket, "reach_out_capped")
            return "contact_later"
        if moment > turn.now:
            data = {"ticket": str(ticket.number), "since": since.isoformat()}
            turn.timers.set(_key(ticket), ASK, at=moment, contact=ticket.member, data=data)
            return "contact_queued"
        self._write(turn, ticket, room)
        return "contact_stranger"

    def _write(self, turn: Turn, ticket: Ticket, room: str) -> None:
        number = len(self._letters(turn, ticket))
        hello = self.say("friend_hello", group=turn.directory.topic(room), ticket=ticket.number)
        letter = Letter(
            key=f"befriend:{ticket.number}" + (f":{number}" if number else ""),
            do=Do.ADD_FRIEND,
            contact=ticket.member,
            room=room,
            text=hello,
            ticket=ticket.number,
        )
        turn.outbox.put(letter, expires_at=turn.now + self.config.support.accept_within)

    def _slot(self, turn: Turn, before: Sequence[datetime]) -> datetime | None:
        """Return when the caps let the next friend request out; None where not until tomorrow."""
        taken = sorted((*self._leaving(turn), *before))
        local = turn.now.astimezone(self.config.zone)
        midnight = local.replace(hour=0, minute=0, second=0, microsecond=0) + DAY
        later = [midnight.astimezone(turn.now.tzinfo), *taken, *(at + HOUR for at in taken)]
        moments = [turn.now, *(each for each in later if each > turn.now)]
        for moment in sorted(moments):
            free = undisturbed(self.config, moment) if moment > turn.now else moment
            if all(at <= free for at in before) and self._fits(taken, free):
                return free
        return None

    def _leaving(self, turn: Turn) -> list[datetime]:
        """List when the requests of the last day left; those that are just leaving leave now."""
        turn.session.flush()
        requests = select(Outgoing.claimed_at).where(
            Outgoing.account == turn.account, Outgoing.do == Do.ADD_FRIEND
        )
        left = requests.where(
            col(Outgoing.claimed_at) > turn.now - DAY,
            col(Outgoing.state).in_((*UNSENT, *ARRIVED)),
        )
        leaving = requests.where(
            Outgoing.state == LetterState.QUEUED, col(Outgoing.claimed_at).is_(None)
        )
        found = (*turn.session.exec(left), *turn.session.exec(leaving))
        return [claimed or turn.now for claimed in found]

    def _fits(self, taken: Sequence[datetime], moment: datetime) -> bool:
        """Say whether the caps bear one more at a moment: in an hour, and on that day."""
        pace, zone = self.config.pace, self.config.zone
        hour = sum(1 for at in taken if moment - HOUR < at <= moment)
        today = moment.astimezone(zone).date()
        day = sum(1 for at in taken if at.astimezone(zone).date() == today)
        return hour < pace.friend_requests_per_hour and day < pace.friend_requests_per_day

    def _let_others(self, turn: Turn) -> None:
        """Let those who wait look anew: a place has become free."""
        for timer in self._line(turn):
            timer.due_at = turn.now

    def _line(self, turn: Turn) -> list[Timer]:
        wanted = select(Timer).where(Timer.account == turn.account, Timer.kind == ASK)
        return list(turn.session.exec(wanted.order_by(col(Timer.key))))

    # -- looking

    def _is_wanted(self, turn: Turn, ticket: Ticket) -> bool:
        """Say whether somebody still has to be reached, on his ticket or the one it went into."""
        if ticket.merged_into is None:
            return ticket.state == TicketState.AWAITING_CONTACT
        live = turn.desk.find(ticket.merged_into).state in LIVE
        return live and turn.directory.is_friend(ticket.member) is False

    def _is_under_way(self, turn: Turn, contact: str) -> bool:
        waiting = select(Outgoing.id).where(
            Outgoing.account == turn.account,
            Outgoing.do == Do.ADD_FRIEND,
            Outgoing.contact == contact,
            col(Outgoing.state).in_(UNSENT),
        )
        in_line = any(timer.contact == contact for timer in self._line(turn))
        return in_line or turn.session.exec(waiting.limit(1)).first() is not None

    def _letters(self, turn: Turn, ticket: Ticket) -> list[Outgoing]:
        wanted = select(Outgoing).where(
            Outgoing.account == turn.account,
            Outgoing.ticket == ticket.number,
            Outgoing.do == Do.ADD_FRIEND,
        )
        return list(turn.session.exec(wanted.order_by(col(Outgoing.id))))

    def _room(self, turn: Turn, ticket: Ticket) -> str | None:
        """Return the group to ask through: where he complained, unless he is known to be gone."""
        if ticket.room is not None:
            member = turn.directory.member(ticket.room, ticket.member)
            if member is None or member.left_at is None:
                return ticket.room
        return next(iter(turn.directory.rooms_of(ticket.member)), None)

    def _ask_staff(self, turn: Turn, ticket: Ticket, sentence: str) -> None:
        """Hand a member over to a person, with his name card."""
        waited = self.config.support.accept_within
        here = ticket if ticket.merged_into is None else turn.desk.find(ticket.merged_into)
        text = self.say(
            sentence,
            ticket=here.number,
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            hours=f"{waited.total_seconds() / 3600:g}",
        )
        key = f"reach-out:{ticket.number}"
        self.room.tell_owner(turn, here, text, key=key)
        for place in self.room.places(turn, here, Purpose.RELAY_TO_STAFF):
            card = Letter(
                key=f"{key}:card:{place.room or place.contact}",
                room=place.room,
                contact=place.contact,
                kind=Kind.CARD,
                text=ticket.member_name or ticket.member,
                purpose=Purpose.RELAY_TO_STAFF,
                ticket=here.number,
                data={"card": ticket.member},
            )
            turn.outbox.put(card)


def _key(ticket: Ticket) -> str:
    """Name the timer of a ticket so that, of two that ring together, the older is first."""
    return f"{ASK}:{ticket.number:09}"
