"""A town with two agents, a lead and more members, for the scenarios of the desk."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.message import Contact
from tests.conftest import FANS, FANS_2, MORNING, SETTINGS, STAFF_ROOM, Build, Town

ANGRY = "枕头用了两天就塌了，质量太差"
SHANGHAI = ZoneInfo("Asia/Shanghai")
STAFF: list[dict[str, Any]] = [
    {"id": "mei", "name": "小美"},
    {"id": "hong", "name": "小红"},
    {"id": "lin", "name": "林姐", "role": "lead"},
]


async def staffed(
    build: Build, *, staff: list[dict[str, Any]] | None = None, **changes: Any
) -> Town:
    """Build a town whose ``[support]`` is changed; ``support`` keys and other tables alike."""
    tables = {
        key: changes.pop(key) for key in tuple(changes) if key in (*SETTINGS, "words", "pace")
    }
    url, start = changes.pop("url", "sqlite://"), changes.pop("start", MORNING)
    support = {"room": STAFF_ROOM, "staff": staff or STAFF, **changes}
    town = await build(url=url, start=start, support=support, **tables)
    town.wechat.joins(STAFF_ROOM, [Contact("hong", "小红", friend=True)])
    await town.settle()
    town.said.clear()
    return town


async def complain(town: Town) -> None:
    """Let 张三 complain, and forget what was said then."""
    await town.say("zhang", ANGRY, FANS)
    town.said.clear()


async def newcomers(town: Town, count: int, *, friend: bool = True, room: str = FANS) -> list[str]:
    """Let so many people be members of a group, without greetings."""
    people = [Contact(f"m{number}", f"会员{number}", friend=friend) for number in range(count)]
    for person in people:
        town.wechat.world.know(person)
        if friend:
            town.wechat.world.befriend(person.id)
    town.wechat.joins(room, people)
    await town.settle(120)
    town.said.clear()
    return [person.id for person in people]


async def until(town: Town, text: str) -> None:
    """Let time pass until a local moment, "2026-09-25 20:50"."""
    moment = datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)
    while town.clock() < moment:
        step = min(moment - town.clock(), timedelta(hours=6))
        await town.settle(step.total_seconds())


def last_in(town: Town, room: str = STAFF_ROOM) -> str:
    """Return what a room heard last."""
    return town.heard_in(room)[-1]


__all__ = [
    "ANGRY",
    "FANS",
    "FANS_2",
    "STAFF_ROOM",
    "complain",
    "last_in",
    "newcomers",
    "staffed",
    "until",
]
