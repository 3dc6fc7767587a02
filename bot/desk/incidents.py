"""Incidents: the same trouble of several people within a short time, seen as one."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from functools import partial

from sqlmodel import Session, col, func, select

from bot.errors import TicketError
from bot.storage.asking import ACCOUNT
from bot.storage.finding import Finder
from bot.storage.known import doubt, known
from bot.storage.tables import Incident, Ticket

RUNNING = "running-incidents"
NOT_ENDED = Finder(
    Incident,
    col(Incident.account) == ACCOUNT,
    col(Incident.ended_at).is_(None),
    order=(col(Incident.number),),
)
NEVER = frozenset({"", "human", "danger"})  # topics that say nothing of what is wrong


class Incidents:
    """The incidents of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def find(self, number: int) -> Incident:
        """Return an incident by its number, or raise TicketError."""
        wanted = select(Incident).where(
            Incident.account == self._account, Incident.number == number
        )
        incident = self._session.exec(wanted).first()
        if incident is None:
            raise TicketError(f"没有事件 {number}。")
        return incident

    def running(self) -> list[Incident]:
        """List the incidents that have not ended."""
        ask = partial(NOT_ENDED.all, self._session, account=self._account)
        return list(known(self._session, RUNNING, ask))

    def tickets(self, incident: Incident) -> list[Ticket]:
        """List the tickets of an incident, oldest first."""
        wanted = select(Ticket).where(
            Ticket.account == self._account, Ticket.incident == incident.number
        )
        return list(self._session.exec(wanted.order_by(col(Ticket.number))))

    def fitting(self, topic: str, words: Collection[str]) -> Incident | None:
        """Return the running incident that a complaint fits; ``words``: products it names."""
        for incident in self.running():
            by_word = incident.word != "" and incident.word in words
            if by_word or (not incident.word and incident.topic == topic):
                return incident
        return None

    def fold(self, incident: Incident, tickets: Sequence[Ticket]) -> None:
        """Make tickets part of an incident."""
        for ticket in tickets:
            if ticket.incident != incident.number:
                ticket.incident = incident.number
        rooms = sorted({*incident.rooms, *(ticket.room for ticket in tickets if ticket.room)})
        if rooms != incident.rooms:
            incident.rooms = rooms

    def begin(
        self, ticket: Ticket, words: Collection[str], *, size: int, within: timedelta
    ) -> Incident | None:
        """Begin an incident where this ticket makes the number of members full."""
        recent = self._recent(self._now - within)
        same = [each for each in recent if each.topic == ticket.topic]
        if ticket.topic not in NEVER and _members(same) >= size:
            return self._begin(same, topic=ticket.topic, word="")
        for word in words:
            same = [each for each in recent if word in each.summary]
            if _members(same) >= size:
                return self._begin(same, topic=ticket.topic, word=word)
        return None

    def draft(self, incident: Incident, text: str) -> None:
        """Put another statement in the place of the one there is."""
        self._must_run(incident)
        incident.statement, incident.published_at = text, None

    def publish(self, incident: Incident) -> None:
        """Note that the statement goes out; raises TicketError where it did before."""
        self._must_run(incident)
        if incident.published_at is not None:
            raise TicketError(
                f"事件 {incident.number} 的说明已经发布过；"
                f"要再发，请先用「事件 {incident.number} 草稿 文字」写新的。"
            )
        incident.published_at = self._now

    def end(self, incident: Incident) -> None:
        """End an incident; its tickets go on, each by itself."""
        self._must_run(incident)
        incident.ended_at = self._now
        doubt(self._session)

    def _must_run(self, incident: Incident) -> None:
        if incident.ended_at is not None:
            raise TicketError(f"事件 {incident.number} 已经结束。")

    def _recent(self, since: datetime) -> list[Ticket]:
        wanted = select(Ticket).where(
            Ticket.account == self._account,
            Ticket.opened_at >= since,
            col(Ticket.incident).is_(None),
            col(Ticket.false_alarm).is_(False),
        )
        found = self._session.exec(wanted.order_by(col(Ticket.number)))
        return [ticket for ticket in found if not ticket.barred]

    def _begin(self, tickets: Sequence[Ticket], *, topic: str, word: str) -> Incident:
        top = select(func.max(Incident.number)).where(Incident.account == self._account)
        incident = Incident(
            account=self._account,
            number=(self._session.exec(top).one() or 0) + 1,
            topic=topic,
            word=word,
            opened_at=self._now,
        )
        self._session.add(incident)
        doubt(self._session)
        self.fold(incident, tickets)
        return incident


def _members(tickets: Sequence[Ticket]) -> int:
    return len({ticket.member for ticket in tickets})
