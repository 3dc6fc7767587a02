"""The same trouble of several members: one alert, one statement that a manager approves."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from hashlib import blake2b

from bot.config import Config
from bot.errors import NotDelivered, TicketError
from bot.message import Kind, Purpose
from bot.storage.tables import Incident, Outgoing, Ticket, TicketState, Timer
from bot.turn import Address, Turn
from handlers.desk.roster import Roster
from handlers.desk.staffroom import StaffRoom
from handlers.reading import Reading, Role, Setting
from handlers.wording import Wording, topic_name

NEWS = "incident-news"  # the timer that tells what was folded in since
GATHER = timedelta(minutes=1)
LISTED = 20
QUOTED = 80
WRITTEN = re.compile(r"事件(?:\s*([0-9０-９]{1,9})\s*(发布|结束|草稿)?[\s：:]*(.*))?", re.DOTALL)
LETTER = "incident:"  # how the key of a statement's letter begins


@dataclass(frozen=True, slots=True)
class Order:
    """A command on incidents as it was typed: number (None: list them), verb ("": show), rest."""

    number: int | None
    verb: str
    rest: str


@dataclass(frozen=True, slots=True)
class Incidents:
    """What happens with incidents, under one configuration."""

    config: Config
    say: Wording
    roster: Roster
    room: StaffRoom

    def fitting(self, turn: Turn, topic: str, said: str) -> Incident | None:
        """Return the running incident that a complaint is part of, as far as its words tell."""
        return turn.incidents.fitting(topic, self._products(said))

    def fold(self, turn: Turn, running: Incident, ticket: Ticket) -> None:
        """Make a new ticket part of a running incident."""
        turn.incidents.fold(running, [ticket])
        self._gather(turn, running)

    def consider(self, turn: Turn, ticket: Ticket) -> bool:
        """Begin an incident with a new ticket; False: it stands alone."""
        if ticket.barred:
            return False
        support = self.config.support
        products = self._products(ticket.summary)
        begun = turn.incidents.begin(
            ticket, products, size=support.incident_size, within=support.incident_window
        )
        if begun is None:
            return False
        begun.statement = self.say("statement", topic=self._about(begun))
        self._alert(turn, begun)
        return True

    def _products(self, said: str) -> list[str]:
        return [each.word for each in self.config.words if each.word in said]

    def news(self, turn: Turn, timer: Timer) -> None:
        """Tell together which tickets were folded into an incident since the last time."""
        incident = turn.incidents.find(int(timer.data["incident"]))
        last = int(timer.data["after"])
        every = _shown(turn, incident)
        tickets = [each for each in every if each.number > last]
        if not tickets:
            return
        text = self.say(
            "incident_news",
            incident=incident.number,
            count=len(tickets),
            total=len(every),
            lines=self._lines(turn, tickets),
        )
        people = [each.assignee for each in tickets if each.assignee is not None]
        key = f"incident-news:{incident.number}:{tickets[-1].number}"
        self.room.tell(turn, text, key=key, purpose=Purpose.INCIDENT_ALERT, mentions=people)

    # -- commands

    def recognise(self, reading: Reading) -> Order | None:
        """Recognise a command on incidents where staff work."""
        at_work = reading.setting is Setting.SUPPORT or reading.private
        if not at_work or reading.message.kind is not Kind.TEXT or reading.role is Role.MEMBER:
            return None
        found = WRITTEN.fullmatch(reading.message.text.strip())
        if found is None:
            return None
        return Order(int(found[1]) if found[1] else None, found[2] or "", (found[3] or "").strip())

    def take(self, turn: Turn, reading: Reading, order: Order) -> None:
        """Do what was asked, or say why not."""
        try:
            text = self._obey(turn, reading, order)
        except TicketError as error:
            text = str(error)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    def published(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Tell the staff where a statement did not arrive."""
        if error is None and row.state == "sent":
            return
        sentence = "statement_doubtful" if error is None else "statement_failed"
        group = turn.directory.topic(row.room) or row.room or ""
        text = self.say(sentence, group=group, incident=row.key.split(":")[1])
        self.room.tell(turn, text, key=f"{sentence}:{row.key}", purpose=Purpose.INCIDENT_ALERT)

    def _obey(self, turn: Turn, reading: Reading, order: Order) -> str:
        if order.number is None:
            running = turn.incidents.running()
            lines = "\n".join(self._headline(turn, each) for each in running)
            return lines or self.say("incident_none")
        incident = turn.incidents.find(order.number)
        if order.verb == "发布":
            return self._publish(turn, reading, incident, order.rest)
        if order.verb in ("草稿", "结束") and not self.roster.is_lead(reading.message.sender.id):
            raise TicketError(self.say("leads_only"))
        if order.verb == "草稿":
            return self._draft(turn, reading, incident, order.rest)
        if order.rest:
            raise TicketError(self.say("incident_hint", incident=incident.number))
        if order.verb == "结束":
            turn.incidents.end(incident)
            return self.say("incident_ended", incident=incident.number)
        return self._show(turn, incident, self._readable(turn, reading, incident))

    def _readable(self, turn: Turn, reading: Reading, incident: Incident) -> list[Ticket]:
        """List the tickets that somebody may read where he asks: alone, an agent reads his own."""
        tickets, sender = _shown(turn, incident), reading.message.sender.id
        if reading.message.room is not None or self.roster.is_lead(sender):
            return tickets
        return [each for each in tickets if each.assignee == sender]

    def _publish(self, turn: Turn, reading: Reading, incident: Incident, rest: str) -> str:
        if reading.role is not Role.MANAGER:
            raise TicketError(self.say("managers_only"))
        if rest:
            raise TicketError(self.say("incident_hint", incident=incident.number))
        turn.incidents.publish(incident)
        rooms = [room for room in incident.rooms if room != self.config.support.room]
        draft = blake2b(incident.statement.encode(), digest_size=6).hexdigest()
        for room in rooms:
            key = f"{LETTER}{incident.number}:{draft}:{room}"
            to = Address(room=room)
            turn.say(to, incident.statement, key=key, purpose=Purpose.NOTICE)
        return self.say("incident_published", incident=incident.number, count=len(rooms))

    def _draft(self, turn: Turn, reading: Reading, incident: Incident, text: str) -> str:
        if not text:
            raise TicketError(self.say("draft_empty", incident=incident.number))
        turn.incidents.draft(incident, text)
        return self._show(turn, incident, self._readable(turn, reading, incident))

    def _show(self, turn: Turn, incident: Incident, tickets: Sequence[Ticket]) -> str:
        said, ended = incident.published_at is not None, incident.ended_at is not None
        title = "incident_said" if said else "incident_unsaid" if ended else "incident_drafted"
        following = "incident_next_said" if said else "incident_next"
        groups = "、".join(turn.directory.topic(room) or room for room in incident.rooms)
        return self.say(
            "incident_shown",
            headline=self._headline(turn, incident),
            groups=groups or "—",
            lines=self._lines(turn, tickets),
            title=self.say(title),
            statement=incident.statement,
            next="" if ended else self.say(following, incident=incident.number),
        )

    def _headline(self, turn: Turn, incident: Incident) -> str:
        tickets = _shown(turn, incident)
        state = (
            "已结束" if incident.ended_at else "已发布说明" if incident.published_at else "处理中"
        )
        opened = incident.opened_at.astimezone(self.config.zone)
        return self.say(
            "incident_line",
            incident=incident.number,
            topic=self._about(incident),
            state=state,
            members=len({ticket.member for ticket in tickets}),
            rooms=len(incident.rooms),
            opened=f"{opened:%m-%d %H:%M}",
        )

    # -- telling

    def _alert(self, turn: Turn, incident: Incident) -> None:
        tickets = _shown(turn, incident)
        text = self.say("incident_alert", details=self._show(turn, incident, tickets))
        owners = [each.assignee for each in tickets if each.assignee]
        self.room.tell(
            turn,
            text,
            key=f"incident-alert:{incident.number}",
            purpose=Purpose.INCIDENT_ALERT,
            mentions=[*self.roster.leads, *owners],
            brief=self._headline(turn, incident),
        )
        for manager in self.config.wechat.managers:
            if manager not in self.roster.leads:
                brief = self.say("incident_for_manager", headline=self._headline(turn, incident))
                key = f"incident-alert:{incident.number}:{manager}"
                to = Address(contact=manager)
                turn.say(to, brief, key=key, purpose=Purpose.NOTIFY_MANAGER)

    def _gather(self, turn: Turn, incident: Incident) -> None:
        key = f"{NEWS}:{incident.number}"
        if turn.timers.get(key) is None:
            turn.session.flush()
            newest = max(each.number for each in turn.incidents.tickets(incident)) - 1
            data = {"incident": str(incident.number), "after": str(newest)}
            turn.timers.set(key, NEWS, at=turn.now + GATHER, data=data)

    def _lines(self, turn: Turn, tickets: Sequence[Ticket]) -> str:
        lines = [self._line(turn, ticket) for ticket in tickets[-LISTED:]]
        if len(tickets) > LISTED:
            lines.insert(0, f"（共 {len(tickets)} 个，下面是最近的 {LISTED} 个）")
        return "\n".join(lines)

    def _line(self, turn: Turn, ticket: Ticket) -> str:
        return self.say(
            "incident_ticket",
            ticket=ticket.number,
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            text=ticket.summary[:QUOTED],
            staff=self.roster.name(ticket.assignee) or self.say("nobody"),
            contact=self.say("incident_uncontacted") if _unreached(ticket) else "",
        )

    def _about(self, incident: Incident) -> str:
        return incident.word or topic_name(incident.topic)


def _unreached(ticket: Ticket) -> bool:
    return ticket.state == TicketState.AWAITING_CONTACT


def _shown(turn: Turn, incident: Incident) -> list[Ticket]:
    """List the tickets of an incident; of those that came to name somebody nothing is told."""
    return [each for each in turn.incidents.tickets(incident) if not each.barred]
