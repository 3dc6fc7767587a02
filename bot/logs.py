"""How the program writes its log: ids and states, never what people said."""

import logging
import sys
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TextIO

import structlog


def configure(*, level: int = logging.INFO, out: TextIO = sys.stderr) -> None:
    """Send everything logged to ``out``: readable on a terminal, JSON elsewhere."""
    shared: list[structlog.typing.Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=False),
    ]
    last: structlog.typing.Processor = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if out.isatty()
        else structlog.processors.JSONRenderer(ensure_ascii=False)
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            last,
        ],
    )
    handler = logging.StreamHandler(out)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for chatty in ("alembic", "watchfiles", "uvicorn"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True)
class Trouble:
    """An error as it was logged; ``kind`` is the class of the exception, where there was one."""

    number: int
    at: datetime
    where: str
    what: str
    kind: str


class Recent(logging.Handler):
    """Holds the last errors until somebody takes them to keep; ``count`` never falls.

    Numbers go on from ``last``, that of the last error known from before the start.
    """

    def __init__(self, last: int = 0, *, most: int = 50) -> None:
        super().__init__(logging.ERROR)
        self.count = 0
        self._last = last
        self._troubles: deque[Trouble] = deque(maxlen=most)
        self._stir: Callable[[], None] | None = None

    def __iter__(self) -> Iterator[Trouble]:
        """Yield those that nobody has kept yet, the newest first."""
        return reversed(tuple(self._troubles))

    def kept(self, number: int) -> None:
        """Let go of the errors up to this number: they are kept elsewhere."""
        while self._troubles and self._troubles[0].number <= number:
            self._troubles.popleft()

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record: its words as they were logged, of an exception only the class."""
        self.count += 1
        error = record.exc_info[0] if record.exc_info else None
        trouble = Trouble(
            number=self._last + self.count,
            at=datetime.fromtimestamp(record.created, UTC),
            where=record.name,
            what=record.getMessage(),
            kind=error.__name__ if error is not None else "",
        )
        self._troubles.append(trouble)
        if self._stir is not None:
            self._stir()

    @contextmanager
    def listening(self, stir: Callable[[], None]) -> Iterator[None]:
        """Listen to everything that is logged; ``stir`` is called, from any thread, for each."""
        self._stir = stir
        root = logging.getLogger()
        root.addHandler(self)
        try:
            yield
        finally:
            root.removeHandler(self)
