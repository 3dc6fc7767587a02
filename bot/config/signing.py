"""Signing up for what a notice announces, as config.toml plans it."""

from pydantic import Field

from bot.config.section import Section
from bot.config.values import Duration, Identifier, Line, Moment, parse_duration


class SignupSettings(Section):
    """The ``[notices.signup]`` table; without a capacity everybody fits.

    ``regulars_first`` lets who is least here for gifts move up first from the waiting list.

    ``open_for`` is how long after the notice people can sign up, ``deadline`` until when at all.
    ``guests`` is how many one person may bring. ``questions`` are asked privately, one by one.
    ``thanks`` and the question ``ask`` go privately to those who came, ``thanks_after`` the notice.
    """

    keyword: Identifier
    capacity: int | None = Field(default=None, ge=1, le=100_000)
    waitlist: bool = True
    regulars_first: bool = False
    deadline: Moment | None = None
    open_for: Duration | None = None
    guests: int = Field(default=9, ge=0, le=99)
    questions: tuple[Line, ...] = Field(default=(), max_length=5)
    code: Identifier | None = None
    thanks: str = ""
    thanks_after: Duration = parse_duration("1d")
    ask: str = ""
