"""A rule with a cooldown rests in a room where it acted: what it would say again is on record."""

from typing import Any

import pytest

from bot.storage.tables import Offence
from tests.conftest import FANS, FANS_2, SETTINGS, Build, Town

HALF_AN_HOUR = 1800.0


def resting(rule: str, cooldown: str = "30m", **more: Any) -> list[dict[str, Any]]:
    return [
        {**each, "cooldown": cooldown, **more} if each["id"] == rule else each
        for each in SETTINGS["rules"]
    ]


@pytest.fixture
async def slow(build: Build) -> Town:
    """A town whose rule for quality rests for half an hour."""
    return await build(rules=resting("quality"))


async def members(town: Town) -> list[str]:
    return [ticket.member for ticket in await town.tickets()]


async def test_it_acts_once_in_that_time_and_records_what_it_hears(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.say("wang", "我的也坏了", FANS)

    assert await members(slow) == ["zhang"]
    heard = [(each.label, each.rule, each.taken) for each in await slow.messages()]
    assert heard[:1] + heard[-1:] == [
        ("complaint", "quality", "complaint"),
        ("complaint", "quality", "cooldown"),
    ]


async def test_it_acts_again_when_the_time_is_over(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.settle(HALF_AN_HOUR)
    await slow.say("wang", "我的也坏了", FANS)

    assert await members(slow) == ["zhang", "wang"]


async def test_what_it_only_hears_does_not_make_it_rest_longer(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.settle(HALF_AN_HOUR - 300)
    await slow.say("li", "我的也坏了", FANS)
    await slow.settle(300)
    await slow.say("wang", "还有我的，坏了", FANS)

    assert await members(slow) == ["zhang", "wang"]


async def test_it_rests_only_in_the_room_where_it_acted(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.say("wang", "我的也坏了", FANS_2)

    assert await members(slow) == ["zhang", "wang"]


async def test_privately_no_rule_rests(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.say("wang", "我的也坏了")

    assert await members(slow) == ["zhang", "wang"]


async def test_another_rule_that_fits_as_well_acts(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.say("wang", "我的也坏了，退款", FANS)

    assert [(x.member, x.rule) for x in await slow.tickets()] == [
        ("zhang", "quality"),
        ("wang", "refund"),
    ]


async def test_whoever_has_a_ticket_is_heard_while_it_rests(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.settle(300)
    await slow.say("zhang", "另一个也坏了", FANS)

    said = [entry.text for entry in await slow.entries() if entry.kind == "member"]
    assert said == ["枕头坏了", "另一个也坏了"]


async def test_it_rests_for_all_of_those_who_speak_at_once(slow: Town) -> None:
    slow.wechat.says("zhang", "枕头坏了", FANS)
    slow.wechat.says("wang", "我的也坏了", FANS)
    await slow.settle()

    assert await members(slow) == ["zhang"]


async def test_it_still_rests_after_a_crash(slow: Town) -> None:
    await slow.say("zhang", "枕头坏了", FANS)
    await slow.crash()
    await slow.say("wang", "我的也坏了", FANS)

    assert await members(slow) == ["zhang"]


async def test_a_rule_for_adverts_rests_as_well(build: Build) -> None:
    advert = {"id": "ad", "label": "ad", "any": ["刷单"], "cooldown": "30m"}
    town = await build(rules=[*SETTINGS["rules"], advert])
    await town.say("zhang", "专业刷单日结", FANS)
    await town.say("wang", "我也招刷单的", FANS)

    assert [offence.member for offence in await town.rows(Offence)] == ["zhang"]
