"""Event notices and answers to common questions, as config.toml plans them."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo

from bot.config.people import GroupSettings
from bot.config.recurrence import LunarMoment, SolarMoment, parse_lunar, parse_solar_term
from bot.config.section import Section
from bot.config.values import (
    Day,
    Duration,
    Identifier,
    Line,
    LocalMoment,
    Moment,
    as_text,
    parse_duration,
    read_path,
)

PICTURES: Final = {
    ".png": (b"\x89PNG\r\n\x1a\n",),
    ".jpg": (b"\xff\xd8\xff",),
    ".jpeg": (b"\xff\xd8\xff",),
    ".gif": (b"GIF87a", b"GIF89a"),
    ".webp": (b"RIFF",),
    ".bmp": (b"BM",),
}
VOICES: Final = (".mp3", ".wav", ".m4a", ".aac", ".amr", ".silk", ".sil", ".ogg")


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


def read_picture(value: Path, info: ValidationInfo) -> Path:
    """Make the path absolute and see that a picture is there; raises ValueError."""
    path = read_path(str(value), info)
    signatures = PICTURES.get(path.suffix.lower())
    if signatures is None:
        raise ValueError(f"「{value}」不是图片文件，可以用 png、jpg、gif、webp、bmp")
    if not _beginning(path, value).startswith(signatures):
        raise ValueError(f"「{value}」的内容不是{path.suffix[1:].upper()}图片，文件可能坏了")
    return path


def read_voice(value: Path, info: ValidationInfo) -> Path:
    """Make the path absolute and see that a recording is there; raises ValueError."""
    path = read_path(str(value), info)
    if path.suffix.lower() not in VOICES:
        raise ValueError(f"「{value}」不是语音文件，可以用 mp3、wav、m4a、amr、silk 等")
    if not _beginning(path, value):
        raise ValueError(f"语音文件「{value}」是空的")
    return path


def _beginning(path: Path, name: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(16)
    except OSError:
        raise ValueError(f"打不开文件「{name}」，请检查文件名（相对 config.toml）和权限") from None


def read_lunar(value: object) -> LunarMoment:
    """Read a moment of the lunar year; raises ValueError."""
    return value if isinstance(value, LunarMoment) else parse_lunar(as_text(value))


def read_solar_term(value: object) -> SolarMoment:
    """Read a moment on a solar term; raises ValueError."""
    return value if isinstance(value, SolarMoment) else parse_solar_term(as_text(value))


class SignupSettings(Section):
    """The ``[notices.signup]`` table; without a capacity everybody fits."""

    keyword: Identifier
    capacity: int | None = Field(default=None, ge=1, le=100_000)
    waitlist: bool = True


class NoticeSettings(Section):
    """One ``[[notices]]`` table; exactly one of at, rrule, lunar and solar_term says when.

    ``at``, ``start`` and ``until`` are in UTC; ``skip`` and the keys of ``move`` are local days on
    which an occurrence would fall, the values of ``move`` local moments to move it to.
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
    skip: tuple[Day, ...] = ()
    move: dict[Day, LocalMoment] = Field(default_factory=dict)
    groups: tuple[Line, ...] = Field(min_length=1)
    except_: tuple[Line, ...] = Field(default=(), alias="except")
    text: str = ""
    image: Annotated[Path, AfterValidator(read_picture)] | None = None
    voice: Annotated[Path, AfterValidator(read_voice)] | None = None
    remind: tuple[Duration, ...] = Field(default=(), max_length=10)
    promotional: bool = False
    late: Duration = parse_duration("30m")
    in_quiet_hours: InQuietHours = InQuietHours.WAIT
    approve: bool = False
    signup: SignupSettings | None = None

    def reaches(self, group: GroupSettings, room: str = "") -> bool:
        """Say whether the notice is meant for this group, or for this room of it."""
        excepted = bool(self.except_) and group.answers_to(self.except_, room)
        return group.answers_to(self.groups, room) and not excepted


class FaqSettings(Section):
    """One ``[[faq]]`` table; without groups the answer is given in every group."""

    id: Identifier
    question: tuple[Line, ...] = Field(min_length=1)
    answer: Line
    groups: tuple[Line, ...] = ()

    def serves(self, group: GroupSettings, room: str = "") -> bool:
        """Say whether this answer is given in this group, or in this room of it."""
        return not self.groups or group.answers_to(self.groups, room)
