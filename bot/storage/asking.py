"""Questions that every batch asks: put together once, and answered without an object a row."""

from collections.abc import Iterator, Sequence
from typing import TypeVar, TypeVarTuple

from sqlalchemy import BindParameter, CursorResult, Select, bindparam
from sqlmodel import Session

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

CHUNK = 500  # values in one IN (…)
ACCOUNT: BindParameter[int] = bindparam("account")


def any_of(name: str) -> BindParameter[Sequence[object]]:
    """Leave a place for a list of values."""
    return bindparam(name, expanding=True)


def ask(session: Session, question: Select[*Ts], **values: object) -> CursorResult[*Ts]:
    """Ask for plain values; what waits to be written is written before."""
    session.flush()
    return session.connection().execute(question, values)


def chunks(values: Sequence[T]) -> Iterator[Sequence[T]]:
    """Cut a list into pieces that fit into one query."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
