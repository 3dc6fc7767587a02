"""Life in the groups put together: every part of it under one configuration."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.config import Config
from bot.dispatch import Route
from bot.errors import NotDelivered
from bot.message import Do, Purpose
from bot.storage.tables import Outgoing, Timer
from bot.turn import Turn
from handlers.breaches import Breaches
from handlers.dossier import Dossier
from handlers.friends import Friends
from handlers.greeting import Greeting
from handlers.impressions import Impressions
from handlers.managers import Managers
from handlers.moderation import Moderation
from handlers.onboarding import Onboarding
from handlers.profiles import NIGHTLY, Profiles
from handlers.reading import Reader, Reading
from handlers.traits import Traits
from handlers.wording import Wording


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """All that makes groups worth staying in; ``of`` puts it together."""

    onboarding: Onboarding
    friends: Friends
    impressions: Impressions
    moderation: Moderation
    dossier: Dossier
    profiles: Profiles

    @classmethod
    def of(
        cls, config: Config, say: Wording, reader: Reader, reach: Callable[[Turn, str], bool]
    ) -> Self:
        """Put it together; ``reach`` begins the private talk that waited for a friendship."""
        managers = Managers(config)
        impressions = Impressions(config, say, reader)
        greeting = Greeting(config, say, reader, impressions)
        return cls(
            onboarding=Onboarding(config, say, reader, managers, greeting),
            friends=Friends(config, say, managers, reach),
            impressions=impressions,
            moderation=Moderation(config, say, reader, managers, Breaches(config.order)),
            dossier=Dossier(config, say),
            profiles=Profiles(config, reader, Traits.of(config), lambda *_: None),
        )

    def managed(self) -> tuple[Route[Reading, Any], ...]:
        """List what managers say; it is heard before anything else is made of it."""
        return (
            Route("accept", self.onboarding.accepts, self.onboarding.accept),
            Route("name-room", self.onboarding.names, self.onboarding.name),
            Route("let-in", self.friends.lets_in, self.friends.let_in),
            Route("offences", self.moderation.asked, self.moderation.answer),
            Route("gem", self.impressions.chooses, self.impressions.choose),
            Route("dossier", self.dossier.recognise, self.dossier.answer),
        )

    def private(self) -> tuple[Route[Reading, Any], ...]:
        """List what is answered privately before a person is called."""
        return (
            Route(
                "material",
                lambda reading: self.impressions.recognise(reading) if reading.private else None,
                self.impressions.hand_out,
            ),
        )

    def lived(self) -> tuple[Route[Reading, Any], ...]:
        """List what members say in groups; complaints were taken before."""
        return (
            Route("order", self.moderation.recognise, self.moderation.take),
            Route("material", self.impressions.recognise, self.impressions.hand_out),
        )

    def timers(self) -> Mapping[str, Callable[[Turn, Timer], None]]:
        """Map the kinds of timers to what they call."""
        return {
            "greet": self.onboarding.greeting.greet,
            "friends": self.friends.next,
            NIGHTLY: self.profiles.night,
        }

    def outcomes(self) -> Mapping[str, Callable[[Turn, Outgoing, NotDelivered | None], None]]:
        """Map the purposes of letters to who hears what became of them."""
        return {
            Purpose.MODERATION: self.moderation.reminded,
            Do.REMOVE_MEMBER: self.moderation.removed,
            Do.ACCEPT_FRIEND: self.friends.greet,
        }

    def wake(self, turn: Turn) -> None:
        """Set the first timers."""
        self.profiles.wake(turn)
