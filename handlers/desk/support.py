"""The support desk put together: every part of it under one configuration."""

from collections.abc import Callable
from dataclasses import dataclass

from bot.config import Config
from bot.errors import NotDelivered
from bot.message import Befriended, Departed, Do, FriendRequested, Purpose, RoomKnown
from bot.storage.tables import Outgoing, Timer
from bot.turn import SERVICE, Turn
from handlers.cooldowns import Cooldowns
from handlers.desk.aftercare import SILENCE, Aftercare
from handlers.desk.assignment import DEAL, Assignment
from handlers.desk.befriending import ACCEPTED, ASK, Befriending
from handlers.desk.commands import Commands
from handlers.desk.complaints import Complaints
from handlers.desk.contact import Contact
from handlers.desk.digest import DIGEST, Digest
from handlers.desk.folding import FOLD, Folding
from handlers.desk.incidents import LETTER, NEWS, Incidents
from handlers.desk.lifeline import Lifeline
from handlers.desk.relay import Relay
from handlers.desk.roster import Roster
from handlers.desk.service import Service
from handlers.desk.snippets import Snippets
from handlers.desk.staffroom import StaffRoom
from handlers.desk.ticket_commands import SNOOZE, TicketCommands
from handlers.desk.ticket_pages import TicketPages
from handlers.desk.undelivered import UNDELIVERED, Undelivered
from handlers.library import calendar
from handlers.wording import Wording

TO_STAFF = (
    Purpose.STAFF_ALERT,
    Purpose.SLA_ALERT,
    Purpose.INCIDENT_ALERT,
    Purpose.RELAY_TO_STAFF,
    Purpose.COMMAND_REPLY,
    Purpose.DIGEST,
)
Outcome = Callable[[Turn, Outgoing, NotDelivered | None], None]


@dataclass(frozen=True, slots=True)
class Support:
    """All that serves members who complain; ``of`` puts it together."""

    room: StaffRoom
    roster: Roster
    incidents: Incidents
    contact: Contact
    complaints: Complaints
    lifeline: Lifeline
    relay: Relay
    commands: Commands
    service: Service
    digest: Digest
    folding: Folding
    aftercare: Aftercare

    @classmethod
    def of(cls, config: Config, say: Wording) -> "Support":
        """Put the desk of a configuration together."""
        roster = Roster(config, calendar(config))
        room = StaffRoom(config, say, roster)
        assignment = Assignment(say, roster, room, config.support.idle)
        folding = Folding(config, say, room)
        befriending = Befriending(config, say, room)
        contact = Contact(config, say, roster, room, befriending)
        incidents = Incidents(config, say, roster, room)
        named = frozenset(rule.id for rule in config.rules if "training" in rule.groups)
        service = Service(config, say, roster, room, assignment)
        complaints = Complaints(
            config=config,
            say=say,
            for_training=named,
            room=room,
            assignment=assignment,
            service=service,
            incidents=incidents,
            contact=contact,
            folding=folding,
            cooldowns=Cooldowns.of(config),
        )
        aftercare = Aftercare(config, say, room, complaints)
        pages = TicketPages(config, say, roster)
        snippets = Snippets(config, say, roster)
        verbs = TicketCommands(
            config=config,
            say=say,
            roster=roster,
            room=room,
            aftercare=aftercare,
            pages=pages,
            befriending=befriending,
            snippets=snippets,
            undelivered=Undelivered(say, room),
        )
        return cls(
            room=room,
            roster=roster,
            incidents=incidents,
            contact=contact,
            complaints=complaints,
            lifeline=Lifeline(config, say, complaints),
            relay=Relay(config, say, complaints, contact, folding, aftercare, room),
            commands=Commands(config, say, roster, room, folding, verbs),
            service=service,
            digest=Digest(config, say, roster, room, service),
            folding=folding,
            aftercare=aftercare,
        )

    def timers(self) -> dict[str, Callable[[Turn, Timer], None]]:
        """Map the desk's kinds of timers to what they call."""
        return {
            SERVICE: self.service.look,
            DEAL: self.service.assignment.deal,
            FOLD: self.folding.flush,
            NEWS: self.incidents.news,
            ASK: self.contact.befriending.try_again,
            ACCEPTED: self.contact.befriending.not_accepted,
            SILENCE: self.aftercare.still_silent,
            SNOOZE: self.commands.tickets.back,
            UNDELIVERED: self.commands.tickets.undelivered.look,
            DIGEST: self.digest.tell,
        }

    def outcomes(self) -> dict[str, Outcome]:
        """Map the purposes of the desk's letters to who hears what became of them."""
        return {
            **dict.fromkeys(TO_STAFF, self.room.refused),
            Purpose.NOTICE: self.posted(),
            Purpose.HANDOFF: self.complaints.handed_off,
            Purpose.RELAY_TO_MEMBER: self.relay.delivered,
            Do.ADD_FRIEND: self.contact.befriending.asked,
        }

    def wake(self, turn: Turn) -> None:
        """Set the first timers."""
        self.service.wake(turn)
        self.digest.wake(turn)

    def befriended(self, turn: Turn, event: Befriended) -> None:
        """Begin the talk that waited for a friendship."""
        self.contact.befriended(turn, event)

    def requested(self, turn: Turn, event: FriendRequested) -> None:
        """Look whether somebody who wants to be a friend names a ticket."""
        self.contact.greeted(turn, event)

    def departed(self, turn: Turn, event: Departed) -> None:
        """Look whether the bot lost its support room."""
        self.room.left(turn, event)

    def known(self, turn: Turn, event: RoomKnown) -> None:
        """Look whether the support room is back."""
        self.room.found(turn, event)

    def posted(self, otherwise: Outcome | None = None) -> Outcome:
        """Take what became of an incident's statement; any other notice is for ``otherwise``."""

        def settle(turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
            if row.key.startswith(LETTER):
                self.incidents.published(turn, row, error)
            elif otherwise is not None:
                otherwise(turn, row, error)

        return settle
