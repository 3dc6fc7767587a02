"""Roll-calls and courses: who answered what, and how far everybody is."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, func, select

from bot.community.calls import HOMEWORK, RECEIPT
from bot.config.community import CourseSettings
from bot.storage.tables import Answered, Call
from bot.web.views import names
from bot.web.views.community import PAGE


@dataclass(frozen=True, slots=True)
class Called:
    """A roll-call with how many answered it, and how many answers were right (quizzes)."""

    call: Call
    group: str
    answers: int
    right: int


def calls(
    session: Session, account: int, *, before: int | None = None, limit: int = PAGE
) -> list[Called]:
    """List the roll-calls, the newest first; one more than the limit says there are more."""
    wanted = select(Call).where(Call.account == account)
    if before is not None:
        wanted = wanted.where(col(Call.id) < before)
    rows = list(session.exec(wanted.order_by(col(Call.id).desc()).limit(limit + 1)))
    ids = [row.id for row in rows]
    answered: Any = col(Answered.call)
    counted: Any = (
        select(answered, func.count(), func.count().filter(col(Answered.right).is_(True)))
        .where(Answered.account == account, col(Answered.call).in_(ids))
        .group_by(answered)
    )
    numbers = {call: (count, right) for call, count, right in session.exec(counted)}
    topics = names.rooms(session, account, {row.room for row in rows})
    return [
        Called(row, topics.get(row.room, row.room), *numbers.get(row.id, (0, 0))) for row in rows
    ]


def answers(session: Session, account: int, call: int) -> list[tuple[Answered, str]]:
    """List who answered a roll-call, the earliest first, with names."""
    wanted = select(Answered).where(Answered.account == account, Answered.call == call)
    rows = session.exec(wanted.order_by(col(Answered.at), Answered.member)).all()
    named = names.people(session, account, [row.member for row in rows])
    return [(row, named.get(row.member, row.member)) for row in rows]


@dataclass(frozen=True, slots=True)
class Student:
    """How far somebody is in a course."""

    contact: str
    name: str
    lessons: int
    homework: int
    done: bool


def students(
    session: Session, account: int, courses: Sequence[CourseSettings]
) -> list[tuple[CourseSettings, list[Student]]]:
    """Tell for each course who takes it and how far each is, the furthest first."""
    wanted = (
        select(Answered.member, Call.kind, Call.item)
        .join(Call, col(Call.id) == col(Answered.call))
        .where(Answered.account == account, col(Call.kind).in_((RECEIPT, HOMEWORK)))
    )
    did: dict[tuple[str, str], set[str]] = defaultdict(set)
    for member, kind, item in session.exec(wanted):
        did[member, kind].add(item)
    everybody = sorted({member for member, _ in did})
    named = names.people(session, account, everybody)
    found = []
    for course in courses:
        taking = []
        for member in everybody:
            confirmed = {item.rpartition(":")[0] for item in did.get((member, RECEIPT), ())}
            lessons = len(confirmed.intersection(course.lessons))
            homework = len(did.get((member, HOMEWORK), ()))
            done = lessons == len(course.lessons) and homework >= (course.homework or 0)
            if lessons:
                name = named.get(member, member)
                taking.append(Student(member, name, lessons, homework, done))
        found.append((course, sorted(taking, key=lambda s: (not s.done, -s.lessons, s.name))))
    return found
