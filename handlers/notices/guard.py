"""Whether a notice may be said in a group now, and if not, what becomes of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from bot.config import Config
from bot.config.notices import InQuietHours, NoticeSettings
from bot.desk.calm import heat
from bot.notices import lapse
from bot.storage.tables import NoticeState, Occasion, Occurrence
from bot.turn import Turn
from handlers.wording import Wording

LOOK_AGAIN = timedelta(minutes=5)  # how often a held notice is looked at
PATIENCE = timedelta(hours=24)  # how long a held notice waits for a manager's word
EVENING = timedelta(minutes=30)  # before the quiet hours, when managers can still act
SHARE_DAYS = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an occurrence now; QUEUED is: post it. ``again`` is when to look again."""

    state: NoticeState
    why: str = ""
    again: datetime | None = None


@dataclass(frozen=True, slots=True)
class Heard:
    """What the rooms heard of notices before, as far as it matters for one of them."""

    last: Mapping[str, datetime]
    today: Mapping[str, int]
    week: Mapping[str, int]
    promoted: Mapping[str, int]


GO = Verdict(NoticeState.QUEUED)
NOTHING = Heard({}, {}, {}, {})


@dataclass(frozen=True, slots=True)
class Guard:
    """The rules of ``[planning]`` and the quiet hours, under one configuration."""

    config: Config
    say: Wording

    def heard(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> Heard:
        """Learn in a few queries what the rooms heard before."""
        if occasion.part:
            return NOTHING
        plan, now = self.config.planning, turn.now
        last = turn.notices.last_posts(now - plan.least_gap, occasion)
        if not notice.promotional:
            return Heard(last, {}, {}, {})
        midnight = datetime.combine(now.astimezone(self.config.zone), time(), self.config.zone)
        today = turn.notices.posts(midnight, promotional=True)
        if not plan.strict:
            return Heard(last, today, {}, {})
        week = now - SHARE_DAYS
        return Heard(
            last, today, turn.notices.posts(week), turn.notices.posts(week, promotional=True)
        )

    def decide(
        self,
        turn: Turn,
        notice: NoticeSettings,
        occasion: Occasion,
        row: Occurrence,
        heard: Heard,
    ) -> Verdict:
        """Decide on one occurrence that waits, at this moment."""
        ends = self.ends(notice, occasion, row, turn.now)
        if turn.now > ends:
            return self._lapsed(occasion, row, turn.now)
        if occasion.held_by and not row.released:
            return Verdict(NoticeState.HELD, self.say("why_held_back"), turn.now + LOOK_AGAIN)
        verdict = self._quiet(notice, turn.now, ends)
        if verdict is not GO or row.released or occasion.part:
            return verdict
        if notice.promotional:
            verdict = self._promoting(turn, row.room, heard)
        return self._gap(turn.now, heard.last.get(row.room), ends) if verdict is GO else verdict

    def ends(
        self, notice: NoticeSettings, occasion: Occasion, row: Occurrence, now: datetime
    ) -> datetime:
        """Return until when an occurrence may leave."""
        latest = lapse(occasion, notice.late)
        return max(latest, now + notice.late) if row.released else latest

    def leaves_before(self, notice: NoticeSettings, ends: datetime, now: datetime) -> datetime:
        """Return until when a letter that is written now may leave: not in quiet hours."""
        begins = self.next_quiet(now)
        if begins is None or notice.in_quiet_hours is InQuietHours.SEND:
            return ends
        return min(ends, begins - timedelta(microseconds=1))

    def quiet_until(self, now: datetime) -> datetime | None:
        """Return when the quiet hours end that it is in now, or None."""
        span = self.config.pace.quiet_hours
        local = now.astimezone(self.config.zone)
        if span is None or not span.covers(local):
            return None
        return span.after(local).astimezone(now.tzinfo)

    def quiet_since(self, moment: datetime) -> datetime | None:
        """Return the last moment before the quiet hours that a moment lies in, or None."""
        span = self.config.pace.quiet_hours
        local = moment.astimezone(self.config.zone)
        if span is None or not span.covers(local):
            return None
        begins = datetime.combine(local, span.start, self.config.zone)
        begins -= timedelta(days=begins > local)
        return begins.astimezone(moment.tzinfo) - EVENING

    def waits_until(self, notice: NoticeSettings, now: datetime) -> datetime | None:
        """Return when the quiet hours end that keep a notice from leaving now, or None."""
        waits = notice.in_quiet_hours is InQuietHours.WAIT
        return self.quiet_until(now) if waits else None

    def next_quiet(self, now: datetime) -> datetime | None:
        """Return when the next quiet hours begin."""
        span = self.config.pace.quiet_hours
        if span is None:
            return None
        local = now.astimezone(self.config.zone)
        begins = datetime.combine(local, span.start, self.config.zone)
        if begins <= local:
            begins += timedelta(days=1)
        return begins.astimezone(now.tzinfo)

    def _lapsed(self, occasion: Occasion, row: Occurrence, now: datetime) -> Verdict:
        given_up = occasion.rings_at + PATIENCE
        if row.state == NoticeState.HELD and now < given_up:
            return Verdict(NoticeState.HELD, row.why, given_up)
        why = {
            NoticeState.HELD: self.say("why_held_too_long", why=row.why),
            NoticeState.AWAITING_APPROVAL: self.say("why_not_approved"),
        }
        return Verdict(NoticeState.EXPIRED, why.get(NoticeState(row.state), self.say("why_late")))

    def _quiet(self, notice: NoticeSettings, now: datetime, ends: datetime) -> Verdict:
        until = self.quiet_until(now)
        if until is None or notice.in_quiet_hours is InQuietHours.SEND:
            return GO
        if notice.in_quiet_hours is InQuietHours.DROP:
            return Verdict(NoticeState.DROPPED, self.say("why_quiet"))
        if until > ends:
            return Verdict(NoticeState.EXPIRED, self.say("why_quiet_too_long"))
        return Verdict(NoticeState.PLANNED, self.say("why_quiet"), until)

    def _promoting(self, turn: Turn, room: str, heard: Heard) -> Verdict:
        plan, again = self.config.planning, turn.now + LOOK_AGAIN
        fresh = self.config.support.calm
        hot = heat(turn.session, turn.account, room, turn.now, fresh=fresh)
        if hot is not None:
            return Verdict(NoticeState.HELD, hot, again)
        if heard.today.get(room, 0) >= plan.promotions_a_day:
            why = self.say("why_budget", count=plan.promotions_a_day)
            return Verdict(NoticeState.HELD, why, again)
        share = (heard.promoted.get(room, 0) + 1) / (heard.week.get(room, 0) + 1)
        if plan.strict and share > plan.promotion_share:
            why = self.say("why_share", share=f"{share:.0%}", most=f"{plan.promotion_share:.0%}")
            return Verdict(NoticeState.HELD, why, again)
        return GO

    def _gap(self, now: datetime, last: datetime | None, ends: datetime) -> Verdict:
        if last is None:
            return GO
        free = last + self.config.planning.least_gap
        if free <= now:
            return GO
        if free > ends:
            return Verdict(NoticeState.EXPIRED, self.say("why_gap_too_long"))
        return Verdict(NoticeState.PLANNED, self.say("why_gap"), free)
