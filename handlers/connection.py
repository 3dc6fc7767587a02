"""The link to WeChat: when it breaks and comes back, and what is doubtful afterwards."""

from dataclasses import dataclass
from datetime import datetime

from bot.config import Config
from bot.message import LinkBack, LinkLost, LoggedIn, LoggedOut, Purpose
from bot.storage.tables import Account, Gap
from bot.turn import Address, Turn
from handlers.wording import Wording


@dataclass(frozen=True, slots=True)
class Connection:
    """What is told of the link, under one configuration."""

    config: Config
    say: Wording

    def logged_in(self, turn: Turn, event: LoggedIn) -> None:
        """Remember which contact the account is."""
        turn.session.get_one(Account, turn.account).contact = event.account.id
        turn.directory.meet(event.account)

    def logged_out(self, turn: Turn, event: LoggedOut) -> None:
        """Tell the staff, for when somebody logs in again."""
        self.tell(turn, self.say("logged_out", why=event.why), key=f"logout:{event.at.isoformat()}")

    def lost(self, turn: Turn, event: LinkLost) -> None:
        """Begin a gap."""
        turn.session.merge(Gap(account=turn.account, since=event.at, until=None, why=event.why))

    def back(self, turn: Turn, event: LinkBack) -> None:
        """End a gap, and tell the staff from when to when nothing was heard."""
        turn.session.merge(
            Gap(
                account=turn.account,
                since=event.since,
                until=event.at,
                takeover=event.takeover,
            )
        )
        zone = self.config.zone
        text = self.say(
            "link_back",
            since=f"{event.since.astimezone(zone):%m-%d %H:%M:%S}",
            until=f"{event.at.astimezone(zone):%m-%d %H:%M:%S}",
        )
        self.tell(turn, text, key=f"gap:{event.since.isoformat()}")

    def doubtful(self, turn: Turn, count: int) -> None:
        """Tell the staff that nobody knows whether some letters arrived before a restart."""
        text = self.say("unconfirmed", count=count)
        self.tell(turn, text, key=f"doubtful:{turn.now.isoformat()}")

    def throttled(self, turn: Turn, until: datetime) -> None:
        """Tell the staff, once WeChat lets the bot speak again, why it was silent."""
        text = self.say("throttled", until=f"{until.astimezone(self.config.zone):%H:%M}")
        self.tell(turn, text, key=f"throttled:{turn.now.isoformat()}")

    def alarm(self, turn: Turn, source: str, step: str) -> None:
        """Tell the staff that something could not be handled; ids only, no text."""
        text = self.say("handler_failed", source=source, step=step)
        self.tell(turn, text, key=f"alarm:{source}")

    def tell(self, turn: Turn, text: str, *, key: str) -> None:
        """Say something in the support room."""
        to = Address(room=self.config.support.room)
        turn.say(to, text, key=key, purpose=Purpose.STAFF_ALERT)
