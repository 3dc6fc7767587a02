"""What will come of the notices as they are planned: looked at before it happens."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import islice, pairwise, takewhile

from bot.config import Config
from bot.config.notices import InQuietHours, NoticeSettings
from bot.config.people import GroupSettings
from bot.config.recurrence import check_rule
from bot.config.values import write_duration
from handlers.library import Doubt
from handlers.notices.occasions import Occasions

LOOK_AHEAD = timedelta(days=366)
WEEK = timedelta(days=7)
MINUTE = timedelta(minutes=1)
LOOKED_AT = 24  # moments of one notice that are held against the quiet hours
MOST = 3_000  # moments looked at
TOLERANCE = 0.005  # a third is a third


@dataclass(frozen=True, slots=True)
class Clash:
    """Two notices that some group hears too soon one after the other, the first time they do."""

    one: NoticeSettings
    other: NoticeSettings
    at: datetime
    apart: timedelta


@dataclass(frozen=True, slots=True)
class Foresight:
    """What one configuration leads to."""

    config: Config
    occasions: Occasions

    def coming(
        self, now: datetime, count: int, notices: Sequence[NoticeSettings] | None = None
    ) -> list[tuple[datetime, NoticeSettings]]:
        """Return the next so many moments of some notices together, or of all."""
        wanted = self.config.notices if notices is None else notices
        return list(islice(self._all(wanted, now), count))

    def never_leaves(self, notice: NoticeSettings, due: datetime) -> bool:
        """Say whether a notice falls into quiet hours that outlast its patience."""
        span = self.config.pace.quiet_hours
        local = due.astimezone(self.config.zone)
        if span is None or notice.in_quiet_hours is InQuietHours.SEND or not span.covers(local):
            return False
        return notice.in_quiet_hours is InQuietHours.DROP or span.after(local) - local > notice.late

    def shares(self, now: datetime, rooms: Sequence[tuple[str, str]]) -> list[tuple[str, float]]:
        """Return for each room (id, topic) how much of the next seven days is promotion."""
        found = []
        for room, topic in rooms:
            group = self.config.group_of(room, topic)
            if group is not None:
                found.append((room, self.share(now, group, room)))
        return found

    def share(self, now: datetime, group: GroupSettings, room: str = "") -> float:
        """Return how much of what a group hears in the next seven days is promotion."""
        meant = [each for each in self.config.notices if each.reaches(group, room)]
        week = takewhile(lambda each: each[0] < now + WEEK, self._all(meant, now))
        kinds = [notice.promotional for _, notice in islice(week, MOST)]
        return sum(kinds) / len(kinds) if kinds else 0.0

    def clashes(self, now: datetime) -> Iterator[Clash]:
        """Yield pairs of notices that some group hears within the least gap, each pair once."""
        seen = set()
        soon = takewhile(
            lambda each: each[0] < now + LOOK_AHEAD, self._all(self.config.notices, now)
        )
        for (at, one), (later, other) in pairwise(islice(soon, MOST)):
            pair = (one.id, other.id)
            if later - at < self._near and one.id != other.id and pair not in seen:
                seen.add(pair)
                if any(one.reaches(group) and other.reaches(group) for group in self.config.groups):
                    yield Clash(one, other, at, later - at)

    @property
    def _near(self) -> timedelta:
        return max(MINUTE, self.config.planning.least_gap)

    def doubts(self, now: datetime) -> Iterator[Doubt]:
        """Yield what is doubtful about the plan, at the notice that shows it."""
        for clash in self.clashes(now):
            when = f"{clash.at.astimezone(self.config.zone):%m-%d %H:%M}"
            if clash.apart < MINUTE:
                text = f"和公告「{clash.one.id}」都定在 {when}，有群会同时收到；建议错开几分钟"
            else:
                gap = write_duration(self.config.planning.least_gap)
                text = f"离公告「{clash.one.id}」（{when}）太近，会推迟到隔开 {gap} 再发；建议错开"
            yield Doubt(f"notice:{clash.other.id}", "", None, text, fatal=False)
        for notice in self.config.notices:
            ahead = self.occasions.ahead(notice, now, LOOKED_AT)
            due = next((each for each in ahead if self.never_leaves(notice, each)), None)
            if due is not None:
                text = (
                    f"{due.astimezone(self.config.zone):%H:%M} 在安静时段里，late 又不够等到结束，"
                    '永远发不出去；要照发请写 in_quiet_hours = "send"'
                )
                yield Doubt(f"notice:{notice.id}", "", None, text, fatal=False)
            yield from self._without_effect(notice)
            yield from self._guessed(notice, ahead)
        yield from self._too_much_promotion(now)

    def _guessed(self, notice: NoticeSettings, ahead: Sequence[datetime]) -> Iterator[Doubt]:
        """Tell of a year whose working days nobody has published yet."""
        years = (self.occasions.guesses(notice, due) for due in ahead)
        year = next((each for each in years if each is not None), None)
        if year is not None:
            text = (
                f"{year} 年的放假和调休还没有收录，先按法定节日和周末推算；"
                "公布后请写进 [calendar] 的 off 和 work"
            )
            yield Doubt(f"notice:{notice.id}", "only", None, text, fatal=False)
        if notice.only is not None and not ahead:
            text = f'算不出任何一次：没有哪天既合规则又是 only = "{notice.only}"'
            yield Doubt(f"notice:{notice.id}", "only", None, text, fatal=False)

    def _without_effect(self, notice: NoticeSettings) -> Iterator[Doubt]:
        """Tell of days to skip or to move on which nothing would fall."""
        if notice.after_join is not None:
            return
        for key, days in (("skip", notice.skip), ("move", tuple(notice.move))):
            for number, day in enumerate(days):
                if not self.occasions.falls_on(notice, day):
                    text = f"{day} 这天本来就没有这个公告，写在 {key} 里不起作用；请检查日期"
                    index = number if key == "skip" else None
                    yield Doubt(f"notice:{notice.id}", key, index, text, fatal=False)

    def _too_much_promotion(self, now: datetime) -> Iterator[Doubt]:
        """Tell at its first promotional notice of a group that hears mostly adverts."""
        seen: set[tuple[str, tuple[str, ...]]] = set()
        most = self.config.planning.promotion_share
        for group in self.config.groups:
            promoting = [n for n in self.config.notices if n.promotional and n.reaches(group)]
            alike = (group.kind.value, tuple(n.id for n in self.config.notices if n.reaches(group)))
            if not promoting or alike in seen:
                continue
            seen.add(alike)
            share = self.share(now, group)
            if share > most + TOLERANCE:
                name = group.topic or group.id
                text = (
                    f"「{name}」接下来 7 天里促销占 {share:.0%}，只听广告的群留不住人；多发些内容"
                )
                yield Doubt(f"notice:{promoting[0].id}", "promotional", None, text, fatal=False)

    def _all(
        self, notices: Sequence[NoticeSettings], now: datetime
    ) -> Iterator[tuple[datetime, NoticeSettings]]:
        streams = (self._one(notice, now) for notice in notices)
        return merge(*streams, key=lambda each: each[0])

    def _one(
        self, notice: NoticeSettings, now: datetime
    ) -> Iterator[tuple[datetime, NoticeSettings]]:
        for moment in self.occasions.after(notice, now):
            yield moment, notice


def forecast(config: Config, now: datetime) -> list[Doubt]:
    """Say what is doubtful about the notices of a configuration, seen from a moment."""
    sound = tuple(notice for notice in config.notices if _sound(notice, config))
    known = config.model_copy(update={"notices": sound})
    return list(Foresight(known, Occasions(known)).doubts(now))


def _sound(notice: NoticeSettings, config: Config) -> bool:
    """Say whether the moments of a notice can be reckoned; what cannot is told elsewhere."""
    if notice.rrule is None or notice.start is None:
        return notice.rrule is None
    start = notice.start.astimezone(config.zone)
    try:
        check_rule(notice.rrule, start, ends=notice.until is not None)
    except ValueError:
        return False
    return True
