"""Where staff hear of tickets: their room, or in private where the room must not or cannot."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.config import Config
from bot.errors import NotDelivered, Refusal, Refused
from bot.message import CARRIES_FILE, Departed, Kind, Purpose, RoomKnown
from bot.outbox import letter_of
from bot.storage.tables import Account, Note, Outgoing, Room, Ticket
from bot.turn import Address, Turn
from handlers.desk.roster import Roster
from handlers.wording import KINDS, Wording

log = logging.getLogger(__name__)

MISSING = "support-room-missing"  # the note that says that this was told
AGAIN = ":private"  # how the key of what is said in another way goes on
PERSONAL = (Purpose.RELAY_TO_STAFF, Purpose.COMMAND_REPLY)  # what is for the owner, not for all


@dataclass(frozen=True, slots=True)
class StaffRoom:
    """The way to the staff, under one configuration."""

    config: Config
    say: Wording
    roster: Roster

    def tell(  # noqa: PLR0913
        self,
        turn: Turn,
        text: str,
        *,
        key: str,
        purpose: Purpose = Purpose.RELAY_TO_STAFF,
        ticket: Ticket | None = None,
        mentions: Sequence[str] = (),
        brief: str = "",
    ) -> None:
        """Say something to the staff, where those who may not read it do not.

        ``brief`` says it without anybody's words, for who is called by other ways than WeChat.
        """
        number = ticket.number if ticket is not None else None
        secret = self.secret(turn, ticket)
        if brief and self.config.support.webhook and not secret:
            turn.herald(brief, key=key)
        if self.works(turn) and not secret:
            marks = tuple(turn.mention(each) for each in dict.fromkeys(mentions))
            to = Address(room=self.config.support.room, mentions=marks)
            turn.say(to, text, key=key, purpose=purpose, ticket=number)
            return
        readers = self._readers(ticket, purpose, mentions)
        self._tell_in_private(turn, text, key=key, purpose=purpose, ticket=ticket, to=readers)

    def tell_owner(self, turn: Turn, ticket: Ticket, text: str, *, key: str) -> None:
        """Say something about a ticket to whoever owns it."""
        mentions = [ticket.assignee] if ticket.assignee else []
        self.tell(turn, text, key=key, ticket=ticket, mentions=mentions)

    def places(self, turn: Turn, ticket: Ticket, purpose: Purpose) -> list[Address]:
        """List where something about a ticket is said."""
        if self.works(turn) and not self.secret(turn, ticket):
            return [Address(room=self.config.support.room)]
        return [Address(contact=each) for each in self._readers(ticket, purpose)]

    def secret(self, turn: Turn, ticket: Ticket | None) -> bool:
        """Say whether somebody whom the ticket names sits in the support room, or may sit there."""
        if ticket is None or not ticket.barred:
            return False
        here = {member.contact for member in turn.directory.members(self.config.support.room)}
        return not here or not self.works(turn) or not here.isdisjoint(ticket.barred)

    def works(self, turn: Turn) -> bool:
        """Say whether the bot is in the support room, as far as WeChat told."""
        room = self.config.support.room
        row = turn.session.get(Room, (turn.account, room)) if room else None
        return bool(room) and (row is None or row.present)

    # -- when the room is lost

    def left(self, turn: Turn, event: Departed) -> None:
        """Notice that the bot itself was removed from a room."""
        own = turn.session.get_one(Account, turn.account).contact
        if own not in event.members:
            return
        turn.directory.room(event.room).present = False
        if event.room == self.config.support.room:
            self._alarm(turn)

    def found(self, turn: Turn, event: RoomKnown) -> None:
        """Notice that the support room is there again."""
        if event.room != self.config.support.room:
            return
        note = turn.session.get(Note, (turn.account, MISSING))
        if note is not None:
            turn.session.delete(note)

    def refused(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Find another way to the staff for what could not be said to them, or tell of it."""
        if error is None:
            return
        why = error.why if isinstance(error, Refused) else None
        ticket = turn.desk.find(row.ticket) if row.ticket else None
        purpose = Purpose(row.purpose or Purpose.STAFF_ALERT)
        if row.room == self.config.support.room and _is_lost(row, why):
            turn.directory.room(row.room).present = False
            self._resend(turn, row, ticket, self._readers(ticket, purpose))
        elif row.room is None and why is Refusal.NOT_A_FRIEND and self.roster.known(row.contact):
            self._tell_unreachable(turn, row.contact or "")
            if AGAIN not in row.key:
                others = [each for each in self.roster.in_charge(ticket) if each != row.contact]
                self._resend(turn, row, ticket, others)
        elif row.kind in CARRIES_FILE and ticket is not None:
            kind = KINDS[row.kind]
            text = self.say("file_lost", ticket=ticket.number, name=ticket.member_name, kind=kind)
            self.tell_owner(turn, ticket, text, key=f"file-lost:{row.key}")

    def _resend(
        self, turn: Turn, row: Outgoing, ticket: Ticket | None, readers: Sequence[str]
    ) -> None:
        """Say the same to others, in private."""
        key, purpose = f"{row.key}{AGAIN}", Purpose(row.purpose or Purpose.STAFF_ALERT)
        if row.kind == Kind.TEXT:
            self._tell_in_private(
                turn, row.text, key=key, purpose=purpose, ticket=ticket, to=readers
            )
            return
        for reader in readers:
            letter = replace(letter_of(row), key=f"{key}:{reader}", room=None, contact=reader)
            turn.outbox.put(letter)

    def _tell_unreachable(self, turn: Turn, contact: str) -> None:
        """Tell, once a day, that somebody of the staff cannot be written to."""
        day = turn.now.astimezone(self.config.zone).date()
        text = self.say("staff_unreachable", staff=self.roster.name(contact))
        self.tell(turn, text, key=f"staff-unreachable:{contact}:{day}", purpose=Purpose.STAFF_ALERT)

    def _tell_in_private(
        self,
        turn: Turn,
        text: str,
        *,
        key: str,
        purpose: Purpose,
        ticket: Ticket | None,
        to: Sequence[str],
    ) -> None:
        if not self.works(turn):
            self._alarm(turn)
            text = self.say("room_missing_prefix") + text
        number = ticket.number if ticket is not None else None
        for reader in dict.fromkeys(to):
            address = Address(contact=reader)
            turn.say(address, text, key=f"{key}:{reader}", purpose=purpose, ticket=number)

    def _readers(
        self, ticket: Ticket | None, purpose: Purpose, mentions: Sequence[str] = ()
    ) -> list[str]:
        """List who hears in private what is not for the room; never somebody the ticket names."""
        if ticket is None:
            return self.roster.in_charge(None)
        called = [each for each in mentions if each not in ticket.barred]
        if ticket.assignee is not None and purpose in PERSONAL:
            return [ticket.assignee, *called]
        if called and ticket.barred and purpose == Purpose.SLA_ALERT:
            return called
        owner = [ticket.assignee] if ticket.assignee is not None else []
        return [*owner, *self.roster.in_charge(ticket)]

    def _alarm(self, turn: Turn) -> None:
        """Tell leads and managers, once an outage, that the support room cannot be used."""
        if turn.session.get(Note, (turn.account, MISSING)) is not None:
            return
        log.error("the support room %s cannot be used", self.config.support.room)
        turn.session.add(Note(account=turn.account, key=MISSING, at=turn.now))
        text = self.say("room_missing", room=self.config.support.room)
        for reader in dict.fromkeys((*self.roster.leads, *self.config.wechat.managers)):
            key = f"{MISSING}:{turn.now.isoformat()}:{reader}"
            turn.say(Address(contact=reader), text, key=key, purpose=Purpose.NOTIFY_MANAGER)


def _is_lost(row: Outgoing, why: Refusal | None) -> bool:
    """Say whether a refusal means that the bot is not in a room; a file may be gone by itself."""
    return why is Refusal.NOT_A_MEMBER or (why is Refusal.GONE and row.kind == Kind.TEXT)
