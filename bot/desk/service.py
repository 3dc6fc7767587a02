"""Service clocks: how long somebody waits, kept as the stretches in which his clock ran."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import Table, event, select as ask_for
from sqlalchemy.orm import object_session
from sqlmodel import Session, col, func, select

from bot.storage.asking import ACCOUNT, Question
from bot.storage.known import doubt, known, recall
from bot.storage.rows import insert
from bot.storage.tables import LIVE, ClockKind, ServiceClock, Ticket, TicketState

CLOCKS: Table = ServiceClock.__table__  # type: ignore[attr-defined]
RUNNING = (TicketState.OPEN, TicketState.CLAIMED)
OPEN = "open-tickets"
OWNED = Question(
    ask_for(col(Ticket.assignee), func.count())
    .where(
        col(Ticket.account) == ACCOUNT,
        col(Ticket.assignee).is_not(None),
        col(Ticket.state).in_(LIVE),
    )
    .group_by(col(Ticket.assignee))
)
OWED = (ClockKind.FIRST, ClockKind.NEXT)  # what the member waits for an answer to


class Clocks:
    """The clocks of one account; a clock that changes is due at once, to be planned anew.

    Who knows the service hours looks at what is due, tells what there is to tell, and says in
    ``due_at`` when to look again. So a restart forgets nothing, and a change of hours moves all.
    """

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def get(self, ticket: Ticket, kind: ClockKind) -> ServiceClock | None:
        """Return a clock of a ticket, once it was started."""
        return next((clock for clock in ticket.clocks if clock.kind == kind), None)

    def of(self, ticket: Ticket) -> list[ServiceClock]:
        """List the clocks of a ticket."""
        return list(ticket.clocks)

    def begin(
        self, ticket: Ticket, kinds: Iterable[ClockKind], looks: Mapping[ClockKind, datetime]
    ) -> datetime | None:
        """Begin the first waits of a new ticket, which has no clock yet; return when to look."""
        since = self._now if ticket.state in RUNNING else None
        due = {kind: since and looks.get(kind, since) for kind in kinds}
        clock: dict[str, object] = {
            "account": self._account,
            "ticket": ticket.number,
            "started_at": self._now,
            "since": since,
            "spans": [],
            "met_at": None,
            "stage": 0,
        }
        rows = [{**clock, "kind": kind, "due_at": at} for kind, at in due.items()]
        insert(self._session, CLOCKS, *rows)
        return min(filter(None, due.values()), default=None)

    def start(self, ticket: Ticket, *kinds: ClockKind) -> None:
        """Begin waits from nothing; they run if the ticket's state lets them."""
        clocks = {clock.kind: clock for clock in self.of(ticket)}
        for kind in kinds:
            if kind not in clocks:
                clocks[kind] = ServiceClock(
                    account=self._account,
                    ticket=ticket.number,
                    kind=kind,
                    started_at=self._now,
                    spans=[],
                )
                ticket.clocks.append(clocks[kind])
            clock = clocks[kind]
            clock.started_at, clock.since, clock.met_at = self._now, None, None
            clock.spans, clock.stage, clock.due_at = [], 0, None
        self._let_run(ticket, list(clocks.values()))

    def meet(self, ticket: Ticket, *kinds: ClockKind) -> None:
        """End waits: what was waited for is there."""
        clocks = self.of(ticket)
        for clock in clocks:
            if clock.kind in kinds and clock.met_at is None:
                self._stop(clock)
                clock.met_at, clock.due_at = self._now, None
        self._let_run(ticket, clocks)

    def resume(self, ticket: Ticket, kind: ClockKind) -> None:
        """Take up a wait that had ended too early, with what it had run before."""
        clock = self.get(ticket, kind)
        if clock is not None:
            clock.met_at = None
        self.follow(ticket)

    def owes(self, ticket: Ticket) -> bool:
        """Say whether the member waits for an answer."""
        return _owed(self.of(ticket))

    def follow(self, ticket: Ticket) -> None:
        """Let the clocks of a ticket run or stand as its state wants."""
        self._let_run(ticket, self.of(ticket))

    def due(self) -> list[ServiceClock]:
        """List the clocks to be looked at now."""
        wanted = select(ServiceClock).where(
            ServiceClock.account == self._account, col(ServiceClock.due_at) <= self._now
        )
        order = (col(ServiceClock.due_at), col(ServiceClock.ticket), col(ServiceClock.kind))
        return list(self._session.exec(wanted.order_by(*order)))

    def next_due(self) -> datetime | None:
        """Return when a clock is to be looked at next."""
        wanted = select(ServiceClock.due_at).where(
            ServiceClock.account == self._account, col(ServiceClock.due_at).is_not(None)
        )
        return self._session.exec(wanted.order_by(col(ServiceClock.due_at)).limit(1)).first()

    def last_due(self, until: datetime) -> datetime | None:
        """Return when the last of the clocks is due that are due until a moment."""
        wanted = select(func.max(col(ServiceClock.due_at))).where(
            ServiceClock.account == self._account, col(ServiceClock.due_at) <= until
        )
        return self._session.exec(wanted).one()

    def look_again(self, ticket: Ticket) -> None:
        """Have the running clocks of a ticket looked at now: its promises are others."""
        for clock in self.of(ticket):
            if clock.since is not None:
                clock.due_at = self._now

    def replan(self) -> bool:
        """Have every running clock looked at now; False where none runs."""
        wanted = select(ServiceClock).where(
            ServiceClock.account == self._account, col(ServiceClock.since).is_not(None)
        )
        clocks = list(self._session.exec(wanted))
        for clock in clocks:
            clock.due_at = self._now
        return bool(clocks)

    def _let_run(self, ticket: Ticket, clocks: list[ServiceClock]) -> None:
        owed = _owed(clocks)
        for clock in clocks:
            runs = ticket.state in RUNNING and clock.met_at is None
            if clock.kind == ClockKind.OWNER:
                runs = runs and owed and ticket.assignee is not None and not self._asleep(ticket)
            if runs and clock.since is None:
                clock.since = clock.due_at = self._now
            elif not runs and clock.since is not None:
                self._stop(clock)

    def _asleep(self, ticket: Ticket) -> bool:
        return ticket.snoozed_until is not None and ticket.snoozed_until > self._now

    def _stop(self, clock: ServiceClock) -> None:
        if clock.since is not None:
            # A clock that was set back must not make a stretch that ends before it began.
            until = max(self._now, clock.since)
            clock.spans = [*clock.spans, [clock.since.isoformat(), until.isoformat()]]
        clock.since = clock.due_at = None


def _owed(clocks: list[ServiceClock]) -> bool:
    return any(clock.kind in OWED and clock.met_at is None for clock in clocks)


def stretches(clock: ServiceClock, now: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the stretches in which a clock ran, the present one up to now."""
    for start, end in clock.spans:
        yield datetime.fromisoformat(start), datetime.fromisoformat(end)
    if clock.since is not None:
        yield clock.since, max(now, clock.since)


def count_open(session: Session, account: int) -> Mapping[str, int]:
    """Count the tickets that each assignee has to work on."""
    return known(session, OPEN, partial(_count_open, session, account))


def note_opened(session: Session, ticket: Ticket) -> None:
    """Count a new ticket with the others."""
    counted = recall(session, OPEN, Counter[str]())
    if ticket.assignee is not None:
        counted[ticket.assignee] += 1


@event.listens_for(Ticket.assignee, "set")
@event.listens_for(Ticket.state, "set")
def _count_again(ticket: Ticket, *_: object) -> None:
    session = object_session(ticket)
    if session is not None:
        doubt(session)


def _count_open(session: Session, account: int) -> Counter[str]:
    counted = OWNED.all(session, account=account)
    return Counter({assignee: count for assignee, count in counted if assignee})
