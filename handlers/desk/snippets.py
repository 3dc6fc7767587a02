"""Answers that staff send by their names, with the member's own particulars put in."""

import re
from dataclasses import dataclass

from bot.config import Config
from bot.config.placeholders import fill
from bot.errors import TicketError
from bot.storage.tables import Ticket
from bot.turn import Turn
from handlers.desk.roster import Roster
from handlers.wording import Wording, called

MARKS = "，。！？；,.!?;"  # what may follow a name at once
NAMED = re.compile(rf"[@＠]\s*([^\s\u2005{MARKS}]+)[\s\u2005]*(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Snippets:
    """The snippets of one configuration."""

    config: Config
    say: Wording
    roster: Roster

    def put_in(self, turn: Turn, ticket: Ticket, staff: str, text: str) -> str:
        """Put the text of a snippet in the place of its name; raises TicketError for a wrong one.

        What begins with @ is never sent as it stands: it was meant as a name.
        """
        if not text.startswith(("@", "＠")):
            return text
        found = NAMED.fullmatch(text)
        name, rest = (found[1], found[2]) if found is not None else (text[1:], "")
        snippets = {each.key: each.text for each in self.config.support.snippets}
        if name not in snippets:
            names = "、".join(snippets) or "无"
            raise TicketError(self.say("snippet_unknown", snippet=name, names=names))
        values = {
            "name": called(ticket.member_name, ticket.member),
            "group": turn.directory.topic(ticket.room),
            "ticket": ticket.number,
            "staff": self.roster.name(staff),
        }
        answer = fill(snippets[name], values)
        if rest[:1] in MARKS and answer[-1:] in MARKS:
            return answer + rest[1:]
        return answer + ("" if rest[:1] in MARKS else " ") + rest
