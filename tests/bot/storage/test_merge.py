"""Two ids become one: every row follows, and two of which there can be one become one."""

from datetime import timedelta
from typing import Any

from sqlmodel import Session, SQLModel, select

from bot.storage import Storage
from bot.storage.merge import columns, merge
from bot.storage.tables import (
    BindingKind,
    Member,
    NoticeState,
    Occurrence,
    Outgoing,
    Person,
    PersonDay,
    Said,
    Signup,
    SignupState,
    Ticket,
    Trait,
)
from tests.bot.storage.conftest import NOW
from tests.bot.storage.test_forget import ABOUT_PEOPLE, all_rows, traces

LATER = NOW + timedelta(days=3)


async def merged(storage: Storage, kind: BindingKind, *rows: SQLModel) -> dict[str, int]:
    def write(session: Session) -> dict[str, int]:
        for row in rows:
            session.add(row)
            session.flush()
        return merge(session, 1, kind, into="old", gone="new")

    return await storage.transact(write)


async def test_nothing_names_the_other_id_any_more(storage: Storage) -> None:
    moved = await merged(storage, BindingKind.PERSON, *traces(1, "new", "张三", "枕头坏了"))

    apart = {"binding", "shift"}
    assert set(moved) == set(ABOUT_PEOPLE) - apart
    rows = await storage.read(all_rows)
    for name in set(rows) - apart - {"outbox", "note", "timer", "audit"}:
        assert "'new'" not in str(rows[name]), name


def test_columns_that_name_people_are_known_in_every_table() -> None:
    for name, how in ABOUT_PEOPLE.items():
        named = {way for way in how.where if isinstance(way, str)}
        if name not in ("binding", "shift"):
            table = SQLModel.metadata.tables[name]
            assert named <= set(columns(table, BindingKind.PERSON)), name


async def test_days_traits_and_people_add_up(storage: Storage) -> None:
    def trait(contact: str, seen: int, at: Any) -> Trait:
        side: dict[str, Any] = {"account": 1, "side": "interest", "name": "失眠"}
        return Trait(contact=contact, seen=seen, first_at=at, last_at=at, evidence=contact, **side)

    def day(contact: str, hours: dict[str, int]) -> PersonDay:
        messages = sum(hours.values())
        return PersonDay(account=1, contact=contact, day="d", messages=messages, hours=hours)

    await merged(
        storage,
        BindingKind.PERSON,
        Person(account=1, contact="old", name="张三", friend=False, met_at=NOW),
        Person(account=1, contact="new", name="三哥", friend=True, met_at=LATER),
        day("old", {"9": 2}),
        day("new", {"9": 1, "20": 1}),
        trait("old", 2, NOW),
        trait("new", 1, LATER),
        Member(account=1, room="r1", contact="old", joined_at=NOW, left_at=LATER, greeted_at=NOW),
        Member(account=1, room="r1", contact="new"),
    )

    def look(session: Session) -> list[Any]:
        return [session.exec(select(each)).one() for each in (Person, PersonDay, Trait, Member)]

    person, spoken, seen, member = await storage.read(look)
    assert (person.contact, person.name, person.friend, person.met_at) == ("old", "三哥", True, NOW)
    assert (spoken.messages, spoken.hours) == (4, {"9": 3, "20": 1})
    assert (seen.seen, seen.evidence, seen.first_at) == (3, "new", NOW)
    assert (member.joined_at, member.left_at, member.greeted_at) == (NOW, None, NOW)


async def test_a_sign_up_under_both_ids_is_one(storage: Storage) -> None:
    def signup(member: str, state: SignupState) -> Signup:
        return Signup(account=1, notice="n", due_at=NOW, member=member, state=state, at=NOW)

    await merged(
        storage,
        BindingKind.PERSON,
        signup("old", SignupState.CANCELLED),
        signup("new", SignupState.CONFIRMED),
    )
    row = await storage.read(lambda session: session.exec(select(Signup)).one())
    assert (row.member, row.state) == ("old", SignupState.CONFIRMED)


async def test_what_was_posted_under_either_id_is_posted(storage: Storage) -> None:
    def occurrence(room: str, state: NoticeState) -> Occurrence:
        return Occurrence(account=1, notice="n", due_at=NOW, room=room, state=state)

    await merged(
        storage,
        BindingKind.ROOM,
        occurrence("old", NoticeState.PLANNED),
        occurrence("new", NoticeState.SENT),
    )
    row = await storage.read(lambda session: session.exec(select(Occurrence)).one())
    assert (row.room, row.state) == ("old", NoticeState.SENT)


async def test_rooms_follow_in_every_table_and_mentions_in_lists(storage: Storage) -> None:
    due: dict[str, Any] = {"account": 1, "due_at": NOW, "next_at": NOW}
    said: dict[str, Any] = {"account": 1, "at": NOW, "heard_at": NOW, "likeness": 1}
    opened: dict[str, Any] = {"account": 1, "number": 1, "source": "m", "opened_at": NOW}
    await merged(
        storage,
        BindingKind.ROOM,
        Said(id="m", room="new", sender="x", text="早", **said),
        Ticket(member="x", room="new", **opened),
        Outgoing(key="k", room="new", **due),
    )
    assert "'new'" not in str(await storage.read(all_rows))

    await merged(
        storage,
        BindingKind.PERSON,
        Outgoing(key="k2", room="old", mentions=["a", "new"], **due),
    )
    letters = await storage.read(lambda s: [row.mentions for row in s.exec(select(Outgoing))])
    assert letters == [[], ["a", "old"]]
