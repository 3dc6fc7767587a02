"""What people sign up for now: which notice, on which occasion, until when, with which code."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import blake2b

from bot.config.notices import NoticeSettings
from bot.notices.signups import Event
from bot.storage.tables import POSTED, OccasionState, Signup, SignupState
from bot.turn import Turn
from handlers.notices.content import short
from handlers.notices.signup_lines import SignupLines, pseudo
from handlers.notices.signup_words import plain
from handlers.wording import Wording

OPEN_AT_MOST = timedelta(days=30)  # after a notice for which nobody said until when


@dataclass(frozen=True, slots=True)
class Gatherings:
    """The events behind notices, under one configuration."""

    say: Wording
    lines: SignupLines

    def event(self, turn: Turn, notice: NoticeSettings) -> Event | None:
        """Return what people who sign up now mean: the notice they heard last, else the next."""
        living = turn.notices.living(notice.id)
        ahead = next((e for e in living if not e.part and e.state == OccasionState.AHEAD), None)
        past = turn.notices.past(notice.id)
        if past is not None and past.state == OccasionState.CANCELLED:
            past = None
        if ahead is not None and (past is None or self._announced(turn, notice, ahead.due_at)):
            return self.event_at(notice, ahead.due_at)
        return self.event_at(notice, past.due_at) if past is not None else None

    def event_at(self, notice: NoticeSettings, due: datetime) -> Event:
        """Return the event of a notice at a moment."""
        if notice.signup is None:
            raise LookupError(notice.id)
        wanted = notice.signup
        return Event(notice.id, due, wanted.capacity, wanted.waitlist, wanted.regulars_first)

    def is_open(self, turn: Turn, notice: NoticeSettings, event: Event) -> bool:
        """Say whether people can sign up now."""
        if notice.signup is None:
            return False
        ends = event.due_at + (notice.signup.open_for or OPEN_AT_MOST)
        return turn.now <= min(ends, notice.signup.deadline or ends)

    def code(self, notice: NoticeSettings, event: Event) -> str:
        """Return the code with which people check in."""
        if notice.signup is not None and notice.signup.code:
            return plain(notice.signup.code)
        seed = f"{event.notice}:{event.due_at.isoformat()}".encode()
        return f"{int.from_bytes(blake2b(seed, digest_size=4).digest(), 'big') % 10_000:04}"

    def listing(self, turn: Turn, notice: NoticeSettings) -> str:
        """List who takes part, for managers."""
        event = self.event(turn, notice) if notice.signup else None
        if event is None:
            return self.say("signup_list_none", title=notice.title)
        code = self.code(notice, event)
        rows = turn.signups.listed(event)
        confirmed = [row for row in rows if row.state == SignupState.CONFIRMED]
        waiting = [row for row in rows if row.state == SignupState.WAITING]
        if not confirmed and not waiting:
            return self.say("signup_list_empty", title=notice.title, code=code)
        lines = [_listed(number, row) for number, row in enumerate(confirmed, 1)]
        lines += [f"候补 {_listed(number, row)}" for number, row in enumerate(waiting, 1)]
        return self.say(
            "signup_list",
            title=notice.title,
            when=self.lines.when(event.due_at),
            confirmed=sum(1 + row.guests for row in confirmed),
            waiting=sum(1 + row.guests for row in waiting),
            attended=sum(1 + row.guests for row in confirmed if row.attended_at is not None),
            code=code,
            lines="\n".join(lines),
        )

    def called_off(self, turn: Turn, notice: NoticeSettings, due: datetime) -> bool:
        """Say whether a manager cancelled an occasion before any group heard of it."""
        occasion = turn.notices.at(notice.id, "", due)
        if occasion is None or occasion.state != OccasionState.CANCELLED:
            return False
        return not turn.notices.rows(occasion, POSTED)

    def people(self, turn: Turn, notice: NoticeSettings, due: datetime) -> int:
        """Count who signed up for an occasion, guests and those who wait included."""
        if notice.signup is None:
            return 0
        rows = turn.signups.listed(self.event_at(notice, due))
        return sum(1 + row.guests for row in rows if row.state != SignupState.CANCELLED)

    def was_announced(self, turn: Turn, notice: NoticeSettings, event: Event) -> bool:
        """Say whether people heard of an event: it was posted, or they were reminded of it."""
        past = turn.notices.past(notice.id)
        posted = past is not None and past.due_at == event.due_at
        return posted or self._announced(turn, notice, event.due_at)

    def _announced(self, turn: Turn, notice: NoticeSettings, due: datetime) -> bool:
        """Say whether a reminder of this occasion was said already."""
        parts = [turn.notices.past(notice.id, part) for part in self._reminders(notice)]
        return any(each is not None and each.due_at == due for each in parts)

    def _reminders(self, notice: NoticeSettings) -> list[str]:
        return [f"remind:{short(lead)}" for lead in notice.remind]


def _listed(number: int, row: Signup) -> str:
    guests = f" +{row.guests}" if row.guests else ""
    came = " ✓" if row.attended_at is not None else ""
    only_name = "（只在接龙里）" if pseudo(row.member) else ""
    answers = f"（{'；'.join(row.answers)}）" if row.answers else ""
    return f"{number}. {row.member_name or row.member}{guests}{came}{only_name}{answers}"
