"""Life in the groups, as config.toml plans it: joining, answers, order, lessons, profiles."""

from datetime import timedelta
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import AfterValidator, Field, PlainValidator, ValidationInfo

from bot.config.documents import Documents, read_documents
from bot.config.hours import WEEKDAYS, parse_span
from bot.config.people import GroupSettings, TimeOfDay, read_time_of_day
from bot.config.section import Section
from bot.config.values import (
    Duration,
    Identifier,
    Line,
    Moment,
    QuietHours,
    parse_duration,
    read_path,
)

LONGEST_DAY_COUNT: Final = 1000
SHARED_FREELY: Final = (
    "weixin.qq.com",
    "docs.qq.com",
    "taobao.com",
    "tmall.com",
    "jd.com",
    "douyin.com",
    "bilibili.com",
    "xiaohongshu.com",
)


def read_wait(value: Any) -> timedelta:
    """Read a duration, or "0s" for none at all; raises ValueError."""
    if isinstance(value, str) and value.strip() in ("0", "0s", "0m"):
        return timedelta(0)
    return parse_duration(value)


def read_file(value: Path, info: ValidationInfo) -> Path:
    """Make the path absolute and see that the file is there; raises ValueError."""
    path = read_path(str(value), info)
    if not path.is_file():
        raise ValueError(f"没有文件「{value}」，请检查文件名（相对 config.toml）")
    return path


def read_domain(value: str) -> str:
    """Read a domain without scheme and path; raises ValueError."""
    text = value.strip().lower()
    if not text or "/" in text or ":" in text or "." not in text:
        raise ValueError(f"「{value}」不是域名，要写成 mp.weixin.qq.com 这样，不带 https:// 和路径")
    return text.removeprefix("www.")


def read_share(value: Any) -> float:
    """Read a share between 0 and 1; raises ValueError."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value <= 1:
        raise ValueError(f"「{value}」要写成 0 到 1 之间的小数，例如 0.6")
    return float(value)


def check_weekday(value: str) -> str:
    """Refuse what is no weekday; raises ValueError."""
    if value not in WEEKDAYS:
        raise ValueError(f"「{value}」不是星期，请写 {' '.join(WEEKDAYS)} 之一")
    return value


Weekday = Annotated[str, AfterValidator(check_weekday)]
Wait = Annotated[timedelta, PlainValidator(read_wait)]
Count = Annotated[int, Field(ge=0, le=LONGEST_DAY_COUNT)]
AtLeastOne = Annotated[int, Field(ge=1, le=LONGEST_DAY_COUNT)]
Domain = Annotated[str, AfterValidator(read_domain)]
Share = Annotated[float, PlainValidator(read_share)]


class FriendRule(StrEnum):
    """Whose friend requests are accepted without asking a manager."""

    ALL = "all"
    MEMBERS = "members"
    NOBODY = "nobody"


class OrderMode(StrEnum):
    """Whether breaches of order are acted on, only recorded, or not looked for."""

    LIVE = "live"
    SHADOW = "shadow"
    OFF = "off"


class Breach(StrEnum):
    """What breaks the order of a group."""

    AD = "ad"
    CONTACT = "contact"
    LINK = "link"
    MINI_PROGRAM = "mini-program"
    RED_ENVELOPE = "red-envelope"
    FLOOD = "flood"
    COPY = "copy"


class Side(StrEnum):
    """The six sides by which a community knows its people."""

    BASICS = "basics"
    SPENDING = "spending"
    BEHAVIOUR = "behaviour"
    SOCIAL = "social"
    ATTITUDE = "attitude"
    INTEREST = "interest"


class JoiningSettings(Section):
    """The ``[joining]`` table: how newcomers are met."""

    greet_after: Wait = timedelta(seconds=15)
    at_most_late: Duration = parse_duration("6h")
    keyword: Identifier = "新人指南"
    invite_privately: bool = True
    about: dict[str, Line] = Field(default_factory=dict)
    best_of: Duration = parse_duration("28d")
    credit_after: Duration = parse_duration("3d")


class FriendsSettings(Section):
    """The ``[friends]`` table: which friend requests are accepted, and how fast."""

    accept: FriendRule = FriendRule.ALL
    words: tuple[Line, ...] = ()
    gap: Wait = timedelta(seconds=40)
    per_day: AtLeastOne = 50


class AnswersSettings(Section):
    """The ``[answers]`` table: when the bot answers by itself."""

    enabled: bool = True
    same_answer: Wait = timedelta(minutes=5)
    between: Wait = timedelta(seconds=20)
    per_hour: AtLeastOne = 20
    to_human: bool = True
    weekly: TimeOfDay = read_time_of_day("09:30")
    folder: Annotated[Documents, PlainValidator(read_documents)] = Documents()


class OrderSettings(Section):
    """The ``[order]`` table: what breaks the order of a group, and what follows."""

    mode: OrderMode = OrderMode.LIVE
    kinds: tuple[Line, ...] = ("fan", "training")
    forbid: tuple[Breach, ...] = tuple(Breach)
    trial: Wait = timedelta(days=7)
    expire: Duration = parse_duration("30d")
    grace: Wait = timedelta(minutes=1)
    flood: AtLeastOne = 8
    flood_window: Duration = parse_duration("1m")
    copies: AtLeastOne = 3
    copies_window: Duration = parse_duration("10m")
    allowed_domains: tuple[Domain, ...] = SHARED_FREELY
    allowed_programs: tuple[Line, ...] = ("接龙", "腾讯文档", "金山文档")
    trusted: tuple[Identifier, ...] = ()
    remove: bool = True
    night: QuietHours = parse_span("23:00-07:00")

    def allows(self, url: str) -> bool:
        """Say whether a link leads to an allowed domain, or below one."""
        host = url.partition("://")[2] or url
        host = host.split("/", 1)[0].rsplit("@", 1)[-1].split(":", 1)[0].lower()
        return any(host == d or host.endswith(f".{d}") for d in self.allowed_domains)


class ProfilesSettings(Section):
    """The ``[profiles]`` table: how long what was noticed is believed, and when stages change."""

    expire: Duration = parse_duration("90d")
    engaged_days: AtLeastOne = 3
    leaving_after: Duration = parse_duration("30d")


class TraitSettings(Section):
    """One ``[[traits]]`` table: words that say something about who uses them."""

    side: Side
    name: Identifier
    words: tuple[Line, ...] = Field(min_length=1)
    none: tuple[Line, ...] = ()
    said: AtLeastOne = 1
    makes: str = ""


class GiveawaySettings(Section):
    """One ``[[giveaways]]`` table: a gift that draws people, so that they can be told apart."""

    id: Identifier
    title: Line
    start: Moment
    end: Moment
    groups: tuple[Line, ...] = ("fan",)
    words: tuple[Line, ...] = ()
    notice: str = ""

    def reaches(self, group: GroupSettings, room: str = "") -> bool:
        """Say whether the gift is given in this group, or in this room of it."""
        return group.answers_to(self.groups, room)


class ChannelSettings(Section):
    """One ``[[channels]]`` table: words handed out in one place, so that who says one came there.

    Somebody came through it whose friend request holds one of them, or what he says first.
    """

    id: Identifier
    title: Line
    words: tuple[Identifier, ...] = Field(min_length=1)


class TrainingSettings(Section):
    """The ``[training]`` table: receipts, homework and names in training groups."""

    receipts: tuple[Line, ...] = ("收到", "已学习", "已学完", "已完成")
    homework: Line = "交作业"
    chase_after: Duration = parse_duration("4h")
    chases_a_day: Count = 30
    nickname: tuple[Line, ...] = ()
    stuck_after: Duration = parse_duration("14d")
    dormant_after: Duration = parse_duration("30d")


class CourseSettings(Section):
    """One ``[[courses]]`` table: notices that make a course, in their order."""

    id: Identifier
    title: Line
    lessons: tuple[Identifier, ...] = Field(min_length=1)
    homework: AtLeastOne | None = None


class QuizSettings(Section):
    """One ``[[quizzes]]`` table: a question with its choices; ``answer`` is a letter of them."""

    id: Identifier
    question: Line
    choices: tuple[Line, ...] = Field(min_length=2, max_length=8)
    answer: Line
    explanation: str = ""
    open_for: Duration = parse_duration("10m")

    @property
    def letters(self) -> str:
        """The letters of the choices, in order."""
        return "ABCDEFGH"[: len(self.choices)]


class MaterialSettings(Section):
    """One ``[[materials]]`` table: what is handed out at a keyword, such as a group's rules."""

    id: Identifier
    keyword: tuple[Identifier, ...] = Field(min_length=1)
    text: str = ""
    file: Annotated[Path, AfterValidator(read_file)] | None = None
    groups: tuple[Line, ...] = ()

    def serves(self, group: GroupSettings, room: str = "") -> bool:
        """Say whether it is handed out in this group, or in this room of it."""
        return not self.groups or group.answers_to(self.groups, room)


class CommunitySettings(Section):
    """The ``[community]`` table: how long words are kept, and when managers get their letter."""

    keep_messages: Duration = parse_duration("180d")
    letter: bool = True
    letter_day: Weekday = "Mon"
    letter_time: TimeOfDay = read_time_of_day("09:00")
