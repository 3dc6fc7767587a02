"""Service clocks: warned of, broken and escalated, in one combined reminder and never a stream."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum

from bot.config import Config
from bot.desk.service import stretches
from bot.message import Purpose
from bot.storage.tables import ClockKind, Note, ServiceClock, Ticket, Timer
from bot.turn import SERVICE, Address, Turn
from handlers.desk.assignment import Assignment, Change
from handlers.desk.roster import Roster
from handlers.desk.staffroom import StaffRoom
from handlers.wording import Wording, topic_name

WARNING = 0.75  # of a promise
APART = timedelta(minutes=5)  # between two reminders
TOGETHER = timedelta(minutes=1)  # who is due so soon after another is told of with him
LISTED = 20
LAST = "service:last"  # the note that keeps when the last reminder was
URGENT = 3


class Call(IntEnum):
    """Who is called, the graver the more."""

    SOON = 1  # the promise is three quarters gone
    LATE = 2
    BREACH = 3
    LEAD = 4
    MANAGER = 5


@dataclass(frozen=True, slots=True)
class Reminder:
    """One ticket that somebody waits on, and how grave that is."""

    ticket: Ticket
    kind: ClockKind
    call: Call
    waited: timedelta
    promise: timedelta


@dataclass(frozen=True, slots=True)
class Service:
    """The promises to members, under one configuration."""

    config: Config
    say: Wording
    roster: Roster
    room: StaffRoom
    assignment: Assignment

    def wake(self, turn: Turn) -> None:
        """Look at every clock anew: hours and promises may be others now."""
        self.assignment.check_owners(turn)
        if turn.desk.unassigned():
            self.assignment.deal(turn)
        if turn.desk.clocks.replan():
            turn.timers.set(SERVICE, SERVICE, at=turn.now)

    def look(self, turn: Turn, _: Timer) -> None:
        """Look at the clocks that are due, tell what there is to tell, and plan the next look."""
        if (together := self._together(turn)) > turn.now:
            turn.timers.set(SERVICE, SERVICE, at=together)
            return
        reminders: list[Reminder] = []
        changes: list[Change] = []
        last = turn.session.get(Note, (turn.account, LAST))
        patience = last.at + APART if last is not None and last.at <= turn.now else turn.now
        for clock in turn.desk.clocks.due():
            ticket = turn.desk.find(clock.ticket)
            if clock.kind == ClockKind.OWNER:
                change = self.assignment.watch(turn, clock, ticket)
                changes += [change] if change is not None else []
            elif (reminder := self._judge(turn, clock, ticket, patience)) is not None:
                reminders.append(reminder)
        self.assignment.tell(turn, changes, "owners")
        self._remind(turn, reminders)
        turn.session.flush()
        following = turn.desk.clocks.next_due()
        if following is not None:
            turn.timers.set(SERVICE, SERVICE, at=following)

    def _together(self, turn: Turn) -> datetime:
        """Say at which moment those can be told of in one reminder that are due within a minute."""
        first = turn.desk.clocks.next_due()
        if first is None or first + TOGETHER <= turn.now:
            return turn.now
        return turn.desk.clocks.last_due(first + TOGETHER) or turn.now

    def promise(self, kind: ClockKind, severity: int) -> timedelta:
        """Return in which service time something is promised."""
        return self._steps(kind, severity)[1][0]

    def first_looks(
        self, turn: Turn, severity: int, owner: str | None
    ) -> dict[ClockKind, datetime]:
        """Plan when to look at the clocks of a ticket that begins now."""
        looks = {
            kind: self.roster.after(turn.now, self._steps(kind, severity)[0][0])
            for kind in (ClockKind.FIRST, ClockKind.RESOLUTION)
        }
        worker = self.roster.worker(owner)
        if worker is not None:
            looks[ClockKind.OWNER] = self.assignment.next_look(turn, worker)
        return looks

    def _judge(
        self, turn: Turn, clock: ServiceClock, ticket: Ticket, patience: datetime
    ) -> Reminder | None:
        """Plan the next look at a clock; return what is to be told now."""
        hours = self.roster.hours
        waited = sum((hours.elapsed(*each) for each in stretches(clock, turn.now)), timedelta())
        steps = self._steps(ClockKind(clock.kind), ticket.severity)
        passed = sum(1 for length, _ in steps if length <= waited)
        if passed > clock.stage and patience > turn.now:
            clock.due_at = patience
            return None
        coming = steps[passed][0] if passed < len(steps) else None
        clock.due_at = None if coming is None else hours.add(turn.now, coming - waited)
        if passed <= clock.stage:
            return None
        clock.stage = passed
        return Reminder(ticket, ClockKind(clock.kind), steps[passed - 1][1], waited, steps[1][0])

    def _steps(self, kind: ClockKind, severity: int) -> list[tuple[timedelta, Call]]:
        support = self.config.support
        share = support.urgent if severity >= URGENT else 1.0
        if kind == ClockKind.RESOLUTION:
            promise = support.resolution * share
            calls = [Call.SOON, Call.LEAD, Call.MANAGER]
            lengths = [promise * WARNING, promise, promise * 1.5]
        else:
            promise = support.first_reply if kind == ClockKind.FIRST else support.next_reply
            calls = list(Call)
            later = (promise, support.breach, support.escalate, support.to_manager)
            lengths = [promise * share * WARNING, *(length * share for length in later)]
        ascending = [max(lengths[: number + 1]) for number in range(len(lengths))]
        return list(zip(ascending, calls, strict=True))

    # -- telling

    def _remind(self, turn: Turn, reminders: Sequence[Reminder]) -> None:
        if not reminders:
            return
        note = turn.session.get(Note, (turn.account, LAST))
        if note is None:
            note = Note(account=turn.account, key=LAST, at=turn.now)
            turn.session.add(note)
        note.at = turn.now
        ordered = sorted(reminders, key=lambda each: (-each.call, each.ticket.number))
        secret = [each for each in ordered if self.room.secret(turn, each.ticket)]
        for each in secret:
            self._tell(turn, [each], ticket=each.ticket)
        rest = [each for each in ordered if each not in secret]
        if rest:
            self._tell(turn, rest, ticket=rest[0].ticket if len(rest) == 1 else None)
        self._call_managers(turn, [each for each in ordered if each.call == Call.MANAGER])

    def _tell(self, turn: Turn, reminders: Sequence[Reminder], *, ticket: Ticket | None) -> None:
        lines = [self._line(each) for each in reminders[:LISTED]]
        if len(reminders) > LISTED:
            lines.append(f"……还有 {len(reminders) - LISTED} 个")
        people = [person for each in reminders for person in self._called(each)]
        number = f":{ticket.number}" if ticket is not None else ""
        self.room.tell(
            turn,
            self.say("service_reminder", count=len(reminders), lines="\n".join(lines)),
            key=f"service:{turn.now.isoformat()}{number}",
            purpose=Purpose.SLA_ALERT,
            ticket=ticket,
            mentions=people,
            brief=self.say("service_brief", count=len(reminders)),
        )

    def _line(self, reminder: Reminder) -> str:
        return self.say(
            "service_line",
            ticket=reminder.ticket.number,
            name=reminder.ticket.member_name,
            topic=topic_name(reminder.ticket.topic),
            waits=self.say(f"waits_{reminder.kind}"),
            waited=minutes(reminder.waited),
            promise=minutes(reminder.promise),
            grave=self.say(f"call_{reminder.call.name.lower()}"),
            staff=self.roster.name(reminder.ticket.assignee) or self.say("nobody"),
        )

    def _called(self, reminder: Reminder) -> list[str]:
        """Say whom a reminder calls: the owner, from the breach of an escalation on the leads."""
        owner = reminder.ticket.assignee
        leads = self.roster.in_charge(reminder.ticket)
        if owner is None:
            return leads
        return [owner, *leads] if reminder.call >= Call.LEAD else [owner]

    def _call_managers(self, turn: Turn, reminders: Sequence[Reminder]) -> None:
        for manager in self.config.wechat.managers:
            grave = [each for each in reminders if manager not in each.ticket.barred]
            if grave:
                lines = "\n".join(self._line(each) for each in grave[:LISTED])
                text = self.say("service_reminder", count=len(grave), lines=lines)
                key = f"service:{turn.now.isoformat()}:{manager}"
                to = Address(contact=manager)
                turn.say(to, text, key=key, purpose=Purpose.SLA_ALERT)


def minutes(length: timedelta) -> str:
    """Write a length of service time for people, in whole minutes or hours."""
    total = int(length.total_seconds() // 60)
    hours, rest = divmod(total, 60)
    if not hours:
        return f"{rest} 分钟"
    return f"{hours} 小时 {rest} 分钟" if rest else f"{hours} 小时"
