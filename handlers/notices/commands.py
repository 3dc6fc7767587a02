"""What managers type about notices: what is planned, previews, approval, cancelling, releasing."""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.message import Kind, Purpose
from bot.notices import lapse
from bot.notices.figures import figures
from bot.storage.tables import (
    WAITING,
    NoticeState,
    Occasion,
    OccasionState,
)
from bot.turn import Address, Turn
from handlers.notices.content import WEEKDAYS, digest
from handlers.notices.gatherings import Gatherings
from handlers.notices.plans import RING, Plans, timer_key
from handlers.notices.posting import Notices
from handlers.notices.previews import Previews
from handlers.notices.tidings import STATES, Tidings
from handlers.reading import Reading, Role, Setting
from handlers.wording import Wording

WANTED = re.compile(
    r"公告(?:[\s，,:：]*(预览|批准|取消|放行|状态|名单))?[\s，,:：]*(.*)", re.DOTALL
)
CHANGES = frozenset({"批准", "取消", "放行"})
SHOWN = 6  # occasions ahead


@dataclass(frozen=True, slots=True)
class NoticeCommand:
    """A command as it was typed: its verb ("" to list), and what it is about."""

    verb: str
    about: str


@dataclass(frozen=True, slots=True)
class NoticeCommands:
    """The commands about notices, under one configuration."""

    config: Config
    say: Wording
    plans: Plans
    notices: Notices
    events: Gatherings
    tidings: Tidings
    previews: Previews

    def recognise(self, reading: Reading) -> NoticeCommand | None:
        """Recognise a command of staff or managers, in the support room or privately."""
        at_work = reading.private or reading.setting is Setting.SUPPORT
        if not at_work or reading.role is Role.MEMBER or reading.message.kind is not Kind.TEXT:
            return None
        found = WANTED.fullmatch(reading.message.text.strip())
        return NoticeCommand(found[1] or "", found[2].strip()) if found else None

    def take(self, turn: Turn, reading: Reading, command: NoticeCommand) -> None:
        """Do what was asked, or say why not."""
        text = self._obey(turn, reading, command)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)
        if command.verb == "预览":
            notice = self._find(command.about)
            if notice is not None:
                self.previews.show(turn, reading.message, notice)

    def _obey(self, turn: Turn, reading: Reading, command: NoticeCommand) -> str:
        if command.verb in CHANGES and reading.role is not Role.MANAGER:
            return self.say("notice_managers_only")
        if not command.verb:
            return self._list(turn) if not command.about else self.say("notice_hint")
        notice = self._find(command.about)
        if notice is None:
            known = "、".join(each.id for each in self.config.notices) or "无"
            return self.say("notice_unknown", notice=command.about or "？", known=known)
        verbs: Mapping[str, Callable[[Turn, NoticeSettings, str], str]] = {
            "预览": self.previews.describe,
            "批准": self._approve,
            "取消": self._cancel,
            "放行": self._release,
            "状态": self._status,
            "名单": self._people,
        }
        return verbs[command.verb](turn, notice, reading.message.sender.id)

    def _find(self, about: str) -> NoticeSettings | None:
        matching = (each for each in self.config.notices if about in (each.id, each.title))
        return next(matching, None)

    # -- looking

    def _list(self, turn: Turn) -> str:
        if not self.config.notices:
            return self.say("notices_none")
        coming = self.previews.foresight.coming(turn.now, SHOWN)
        if not coming:
            return self.say("notices_list_empty")
        lines = [self._line(turn, notice, due) for due, notice in coming]
        return self.say("notices_list", lines="\n".join(lines))

    def _line(self, turn: Turn, notice: NoticeSettings, due: datetime) -> str:
        local = due.astimezone(self.config.zone)
        row = turn.notices.at(notice.id, "", due)
        marks = "（已取消）" if row and row.state == OccasionState.CANCELLED else ""
        if not marks and self.plans.needs_approval(turn, notice):
            marks = "（待批准）"
        return self.say(
            "notice_line",
            when=f"{local:%m-%d %H:%M}",
            weekday=f"周{WEEKDAYS[local.weekday()]}",
            title=notice.title,
            notice=notice.id,
            groups=len(self.plans.places(turn, notice)),
            marks=marks,
        )

    def _open(self, turn: Turn, notice: NoticeSettings) -> list[Occasion]:
        """List the occasions that began and may still be worked on, the earliest first."""
        living = [each for each in turn.notices.living(notice.id) if not each.part]
        open_ones = [each for each in living if each.state == OccasionState.OPEN]
        past = turn.notices.past(notice.id)
        if past is not None and past not in open_ones and past.state == OccasionState.OVER:
            open_ones.append(past)  # letters may still be in the outbox
        return open_ones

    # -- changing

    def _approve(self, turn: Turn, notice: NoticeSettings, manager: str) -> str:
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
            if not each.part and turn.notices.rows(each, (NoticeState.AWAITING_APPROVAL,))
        ]
        for occasion in waiting:
            for row in turn.notices.rows(occasion, (NoticeState.AWAITING_APPROVAL,)):
                turn.notices.mark(row, NoticeState.PLANNED)
            if occasion.state == OccasionState.OPEN:
                turn.timers.set(timer_key(occasion), RING, at=turn.now)
        return self._told_approved(turn, notice, [*waiting, *([ahead] if ahead else [])])

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

    def _cancel(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        unsent = (*WAITING, NoticeState.QUEUED)
        began = [each for each in self._open(turn, notice) if turn.notices.rows(each, unsent)]
        occasion = began[0] if began else self.plans.ahead(turn, notice)
        if occasion is None:
            return self.say("notice_nothing_to_cancel", title=notice.title)
        if occasion.state == OccasionState.AHEAD:
            self.notices.begin(turn, notice, occasion)
        count = self.plans.cancel_rows(turn, occasion, self.say("why_cancelled"))
        for reminder in turn.notices.living(notice.id):
            if reminder.part and reminder.due_at == occasion.due_at:
                self.plans.cancel_rows(turn, reminder, self.say("why_cancelled"))
        self.plans.plan(turn, notice)
        sent = len(turn.notices.rows(occasion)) - count
        return self.say(
            "notice_cancelled_partly" if sent else "notice_cancelled",
            title=notice.title,
            when=self.tidings.when(occasion.due_at),
            count=count,
            sent=sent,
        )

    def _release(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        count = 0
        for occasion in turn.notices.living(notice.id):
            for row in turn.notices.rows(occasion, (NoticeState.HELD,)):
                row.released = True
                turn.notices.mark(row, NoticeState.PLANNED)
                count += 1
            if count:
                turn.timers.set(timer_key(occasion), RING, at=turn.now)
        if not count:
            return self.say("notice_nothing_held", title=notice.title)
        return self.say("notice_released", title=notice.title, count=count)

    # -- how it goes

    def _status(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        occasion = turn.notices.past(notice.id)
        if occasion is None:
            ahead = self.plans.ahead(turn, notice)
            if ahead is None:
                return self.say("notice_status_none", title=notice.title)
            return self.say(
                "notice_status_ahead",
                title=notice.title,
                notice=notice.id,
                when=self.tidings.when(ahead.due_at),
                count=len(self.plans.places(turn, notice, ahead)),
            )
        rows = turn.notices.rows(occasion)
        counts = Counter(NoticeState(row.state) for row in rows)
        sent = counts.pop(NoticeState.SENT, 0)
        others = "".join(f"，{STATES[state]} {count}" for state, count in sorted(counts.items()))
        troubled = [row for row in rows if row.why]
        details = "".join(
            f"· {turn.directory.topic(row.room) or row.room}："
            f"{STATES[NoticeState(row.state)]}（{row.why}）\n"
            for row in troubled[:10]
        )
        counted = figures(turn.session, occasion)
        return self.say(
            "notice_status",
            title=notice.title,
            notice=notice.id,
            when=self.tidings.when(occasion.due_at),
            sent=sent,
            total=len(rows),
            others=others,
            details=details,
            figures=self.say(
                "notice_figures",
                reach=counted.reach,
                signups=counted.signups,
                attended=counted.attended,
                joins=counted.joins,
                leaves=counted.leaves,
                complaints=counted.complaints,
            ),
        )

    def _people(self, turn: Turn, notice: NoticeSettings, _: str) -> str:
        return self.events.listing(turn, notice)
