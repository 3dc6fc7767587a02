"""What the bot remembers, one class a table; every row belongs to an account.

Every class says in ``forgets`` how it forgets a person.
"""

from bot.storage.tables.desk import (
    LIVE,
    ClockKind,
    Entry,
    EntryKind,
    Incident,
    ServiceClock,
    Ticket,
    TicketState,
)
from bot.storage.tables.office import Account, Login, Revision
from bot.storage.tables.outgoing import Alert, LetterState, Outgoing, Timer
from bot.storage.tables.planning import NoticeState, Occurrence, Signup, SignupState
from bot.storage.tables.wechat import (
    FriendRequest,
    Gap,
    Invitation,
    Member,
    Note,
    Person,
    Room,
    Said,
)

__all__ = [
    "LIVE",
    "Account",
    "Alert",
    "ClockKind",
    "Entry",
    "EntryKind",
    "FriendRequest",
    "Gap",
    "Incident",
    "Invitation",
    "LetterState",
    "Login",
    "Member",
    "Note",
    "NoticeState",
    "Occurrence",
    "Outgoing",
    "Person",
    "Revision",
    "Room",
    "Said",
    "ServiceClock",
    "Signup",
    "SignupState",
    "Ticket",
    "TicketState",
    "Timer",
]
