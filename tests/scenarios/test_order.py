"""Adverts, links, floods: reminded privately, warned once in the group, then removed; undoable."""

import pytest

from bot.message import Kind
from bot.storage.tables import Offence
from tests.conftest import FANS, FANS_2, SETTINGS, TRAINEES, Build, Town

AD = "专业刷单日结，加微信 abc12345"
RULES = [*SETTINGS["rules"], {"id": "ad", "label": "ad", "any": ["刷单", "日结"]}]
MINUTES = 300.0


async def steps(town: Town) -> list[str]:
    return [row.step for row in await town.rows(Offence)]


@pytest.fixture
async def kept(build: Build) -> Town:
    """A town where adverts are known by a rule."""
    return await build(rules=RULES)


async def repeat(town: Town, times: int, sender: str = "zhang", room: str = FANS) -> None:
    for number in range(times):
        await town.say(sender, f"{AD}{number}", room)
        await town.settle(MINUTES)


async def test_first_privately_then_in_the_group_then_out(kept: Town) -> None:
    await repeat(kept, 1)
    assert "不能发广告" in kept.told("zhang")[-1]
    assert kept.heard_in(FANS) == []

    await repeat(kept, 1)
    [warning] = kept.heard_in(FANS)
    assert warning.startswith("@张三\u2005")

    await repeat(kept, 1)
    assert ("r1", "zhang") in [(x.room, x.contact) for x in kept.done("remove-member")]
    assert len(kept.heard_in(FANS)) == 1
    assert "撤销" in kept.told("boss")[-1]
    assert await steps(kept) == ["reminded", "warned", "removed"]


async def test_a_stranger_is_warned_in_the_group_for_he_cannot_be_written_to(kept: Town) -> None:
    await repeat(kept, 1, "li")

    assert kept.told("li") == []
    assert kept.heard_in(FANS)[0].startswith("@李四\u2005")


async def test_who_deleted_the_bot_is_warned_in_the_group(kept: Town) -> None:
    kept.wechat.world.estrange("zhang")
    await repeat(kept, 1)

    assert len(kept.heard_in(FANS)) == 1
    assert await steps(kept) == ["warned"]


async def test_three_adverts_at_once_are_one_step(kept: Town) -> None:
    for number in range(3):
        kept.wechat.says("zhang", f"{AD}{number}", FANS)
    await kept.settle()

    assert await steps(kept) == ["reminded", "noted", "noted"]
    assert kept.done("remove-member") == []


async def test_a_spammer_is_removed_from_every_group_of_ours(kept: Town) -> None:
    await repeat(kept, 3)

    removed = {letter.room for letter in kept.done("remove-member")}
    assert removed == {FANS, TRAINEES}


async def test_where_the_bot_is_not_the_owner_the_owner_and_managers_are_told(kept: Town) -> None:
    kept.wechat.world.rooms[FANS_2].owner = "wang"
    kept.wechat.joins(FANS_2, [kept.wechat.world.contact("zhang")])
    await kept.crash()
    await repeat(kept, 3, room=FANS_2)

    assert FANS_2 not in {letter.room for letter in kept.done("remove-member")}
    assert any("没有权限移出" in text for text in kept.told("boss"))
    assert any("请您看看是否移出" in text for text in kept.told("wang"))


async def test_managers_hear_where_a_spammer_was_removed_and_where_not(kept: Town) -> None:
    kept.wechat.world.rooms[FANS_2].owner = "wang"
    kept.wechat.joins(FANS_2, [kept.wechat.world.contact("zhang")])
    await kept.crash()
    await repeat(kept, 3, room=FANS_2)
    assert "我是群主的「枕头粉丝一群」、「经销商训练营」已经移出" in kept.told("boss")[-1]

    await kept.say("boss", "撤销 3")
    told = kept.told("boss")[-1]
    assert "请您重新邀请 张三 进「枕头粉丝一群」、「经销商训练营」" in told


async def test_warnings_expire_after_thirty_days(kept: Town) -> None:
    await repeat(kept, 2)
    await kept.settle(31 * 86_400)
    await repeat(kept, 1)

    assert await steps(kept) == ["reminded", "warned", "reminded"]


async def test_a_removal_can_be_undone_and_counts_no_more(kept: Town) -> None:
    await repeat(kept, 3)
    await kept.say("boss", "违规")
    assert "移出群" in kept.told("boss")[-1]

    for number in (1, 2, 3):
        await kept.say("boss", f"撤销 {number}")
    assert "重新邀请" in kept.told("boss")[-1]
    kept.wechat.joins(FANS, [kept.wechat.world.contact("zhang")])
    await kept.settle()
    await repeat(kept, 1)
    assert (await steps(kept))[-1] == "reminded"


async def test_only_managers_undo(kept: Town) -> None:
    await repeat(kept, 1)
    await kept.say("zhang", "撤销 1")

    assert [row.undone_at for row in await kept.rows(Offence)] == [None]


async def test_staff_managers_and_the_trusted_may(build: Build) -> None:
    town = await build(rules=RULES, order={"trusted": ["zhang"]})
    for sender in ("mei", "boss", "zhang"):
        await repeat(town, 1, sender)

    assert await steps(town) == []


async def test_in_shadow_it_is_only_recorded(build: Build) -> None:
    town = await build(rules=RULES, order={"mode": "shadow"})
    await repeat(town, 3)

    assert await steps(town) == ["shadow"] * 3
    assert town.heard_in(FANS) == []
    assert town.told("zhang") == []


async def test_a_new_group_begins_in_shadow(build: Build) -> None:
    town = await build(rules=RULES, groups=[{"topic": "枕头*", "kind": "fan"}])
    await town.settle(7200)
    town.wechat.invites("i1", "boss", "r9", "枕头九群")
    await town.settle()
    town.wechat.joins("r9", [town.wechat.world.contact("zhang")])
    await town.settle()
    await repeat(town, 2, room="r9")
    assert await steps(town) == ["shadow", "shadow"]

    await town.settle(8 * 86_400)
    await repeat(town, 1, room="r9")
    assert (await steps(town))[-1] == "reminded"


async def test_at_night_the_group_sleeps(build: Build) -> None:
    town = await build(rules=RULES)
    await town.settle(14 * 3600)  # midnight
    await repeat(town, 1, "li")
    assert town.heard_in(FANS) == []

    await town.settle(7 * 3600)
    assert len(town.heard_in(FANS)) == 1


async def test_floods_copies_links_and_mini_programs(town: Town) -> None:
    for number in range(8):
        town.wechat.says("zhang", f"第 {number} 句不一样的话", FANS)
    await town.settle(700)
    for _ in range(3):
        await town.say("li", "看看这个好东西，转给大家", FANS)
    await town.say("wang", "来这里买 https://bad.example.top/x?y=1", FANS)
    await town.settle(700)
    await town.say("wang", "好文章 https://mp.weixin.qq.com/s/abc", FANS)
    await town.say("wang", "抽奖", FANS, kind=Kind.MINI_PROGRAM)

    kinds = sorted({(row.member, row.kind) for row in await town.rows(Offence)})
    assert kinds == [
        ("li", "copy"),
        ("wang", "link"),
        ("wang", "mini-program"),
        ("zhang", "flood"),
    ]


async def test_who_talks_too_much_goes_only_if_a_manager_lets_him(town: Town) -> None:
    """A chatty fan was told in public to leave, and removed at the next burst of 「哈哈」."""

    async def burst(number: int) -> None:
        for line in range(8):
            town.wechat.says("li", f"哈哈哈 {number} {line}", FANS)
        await town.settle(700)

    await burst(1)
    await burst(2)
    assert await steps(town) == ["warned", "told"]
    [line] = town.heard_in(FANS)
    assert "离开" not in line
    assert len([text for text in town.told("boss") if "聊得起劲" in text]) == 1

    await town.say("boss", "撤销 2")
    await burst(3)
    assert await steps(town) == ["warned", "told", "told"]
    assert town.done("remove-member") == []

    await burst(4)
    assert {letter.contact for letter in town.done("remove-member")} == {"li"}


async def test_talking_too_much_does_not_count_towards_harm(town: Town) -> None:
    for line in range(8):
        town.wechat.says("li", f"哈哈哈 {line}", FANS)
    await town.settle(700)

    await town.say("li", "来这里买 https://bad.example.top/x?y=1", FANS)
    assert await steps(town) == ["warned", "warned"]


async def test_the_same_in_several_groups_is_no_talk(build: Build) -> None:
    town = await build(rules=RULES)
    for _ in range(2):
        for room in (FANS, FANS_2, FANS):
            await town.say("wang", "看看这个好东西，转给大家", room)
        await town.settle(700)

    assert {row.rule for row in await town.rows(Offence)} == {"copy-rooms"}


async def test_a_complaint_is_a_complaint_even_with_a_link(kept: Town) -> None:
    await kept.say("zhang", "枕头塌了，图在 https://bad.example.top/x 刷单", FANS)

    assert len(await kept.tickets()) == 1
    assert await steps(kept) == []


async def test_nobody_is_judged_in_a_group_nobody_configured(build: Build) -> None:
    town = await build(rules=RULES, groups=[{"id": FANS_2, "kind": "fan"}])
    await repeat(town, 2)

    assert await steps(town) == []


async def test_who_is_warned_where_the_bot_cannot_remove_is_told_what_will_happen(
    kept: Town,
) -> None:
    """「再有一次会请您离开本群」 in a group that is another's: the bot cannot do that."""
    kept.wechat.world.rooms[FANS].owner = "wang"
    await kept.crash()  # at the log-in the group is described as it is now
    await repeat(kept, 1, "li")
    assert "再有一次会请群主处理" in kept.heard_in(FANS)[-1]
