"""What members say when asked to rate, in numbers and words that were not asked for."""

import pytest

from bot.storage.tables import TicketState
from tests.conftest import STAFF_ROOM, Build, Town
from tests.scenarios.desk import complain, staffed


async def solved(build: Build) -> Town:
    town = await staffed(build)
    await complain(town)
    await town.say("mei", "#1 解决", STAFF_ROOM)
    town.said.clear()
    return town


@pytest.mark.parametrize(
    "words", ["5 分钟就解决了", "3个枕头都收到了", "五分钟前收到了，谢谢", "昨天就搞定啦！"]
)
async def test_who_tells_that_it_is_over_takes_nothing_up_again(build: Build, words: str) -> None:
    """「5 分钟就解决了」 took the ticket up again, and 「五星好评」 after it was no rating."""
    town = await solved(build)
    await town.say("zhang", words)
    assert (await town.tickets())[0].state == TicketState.RESOLVED

    await town.say("zhang", "给五星好评，下次还来")
    assert (await town.tickets())[0].rating == 5


@pytest.mark.parametrize(
    "words", ["收到了，是坏的", "还没收到货就解决了？", "没解决", "怎么就解决了"]
)
async def test_who_tells_that_it_is_not_over_is_heard(build: Build, words: str) -> None:
    town = await solved(build)
    await town.say("zhang", words)

    assert (await town.tickets())[0].reopened == 1


@pytest.mark.parametrize("words", ["6", "给八分", "9分吧"])
async def test_a_rating_of_another_scale_is_asked_for_again(build: Build, words: str) -> None:
    """「6」 took the ticket up again."""
    town = await solved(build)
    await town.say("zhang", words)

    assert town.told("zhang") == ["分数是 1–5，5 为非常满意。您打几分呢？"]
    await town.say("zhang", "5")
    assert (await town.tickets())[0].rating == 5


async def test_what_was_taken_off_is_not_the_rating(build: Build) -> None:
    town = await solved(build)
    await town.say("zhang", "我给4分，物流扣一分")

    assert (await town.tickets())[0].rating == 4


async def test_praise_for_somebody_hides_nothing_from_him(build: Build) -> None:
    """「小美服务很好」 took the ticket of 小美 away from her."""
    praise = {"id": "kind", "label": "praise", "any": ["服务很好"]}
    town = await staffed(build, rules=[praise, {"id": "x", "label": "complaint", "any": ["塌了"]}])
    await complain(town)
    await town.say("zhang", "小美服务很好")
    assert (await town.tickets())[0].assignee == "mei"

    await town.say("zhang", "小美服务很好才怪，不理人")
    assert (await town.tickets())[0].assignee != "mei"
