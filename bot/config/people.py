"""The groups the bot lives in, and the staff who answer: who is who, by WeChat id alone."""

import re
from enum import StrEnum
from functools import cached_property

from bot.config.hours import parse_hours
from bot.config.section import Section
from bot.config.values import Duration, Hours, Identifier, Line, parse_duration


class GroupKind(StrEnum):
    """What a group is for."""

    FAN = "fan"
    TRAINING = "training"
    IGNORE = "ignore"


class StaffRole(StrEnum):
    """Who answers, and who is called when that takes too long."""

    AGENT = "agent"
    LEAD = "lead"


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


class StaffSettings(Section):
    """One ``[[support.staff]]`` table; without topics this person takes any."""

    id: Identifier
    name: Identifier
    role: StaffRole = StaffRole.AGENT
    topics: tuple[Identifier, ...] = ()


class SupportSettings(Section):
    """The ``[support]`` table; ``room`` is empty where the table is missing altogether."""

    room: str = ""
    hours: Hours = parse_hours("Mon-Sat 09:00-21:00")
    first_reply: Duration = parse_duration("15m")
    breach: Duration = parse_duration("1h")
    escalate: Duration = parse_duration("2h")
    staff: tuple[StaffSettings, ...] = ()
