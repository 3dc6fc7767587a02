"""What managers ask about the groups: the letter, the health of a group, who brought whom."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.community.staying import Staying
from bot.community.yields import Yield, reckon
from bot.config import Config
from bot.config.hours import WEEKDAYS
from bot.message import Purpose
from bot.storage.tables import Timer
from bot.turn import Address, Turn
from handlers.community.letters import Letters
from handlers.managers import Managers
from handlers.reading import Reading, Role, Setting
from handlers.wording import Wording

WEEKLY = "weekly-letter"
ASKED = re.compile(r"(周报|健康|邀请榜|复盘|来源|渠道|留存|帮助|指令|菜单|help|[?？])(?:\s+(.+))?")
BOARD = timedelta(days=30)
SHOWN = 10
SOURCES = {"channel": "source_channel", "giveaway": "source_gift", "inviter": "source_inviter"}


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of the groups as managers get them, under one configuration."""

    config: Config
    say: Wording
    managers: Managers
    letters: Letters

    def wake(self, turn: Turn) -> None:
        """Set the moment of the next letter, or unset it."""
        settings = self.config.community
        if not settings.letter or settings.letter_time is None:
            turn.timers.cancel(WEEKLY)
            return
        turn.timers.set(WEEKLY, WEEKLY, at=self._next(turn.now))

    def write(self, turn: Turn, _: Timer) -> None:
        """Send the weekly letter to the managers, where anything happened."""
        end = turn.now.astimezone(self.config.zone).date()
        if self.letters.weeks.happened(turn, end):
            text = self.letters.write(turn, end, sent=True)
            self.managers.tell(turn, text, key=f"letter:{end.isoformat()}")
        turn.timers.set(WEEKLY, WEEKLY, at=self._next(turn.now + timedelta(minutes=1)))

    def _next(self, moment: datetime) -> datetime:
        """Return the first moment of a letter, not before the given one."""
        local = moment.astimezone(self.config.zone)
        days = (WEEKDAYS.index(self.config.community.letter_day) - local.weekday()) % 7
        clock = self.config.community.letter_time
        if clock is None:
            raise ValueError("no time for the letter")
        due = datetime.combine(local.date() + timedelta(days=days), clock, self.config.zone)
        return due if due >= local else due + timedelta(days=7)

    def recognise(self, reading: Reading) -> tuple[str, str] | None:
        """Recognise a manager who asks for figures: privately, or the board in its group."""
        found = ASKED.fullmatch(reading.message.text.strip())
        if found is None or reading.role is not Role.MANAGER:
            return None
        at_work = reading.private or reading.setting is Setting.SUPPORT
        return (found[1], found[2] or "") if at_work or found[1] == "邀请榜" else None

    def answer(self, turn: Turn, reading: Reading, asked: tuple[str, str]) -> None:
        """Answer where it was asked."""
        what, which = asked
        answers: dict[str, Callable[[], str]] = {
            "周报": lambda: self._letter(turn),
            "健康": lambda: self._health(turn, which),
            "复盘": lambda: self._yields(turn),
            "来源": lambda: self._sources(turn),
            "渠道": lambda: self._sources(turn),
            "留存": lambda: self._cohorts(turn),
            "邀请榜": lambda: self._board(turn),
        }
        text = answers[what]() if what in answers else self.say("manager_menu")
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def _letter(self, turn: Turn) -> str:
        return self.letters.write(turn, turn.now.astimezone(self.config.zone).date())

    def _health(self, turn: Turn, which: str) -> str:
        staying = Staying(turn.session, turn.account, turn.now, self.config.zone)
        end = turn.now.astimezone(self.config.zone).date()
        rooms = self.letters.weeks.rooms(turn)
        wanted = {r: t for r, t in rooms.items() if which in (r, t)} if which else rooms
        lived = staying.healths(list(wanted), end)
        parts = []
        for room, topic in sorted(wanted.items()):
            health = lived[room]
            if not staying.counted(room):
                parts.append(self.say("health_unknown", group=topic))
                continue
            lines = [
                self.say("health_line", name=p.name, score=p.points, most=p.most, why=p.why)
                for p in health.parts
            ]
            shown = "\n".join(lines) if which or len(wanted) == 1 else ""
            parts.append(self.say("health", group=topic, score=health.score, lines=shown).strip())
        return "\n".join(parts) or self.say("health_none", group=which)

    def _board(self, turn: Turn) -> str:
        staying = Staying(turn.session, turn.account, turn.now, self.config.zone)
        credit = self.config.joining.credit_after
        board = staying.board(turn.now - BOARD, credit)[:SHOWN]
        if not board:
            return self.say("board_empty")
        lines = [
            self.say("board_line", rank=n, name=turn.directory.name(who) or who, count=count)
            for n, (who, count) in enumerate(board, 1)
        ]
        return self.say("board", lines="\n".join(lines), days=credit.days or 1)

    def _sources(self, turn: Turn) -> str:
        """Say for every source who came through it lately, and who of them stayed."""
        staying = Staying(turn.session, turn.account, turn.now, self.config.zone)
        lines = [
            self.say(
                "source_line",
                source=self._source(cohort.name),
                count=cohort.size,
                here=cohort.here,
                kept=_kept(cohort.kept, (1, 4)),
            )
            for cohort in sorted(staying.by_source(), key=lambda each: -each.size)
        ]
        return self.say("sources", lines="\n".join(lines)) if lines else self.say("sources_none")

    def _cohorts(self, turn: Turn) -> str:
        """Say for every week who came in it, and who of them was there weeks later."""
        staying = Staying(turn.session, turn.account, turn.now, self.config.zone)
        lines = []
        for cohort in staying.by_week():
            monday = date.fromisoformat(cohort.name)
            lines.append(
                self.say(
                    "cohort_line",
                    week=f"{monday.month}月{monday.day}日",
                    count=cohort.size,
                    here=cohort.here,
                    kept=_kept(cohort.kept, range(1, len(cohort.kept) + 1)),
                )
            )
        return self.say("cohorts", lines="\n".join(lines)) if lines else self.say("sources_none")

    def _source(self, name: str) -> str:
        kind, _, id_ = name.partition(":")
        titles = {f"channel:{each.id}": each.title for each in self.config.channels}
        titles |= {f"giveaway:{each.id}": each.title for each in self.config.giveaways}
        title = titles.get(name, id_)
        return self.say(SOURCES.get(kind, "source_other"), title=title)

    def _yields(self, turn: Turn) -> str:
        parts = []
        for gift in self.config.giveaways:
            brought = reckon(turn.session, turn.account, turn.now, gift.id)
            sentence = "yield" if brought.joined else "yield_empty"
            values = {"joined": brought.joined, "hunters": brought.hunters, "real": brought.real}
            kept = self._stayed(brought)
            parts.append(self.say(sentence, title=gift.title, kept=kept, **values))
        return "\n".join(parts) or self.say("yield_none")

    def _stayed(self, brought: Yield) -> str:
        if brought.week is None:
            return self.say("yield_early")
        sentence = "yield_week" if brought.month is None else "yield_month"
        return self.say(sentence, week=brought.week, month=brought.month)


def _kept(shares: Sequence[float | None], weeks: Iterable[int]) -> str:
    """Say who of a cohort was there after some weeks, as far as that is known."""
    known = [(week, shares[week - 1]) for week in weeks if week <= len(shares)]
    told = "、".join(f"{week} 周 {share:.0%}" for week, share in known if share is not None)
    return f"；满 {told}" if told else ""
