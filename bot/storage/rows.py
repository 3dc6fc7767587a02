"""Rows written beside the unit of work: many at once, one unless it is there, or a change."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from sqlalchemy import Connection, Dialect, Table, bindparam
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import class_mapper, make_transient_to_detached
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Session, SQLModel

from bot.storage.engine import write
from bot.storage.known import Batch, changed, saved
from bot.storage.types import Json, Moment

R = TypeVar("R", bound=SQLModel)

COUNTED = "id"
WAYS_KEPT = 128
MOMENTS_KEPT = 1_024  # rows that come together share their moments


class Rows:
    """The way into some columns of a table, prepared once for one kind of database.

    With ``once``, the columns of a unique key, a row that is there already is left alone; with
    ``counted`` the key that the database counts up is told.
    """

    def __init__(
        self,
        table: Table,
        columns: tuple[str, ...],
        dialect: Dialect,
        *,
        once: tuple[str, ...] = (),
        counted: bool = False,
    ) -> None:
        self.table = table
        into = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
        if once:
            into = into.on_conflict_do_nothing(index_elements=once)
        if counted:
            into = into.returning(table.columns[COUNTED])
        # The compiler puts them into the order of the table.
        names = [each.name for each in table.columns if each.name in columns]
        compiled = into.compile(dialect=dialect, column_keys=names)
        self._statement = str(compiled)
        self._pick: Callable[[Mapping[str, object]], Any] = dict
        if compiled.positional:
            self._pick = itemgetter(*names)
        self._convert = {
            name: convert
            for name in names
            if (convert := _converter(table.columns[name], dialect)) is not None
        }

    def values(self, rows: Sequence[dict[str, object]]) -> list[Any]:
        """Return what the driver takes for rows, whose values are converted in place."""
        for name, convert in self._convert.items():
            for row in rows:
                row[name] = convert(row[name])
        return [self._pick(row) for row in rows]

    def write(self, connection: Connection, values: Sequence[Any]) -> Any:
        """Insert rows whose values are what the driver takes; return its cursor."""
        return write(connection, self._statement, values)


_way = lru_cache(WAYS_KEPT)(Rows)


def insert(session: Session, table: Table, *rows: dict[str, object]) -> None:
    """Insert rows, all of the same columns, without an object for each."""
    _insert(session, _way(table, tuple(rows[0]), _dialect(session)), rows)


def insert_once(
    session: Session, table: Table, key: tuple[str, ...], row: dict[str, object]
) -> None:
    """Insert a row unless there is one with the same unique ``key`` (column names)."""
    _insert(session, _way(table, tuple(row), _dialect(session), once=key), [row])


def _insert(session: Session, way: Rows, rows: Sequence[dict[str, object]]) -> None:
    if isinstance(session, Batch) and session.together:
        session.wait(way, way.values(rows))
    else:
        way.write(session.connection(), way.values(rows))


def _dialect(session: Session) -> Dialect:
    return session.get_bind().dialect


def add(session: Session, kind: type[R], /, **values: object) -> R:
    """Insert a new row at once, and return it as the session knows it from now on.

    What is not told is what the class says by default. It comes to the same as making the object,
    adding and flushing it, for a quarter of the cost; rows that hang on it are added by themselves.
    """
    plain, made = _defaults(kind)
    values = {**plain, **{name: make() for name, make in made.items()}, **values}
    row: R = class_mapper(kind).class_manager.new_instance()
    table: Table = row.__table__  # type: ignore[attr-defined]
    if COUNTED in table.columns:
        # Nothing that waits hangs on it, and it hangs on nothing that waits.
        aside = session.bare_connection if isinstance(session, Batch) else session.connection
        way = _way(table, tuple(values), _dialect(session), counted=True)
        written = way.write(aside(), way.values([dict(values)]))
        (values[COUNTED],) = written.fetchone()
    else:
        insert(session, table, dict(values))
    row.__dict__.update(values)
    make_transient_to_detached(row)
    session.add(row)
    saved(session, row)
    return row


class Changes:
    """The way to change some columns of the row with a primary key, prepared once."""

    def __init__(self, table: Table, columns: tuple[str, ...], dialect: Dialect) -> None:
        self.key = [each.name for each in table.primary_key]
        into = table.update().values({name: bindparam(name) for name in columns})
        mine = (table.columns[name] == bindparam(f"of_{name}") for name in self.key)
        compiled = into.where(*mine).compile(dialect=dialect)
        self._statement = str(compiled)
        self._order = compiled.positiontup if compiled.positional else None
        types = {name: table.columns[name] for name in columns}
        types |= {f"of_{name}": table.columns[name] for name in self.key}
        self._convert = {
            name: convert
            for name, column in types.items()
            if (convert := _converter(column, dialect)) is not None
        }

    def write(self, connection: Connection, values: dict[str, object]) -> None:
        """Change the row; ``values`` are converted in place to what the database takes."""
        for name, convert in self._convert.items():
            values[name] = convert(values[name])
        told = values if self._order is None else tuple(values[name] for name in self._order)
        write(connection, self._statement, [told])


_change = lru_cache(WAYS_KEPT)(Changes)


def change(session: Session, row: SQLModel, /, **values: object) -> None:
    """Change a row that stands in the database, at once.

    It comes to the same as setting the columns and flushing, for a fraction of the cost.
    """
    table: Table = row.__table__  # type: ignore[attr-defined]
    connection = session.connection()
    way = _change(table, tuple(values), connection.dialect)
    key = {f"of_{name}": getattr(row, name) for name in way.key}
    way.write(connection, {**values, **key})
    for name, value in values.items():
        set_committed_value(row, name, value)
    changed(session, row)


@cache
def _defaults(kind: type[SQLModel]) -> tuple[dict[str, object], dict[str, Callable[[], Any]]]:
    """Return the plain values of columns by default, and how to make those that are not plain."""
    fields = {name: field for name, field in kind.model_fields.items() if not field.is_required()}
    fields.pop(COUNTED, None)
    made = {name: each.default_factory for name, each in fields.items() if each.default_factory}
    plain = {name: each.default for name, each in fields.items() if name not in made}
    return plain, made  # type: ignore[return-value]


def _converter(column: Any, dialect: Dialect) -> Callable[[Any], Any] | None:
    convert: Callable[[Any], Any] | None = column.type.dialect_impl(dialect).bind_processor(dialect)
    if convert is not None and isinstance(column.type, Moment):
        return lru_cache(MOMENTS_KEPT)(convert)
    if convert is not None and isinstance(column.type, Json):
        return _with_ready_blanks(convert)
    return convert


def _with_ready_blanks(convert: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Convert empty lists and mappings once: a new row has hardly anything else."""
    no_list, no_mapping = convert([]), convert({})

    def spare(value: Any) -> Any:
        if value:
            return convert(value)
        return no_list if value == [] else no_mapping if value == {} else convert(value)

    return spare
