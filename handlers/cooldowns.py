"""Rules that rest in a room where they acted: what they would say again is only recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Self

from bot.config import Config
from bot.cooldowns import note_act
from bot.inbox import Known
from bot.turn import Turn


@dataclass(frozen=True, slots=True)
class Cooldowns:
    """How long each rule rests, of those that do; when they acted is in the database."""

    lengths: Mapping[str, timedelta]

    @classmethod
    def of(cls, config: Config) -> Self:
        """Gather the cooldowns of a configuration."""
        return cls({r.id: r.cooldown for r in config.rules if r.cooldown is not None})

    def rests(self, rule: str, known: Known, at: datetime) -> bool:
        """Say whether a rule acted in this room too short a time ago."""
        length = self.lengths.get(rule)
        last = known.last_act(rule) if length is not None else None
        return length is not None and last is not None and at - last < length

    def acted(self, turn: Turn, rule: str, room: str) -> None:
        """Remember that a rule acts in a room, if it is one that rests."""
        if rule in self.lengths:
            note_act(turn.session, turn.account, room, rule, turn.now)
