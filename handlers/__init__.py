"""What happens with each kind of message. The order of the routes is the behaviour."""

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
    Purpose,
    RoomKnown,
    TopicChanged,
)
from handlers.commands import Commands
from handlers.complaints import Complaints
from handlers.connection import Connection
from handlers.onboarding import Onboarding
from handlers.reading import Reader, Reading
from handlers.relay import Relay
from handlers.wording import Wording
from knowledge.handbook import Handbook


def behaviour(config: Config, book: Handbook) -> Behaviour[Reading]:
    """Put together everything the bot does under one configuration."""
    say = Wording(config.wording)
    reader = Reader(config, book.classifier)
    named = frozenset(rule.id for rule in config.rules if "training" in rule.groups)
    complaints = Complaints(config, say, named)
    relay = Relay(config, say, complaints)
    commands = Commands(config, say)
    onboarding = Onboarding(config, say, reader, complaints)
    connection = Connection(config, say)
    return Behaviour(
        read=reader,
        routes=(
            Route("command", commands.recognise, commands.take),
            Route("accept", onboarding.accepts, onboarding.accept),
            Route("staff-menu", commands.at_work, commands.show_menu),
            Route("private", relay.recognise, relay.take),
            Route("complaint", complaints.recognise, complaints.take),
            Route("follow-up", complaints.concerns, complaints.go_on),
        ),
        events={
            Invited: onboarding.invited,
            RoomKnown: onboarding.known,
            TopicChanged: onboarding.renamed,
            Joined: onboarding.joined,
            Departed: onboarding.departed,
            FriendRequested: onboarding.requested,
            Befriended: complaints.befriended,
            LoggedIn: connection.logged_in,
            LoggedOut: connection.logged_out,
            LinkLost: connection.lost,
            LinkBack: connection.back,
        },
        timers={"greet": onboarding.greet},
        outcomes={
            Purpose.HANDOFF: complaints.handed_off,
            Purpose.RELAY_TO_MEMBER: relay.delivered,
            Do.ACCEPT_FRIEND: onboarding.accepted,
        },
        alarm=connection.alarm,
        wake=lambda _: None,
        doubtful=connection.doubtful,
        throttled=connection.throttled,
    )
