"""What the pages look up comes from indexes, however much is stored."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, text
from sqlmodel import Session, SQLModel

from bot.community.staying import Staying
from bot.desk.calm import heats
from bot.notices.figures import figures as outcome
from bot.storage import Storage
from bot.storage.tables import NoticeState, Occasion, Occurrence, Ticket
from bot.web.views import community, courses, desk, figures, groups, marks, notices, state

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
MERGED = Ticket(id=1, account=1, number=7, source="m1", member="zhang", opened_at=NOW)
LOOKS: dict[str, Callable[[Session], object]] = {
    "live tickets": lambda s: desk.listing(s, 1, "live", "mei"),
    "all tickets": lambda s: desk.listing(s, 1, "all", "mei", before=500),
    "counts": lambda s: desk.counts(s, 1, "mei"),
    "one ticket": lambda s: desk.find(s, 1, 7, "mei"),
    "marks": lambda s: marks.seen(s, 1),
    "health": lambda s: state.state(s, 1, NOW),
    "a member": lambda s: groups.story(s, 1, "zhang"),
    "members": lambda s: groups.members(s, 1, "r1"),
    "people": lambda s: community.placed(s, 1, "path", after=f"{NOW.isoformat()}~zhang"),
    "a profile": lambda s: community.profile(s, 1, "zhang", NOW),
    "cohorts": lambda s: community.cohorts(s, 1, NOW, ZONE),
    "letters": lambda s: community.letters(s, 1),
    "offences": lambda s: community.offences(s, 1, before=500),
    "roll-calls": lambda s: courses.calls(s, 1, before=500),
    "waves": lambda s: notices.waves(s, 1, "double11"),
    "one wave": lambda s: notices.groups(s, 1, "double11", NOW, ""),
    "what was decided": lambda s: notices.standing(s, 1, "double11", NOW),
    "sign-ups": lambda s: notices.enrolment(s, 1, "double11"),
    "what came of a notice": lambda s: outcome(s, posted(s)),
    "a conversation": lambda s: desk.conversation(s, 1, MERGED),
    "how groups live": lambda s: Staying(s, 1, NOW, ZONE).healths(["r1", "r2"], NOW.date()),
    "tickets for the figures": lambda s: figures.cases(s, 1, NOW, ZONE),
    "complaints by topic": lambda s: figures.topics(s, 1, NOW, ZONE),
    "hot groups": lambda s: heats(s, 1, ["r1", "r2"], NOW),
}
LARGE = (
    *("ticket", "message", "outbox", "ticket_entry", "stay", "standing", "person_day"),
    *("offence", "occurrence", "occasion", "signup", "trait", "member"),
)


def posted(session: Session) -> Occasion:
    """Post a notice in two groups."""
    for room in ("r1", "r2"):
        row = Occurrence(account=1, notice="double11", due_at=NOW, room=room, sent_at=NOW)
        row.state = NoticeState.SENT
        session.add(row)
    session.flush()
    return Occasion(account=1, notice="double11", due_at=NOW, rings_at=NOW)


@pytest.mark.parametrize("name", LOOKS)
async def test_no_page_reads_a_large_table_from_end_to_end(name: str, tmp_path: Path) -> None:
    async with Storage(f"sqlite:///{tmp_path}/plans.db") as storage:
        await storage.transact(lambda s: SQLModel.metadata.create_all(s.connection()))
        plans = await storage.transact(lambda session: explained(session, LOOKS[name]))
    assert plans
    scans = [line for line in plans if line.startswith("SCAN") and line.split()[1] in LARGE]
    assert [line for line in scans if "INDEX" not in line] == []


def explained(session: Session, look: Callable[[Session], object]) -> list[str]:
    """Run a look, and return the plan of every statement it made."""
    connection = session.connection()
    said: list[tuple[str, Any]] = []

    def note(*arguments: Any) -> None:
        said.append((arguments[2], arguments[3]))

    event.listen(connection, "before_cursor_execute", note)
    look(session)
    event.remove(connection, "before_cursor_execute", note)
    plans = []
    for statement, values in said:
        if statement.lstrip().upper().startswith("SELECT"):
            rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
            plans += [str(row[3]) for row in rows]
    session.execute(text("SELECT 1"))
    return plans
