"""Rows written without an object for each: many at once, or one unless it is there already."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from bot.storage.types import Moment

MOMENTS_KEPT = 1_024  # rows that come together share their moments


class Rows:
    """The way into one table, prepared once for one kind of database.

    A row is a mapping with a value for every column.
    """

    def __init__(self, table: Table, dialect: Dialect) -> None:
        compiled = insert(table).compile(dialect=dialect)
        self._statement = str(compiled)
        self._pick: Callable[[Mapping[str, object]], Any] = dict
        if compiled.positional:
            self._pick = itemgetter(*(column.name for column in table.columns))
        self._convert = {
            column.name: convert
            for column in table.columns
            if (convert := _converter(column, dialect)) is not None
        }

    def write(self, connection: Connection, rows: Sequence[dict[str, object]]) -> None:
        """Insert the rows, whose values are converted in place to what the database takes."""
        for name, convert in self._convert.items():
            for row in rows:
                row[name] = convert(row[name])
        connection.exec_driver_sql(self._statement, [self._pick(row) for row in rows])


def insert_once(
    connection: Connection, table: Table, key: tuple[str, ...], values: Mapping[str, object]
) -> bool:
    """Insert a row; False where there is one with the same unique ``key`` (column names)."""
    statement = _once(table, key, connection.dialect.name)
    return connection.execute(statement, values).rowcount == 1


@lru_cache
def _once(table: Table, key: tuple[str, ...], dialect: str) -> Insert:
    insert_into = sqlite.insert if dialect == "sqlite" else postgresql.insert
    return insert_into(table).on_conflict_do_nothing(index_elements=key)


def _converter(column: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    convert: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is not None and isinstance(column.type, Moment):
        return lru_cache(MOMENTS_KEPT)(convert)
    return convert
