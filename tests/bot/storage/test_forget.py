from collections.abc import Sequence
from typing import Any

import pytest
from sqlmodel import Session, SQLModel

from bot.storage import Storage
from bot.storage.forget import declarations, forget
from bot.storage.forgets import Through
from bot.storage.tables import (
    Answered,
    Audit,
    Binding,
    BindingKind,
    Call,
    Entry,
    EntryKind,
    Failure,
    FriendRequest,
    Gem,
    Invitation,
    Invite,
    Learned,
    LetterState,
    Login,
    Member,
    Note,
    Offence,
    Outgoing,
    Person,
    PersonDay,
    Room,
    Said,
    Shift,
    Signup,
    SignupState,
    Standing,
    Stay,
    Step,
    Ticket,
    Timer,
    Trait,
)
from tests.bot.storage.conftest import NOW

ABOUT_PEOPLE = {name: how for name, how in declarations().items() if how.where}


def traces(number: int, id: str, name: str, words: str) -> Sequence[SQLModel]:
    """All that the bot remembers of somebody who joined, befriended it, complained, signed up."""
    due: dict[str, Any] = {"account": 1, "due_at": NOW, "next_at": NOW}
    at: dict[str, Any] = {"account": 1, "at": NOW}
    return (
        Person(account=1, contact=id, name=name, met_at=NOW),
        Member(account=1, room="r1", contact=id),
        Said(id=f"m{number}", room="r1", sender=id, text=words, heard_at=NOW, likeness=1, **at),
        Said(
            id=f"b{number}", sender="bot", listener=id, text=words, heard_at=NOW, likeness=2, **at
        ),
        Invitation(invitation=f"i{number}", number=number, sender=id, topic=name, **at),
        FriendRequest(request=f"f{number}", sender=id, hello=words, **at),
        Note(key=f"greeted:{id}", contact=id, data={"name": name}, **at),
        Timer(account=1, key=f"later:{id}", kind="k", contact=id, due_at=NOW, data={"n": name}),
        Login(
            account=1,
            name=f"login{number}",
            role="support",
            password="-",
            contact=id,
            created_at=NOW,
        ),
        Failure(number=number, where="bot.dispatch", what="failed", names=[id, f"m{number}"], **at),
        Audit(
            account=1,
            at=NOW,
            who="boss",
            what="member.renamed",
            target=id,
            contact=id,
            before=name,
            after=words,
        ),
        Ticket(
            account=1,
            number=number,
            source=f"m{number}",
            member=id,
            member_name=name,
            words=words,
            summary=words,
            opened_at=NOW,
        ),
        Entry(
            ticket=number,
            source=f"m{number}",
            member=id,
            kind=EntryKind.MEMBER,
            author=id,
            text=words,
            **at,
        ),
        Entry(
            ticket=number,
            source=f"s{number}",
            member=id,
            kind=EntryKind.STAFF,
            author="mei",
            text=name,
            **at,
        ),
        Outgoing(key=f"private:{id}", contact=id, text=words, **due),
        Outgoing(
            key=f"line:{number}",
            room="r1",
            text=name,
            mentions=["mei", id],
            state=LetterState.SENT,
            **due,
        ),
        Outgoing(
            key=f"alert:{number}", room="rs", text=words, ticket=number, data={"who": id}, **due
        ),
        Signup(
            notice="n",
            due_at=NOW,
            member=id,
            member_name=name,
            state=SignupState.CONFIRMED,
            **at,
        ),
        Stay(account=1, room="r1", contact=id, since=NOW),
        Invite(room="r1", inviter=id, invitee="another", **at),
        Invite(room="r1", inviter="another", invitee=id, **at),
        PersonDay(account=1, contact=id, day="2026-11-23", messages=1),
        Offence(
            number=number,
            source=f"m{number}",
            member=id,
            room="r1",
            kind="ad",
            words=words,
            step=Step.WARNED,
            expires_at=NOW,
            **at,
        ),
        Gem(source=f"m{number}", room="r1", author=id, text=words, chosen_by="boss", **at),
        Learned(number=number, source=f"m{number}", asker=id, question=words, **at),
        Trait(
            account=1,
            contact=id,
            side="interest",
            name="失眠",
            evidence=words,
            first_at=NOW,
            last_at=NOW,
        ),
        Standing(account=1, contact=id, kind="life", stage="met", since=NOW),
        Call(account=1, room="r1", kind="quiz", item=f"q{number}", opened_at=NOW),
        Answered(call=number, member=id, **at),
        Binding(
            number=number,
            kind=BindingKind.PERSON,
            lasting=id,
            current=f"{id}_new",
            evidence=[name],
            **at,
        ),
        Shift(room="r1", contact=id, came=False, **at),
    )


def all_rows(session: Session) -> dict[str, list[str]]:
    return {
        name: [str(tuple(row)) for row in session.execute(table.select())]
        for name, table in SQLModel.metadata.tables.items()
    }


@pytest.fixture
async def town(storage: Storage) -> Storage:
    def settle(session: Session) -> None:
        session.add(Room(account=1, room="r1", seen_at=NOW))
        for row in (
            *traces(1, "wxid_zhang", "张三", "枕头坏了"),
            *traces(2, "wxid_li", "李四", "我要退款"),
        ):
            session.add(row)
            session.flush()

    await storage.transact(settle)
    return storage


def test_every_table_says_how_it_forgets() -> None:
    known = declarations()
    assert set(known) == set(SQLModel.metadata.tables)
    for name, how in known.items():
        assert bool(how.where) != bool(how.reason), name


@pytest.mark.parametrize("name", ABOUT_PEOPLE)
def test_what_a_table_declares_exists(name: str) -> None:
    how, columns = ABOUT_PEOPLE[name], set(SQLModel.metadata.tables[name].c.keys())
    assert set(how.blanks) <= columns
    for way in how.where:
        assert (way.column if isinstance(way, Through) else way) in columns
        if isinstance(way, Through):
            other, key = way.target.split(".")
            assert {key, way.person, "account"} <= set(SQLModel.metadata.tables[other].c.keys())


async def test_nothing_of_a_person_is_found_anywhere_afterwards(town: Storage) -> None:
    counts = await town.transact(lambda session: forget(session, "wxid_zhang"))
    assert set(counts) == set(ABOUT_PEOPLE), "traces() leaves one in every table about people"
    text = str(await town.read(all_rows))
    assert [word for word in ("wxid_zhang", "张三", "枕头坏了") if word in text] == []


async def test_others_keep_everything(town: Storage) -> None:
    def of_the_other(rows: dict[str, list[str]]) -> list[str]:
        words = ("wxid_li", "李四", "我要退款")
        return [row for table in rows.values() for row in table if any(w in row for w in words)]

    before = of_the_other(await town.read(all_rows))
    await town.transact(lambda session: forget(session, "wxid_zhang"))
    assert sorted(of_the_other(await town.read(all_rows))) == sorted(before)


async def test_tickets_keep_their_numbers_and_times(town: Storage) -> None:
    await town.transact(lambda session: forget(session, "wxid_zhang"))
    ticket = await town.read(lambda session: session.get_one(Ticket, 1))
    assert (ticket.number, ticket.opened_at, ticket.member) == (1, NOW, "")


async def test_what_waits_to_be_said_about_him_is_dropped(town: Storage) -> None:
    await town.transact(lambda session: forget(session, "wxid_zhang"))
    letters = await town.read(
        lambda s: [s.get_one(Outgoing, number).state for number in range(1, 7)]
    )
    dropped, sent, queued = LetterState.DROPPED, LetterState.SENT, LetterState.QUEUED
    assert letters == [dropped, sent, dropped, queued, sent, queued]


async def test_somebody_unknown_changes_nothing(town: Storage) -> None:
    before = await town.read(all_rows)
    assert await town.transact(lambda session: forget(session, "wxid_%")) == {}
    assert await town.read(all_rows) == before


async def test_his_name_goes_from_commands_lists_and_letters_of_others(town: Storage) -> None:
    def write(session: Session) -> None:
        said: dict[str, Any] = {"account": 1, "at": NOW, "heard_at": NOW, "likeness": 9}
        due: dict[str, Any] = {"account": 1, "due_at": NOW, "next_at": NOW}
        session.add(Said(id="c1", sender="boss", text="画像 张三 不是 失眠", **said))
        session.add(Said(id="c2", sender="boss", text="认人 wxid_zhang 小三", **said))
        session.add(
            Said(id="c3", room="r1", sender="wxid_wu", text="#接龙\n1. 张三\n2. 吴", **said)
        )
        session.add(Said(id="c4", room="r1", sender="wxid_wu", text="张三李四王五都来了", **said))
        session.add(Outgoing(key="letter", contact="boss", text="停了 14 天：张三、吴", **due))
        session.add(
            Signup(
                account=1,
                at=NOW,
                notice="n",
                due_at=NOW,
                member="name:张三",
                member_name="张三",
                state=SignupState.CONFIRMED,
            )
        )

    await town.transact(write)
    await town.transact(lambda session: forget(session, "wxid_zhang"))

    rows = await town.read(all_rows)
    kept = "".join(row for row in rows["message"] if "'c4'" in row)
    assert "张三李四王五都来了" in kept
    everything = str(rows).replace(kept, "")
    assert [word for word in ("wxid_zhang", "张三") if word in everything] == []
    assert "停了 14 天：（已删除）、吴" in str(rows["outbox"])


async def test_a_name_that_others_have_too_stays_in_what_others_wrote(town: Storage) -> None:
    def write(session: Session) -> None:
        said: dict[str, Any] = {"account": 1, "at": NOW, "heard_at": NOW, "likeness": 9}
        session.add(Person(account=1, contact="wxid_zhang_too", name="张三", met_at=NOW))
        session.add(Said(id="c1", sender="boss", text="画像 张三", **said))

    await town.transact(write)
    await town.transact(lambda session: forget(session, "wxid_zhang"))

    assert "画像 张三" in str((await town.read(all_rows))["message"])
