"""Whatever is typed or happens: no text where it must not stand, no change without a right."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings as trials

from bot.config import Config
from bot.message import CARRIES_FILE, Contact, Letter, Message
from bot.storage.tables import Entry, EntryKind, Incident, Ticket
from knowledge.handbook import Handbook
from tests.conftest import STAFF_ROOM, Town, settings
from tests.scenarios.desk import STAFF
from tests.scenarios.mischief import AGENTS, MEMBERS, REPLIES, Step, happen, steps
from tests.scenarios.test_bad_day import check_pace

SUPPORT = {
    "room": STAFF_ROOM,
    "staff": STAFF,
    "idle": "90h",
    "incident_size": 2,
    "snippets": [{"key": "换新", "text": "{name} 您好，给您换新。"}],
}
BY_STAFF = ("assignee", "claimed_at", "false_alarm", "merged_into", "severity")
ALSO_BY_ANSWERING = ("resolved_at", "snoozed_until")  # a member's own words end these
OF_INCIDENTS = ("statement", "published_at", "ended_at")
CALM = timedelta(minutes=10)


@trials(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(played=steps())
async def test_nothing_leaks_and_nobody_without_the_right_changes_anything(
    book: Callable[[Config], Handbook], played: list[Step]
) -> None:
    town = Town(settings(support=SUPPORT), book, "sqlite://")
    await town.open()
    try:
        town.wechat.joins(STAFF_ROOM, [Contact("hong", "小红", friend=True)])
        town.wechat.joins(STAFF_ROOM, [town.wechat.world.contact("wang")])
        await town.settle()
        last: Message | None = None
        for number, step in enumerate(played):
            last = await take(town, step, f"Q{number}X", last)
        await town.settle(600)
        marks = {f"Q{number}X": step for number, step in enumerate(played)}
        letters = [letter for _, letter in town.said if letter.do == "say"]
        check_rooms(letters, marks)
        check_members(letters, marks, await town.tickets())
        check_secrets(letters, await town.tickets(), await town.entries())
        check_once(town.said)
    finally:
        await town.close()


async def take(town: Town, step: Step, mark: str, last: Message | None) -> Message | None:
    """Let a step happen, and see that it changed nothing it has no right to change."""
    before = {ticket.number: ticket for ticket in await town.tickets()}
    incidents = [controlled(each, OF_INCIDENTS) for each in await town.rows(Incident)]
    letters = len(town.said)
    said = await happen(town, step, mark, last)
    if step.do == "again":
        assert len(town.said) == letters
    if not step.is_command:
        return said
    if not may_decide(step):
        now = [controlled(each, OF_INCIDENTS) for each in await town.rows(Incident)]
        assert now[: len(incidents)] == incidents
    if not may(step, before):
        columns = BY_STAFF if step.who in MEMBERS else (*BY_STAFF, *ALSO_BY_ANSWERING)
        for ticket in await town.tickets():
            if ticket.number in before:
                old = controlled(before[ticket.number], columns)
                assert controlled(ticket, columns) == old
        for entry in await town.entries():
            staffs = entry.kind in (EntryKind.STAFF, EntryKind.NOTE)
            assert not (staffs and mark in entry.text)
    return said


def controlled(row: Ticket | Incident, columns: Sequence[str]) -> list[Any]:
    return [getattr(row, name) for name in columns]


def may(step: Step, tickets: dict[int, Ticket]) -> bool:
    """Say whether somebody may do to tickets what he types, in the words of the rules."""
    if step.who in MEMBERS or step.where not in (STAFF_ROOM, None):
        return False
    both = (step.one, step.two) if "合并" in step.words else (step.one,)
    named = [tickets[each] for each in both if each in tickets]
    if any(step.who in ticket.barred for ticket in named):
        return False
    if step.where is None and step.who in AGENTS:
        claims = "接单" in step.words
        first = all(
            ticket.assignee in (None, step.who) or (claims and ticket.barred)
            for ticket in named[:1]
        )
        return first and all(ticket.assignee == step.who for ticket in named[1:])
    return True


def may_decide(step: Step) -> bool:
    """Say whether somebody may do to incidents what he types."""
    at_work = step.where in (STAFF_ROOM, None)
    people = ("boss",) if "发布" in step.words else ("boss", "lin")
    return at_work and step.who in people


def check_rooms(letters: Sequence[Letter], marks: dict[str, Step]) -> None:
    """See that no group hears a word or sees a picture of a ticket."""
    for letter in letters:
        if letter.room not in (None, STAFF_ROOM):
            assert not any(mark in letter.text for mark in marks), letter
            assert letter.kind not in CARRIES_FILE, letter
            assert letter.purpose in ("holding-line", "answer", "notice"), letter
    for mark, step in marks.items():
        if "备注" in step.words or "@没有" in step.words or step.words.startswith("回复"):
            assert not [each for each in holding(letters, mark) if each.contact in MEMBERS]


def check_members(
    letters: Sequence[Letter], marks: dict[str, Step], tickets: Sequence[Ticket]
) -> None:
    """See that a member is told what was replied on his ticket, and nothing else."""
    owners = {ticket.number: {ticket.member} for ticket in tickets}
    for ticket in tickets:
        if ticket.merged_into is not None:
            owners[ticket.merged_into].add(ticket.member)
    for mark, step in marks.items():
        for letter in holding(letters, mark):
            if letter.room is None and letter.contact in MEMBERS:
                assert step.who not in MEMBERS, letter
                assert any(word in step.words for word in REPLIES), letter
                assert letter.contact in owners[step.one], letter


def check_secrets(
    letters: Sequence[Letter], tickets: Sequence[Ticket], entries: Sequence[Entry]
) -> None:
    """See that who is named by a ticket hears nothing of what was said on it since."""
    for ticket in tickets:
        if "mei" not in ticket.barred:
            continue
        own = [entry for entry in entries if entry.ticket == ticket.id]
        begun = [n for n, entry in enumerate(own) if "mei 保密" in entry.text]
        for entry in own[begun[0] if begun else 0 :]:
            if entry.kind in (EntryKind.MEMBER, EntryKind.NOTE) and "X" in entry.text:
                mark = entry.text[entry.text.index("Q") : entry.text.index("X") + 1]
                seen = holding(letters, mark)
                assert not [x for x in seen if x.room == STAFF_ROOM or x.contact == "mei"]


def check_once(said: Sequence[tuple[datetime, Letter]]) -> None:
    """See that nothing failed, and nothing was said twice, too fast, or too often in a group."""
    assert not [letter for _, letter in said if "处理时出错" in letter.text]
    assert max(Counter(letter.key for _, letter in said).values(), default=1) == 1
    check_pace(list(said))
    lines = [(at, letter) for at, letter in said if letter.purpose == "holding-line"]
    assert max(Counter(letter.ticket for _, letter in lines).values(), default=1) == 1
    for at, letter in lines:
        later = [other for other, each in lines if each.room == letter.room and other > at]
        assert all(other - at >= CALM for other in later)


def holding(letters: Sequence[Letter], mark: str) -> list[Letter]:
    return [letter for letter in letters if mark in letter.text]
