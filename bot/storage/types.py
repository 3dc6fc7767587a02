"""What every table is made of: instants, keys, JSON, and how its rows forget a person."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from sqlalchemy import JSON, BigInteger, DateTime, Dialect, Integer
from sqlalchemy.types import TypeDecorator, TypeEngine
from sqlmodel import SQLModel
from typing_extensions import override

# Every constraint has a name that is the same everywhere, so that a migration can change it.
SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(TypeDecorator[datetime]):
    """An instant: aware when it goes in, stored in UTC, aware and in UTC when it comes out."""

    impl = DateTime
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(DateTime(timezone=dialect.name != "sqlite"))

    @override
    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone cannot be stored: {value!r}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    @override
    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Key(TypeDecorator[int]):
    """A whole number that names a row: 64 bits everywhere.

    SQLite counts a primary key up by itself only where its type is called INTEGER.
    """

    impl = BigInteger
    cache_ok = True

    @override
    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Integer() if dialect.name == "sqlite" else BigInteger())


class Json(TypeDecorator[Any]):
    """Lists and mappings of plain values, kept to the character and in their order.

    PostgreSQL's ``jsonb`` would reorder keys and refuse U+0000, which a member may well send.
    """

    impl = JSON(none_as_null=True)
    cache_ok = True


@dataclass(frozen=True, slots=True)
class Through:
    """Rows whose ``column`` names a row of another table, which itself names the person.

    ``Through("ticket", "ticket.id", "member")``: the rows of every ticket whose member he is.
    """

    column: str
    target: str
    person: str


@dataclass(frozen=True, slots=True)
class Forget:
    """How a table forgets a person; a row is his if any of ``where`` says so.

    Without ``overwrite`` his rows are deleted; with it they stay, and those columns are overwritten.
    Without ``where`` there is nothing to forget, and ``reason`` says why.
    """

    where: tuple[str | Through, ...] = ()
    overwrite: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def rows(cls, *where: str | Through) -> Self:
        """Delete the rows in which one of these columns is the person."""
        return cls(where=where)

    @classmethod
    def blank(
        cls, columns: Mapping[str, object], *, where: str | Through | tuple[str | Through, ...]
    ) -> Self:
        """Keep the rows, and put these values where something of the person stood."""
        return cls(where=where if isinstance(where, tuple) else (where,), overwrite=dict(columns))

    @classmethod
    def nothing(cls, reason: str) -> Self:
        """Declare that no row is about a person, and why."""
        return cls(reason=reason)
