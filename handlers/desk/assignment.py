"""Every ticket has an owner who is there and acts; who does not loses it to the next."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.desk.duty import Worker
from bot.desk.service import stretches
from bot.storage.tables import ServiceClock, Ticket, Timer
from bot.turn import Turn
from handlers.desk.roster import Roster
from handlers.desk.staffroom import StaffRoom
from handlers.wording import Wording, topic_name

DEAL = "deal"  # the timer that rings when somebody is there again
MINUTE = timedelta(minutes=1)
NOTHING = timedelta()
LISTED = 20


@dataclass(frozen=True, slots=True)
class Change:
    """A ticket that changed hands, from whom (None: nobody) and why."""

    ticket: Ticket
    before: str | None
    why: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who gets which ticket, under one configuration."""

    say: Wording
    roster: Roster
    room: StaffRoom
    idle: timedelta

    def assign(self, turn: Turn, ticket: Ticket) -> str | None:
        """Give a ticket to whoever is to take it; where nobody is there, it is dealt out later."""
        worker = self.roster.next_for(turn, ticket)
        if worker is None:
            self._deal_later(turn)
            return None
        turn.desk.assign(ticket, worker.id, f"{turn.now.isoformat()}:{len(ticket.passed_by)}")
        return worker.id

    def choose(self, turn: Turn, topic: str, barred: Collection[str]) -> str | None:
        """Say who is to take a new ticket; where nobody is there, it is dealt out later."""
        worker = self.roster.first_for(turn, topic, barred)
        if worker is None:
            self._deal_later(turn)
            return None
        return worker.id

    def deal(self, turn: Turn, _: Timer | None = None) -> None:
        """Deal out what nobody owns, the oldest first."""
        waiting = turn.desk.unassigned()
        dealt = [Change(each, None, "") for each in waiting if self.assign(turn, each)]
        self.tell(turn, dealt, "dealt")

    def check_owners(self, turn: Turn) -> None:
        """Take tickets from people who are no longer in the configuration."""
        gone = [
            ticket
            for ticket in turn.desk.live()
            if ticket.assignee is not None and not self.roster.known(ticket.assignee)
        ]
        changes = [self._pass_on(turn, ticket, self.say("why_gone")) for ticket in gone]
        self.tell(turn, changes, "gone")

    def keep_owned(self, turn: Turn, ticket: Ticket) -> None:
        """See that a ticket that is taken up again has an owner who is still of the staff."""
        if ticket.assignee is None:
            self.assign(turn, ticket)
        elif not self.roster.known(ticket.assignee):
            change = self._pass_on(turn, ticket, self.say("why_gone"))
            self.tell(turn, [change], f"gone:{ticket.number}")

    def watch(self, turn: Turn, clock: ServiceClock, ticket: Ticket) -> Change | None:
        """Take a ticket from an owner who went home or does not act, if there is another."""
        owner = self.roster.worker(ticket.assignee)
        if owner is None:  # a manager, whom nobody hurries
            clock.due_at = None
            return None
        hours = self.roster.hours
        spent = sum((hours.elapsed(*each) for each in stretches(clock, turn.now)), timedelta())
        went = hours.open_at(turn.now) and not owner.there(turn.now)
        if went or spent >= self.idle:
            other = self.roster.next_for(turn, ticket)
            if other is not None and other.id != owner.id:
                minutes = int(spent.total_seconds() // 60)
                why = self.say("why_home") if went else self.say("why_idle", minutes=minutes)
                return self._pass_on(turn, ticket, why)
            spent = timedelta()  # nobody else is there: the owner keeps it for now
        clock.due_at = self.next_look(turn, owner, spent)
        return None

    def next_look(self, turn: Turn, owner: Worker, spent: timedelta = NOTHING) -> datetime:
        """Say when an owner who has let so much time pass is over it, or goes home before."""
        expected = self.roster.after(turn.now, self.idle - spent)
        leaves = owner.hours.add(turn.now, owner.hours.elapsed(turn.now, expected))
        return leaves if turn.now < leaves < expected else expected

    def tell(self, turn: Turn, changes: Sequence[Change], source: str) -> None:
        """Tell old and new owners what changed hands, together."""
        here = [each for each in changes if not self.room.secret(turn, each.ticket)]
        for change in changes:
            if change not in here:
                self._tell_some(turn, [change], f"{source}:{change.ticket.number}")
        if here:
            self._tell_some(turn, here, source)

    def _tell_some(self, turn: Turn, changes: Sequence[Change], source: str) -> None:
        lines = [self._line(change) for change in changes[:LISTED]]
        if len(changes) > LISTED:
            lines.append(f"……还有 {len(changes) - LISTED} 个")
        people = [
            each
            for change in changes
            for each in (change.ticket.assignee, change.before)
            if each is not None and self.roster.known(each)
        ]
        self.room.tell(
            turn,
            "\n".join(lines),
            key=f"owners:{source}:{turn.now.isoformat()}",
            ticket=changes[0].ticket if len(changes) == 1 else None,
            mentions=people,
        )

    def _line(self, change: Change) -> str:
        values = {
            "ticket": change.ticket.number,
            "topic": topic_name(change.ticket.topic),
            "name": change.ticket.member_name,
            "staff": self.roster.name(change.ticket.assignee) or self.say("nobody"),
            "before": self.roster.name(change.before),
            "why": change.why,
        }
        return self.say("passed_on" if change.before else "dealt_out", **values)

    def _pass_on(self, turn: Turn, ticket: Ticket, why: str) -> Change:
        before = ticket.assignee
        turn.desk.take_back(ticket, f"{turn.now.isoformat()}:{len(ticket.passed_by)}")
        self.assign(turn, ticket)
        return Change(ticket, before, why)

    def _deal_later(self, turn: Turn) -> None:
        back = self.roster.back(turn.now + MINUTE)
        if back is not None:
            turn.timers.set(DEAL, DEAL, at=back)


def local(moment: datetime, now: datetime) -> str:
    """Write a moment for people: the time alone where it is today."""
    if moment.date() == now.date():
        return f"{moment:%H:%M}"
    return f"{moment.month}月{moment.day}日 {moment:%H:%M}"
