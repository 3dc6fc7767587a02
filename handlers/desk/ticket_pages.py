"""A ticket and its member, as staff read them."""

from dataclasses import dataclass

from bot.config import Config
from bot.storage.tables import Entry, EntryKind, Ticket, TicketState
from bot.turn import Turn
from handlers.desk.assignment import local
from handlers.desk.roster import Roster
from handlers.wording import KINDS, SEVERITIES, STATES, Wording, topic_name

SHOWN = 20  # entries of a ticket
PAST = 3  # earlier tickets of a member
ERASED = "（已删除）"


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
            name="、".join(filter(None, self._members(turn, ticket))) or ERASED,
            group=turn.directory.topic(ticket.room) or "私聊",
            assignee=self.roster.name(ticket.assignee) or "无",
            opened=f"{opened:%m-%d %H:%M}",
            lines="\n".join(self._entry(turn, ticket, entry) for entry in entries[-SHOWN:]),
        )

    def _members(self, turn: Turn, ticket: Ticket) -> list[str]:
        """Name everybody whose matter it is: also those whose tickets were merged into it."""
        people = {ticket.member: ticket.member_name}
        people |= {each.member: each.member_name for each in turn.desk.merged_into(ticket)}
        return list(people.values())

    def profile(self, turn: Turn, ticket: Ticket) -> str:
        """Write who the member is: his groups, and what he came with before.

        He may have come into the group he spoke in without WeChat telling of it.
        """
        rooms = turn.directory.rooms_of(ticket.member)
        rooms += [ticket.room] if ticket.room and ticket.room not in rooms else []
        groups = [turn.directory.topic(room) or room for room in rooms]
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

    def _entry(self, turn: Turn, ticket: Ticket, entry: Entry) -> str:
        at = entry.at.astimezone(self.config.zone)
        author = self._author(turn, ticket, entry)
        mark = "（备注）" if entry.kind == EntryKind.NOTE else ""
        kind = str(entry.data.get("kind", ""))
        said = entry.text or (f"[{KINDS.get(kind, kind)}]" if kind else ERASED)
        if entry.kind == EntryKind.EVENT:
            said = self._named(said)
        taken_back = "（已撤回）" if entry.data.get("recalled") else ""
        now = turn.now.astimezone(self.config.zone)
        return f"{local(at, now)} {author or '系统'}{mark}：{said[:200]}{taken_back}"

    def _author(self, turn: Turn, ticket: Ticket, entry: Entry) -> str:
        if entry.author == ticket.member:
            return ticket.member_name
        if entry.kind == EntryKind.MEMBER:
            return turn.directory.name(entry.author) or ticket.member_name
        return self.roster.name(entry.author)

    def _named(self, event: str) -> str:
        """Put names in the place of the ids that an event holds."""
        words = event.split(" ")
        names = {each.id: each.name for each in self.config.support.people}
        return " ".join(
            "、".join(names.get(one, one) for one in word.split("、")) for word in words
        )
