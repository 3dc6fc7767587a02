"""The support desk: the only place where a ticket changes."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.errors import TicketError
from bot.message import Message
from bot.storage.tables import LIVE, Entry, EntryKind, Ticket, TicketState

SUMMARY_LENGTH = 500
ENDED = (TicketState.RESOLVED, TicketState.CLOSED)


@dataclass(frozen=True, slots=True)
class Grievance:
    """What a ticket is about, as far as the words of a message tell."""

    topic: str
    severity: int
    rule: str
    words: tuple[str, ...]


class Desk:
    """Opens, moves and closes the tickets of one account inside one transaction."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    # -- finding

    def find(self, number: int) -> Ticket:
        """Return the ticket with this number, or raise TicketError."""
        wanted = select(Ticket).where(Ticket.account == self._account, Ticket.number == number)
        ticket = self._session.exec(wanted).first()
        if ticket is None:
            raise TicketError(f"没有工单 #{number}。发送「工单」可查看未完成的工单。")
        return ticket

    def live(self) -> list[Ticket]:
        """List the tickets that somebody still owes something, oldest first."""
        wanted = select(Ticket).where(Ticket.account == self._account, col(Ticket.state).in_(LIVE))
        return list(self._session.exec(wanted.order_by(col(Ticket.number))))

    def live_of(self, member: str) -> Ticket | None:
        """Return the newest live ticket of a member."""
        return self._newest(member, LIVE)

    def resolved_of(self, member: str) -> Ticket | None:
        """Return the newest resolved, not yet closed ticket of a member."""
        return self._newest(member, (TicketState.RESOLVED,))

    def entries(self, ticket: Ticket) -> list[Entry]:
        """List what was said, noted and done on a ticket, oldest first."""
        wanted = select(Entry).where(Entry.ticket == ticket.id).order_by(col(Entry.id))
        return list(self._session.exec(wanted))

    # -- what the member does

    def open(self, message: Message, grievance: Grievance, *, friend: bool | None) -> Ticket:
        """Open a ticket for a message; without friendship it waits for contact."""
        ticket = Ticket(
            account=self._account,
            number=self._next_number(),
            source=message.id,
            room=message.room,
            member=message.sender.id,
            member_name=message.sender.name,
            topic=grievance.topic,
            severity=grievance.severity,
            rule=grievance.rule,
            words="、".join(grievance.words),
            summary=message.text[:SUMMARY_LENGTH],
            state=TicketState.AWAITING_CONTACT if friend is False else TicketState.OPEN,
            opened_at=self._now,
        )
        self._session.add(ticket)
        self._session.flush()
        self.hear(ticket, message)
        return ticket

    def hear(self, ticket: Ticket, message: Message) -> None:
        """Put what the member said onto the ticket."""
        ticket.messages += 1
        if ticket.state == TicketState.WAITING:
            ticket.state = TicketState.CLAIMED if ticket.assignee else TicketState.OPEN
        where = {"room": message.room or "", "kind": message.kind, "message": message.id}
        self._enter(ticket, EntryKind.MEMBER, message.sender.id, message.text, message.id, where)

    def rate(self, ticket: Ticket, rating: int, source: str) -> None:
        """Take the member's rating, which closes the ticket."""
        ticket.rating = rating
        ticket.state, ticket.closed_at = TicketState.CLOSED, self._now
        self._event(ticket, ticket.member, f"评分 {rating}", source)

    def reach(self, ticket: Ticket) -> None:
        """Note that the member has been spoken to privately."""
        ticket.private_at = ticket.private_at or self._now
        if ticket.state == TicketState.AWAITING_CONTACT:
            ticket.state = TicketState.CLAIMED if ticket.assignee else TicketState.OPEN

    def lose_contact(self, ticket: Ticket) -> None:
        """Note that the member cannot be written to privately."""
        if ticket.state in (TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING):
            ticket.state = TicketState.AWAITING_CONTACT

    # -- what staff do

    def claim(self, ticket: Ticket, staff: str, source: str) -> str | None:
        """Make somebody the assignee; return who was it before."""
        self._must_live(ticket)
        before = ticket.assignee
        ticket.assignee, ticket.claimed_at = staff, ticket.claimed_at or self._now
        if ticket.state in (TicketState.OPEN, TicketState.WAITING):
            ticket.state = TicketState.CLAIMED
        self._event(ticket, staff, "接单", source)
        return before

    def transfer(self, ticket: Ticket, staff: str, to: str, source: str) -> None:
        """Give the ticket to somebody else."""
        self._must_live(ticket)
        ticket.assignee = to
        if ticket.state == TicketState.OPEN:
            ticket.state = TicketState.CLAIMED
        ticket.claimed_at = ticket.claimed_at or self._now
        self._event(ticket, staff, f"转给 {to}", source)

    def reply(
        self, ticket: Ticket, staff: str, message: Message, text: str, *, letter: str
    ) -> None:
        """Record an answer to the member; the first to answer owns an unowned ticket."""
        self._must_live(ticket)
        if ticket.assignee is None:
            ticket.assignee, ticket.claimed_at = staff, self._now
        if ticket.state == TicketState.OPEN:
            ticket.state = TicketState.CLAIMED
        data = {"letter": letter, "kind": message.kind, "message": message.id}
        self._enter(ticket, EntryKind.STAFF, staff, text, message.id, data)

    def replied(self, ticket: Ticket) -> None:
        """Note that an answer of a person reached the member."""
        ticket.first_reply_at = ticket.first_reply_at or self._now
        self.reach(ticket)

    def note(self, ticket: Ticket, staff: str, text: str, source: str) -> None:
        """Keep a remark that only staff see."""
        self._enter(ticket, EntryKind.NOTE, staff, text, source, {})

    def wait(self, ticket: Ticket, staff: str, source: str) -> None:
        """Say that the member owes an answer."""
        self._must_live(ticket)
        if ticket.state == TicketState.AWAITING_CONTACT:
            raise TicketError(f"#{ticket.number} 还没有联系上客户，不能设为等待。")
        ticket.assignee = ticket.assignee or staff
        ticket.state = TicketState.WAITING
        self._event(ticket, staff, "等待客户", source)

    def resolve(self, ticket: Ticket, staff: str, source: str) -> None:
        """Say that the matter is solved."""
        self._must_live(ticket)
        ticket.assignee = ticket.assignee or staff
        ticket.state, ticket.resolved_at = TicketState.RESOLVED, self._now
        self._event(ticket, staff, "解决", source)

    def ask_rating(self, ticket: Ticket) -> bool:
        """Mark that the member is asked to rate; False where he was asked before."""
        if ticket.rating_asked_at is not None:
            return False
        ticket.rating_asked_at = self._now
        return True

    def reopen(self, ticket: Ticket, who: str, source: str) -> None:
        """Take up an ended ticket again."""
        if ticket.state not in ENDED:
            raise TicketError(f"#{ticket.number} 还没有结束，不需要重开。")
        ticket.state = TicketState.CLAIMED if ticket.assignee else TicketState.OPEN
        ticket.resolved_at = ticket.closed_at = None
        self._event(ticket, who, "重开", source)

    def close(self, ticket: Ticket, why: str, source: str) -> None:
        """End a ticket without a rating."""
        ticket.state, ticket.closed_at = TicketState.CLOSED, self._now
        self._event(ticket, "", why, source)

    # -- writing

    def _newest(self, member: str, states: tuple[TicketState, ...]) -> Ticket | None:
        wanted = select(Ticket).where(
            Ticket.account == self._account,
            Ticket.member == member,
            col(Ticket.state).in_(states),
        )
        return self._session.exec(wanted.order_by(col(Ticket.number).desc()).limit(1)).first()

    def _next_number(self) -> int:
        top = select(func.max(Ticket.number)).where(Ticket.account == self._account)
        return (self._session.exec(top).one() or 0) + 1

    def _must_live(self, ticket: Ticket) -> None:
        if ticket.state in ENDED:
            raise TicketError(
                f"#{ticket.number} 已经结束。需要继续处理请发送「#{ticket.number} 重开」。"
            )

    def _event(self, ticket: Ticket, author: str, text: str, source: str) -> None:
        self._enter(ticket, EntryKind.EVENT, author, text, source, {})

    def _enter(
        self,
        ticket: Ticket,
        kind: EntryKind,
        author: str,
        text: str,
        source: str,
        data: Mapping[str, object],
    ) -> None:
        if ticket.id is None:
            raise TicketError("工单尚未保存")
        entry = Entry(
            account=self._account,
            ticket=ticket.id,
            source=f"{kind}:{source}",
            member=ticket.member,
            kind=kind,
            author=author,
            text=text,
            data=dict(data),
            at=self._now,
        )
        self._session.add(entry)
