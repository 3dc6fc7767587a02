"""What happens with each kind of message. The order of the routes is the behaviour."""

from collections.abc import Callable
from typing import TypeVar

from bot.config import Config
from bot.dispatch import Behaviour, Route
from bot.message import (
    Befriended,
    Departed,
    Do,
    FriendRequested,
    Invited,
    Joined,
    LinkBack,
    LinkLost,
    LoggedIn,
    LoggedOut,
    RoomKnown,
    TopicChanged,
)
from bot.turn import Turn
from handlers.connection import Connection
from handlers.onboarding import Onboarding
from handlers.reading import Reader, Reading
from handlers.support import Support
from handlers.wording import Wording
from knowledge.handbook import Handbook

E = TypeVar("E")


def behaviour(config: Config, book: Handbook) -> Behaviour[Reading]:
    """Put together everything the bot does under one configuration."""
    say = Wording(config.wording)
    reader = Reader(config, book.classifier)
    desk = Support.of(config, say)
    onboarding = Onboarding(config, say, reader, desk.complaints)
    connection = Connection(config, say)
    return Behaviour(
        read=reader,
        routes=(
            Route("command", desk.commands.recognise, desk.commands.take),
            Route("incident", desk.incidents.recognise, desk.incidents.take),
            Route("take-back", desk.commands.recalls, desk.commands.recall),
            Route("accept", onboarding.accepts, onboarding.accept),
            Route("staff-menu", desk.commands.chats, desk.commands.show_menu),
            Route("private", desk.relay.recognise, desk.relay.take),
            Route("complaint", desk.complaints.recognise, desk.complaints.take),
            Route("follow-up", desk.complaints.concerns, desk.complaints.go_on),
        ),
        events={
            Invited: onboarding.invited,
            RoomKnown: both(onboarding.known, desk.known),
            TopicChanged: onboarding.renamed,
            Joined: onboarding.joined,
            Departed: both(onboarding.departed, desk.departed),
            FriendRequested: both(onboarding.requested, desk.requested),
            Befriended: desk.befriended,
            LoggedIn: connection.logged_in,
            LoggedOut: connection.logged_out,
            LinkLost: connection.lost,
            LinkBack: connection.back,
        },
        timers={"greet": onboarding.greet, **desk.timers()},
        outcomes={
            **desk.outcomes(),
            Do.ACCEPT_FRIEND: onboarding.accepted,
        },
        alarm=connection.alarm,
        wake=desk.wake,
        doubtful=connection.doubtful,
        throttled=connection.throttled,
    )


def both(
    first: Callable[[Turn, E], None], then: Callable[[Turn, E], None]
) -> Callable[[Turn, E], None]:
    """Let two take the same event, one after the other, in one transaction."""

    def take(turn: Turn, event: E) -> None:
        first(turn, event)
        then(turn, event)

    return take
