"""Whatever is typed: no ticket's text in any room but the staff's, no change without a right."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import HealthCheck, given, settings as trials, strategies as st

from bot.config import Config
from bot.message import Contact, Letter
from bot.storage.tables import EntryKind, Ticket
from bot.transports.memory import NotPossible
from knowledge.handbook import Handbook
from tests.conftest import FANS, FANS_2, STAFF_ROOM, TRAINEES, Town, settings
from tests.scenarios.desk import STAFF

AGENTS = ("mei", "hong")
PEOPLE = ("zhang", "li", "wang", *AGENTS, "lin", "boss")
MEMBERS = ("zhang", "li", "wang")  # wang sits in the support room all the same
PLACES = (FANS, FANS_2, TRAINEES, STAFF_ROOM, None)
TALK = (
    "枕头塌了 {mark}",
    "客服小美骂人，枕头还坏了 {mark}",
    "过敏了 {mark}",
    "退款 {mark}",
    "{mark}",
    "进度",
    "人工",
    "5",
    "可以",
)
COMMANDS = (
    "#{one} 接单",
    "#{one} 回复 {mark}",
    "＃{one} 回复{mark}",
    "#{one} 备注 {mark}",
    "#{one} 转 hong",
    "#{one} 等待",
    "#{one} 解决 {mark}",
    "#{one} 重开",
    "#{one} 误报",
    "#{one} 稍后 2h",
    "#{one} 合并 #{two}",
    "#{one} 接单 #{two} 回复 {mark}",
    "#{one}",
    "工单",
    "事件 1",
    "事件 1 发布",
    "事件 1 结束",
)
CHANGED_BY_STAFF = (
    "assignee",
    "claimed_at",
    "resolved_at",
    "false_alarm",
    "merged_into",
    "snoozed_until",
    "severity",
)


@dataclass(frozen=True)
class Step:
    """Somebody types something somewhere."""

    who: str
    where: str | None
    words: str
    one: int
    two: int


def steps() -> st.SearchStrategy[list[Step]]:
    step = st.builds(
        Step,
        st.sampled_from(PEOPLE),
        st.sampled_from(PLACES),
        st.sampled_from(TALK + COMMANDS),
        st.integers(1, 3),
        st.integers(1, 3),
    )
    complaint = st.builds(
        Step,
        st.sampled_from(MEMBERS),
        st.just(FANS),
        st.sampled_from(TALK[:4]),
        st.just(1),
        st.just(2),
    )
    return st.tuples(
        st.lists(complaint, min_size=1, max_size=3), st.lists(step, min_size=3, max_size=12)
    ).map(lambda pair: pair[0] + pair[1])


@trials(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(played=steps())
async def test_nothing_leaks_and_nobody_without_the_right_changes_anything(
    book: Callable[[Config], Handbook], played: list[Step]
) -> None:
    support = {"room": STAFF_ROOM, "staff": STAFF, "idle": "90h", "incident_size": 2}
    town = Town(settings(support=support), book, "sqlite://")
    await town.open()
    try:
        town.wechat.joins(STAFF_ROOM, [Contact("hong", "小红", friend=True)])
        town.wechat.joins(STAFF_ROOM, [town.wechat.world.contact("wang")])
        await town.settle()
        for number, step in enumerate(played):
            await take(town, step, f"Q{number}X")
        await town.settle(600)
        check_rooms(town, played)
    finally:
        await town.close()


async def take(town: Town, step: Step, mark: str) -> None:
    """Let a step happen, and see that it changed nothing it has no right to change."""
    before = {ticket.number: ticket for ticket in await town.tickets()}
    words = step.words.format(mark=mark, one=step.one, two=step.two)
    try:
        await town.say(step.who, words, step.where)
    except NotPossible:
        return
    if step.words in TALK or may(step, before):
        return
    after = {ticket.number: ticket for ticket in await town.tickets()}
    assert {number: controlled(each) for number, each in before.items()} == {
        number: controlled(after[number]) for number in before
    }
    for entry in await town.entries():
        staffs = entry.kind in (EntryKind.STAFF, EntryKind.NOTE)
        assert not (staffs and mark in entry.text)


def controlled(ticket: Ticket) -> list[Any]:
    return [getattr(ticket, name) for name in CHANGED_BY_STAFF]


def may(step: Step, tickets: dict[int, Ticket]) -> bool:
    """Say whether somebody may do what he types, in the words of the rules."""
    if step.who in MEMBERS or step.where not in (STAFF_ROOM, None):
        return False
    named = [tickets[each] for each in (step.one, step.two) if each in tickets]
    if any(step.who in ticket.barred for ticket in named[:1]):
        return False
    if step.where is None and step.who in AGENTS:
        return all(ticket.assignee in (None, step.who) for ticket in named[:1])
    return True


def check_rooms(town: Town, played: list[Step]) -> None:
    letters = [letter for _, letter in town.said if letter.do == "say"]
    marks = [f"Q{number}X" for number in range(len(played))]
    for letter in letters:
        if letter.room not in (None, STAFF_ROOM):
            assert not any(mark in letter.text for mark in marks), letter
    for mark, step in zip(marks, played, strict=True):
        if "备注" in step.words:
            assert not [each for each in holding(letters, mark) if each.contact in MEMBERS]
        if "小美" in step.words and step.who in MEMBERS:
            seen = holding(letters, mark)
            assert not [each for each in seen if each.room == STAFF_ROOM or each.contact == "mei"]


def holding(letters: list[Letter], mark: str) -> list[Letter]:
    return [letter for letter in letters if mark in letter.text]
