"""Tickets found and written: what every verb of the desk stands on."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Case, Table, select as ask_for
from sqlmodel import Session, case, col, func, select

from bot.desk.service import Clocks
from bot.errors import TicketError
from bot.storage.asking import ACCOUNT, Question
from bot.storage.known import WITHOUT_TICKET, known, learn, recall
from bot.storage.rows import insert
from bot.storage.tables import LIVE, Entry, EntryKind, Ticket, TicketState

ENTRIES: Table = Entry.__table__  # type: ignore[attr-defined]
ENDED = (TicketState.RESOLVED, TicketState.CLOSED)
HIGHEST = "highest-ticket"
TOP = Question(ask_for(func.max(Ticket.number)).where(col(Ticket.account) == ACCOUNT))


class Ledger:
    """The tickets of one account inside one transaction."""

    def __init__(
        self,
        session: Session,
        account: int,
        now: datetime,
        *,
        wake: Callable[[datetime], None] = lambda _: None,
    ) -> None:
        """``wake`` is told when a clock wants to be looked at."""
        self._session = session
        self._account = account
        self._now = now
        self._wake = wake
        self.clocks = Clocks(session, account, now)

    def find(self, number: int, *, viewer: str = "") -> Ticket:
        """Return the ticket with this number; to whom it is kept from there is none.

        Raises TicketError.
        """
        wanted = select(Ticket).where(Ticket.account == self._account, Ticket.number == number)
        ticket = self._session.exec(wanted).first()
        if ticket is None or viewer in ticket.barred:
            raise TicketError(f"没有工单 #{number}。发送「工单」可查看未完成的工单。")
        return ticket

    def live(self) -> list[Ticket]:
        """List the tickets that somebody still owes something, oldest first."""
        wanted = select(Ticket).where(Ticket.account == self._account, col(Ticket.state).in_(LIVE))
        return list(self._session.exec(wanted.order_by(col(Ticket.number))))

    def unassigned(self) -> list[Ticket]:
        """List the live tickets that nobody owns, oldest first."""
        return [ticket for ticket in self.live() if ticket.assignee is None]

    def live_of(self, member: str) -> Ticket | None:
        """Return the newest live ticket of a member, or the one his was merged into."""
        if member in self._without_ticket():
            return None
        live_first = case((col(Ticket.state).in_(LIVE), 0), else_=1)
        found = self._newest(member, (*LIVE, TicketState.CLOSED), live_first)
        if found is None or found.state in LIVE:
            return found
        target = self.find(found.merged_into) if found.merged_into is not None else None
        return target if target is not None and target.state in LIVE else None

    def resolved_of(self, member: str) -> Ticket | None:
        """Return the newest resolved, not yet closed ticket of a member."""
        return self._newest(member, (TicketState.RESOLVED,))

    def ended_of(self, member: str) -> Ticket | None:
        """Return the newest ended ticket of a member, unless it was a false alarm."""
        found = self._newest(member, ENDED)
        return None if found is None or found.false_alarm else found

    def of_member(self, member: str) -> list[Ticket]:
        """List all tickets of a member, newest first."""
        wanted = select(Ticket).where(Ticket.account == self._account, Ticket.member == member)
        return list(self._session.exec(wanted.order_by(col(Ticket.number).desc())))

    def merged_into(self, ticket: Ticket) -> list[Ticket]:
        """List the tickets that a ticket goes on for."""
        wanted = select(Ticket).where(
            Ticket.account == self._account, Ticket.merged_into == ticket.number
        )
        return list(self._session.exec(wanted.order_by(col(Ticket.number))))

    def entries(self, ticket: Ticket) -> list[Entry]:
        """List what was said, noted and done on a ticket, oldest first."""
        wanted = select(Entry).where(Entry.ticket == ticket.id).order_by(col(Entry.id))
        return list(self._session.exec(wanted))

    def said_in(self, message: str) -> list[Entry]:
        """List the entries that a message became."""
        wanted = select(Entry).where(Entry.account == self._account, Entry.message == message)
        return list(self._session.exec(wanted.order_by(col(Entry.id))))

    def ticket_of(self, entry: Entry) -> Ticket:
        """Return the ticket that an entry stands on."""
        return self._session.get_one(Ticket, entry.ticket)

    # -- writing

    def _newest(
        self, member: str, states: Sequence[TicketState], *before: Case[int]
    ) -> Ticket | None:
        wanted = select(Ticket).where(
            Ticket.account == self._account,
            Ticket.member == member,
            col(Ticket.state).in_(states),
        )
        order = (*before, col(Ticket.number).desc())
        return self._session.exec(wanted.order_by(*order).limit(1)).first()

    def _next_number(self) -> int:
        number = known(self._session, HIGHEST, self._highest_number) + 1
        learn(self._session, HIGHEST, number)
        return number

    def _highest_number(self) -> int:
        top = TOP.first(self._session, account=self._account)
        return (top[0] if top is not None else None) or 0

    def _without_ticket(self) -> set[str]:
        """Return who of the batch is known to have no ticket that goes on."""
        return recall(self._session, WITHOUT_TICKET, set[str]())

    def _must_live(self, ticket: Ticket) -> None:
        if ticket.merged_into is not None:
            into = ticket.merged_into
            raise TicketError(f"#{ticket.number} 已并入 #{into}，请写「#{into} …」接着处理。")
        if ticket.state in ENDED:
            raise TicketError(
                f"#{ticket.number} 已经结束。需要继续处理请发送「#{ticket.number} 重开」。"
            )

    def _event(self, ticket: Ticket, author: str, text: str, source: str) -> None:
        self._write(self._happened(ticket, author, text, source))

    def _happened(self, ticket: Ticket, author: str, text: str, source: str) -> dict[str, object]:
        return self._entry(ticket, EntryKind.EVENT, author, text, source, {})

    def _entry(
        self,
        ticket: Ticket,
        kind: EntryKind,
        author: str,
        text: str,
        source: str,
        data: Mapping[str, object],
    ) -> dict[str, object]:
        if ticket.id is None:
            raise TicketError("工单尚未保存")
        return {
            "account": self._account,
            "ticket": ticket.id,
            "source": f"{kind}:{ticket.number}:{source}",
            "message": source if kind in (EntryKind.MEMBER, EntryKind.STAFF) else "",
            "member": author if kind == EntryKind.MEMBER else ticket.member,
            "kind": kind,
            "author": author,
            "text": text,
            "data": dict(data),
            "at": self._now,
        }

    def _write(self, *entries: dict[str, object]) -> None:
        insert(self._session, ENTRIES, *entries)
