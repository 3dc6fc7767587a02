"""Whose a ticket is: given, taken, passed on, and kept from those it names."""

from collections.abc import Collection

from bot.desk.ledger import Ledger
from bot.errors import TicketError
from bot.storage.tables import ClockKind, Ticket, TicketState

ANSWERS = (ClockKind.FIRST, ClockKind.NEXT)


class Ownership(Ledger):
    """Moves tickets between owners; never to somebody whom the ticket names."""

    def assign(self, ticket: Ticket, staff: str, source: str) -> None:
        """Give a ticket to somebody who has yet to accept it."""
        ticket.assignee = staff
        self._event(ticket, "", f"分给 {staff}", source)
        self._owned(ticket)

    def take_back(self, ticket: Ticket, source: str) -> None:
        """Take a ticket from an owner who does not act."""
        if ticket.assignee is not None:
            ticket.passed_by = [*ticket.passed_by, ticket.assignee]
            self._event(ticket, "", f"从 {ticket.assignee} 收回", source)
        self._disown(ticket)

    def bar(self, ticket: Ticket, names: Collection[str], source: str) -> bool:
        """Keep a ticket from those it names; False where it was kept from them before."""
        new = [name for name in names if name not in ticket.barred]
        if not new:
            return False
        ticket.barred = [*ticket.barred, *new]
        self._event(ticket, "", f"对 {'、'.join(new)} 保密", f"bar:{source}")
        if ticket.assignee in new:
            self._disown(ticket)
        return True

    def claim(self, ticket: Ticket, staff: str, source: str) -> str | None:
        """Make somebody the assignee; return who was it before."""
        self._must_live(ticket)
        before = ticket.assignee
        ticket.assignee, ticket.claimed_at = staff, ticket.claimed_at or self._now
        if ticket.state in (TicketState.OPEN, TicketState.WAITING):
            ticket.state = TicketState.CLAIMED
        self._event(ticket, staff, "接单", source)
        self._owned(ticket)
        return before

    def transfer(self, ticket: Ticket, staff: str, to: str, source: str) -> None:
        """Give the ticket to somebody else."""
        self._must_live(ticket)
        if to in ticket.barred:
            raise TicketError(f"#{ticket.number} 涉及这个人，不能转给他。")
        ticket.assignee = to
        if ticket.state == TicketState.OPEN:
            ticket.state = TicketState.CLAIMED
        ticket.claimed_at = ticket.claimed_at or self._now
        self._event(ticket, staff, f"转给 {to}", source)
        self._owned(ticket)

    # -- what follows

    def _take(self, ticket: Ticket, staff: str) -> None:
        """Make whoever works on a ticket its owner, where nobody had accepted it."""
        if ticket.assignee is None or ticket.claimed_at is None:
            ticket.assignee, ticket.claimed_at = staff, self._now

    def _work_on(self, ticket: Ticket) -> None:
        claimed = ticket.assignee is not None and ticket.claimed_at is not None
        ticket.state = TicketState.CLAIMED if claimed else TicketState.OPEN
        self._follow(ticket)

    def _disown(self, ticket: Ticket) -> None:
        ticket.assignee = ticket.claimed_at = None
        if ticket.state == TicketState.CLAIMED:
            ticket.state = TicketState.OPEN
        self._follow(ticket)

    def _owned(self, ticket: Ticket) -> None:
        """Let the owner's time to act begin anew."""
        self.clocks.start(ticket, ClockKind.OWNER)
        self._wake(self._now)

    def _follow(self, ticket: Ticket) -> None:
        self.clocks.follow(ticket)
        self._wake(self._now)

    def _end(self, ticket: Ticket) -> None:
        ticket.snoozed_until = None
        self.clocks.meet(ticket, *ANSWERS, ClockKind.RESOLUTION, ClockKind.OWNER)
