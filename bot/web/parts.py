"""What the console is made of; the composition root hands it over."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Protocol

from bot.clock import Clock
from bot.config import Config
from bot.config.models import NoticeSettings
from bot.errors import BotError, Fault
from bot.logs import Recent
from bot.notices.audience import Place
from bot.storage import Storage
from bot.storage.tables import Call, ServiceClock
from bot.transports import Transport
from bot.transports.memory import MemoryWeChat
from bot.turn import Turn
from bot.web.live import Live


class Conflict(BotError):  # noqa: N818
    """config.toml was changed by somebody else since; nothing was written."""


@dataclass(frozen=True, slots=True)
class Found:
    """A word that decided, and where it stands in the text."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Vote:
    """A label, the rule or list that speaks for it, and how loud; 1.0 decides."""

    label: str
    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a sentence is taken for what it is."""

    label: str
    topic: str
    severity: int
    score: float
    rule: str
    tokens: tuple[str, ...]
    matches: tuple[Found, ...]
    votes: tuple[Vote, ...]
    shadow: tuple[Vote, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the bot answered to a command; ``done`` says whether anything came of it."""

    text: str
    done: bool


@dataclass(frozen=True, slots=True)
class Proposal:
    """A text for config.toml, checked but not in force; ``config`` is None where it has faults."""

    config: Config | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class DayInfo:
    """A day of the Chinese calendar."""

    lunar: str
    festival: str
    work: bool | None  # None on an ordinary day of its kind: Monday to Friday work, weekend not
    guessed: bool = False  # holidays of this year are not published yet


@dataclass(frozen=True, slots=True)
class Shown:
    """One thing a notice says, as WeChat will show it; ``file`` is a path, or empty.

    ``detail`` is what a card says below its title; ``size`` is that of the file, in bytes.
    """

    kind: str
    text: str
    file: str
    detail: str = ""
    size: int = 0

    @property
    def name(self) -> str:
        """What the file is called."""
        return Path(self.file).name

    @property
    def suffix(self) -> str:
        """What sort of file it is, as its name says."""
        return Path(self.file).suffix.removeprefix(".").upper()[:4]


@dataclass(frozen=True, slots=True)
class Called:
    """What stages, sides and steps are called, by their values."""

    lives: Mapping[str, str]
    paths: Mapping[str, str]
    next_steps: Mapping[str, str]  # what to do next for somebody on the way to distributor
    sides: Mapping[str, str]
    breaches: Mapping[str, str]
    steps: Mapping[str, str]


class Judge(Protocol):
    """Tells what sentences are, under one configuration."""

    def __call__(self, text: str, room: str | None, topic: str) -> Explanation:
        """Explain one sentence said in a room of this topic (None: privately)."""
        ...


class Office(Protocol):
    """What the console needs from handlers and knowledge, under the configuration in force."""

    @property
    def config(self) -> Config:
        """The configuration in force."""
        ...

    @property
    def explain(self) -> Judge:
        """Tell what sentences are, under the configuration in force."""
        ...

    def judge(self, config: Config) -> Judge:
        """Compile another configuration, to see what it would make of sentences."""
        ...

    def type(self, turn: Turn, staff: str, line: str, *, source: str, room: str | None) -> Answer:
        """Do what a command does that somebody of the staff types, in a room or privately.

        ``source`` stands for the message: the same again is done once. What would be answered in
        WeChat is returned instead.
        """
        ...

    def check(self, text: str, *, rules: bool = True) -> Proposal:
        """Check a text for config.toml as ``qunkeeper check`` does, without saving it.

        Without ``rules`` it is not looked into what the rules mean: for who changed none.
        """
        ...

    def own_rules(self) -> int:
        """Count the rules of config.toml itself; those of the files it includes come behind."""
        ...

    def saved(self) -> Mapping[Path, str]:
        """Read config.toml as it stands on the disk, under its path."""
        ...

    async def publish(self, text: str, *, over: str, who: str, note: str) -> int:
        """Put a text for config.toml into force and onto the disk; return its revision.

        ``over`` is the fingerprint of the text it was made from. Raises Conflict where config.toml
        is another one by now, ConfigError where the text has faults.
        """
        ...

    def day(self, day: date) -> DayInfo:
        """Describe a day."""
        ...

    def occurrences(
        self,
        notice: NoticeSettings,
        start: datetime,
        end: datetime,
        *,
        under: Config | None = None,
    ) -> Sequence[datetime]:
        """List when a notice falls due between two moments, under a configuration not in force."""
        ...

    def lasts(self, notice: NoticeSettings, places: Sequence[Place]) -> timedelta:
        """Return how long posting a notice in these rooms takes at most."""
        ...

    def preview(
        self, notice: NoticeSettings, kind: str, group: str, due: datetime
    ) -> Sequence[Shown]:
        """Return what a notice will say in a group of this kind and name."""
        ...

    def promised(self, clock: ServiceClock, severity: int, now: datetime) -> datetime | None:
        """Return when what a clock counts is promised, service hours reckoned; None: it stands."""
        ...

    def topic(self, topic: str) -> str:
        """Name a topic of complaints for people."""
        ...

    @property
    def called(self) -> Called:
        """Name what is kept of life in the groups."""
        ...

    def letter(self, turn: Turn, end: date) -> str:
        """Write the weekly letter of the seven days before a local day; nothing is sent."""
        ...

    def missing(self, turn: Turn, call: Call) -> Sequence[str]:
        """List who owes an answer to a roll-call."""
        ...

    def sentence(self, key: str) -> str:
        """Return a sentence of the bot as it is in force."""
        ...


class Wake(Protocol):
    """Tells the bot that there is something to do."""

    def __call__(self) -> None:
        """Let it look now."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything the console needs; nothing else of the bot is visible to it."""

    storage: Storage
    account: int
    clock: Clock
    office: Office
    live: Live
    transport: Transport
    wake: Wake
    started: datetime
    uploads: Path
    errors: Recent
    cache: Path | None = None  # where compiled pages are kept from one start to the next

    @property
    def town(self) -> MemoryWeChat | None:
        """The simulated WeChat, where that is what the bot lives in."""
        return self.transport if isinstance(self.transport, MemoryWeChat) else None
