"""People back out of what they signed up for in the words they use."""

import pytest

from tests.conftest import FANS, STAFF_ROOM, Build
from tests.scenarios.desk import ANGRY
from tests.scenarios.signups import confirmed, event, standing


@pytest.mark.parametrize("words", ["我不报名了", "不参加了", "退出报名", "我要取消报名"])
async def test_who_backs_out_in_his_own_words_is_heard(build: Build, words: str) -> None:
    """「我不报名了」 was heard by nobody, and his place stayed taken."""
    town = await build(notices=[event()])
    await town.say("zhang", "报名", FANS)
    await town.say("zhang", words, FANS)

    assert await standing(town) == {"zhang": "cancelled"}


@pytest.mark.parametrize("words", ["我不报名了", "不参加了"])
async def test_who_is_not_in_and_says_so_is_left_alone(build: Build, words: str) -> None:
    town = await build(notices=[event()])
    await town.say("zhang", words, FANS)

    assert confirmed(town, FANS) == []
    assert await standing(town) == {}


async def test_what_he_says_to_the_staff_is_for_them(build: Build) -> None:
    town = await build(notices=[event()])
    await town.say("zhang", ANGRY, FANS)
    await town.say("zhang", "不参加了")

    assert any("不参加了" in text for text in town.heard_in(STAFF_ROOM))
