"""Where a notice asks for it, who is here for gifts alone waits behind others; nobody is told."""

from datetime import timedelta
from typing import Any

from bot.message import Contact
from tests.conftest import FANS, FANS_2, MORNING, TRAINEES, Build, Town
from tests.scenarios.notices import notice

DAY = 86_400
GIFT: dict[str, Any] = {
    "id": "pillow",
    "title": "送枕头",
    "start": "2026-11-23T00:00:00+08:00",
    "end": "2026-11-25T00:00:00+08:00",
    "words": ["赠品", "免费领"],
}


async def full(build: Build, **signup: Any) -> Town:
    """A tasting with one place, which somebody has; a bargain hunter was here before a regular."""
    due = (MORNING + timedelta(days=6)).isoformat()
    wanted = {"keyword": "报名", "capacity": 1, **signup}
    town = await build(giveaways=[GIFT], notices=[notice(at=due, signup=wanted)])
    for room in (FANS, FANS_2, TRAINEES):
        town.wechat.joins(room, [Contact("h", "小占", friend=True)])
    for day in range(4):
        await town.say("zhang", f"第{day}天打卡，昨晚睡得不错", FANS)
        await town.say("h", f"赠品什么时候发呀{day}", FANS)
        await town.settle(DAY)
    for who in ("wang", "h", "zhang"):
        await town.say(who, "报名")
    return town


async def test_regulars_move_up_first_where_a_notice_asks_for_it(build: Build) -> None:
    town = await full(build, regulars_first=True)
    assert "您在候补名单里" in town.told("h")[-1]
    assert "第" not in town.told("h")[-1]
    await town.say("wang", "取消报名")

    assert "候补已转正" in town.told("zhang")[-1]
    assert "候补已转正" not in "".join(town.told("h"))


async def test_else_who_came_first_moves_up_first(build: Build) -> None:
    town = await full(build)
    assert "候补第 1 位" in town.told("h")[-1]
    await town.say("wang", "取消报名")

    assert "候补已转正" in town.told("h")[-1]
