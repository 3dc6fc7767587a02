"""The support desk: the only place where a ticket changes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.desk.assignment import ANSWERS, Ownership
from bot.desk.ledger import ENDED
from bot.desk.service import note_opened
from bot.errors import TicketError
from bot.message import Kind, Message
from bot.storage.rows import add
from bot.storage.tables import ClockKind, EntryKind, Ticket, TicketState

__all__ = ["ENDED", "Desk", "Grievance", "summed_up"]

SUMMARY_LENGTH = 500
NOTHING_SAID = ("", "human")  # topics of who has not said yet what is wrong


@dataclass(frozen=True, slots=True)
class Grievance:
    """What a ticket is about, as far as the words of a message tell.

    ``names`` are the ids of those it is about, from whom it is kept; ``incident`` is the number
    of the running one it is part of.
    """

    topic: str
    severity: int
    rule: str
    words: tuple[str, ...]
    names: tuple[str, ...] = ()
    incident: int | None = None


def summed_up(messages: Iterable[Message]) -> str:
    """Return what was said, as it stands on the ticket that it opens."""
    said = (each.text for each in messages if each.kind is Kind.TEXT)
    return "\n".join(said)[:SUMMARY_LENGTH]


class Desk(Ownership):
    """Opens, moves and closes the tickets of one account inside one transaction."""

    # -- what the member does

    def open(
        self,
        message: Message,
        grievance: Grievance,
        *,
        friend: bool | None,
        assignee: str | None = None,
        before: Sequence[Message] = (),
        looks: Mapping[ClockKind, datetime] | None = None,
    ) -> Ticket:
        """Open a ticket for a message and what was said ``before`` it.

        Without friendship it waits for contact. ``assignee`` is who is to take it, and has yet to
        accept it; ``looks`` is when to look at its clocks first, which is now if nobody planned.
        """
        ticket = add(
            self._session,
            Ticket,
            account=self._account,
            number=self._next_number(),
            source=message.id,
            room=message.room,
            member=message.sender.id,
            member_name=message.sender.name or message.sender.id,
            topic=grievance.topic,
            severity=grievance.severity,
            rule=grievance.rule,
            words="、".join(grievance.words),
            summary=summed_up((*before, message)),
            state=TicketState.AWAITING_CONTACT if friend is False else TicketState.OPEN,
            assignee=assignee,
            barred=list(grievance.names),
            passed_by=[],
            incident=grievance.incident,
            messages=len(before) + 1,
            heard_at=self._now,
            opened_at=self._now,
        )
        self._without_ticket().discard(ticket.member)
        note_opened(self._session, ticket)
        owner = [ClockKind.OWNER] if assignee is not None else []
        kinds = (ClockKind.FIRST, ClockKind.RESOLUTION, *owner)
        first_look = self.clocks.begin(ticket, kinds, looks or {})
        entries = [self._said(ticket, each) for each in (*before, message)]
        if assignee is not None:
            entries.append(self._happened(ticket, "", f"分给 {assignee}", "opened"))
        if grievance.incident is not None:
            entries.append(self._happened(ticket, "", f"并入事件 {grievance.incident}", "incident"))
        self._write(*entries)
        if first_look is not None:
            self._wake(first_look)
        return ticket

    def hear(self, ticket: Ticket, message: Message, *, courtesy: bool = False) -> None:
        """Put what the member said onto the ticket; a mere courtesy waits for no answer."""
        ticket.messages += 1
        ticket.heard_at = self._now
        self._write(self._said(ticket, message))
        if courtesy:
            return
        ticket.snoozed_until = None
        waited = ticket.state == TicketState.WAITING
        if waited:
            self._work_on(ticket)
        waits = self.clocks.get(ticket, ClockKind.NEXT)
        if ticket.first_reply_at is not None and (waits is None or waits.met_at is not None):
            self.clocks.start(ticket, ClockKind.NEXT, ClockKind.OWNER)
        elif waited:
            self.clocks.start(ticket, ClockKind.OWNER)
        self._follow(ticket)

    def _said(self, ticket: Ticket, message: Message) -> dict[str, object]:
        where = {"room": message.room or "", "kind": message.kind, "url": message.url}
        said = (message.sender.id, message.text, message.id)
        return self._entry(ticket, EntryKind.MEMBER, *said, where)

    def weigh(self, ticket: Ticket, grievance: Grievance) -> bool:
        """Take a ticket for what its member says since; True where that is graver than before."""
        graver = grievance.severity > ticket.severity
        if grievance.topic and (graver or ticket.topic in NOTHING_SAID):
            ticket.topic, ticket.rule = grievance.topic, grievance.rule
        if graver:
            ticket.severity = grievance.severity
            self.clocks.look_again(ticket)
            self._wake(self._now)
        return graver

    def rate(self, ticket: Ticket, rating: int, source: str) -> None:
        """Take the member's rating, which closes the ticket."""
        ticket.rating = rating
        ticket.state, ticket.closed_at = TicketState.CLOSED, ticket.closed_at or self._now
        self._event(ticket, ticket.member, f"评分 {rating}", source)

    def reach(self, ticket: Ticket) -> None:
        """Note that the member has been spoken to privately."""
        ticket.private_at = ticket.private_at or self._now
        if ticket.state == TicketState.AWAITING_CONTACT:
            self._work_on(ticket)

    def lose_contact(self, ticket: Ticket) -> None:
        """Note that the member cannot be written to privately."""
        if ticket.state in (TicketState.OPEN, TicketState.CLAIMED, TicketState.WAITING):
            ticket.state = TicketState.AWAITING_CONTACT
            self._follow(ticket)

    # -- what staff do

    def reply(
        self, ticket: Ticket, staff: str, message: Message, text: str, *, letter: str
    ) -> None:
        """Record an answer to the member; the first to answer owns an unowned ticket."""
        self._must_live(ticket)
        self._take(ticket, staff)
        if ticket.state == TicketState.OPEN:
            ticket.state = TicketState.CLAIMED
        data = {"letter": letter, "kind": message.kind}
        self._write(self._entry(ticket, EntryKind.STAFF, staff, text, message.id, data))
        self._owned(ticket)

    def replied(self, ticket: Ticket, own: Ticket) -> None:
        """Note that an answer of a person reached a member; ``own``: his, if it was merged."""
        ticket.first_reply_at = ticket.first_reply_at or self._now
        own.first_reply_at = own.first_reply_at or self._now
        self.reach(ticket)
        self.clocks.meet(ticket, *ANSWERS)
        self._wake(self._now)

    def note(self, ticket: Ticket, staff: str, text: str, source: str) -> None:
        """Keep a remark that only staff see."""
        self._write(self._entry(ticket, EntryKind.NOTE, staff, text, source, {}))
        if staff == ticket.assignee:
            self._owned(ticket)

    def remark(self, ticket: Ticket, text: str, source: str) -> None:
        """Keep what happened to a ticket without anybody's doing."""
        self._event(ticket, "", text, source)

    def wait(self, ticket: Ticket, staff: str, source: str) -> None:
        """Say that the member owes an answer."""
        self._must_live(ticket)
        if ticket.state == TicketState.AWAITING_CONTACT:
            raise TicketError(f"#{ticket.number} 还没有联系上客户，不能设为等待。")
        self._take(ticket, staff)
        ticket.state = TicketState.WAITING
        self._event(ticket, staff, "等待客户", source)
        self.clocks.meet(ticket, ClockKind.NEXT)
        self._follow(ticket)

    def snooze(self, ticket: Ticket, staff: str, until: datetime, source: str) -> None:
        """Have a ticket brought back later; the member's clocks run on."""
        self._must_live(ticket)
        ticket.snoozed_until = until
        self._take(ticket, staff)
        self._event(ticket, staff, "稍后", source)
        self._owned(ticket)

    def wake_up(self, ticket: Ticket) -> bool:
        """Bring a ticket back that was put off; False where it came back before."""
        due = ticket.snoozed_until is not None and ticket.snoozed_until <= self._now
        if not due or ticket.state in ENDED:
            return False
        ticket.snoozed_until = None
        self._owned(ticket)
        return True

    def resolve(self, ticket: Ticket, staff: str, source: str) -> None:
        """Say that the matter is solved."""
        self._must_live(ticket)
        self._take(ticket, staff)
        ticket.state, ticket.resolved_at = TicketState.RESOLVED, self._now
        self._event(ticket, staff, "解决", source)
        self._end(ticket)

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
        if not ticket.member:
            raise TicketError(f"#{ticket.number} 的客户已经删除，只留着编号和时间。")
        if ticket.merged_into is not None:
            raise TicketError(f"#{ticket.number} 已并入 #{ticket.merged_into}，请在那里处理。")
        ticket.resolved_at = ticket.closed_at = None
        ticket.false_alarm = False
        ticket.reopened += 1
        self._event(ticket, who, "重开", source)
        self._work_on(ticket)
        self.clocks.resume(ticket, ClockKind.RESOLUTION)
        self.clocks.start(ticket, ClockKind.NEXT, ClockKind.OWNER)
        self._follow(ticket)

    def close(self, ticket: Ticket, why: str, source: str, *, who: str = "") -> None:
        """End a ticket without a rating."""
        ticket.state, ticket.closed_at = TicketState.CLOSED, self._now
        self._event(ticket, who, why, source)
        self._end(ticket)

    def dismiss(self, ticket: Ticket, staff: str, source: str) -> None:
        """Say that it was no complaint at all."""
        self._must_live(ticket)
        ticket.false_alarm = True
        self.close(ticket, "误报", source, who=staff)

    def merge(self, ticket: Ticket, other: Ticket, staff: str, source: str) -> None:
        """Let one ticket go on for another, which ends."""
        if ticket.number == other.number:
            raise TicketError("不能把工单并入它自己。")
        self._must_live(ticket)
        self._must_live(other)
        self.bar(ticket, other.barred, source)
        ticket.severity = max(ticket.severity, other.severity)
        other.merged_into = ticket.number
        for earlier in self.merged_into(other):
            earlier.merged_into = ticket.number
        self.close(other, f"并入 #{ticket.number}", source, who=staff)
        self._event(ticket, staff, f"并入了 #{other.number}", source)
