"""Erases a person: goes over all tables and does what each of them declares."""

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ColumnElement, String, Table, cast, exists, or_
from sqlmodel import Session, SQLModel, select

from bot.storage import tables
from bot.storage.ending import end_tickets
from bot.storage.forgets import Forget, Through, Where
from bot.storage.scrub import scrub
from bot.storage.types import Json


def forget(session: Session, contact: str, *, now: datetime | None = None) -> dict[str, int]:
    """Erase a person from every account; return how many rows of which table were his.

    His tickets end, for nobody is left to answer. Whoever WeChat calls otherwise now is erased
    under the id he is known by here as well.
    """
    touched: dict[str, int] = {}
    for id_ in dict.fromkeys((*_known_as(session, contact), contact)):
        scrub(session, id_)
        end_tickets(session, id_, now or datetime.now(UTC))
        for table, how in _in_order():
            count = _forget_in(session, table, how, id_) if how.where else 0
            if count:
                touched[table.name] = touched.get(table.name, 0) + count
    return touched


def _known_as(session: Session, contact: str) -> list[str]:
    wanted = select(tables.Binding.lasting).where(
        tables.Binding.current == contact,
        tables.Binding.state == tables.BindingState.ACCEPTED,
    )
    return list(session.exec(wanted))


def declarations() -> dict[str, Forget]:
    """Map every table's name to how it forgets."""
    return {table.name: how for table, how in _in_order()}


def _in_order() -> list[tuple[Table, Forget]]:
    """List what looks through other tables first, and rows before those they refer to."""
    known = {kind.__tablename__: kind for kind in _kinds()}
    ordered = [
        (table, known[table.name].forgets)
        for table in reversed(SQLModel.metadata.sorted_tables)
        if table.name in known
    ]
    return sorted(
        ordered, key=lambda pair: not any(isinstance(way, Through) for way in pair[1].where)
    )


def _kinds() -> list[Any]:
    things = [getattr(tables, name) for name in tables.__all__]
    return [kind for kind in things if isinstance(kind, type) and issubclass(kind, SQLModel)]


def _forget_in(session: Session, table: Table, how: Forget, contact: str) -> int:
    his = or_(*(_names(table, way, contact) for way in how.where))
    statement: Any = table.delete().where(his)
    if how.blanks:
        blanks = {
            column: blank(table) if callable(blank) else blank
            for column, blank in how.blanks.items()
        }
        statement = table.update().where(his).values(blanks)
    result: Any = session.execute(statement)
    more = _forget_in(session, table, how.also, contact) if how.also is not None else 0
    return int(result.rowcount) + more


def _names(table: Table, way: Where, contact: str) -> ColumnElement[bool]:
    """Say in SQL that a row is the person's."""
    if isinstance(way, str):
        column = table.c[way]
        if isinstance(column.type, Json):
            return cast(column, String).contains(json.dumps(contact), autoescape=True)
        return column == contact
    name, key = way.target.split(".")
    other = SQLModel.metadata.tables[name]
    return exists().where(
        other.c.account == table.c.account,
        other.c[key] == table.c[way.column],
        other.c[way.person] == contact,
    )
