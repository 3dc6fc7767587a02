"""Previews: exactly what a notice will say, where, to how many, and what is doubtful about it."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.config import Config
from bot.config.notices import InQuietHours, NoticeSettings
from bot.config.values import write_duration
from bot.message import Letter, Message, Purpose
from bot.notices.audience import Audience, Place
from bot.turn import Address, Turn
from handlers.notices.content import Piece, compose, missing, values
from handlers.notices.foresight import TOLERANCE, Foresight
from handlers.notices.plans import Plans
from handlers.notices.tidings import Tidings
from handlers.wording import Wording

A_MOMENT = timedelta(seconds=1)
LISTED = 60  # groups named in a preview
ANY_DAY = datetime(2026, 1, 1, tzinfo=UTC)  # the number of letters hangs on none


@dataclass(frozen=True, slots=True)
class Previews:
    """What managers see before a notice goes, under one configuration."""

    config: Config
    say: Wording
    plans: Plans
    tidings: Tidings
    foresight: Foresight

    def describe(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        """Say where a notice goes, whom it reaches and how long that takes."""
        places = self.plans.places(turn, notice)
        warnings = self._warnings(turn, notice, places)
        if not places:
            return self.say("notice_preview_none", title=notice.title, warnings=warnings)
        sizes = Audience(turn.session, turn.account, self.config).sizes([p.room for p in places])
        lines = [f"· {p.topic or p.room}（{sizes[p.room]} 人）" for p in places[:LISTED]]
        if len(places) > LISTED:
            lines.append(f"· 还有 {len(places) - LISTED} 个群")
        due = self._next(turn, notice)
        if due is None:
            values = {"title": notice.title, "notice": notice.id, "warnings": warnings}
            return self.say("notice_preview_over", **values)
        return self.say(
            "notice_preview",
            title=notice.title,
            notice=notice.id,
            when=self.tidings.when(due),
            count=len(places),
            people=sum(sizes.values()),
            minutes=write_duration(max(self.longest(notice, places), A_MOMENT)),
            groups="\n".join(lines),
            warnings=warnings,
        )

    def _warnings(self, turn: Turn, notice: NoticeSettings, places: list[Place]) -> str:
        gone = [path.name for kind in ("fan", "training") for path in missing(notice, kind)]
        text = ""
        if gone:
            text += self.say("preview_gone", files="、".join(dict.fromkeys(gone)))
        due = self._next(turn, notice)
        if due is not None:
            text += self._at_night(notice, due)
        longest = self.longest(notice, places) if places else timedelta(0)
        if longest > notice.late:
            late = write_duration(notice.late)
            text += self.say("preview_too_slow", minutes=write_duration(longest), late=late)
        if self.plans.needs_approval(turn, notice):
            text += self.say("preview_unapproved", notice=notice.id)
        if notice.promotional:
            shares = self.foresight.shares(turn.now, [(p.room, p.topic) for p in places])
            over = [(room, share) for room, share in shares if share > self._most_promotion()]
            for room, share in over[:1]:
                topic = turn.directory.topic(room) or room
                text += self.say("preview_share", group=topic, share=f"{share:.0%}")
        return text

    def _at_night(self, notice: NoticeSettings, due: datetime) -> str:
        """Say what the quiet hours do to a notice, where it falls into them."""
        until = self.tidings.guard.quiet_until(due)
        if until is None or notice.in_quiet_hours is InQuietHours.SEND:
            return ""
        if self.foresight.never_leaves(notice, due):
            return self.say("preview_quiet", when=self.tidings.when(due))
        when = self.tidings.when(due)
        return self.say("preview_quiet_waits", when=when, until=self.tidings.when(until))

    def _most_promotion(self) -> float:
        return self.config.planning.promotion_share + TOLERANCE

    def longest(self, notice: NoticeSettings, places: list[Place]) -> timedelta:
        """Return how long posting takes at most where nothing else is to be said."""
        pace = self.config.pace
        letters = sum(len(self._letters(notice, place, ANY_DAY)) for place in places)
        between = (len(places) - 1) * pace.between_targets_seconds[1]
        within = (letters - len(places)) * pace.same_target_seconds
        by_minute = max(0, letters - pace.per_minute) / pace.per_minute * 60
        spread = self.config.planning.spread if len(places) > 1 else timedelta(0)
        return timedelta(seconds=round(max(between + within, by_minute))) + spread

    def show(self, turn: Turn, message: Message, notice: NoticeSettings) -> None:
        """Say exactly what will be said, once for each kind of group that hears it."""
        to, due = Address.of(message), self._next(turn, notice) or turn.now
        examples = {place.kind: place for place in reversed(self.plans.places(turn, notice))}
        different = {str(notice.content(kind)): kind for kind in sorted(examples, reverse=True)}
        number = 0
        for kind in sorted(different.values()):
            for letter in self._letters(notice, examples[kind], due):
                number += 1
                shown = Letter(
                    key=f"preview:{message.id}:{number}",
                    room=to.room,
                    contact=to.contact,
                    text=letter.text,
                    kind=letter.kind,
                    file=letter.file,
                    purpose=Purpose.COMMAND_REPLY,
                    data=dict(letter.data),
                )
                turn.outbox.put(shown)

    def _letters(self, notice: NoticeSettings, place: Place, due: datetime) -> list[Piece]:
        local = due.astimezone(self.config.zone)
        return compose(notice, place.kind, values(notice, place.topic, local))

    def _next(self, turn: Turn, notice: NoticeSettings) -> datetime | None:
        ahead = self.plans.ahead(turn, notice)
        if ahead is not None:
            return ahead.due_at
        return self.plans.next_moment(turn, notice, turn.now)
