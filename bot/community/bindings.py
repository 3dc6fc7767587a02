"""Who, and which room, WeChat calls by another id now: proposed with evidence, and decided."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, func, select

from bot.storage.merge import merge
from bot.storage.tables import (
    POSTED,
    Audit,
    Binding,
    BindingKind,
    BindingState,
    LetterState,
    Member,
    NoticeState,
    Occurrence,
    Outgoing,
    Shift,
)

REBOUND = "rebound"  # noted in a session in which a manager decided


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ids that seem to be one, the one known first, and what speaks for it."""

    kind: BindingKind
    lasting: str
    current: str
    evidence: tuple[str, ...]


class Bindings:
    """The bindings and shifts of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    # -- what nobody announced

    def suspect(self, room: str, *, gone: Iterable[str], came: Iterable[str]) -> None:
        """Note who is missing in a room and who is new, unannounced."""
        for contacts, new in ((gone, False), (came, True)):
            for contact in contacts:
                self._session.merge(
                    Shift(account=self._account, room=room, contact=contact, came=new, at=self._now)
                )

    def shifts(self) -> list[Shift]:
        """List what is not explained yet."""
        wanted = select(Shift).where(Shift.account == self._account)
        return list(self._session.exec(wanted.order_by(Shift.room, Shift.contact)))

    def explain(self, shifts: Iterable[Shift]) -> None:
        """Forget what is explained."""
        for shift in shifts:
            self._session.delete(shift)

    # -- proposing

    def propose(self, pair: Pair) -> Binding | None:
        """Propose a pair; None where it was proposed before."""
        wanted = select(Binding).where(
            Binding.account == self._account,
            Binding.kind == pair.kind,
            Binding.lasting == pair.lasting,
            Binding.current == pair.current,
        )
        if self._session.exec(wanted).first() is not None:
            return None
        top = select(func.max(Binding.number)).where(Binding.account == self._account)
        binding = Binding(
            account=self._account,
            number=(self._session.exec(top).one() or 0) + 1,
            kind=pair.kind,
            lasting=pair.lasting,
            current=pair.current,
            evidence=list(pair.evidence),
            at=self._now,
        )
        self._session.add(binding)
        self._session.flush()
        return binding

    def open(self, kind: BindingKind | None = None) -> list[Binding]:
        """List what waits for a manager, in the order it was proposed."""
        wanted = select(Binding).where(
            Binding.account == self._account, Binding.state == BindingState.PROPOSED
        )
        if kind is not None:
            wanted = wanted.where(Binding.kind == kind)
        return list(self._session.exec(wanted.order_by(col(Binding.number))))

    def find(self, number: int) -> Binding | None:
        """Return the binding with this number."""
        wanted = select(Binding).where(Binding.account == self._account, Binding.number == number)
        return self._session.exec(wanted).first()

    # -- deciding

    def accept(self, binding: Binding, by: str) -> dict[str, int]:
        """Let both ids be one from now on; return how many rows followed, by table.

        A room that is the same has people under new ids as well: they become shifts.
        """
        if binding.kind == BindingKind.ROOM:
            self._compare(binding)
            self._drop_doubled(binding)
        moved = self._merge(binding)
        self._decide(binding, BindingState.ACCEPTED, by)
        binding.moved = moved
        self._audit(binding, by, "binding.accepted")
        return moved

    def refuse(self, binding: Binding, by: str) -> None:
        """Let them be two, also where they were one before: what was put together stays so."""
        was_accepted = binding.state == BindingState.ACCEPTED
        self._decide(binding, BindingState.REFUSED, by)
        self._audit(binding, by, "binding.ended" if was_accepted else "binding.refused")

    def sweep(self) -> None:
        """Put together what was heard under the other id while a decision was on its way."""
        wanted = select(Binding).where(
            Binding.account == self._account, Binding.state == BindingState.ACCEPTED
        )
        for binding in self._session.exec(wanted).all():
            self._merge(binding)

    def _merge(self, binding: Binding) -> dict[str, int]:
        kind, into, gone = BindingKind(binding.kind), binding.lasting, binding.current
        moved = merge(self._session, self._account, kind, into=into, gone=gone)
        self._session.refresh(binding)
        return moved

    def _decide(self, binding: Binding, state: BindingState, by: str) -> None:
        binding.state, binding.decided_at, binding.decided_by = state, self._now, by
        self._session.info[REBOUND] = True
        if binding.kind == BindingKind.PERSON:
            ids = (binding.lasting, binding.current)
            self.explain(shift for shift in self.shifts() if shift.contact in ids)

    def _compare(self, binding: Binding) -> None:
        """Note who is in the one and not in the other; who is missing is there no more."""
        before, now = (self._present(room) for room in (binding.lasting, binding.current))
        gone, came = set(before) - set(now), set(now) - set(before)
        for contact in gone:
            before[contact].left_at = self._now
        if gone and came:
            self.suspect(binding.lasting, gone=sorted(gone), came=sorted(came))

    def _drop_doubled(self, binding: Binding) -> None:
        """Drop what waits to be posted under the one id and was posted under the other."""
        rows = {room: self._occurrences(room) for room in (binding.lasting, binding.current)}
        for key, posted in rows[binding.current].items():
            twin = rows[binding.lasting].get(key)
            if twin is None or twin.state != NoticeState.QUEUED or posted.state not in POSTED:
                continue
            twin.state = NoticeState.PLANNED  # so that the posted one takes its place
            for letter in self._letters(twin):
                letter.state, letter.error = LetterState.DROPPED, "posted under the other id"

    def _occurrences(self, room: str) -> dict[tuple[str, datetime, str], Occurrence]:
        wanted = select(Occurrence).where(
            Occurrence.account == self._account, Occurrence.room == room
        )
        return {(row.notice, row.due_at, row.part): row for row in self._session.exec(wanted)}

    def _letters(self, occurrence: Occurrence) -> list[Outgoing]:
        """List the letters of an occurrence that have not left."""
        wanted = select(Outgoing).where(
            Outgoing.account == self._account,
            Outgoing.room == occurrence.room,
            Outgoing.notice == occurrence.notice,
            Outgoing.state == LetterState.QUEUED,
        )
        number = str(occurrence.id)
        return [row for row in self._session.exec(wanted) if row.data.get("occurrence") == number]

    def _present(self, room: str) -> dict[str, Member]:
        wanted = select(Member).where(
            Member.account == self._account, Member.room == room, col(Member.left_at).is_(None)
        )
        return {member.contact: member for member in self._session.exec(wanted)}

    def _audit(self, binding: Binding, by: str, what: str) -> None:
        is_person = binding.kind == BindingKind.PERSON
        self._session.add(
            Audit(
                account=self._account,
                at=self._now,
                who=by,
                what=what,
                target=f"{binding.kind}:{binding.lasting}",
                contact=binding.lasting if is_person else "",
                before=binding.current,
                after=json.dumps(binding.moved, ensure_ascii=False),
            )
        )


def told(bindings: Sequence[Binding], now: datetime) -> None:
    """Note that the managers were told of these."""
    for binding in bindings:
        binding.told_at = now
