"""The back office that the console sees: handlers and knowledge, behind plain calls."""

import datetime as dt
from collections.abc import Mapping, Sequence
from itertools import islice, takewhile
from pathlib import Path

from bot.cli.force import InForce, type_command
from bot.cli.publishing import Publisher
from bot.config import Config
from bot.config.models import NoticeSettings
from bot.desk.service import stretches
from bot.message import Contact
from bot.notices.audience import Place
from bot.storage.tables import Call, ClockKind, ServiceClock
from bot.turn import Turn
from bot.web.parts import Answer, Called, DayInfo, Judge, Proposal, Shown
from handlers.community import moderation, paths
from handlers.community.dossier import CALLED as STAGES, LIVES, SIDES
from handlers.library import calendar as calendar_of
from handlers.notices.content import compose, values
from handlers.notices.occasions import Occasions
from handlers.sentences import SENTENCES
from handlers.wording import topic_name
from knowledge.calendar import Calendar

MOST = 500  # moments of one notice that are looked at
CALLED = Called(
    lives={str(life): called for life, called in LIVES.items()},
    paths={str(path): called for path, called in STAGES.items()},
    next_steps={str(path): step for path, step in paths.NEXT.items()},
    sides={str(side): called for side, called in SIDES.items()},
    breaches=moderation.NAMES,
    steps=moderation.STEPS,
)


class BackOffice:
    """What the console needs, under whatever configuration is in force."""

    def __init__(self, force: InForce, publisher: Publisher) -> None:
        self._force = force
        self._publisher = publisher
        self._days: tuple[Config, Calendar] | None = None

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self._force.now.config

    @property
    def explain(self) -> Judge:
        """What tells sentences apart now."""
        return self._force.now

    def judge(self, config: Config) -> Judge:
        """Compile another configuration."""
        return self._force.compile(config)

    def type(self, turn: Turn, staff: str, line: str, *, source: str, room: str | None) -> Answer:
        """Do what a command does that somebody of the staff types."""
        by = Contact(staff, turn.directory.name(staff))
        return type_command(self._force.now, turn, line, by=by, source=source, room=room)

    def check(self, text: str, *, rules: bool = True) -> Proposal:
        """Check a text for config.toml."""
        return self._publisher.check(text, rules=rules)

    def own_rules(self) -> int:
        """Count the rules of config.toml itself."""
        return self._publisher.own_rules()

    def saved(self) -> Mapping[Path, str]:
        """Read what stands on the disk."""
        return self._publisher.saved()

    async def publish(self, text: str, *, over: str, who: str, note: str) -> int:
        """Put a text for config.toml into force."""
        return await self._publisher.publish(text, over=over, who=who, note=note)

    def day(self, day: dt.date) -> DayInfo:
        """Describe a day of the Chinese calendar."""
        if self._days is None or self._days[0] is not self.config:
            self._days = (self.config, calendar_of(self.config))
        calendar = self._days[1]
        lunar = calendar.lunar(day)
        festival = calendar.holiday(day) or calendar.solar_term(day) or ""
        ordinary = day.weekday() < 5  # noqa: PLR2004 - Monday to Friday
        work = calendar.is_workday(day)
        guessed = not calendar.known(day.year)
        return DayInfo(lunar.text, festival, None if work == ordinary else work, guessed)

    def occurrences(
        self,
        notice: NoticeSettings,
        start: dt.datetime,
        end: dt.datetime,
        *,
        under: Config | None = None,
    ) -> Sequence[dt.datetime]:
        """List when a notice falls due."""
        occasions = Occasions(under or self.config)
        moments = occasions.after(notice, start - dt.timedelta(microseconds=1))
        return list(islice(takewhile(lambda moment: moment < end, moments), MOST))

    def lasts(self, notice: NoticeSettings, places: Sequence[Place]) -> dt.timedelta:
        """Return how long posting takes at most."""
        return self._force.now.planning.commands.previews.longest(notice, list(places))

    def preview(
        self, notice: NoticeSettings, kind: str, group: str, due: dt.datetime
    ) -> Sequence[Shown]:
        """Return what a notice will say."""
        filled = values(notice, group, due.astimezone(self.config.zone))
        return [
            Shown(
                kind=str(piece.kind),
                text=piece.text,
                file=piece.file,
                detail=piece.data.get("description", "") or piece.data.get("url", ""),
                size=Path(piece.file).stat().st_size if piece.file else 0,
            )
            for piece in compose(notice, kind, filled)
        ]

    def promised(self, clock: ServiceClock, severity: int, now: dt.datetime) -> dt.datetime | None:
        """Return when what a clock counts is promised; None where it stands."""
        if clock.since is None:
            return None
        support = self._force.now.support
        hours = support.roster.hours
        waited = sum((hours.elapsed(*each) for each in stretches(clock, now)), dt.timedelta())
        left = support.service.promise(ClockKind(clock.kind), severity) - waited
        return hours.add(now, left) if left > dt.timedelta() else now + left

    @property
    def called(self) -> Called:
        """Name what is kept of life in the groups."""
        return CALLED

    def letter(self, turn: Turn, end: dt.date) -> str:
        """Write the weekly letter."""
        return self._force.now.life.figures.letters.write(turn, end)

    def missing(self, turn: Turn, call: Call) -> Sequence[str]:
        """List who owes an answer."""
        return self._force.now.life.training.missing(turn, call)

    def topic(self, topic: str) -> str:
        """Name a topic."""
        return topic_name(topic)

    def sentence(self, key: str) -> str:
        """Return a sentence as it is said now."""
        return self.config.wording.get(key, SENTENCES[key])
