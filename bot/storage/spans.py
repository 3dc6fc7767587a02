"""How long it was from one moment to another, and in which week: reckoned by the database."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Integer, case, literal_column
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DAY = 86_400
WEEK = timedelta(days=7)


def span_of(moment: Any, starts: Sequence[datetime], first: int = 0) -> Any:
    """Say in SQL in which of the spans that begin at these moments a moment lies, by halving."""
    if len(starts) == 1:
        return literal_column(str(first), Integer())
    middle = len(starts) // 2
    later = span_of(moment, starts[middle:], first + middle)
    return case((moment >= starts[middle], later), else_=span_of(moment, starts[:middle], first))


def mondays(first: date, last: date) -> list[date]:
    """List the Mondays of the weeks from one day to another."""
    monday = first - timedelta(days=first.weekday())
    return [monday + n * WEEK for n in range((last - monday) // WEEK + 1)]


class seconds_between(FunctionElement[int]):  # noqa: N801 - used like a function of SQL
    """The seconds from the first moment to the second; unknown where one of them is."""

    inherit_cache = True
    type = Integer()


@compiles(seconds_between, "sqlite")
def _for_sqlite(element: Any, compiler: Any, **how: Any) -> str:
    since, until = (compiler.process(each, **how) for each in element.clauses)
    return f"CAST(round((julianday({until}) - julianday({since})) * {DAY}) AS INTEGER)"


@compiles(seconds_between, "postgresql")
def _for_postgresql(element: Any, compiler: Any, **how: Any) -> str:
    since, until = (compiler.process(each, **how) for each in element.clauses)
    return f"CAST(round(extract(epoch FROM {until} - {since})) AS INTEGER)"
