"""What a batch asked the database before, and need not ask again while nothing changed it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import chain
from typing import Any, NamedTuple, Protocol, TypeVar

from sqlalchemy import Connection, Table, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import (
    ORMExecuteState,
    Session as AnySession,
    SessionTransaction,
    class_mapper,
)
from sqlalchemy.orm.attributes import instance_state
from sqlmodel import Session
from typing_extensions import override

from bot.errors import NotTogether
from bot.storage.engine import is_outage
from bot.storage.finding import find

T = TypeVar("T")

ANSWERS = "answers"
SAVED = "saved"
SENDERS = "senders"  # who speaks in the batch
WITHOUT_TICKET = "without-ticket"  # who of them has none that goes on


class Way(Protocol):
    """The way into a table."""

    table: Table

    def write(self, connection: Connection, values: Sequence[Any]) -> Any:
        """Insert rows whose values are what the driver takes."""
        ...


class Waiting(NamedTuple):
    """A row that waits to be written with others, and the savepoint it was asked for in."""

    way: Way
    values: Any
    inside: SessionTransaction | None


class Batch(Session):
    """The session of one batch: it keeps every row it came to know, and answers to questions.

    By itself a session forgets a row as soon as nobody else holds it. Where a savepoint is
    undone, no answer holds any more. What is asked for by its key costs a sixth. ``together``,
    rows wait to be written with those of other turns, until a statement could miss them.
    """

    together = False

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._waiting: list[Waiting] = []
        self._tables: set[Table] = set()  # in which rows may wait
        self._borrowed: list[tuple[SessionTransaction, list[Waiting]]] = []

    def wait(self, way: Way, rows: Sequence[Any]) -> None:
        """Have rows written with the others; they go with the savepoint that is open now."""
        inside = self.get_nested_transaction() or self.get_transaction()
        self._waiting += [Waiting(way, values, inside) for values in rows]
        self._tables.add(way.table)

    def write_waiting(self) -> None:
        """Write what waits; raises NotTogether where the database does not take it."""
        waiting, self._waiting = self._waiting, []
        if not waiting:
            return
        self._tables.clear()
        rows: dict[Way, list[Any]] = {}
        for each in waiting:
            rows.setdefault(each.way, []).append(each.values)
        connection = self.bare_connection()
        try:
            for way, values in rows.items():
                way.write(connection, values)
        except DBAPIError as error:
            if is_outage(error):
                raise
            raise NotTogether("rows of several turns were refused") from error
        inside = self.get_nested_transaction()
        if inside is not None:
            self._borrowed.append((inside, waiting))

    def waits_for(self, table: Table) -> bool:
        """Say whether rows of a table may wait."""
        return table in self._tables

    def bare_connection(self) -> Connection:
        """Return the connection for a statement that nothing that waits has to do with."""
        return super().connection()

    @override
    def connection(self, *args: Any, **options: Any) -> Connection:
        self.write_waiting()
        return super().connection(*args, **options)

    def take_back(self, undone: SessionTransaction) -> None:
        """Let wait again what an undone savepoint took along, and forget what was its own."""
        taken = [rows for inside, rows in self._borrowed if _within(inside, undone)]
        self._borrowed = [each for each in self._borrowed if not _within(each[0], undone)]
        waiting = [*chain.from_iterable(taken), *self._waiting]
        self._waiting = [each for each in waiting if not _within(each.inside, undone)]
        self._tables = {each.way.table for each in self._waiting}

    @override
    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        if any(options.values()):
            return super().get(entity, ident, **options)
        key = ident if isinstance(ident, tuple) else (ident,)
        row = self.identity_map.get(class_mapper(entity).identity_key_from_primary_key(key))
        if row is None:
            if self.waits_for(entity.__table__):
                self.write_waiting()
            return find(self, self.bare_connection(), entity, key)
        return super().get(entity, ident) if instance_state(row).expired else row


@event.listens_for(Batch, "loaded_as_persistent")
@event.listens_for(Batch, "pending_to_persistent")
@event.listens_for(Batch, "detached_to_persistent")
def _keep(session: AnySession, row: object) -> None:
    session.info.setdefault("rows", []).append(row)


@event.listens_for(Batch, "before_flush")
def _before_flush(session: Batch, *_: object) -> None:
    session.write_waiting()


@event.listens_for(Batch, "do_orm_execute")
def _before_asking(state: ORMExecuteState) -> None:
    if isinstance(state.session, Batch):
        state.session.write_waiting()


@contextmanager
def together(session: AnySession) -> Iterator[None]:
    """Write the rows of many turns together; NotTogether: that failed, and all is undone."""
    if not isinstance(session, Batch):
        yield
        return
    session.together = True
    yield
    session.together = False
    session.write_waiting()


def known(session: AnySession, what: str, ask: Callable[[], T]) -> T:
    """Return the answer to a question, asked once a batch; other sessions ask each time.

    Whoever changes what an answer rests on changes the answer with it, or calls ``doubt``.
    """
    if not isinstance(session, Batch):
        return ask()
    answers = session.info.setdefault(ANSWERS, {})
    if what not in answers:
        answers[what] = ask()
    answer: T = answers[what]
    return answer


def recall(session: AnySession, what: str, otherwise: T) -> T:
    """Return the answer to a question if it is known."""
    answer: T = session.info.get(ANSWERS, {}).get(what, otherwise)
    return answer


def learn(session: AnySession, what: str, answer: object) -> None:
    """Take over what is known from elsewhere, or changed."""
    if isinstance(session, Batch):
        session.info.setdefault(ANSWERS, {})[what] = answer


def doubt(session: AnySession) -> None:
    """Have every question asked anew: its answer may have changed."""
    session.info.pop(ANSWERS, None)


def saved(session: AnySession, row: object) -> None:
    """Note a row that was written beside the unit of work, which undoes only what it wrote."""
    _note(session, row, session.expunge)


def changed(session: AnySession, row: object) -> None:
    """Note a row that was changed beside the unit of work: undone, it is read anew."""
    _note(session, row, session.expire)


def _note(session: AnySession, row: object, undo: Callable[[object], None]) -> None:
    inside = session.get_nested_transaction() or session.get_transaction()
    session.info.setdefault(SAVED, []).append((inside, row, undo))


@event.listens_for(AnySession, "after_soft_rollback")
def _undo(session: AnySession, undone: SessionTransaction) -> None:
    doubt(session)
    if isinstance(session, Batch):
        session.take_back(undone)
    kept = []
    for inside, row, undo in session.info.pop(SAVED, ()):
        if not _within(inside, undone):
            kept.append((inside, row, undo))
        elif row in session:
            undo(row)
    session.info[SAVED] = kept


def _within(inside: SessionTransaction | None, other: SessionTransaction) -> bool:
    while inside is not None and inside is not other:
        inside = inside.parent
    return inside is other
