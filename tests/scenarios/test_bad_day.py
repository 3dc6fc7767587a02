"""A bad day, one scene after the other; and each with the bot restarted in the middle."""

import itertools
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime

import pytest

from bot.message import Contact, Kind, Letter
from bot.transports.memory import RoomPlan
from tests.conftest import FANS, STAFF_ROOM, Build, Town
from tests.scenarios.desk import ANGRY, SHANGHAI, newcomers, staffed, until

Pause = Callable[[], Awaitable[None]]
Check = Callable[[], Awaitable[None]]
ROOMS = 20
FLOOD = 200


async def an_angry_member_with_three_followers(build: Build, pause: "Pausing") -> None:
    town = pause.at(await staffed(build))
    followers = await newcomers(town, 3)
    await town.say("zhang", "你们的枕头睡塌了，质量太差，骗人", FANS)
    await pause()
    for number, member in enumerate(followers):
        await town.say(member, f"我的也塌了，第{number}个", FANS)
    await pause()
    await town.say("zhang", "没人管吗？太差了", FANS)

    assert len(town.heard_in(FANS)) == 1
    assert len(await town.tickets()) == 4
    assert all(town.told(member) for member in ("zhang", *followers))
    alerts = [text for text in town.heard_in(STAFF_ROOM) if "多人反映" in text]
    assert len(alerts) == 1


async def a_false_alarm(build: Build, pause: "Pausing") -> None:
    town = pause.at(await staffed(build))
    await town.say("zhang", "新闻里那座桥塌了", FANS)
    await pause()
    await town.say("mei", "#1 误报", STAFF_ROOM)
    await pause()
    await town.settle(8 * 86400)

    [ticket] = await town.tickets()
    assert (ticket.state, ticket.false_alarm, ticket.rating_asked_at) == ("closed", True, None)
    assert len(town.told("zhang")) == 1


async def a_stranger_who_never_accepts(build: Build, pause: "Pausing") -> None:
    town = pause.at(await staffed(build))
    await town.say("li", ANGRY, FANS)
    await pause()
    await town.settle(3 * 3600)
    await pause()

    cards = [letter for _, letter in town.said if letter.kind is Kind.CARD]
    assert [(card.room, card.data["card"]) for card in cards] == [(STAFF_ROOM, "li")]
    assert len(town.done("add-friend")) == 1
    assert town.told("li") == []
    assert not any("服务时限" in text for text in town.heard_in(STAFF_ROOM))


async def friday_evening_before_a_holiday(build: Build, pause: "Pausing") -> None:
    friday = datetime(2026, 2, 13, 20, 48, tzinfo=SHANGHAI)
    town = pause.at(await staffed(build, start=friday, hours="Mon-Fri 09:00-21:00", digest=""))
    await until(town, "2026-02-13 20:50")
    await town.say("zhang", ANGRY, FANS)
    await pause()
    await until(town, "2026-02-14 08:59")
    assert not any("服务时限" in text for text in town.heard_in(STAFF_ROOM))
    await pause()
    await until(town, "2026-02-14 09:02")

    assert sum("快到时限" in text for text in town.heard_in(STAFF_ROOM)) == 1


async def an_agent_who_goes_home(build: Build, pause: "Pausing") -> None:
    staff = [
        {"id": "mei", "name": "小美", "hours": "Mon-Sun 09:00-10:30"},
        {"id": "hong", "name": "小红"},
    ]
    town = pause.at(await staffed(build, staff=staff, idle="2h"))
    await town.say("zhang", ANGRY, FANS)
    await town.say("mei", "#1 接单", STAFF_ROOM)
    await pause()
    await town.settle(30 * 60)
    await pause()

    assert (await town.tickets())[0].assignee == "hong"
    assert sum("已下班" in text for text in town.heard_in(STAFF_ROOM)) == 1


SCENES = [
    an_angry_member_with_three_followers,
    a_false_alarm,
    a_stranger_who_never_accepts,
    friday_evening_before_a_holiday,
    an_agent_who_goes_home,
]


class Pausing:
    """A moment in a scene at which the bot may die, and is started again."""

    def __init__(self, *, deadly: bool) -> None:
        self._deadly = deadly
        self._town: Town | None = None

    def at(self, town: Town) -> Town:
        self._town = town
        return town

    async def __call__(self) -> None:
        if self._deadly and self._town is not None:
            await self._town.crash()


@pytest.mark.parametrize("deadly", [False, True], ids=["whole", "restarted"])
@pytest.mark.parametrize("scene", SCENES, ids=lambda scene: scene.__name__)
async def test_scene(
    build: Build, scene: Callable[[Build, Pausing], Awaitable[None]], *, deadly: bool
) -> None:
    await scene(build, Pausing(deadly=deadly))


@pytest.mark.parametrize("deadly", [False, True], ids=["whole", "restarted"])
async def test_a_flood_of_200_complaints_in_ten_minutes(build: Build, *, deadly: bool) -> None:
    groups = [{"id": f"g{number}", "kind": "fan"} for number in range(ROOMS)]
    town = await staffed(build, groups=groups, digest="", idle="90h")
    people = [Contact(f"p{number}", f"会员{number}", friend=True) for number in range(FLOOD)]
    for person in people:
        town.wechat.world.know(person)
        town.wechat.world.befriend(person.id)
    for number in range(ROOMS):
        members = ("bot", *(person.id for person in people[number::ROOMS]))
        town.wechat.world.found(RoomPlan(f"g{number}", f"粉丝{number}群", "bot", members))
    await town.crash()
    town.said.clear()
    for number, person in enumerate(people):
        town.wechat.says(person.id, f"枕头塌了{number}", f"g{number % ROOMS}")
        await town.settle(3)
        if deadly and number % 50 == 25:
            await town.crash()
    await town.settle(3600)

    check_pace(town.said)
    assert len(await town.tickets()) == FLOOD
    handed = [letter.contact for _, letter in town.said if letter.purpose == "handoff"]
    assert sorted(Counter(handed).values()) == [1] * FLOOD
    assert inversions(handed, [person.id for person in people]) == 0
    lines = Counter(letter.room for _, letter in town.said if letter.purpose == "holding-line")
    assert set(lines.values()) <= {1, 2}
    alerts = [letter for _, letter in town.said if letter.purpose == "incident-alert"]
    assert sum("多人反映" in letter.text for letter in alerts) == 1
    told = {number for letter in alerts for number in numbers(letter.text)}
    assert len(told) + shortened(alerts) >= FLOOD


def check_pace(said: list[tuple[datetime, Letter]]) -> None:
    """See that nothing left faster than the pace allows."""
    moments = [at for at, _ in said]
    for (before, one), (after, other) in itertools.pairwise(said):
        least = 1.0 if one.target == other.target else 3.0
        assert (after - before).total_seconds() >= least - 0.001
    for earlier, later in zip(moments, moments[40:], strict=False):
        assert (later - earlier).total_seconds() >= 59.999


def inversions(actual: list[str | None], wanted: list[str]) -> int:
    """Count neighbours who were served in the other order than they came."""
    place = {person: number for number, person in enumerate(wanted)}
    order = [place[each] for each in actual if each is not None]
    return sum(1 for one, other in itertools.pairwise(order) if one > other)


def numbers(text: str) -> list[str]:
    return [part.split(" ")[0] for part in text.split("#")[1:]]


def shortened(alerts: list[Letter]) -> int:
    """Count the tickets that the alerts only counted, because they were too many to list."""
    totals = [
        int(letter.text.split("又有 ")[1].split(" ")[0])
        for letter in alerts
        if "又有" in letter.text
    ]
    return sum(max(total - 20, 0) for total in totals)
