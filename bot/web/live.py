"""What open pages are told: that something changed, by subject, and who else looks at a ticket."""

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

log = logging.getLogger(__name__)

BEAT = 15.0  # seconds between signs of life, so that a dead line is noticed
PAUSE = 0.1  # seconds in which many commits are told as one
TURN = "turn"  # told after every turn, whatever it changed
PRESENCE = "presence"  # somebody else looks at the same ticket, or does no more

Look = Callable[[], Awaitable[Mapping[str, str]]]


@dataclass(eq=False, slots=True)
class Page:
    """One open page: whose it is, which ticket it shows, and of what it wants to hear.

    Without ``hears`` it hears of everything.
    """

    name: str
    ticket: int | None = None
    hears: frozenset[str] = frozenset()
    stirred: asyncio.Event = field(default_factory=asyncio.Event)
    _waiting: dict[str, None] = field(default_factory=dict)

    def tell(self, event: str) -> None:
        """Keep an event until it is taken; one that already waits is not told twice."""
        if not self.hears or event in self.hears or event == PRESENCE:
            self._waiting[event] = None
            self.stirred.set()

    def take(self) -> list[str]:
        """Take what waits, in its order."""
        events = list(self._waiting)
        self._waiting.clear()
        self.stirred.clear()
        return events


class Live:
    """The open pages of one console.

    ``stir`` says that something may have been committed; one look at the database then finds out
    for all pages together which subjects changed. ``look`` maps each subject to a mark that
    differs whenever the subject does.
    """

    def __init__(self, look: Look, *, pause: float = PAUSE, beat: float = BEAT) -> None:
        self._look = look
        self._pause = pause
        self._beat = beat
        self._stirred = asyncio.Event()
        self._pages: set[Page] = set()
        self._marks: Mapping[str, str] = {}
        self._closed = False

    def __len__(self) -> int:
        """Count the open pages."""
        return len(self._pages)

    def stir(self) -> None:
        """Say that something may have changed."""
        self._stirred.set()

    def tell(self, subject: str) -> None:
        """Tell every page that a subject changed."""
        for page in self._pages:
            page.tell(subject)

    def viewers(self, ticket: int, *, but: str) -> list[str]:
        """Name who else has this ticket on the screen."""
        return sorted({p.name for p in self._pages if p.ticket == ticket and p.name != but})

    async def run(self) -> None:
        """Find out after each stir what changed, and tell it; until cancelled."""
        while True:
            await self._stirred.wait()
            self._stirred.clear()
            if self._pages:
                await self._tell_changes()
            await asyncio.sleep(self._pause)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        for page in self._pages:
            page.stirred.set()

    async def stream(self, page: Page) -> AsyncIterator[str]:
        """Yield server-sent events for one page until it goes or the console closes."""
        with self._open(page):
            if len(self._pages) == 1:
                await self._changes()  # before a page says hello it shows no older state than this
            yield _event("hello")
            while not self._closed:
                try:
                    await asyncio.wait_for(page.stirred.wait(), self._beat)
                except TimeoutError:
                    yield ": beat\n\n"
                    continue
                if events := page.take():
                    yield "".join(map(_event, events))

    @contextmanager
    def _open(self, page: Page) -> Iterator[None]:
        self._pages.add(page)
        self._tell_presence(page)
        try:
            yield
        finally:
            self._pages.discard(page)
            self._tell_presence(page)

    def _tell_presence(self, page: Page) -> None:
        for other in self._pages:
            if page.ticket is not None and other.ticket == page.ticket and other is not page:
                other.tell(PRESENCE)

    async def _tell_changes(self) -> None:
        for subject in (*await self._changes(), TURN):
            self.tell(subject)

    async def _changes(self) -> list[str]:
        """List the subjects that changed since the last look."""
        try:
            marks = await self._look()
        except Exception:  # a page that is late must not stop the bot
            log.exception("cannot find out what changed for the open pages")
            return []
        changed = [subject for subject, mark in marks.items() if self._marks.get(subject) != mark]
        self._marks = marks
        return changed


def _event(name: str) -> str:
    return f"event: {name}\ndata: 1\n\n"
