"""The whole of config.toml as one frozen value."""

from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field

from bot.config.community import (
    AnswersSettings,
    ChannelSettings,
    CommunitySettings,
    CourseSettings,
    FriendsSettings,
    GiveawaySettings,
    JoiningSettings,
    MaterialSettings,
    OrderSettings,
    ProfilesSettings,
    QuizSettings,
    TrainingSettings,
    TraitSettings,
)
from bot.config.connection import (
    ConsoleSettings,
    DatabaseSettings,
    PaceSettings,
    Provider,
    WechatSettings,
)
from bot.config.holidays import CalendarSettings
from bot.config.notices import (
    FaqSettings,
    InQuietHours,
    NoticeSettings,
    PlanningSettings,
    Scenario,
)
from bot.config.people import (
    GroupKind,
    GroupSettings,
    StaffRole,
    StaffSettings,
    SupportSettings,
)
from bot.config.rulebook import CorrectionSettings, LexiconSettings, RuleSettings, WordSettings
from bot.config.section import Section
from bot.config.signing import SignupSettings
from bot.config.values import Line, Zone

__all__ = [
    "CalendarSettings",
    "Config",
    "ConsoleSettings",
    "DatabaseSettings",
    "FaqSettings",
    "GroupKind",
    "GroupSettings",
    "InQuietHours",
    "NoticeSettings",
    "PaceSettings",
    "PlanningSettings",
    "Provider",
    "RuleFile",
    "Scenario",
    "SignupSettings",
    "StaffRole",
    "StaffSettings",
    "SupportSettings",
    "WechatSettings",
]


class RuleFile(Section):
    """What a file named under ``include`` may hold."""

    rules: tuple[RuleSettings, ...] = ()
    words: tuple[WordSettings, ...] = ()
    lexicons: tuple[LexiconSettings, ...] = ()
    corrections: tuple[CorrectionSettings, ...] = ()
    traits: tuple[TraitSettings, ...] = ()


class Config(RuleFile):
    """The whole configuration; its rules and lists include those of the included files.

    Paths are absolute and moments aware. Ids are unique within their list, and everything that is
    referred to exists, where the value was made by ``bot.config.loader``.
    """

    timezone: Zone = "Asia/Shanghai"
    include: tuple[Line, ...] = ()
    wechat: WechatSettings = WechatSettings()
    database: DatabaseSettings = Field(default_factory=dict, validate_default=True)
    console: ConsoleSettings = ConsoleSettings()
    pace: PaceSettings = PaceSettings()
    groups: tuple[GroupSettings, ...] = ()
    support: SupportSettings = SupportSettings()
    calendar: CalendarSettings = CalendarSettings()
    planning: PlanningSettings = PlanningSettings()
    notices: tuple[NoticeSettings, ...] = ()
    faq: tuple[FaqSettings, ...] = ()
    answers: AnswersSettings = AnswersSettings()
    joining: JoiningSettings = JoiningSettings()
    friends: FriendsSettings = FriendsSettings()
    order: OrderSettings = OrderSettings()
    training: TrainingSettings = TrainingSettings()
    profiles: ProfilesSettings = ProfilesSettings()
    community: CommunitySettings = CommunitySettings()
    courses: tuple[CourseSettings, ...] = ()
    quizzes: tuple[QuizSettings, ...] = ()
    materials: tuple[MaterialSettings, ...] = ()
    giveaways: tuple[GiveawaySettings, ...] = ()
    channels: tuple[ChannelSettings, ...] = ()
    wording: dict[str, str] = Field(default_factory=dict)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone in which the community lives."""
        return ZoneInfo(self.timezone)

    @cached_property
    def managers(self) -> frozenset[str]:
        """The contact ids whose invitations and commands are obeyed."""
        return frozenset(self.wechat.managers)

    @cached_property
    def staff(self) -> dict[str, StaffSettings]:
        """The staff by contact id."""
        return {person.id: person for person in self.support.staff}

    @cached_property
    def _by_id(self) -> dict[str, GroupSettings]:
        return {group.id: group for group in self.groups if group.id is not None}

    def group_of(self, room: str, topic: str) -> GroupSettings | None:
        """Return the group a room belongs to: by its id, else by the first topic that fits."""
        found = self._by_id.get(room)
        return found or next((group for group in self.groups if group.fits(topic)), None)
