"""What managers decide about a notice: it is approved, called off, taken up again or let go."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.notices import lapse
from bot.storage.tables import WAITING, NoticeState, Occasion, OccasionState
from bot.turn import Turn
from handlers.notices.content import digest
from handlers.notices.gatherings import Gatherings
from handlers.notices.plans import RING, Plans, timer_key
from handlers.notices.posting import Notices
from handlers.notices.tidings import Tidings
from handlers.wording import Wording

UNSENT = (*WAITING, NoticeState.QUEUED)


@dataclass(frozen=True, slots=True)
class Decisions:
    """How the word of a manager is carried out, under one configuration."""

    config: Config
    say: Wording
    plans: Plans
    notices: Notices
    events: Gatherings
    tidings: Tidings

    # -- approving

    def approve(self, turn: Turn, notice: NoticeSettings, manager: str) -> str:
        """Approve a notice as it reads now."""
        ahead = self.plans.ahead(turn, notice)
        if not notice.approve:
            when = self.tidings.when(ahead.due_at) if ahead else "目前没有要发的场次，不会"
            return self.say("notice_needs_no_approval", title=notice.title, when=when)
        if not self.plans.needs_approval(turn, notice):
            return self.say("notice_approved_before", title=notice.title)
        turn.notices.approve(notice.id, digest(notice), manager)
        waiting = [
            each
            for each in turn.notices.living(notice.id)
            if turn.notices.rows(each, (NoticeState.AWAITING_APPROVAL,))
        ]
        for occasion in waiting:
            for row in turn.notices.rows(occasion, (NoticeState.AWAITING_APPROVAL,)):
                turn.notices.mark(row, NoticeState.PLANNED)
            if occasion.state == OccasionState.OPEN:
                turn.timers.set(timer_key(occasion), RING, at=turn.now)
        themselves = [each for each in waiting if not each.part]
        return self._told_approved(turn, notice, [*themselves, *([ahead] if ahead else [])])

    def _told_approved(self, turn: Turn, notice: NoticeSettings, occasions: list[Occasion]) -> str:
        in_time = [each for each in occasions if turn.now <= lapse(each, notice.late)]
        if in_time:
            return self.say(
                "notice_approved",
                title=notice.title,
                when=self.tidings.when(in_time[0].due_at),
                count=len(self.plans.places(turn, notice, in_time[0])),
            )
        past = turn.notices.past(notice.id)
        if past is None:
            return self.say("notice_approved_no_more", title=notice.title)
        when = self.tidings.when(past.due_at)
        return self.say("notice_approved_late", title=notice.title, when=when)

    # -- calling off

    def cancel(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        """Call off what is under way, or else the next occasion."""
        began = [each for each in self.open(turn, notice) if turn.notices.rows(each, UNSENT)]
        occasion = began[0] if began else self.plans.ahead(turn, notice)
        if occasion is None:
            key = (
                "notice_ended_before"
                if turn.notices.ended(notice.id)
                else "notice_nothing_to_cancel"
            )
            return self.say(key, title=notice.title, notice=notice.id)
        told = self._call_off(turn, notice, occasion)
        self.plans.plan(turn, notice)
        ahead = self.plans.ahead(turn, notice)
        key = "notice_cancelled_next" if ahead else "notice_cancelled_last"
        when = self.tidings.when(ahead.due_at) if ahead else ""
        more = self.say(key, notice=notice.id, when=when)
        return told + self._consequences(turn, notice, occasion) + more

    def end(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        """Call off what is under way and all that would follow."""
        if turn.notices.ended(notice.id):
            return self.say("notice_ended_before", title=notice.title, notice=notice.id)
        began = [each for each in self.open(turn, notice) if turn.notices.rows(each, UNSENT)]
        ahead = self.plans.ahead(turn, notice)
        told = [self._call_off(turn, notice, occasion) for occasion in began]
        if ahead is not None:
            self._call_off(turn, notice, ahead)
        for reminder in turn.notices.living(notice.id):
            if reminder.state == OccasionState.OPEN:
                self.plans.cancel_rows(turn, reminder, self.say("why_cancelled"))
        turn.notices.end(notice.id)
        self.plans.plan(turn, notice)
        ended = self.say("notice_ended", title=notice.title, notice=notice.id)
        about = [*began, *([ahead] if ahead else [])][:1]
        hints = "".join(self._consequences(turn, notice, occasion) for occasion in about)
        return "\n".join([*told, ended]) + hints

    def _call_off(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> str:
        """Cancel one occasion with its reminders, and say what that came to."""
        if occasion.state == OccasionState.AHEAD:
            self.notices.begin(turn, notice, occasion)
        count = self.plans.cancel_rows(turn, occasion, self.say("why_cancelled"))
        for reminder in self._reminders(turn, occasion):
            self.plans.cancel_rows(turn, reminder, self.say("why_cancelled"))
        sent = len(turn.notices.rows(occasion)) - count
        return self.say(
            "notice_cancelled_partly" if sent else "notice_cancelled",
            title=notice.title,
            when=self.tidings.when(occasion.due_at),
            count=count,
            sent=sent,
        )

    def _consequences(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> str:
        """Name whom a manager has to think of: those who signed up, and what hangs on it."""
        text = ""
        people = self.events.people(turn, notice, occasion.due_at)
        if people:
            text += self.say("notice_cancelled_signups", people=people, notice=notice.id)
        for other in self.config.notices:
            follows = other.after is not None and other.after.notice == notice.id
            if follows and self.plans.ahead(turn, other) is not None:
                text += self.say("notice_cancelled_follower", title=other.title, notice=other.id)
        return text

    # -- taking up again

    def restore(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        """Take a notice up again: as a whole, or the occasions that could still be posted."""
        ended = turn.notices.resume(notice.id)
        back = [each for each in turn.notices.called_off(notice.id) if self._in_time(turn, each)]
        for occasion in back:
            self.plans.restore(turn, occasion)
        self.plans.plan(turn, notice)
        if not back and not ended:
            return self.say("notice_nothing_to_restore", title=notice.title)
        first = next((each for each in back if not each.part), self.plans.ahead(turn, notice))
        if first is None:
            return self.say("notice_restored_no_more", title=notice.title)
        return self.say(
            "notice_restored",
            title=notice.title,
            when=self.tidings.when(first.due_at),
            count=len(self.plans.places(turn, notice, first)),
        )

    def _in_time(self, turn: Turn, occasion: Occasion) -> bool:
        notice = self.plans.find(occasion.notice)
        return notice is not None and turn.now <= lapse(occasion, notice.late)

    # -- holding back, and letting go

    def hold(self, turn: Turn, notice: NoticeSettings, manager: str) -> str:
        """Keep the occasion under way, or the next one, back until it is released."""
        began = [each for each in self.open(turn, notice) if turn.notices.rows(each, UNSENT)]
        occasion = began[0] if began else self.plans.ahead(turn, notice)
        if occasion is None:
            return self.say("notice_nothing_to_hold", title=notice.title)
        for each in (occasion, *self._reminders(turn, occasion)):
            each.held_by = manager
            for row in turn.notices.rows(each, (NoticeState.QUEUED,)):
                self.plans.take_back(turn, each, row)
            if each.state == OccasionState.OPEN:
                turn.timers.set(timer_key(each), RING, at=turn.now)
        when = self.tidings.when(occasion.due_at)
        return self.say("notice_held", title=notice.title, notice=notice.id, when=when)

    def _reminders(self, turn: Turn, occasion: Occasion) -> list[Occasion]:
        living = turn.notices.living(occasion.notice)
        return [each for each in living if each.part and each.due_at == occasion.due_at]

    def release(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        """Let what is held go, in spite of what holds it."""
        count, ahead = 0, None
        for occasion in turn.notices.living(notice.id):
            if occasion.held_by and occasion.state == OccasionState.AHEAD:
                ahead = ahead or (None if occasion.part else occasion)
            occasion.held_by = ""
            held = turn.notices.rows(occasion, (NoticeState.HELD,))
            for row in held:
                row.released = True
                turn.notices.mark(row, NoticeState.PLANNED)
            if held:
                turn.timers.set(timer_key(occasion), RING, at=turn.now)
            count += len(held)
        if not count and ahead is not None:
            when = self.tidings.when(ahead.due_at)
            return self.say("notice_held_no_more", title=notice.title, when=when)
        if not count:
            return self.say("notice_nothing_held", title=notice.title)
        later = self.notices.guard.waits_until(notice, turn.now)
        if later is not None:
            when = self.tidings.when(later)
            return self.say("notice_released_later", title=notice.title, count=count, when=when)
        return self.say("notice_released", title=notice.title, count=count)

    def open(self, turn: Turn, notice: NoticeSettings) -> Sequence[Occasion]:
        """List the occasions that began and may still be worked on, the earliest first."""
        living = [each for each in turn.notices.living(notice.id) if not each.part]
        open_ones = [each for each in living if each.state == OccasionState.OPEN]
        past = turn.notices.past(notice.id)
        if past is not None and past not in open_ones and past.state == OccasionState.OVER:
            open_ones.append(past)  # letters may still be in the outbox
        return open_ones
