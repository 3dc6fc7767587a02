"""Roll-calls: which lessons, homework and quizzes are open in a room, and who answered."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.storage.tables import Answered, Call

RECEIPT, HOMEWORK, QUIZ = "receipt", "homework", "quiz"
OPEN_FOR = timedelta(days=7)


class Calls:
    """The roll-calls of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def open(
        self, room: str, kind: str, item: str, title: str, *, closes_at: datetime | None = None
    ) -> Call:
        """Open a roll-call, or return the one that there is of this item."""
        wanted = self._of(room, kind).where(Call.item == item)
        found = self._session.exec(wanted).first()
        if found is not None:
            return found
        call = Call(
            account=self._account,
            room=room,
            kind=kind,
            item=item,
            title=title,
            opened_at=self._now,
            closes_at=closes_at or self._now + OPEN_FOR,
        )
        self._session.add(call)
        self._session.flush()
        return call

    def current(self, room: str, kind: str) -> Call | None:
        """Return the newest roll-call of a kind that is open in a room."""
        wanted = self._of(room, kind).where(
            col(Call.closed_at).is_(None), col(Call.closes_at) > self._now
        )
        return self._session.exec(wanted.order_by(col(Call.id).desc()).limit(1)).first()

    def opened(self, room: str, kind: str) -> list[Call]:
        """List the roll-calls of a kind that are open in a room, the newest first."""
        wanted = self._of(room, kind).where(
            col(Call.closed_at).is_(None), col(Call.closes_at) > self._now
        )
        return list(self._session.exec(wanted.order_by(col(Call.id).desc())))

    def latest(self, room: str, kind: str) -> Call | None:
        """Return the newest roll-call of a kind in a room, open or not."""
        wanted = self._of(room, kind).order_by(col(Call.id).desc())
        return self._session.exec(wanted.limit(1)).first()

    def latest_everywhere(self, kind: str) -> list[Call]:
        """List the newest roll-call of a kind of each room, open or not."""
        newest = (
            select(func.max(Call.id))
            .where(Call.account == self._account, Call.kind == kind)
            .group_by(Call.room)
        )
        wanted = select(Call).where(col(Call.id).in_(newest)).order_by(Call.room)
        return list(self._session.exec(wanted))

    def find(self, number: int) -> Call | None:
        """Return a roll-call by its id."""
        return self._session.get(Call, number)

    def answer(
        self, call: Call, member: str, source: str, *, value: str = "", right: bool | None = None
    ) -> bool:
        """Note an answer; False where somebody answered before."""
        if self._session.get(Answered, (self._account, call.id, member)) is not None:
            return False
        self._session.add(
            Answered(
                account=self._account,
                call=call.id or 0,
                member=member,
                value=value,
                right=right,
                source=source,
                at=self._now,
            )
        )
        self._session.flush()
        return True

    def answers(self, call: Call) -> list[Answered]:
        """List the answers to a roll-call, the earliest first."""
        wanted = select(Answered).where(Answered.account == self._account, Answered.call == call.id)
        return list(self._session.exec(wanted.order_by(col(Answered.at), Answered.member)))

    def count(self, call: Call) -> int:
        """Count the answers to a roll-call."""
        wanted = select(func.count()).where(
            Answered.account == self._account, Answered.call == call.id
        )
        return self._session.exec(wanted).one()

    def items(self, member: str, kind: str) -> set[str]:
        """Name the items of a kind that somebody answered, in any room."""
        wanted = (
            select(Call.item)
            .join(Answered, col(Answered.call) == Call.id)
            .where(
                Call.account == self._account,
                Call.kind == kind,
                Answered.account == self._account,
                Answered.member == member,
            )
        )
        return set(self._session.exec(wanted))

    def students(self) -> list[str]:
        """List everybody who ever answered a roll-call."""
        wanted = select(Answered.member).where(Answered.account == self._account)
        return sorted(self._session.exec(wanted.distinct()))

    def _of(self, room: str, kind: str) -> SelectOfScalar[Call]:
        return select(Call).where(
            Call.account == self._account, Call.room == room, Call.kind == kind
        )
