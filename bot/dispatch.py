"""From one thing heard to the one handler that answers it."""

import logging
from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from itertools import groupby
from typing import Any, Generic, Protocol, TypeVar

from sqlmodel import Session

from bot.clock import Clock
from bot.errors import NotDelivered, StorageError
from bot.inbox import Inbox, Known, clean
from bot.message import Heard, Message
from bot.outbox import close
from bot.storage.engine import is_outage
from bot.storage.tables import LetterState, Outgoing, Timer
from bot.turn import Turn
from bot.utterances import Utterances

log = logging.getLogger(__name__)

ACTED = "acted"  # more was done in this session than to record what was said

M = TypeVar("M")
H = TypeVar("H", bound=Heard)


class Verdict(Protocol):
    """What a message was taken for, as far as it is recorded."""

    @property
    def label(self) -> str:
        """What the message is: a complaint, a question, chat."""
        ...

    @property
    def rule(self) -> str:
        """The rule that decided."""
        ...

    @property
    def topic(self) -> str:
        """What it is about."""
        ...

    @property
    def score(self) -> float:
        """How sure that is."""
        ...


class Reading(Protocol):
    """A message together with what the handlers need to know of it; made once a message."""

    @property
    def message(self) -> Message:
        """The message itself."""
        ...

    @property
    def judged(self) -> Verdict:
        """What it was taken for, whatever comes of that."""
        ...

    @property
    def standing(self) -> Hashable:
        """Who speaks where, of so few kinds that each has its own short list of routes."""
        ...


R = TypeVar("R", bound=Reading)


def of_anybody(standing: Hashable) -> bool:  # noqa: ARG001  # a route unless it says otherwise
    """Say that whoever speaks, wherever, may be heard."""
    return True


@dataclass(frozen=True, slots=True)
class Route(Generic[R, M]):
    """When a message means something, and what is done about it.

    Without ``then`` it is only recorded under this name, which costs as little as chit-chat.
    ``of`` says of which standings it can mean something at all.
    """

    name: str
    when: Callable[[R], M | None]
    then: Callable[[Turn, R, M], None] | None
    of: Callable[[Any], bool] = of_anybody


@dataclass(frozen=True, slots=True)
class Behaviour(Generic[R]):
    """Everything the bot does, as one value: the only thing handlers hand to the runtime.

    ``routes`` answer messages, the first that recognises one; ``events`` all else that is heard,
    by type; ``timers`` moments, by kind; ``outcomes`` what became of letters, by purpose or, for
    bare deeds, by deed. ``alarm`` tells the staff of a turn that failed. ``wake`` is called when
    the bot starts or its configuration changes, and sets the first timers. ``doubtful`` tells
    how many letters an earlier process left without knowing whether they arrived, ``throttled``
    until when nothing is sent because WeChat found the account too busy.
    """

    read: Callable[[Message, Known], R]
    routes: Sequence[Route[R, Any]]
    events: Mapping[type, Callable[[Turn, Any], None]]
    timers: Mapping[str, Callable[[Turn, Timer], None]]
    outcomes: Mapping[str, Callable[[Turn, Outgoing, NotDelivered | None], None]]
    alarm: Callable[[Turn, str, str], None]
    wake: Callable[[Turn], None]
    doubtful: Callable[[Turn, int], None]
    throttled: Callable[[Turn, datetime], None]
    _heard: dict[Hashable, tuple[Route[R, Any], ...]] = field(
        default_factory=dict, init=False, repr=False, compare=False
    )

    def heard(self, standing: Hashable) -> tuple[Route[R, Any], ...]:
        """Return the routes on which something of this standing can mean anything, in order."""
        found = self._heard.get(standing)
        if found is None:
            found = tuple(route for route in self.routes if route.of(standing))
            self._heard[standing] = found
        return found


Trace = Callable[[Message, Verdict, str], None]


class Dispatcher:
    """Takes what was heard, in its order, each thing in a savepoint of one transaction."""

    def __init__(
        self,
        behaviour: Behaviour[Any],
        clock: Clock,
        account: int,
        *,
        trace: Trace | None = None,
    ) -> None:
        self.behaviour = behaviour
        self._clock = clock
        self._account = account
        self._trace = trace
        self._utterances = Utterances(account)

    def take(self, events: Sequence[Heard], session: Session) -> bool:
        """Take a batch: every message once, every other event as it comes.

        False where nothing followed from any of it.
        """
        now = self._clock()
        turn = Turn(session, self._account, now)
        for messages, run in groupby(events, key=lambda event: isinstance(event, Message)):
            if messages:
                self._take_messages(turn, [e for e in run if isinstance(e, Message)])
            else:
                for event in run:
                    self._take_event(turn, event)
        return ACTED in session.info

    def ring(self, timer: Timer, session: Session) -> None:
        """Call whoever set this timer, which is gone afterwards."""
        turn = Turn(session, self._account, self._clock())
        key, kind = timer.key, timer.kind
        session.delete(timer)
        session.flush()
        handler = self.behaviour.timers.get(kind)
        if handler is None:
            log.error("timer %s is of kind %s, which nobody answers", key, kind)
            return
        self._guard(turn, f"timer:{key}", kind, partial(handler, turn, timer))

    def settle(self, row: Outgoing, error: NotDelivered | None, session: Session) -> None:
        """Tell whoever wrote a letter what became of it."""
        handler = self.behaviour.outcomes.get(row.purpose or row.do)
        if handler is not None:
            turn = Turn(session, self._account, self._clock())
            self._guard(turn, f"letter:{row.key}", "outcome", partial(handler, turn, row, error))

    def _take_messages(self, turn: Turn, messages: list[Message]) -> None:
        inbox = Inbox(turn.session, self._account, turn.now, self._utterances)
        messages = [clean(message) for message in messages]
        inbox.look_up(messages)
        for message in messages:
            if inbox.is_new(message):
                self._take_message(turn, inbox, message)
        inbox.write()

    def _take_message(self, turn: Turn, inbox: Inbox, message: Message) -> None:
        known = inbox.known(message)
        try:
            reading = self.behaviour.read(message, known)
        except StorageError:
            raise
        except Exception:  # one bad message must not stop the bot
            log.exception("message %s could not be read", message.id)
            inbox.record(message, label="", rule="", topic="", score=0.0, taken="unreadable")
            turn.session.info[ACTED] = True
            with turn.session.begin_nested():
                self.behaviour.alarm(turn, message.id, "reading")
        else:
            self._take_reading(turn, inbox, reading)

    def _take_reading(self, turn: Turn, inbox: Inbox, reading: Reading) -> None:
        message, verdict = reading.message, reading.judged
        taken = ""
        answer: Callable[[], None] | None = None
        if message.own:
            taken, answer = "own", partial(self._hear_echo, turn, message)
        elif inbox.is_repeat(message):
            taken = "repeat"
        elif inbox.is_stale(message):
            taken = "stale"
        else:
            taken, answer = self._find_answer(turn, reading)
        inbox.record(
            message,
            label=verdict.label,
            rule=verdict.rule,
            topic=verdict.topic,
            score=verdict.score,
            taken=taken,
        )
        if self._trace is not None:
            self._trace(message, verdict, taken)
        if answer is not None:
            inbox.write()
            self._guard(turn, message.id, taken, answer)
            inbox.note_answered(message.sender.id)

    def _hear_echo(self, turn: Turn, message: Message) -> None:
        row = turn.outbox.unproven(message)
        if row is not None:
            row.wechat_id = message.id
            close(row, LetterState.SENT, "", turn.now)
            self.settle(row, None, turn.session)

    def _find_answer(self, turn: Turn, reading: Reading) -> tuple[str, Callable[[], None] | None]:
        for route in self.behaviour.heard(reading.standing):
            meaning = route.when(reading)
            if meaning is not None:
                log.debug("message %s taken by %s", reading.message.id, route.name)
                answer = partial(route.then, turn, reading, meaning) if route.then else None
                return route.name, answer
        return "", None

    def _take_event(self, turn: Turn, event: Heard) -> None:
        handler = self.behaviour.events.get(type(event))
        if handler is None:
            log.warning("nobody answers %s", type(event).__name__)
            return
        source = f"{type(event).__name__}:{turn.now.isoformat()}"
        self._guard(turn, source, type(event).__name__, partial(handler, turn, event))

    def _guard(self, turn: Turn, source: str, name: str, answer: Callable[[], None]) -> None:
        """Run one handler in a savepoint; where it fails, undo it alone and tell the staff."""
        turn.session.info[ACTED] = True
        try:
            with turn.session.begin_nested():
                answer()
        except Exception as error:  # one bad message must not stop the bot
            if isinstance(error, StorageError) or is_outage(error):
                raise  # the batch as a whole fails, and is tried again
            log.exception("%s could not be handled by %s", source, name)
            with turn.session.begin_nested():
                self.behaviour.alarm(turn, source, name)
