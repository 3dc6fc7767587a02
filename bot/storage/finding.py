"""Rows found by questions that are put together once, as the session would have found them."""

from collections.abc import Mapping
from functools import cache
from typing import Any, Generic, TypeVar

from sqlalchemy import ColumnElement, Connection, Table, bindparam, select
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlmodel import Session, SQLModel

from bot.storage.asking import Question

R = TypeVar("R", bound=SQLModel)


class Finder(Generic[R]):
    """Finds rows of one class that meet conditions; ``limit`` is a number or the name of a value.

    A row that the session knows is that row, as it stands there.
    """

    def __init__(
        self,
        kind: type[R],
        *conditions: ColumnElement[bool],
        order: tuple[Any, ...] = (),
        limit: int | str | None = None,
    ) -> None:
        table: Table = kind.__table__  # type: ignore[attr-defined]
        wanted = select(*table.columns).where(*conditions).order_by(*order)
        if limit is not None:
            wanted = wanted.limit(bindparam(limit) if isinstance(limit, str) else limit)
        self._question = Question(wanted)
        self._mapper = class_mapper(kind)
        self._names = [each.name for each in table.columns]
        self._key = [self._names.index(each.name) for each in table.primary_key]

    def all(self, session: Session, **values: object) -> list[R]:
        """Find all rows; what waits to be written is written before."""
        rows = self._question.all(session, **values)
        return [self._row(session, row) for row in rows]

    def first(self, session: Session, **values: object) -> R | None:
        """Find one row, or none."""
        row = self._question.first(session, **values)
        return None if row is None else self._row(session, row)

    def of_written(
        self, session: Session, connection: Connection, values: Mapping[str, object]
    ) -> R | None:
        """Find one row, or none, among what is written already."""
        rows = self._question.of_written(connection, values)
        return self._row(session, rows[0]) if rows else None

    def _row(self, session: Session, values: tuple[Any, ...]) -> R:
        key = self._mapper.identity_key_from_primary_key(tuple(values[n] for n in self._key))
        known: R | None = session.identity_map.get(key)
        if known is not None:
            return known
        row: R = self._mapper.class_manager.new_instance()
        row.__dict__.update(zip(self._names, values, strict=True))
        make_transient_to_detached(row)
        session.add(row)
        return row


def find(
    session: Session, connection: Connection, kind: type[R], key: tuple[object, ...]
) -> R | None:
    """Return the row with a primary key that the session does not know yet.

    Only where it may be among the new rows these are written before.
    """
    if session.autoflush and any(isinstance(each, kind) for each in session.new):
        session.flush()
    named = dict(zip(_key_of(kind), key, strict=True))
    return _by_key(kind).of_written(session, connection, named)


@cache
def _by_key(kind: type[R]) -> Finder[R]:
    table: Table = kind.__table__  # type: ignore[attr-defined]
    return Finder(kind, *(each == bindparam(each.name) for each in table.primary_key))


@cache
def _key_of(kind: type[SQLModel]) -> list[str]:
    table: Table = kind.__table__  # type: ignore[attr-defined]
    return [each.name for each in table.primary_key]
