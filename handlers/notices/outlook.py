"""What managers see of notices: what comes next, what waits, and how the last one went."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from bot.config.notices import NoticeSettings
from bot.notices.figures import figures
from bot.storage.tables import NoticeState, Occasion, OccasionState
from bot.turn import Turn
from handlers.notices.content import WEEKDAYS
from handlers.notices.foresight import Foresight
from handlers.notices.plans import Plans
from handlers.notices.tidings import STATES, Tidings
from handlers.wording import Wording

SHOWN = 6  # occasions ahead
TROUBLED = 10  # groups whose trouble is told one by one
STUCK = (NoticeState.HELD, NoticeState.AWAITING_APPROVAL)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What can be seen of notices, under one configuration."""

    say: Wording
    plans: Plans
    tidings: Tidings
    foresight: Foresight

    # -- what comes

    def list(self, turn: Turn) -> str:
        """List what waits, what comes next, the courses, and what was ended."""
        notices = self.plans.config.notices
        if not notices:
            return self.say("notices_none")
        alive = [each for each in notices if not turn.notices.ended(each.id)]
        coming = self.foresight.coming(turn.now, SHOWN, alive)
        lines = [
            *self._stuck(turn),
            *(self._line(turn, notice, due) for due, notice in coming),
            *(self._course(turn, each) for each in alive if each.after_join is not None),
        ]
        text = self.say("notices_list", lines="\n".join(lines))
        text = text if lines else self.say("notices_list_empty")
        years = [self.foresight.occasions.guesses(notice, due) for due, notice in coming]
        if year := next((each for each in years if each is not None), None):
            text += self.say("notices_guessed", year=year)
        ended = [f"「{each.title}」（{each.id}）" for each in notices if each not in alive]
        return text + (self.say("notices_ended", names="、".join(ended)) if ended else "")

    def _line(self, turn: Turn, notice: NoticeSettings, due: datetime) -> str:
        local = due.astimezone(self.plans.config.zone)
        row = turn.notices.at(notice.id, "", due)
        marks = "（已取消）" if row and row.state == OccasionState.CANCELLED else ""
        marks = marks or ("（先压着）" if row and row.held_by else "")
        if not marks and self.plans.needs_approval(turn, notice):
            marks = "（待批准）"
        this_year = turn.now.astimezone(self.plans.config.zone).year
        return self.say(
            "notice_line",
            when=f"{local:%m-%d %H:%M}" if local.year == this_year else f"{local:%Y-%m-%d %H:%M}",
            weekday=f"周{WEEKDAYS[local.weekday()]}",
            title=notice.title,
            notice=notice.id,
            groups=len(self.plans.places(turn, notice)),
            marks=marks,
        )

    def _course(self, turn: Turn, notice: NoticeSettings) -> str:
        join = notice.after_join
        return self.say(
            "notice_line_course",
            day=f"第 {join.days} 天" if join and join.days else "当天",
            clock=f"{join.clock:%H:%M}" if join else "",
            title=notice.title,
            notice=notice.id,
            groups=len(self.plans.places(turn, notice)),
            marks="（待批准）" if self.plans.needs_approval(turn, notice) else "",
        )

    def _stuck(self, turn: Turn) -> Iterator[str]:
        """Yield a line for whatever began and waits for a manager."""
        for occasion in turn.notices.living():
            if occasion.state != OccasionState.OPEN:
                continue
            found = Counter(
                (NoticeState(row.state), row.why) for row in turn.notices.rows(occasion, STUCK)
            )
            for (state, why), count in found.items():
                yield self.say(
                    "notice_line_stuck",
                    when=self.tidings.when(occasion.due_at),
                    title=occasion.title,
                    notice=occasion.notice,
                    state=STATES[state],
                    count=count,
                    why=f"（{why}）" if why else "",
                )

    # -- how it went

    def status(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        """Say how far the latest occasion of a notice came, where not and why, and what it did."""
        occasion = turn.notices.past(notice.id)
        if occasion is None:
            return self._ahead(turn, notice)
        rows = turn.notices.rows(occasion)
        counts = Counter(NoticeState(row.state) for row in rows)
        sent = counts.pop(NoticeState.SENT, 0)
        others = "".join(f"，{STATES[state]} {count}" for state, count in sorted(counts.items()))
        troubled = [row for row in rows if row.why]
        details = "".join(
            f"· {turn.directory.topic(row.room) or row.room}："
            f"{STATES[NoticeState(row.state)]}（{row.why}）\n"
            for row in troubled[:TROUBLED]
        )
        if len(troubled) > TROUBLED:
            details += f"· 还有 {len(troubled) - TROUBLED} 个群\n"
        return self.say(
            "notice_status",
            title=notice.title,
            notice=notice.id,
            when=self.tidings.when(occasion.due_at),
            sent=sent,
            total=len(rows),
            others=others,
            details=details,
            figures=self._figures(turn, notice, occasion),
        ) + self._held(self.plans.ahead(turn, notice))

    def _ahead(self, turn: Turn, notice: NoticeSettings) -> str:
        if turn.notices.ended(notice.id):
            return self.say("notice_ended_before", title=notice.title, notice=notice.id)
        ahead = self.plans.ahead(turn, notice)
        if ahead is None:
            return self.say("notice_status_none", title=notice.title)
        return self.say(
            "notice_status_ahead",
            title=notice.title,
            notice=notice.id,
            when=self.tidings.when(ahead.due_at),
            count=len(self.plans.places(turn, notice, ahead)),
        ) + self._held(ahead)

    def _held(self, ahead: Occasion | None) -> str:
        """Say of the next occasion that a manager holds it back, where one does."""
        if ahead is None or not ahead.held_by:
            return ""
        when = self.tidings.when(ahead.due_at)
        return self.say("notice_status_held", notice=ahead.notice, when=when)

    def _figures(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> str:
        counted = figures(turn.session, occasion)
        signups, attended = counted.signups, counted.attended
        taken = self.say("notice_figures_signups", signups=signups, attended=attended)
        return self.say(
            "notice_figures",
            reach=counted.reach,
            signups=taken if notice.signup is not None or signups else "",
            joins=counted.joins,
            leaves=counted.leaves,
            complaints=counted.complaints,
        )
