"""What the console calls things: nothing that people see is called by its key."""

from bot.config import Config
from bot.config.rulebook import Label
from bot.message import Do, Purpose
from bot.storage.tables import LetterState, NoticeState
from bot.web.words import LABELS, LETTERS, NOTICE_STATES, PURPOSES, ROUTES
from handlers import behaviour
from handlers.library import handbook


def test_every_route_has_a_name_in_chinese() -> None:
    config = Config()
    routes = {route.name for route in behaviour(config, handbook(config)).routes}
    assert routes - set(ROUTES) == set()


def test_every_state_and_purpose_has_one() -> None:
    assert {str(each) for each in LetterState} <= set(LETTERS)
    assert {str(each) for each in NoticeState} <= set(NOTICE_STATES)
    assert {str(each) for each in Label} <= set(LABELS)
    named = {str(each) for each in (*Purpose, *Do)}
    assert named - set(PURPOSES) <= {"say"}
