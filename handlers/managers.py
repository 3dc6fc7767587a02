"""The managers, as somebody to tell something."""

from dataclasses import dataclass

from bot.config import Config
from bot.message import Purpose
from bot.storage.tables import Account
from bot.turn import Address, Turn


@dataclass(frozen=True, slots=True)
class Managers:
    """The managers of one configuration."""

    config: Config

    def me(self, turn: Turn) -> str:
        """Return the bot's own contact id, which is nobody's to manage."""
        return turn.session.get_one(Account, turn.account).contact

    def tell(
        self, turn: Turn, text: str, *, key: str, purpose: Purpose = Purpose.NOTIFY_MANAGER
    ) -> None:
        """Say something to every manager, privately."""
        for manager in self.config.wechat.managers:
            to = Address(contact=manager)
            turn.say(to, text, key=f"{key}:{manager}", purpose=purpose)
