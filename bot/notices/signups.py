"""Who takes part in what a notice announces: written here and nowhere else."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.storage.tables import Occasion, Signup, SignupState

SAME = timedelta(days=1)  # by how much an event is moved and still the same


@dataclass(frozen=True, slots=True)
class Event:
    """What people sign up for: a notice on one occasion, with its places; None is no limit.

    ``regulars_first`` says that those who wait move up in another order than they came.
    """

    notice: str
    due_at: datetime
    capacity: int | None
    waitlist: bool
    regulars_first: bool = False

    def holds(self, people: int) -> bool:
        """Say whether so many would fit if nobody else came."""
        return self.capacity is None or people <= self.capacity


@dataclass(frozen=True, slots=True)
class Who:
    """Somebody who signs up, and where he said so; ``room`` is None for privately."""

    member: str
    name: str
    room: str | None
    source: str


class Signups:
    """The sign-ups of one account inside a turn.

    Whoever is confirmed, with his guests, fits into the capacity; who waits is in the order in
    which he came, or which ``prefer`` gives. A party is confirmed whole or waits whole.
    """

    def __init__(
        self,
        session: Session,
        account: int,
        now: datetime,
        prefer: Callable[[Sequence[str]], Sequence[str]] = list,
    ) -> None:
        self._session = session
        self._prefer = prefer
        self._account = account
        self._now = now

    def find(self, event: Event, member: str) -> Signup | None:
        """Return somebody's sign-up."""
        wanted = self._of(event).where(Signup.member == member)
        return self._session.exec(wanted).first()

    def listed(self, event: Event, state: SignupState | None = None) -> list[Signup]:
        """List the sign-ups of an event in the order in which people came."""
        wanted = self._of(event)
        if state is not None:
            wanted = wanted.where(Signup.state == state)
        return list(self._session.exec(wanted.order_by(col(Signup.at), col(Signup.id))))

    def all_of(self, notice: str) -> list[Signup]:
        """List the sign-ups of a notice on all its occasions."""
        wanted = select(Signup).where(Signup.account == self._account, Signup.notice == notice)
        order = (col(Signup.due_at), col(Signup.at), col(Signup.id))
        return list(self._session.exec(wanted.order_by(*order)))

    def living_of(self, member: str) -> list[Signup]:
        """List what somebody signed up for and did not cancel, the latest first."""
        wanted = select(Signup).where(
            Signup.account == self._account,
            Signup.member == member,
            Signup.state != SignupState.CANCELLED,
        )
        return list(self._session.exec(wanted.order_by(col(Signup.at).desc())))

    def asked(self, member: str) -> Signup | None:
        """Return the sign-up about which somebody owes an answer."""
        wanted = select(Signup).where(
            Signup.account == self._account, Signup.member == member, Signup.asking >= 0
        )
        return self._session.exec(wanted.order_by(col(Signup.asked_at).desc()).limit(1)).first()

    def taken(self, event: Event) -> int:
        """Count the places that are taken, guests included."""
        return sum(1 + row.guests for row in self.listed(event, SignupState.CONFIRMED))

    def position(self, event: Event, row: Signup) -> int:
        """Return the place of somebody in the waiting list, from 1; 0 where he does not wait."""
        waiting = [each.id for each in self.listed(event, SignupState.WAITING)]
        return waiting.index(row.id) + 1 if row.id in waiting else 0

    def join(self, event: Event, who: Who, guests: int) -> Signup | None:
        """Sign somebody up or change how many he brings; None where it is full and nobody waits.

        More guests than there is room for change nothing; ask ``room_for`` before. A party that
        could never fit is not signed up: it would wait for ever.
        """
        row = self.find(event, who.member)
        if row is not None and row.state != SignupState.CANCELLED:
            self._resize(event, row, guests)
            return row
        fits = self.room_for(event, 1 + guests) and not self._queue(event)
        if not event.holds(1 + guests) or not (fits or event.waitlist):
            return None
        if row is None:
            row = Signup(
                account=self._account,
                notice=event.notice,
                due_at=event.due_at,
                member=who.member,
                state=SignupState.WAITING,
                at=self._now,
            )
        row.state = SignupState.CONFIRMED if fits else SignupState.WAITING
        row.member_name, row.room, row.source = who.name, who.room, who.source
        row.guests, row.at, row.told, row.asking = guests, self._now, False, -1
        self._session.add(row)
        self._session.flush()
        return row

    def cancel(self, event: Event, row: Signup) -> list[Signup]:
        """Cancel somebody's sign-up; return who moves up for it."""
        row.state, row.told, row.asking = SignupState.CANCELLED, False, -1
        self._session.flush()
        return self.move_up(event)

    def move_up(self, event: Event) -> list[Signup]:
        """Confirm those who wait, in their order, as far as there is room; return them.

        A party that cannot fit any more, because there are fewer places now, holds nobody up.
        """
        moved = []
        for row in self._in_line(event):
            if not event.holds(1 + row.guests):
                continue
            if not self.room_for(event, 1 + row.guests):
                break
            row.state, row.told = SignupState.CONFIRMED, True
            self._session.flush()
            moved.append(row)
        return moved

    def room_for(self, event: Event, people: int) -> bool:
        """Say whether so many more fit."""
        return event.capacity is None or self.taken(event) + people <= event.capacity

    def stranded(self, notice: str, *, at: datetime | None) -> dict[datetime, int]:
        """Map moments that are no occasions of a notice any more to how many signed up for them.

        ``at`` is the only moment of a notice that happens once; what it had within a day of that
        was the same, what it had before was another event.
        """
        planned = select(Occasion.due_at).where(
            Occasion.account == self._account, Occasion.notice == notice, Occasion.part == ""
        )
        moments = set(self._session.exec(planned))
        if at is not None:
            moments = {at, *(due for due in moments if abs(due - at) > SAME)}
        found: dict[datetime, int] = {}
        for row in self.all_of(notice):
            if row.due_at not in moments:
                here = 0 if row.state == SignupState.CANCELLED else 1 + row.guests
                found[row.due_at] = found.get(row.due_at, 0) + here
        return found

    def rebook(self, notice: str, before: datetime, after: datetime) -> None:
        """Let those who signed up for one moment be signed up for another."""
        rows = [row for row in self.all_of(notice) if row.due_at == before]
        there = {row.member for row in self.all_of(notice) if row.due_at == after}
        for row in rows:
            if row.member in there:
                self._session.delete(row)
            else:
                row.due_at = after
        self._session.flush()

    def untold(self, event: Event, room: str) -> list[Signup]:
        """List those who signed up in a room and were not told where they stand."""
        rows = self.listed(event)
        return [row for row in rows if row.room == room and not row.told]

    def _resize(self, event: Event, row: Signup, guests: int) -> None:
        grows = guests - row.guests
        if grows == 0:
            return
        if row.state == SignupState.CONFIRMED and grows > 0 and not self.room_for(event, grows):
            return
        if not event.holds(1 + guests):
            return
        row.guests, row.told = guests, False
        self._session.flush()

    def _in_line(self, event: Event) -> list[Signup]:
        """List who waits, in the order in which they move up."""
        waiting = self.listed(event, SignupState.WAITING)
        if not event.regulars_first:
            return waiting
        rows = {row.member: row for row in waiting}
        return [rows[member] for member in self._prefer(list(rows))]

    def _queue(self, event: Event) -> Sequence[Signup]:
        return self.listed(event, SignupState.WAITING)

    def _of(self, event: Event) -> SelectOfScalar[Signup]:
        return select(Signup).where(
            Signup.account == self._account,
            Signup.notice == event.notice,
            Signup.due_at == event.due_at,
        )
