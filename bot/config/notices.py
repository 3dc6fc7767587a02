"""Event notices and answers to common questions, as config.toml plans them."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field, PlainValidator

from bot.config.contents import ManySettings
from bot.config.moments import AfterNotice, JoinMoment, parse_after, parse_after_join
from bot.config.people import GroupSettings
from bot.config.recurrence import LunarMoment, SolarMoment, parse_lunar, parse_solar_term
from bot.config.section import Section
from bot.config.signing import SignupSettings
from bot.config.values import (
    Day,
    Duration,
    Identifier,
    Line,
    LocalMoment,
    Moment,
    as_text,
    parse_duration,
)

Kind = Literal["fan", "training"]


class Scenario(StrEnum):
    """Which of the seven kinds of event a notice belongs to."""

    PROMOTION = "promotion"
    HOLIDAY = "holiday"
    RECURRING = "recurring"
    LAUNCH = "launch"
    SHOPPING_FESTIVAL = "shopping-festival"
    PUBLIC_RELATIONS = "public-relations"
    CONTENT = "content"


class InQuietHours(StrEnum):
    """What becomes of a notice that falls due in the quiet hours."""

    WAIT = "wait"
    SEND = "send"
    DROP = "drop"


def read_lunar(value: object) -> LunarMoment:
    """Read a moment of the lunar year; raises ValueError."""
    return value if isinstance(value, LunarMoment) else parse_lunar(as_text(value))


def read_solar_term(value: object) -> SolarMoment:
    """Read a moment on a solar term; raises ValueError."""
    return value if isinstance(value, SolarMoment) else parse_solar_term(as_text(value))


def read_after_join(value: object) -> JoinMoment:
    """Read how long after somebody joined; raises ValueError."""
    return value if isinstance(value, JoinMoment) else parse_after_join(as_text(value))


def read_after(value: object) -> AfterNotice:
    """Read how long after, or before, another notice; raises ValueError."""
    return value if isinstance(value, AfterNotice) else parse_after(as_text(value))


class IfMissing(StrEnum):
    """What becomes of a notice whose picture or file is gone when it falls due."""

    SEND = "send"
    DROP = "drop"


class Days(StrEnum):
    """The days on which a notice that comes again is posted, by the Chinese calendar."""

    WORKDAYS = "workdays"
    DAYS_OFF = "days-off"


class NoticeSettings(ManySettings):
    """One ``[[notices]]`` table; exactly one key says when it happens.

    ``only`` leaves out the days that are worked, or those that are not, make-up days included.
    ``at``, ``start`` and ``until`` are in UTC; ``skip`` and the keys of ``move`` are local days on
    which an occurrence would fall, the values of ``move`` local moments to move it to.
    ``variants`` replace the content in groups of one kind. ``reminder`` is what is said before,
    where the bot's own sentence does not do.
    """

    id: Identifier
    title: Line
    scenario: Scenario
    at: Moment | None = None
    rrule: Line | None = None
    start: Moment | None = None
    until: Moment | None = None
    lunar: Annotated[LunarMoment, PlainValidator(read_lunar)] | None = None
    solar_term: Annotated[SolarMoment, PlainValidator(read_solar_term)] | None = None
    after_join: Annotated[JoinMoment, PlainValidator(read_after_join)] | None = None
    after: Annotated[AfterNotice, PlainValidator(read_after)] | None = None
    only: Days | None = None
    skip: tuple[Day, ...] = ()
    move: dict[Day, LocalMoment] = Field(default_factory=dict)
    groups: tuple[Line, ...] = Field(min_length=1)
    except_: tuple[Line, ...] = Field(default=(), alias="except")
    variants: dict[Kind, ManySettings] = Field(default_factory=dict)
    if_missing: IfMissing = IfMissing.SEND
    remind: tuple[Duration, ...] = Field(default=(), max_length=10)
    reminder: str = ""
    promotional: bool = False
    late: Duration = parse_duration("30m")
    in_quiet_hours: InQuietHours = InQuietHours.WAIT
    approve: bool = False
    signup: SignupSettings | None = None

    def reaches(self, group: GroupSettings, room: str = "") -> bool:
        """Say whether the notice is meant for this group, or for this room of it."""
        excepted = bool(self.except_) and group.answers_to(self.except_, room)
        return group.answers_to(self.groups, room) and not excepted

    def content(self, kind: str) -> ManySettings:
        """Return what is said in groups of a kind."""
        return next((each for name, each in self.variants.items() if name == kind), self)


class PlanningSettings(Section):
    """The ``[planning]`` table: how much a group is told, at most.

    ``promotion_share`` is that of promotional notices in all of seven days; more is held only
    where ``strict`` says so. ``spread`` is by how much groups may hear a notice apart, at random.
    """

    promotions_a_day: int = Field(default=3, ge=0, le=100)
    least_gap: Duration = parse_duration("5m")
    promotion_share: float = Field(default=1 / 3, gt=0, le=1)
    strict: bool = False
    spread: Duration = parse_duration("10s")
    ask_ahead: Duration = parse_duration("1d")


class FaqSettings(Section):
    """One ``[[faq]]`` table; without groups the answer is given in every group.

    ``unlike`` are questions that look like these and are not to be answered so.
    """

    id: Identifier
    question: tuple[Line, ...] = Field(min_length=1)
    answer: Line
    groups: tuple[Line, ...] = ()
    unlike: tuple[Line, ...] = ()

    def serves(self, group: GroupSettings, room: str = "") -> bool:
        """Say whether this answer is given in this group, or in this room of it."""
        return not self.groups or group.answers_to(self.groups, room)
