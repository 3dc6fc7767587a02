"""The last line of a transcript: what is true when the play is over."""

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, func, select

from bot.rehearsal.transcript import written
from bot.storage.tables import (
    Incident,
    LetterState,
    NoticeState,
    Occurrence,
    Outgoing,
    Said,
    Signup,
    Ticket,
)


class Summary:
    """Tells what one account remembers, with times in one zone."""

    def __init__(self, session: Session, account: int, zone: ZoneInfo) -> None:
        self._session = session
        self._account = account
        self._zone = zone

    def tell(self) -> dict[str, object]:
        """Return the summary, in the order and with the names of the contract."""
        labels = self._labels()
        return {
            "messages": sum(labels.values()),
            "labels": labels,
            "tickets": self._tickets(),
            "incidents": self._incidents(),
            "notices": self._notices(),
            "signups": self._signups(),
            "unconfirmed": self._unconfirmed(),
        }

    def _labels(self) -> dict[str, int]:
        wanted = select(Said.label, func.count()).where(
            Said.account == self._account, Said.taken != "own"
        )
        return dict(sorted(self._session.exec(wanted.group_by(Said.label)).all()))

    def _tickets(self) -> list[dict[str, object]]:
        wanted = select(Ticket).where(Ticket.account == self._account)
        return [
            {
                "id": ticket.number,
                "state": ticket.state,
                "member": ticket.member,
                "room": ticket.room,
                "topic": ticket.topic,
                "severity": ticket.severity,
                "assignee": ticket.assignee,
                "messages": ticket.messages,
                "opened_at": self._local(ticket.opened_at),
                "private_at": self._local(ticket.private_at),
                "first_reply_at": self._local(ticket.first_reply_at),
                "closed_at": self._local(ticket.closed_at),
                "rating": ticket.rating,
            }
            for ticket in self._session.exec(wanted.order_by(col(Ticket.number)))
        ]

    def _incidents(self) -> list[dict[str, object]]:
        members: dict[int, list[str]] = {}
        grouped = select(Ticket.incident, Ticket.member).where(
            Ticket.account == self._account, col(Ticket.incident).is_not(None)
        )
        for number, member in self._session.exec(grouped.order_by(col(Ticket.number))):
            members.setdefault(number or 0, []).append(member)
        wanted = select(Incident).where(Incident.account == self._account)
        return [
            {
                "id": incident.number,
                "topic": incident.topic,
                "rooms": list(incident.rooms),
                "members": list(dict.fromkeys(members.get(incident.number, []))),
                "opened_at": self._local(incident.opened_at),
            }
            for incident in self._session.exec(wanted.order_by(col(Incident.number)))
        ]

    def _notices(self) -> list[dict[str, object]]:
        wanted = select(Occurrence).where(
            Occurrence.account == self._account,
            Occurrence.part == "",
            col(Occurrence.state).not_in((NoticeState.PLANNED, NoticeState.QUEUED)),
        )
        order = (col(Occurrence.due_at), col(Occurrence.notice), col(Occurrence.room))
        return [
            {
                "notice": row.notice,
                "room": row.room,
                "due": self._local(row.due_at),
                "state": row.state,
                "sent_at": self._local(row.sent_at),
            }
            for row in self._session.exec(wanted.order_by(*order))
        ]

    def _signups(self) -> list[dict[str, object]]:
        wanted = select(Signup).where(Signup.account == self._account)
        return [
            {"notice": row.notice, "member": row.member, "state": row.state}
            for row in self._session.exec(wanted.order_by(col(Signup.id)))
        ]

    def _unconfirmed(self) -> list[dict[str, object]]:
        wanted = select(Outgoing).where(
            Outgoing.account == self._account, Outgoing.state == LetterState.UNCONFIRMED
        )
        return [
            {
                "do": row.do,
                "room": row.room,
                "contact": row.contact,
                "purpose": row.purpose,
                "ticket": row.ticket,
                "notice": row.notice or None,
                "at": self._local(row.claimed_at),
            }
            for row in self._session.exec(wanted.order_by(col(Outgoing.id)))
        ]

    def _local(self, at: datetime | None) -> str | None:
        if at is None:
            return None
        return written(at.astimezone(self._zone))
