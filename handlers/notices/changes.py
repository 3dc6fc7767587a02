"""What people did and heard stays with a notice whose time or id is changed in config.toml."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.notices.renaming import rename
from bot.storage.tables import Occasion
from bot.turn import Turn
from handlers.notices.gatherings import OPEN_AT_MOST
from handlers.notices.occasions import Occasions
from handlers.notices.plans import INSTANT, Plans
from handlers.notices.tidings import Tidings
from handlers.wording import Wording

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Changes:
    """What becomes of the past when a configuration is put in force."""

    config: Config
    say: Wording
    plans: Plans
    tidings: Tidings

    def rename(self, turn: Turn) -> None:
        """Let a notice go on under its new id: one of the same title, at the same moment."""
        known = {notice.id for notice in self.config.notices}
        for old in turn.notices.strangers(known, turn.now - OPEN_AT_MOST):
            heirs = [
                each
                for each in self.config.notices
                if each.title == old.title
                and self._happens(turn, each, old.due_at)
                and not turn.notices.heard_of(each.id)
            ]
            if len(heirs) == 1:
                rename(turn.session, turn.account, old.notice, heirs[0].id)

    def _happens(self, turn: Turn, notice: NoticeSettings, due: datetime) -> bool:
        return self.plans.next_moment(turn, notice, due - INSTANT) == due

    def rebook(self, turn: Turn) -> None:
        """Let sign-ups follow an event whose time was changed, and tell managers of it."""
        for notice in self.config.notices:
            if notice.signup is None:
                continue
            for due, people in turn.signups.stranded(notice.id, at=notice.at).items():
                target = self._follows(turn, notice, due)
                if target is not None:
                    turn.signups.rebook(notice.id, due, target)
                self._tell(turn, notice, people, (due, target))

    def _follows(self, turn: Turn, notice: NoticeSettings, due: datetime) -> datetime | None:
        """Return when what was planned for a moment takes place now; None where it does not."""
        if notice.rrule is None:
            ahead = self.plans.ahead(turn, notice)
            return notice.at or (ahead.due_at if ahead else None)
        day = due.astimezone(self.config.zone).date()
        if day in notice.move:
            return notice.move[day].replace(tzinfo=self.config.zone).astimezone(due.tzinfo)
        begin = midnight(day, self.config)
        found = self.plans.next_moment(turn, notice, begin - INSTANT)
        return found if found is not None and found < begin + DAY else None

    def _tell(
        self,
        turn: Turn,
        notice: NoticeSettings,
        people: int,
        moved: tuple[datetime, datetime | None],
    ) -> None:
        before, after = moved
        if not people:
            return
        text = self.say(
            "signups_rebooked" if after else "signups_stranded",
            title=notice.title,
            notice=notice.id,
            people=people,
            before=self.tidings.when(before),
            when=self.tidings.when(after) if after else "",
        )
        key = f"rebooked:{notice.id}:{before.isoformat()}:{after.isoformat() if after else ''}"
        self.tidings.tell(turn, text, key=key)


def said_before(
    turn: Turn, config: Config, occasions: Occasions, notice: NoticeSettings, occasion: Occasion
) -> set[str]:
    """Return the rooms that heard this occasion already, when its time was another one.

    What happens once was said where it was posted within a day of now: farther away it is another
    announcement under an old id. What comes again was said where it was posted on the day for
    which this occasion stands, at a moment that the notice does not have any more.
    """
    if occasion.part or notice.after_join is not None:
        return set()
    if notice.at is not None:
        near = (occasion.due_at - DAY, occasion.due_at + DAY)
        said = turn.notices.posted_between(notice.id, *near)
        return {room for due in said for room in turn.notices.posted_rooms(notice.id, due)}
    day, moved = _stands_for(notice, occasion.due_at, config)
    begin = midnight(day, config)
    rooms: set[str] = set()
    for due in turn.notices.posted_between(notice.id, begin, begin + DAY):
        if due == occasion.due_at or occasions.happens(notice, due):
            continue
        if moved or occasions.next(notice, due) == occasion.due_at:
            rooms |= turn.notices.posted_rooms(notice.id, due)
    return rooms


def _stands_for(notice: NoticeSettings, due: datetime, config: Config) -> tuple[date, bool]:
    """Return the local day for which a moment stands, and whether it was moved away from it."""
    local = due.astimezone(config.zone)
    for day, to in notice.move.items():
        if to.replace(tzinfo=config.zone) == local:
            return day, True
    return local.date(), False


def midnight(day: date, config: Config) -> datetime:
    """Return when a local day begins."""
    return datetime.combine(day, time(), config.zone)
