"""Notices as they are planned: a row for each next moment, as the configuration wants it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.message import Joined
from bot.notices import Standing
from bot.notices.audience import Audience, Place
from bot.storage.tables import (
    WAITING,
    LetterState,
    NoticeState,
    Occasion,
    OccasionState,
    Occurrence,
    Timer,
)
from bot.turn import Turn
from handlers.notices.content import digest, short, short_digest
from handlers.notices.occasions import Occasions
from handlers.notices.tidings import Tidings
from handlers.wording import Wording

RING, ASK = "notice", "notice-approval"
LAST_CALL = timedelta(hours=1)
LONGEST_LOOK_BACK = timedelta(days=7)  # occasions missed before that are not even told
INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Plans:
    """How notices are planned, under one configuration."""

    config: Config
    say: Wording
    occasions: Occasions
    tidings: Tidings

    def wake(self, turn: Turn) -> None:
        """Make the planned rows agree with the configuration, and plan what comes next."""
        for occasion in turn.notices.living():
            self._tidy(turn, occasion)
        standing = turn.notices.standing()
        for notice in self.config.notices:
            self.plan(turn, notice, standing)

    def plan(self, turn: Turn, notice: NoticeSettings, standing: Standing | None = None) -> None:
        """Plan the next occasion of a notice and of each of its reminders.

        What is due longer ago than ``late`` is not planned any more, nor what a notice missed
        while it was ended.
        """
        resumed = turn.notices.resumed(notice.id)
        standing = standing or turn.notices.standing(notice.id)
        for part, lead in streams(notice):
            past = standing.past.get((notice.id, part))
            since = turn.now - notice.late + lead - INSTANT
            since = max(past, since) if past else since
            since = max(resumed + lead, since) if resumed else since
            living = standing.living.get((notice.id, part), ())
            self._plan_part(turn, notice, (part, lead), since, living)

    def plan_next(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        """Plan what follows an occasion, even where it was missed: that must be told."""
        lead = occasion.due_at - occasion.rings_at
        since = max(occasion.due_at, turn.now + lead - LONGEST_LOOK_BACK)
        living = [e for e in turn.notices.living(notice.id) if e.part == occasion.part]
        self._plan_part(turn, notice, (occasion.part, lead), since, living)

    def joined(self, turn: Turn, _: Joined) -> None:
        """Plan the courses that begin when somebody comes."""
        for notice in self.config.notices:
            if notice.after_join is not None:
                self.plan(turn, notice)

    def next_moment(self, turn: Turn, notice: NoticeSettings, moment: datetime) -> datetime | None:
        """Return the first moment of a notice later than the given one."""
        if turn.notices.ended(notice.id):
            return None
        if notice.after_join is None:
            return self.occasions.next(notice, moment)
        return next(self._course(turn, notice, moment), None)

    def _course(self, turn: Turn, notice: NoticeSettings, moment: datetime) -> Iterator[datetime]:
        """Yield the moments of a course for those who joined so far."""
        join, zone = notice.after_join, self.config.zone
        if join is None:
            return
        audience = self.audience(turn)
        rooms = {place.room for place in audience.places(notice)}
        first = moment.astimezone(zone).date() - timedelta(days=join.days)
        last = turn.now.astimezone(zone).date()
        for number in range((last - first).days + 1):
            day = first + timedelta(days=number)
            due = datetime.combine(day + timedelta(days=join.days), join.clock, zone)
            if notice.until is not None and due > notice.until:
                return
            if due.date() in notice.skip:
                continue
            if due > moment and rooms & audience.newcomers(day).keys():
                yield due.astimezone(turn.now.tzinfo)

    def _plan_part(
        self,
        turn: Turn,
        notice: NoticeSettings,
        stream: tuple[str, timedelta],
        since: datetime,
        living: Sequence[Occasion],
    ) -> None:
        part, lead = stream
        ahead = [each for each in living if each.state == OccasionState.AHEAD]
        if any(each.rings_at <= turn.now for each in ahead):
            return  # missed, not forgotten: it rings first
        due = self.next_moment(turn, notice, since)
        for occasion in ahead:
            if occasion.due_at != due:
                self._unplan(turn, occasion)
        if due is None or any(occasion.due_at == due for occasion in ahead):
            return
        planned = turn.notices.plan(notice.id, part, due, due - lead, notice.title)
        if planned is not None:
            turn.timers.set(timer_key(planned), RING, at=planned.rings_at)
            self._foresee(turn, notice, planned)

    def _foresee(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        """Ask for approval in time, and tell of another notice at the same minute."""
        if occasion.part:
            return
        if notice.approve and occasion.asked != short_digest(notice):
            ask = max(turn.now, first_said(notice, occasion) - self.config.planning.ask_ahead)
            turn.timers.set(f"{ASK}:{occasion.id}", ASK, at=ask)
        for other in turn.notices.living():
            beside = self.find(other.notice)
            if beside is None or beside.id == notice.id or other.part:
                continue
            near = abs(other.due_at - occasion.due_at) < timedelta(minutes=1)
            if near and any(notice.reaches(g) and beside.reaches(g) for g in self.config.groups):
                self.tidings.tell_clash(turn, occasion, other)

    def _tidy(self, turn: Turn, occasion: Occasion) -> None:
        """Take back what is planned and not configured any more, or differently."""
        notice = self.find(occasion.notice)
        known = notice is not None and occasion.part in dict(streams(notice))
        if occasion.state == OccasionState.AHEAD:
            if not known or not self._still(turn, notice, occasion):
                self._unplan(turn, occasion)
            elif notice is not None and notice.approve:
                self._foresee(turn, notice, occasion)
        elif not known or notice is None:
            self.cancel_rows(turn, occasion, self.say("why_unconfigured"))
        else:
            self._take_back_changed(turn, notice, occasion)
            turn.timers.set(timer_key(occasion), RING, at=turn.now)

    def _still(self, turn: Turn, notice: NoticeSettings | None, occasion: Occasion) -> bool:
        if notice is None:
            return False
        lead = dict(streams(notice))[occasion.part]
        due = self.next_moment(turn, notice, occasion.due_at - INSTANT)
        return due == occasion.due_at and occasion.rings_at == due - lead

    def _unplan(self, turn: Turn, occasion: Occasion) -> None:
        turn.timers.cancel(timer_key(occasion))
        turn.timers.cancel(f"{ASK}:{occasion.id}")
        turn.notices.unplan(occasion)

    def _take_back_changed(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        """Take back unsent letters whose notice now reads differently."""
        now = digest(notice)
        for row in turn.notices.rows(occasion, (NoticeState.QUEUED,)):
            if row.digest != now:
                self.take_back(turn, occasion, row)

    # -- approval

    def ask(self, turn: Turn, timer: Timer) -> None:
        """Ask managers to approve a notice, and again an hour before anything of it is said."""
        occasion = turn.notices.occasion(int(timer.key.rpartition(":")[2]))
        notice = self.find(occasion.notice) if occasion else None
        if occasion is None or notice is None or occasion.state != OccasionState.AHEAD:
            return
        if not self.needs_approval(turn, notice):
            return
        self._ask(turn, notice, occasion)
        calls = (first_said(notice, occasion) - LAST_CALL, occasion.due_at - LAST_CALL)
        later = [call for call in map(self.tidings.before_night, calls) if call > turn.now]
        if later:
            turn.timers.set(timer.key, ASK, at=min(later))

    def ask_again(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        """Ask for what began to be posted and reads differently from what was approved."""
        if not occasion.part and occasion.asked != short_digest(notice):
            self._ask(turn, notice, occasion)

    def _ask(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        places = self.places(turn, notice, occasion)
        turn.notices.lay(
            occasion,
            [place.room for place in places],
            NoticeState.AWAITING_APPROVAL,
            promotional=notice.promotional,
        )
        occasion.asked = short_digest(notice)
        self.tidings.ask_approval(turn, occasion, len(places))

    def needs_approval(self, turn: Turn, notice: NoticeSettings) -> bool:
        """Say whether the notice as it reads now waits for a manager."""
        return notice.approve and turn.notices.approved(notice.id) != digest(notice)

    # -- for posting and the commands

    def find(self, notice: str) -> NoticeSettings | None:
        """Return a notice by its id."""
        return next((each for each in self.config.notices if each.id == notice), None)

    def ahead(self, turn: Turn, notice: NoticeSettings) -> Occasion | None:
        """Return the next occasion of a notice that is planned."""
        living = [each for each in turn.notices.living(notice.id) if not each.part]
        return next((each for each in living if each.state == OccasionState.AHEAD), None)

    def places(
        self, turn: Turn, notice: NoticeSettings, occasion: Occasion | None = None
    ) -> list[Place]:
        """List the rooms that a notice is meant for, on an occasion."""
        places = self.audience(turn).places(notice)
        if notice.after_join is None or occasion is None:
            return places
        day = occasion.due_at.astimezone(self.config.zone).date()
        came = self.audience(turn).newcomers(day - timedelta(days=notice.after_join.days))
        return [place for place in places if place.room in came]

    def take_back(self, turn: Turn, occasion: Occasion, row: Occurrence) -> bool:
        """Let an occurrence wait again if none of its letters left."""
        letters = [turn.outbox.find(key) for key in letter_keys(row)]
        if any(each is None or each.state != LetterState.QUEUED for each in letters):
            return False
        for key in letter_keys(row):
            turn.outbox.withdraw(key, "taken back")
        row.attempt += 1
        turn.notices.mark(row, NoticeState.PLANNED)
        occasion.state = OccasionState.OPEN
        return True

    def cancel_rows(self, turn: Turn, occasion: Occasion, why: str) -> int:
        """Cancel an occasion wherever it was not posted; return in how many rooms."""
        count = 0
        for row in turn.notices.rows(occasion, (*WAITING, NoticeState.QUEUED)):
            if row.state == NoticeState.QUEUED and not self.take_back(turn, occasion, row):
                continue
            turn.notices.mark(row, NoticeState.CANCELLED, why)
            count += 1
        occasion.state, occasion.why = OccasionState.CANCELLED, why
        turn.timers.cancel(timer_key(occasion))
        turn.timers.cancel(f"{ASK}:{occasion.id}")
        return count

    def restore(self, turn: Turn, occasion: Occasion) -> None:
        """Let a cancelled occasion wait for its moment again, or go on where that has come."""
        for row in turn.notices.rows(occasion, (NoticeState.CANCELLED,)):
            if row.why == occasion.why:
                turn.notices.mark(row, NoticeState.PLANNED)
        ahead = occasion.rings_at > turn.now
        occasion.state = OccasionState.AHEAD if ahead else OccasionState.OPEN
        occasion.why = ""
        turn.timers.set(timer_key(occasion), RING, at=max(occasion.rings_at, turn.now))

    def audience(self, turn: Turn) -> Audience:
        """Return the rooms as they are now."""
        return Audience(turn.session, turn.account, self.config)


def streams(notice: NoticeSettings) -> list[tuple[str, timedelta]]:
    """Return the parts of a notice, and how long before it each is said."""
    return [("", timedelta(0)), *((f"remind:{short(lead)}", lead) for lead in notice.remind)]


def first_said(notice: NoticeSettings, occasion: Occasion) -> datetime:
    """Return when groups first hear of an occasion: from its earliest reminder, or itself."""
    return occasion.due_at - max(notice.remind, default=timedelta(0))


def timer_key(occasion: Occasion) -> str:
    """Name the timer of an occasion."""
    return f"{RING}:{occasion.id}"


def letter_keys(row: Occurrence) -> list[str]:
    """Name the letters of an occurrence."""
    key = f"notice:{row.notice}:{row.due_at.isoformat()}:{row.part}:{row.room}"
    again = f":again{row.attempt}" if row.attempt else ""
    return [f"{key}{again}:{number}" if number else key + again for number in range(row.letters)]
