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
from handlers.community.answers import Answers
from handlers.community.breaches import Breaches
from handlers.community.channels import Channels
from handlers.community.chores import Chores
from handlers.community.collecting import UNANSWERED, Collecting
from handlers.community.dossier import Dossier
from handlers.community.figures import WEEKLY, Figures
from handlers.community.friends import Friends
from handlers.community.greeting import Greeting
from handlers.community.impressions import Impressions
from handlers.community.letters import Letters
from handlers.community.merits import Merits
from handlers.community.moderation import Moderation
from handlers.community.nicknames import Nicknames
from handlers.community.onboarding import Onboarding
from handlers.community.paths import Paths
from handlers.community.profiles import NIGHTLY, Profiles
from handlers.community.quizzes import CLOSE, Quizzes
from handlers.community.recognition import LOOK, Recognition
from handlers.community.shelf import Shelf
from handlers.community.training import CHASE, Settle, Training
from handlers.community.traits import Traits
from handlers.community.weeks import Weeks
from handlers.cooldowns import Cooldowns
from handlers.desk.support import Support
from handlers.managers import Managers
from handlers.reading import Reader, Reading, of_groups, of_private, of_staff, of_training
from handlers.wording import Wording
from knowledge.handbook import Handbook


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """All that makes groups worth staying in; ``of`` puts it together."""

    onboarding: Onboarding
    recognition: Recognition
    friends: Friends
    impressions: Impressions
    moderation: Moderation
    channels: Channels
    dossier: Dossier
    profiles: Profiles
    figures: Figures
    answers: Answers
    collecting: Collecting
    training: Training
    quizzes: Quizzes
    paths: Paths

    @classmethod
    def of(
        cls, config: Config, say: Wording, reader: Reader, book: Handbook, desk: Support
    ) -> Self:
        """Put it together; the desk takes what is no matter of the groups."""
        managers = Managers(config)
        weeks = Weeks(config, reader)
        impressions = Impressions(config, say, reader)
        channels = Channels.of(config, say)
        dossier = Dossier(config, say)
        recognition = Recognition(config, say, managers, dossier.named)
        greeting = Greeting(config, say, reader, impressions, recognition)
        shelf = Shelf(config, book)
        nicknames = Nicknames(config, say, reader, managers)
        paths = Paths(config, say, reader, managers, dossier)

        collecting = Collecting(config, say, reader, managers, shelf)
        chores = Chores(config, weeks, collecting.subjects)
        letters = Letters(say, weeks, Merits(weeks), chores)

        def relay(turn: Turn, reading: Reading) -> None:
            """Take for a private talk what is not answered."""
            text = desk.relay.recognise(reading)
            if text is not None:
                desk.relay.take(turn, reading, text)

        return cls(
            onboarding=Onboarding(config, say, reader, managers, greeting, recognition),
            recognition=recognition,
            friends=Friends(config, say, managers, channels, desk.contact.reach),
            impressions=impressions,
            moderation=Moderation(
                config, say, reader, managers, Breaches(config.order), Cooldowns.of(config)
            ),
            channels=channels,
            dossier=dossier,
            profiles=Profiles(
                config,
                reader,
                Traits.of(config, book.classifier),
                paths,
                nicknames,
                recognition,
                channels,
            ),
            answers=Answers(config, say, shelf, relay, Cooldowns.of(config), reader),
            collecting=collecting,
            training=Training(config, say, reader, managers, paths, relay),
            quizzes=Quizzes(config, say),
            paths=paths,
            figures=Figures(config, say, managers, letters),
        )

    def managed(self) -> tuple[Route[Reading, Any], ...]:
        """List what managers say; it is heard before anything else is made of it."""
        return (
            Route("accept", self.onboarding.accepts, self.onboarding.accept, of_staff),
            Route("name-room", self.onboarding.names, self.onboarding.name, of_staff),
            Route("recognise", self.recognition.recognise, self.recognition.answer, of_staff),
            Route("let-in", self.friends.lets_in, self.friends.let_in, of_staff),
            Route("offences", self.moderation.asked, self.moderation.answer, of_staff),
            Route("gem", self.impressions.chooses, self.impressions.choose, of_staff),
            Route("figures", self.figures.recognise, self.figures.answer, of_staff),
            Route("path", self.paths.asked, self.paths.answer, of_staff),
            Route("receipts", self.training.asks, self.training.tell, of_staff),
            Route("roll-call", self.training.calls, self.training.call, of_staff),
            Route("quiz", self.quizzes.starts, self.quizzes.start, of_staff),
            Route("learn", self.collecting.keeps, self.collecting.keep, of_staff),
            Route("learned", self.collecting.decides, self.collecting.decide, of_staff),
            Route("unanswered", self.collecting.asks, self.collecting.tell, of_staff),
            Route("dossier", self.dossier.recognise, self.dossier.answer, of_staff),
        )

    def private(self) -> tuple[Route[Reading, Any], ...]:
        """List what is answered privately before a person is called."""
        return (
            Route("material", self.impressions.recognise, self.impressions.hand_out, of_private),
            Route(
                "receipt",
                self.training.confirms_privately,
                self.training.confirm_privately,
                of_private,
            ),
            Route("channel", self.channels.recognise, self.channels.answer, of_private),
            Route("answer", self.answers.knows_privately, self.answers.take_privately, of_private),
        )

    def lived(self) -> tuple[Route[Reading, Any], ...]:
        """List what members say in groups; complaints were taken before."""
        return (
            Route("order", self.moderation.recognise, self.moderation.take, of_groups),
            Route("material", self.impressions.recognise, self.impressions.hand_out, of_groups),
            Route("receipt", self.training.confirms, self.training.confirm, of_groups),
            Route("homework", self.training.hands_in, self.training.hand_in, of_training),
            Route("quiz-answer", self.quizzes.answers, self.quizzes.answer, of_groups),
            Route("answer", self.answers.knows, self.answers.take, of_groups),
            Route("question", self.answers.is_called, self.answers.call_person, of_groups),
            Route("question", self.answers.stays_open, None, of_groups),
        )

    def timers(self) -> Mapping[str, Callable[[Turn, Timer], None]]:
        """Map the kinds of timers to what they call."""
        return {
            "greet": self.onboarding.greeting.greet,
            LOOK: self.onboarding.look,
            "friends": self.friends.next,
            NIGHTLY: self.profiles.night,
            CHASE: self.training.chase,
            CLOSE: self.quizzes.close,
            UNANSWERED: self.collecting.weekly,
            WEEKLY: self.figures.write,
        }

    def outcomes(self) -> Mapping[str, Callable[[Turn, Outgoing, NotDelivered | None], None]]:
        """Map the purposes of letters to who hears what became of them."""
        return {
            Purpose.MODERATION: self.moderation.reminded,
            Do.REMOVE_MEMBER: self.moderation.removed,
            Do.ACCEPT_FRIEND: self.friends.greet,
        }

    def posted(self, settle: Settle) -> Settle:
        """Hear, after others, what became of a notice that may be a lesson."""
        return self.training.posted(settle)

    def wake(self, turn: Turn) -> None:
        """Set the first timers."""
        self.profiles.wake(turn)
        self.figures.wake(turn)
        self.collecting.wake(turn)
