"""What the scenarios of notices share: one to post, and what was heard of it."""

from datetime import UTC, datetime
from typing import Any

from bot.message import Purpose
from bot.storage.tables import Occurrence
from tests.conftest import Town

TEN_TO = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)  # Monday, 11:00 in Shanghai
PICTURE = b"\x89PNG\r\n\x1a\n0000"
DAILY: dict[str, Any] = {
    "rrule": "FREQ=DAILY;BYHOUR=11;BYMINUTE=0;BYSECOND=0",
    "start": "2026-11-01T00:00:00+08:00",
}


def notice(**more: Any) -> dict[str, Any]:
    """Write a notice for Monday at eleven to the fans."""
    plain = {
        "id": "sale",
        "title": "双十二",
        "scenario": "shopping-festival",
        "groups": ["fan"],
        "text": "{group}的朋友们，{date}{weekday}{time}开始",
    }
    if not {"rrule", "lunar", "solar_term", "after_join", "after"} & more.keys():
        plain["at"] = "2026-11-23T11:00:00+08:00"
    return {**plain, **more}


def posted(town: Town, room: str) -> list[tuple[datetime, str]]:
    """List what a room heard of notices, and when."""
    return [
        (at, letter.text)
        for at, letter in town.said
        if letter.room == room and letter.purpose in (Purpose.NOTICE, Purpose.LESSON)
    ]


def reminded(town: Town) -> list[tuple[datetime, str | None, str]]:
    return [
        (at, letter.room or letter.contact, letter.text)
        for at, letter in town.said
        if letter.purpose is Purpose.REMINDER
    ]


async def states(town: Town) -> dict[str, str]:
    """Map rooms to what became of the notice there."""
    rows = await town.rows(Occurrence)
    return {row.room: str(row.state) for row in rows if not row.part}


async def until(town: Town, moment: datetime) -> None:
    """Let time pass until a moment."""
    await town.settle((moment - town.clock()).total_seconds())


async def asked(town: Town, text: str, sender: str = "boss", room: str | None = None) -> str:
    """Type a command and return the answer."""
    before = len(town.said)
    await town.say(sender, text, room)
    return "\n".join(
        letter.text
        for _, letter in town.said[before:]
        if letter.room == room and letter.contact in (None, sender)
    )
