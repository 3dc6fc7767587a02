"""What the scenarios of sign-ups share: an event, where people stand, what they were told."""

from typing import Any

from bot.message import Purpose
from bot.storage.tables import Signup
from tests.conftest import Town
from tests.scenarios.notices import notice


def event(**more: Any) -> dict[str, Any]:
    """Write a notice to sign up for."""
    return notice(signup={"keyword": "报名", **more})


async def standing(town: Town) -> dict[str, str]:
    return {row.member: str(row.state) for row in await town.rows(Signup)}


def confirmed(town: Town, room: str) -> list[str]:
    return [
        letter.text
        for _, letter in town.said
        if letter.room == room and letter.purpose is Purpose.SIGNUP
    ]


def privately(town: Town, contact: str) -> list[str]:
    return [
        letter.text
        for _, letter in town.said
        if letter.contact == contact and letter.purpose is Purpose.SIGNUP
    ]
