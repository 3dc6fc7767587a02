"""What managers hear of notices: what waits for them, what went wrong; folded, and not at night."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

from bot.config import Config
from bot.errors import NotDelivered, Refused
from bot.message import Letter, Purpose
from bot.notices import TROUBLE
from bot.outbox import pieces
from bot.storage.tables import NoticeState, Occasion, Occurrence, Outgoing, Timer
from bot.turn import Turn
from handlers.notices.guard import Guard
from handlers.wording import Wording

REPORT = "notice-report"
FOLD = timedelta(seconds=20)  # what goes wrong within this is told together
NAMED = 8  # groups named in one line
STATES = {
    NoticeState.PLANNED: "待发",
    NoticeState.AWAITING_APPROVAL: "待批准",
    NoticeState.HELD: "暂缓",
    NoticeState.QUEUED: "发送中",
    NoticeState.SENT: "已发",
    NoticeState.DROPPED: "未发",
    NoticeState.EXPIRED: "过期未发",
    NoticeState.CANCELLED: "已取消",
    NoticeState.UNCONFIRMED: "不确定",
}


@dataclass(frozen=True, slots=True)
class Tidings:
    """What is told to managers, under one configuration."""

    config: Config
    say: Wording
    guard: Guard

    def report(self, turn: Turn, rows: Iterable[Occurrence]) -> None:
        """Let what went wrong be told soon, together with what follows within seconds."""
        news = any(row.state in TROUBLE and row.told_at is None for row in rows)
        if news and turn.timers.get(REPORT) is None:
            turn.timers.set(REPORT, REPORT, at=turn.now + FOLD)

    def tell_report(self, turn: Turn, _: Timer) -> None:
        """Tell everything that went wrong and was not told yet."""
        rows = turn.notices.untold()
        lines = []
        for (notice, due, part), of_one in groupby(
            rows, key=lambda r: (r.notice, r.due_at, r.part)
        ):
            found = list(of_one)
            occasion = turn.notices.at(notice, part, due)
            title = occasion.title if occasion else notice
            when = self.when(due) + ("（提醒）" if part else "")
            for state, why in dict.fromkeys((row.state, row.why) for row in found):
                rooms = [row.room for row in found if (row.state, row.why) == (state, why)]
                line = self.say(
                    "notice_trouble",
                    notice=notice,
                    title=title,
                    when=when,
                    state=STATES[NoticeState(state)],
                    why=f"（{why}）" if why else "",
                    groups=self.groups(turn, rooms),
                )
                lines.append(line)
            for row in found:
                row.told_at = turn.now
        if lines:
            hints = self._hints(rows)
            self.tell(turn, "\n".join([*lines, *hints]), key=f"notices:{turn.now.isoformat()}")

    def ask_approval(self, turn: Turn, occasion: Occasion, groups: int) -> None:
        """Ask managers to approve what is planned."""
        text = self.say(
            "notice_asks_approval",
            notice=occasion.notice,
            title=occasion.title,
            when=self.when(occasion.due_at),
            count=groups,
        )
        key = f"approve:{occasion.notice}:{occasion.due_at.isoformat()}:{turn.now.isoformat()}"
        self.tell(turn, text, key=key)

    def tell_clash(self, turn: Turn, one: Occasion, other: Occasion) -> None:
        """Tell of two notices in one minute in the same group."""
        text = self.say(
            "notice_clash",
            title=one.title,
            other=other.title,
            when=self.when(one.due_at),
            gap=int(self.config.planning.least_gap.total_seconds() // 60),
        )
        first, second = sorted((one.notice, other.notice))
        self.tell(turn, text, key=f"clash:{first}:{second}:{one.due_at.isoformat()}")

    def tell_gone(self, turn: Turn, occasion: Occasion, gone: Iterable[Path]) -> None:
        """Tell once an occasion that files have vanished."""
        files = "、".join(path.name for path in gone)
        text = self.say(
            "notice_files_gone", title=occasion.title, notice=occasion.notice, files=files
        )
        self.tell(turn, text, key=f"gone:{occasion.notice}:{occasion.due_at.isoformat()}")

    def tell(self, turn: Turn, text: str, *, key: str) -> None:
        """Say something to every manager, after the quiet hours."""
        due = self.guard.quiet_until(turn.now) or turn.now
        for manager in self.config.wechat.managers:
            for number, piece in enumerate(pieces(text)):
                letter = Letter(
                    key=f"{key}:{manager}:{number}",
                    contact=manager,
                    text=piece,
                    purpose=Purpose.NOTIFY_MANAGER,
                )
                turn.outbox.put(letter, due_at=due)

    def before_night(self, moment: datetime) -> datetime:
        """Return when managers can be told by a moment: before the quiet hours around it."""
        return self.guard.quiet_since(moment) or moment

    def not_told(self, turn: Turn, letter: Outgoing, error: NotDelivered | None) -> None:
        """Say in the support room what cannot be said to a manager privately."""
        room = self.config.support.room
        if not isinstance(error, Refused) or not room or letter.room is not None:
            return
        content = letter.key.removesuffix(f":{letter.contact}")
        told = Letter(
            key=f"instead:{content.replace(f':{letter.contact}:', ':')}",
            room=room,
            text=letter.text,
            purpose=Purpose.NOTIFY_MANAGER,
        )
        turn.outbox.put(told)

    def when(self, moment: datetime) -> str:
        """Write a moment for people."""
        local = moment.astimezone(self.config.zone)
        return f"{local:%m-%d %H:%M}"

    def groups(self, turn: Turn, rooms: list[str]) -> str:
        """Name some rooms, and count the rest."""
        names = [turn.directory.topic(room) or room for room in rooms[:NAMED]]
        more = f" 等 {len(rooms)} 个群" if len(rooms) > NAMED else ""
        return "、".join(names) + more

    def _hints(self, rows: Iterable[Occurrence]) -> list[str]:
        states = {row.state for row in rows}
        hints = []
        if NoticeState.HELD in states:
            held = {row.notice for row in rows if row.state == NoticeState.HELD}
            named = held.pop() if len(held) == 1 else "ID"
            hints.append(self.say("notice_hint_held", notice=named))
        if NoticeState.UNCONFIRMED in states:
            hints.append(self.say("notice_hint_unconfirmed"))
        return hints
