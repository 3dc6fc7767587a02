"""A ticket and its member, as staff read them."""

from dataclasses import dataclass

from bot.config import Config
from bot.storage.tables import Entry, EntryKind, Ticket, TicketState
from bot.turn import Turn
from handlers.desk.roster import Roster
from handlers.wording import KINDS, SEVERITIES, STATES, Wording, topic_name

SHOWN = 20  # entries of a ticket
PAST = 3  # earlier tickets of a member


@dataclass(frozen=True, slots=True)
class TicketPages:
    """How tickets are shown, under one configuration."""

    config: Config
    say: Wording
    roster: Roster

    def show(self, turn: Turn, ticket: Ticket) -> str:
        """Write a ticket with the last of what was said on it."""
        entries = turn.desk.entries(ticket)
        opened = ticket.opened_at.astimezone(self.config.zone)
        return self.say(
            "ticket_shown",
            ticket=ticket.number,
            state=STATES[TicketState(ticket.state)],
            topic=topic_name(ticket.topic),
            severity=SEVERITIES[ticket.severity],
            name=ticket.member_name,
            group=turn.directory.topic(ticket.room) or "私聊",
            assignee=self.roster.name(ticket.assignee) or "无",
            opened=f"{opened:%m-%d %H:%M}",
            lines="\n".join(self._entry(ticket, entry) for entry in entries[-SHOWN:]),
        )

    def profile(self, turn: Turn, ticket: Ticket) -> str:
        """Write who the member is: his groups, and what he came with before."""
        groups = [
            turn.directory.topic(room) or room for room in turn.directory.rooms_of(ticket.member)
        ]
        earlier = [each for each in turn.desk.of_member(ticket.member) if each.id != ticket.id]
        lines = [self._past(each) for each in earlier[:PAST]]
        if len(earlier) > PAST:
            lines.append(f"……更早还有 {len(earlier) - PAST} 个")
        past = "\n".join(lines) if lines else self.say("no_past")
        return "\n" + self.say(
            "claim_profile", name=ticket.member_name, groups="、".join(groups) or "—", past=past
        )

    def _past(self, ticket: Ticket) -> str:
        opened = ticket.opened_at.astimezone(self.config.zone)
        return self.say(
            "past_ticket",
            ticket=ticket.number,
            opened=f"{opened:%Y-%m-%d}",
            topic=topic_name(ticket.topic),
            state="误报" if ticket.false_alarm else STATES[TicketState(ticket.state)],
            rating=f"，评分 {ticket.rating}" if ticket.rating else "",
        )

    def _entry(self, ticket: Ticket, entry: Entry) -> str:
        at = entry.at.astimezone(self.config.zone)
        member = entry.kind == EntryKind.MEMBER
        author = ticket.member_name if member else self.roster.name(entry.author)
        mark = "（备注）" if entry.kind == EntryKind.NOTE else ""
        kind = str(entry.data.get("kind", ""))
        said = entry.text or f"[{KINDS.get(kind, kind)}]"
        taken_back = "（已撤回）" if entry.data.get("recalled") else ""
        return f"{at:%H:%M} {author or '系统'}{mark}：{said[:200]}{taken_back}"
