"""How a table forgets a person: told by every table itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self


@dataclass(frozen=True, slots=True)
class Forget:
    """What is done to a table when a person is erased.

    ``columns`` name where the person's contact id stands. Rows that name the person there are
    deleted, or, where ``blanks`` is not empty, stay with those columns replaced. A table with no
    such column says in ``reason`` why it holds nothing of a person.
    """

    columns: tuple[str, ...] = ()
    blanks: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""

    @classmethod
    def rows(cls, *columns: str) -> Self:
        """Delete the rows that name the person in one of these columns."""
        return cls(columns=columns)

    @classmethod
    def blank(cls, blanks: Mapping[str, object], *, where: str) -> Self:
        """Keep the rows, and replace what they tell of the person."""
        return cls(columns=(where,), blanks=dict(blanks))

    @classmethod
    def nothing(cls, reason: str) -> Self:
        """Hold nothing of a person."""
        return cls(reason=reason)
