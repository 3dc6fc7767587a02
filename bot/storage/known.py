"""What a batch asked the database before, and need not ask again while nothing changed it."""

from collections.abc import Callable
from typing import Any, TypeVar

from sqlalchemy import event
from sqlalchemy.orm import Session as AnySession, SessionTransaction, class_mapper
from sqlalchemy.orm.attributes import instance_state
from sqlmodel import Session
from typing_extensions import override

from bot.storage.finding import find

T = TypeVar("T")

ANSWERS = "answers"
SAVED = "saved"
SENDERS = "senders"  # who speaks in the batch
WITHOUT_TICKET = "without-ticket"  # who of them has none that goes on


class Batch(Session):
    """The session of one batch: it keeps every row it came to know, and answers to questions.

    By itself a session forgets a row as soon as nobody else holds it. Where a savepoint is
    undone, no answer holds any more. What is asked for by its key costs a sixth.
    """

    @override
    def get(self, entity: Any, ident: Any, **options: Any) -> Any:
        if any(options.values()):
            return super().get(entity, ident, **options)
        key = ident if isinstance(ident, tuple) else (ident,)
        row = self.identity_map.get(class_mapper(entity).identity_key_from_primary_key(key))
        if row is None:
            return find(self, entity, key)
        return super().get(entity, ident) if instance_state(row).expired else row


@event.listens_for(Batch, "loaded_as_persistent")
@event.listens_for(Batch, "pending_to_persistent")
@event.listens_for(Batch, "detached_to_persistent")
def _keep(session: AnySession, row: object) -> None:
    session.info.setdefault("rows", []).append(row)


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
