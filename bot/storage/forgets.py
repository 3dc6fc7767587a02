"""How a table forgets a person: told by every table itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True, slots=True)
class Through:
    """Rows whose ``column`` names a row of another table of the account, which names the person.

    ``Through("ticket", "ticket.number", "member")``: what carries the number of his ticket.
    """

    column: str
    target: str
    person: str


Where = str | Through


@dataclass(frozen=True, slots=True)
class Forget:
    """What is done to a table when a person is erased.

    ``where`` names the columns where the person's contact id stands, alone or in a JSON list; a
    row that names him in one of them is deleted, or, where ``blanks`` is not empty, stays with
    those columns replaced: by a value, or by a function of the table that returns an expression.
    A table with no such column says in ``reason`` why it holds nothing of a person. ``also`` is
    what is done where he stands in the row in another way.
    """

    where: tuple[Where, ...] = ()
    blanks: Mapping[str, object] = field(default_factory=dict)
    reason: str = ""
    also: "Forget | None" = None

    @classmethod
    def rows(cls, *where: Where) -> Self:
        """Delete the rows that name the person in one of these columns."""
        return cls(where=where)

    @classmethod
    def blank(cls, blanks: Mapping[str, object], *, where: Where | tuple[Where, ...]) -> Self:
        """Keep the rows, and replace what they tell of the person."""
        return cls(where=where if isinstance(where, tuple) else (where,), blanks=dict(blanks))

    @property
    def everywhere(self) -> tuple[Where, ...]:
        """List every way in which a person may stand in a row."""
        return self.where + (self.also.everywhere if self.also is not None else ())

    def and_(self, other: "Forget") -> "Forget":
        """Do the other as well, after this."""
        return replace(self, also=other)

    @classmethod
    def nothing(cls, reason: str) -> Self:
        """Hold nothing of a person."""
        return cls(reason=reason)
