"""How long it was from one moment to another, reckoned by the database in whole seconds."""

from typing import Any

from sqlalchemy import Integer
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.functions import FunctionElement

DAY = 86_400


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
