"""Who speaks of ending his life is met with a person at once, and never with a menu."""

import pytest

from tests.conftest import FANS, STAFF_ROOM, TRAINEES, Build
from tests.scenarios.desk import complain, staffed, until

DARK = ["我不想活了", "真的想死", "我想自杀", "活着没意思，我吃了很多安眠药", "今晚就从楼上跳下去"]


@pytest.mark.parametrize("words", DARK)
async def test_who_speaks_of_dying_is_not_met_with_a_menu(build: Build, words: str) -> None:
    """「我不想活了」 was answered with 「收到。需要人工客服请回复「人工」」."""
    town = await staffed(build)
    await town.say("zhang", words)

    [ticket] = await town.tickets()
    assert (ticket.topic, ticket.severity) == ("danger", 3)
    [said] = town.told("zhang")
    assert "120" in said
    assert "12356" in said
    assert "订单号" not in said
    assert "人工" not in said
    assert any("@林姐" in text and "请马上联系" in text for text in town.heard_in(STAFF_ROOM))
    assert any("请现在就联系本人" in text for text in town.told("boss"))


@pytest.mark.parametrize("room", [FANS, TRAINEES])
async def test_in_a_group_nothing_of_it_is_repeated(build: Build, room: str) -> None:
    """「我想自杀」 in the group was heard by nobody."""
    town = await staffed(build)
    await town.say("zhang", "我想自杀", room)

    assert len(await town.tickets()) == 1
    [line] = town.heard_in(room)
    assert "请留意私信" in line
    assert "120" in town.told("zhang")[0]


async def test_at_night_the_staff_are_called_as_well(build: Build) -> None:
    town = await staffed(build, pace={"quiet_hours": "22:30-08:00"})
    await until(town, "2026-11-23 23:30")
    town.said.clear()
    await town.say("zhang", "我不想活了")

    assert "120" in town.told("zhang")[0]
    assert any("@林姐" in text for text in town.heard_in(STAFF_ROOM))
    assert town.told("boss")


async def test_an_open_ticket_becomes_urgent(build: Build) -> None:
    town = await staffed(build)
    await complain(town)
    await town.say("zhang", "你们再不处理我就不想活了")
    await town.say("zhang", "我真的不想活了")

    [ticket] = await town.tickets()
    assert (ticket.topic, ticket.severity) == ("danger", 3)
    assert len([text for text in town.told("zhang") if "120" in text]) == 1
    assert len([text for text in town.heard_in(STAFF_ROOM) if "请马上联系" in text]) == 1
    assert any("我真的不想活了" in text for text in town.heard_in(STAFF_ROOM))


@pytest.mark.parametrize(
    "words",
    [
        "困死了，不想活了哈哈",
        "想死你们啦",
        "想死，这枕头太舒服了",
        "跳楼价大甩卖吗",
        "吃了安眠药也睡不着",
        "气死了算了",
        "这剧情主角想自杀",
    ],
)
async def test_a_figure_of_speech_alarms_nobody(build: Build, words: str) -> None:
    town = await staffed(build)
    await town.say("zhang", words, FANS)

    assert not any(ticket.topic == "danger" for ticket in await town.tickets())
