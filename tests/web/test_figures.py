"""The figures are counted by the database, and as people count them."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, SQLModel

from bot.community.staying import Cohort, Staying
from bot.storage import Storage
from bot.storage.tables import Stay, Ticket
from bot.web.views import figures
from tests.postgres import Cluster

NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)  # a Wednesday, noon in Shanghai
ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = datetime(2026, 11, 22, 16, tzinfo=UTC)  # the Monday's first moment in Shanghai
MINUTE, WEEK = timedelta(minutes=1), timedelta(weeks=1)


@pytest.fixture(params=["sqlite", "postgres"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/figures.db"
        return
    server: Cluster = request.getfixturevalue("postgres")
    with server.database() as found:
        yield found


def complain(session: Session, number: int, at: datetime, topic: str, reply: float) -> Ticket:
    ticket = Ticket(
        account=1,
        number=number,
        source=f"m{number}",
        member="zhang",
        topic=topic,
        assignee="mei",
        opened_at=at,
        first_reply_at=at + reply * MINUTE,
    )
    session.add(ticket)
    session.flush()
    return ticket


async def test_a_week_begins_on_a_monday_at_midnight_of_the_community(url: str) -> None:
    async with Storage(url) as storage:
        weeks, topics, waits = await storage.transact(_counted)
    assert (weeks[-3:], len(weeks)) == (["11/9", "11/16", "11/23"], 12)
    assert topics == {"quality": [0] * 10 + [1, 2], "refund": [1] + [0] * 11}
    assert waits == (5.0, 2.5)  # of the Sunday; of the Monday: the median of 1 and 4


def _counted(session: Session) -> tuple[list[str], dict[str, list[int]], tuple[float | None, ...]]:
    SQLModel.metadata.create_all(session.connection())
    complain(session, 1, MIDNIGHT - MINUTE, "quality", 5)
    complain(session, 2, MIDNIGHT, "quality", 1)
    complain(session, 3, MIDNIGHT + MINUTE, "quality", 4)
    complain(session, 4, MIDNIGHT - 11 * WEEK, "refund", 1)
    complain(session, 5, MIDNIGHT - 11 * WEEK - MINUTE, "refund", 1)  # before the first week
    complain(session, 6, MIDNIGHT, "quality", 60).false_alarm = True
    session.flush()
    weeks, topics = figures.topics(session, 1, NOW, ZONE)
    found = figures.cases(session, 1, NOW, ZONE)
    return weeks, topics, figures.waits(found, ["2026-11-22", "2026-11-23"], "first")


async def test_who_stays_is_counted_by_whole_weeks(url: str) -> None:
    async with Storage(url) as storage:
        weekly, sources = await storage.transact(_stayed)
    assert [(each.name, each.size, each.here) for each in weekly] == [
        ("2026-11-02", 1, 0),
        ("2026-11-09", 2, 1),
    ]
    assert weekly[1].kept[:3] == (0.5, 0.5, None)
    assert weekly[1].known[:3] == (2, 2, 0)
    assert [(each.name, each.size) for each in sources] == [("", 2), ("inviter", 1)]


def _stayed(session: Session) -> tuple[list[Cohort], list[Cohort]]:
    SQLModel.metadata.create_all(session.connection())
    since = NOW - 2 * WEEK
    spans = ((since, WEEK, ""), (since, None, "inviter"), (since - WEEK, WEEK + MINUTE, ""))
    for number, (start, span, source) in enumerate(spans):
        until = start + span if span is not None else None
        who = f"p{number}"
        stay = Stay(account=1, room="r1", contact=who, source=source, since=start, until=until)
        session.add(stay)
    session.flush()
    staying = Staying(session, 1, NOW, ZONE)
    health = staying.health("r1", NOW.date())
    assert health.parts[2].told.endswith(
        "67%"
    )  # who left on the day a week later is no longer there
    return staying.cohorts()
