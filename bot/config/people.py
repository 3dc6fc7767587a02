"""The groups the bot lives in, and the staff who answer: who is who, by WeChat id alone."""

import re
from datetime import date, time
from enum import StrEnum
from functools import cached_property
from typing import Annotated, Any

from pydantic import AfterValidator, Field, PlainValidator

from bot.config.hours import parse_clock
from bot.config.section import Section
from bot.config.values import (
    Duration,
    Hours,
    Identifier,
    Line,
    as_text,
    parse_day,
    parse_duration,
)

SHORTEST_NAME = 2  # a single character stands in too many other words


class GroupKind(StrEnum):
    """What a group is for."""

    FAN = "fan"
    TRAINING = "training"
    IGNORE = "ignore"


class StaffRole(StrEnum):
    """Who answers, and who is called when that takes too long."""

    AGENT = "agent"
    LEAD = "lead"


def read_days_off(value: Any) -> tuple[date, date]:
    """Read a day or a stretch of days, both ends included; raises ValueError."""
    if isinstance(value, tuple):
        return value
    first, _, last = as_text(value).partition("..")
    days = (parse_day(first), parse_day(last or first))
    if days[1] < days[0]:
        raise ValueError(f"「{value}」的结束早于开始，请把两个日期对调")
    return days


def read_time_of_day(value: Any) -> time | None:
    """Read a time of the day, or "" for never; raises ValueError."""
    if value is None or isinstance(value, time):
        return value
    text = as_text(value)
    return parse_clock(text) if text.strip() else None


def check_name(value: str) -> str:
    """Refuse a name that would be found everywhere; raises ValueError."""
    if len(value.strip()) < SHORTEST_NAME:
        raise ValueError(f"「{value}」太短，称呼至少要 {SHORTEST_NAME} 个字，不然到处都会误认")
    return value.strip()


DaysOff = Annotated[tuple[date, date], PlainValidator(read_days_off)]
TimeOfDay = Annotated[time | None, PlainValidator(read_time_of_day)]
Called = Annotated[str, AfterValidator(check_name)]
Share = Annotated[float, Field(gt=0, le=1)]
Seconds = Annotated[float, Field(ge=0, le=60)]


class GroupSettings(Section):
    """One ``[[groups]]`` table: a room by its id, or every room whose topic fits a pattern."""

    id: Identifier | None = None
    topic: Line | None = None
    kind: GroupKind
    tags: tuple[Identifier, ...] = ()

    @cached_property
    def _pattern(self) -> re.Pattern[str] | None:
        """The topic as an expression: ``*`` is anything, ``?`` one character, the rest itself."""
        if self.topic is None:
            return None
        pieces = re.split(r"([*?])", self.topic)
        joker = {"*": ".*", "?": "."}
        return re.compile("".join(joker.get(p) or re.escape(p) for p in pieces), re.DOTALL)

    def fits(self, topic: str) -> bool:
        """Say whether a room of this topic is meant by the pattern."""
        return self._pattern is not None and self._pattern.fullmatch(topic) is not None

    def answers_to(self, audience: tuple[str, ...], room: str = "") -> bool:
        """Say whether one of these kinds, ids or tags means this group, or this room of it."""
        names = {self.kind.value, self.id, room, *self.tags}
        return self.kind is not GroupKind.IGNORE and not names.isdisjoint(audience)


class PersonSettings(Section):
    """Somebody who may be named in a complaint, and then does not see it."""

    id: Identifier
    name: Identifier
    aliases: tuple[Called, ...] = ()


class StaffSettings(PersonSettings):
    """One ``[[support.staff]]`` table; without topics this person takes any.

    ``hours`` are those of the desk where they are left out; ``off`` are days without work.
    """

    role: StaffRole = StaffRole.AGENT
    topics: tuple[Identifier, ...] = ()
    hours: Hours | None = None
    off: tuple[DaysOff, ...] = ()


class DistributorSettings(PersonSettings):
    """One ``[[support.distributors]]`` table: who is no staff, and named by members."""

    name: Called


class SnippetSettings(Section):
    """One ``[[support.snippets]]`` table: an answer that staff send by its name."""

    key: Identifier
    text: Line


class SupportSettings(Section):
    """The ``[support]`` table; ``room`` is empty where the table is missing altogether.

    Promises to the member and ``idle`` count service time only; the other lengths count all.
    """

    room: str = ""
    hours: Hours = "Mon-Sat 09:00-21:00"
    first_reply: Duration = parse_duration("15m")
    next_reply: Duration = parse_duration("30m")
    breach: Duration = parse_duration("1h")
    escalate: Duration = parse_duration("2h")
    to_manager: Duration = parse_duration("4h")
    resolution: Duration = parse_duration("24h")
    urgent: Share = 0.5
    idle: Duration = parse_duration("30m")
    calm: Duration = parse_duration("30m")
    fold: Seconds = 4.0
    incident_size: int = Field(default=3, ge=2, le=100)
    incident_window: Duration = parse_duration("10m")
    accept_within: Duration = parse_duration("2h")
    silence: Duration = parse_duration("3d")
    digest: TimeOfDay = time(20, 45)
    webhook: bool = False
    staff: tuple[StaffSettings, ...] = ()
    distributors: tuple[DistributorSettings, ...] = ()
    snippets: tuple[SnippetSettings, ...] = ()

    @property
    def people(self) -> tuple[PersonSettings, ...]:
        """Everybody whom a complaint may be about."""
        return (*self.staff, *self.distributors)
