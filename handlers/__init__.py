"""What happens with each kind of message. The order of the routes is the behaviour."""

from collections.abc import Callable
from typing import TypeVar

from bot.config import Config
from bot.dispatch import Behaviour, Route
from bot.message import (
    Befriended,
    Departed,
    FriendRequested,
    Invited,
    Joined,
    LinkBack,
    LinkLost,
    LoggedIn,
    LoggedOut,
    Named,
    Purpose,
    RoomKnown,
    TopicChanged,
)
from bot.turn import Turn
from handlers.community.neighbourhood import Neighbourhood
from handlers.connection import Connection
from handlers.desk.support import Support
from handlers.notices.planning import Planning
from handlers.reading import Reader, Reading, of_desk, of_groups, of_private, of_staff
from handlers.wording import Wording
from knowledge.handbook import Handbook

E = TypeVar("E")


def behaviour(config: Config, book: Handbook) -> Behaviour[Reading]:
    """Put together everything the bot does under one configuration."""
    say = Wording(config.wording)
    reader = Reader(config, book.classifier)
    desk = Support.of(config, say)
    life = Neighbourhood.of(config, say, reader, book, desk)
    connection = Connection(config, say)
    planning = Planning.under(config, say)

    def wake(turn: Turn) -> None:
        desk.wake(turn)
        planning.wake(turn)
        life.wake(turn)

    return Behaviour(
        read=reader,
        routes=(
            Route("command", desk.commands.recognise, desk.commands.take, of_desk),
            Route("incident", desk.incidents.recognise, desk.incidents.take, of_staff),
            Route("take-back", desk.commands.recalls, desk.commands.recall, of_staff),
            Route("danger", desk.lifeline.recognise, desk.lifeline.take),
            *life.managed(),
            *planning.routes,
            Route("staff-menu", desk.commands.chats, desk.commands.show_menu, of_staff),
            *life.private(),
            Route("private", desk.relay.recognise, desk.relay.take, of_private),
            Route("complaint", desk.complaints.recognise, desk.complaints.take, of_groups),
            Route("follow-up", desk.complaints.concerns, desk.complaints.go_on, of_groups),
            *life.lived(),
            Route("cooldown", rests, None),
        ),
        events={
            Invited: life.onboarding.invited,
            RoomKnown: in_turn(life.onboarding.known, desk.known),
            TopicChanged: life.onboarding.renamed,
            Joined: in_turn(life.onboarding.joined, planning.plans.joined),
            Departed: in_turn(life.onboarding.departed, desk.departed),
            FriendRequested: in_turn(life.friends.requested, desk.requested),
            Befriended: desk.befriended,
            Named: meet,
            LoggedIn: connection.logged_in,
            LoggedOut: connection.logged_out,
            LinkLost: connection.lost,
            LinkBack: connection.back,
        },
        timers={**life.timers(), **desk.timers(), **planning.timers},
        outcomes={
            **desk.outcomes(),
            **life.outcomes(),
            **planning.outcomes,
            Purpose.NOTICE: life.posted(desk.posted(planning.outcomes[Purpose.NOTICE])),
            Purpose.LESSON: life.posted(planning.outcomes[Purpose.LESSON]),
        },
        alarm=connection.alarm,
        wake=wake,
        doubtful=connection.doubtful,
        throttled=connection.throttled,
    )


def meet(turn: Turn, event: Named) -> None:
    """Remember how somebody is called."""
    turn.directory.meet(event.contact)


def rests(reading: Reading) -> bool | None:
    """Notice what would have been acted on, if its rule did not rest in this room."""
    return True if reading.held is not None else None


def in_turn(*handlers: Callable[[Turn, E], None]) -> Callable[[Turn, E], None]:
    """Let several hear of one event, one after the other."""

    def hear(turn: Turn, event: E) -> None:
        for handler in handlers:
            handler(turn, event)

    return hear
