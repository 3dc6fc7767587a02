"""接龙: lists that people pass on are read, and everybody on them counted once."""

from bot.storage.tables import Signup
from tests.conftest import FANS, Build
from tests.scenarios.signups import confirmed, event, standing


async def test_a_list_that_two_people_edit_at_once_counts_both(build: Build) -> None:
    town = await build(notices=[event(capacity=3, guests=2)])
    head = "#接龙\n双十二活动\n\n1. 张三\n"
    await town.say("zhang", head, FANS)
    town.wechat.says("wang", f"{head}2. 王五 2人", FANS)
    town.wechat.says("li", f"{head}2. 李四", FANS)  # he had not seen 王五 yet
    await town.settle()
    rows = {row.member: (str(row.state), row.guests) for row in await town.rows(Signup)}
    assert rows == {"zhang": ("confirmed", 0), "wang": ("confirmed", 1), "li": ("waiting", 0)}
    await town.say("wang", f"{head}2. 王五\n3. 李四", FANS)
    assert (await standing(town))["li"] == "confirmed"


async def test_lists_that_people_pass_on_are_counted(build: Build) -> None:
    town = await build(notices=[event()])
    head = "#接龙\n双十二活动\n\n"
    await town.say("zhang", head + "1. 张三", FANS)
    await town.say("wang", head + "1. 张三\n2. 王五 2人", FANS)
    await town.say("li", head + "1. 张三\n2. 王五 2人\n3. 阿四", FANS)
    await town.say("wang", head + "1. 张三\n2. 王五 3人\n3. 阿四", FANS)
    await town.say("wang", head + "1. 张三\n2. 王五 3人\n3. 阿四", FANS)

    rows = {row.member: row.guests for row in await town.rows(Signup)}
    assert rows == {"zhang": 0, "wang": 2, "li": 0}
    await town.say("zhang", head + "1. 王五 3人\n2. 阿四", FANS)
    assert (await standing(town))["zhang"] == "cancelled"


async def test_a_list_first_seen_when_it_is_long_counts_everybody(build: Build) -> None:
    town = await build(notices=[event()])
    await town.say("wang", "#接龙\n双十二\n1. 张三\n2. 路人甲\n3. 王五", FANS)
    rows = {row.member: row.guests for row in await town.rows(Signup)}
    assert rows == {"zhang": 0, "wang": 0, "name:路人甲": 0}


async def test_a_list_about_something_else_signs_nobody_up(build: Build) -> None:
    """「#接龙 今晚吃什么」 signed its writer up for 双十二, with 火锅 as his guest."""
    town = await build(notices=[event()])
    await town.say("wang", "#接龙\n今晚吃什么\n1. 火锅\n2. 烧烤", FANS)
    assert await standing(town) == {}
    await town.say("wang", "#接龙\n1. 王五", FANS)
    assert await standing(town) == {"wang": "confirmed"}


async def test_a_member_whom_another_puts_on_the_list_is_counted_as_himself(build: Build) -> None:
    """Who was added by 王五 became a guest of 王五."""
    town = await build(notices=[event()])
    head = "#接龙\n双十二活动\n\n1. 张三\n"
    await town.say("zhang", head, FANS)
    await town.say("wang", f"{head}2. 李四\n", FANS)
    assert await standing(town) == {"zhang": "confirmed", "li": "confirmed"}
    await town.say("wang", f"{head}2. 李四\n3. 王五\n4. 我表妹", FANS)

    rows = {row.member: row.guests for row in await town.rows(Signup)}
    assert rows == {"zhang": 0, "li": 0, "wang": 1}


async def test_a_list_changes_nothing_for_those_who_said_otherwise_themselves(
    build: Build,
) -> None:
    town = await build(notices=[event(guests=2)])
    await town.say("zhang", "报名 2人", FANS)
    await town.say("li", "报名", FANS)
    await town.say("li", "取消报名", FANS)
    await town.settle(300)
    before = len(confirmed(town, FANS))
    await town.say("wang", "#接龙\n双十二\n1. 张三 5人\n2. 李四\n3. 王五", FANS)
    await town.settle(300)
    assert await standing(town) == {"zhang": "confirmed", "li": "cancelled", "wang": "confirmed"}
    assert [row.guests for row in await town.rows(Signup)] == [1, 0, 0]
    [line] = confirmed(town, FANS)[before:]
    assert "王五" in line
    assert "张三" not in line
    await town.say("wang", "#接龙\n双十二\n1. 张三 5人\n2. 李四\n3. 王五 6人", FANS)
    assert "最多带 2 位" in confirmed(town, FANS)[-1]
