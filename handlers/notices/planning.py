"""Notices and sign-ups, put together: what they answer, when they are called, what they hear."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from bot.config import Config
from bot.dispatch import Route
from bot.errors import NotDelivered
from bot.message import Purpose
from bot.storage.tables import Outgoing, Timer
from bot.turn import Turn
from handlers.notices.chains import Chains
from handlers.notices.changes import Changes
from handlers.notices.commands import NoticeCommands
from handlers.notices.decisions import Decisions
from handlers.notices.enrolment import Enrolment
from handlers.notices.foresight import Foresight
from handlers.notices.gatherings import Gatherings
from handlers.notices.guard import Guard
from handlers.notices.occasions import Occasions
from handlers.notices.outlook import Outlook
from handlers.notices.plans import ASK, RING, Plans
from handlers.notices.posting import THANKS, Notices
from handlers.notices.previews import Previews
from handlers.notices.reminders import Reminders
from handlers.notices.signup_lines import FOLD_KIND, SignupLines
from handlers.notices.signups import SignupDesk
from handlers.notices.tidings import REPORT, Tidings
from handlers.reading import of_private, of_staff
from handlers.wording import Wording

Ring = Callable[[Turn, Timer], None]
Settle = Callable[[Turn, Outgoing, NotDelivered | None], None]


@dataclass(frozen=True, slots=True)
class Planning:
    """Everything about notices under one configuration."""

    plans: Plans
    notices: Notices
    commands: NoticeCommands
    signups: SignupDesk
    tidings: Tidings
    changes: Changes

    @classmethod
    def under(cls, config: Config, say: Wording) -> "Planning":
        """Put it together."""
        occasions, guard = Occasions(config), Guard(config, say)
        tidings = Tidings(config, say, guard)
        plans = Plans(config, say, occasions, tidings)
        notices = Notices(say, plans, guard, tidings, Reminders(config, say))
        lines = SignupLines(config, say, guard)
        events = Gatherings(say, lines)
        enrolment = Enrolment(say, lines)
        chains = Chains(lines, events, enrolment)
        changes = Changes(config, say, plans, tidings)
        signups = SignupDesk(config, say, lines, events, enrolment, chains)
        foresight = Foresight(config, occasions)
        commands = NoticeCommands(
            config,
            say,
            Decisions(config, say, plans, notices, events, tidings),
            events,
            Outlook(say, plans, tidings, foresight),
            Previews(config, say, plans, tidings, foresight),
        )
        return cls(plans, notices, commands, signups, tidings, changes)

    @property
    def routes(self) -> tuple[Route[Any, Any], ...]:
        """The messages it answers: before everything private is taken for a talk."""
        return (
            Route("notice-command", self.commands.recognise, self.commands.take, of_staff),
            Route("signup", self.signups.recognise, self.signups.take),
            Route("signup-answer", self.signups.answers, self.signups.answer, of_private),
        )

    @property
    def timers(self) -> Mapping[str, Ring]:
        """The moments at which it is called, by kind."""
        return {
            RING: self.notices.ring,
            ASK: self.plans.ask,
            REPORT: self.tidings.tell_report,
            FOLD_KIND: self.signups.fold,
            THANKS: self.signups.thank,
        }

    @property
    def outcomes(self) -> Mapping[str, Settle]:
        """The letters whose fate it wants to know, by purpose."""
        return {
            Purpose.NOTICE: self.notices.settled,
            Purpose.REMINDER: self.notices.settled,
            Purpose.LESSON: self.notices.settled,
            Purpose.NOTIFY_MANAGER: self.tidings.not_told,
        }

    def wake(self, turn: Turn) -> None:
        """Agree with the configuration, when the bot starts or the configuration changes."""
        self.changes.rename(turn)
        self.plans.wake(turn)
        self.changes.rebook(turn)
        self.signups.wake(turn)
