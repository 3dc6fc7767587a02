"""What the desk did today, told once a day in the support room."""

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from sqlmodel import col, select

from bot.config import Config
from bot.desk.figures import Figures, Yardstick, figures
from bot.message import Purpose
from bot.storage.tables import Ticket, Timer
from bot.turn import Turn
from handlers.desk.roster import Roster
from handlers.desk.service import Service, minutes
from handlers.desk.staffroom import StaffRoom
from handlers.wording import Wording, topic_name

DIGEST = "digest"  # the timer: its key and its kind
DAY = timedelta(days=1)
LATE = timedelta(hours=3)  # after which a digest is no longer today's
TOPICS = 5
NUMBERS = 10


@dataclass(frozen=True, slots=True)
class Digest:
    """The daily figures, under one configuration."""

    config: Config
    say: Wording
    roster: Roster
    room: StaffRoom
    service: Service

    def yard(self, now: datetime) -> Yardstick:
        """Return what tickets are measured by."""
        return Yardstick(
            now=now,
            hours=self.roster.hours,
            promise=self.service.promise,
            zone=self.config.zone,
            agent=self.roster.name,
            topic=topic_name,
        )

    def wake(self, turn: Turn) -> None:
        """Set the next digest, or none."""
        if self.config.support.digest is None:
            turn.timers.cancel(DIGEST)
            return
        turn.session.flush()
        waiting = turn.timers.get(DIGEST)
        due = self._next(self.config.support.digest, turn.now)
        if waiting is None or waiting.due_at > turn.now:
            turn.timers.set(DIGEST, DIGEST, at=due, data={"for": due.isoformat()})

    def tell(self, turn: Turn, timer: Timer) -> None:
        """Tell the day's figures, and set the next digest; a day without anything is not told."""
        due = datetime.fromisoformat(timer.data["for"])
        self.wake(turn)
        if turn.now - due > LATE:
            return
        day = due.astimezone(self.config.zone)
        midnight = day.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(due.tzinfo)
        yard = replace(self.yard(turn.now), counts=lambda each: not self.room.secret(turn, each))
        found = figures(turn.session, turn.account, midnight, turn.now, yard)
        live = [ticket for ticket in turn.desk.live() if not self.room.secret(turn, ticket)]
        solved = self._solved(turn, midnight)
        if not found[0].opened and not live and not solved:
            return
        topics = [each for each in found if each.by == "topic"]
        topics.sort(key=lambda each: -each.opened)
        date = f"{day.month}月{day.day}日"
        text = self.say("digest_quiet", day=date, live=len(live), solved=solved)
        if found[0].opened:
            today = replace(found[0], solved=solved)
            text = self._write(date, today, topics[:TOPICS], len(live))
        if live:
            text += "\n" + self.say("digest_oldest", tickets=_numbers(live))
        key = f"digest:{day:%Y-%m-%d}"
        self.room.tell(turn, text, key=key, purpose=Purpose.DIGEST)

    def _solved(self, turn: Turn, since: datetime) -> int:
        """Count what was solved since a moment, whenever it was opened."""
        wanted = select(Ticket).where(
            Ticket.account == turn.account, col(Ticket.resolved_at) >= since
        )
        found = turn.session.exec(wanted)
        return sum(1 for ticket in found if not self.room.secret(turn, ticket))

    def _write(self, day: str, total: Figures, topics: list[Figures], live: int) -> str:
        return self.say(
            "digest",
            day=day,
            opened=total.opened,
            solved=total.solved,
            live=live,
            first=_length(total.first_median),
            first_p90=_length(total.first_p90),
            kept="—" if total.first_within is None else f"{total.first_within:.0%}",
            private="—" if total.private_median is None else f"{total.private_median:.0f} 秒",
            follow_ups=total.follow_ups,
            pile_ons=total.pile_ons,
            reopened=total.reopened,
            false_alarms=total.false_alarms,
            rating="—" if total.rating is None else f"{total.rating:g}",
            topics="、".join(f"{each.name} {each.opened}" for each in topics) or "—",
        )

    def _next(self, clock: time, now: datetime) -> datetime:
        local = now.astimezone(self.config.zone)
        due = local.replace(hour=clock.hour, minute=clock.minute, second=0, microsecond=0)
        due = due if due > local else due + DAY
        return due.astimezone(now.tzinfo)


def _length(seconds: float | None) -> str:
    return "—" if seconds is None else minutes(timedelta(seconds=seconds))


def _numbers(tickets: list[Ticket]) -> str:
    shown = "、".join(f"#{each.number}" for each in tickets[:NUMBERS])
    return shown + (" ……" if len(tickets) > NUMBERS else "")
