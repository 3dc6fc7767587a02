"""Puts what is remembered under one id to what is remembered under another."""

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import PrimaryKeyConstraint, String, Table, UniqueConstraint, and_, cast
from sqlmodel import Session, SQLModel

from bot.storage.forget import declarations
from bot.storage.known import doubt
from bot.storage.tables import POSTED, BindingKind
from bot.storage.types import Json

Row = dict[str, Any]
APART = frozenset({"binding", "shift"})  # they tell of both ids
STANDS = frozenset({"roll_call"})  # others refer to its rows: what is doubled stays where it is
ALSO = frozenset(
    {"assignee", "author", "barred", "chosen_by", "decided_by", "inviter", "owner", "passed_by"}
    | {"undone_by"}
)
SUMS = (
    *("messages", "replies", "gift", "praise", "ads", "speakers", "bot", "joins", "leaves"),
    *("questions", "answered", "complaints", "breaches"),
)


def merge(
    session: Session, account: int, kind: BindingKind, *, into: str, gone: str
) -> dict[str, int]:
    """Let all rows of an account that name ``gone`` name ``into``; return how many, by table.

    Where both have a row of which there can be one, the two become one.
    """
    session.flush()
    moved: dict[str, int] = {}
    for table in SQLModel.metadata.sorted_tables:
        if table.name in APART or "account" not in table.c:
            continue
        for column in columns(table, kind):
            count = _move(session, table, account, column, into, gone)
            if count:
                moved[table.name] = moved.get(table.name, 0) + count
    session.expire_all()
    doubt(session)
    return moved


def columns(table: Table, kind: BindingKind) -> list[str]:
    """Name the columns of a table in which ids of this kind stand."""
    if kind is BindingKind.ROOM:
        return [name for name in table.c.keys() if name == "room"]  # noqa: SIM118 - not a mapping
    told = {way for way in declarations()[table.name].everywhere if isinstance(way, str)}
    return [name for name in table.c.keys() if name in told | ALSO]  # noqa: SIM118


def _move(session: Session, table: Table, account: int, name: str, into: str, gone: str) -> int:
    column = table.c[name]
    if isinstance(column.type, Json):
        return _move_in_list(session, table, account, name, (into, gone))
    mine = and_(table.c.account == account, column == gone)
    keys = [key for key in _keys(table) if name in key]
    if not keys:
        result: Any = session.execute(table.update().where(mine).values({name: into}))
        return int(result.rowcount)
    rows = [dict(row._mapping) for row in session.execute(table.select().where(mine))]
    for row in rows:
        _move_row(session, table, row, {**row, name: into}, keys)
    return len(rows)


def _move_row(
    session: Session, table: Table, before: Row, after: Row, keys: list[tuple[str, ...]]
) -> None:
    """Give one row the other id, or put it to the row that has it already."""
    here = and_(*(table.c[c.name] == before[c.name] for c in table.primary_key))
    for key in keys:
        same = and_(*(table.c[name] == after[name] for name in key))
        found = session.execute(table.select().where(same)).first()
        if found is None:
            continue
        if table.name in STANDS:
            return
        if table.name in WINS and WINS[table.name](dict(found._mapping), before):
            session.execute(table.delete().where(same))
            break
        session.execute(table.delete().where(here))
        kept = dict(found._mapping)
        values = JOINED.get(table.name, _first)(kept, before)
        if values:
            session.execute(table.update().where(same).values(values))
        return
    changed = {name: value for name, value in after.items() if before[name] != value}
    session.execute(table.update().where(here).values(changed))


def _move_in_list(
    session: Session, table: Table, account: int, name: str, ids: tuple[str, str]
) -> int:
    into, gone = ids
    named = cast(table.c[name], String).contains(f'"{gone}"', autoescape=True)
    wanted = table.select().where(table.c.account == account, named)
    rows = [dict(row._mapping) for row in session.execute(wanted)]
    for row in rows:
        ids_now = [into if each == gone else each for each in row[name]]
        here = and_(*(table.c[c.name] == row[c.name] for c in table.primary_key))
        session.execute(table.update().where(here).values({name: ids_now}))
    return len(rows)


def _keys(table: Table) -> list[tuple[str, ...]]:
    kinds = (PrimaryKeyConstraint, UniqueConstraint)
    return [
        tuple(column.name for column in each.columns)
        for each in table.constraints
        if isinstance(each, kinds)
    ]


# -- two rows of which there can be one


def _was_posted(kept: Row, gone: Row) -> bool:
    """Say whether only the notice in the room under its other id was posted, or may have been."""
    return gone["state"] in POSTED and kept["state"] not in POSTED


WINS: Mapping[str, Callable[[Row, Row], bool]] = {"occurrence": _was_posted}


def _first(_kept: Row, _gone: Row) -> Row:
    """Let what stood there first stand."""
    return {}


def _person(kept: Row, gone: Row) -> Row:
    newer = {name: gone[name] for name in ("name", "alias") if gone[name]}
    if gone["friend"] is not None:
        newer["friend"] = gone["friend"]
    return {
        **newer,
        "source": kept["source"] or gone["source"],
        "met_at": min(kept["met_at"], gone["met_at"]),
        "asked_at": kept["asked_at"] or gone["asked_at"],
    }


def _member(kept: Row, gone: Row) -> Row:
    return {
        "left_at": gone["left_at"],
        "inviter": kept["inviter"] or gone["inviter"],
        "greeted_at": kept["greeted_at"] or gone["greeted_at"],
    }


def _room(_: Row, gone: Row) -> Row:
    return {name: gone[name] for name in ("topic", "owner", "present", "seen_at")}


def _day(kept: Row, gone: Row) -> Row:
    sums: Row = {name: kept[name] + gone[name] for name in kept if name in SUMS}
    if "hours" in kept:
        hours = {**kept["hours"]}
        for hour, count in gone["hours"].items():
            hours[hour] = hours.get(hour, 0) + count
        sums["hours"] = hours
    if "present" in kept:
        sums["present"] = max(kept["present"], gone["present"])
    return sums


def _trait(kept: Row, gone: Row) -> Row:
    later = gone if gone["last_at"] > kept["last_at"] else kept
    told = {name: later[name] for name in ("evidence", "source", "last_at", "expires_at")}
    return {
        **told,
        "seen": kept["seen"] + gone["seen"],
        "first_at": min(kept["first_at"], gone["first_at"]),
        "fixed": kept["fixed"] or gone["fixed"],
        "denied": kept["denied"] or gone["denied"],
    }


def _signup(kept: Row, gone: Row) -> Row:
    if kept["state"] != "cancelled" or gone["state"] == "cancelled":
        return {}
    return {name: gone[name] for name in ("state", "guests", "room", "source", "answers")}


JOINED: Mapping[str, Callable[[Row, Row], Row]] = {
    "person": _person,
    "member": _member,
    "room": _room,
    "person_day": _day,
    "room_day": _day,
    "trait": _trait,
    "signup": _signup,
}
