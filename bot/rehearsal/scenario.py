"""A scenario: read whole, checked whole, and only then played."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from bot.errors import ConfigError, Fault, reason
from bot.message import Contact
from bot.rehearsal.events import End, Event, Says, WorldBegins
from bot.rehearsal.lines import EXAMPLES, Line, parse
from bot.rehearsal.references import References
from bot.transports.memory import RoomPlan, Setting


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a scenario at its moment, in UTC."""

    line: int
    at: datetime
    event: Event


@dataclass(frozen=True, slots=True)
class Scenario:
    """A world and what happens in it; the moments of its steps never go back."""

    file: Path
    setting: Setting
    start: datetime
    steps: tuple[Step, ...]


def read_scenario(file: Path) -> Scenario:
    """Read a scenario; raises ConfigError with every fault of the file at once."""
    reader = _Reader(file)
    for line in _lines(file):
        reader.take(line)
    return reader.scenario()


def _lines(file: Path) -> Iterator[Line]:
    """Yield the lines that say something."""
    try:
        content = file.read_bytes()
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        number = content.count(b"\n", 0, error.start) + 1
        raise ConfigError([Fault(file, number, 1, "不是 UTF-8 文字，请另存为 UTF-8")]) from error
    except OSError as error:
        text = f"读不到这个文件（{reason(error)}），请检查路径"
        raise ConfigError([Fault(file, 1, 1, text)]) from error
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            yield Line(file, number, line.rstrip("\r"))


class _Reader:
    """Takes the lines in their order; a line that cannot be read costs no other its check."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._faults: list[Fault] = []
        self._world: WorldBegins | None = None
        self._references: References | None = None
        self._now: datetime | None = None
        self._steps: list[Step] = []
        self._begun = self._ended = False

    def take(self, line: Line) -> None:
        """Read one line, and remember what it says or what is wrong with it."""
        first, self._begun = not self._begun, True
        event = parse(line)
        if isinstance(event, list):
            self._faults += event
            return
        self._faults += self._order(line, event, first=first)
        at = self._moment(line, event, first=first)
        if isinstance(event, WorldBegins):
            self._begin(line, event)
            return
        if self._references is not None:
            self._faults += self._references.check(line, event)
        self._ended = self._ended or isinstance(event, End)
        if at is not None:
            self._steps.append(Step(line.number, at, event))

    def scenario(self) -> Scenario:
        """Return what was read, or raise what is wrong."""
        if not self._begun:
            text = '剧本是空的：第一行请写世界，例如 {"event": "world", "at": …, "bot": {…}}'
            self._faults.append(Fault(self._file, 1, 1, text))
        if self._faults or self._world is None or self._world.at is None:
            raise ConfigError(sorted(self._faults))
        setting = _setting(self._world)
        return Scenario(self._file, setting, self._world.at, tuple(_numbered(self._steps)))

    def _begin(self, line: Line, world: WorldBegins) -> None:
        self._world = self._world or world
        self._references = self._references or References(world)
        self._faults += References(world).check_world(line, world)

    def _order(self, line: Line, event: Event, *, first: bool) -> Iterator[Fault]:
        if first != isinstance(event, WorldBegins):
            what = '第一行要写世界："event": "world"' if first else "world 只能写在第一行，请删去"
            yield line.fault(("event",), what)
        if self._ended:
            yield line.fault((), "end 之后不能再有别的行，请把 end 移到最后")

    def _moment(self, line: Line, event: Event, *, first: bool) -> datetime | None:
        """Work out when a line happens; None where it does not say so."""
        if (event.at is None) == (event.after is None):
            text = "“at” 和 “after” 要写其中一个，例如 "
            self._faults.append(line.fault((), text + EXAMPLES["at"]))
            return None
        if event.at is None and first:
            text = f"第一行没有上一行，请写 {EXAMPLES['at']}"
            self._faults.append(line.fault(("after",), text))
            return None
        at = event.at or self._later(event.after or 0.0)
        if at is not None and self._now is not None and at < self._now:
            zone = datetime.fromisoformat(json.loads(line.text)["at"]).tzinfo
            least = self._now.astimezone(zone).isoformat()
            text = f"时间倒流了：比前面的行早，请写不早于 {least} 的时间"
            self._faults.append(line.fault(("at",), text))
            return None
        self._now = at or self._now
        return at

    def _later(self, seconds: float) -> datetime | None:
        """Add to the moment of the line before; None where that is not known."""
        return None if self._now is None else self._now + timedelta(seconds=seconds)


def _numbered(steps: list[Step]) -> Iterator[Step]:
    """Give every message without an id the next of m1, m2 … that no line uses itself."""
    given = {step.event.id for step in steps if isinstance(step.event, Says)}
    number = 0
    for step in steps:
        if not isinstance(step.event, Says) or step.event.id is not None:
            yield step
            continue
        number += 1
        while f"m{number}" in given:
            number += 1
        event = step.event.model_copy(update={"id": f"m{number}"})
        yield Step(step.line, step.at, event)


def _setting(world: WorldBegins) -> Setting:
    people = tuple(
        Contact(person.id, person.name, person.friend)
        for person in world.contacts
        if person.id != world.bot.id
    )
    rooms = tuple(
        RoomPlan(room.id, room.topic, room.owner, room.members, room.admins) for room in world.rooms
    )
    return Setting(Contact(world.bot.id, world.bot.name), people, rooms)
