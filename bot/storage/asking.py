"""Questions that are asked often: put together once, and answered without an object a row."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from json import dumps
from typing import Any, Generic, TypeVar, TypeVarTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Connection,
    Dialect,
    Select,
    bindparam,
    func,
    select,
)
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.types import UserDefinedType
from sqlmodel import Session
from typing_extensions import override

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

CHUNK = 500  # values in one IN (…)
ACCOUNT: BindParameter[int] = bindparam("account")


class Values(UserDefinedType[Collection[object]]):
    """Several values in one place: JSON for SQLite, an array for PostgreSQL."""

    cache_ok = True

    @override
    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return dumps if dialect.name == "sqlite" else list


class Among(ColumnElement[bool]):
    """That a column has one of several values, however many: one sentence for all.

    It has no type: of what is Boolean, SQLAlchemy asks SQLite whether it ``= 1``, past the index.
    """

    inherit_cache = False

    def __init__(self, column: Any, name: str) -> None:
        self.column: ColumnElement[Any] = column
        self.values: BindParameter[Any] = bindparam(name, type_=Values())


@compiles(Among, "sqlite")
def _in_json(element: Among, compiler: Any, **options: Any) -> str:
    told = func.json_each(element.values).table_valued("value")
    return str(compiler.process(element.column.in_(select(told.c.value)), **options))


@compiles(Among, "postgresql")
def _in_array(element: Among, compiler: Any, **options: Any) -> str:
    return str(compiler.process(element.column == func.any(element.values), **options))


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that fit into one query."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))


class Question(Generic[*Ts]):
    """A question whose values are told to the driver itself; lists of them by ``Among``.

    It costs a fortieth of a query that is put together each time.
    """

    def __init__(self, question: Select[*Ts]) -> None:
        self._question = question
        self._ways: dict[str, _Way] = {}

    def all(self, session: Session, **values: object) -> list[tuple[*Ts]]:
        """Ask; what waits to be written is written before, unless the session is told not to."""
        if session.autoflush:
            session.flush()
        return self.of_written(session.connection(), values)

    def of_written(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[*Ts]]:
        """Ask about what is written already."""
        dialect = connection.dialect
        way = self._ways.get(dialect.name)
        if way is None:
            way = self._ways[dialect.name] = _Way(self._question, dialect)
        return way.ask(connection, values)

    def first(self, session: Session, **values: object) -> tuple[*Ts] | None:
        """Ask for one row; the question says which."""
        found = self.all(session, **values)
        return found[0] if found else None


class _Way:
    """A question in the words of one kind of database, with what turns values into its values."""

    def __init__(self, question: Select[*Ts], dialect: Dialect) -> None:
        compiled = question.compile(dialect=dialect)
        told_later = {name: None for name, each in compiled.binds.items() if each.required}
        whole = compiled.construct_expanded_state(told_later)
        self._sentence = whole.statement
        self._order = whole.positiontup if compiled.positional else None
        inward = {
            name: each.type.dialect_impl(dialect).bind_processor(dialect)
            for name, each in compiled.binds.items()
        }
        self._inward = {name: each for name, each in inward.items() if each is not None}
        self._plain = {
            name: self._inward[name](value) if name in self._inward else value
            for name, value in whole.parameters.items()
            if name not in told_later
        }
        self._types = [each.type.dialect_impl(dialect) for each in question.selected_columns]
        self._dialect = dialect
        self._outward: list[tuple[int, Callable[[Any], Any]]] | None = None

    def ask(self, connection: Connection, values: Mapping[str, object]) -> list[tuple[Any, ...]]:
        inward, said = self._inward, dict(self._plain)
        for name, value in values.items():
            said[name] = inward[name](value) if name in inward else value
        told = said if self._order is None else [said[name] for name in self._order]
        driver: Any = connection.connection.dbapi_connection
        cursor = driver.execute(self._sentence, told)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        if self._outward is None:
            self._outward = self._converters([code for _, code, *_ in cursor.description])
        return [self._converted(row, self._outward) for row in rows] if self._outward else rows

    def _converters(self, codes: Sequence[object]) -> list[tuple[int, Callable[[Any], Any]]]:
        """Return what turns answers into values; it depends on what the driver says they are."""
        found = (
            kind.result_processor(self._dialect, code)
            for kind, code in zip(self._types, codes, strict=True)
        )
        return [(place, each) for place, each in enumerate(found) if each is not None]

    def _converted(
        self, row: Sequence[Any], outward: Sequence[tuple[int, Callable[[Any], Any]]]
    ) -> tuple[Any, ...]:
        values = list(row)
        for place, convert in outward:
            values[place] = convert(values[place])
        return tuple(values)
