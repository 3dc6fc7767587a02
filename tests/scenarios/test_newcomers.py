"""Newcomers: who is greeted, what they are shown, and whose friend the bot becomes."""

from datetime import timedelta
from itertools import pairwise

from bot.message import Contact, Joined, RoomKnown
from bot.storage.tables import Stay
from tests.conftest import FANS, Build, Town

NEW = Contact("n1", "小明")
OTHER = Contact("n2", "小红")
ABOUT = {"joining": {"about": {"fan": "这里聊睡眠和枕头，{group}每周三有直播。"}}}


async def test_being_added_without_an_invitation_is_noticed(town: Town) -> None:
    town.wechat.world.rooms.pop("r9", None)
    town.wechat.invites("i1", "zhang", "r9", "枕头九群")
    await town.settle()
    town.wechat.joins("r9", [Contact("bot", "小群")], "zhang")
    await town.settle()

    told = town.told("boss")
    assert any("直接把我拉进了群「枕头九群」" in text for text in told)
    assert any("群 1 粉丝" in text for text in told)
    await town.say("boss", "群 1 忽略")
    assert "群「枕头九群」我就不管了" in town.told("boss")[-1]


async def test_one_answer_of_a_manager_configures_a_group(build: Build) -> None:
    town = await build(groups=[{"id": "r2", "kind": "fan"}])
    await town.say("zhang", "枕头塌了，质量太差", FANS)
    assert await town.tickets() == []

    await town.say("zhang", "群 1 粉丝")
    await town.say("boss", "群 1 粉丝")
    assert "从现在起是粉丝群" in town.told("boss")[-1]
    await town.say("zhang", "枕头还是塌了，质量太差", FANS)
    town.wechat.joins(FANS, [NEW])
    await town.settle()

    assert len(await town.tickets()) == 1
    assert any("@小明" in text for text in town.heard_in(FANS))


async def test_the_delay_of_the_greeting_is_configurable(build: Build) -> None:
    town = await build(joining={"greet_after": "5m"})
    town.wechat.joins(FANS, [NEW])
    await town.settle(240)
    assert town.heard_in(FANS) == []
    await town.settle(120)
    [greeting] = town.heard_in(FANS)
    assert greeting.count("@小明\u2005") == 1


async def test_a_join_told_hours_late_is_not_greeted(town: Town) -> None:
    long_ago = town.clock() - timedelta(hours=7)
    await town.app.take([Joined(FANS, (NEW,), None, long_ago)])
    await town.settle()

    assert town.heard_in(FANS) == []
    assert [row.contact for row in await town.rows(Stay)] == ["n1"]


async def test_who_has_been_talking_is_not_greeted_when_the_join_is_told_late(town: Town) -> None:
    town.wechat.world.know(NEW)
    town.wechat.world.rooms[FANS].let_in(["n1"])
    await town.say("n1", "大家好呀", FANS)
    await town.settle(600)
    await town.app.take([Joined(FANS, (NEW,), None, town.clock())])
    await town.settle()

    assert town.heard_in(FANS) == []


async def test_a_join_that_was_never_told_is_noticed_and_greeted_once(town: Town) -> None:
    town.wechat.world.know(NEW)
    town.wechat.world.rooms[FANS].let_in(["n1"])
    known = town.wechat.world.describe(FANS, town.clock())
    await town.app.take([known])
    await town.settle()
    await town.app.take([Joined(FANS, (NEW,), None, town.clock())])
    await town.settle()

    assert len([text for text in town.heard_in(FANS) if "@小明" in text]) == 1


async def test_who_comes_back_within_days_is_not_greeted_again(town: Town) -> None:
    town.wechat.joins(FANS, [NEW])
    await town.settle()
    town.wechat.leaves(FANS, ["n1"])
    await town.settle(86_400)
    town.wechat.joins(FANS, [NEW])
    await town.settle()

    assert len(town.heard_in(FANS)) == 1
    stays = await town.rows(Stay)
    assert [stay.until is None for stay in stays] == [False, True]


async def test_who_left_unannounced_is_noticed_in_the_next_description(town: Town) -> None:
    town.wechat.joins(FANS, [NEW])
    await town.settle()
    town.wechat.world.rooms[FANS].let_out("n1")
    members = town.wechat.world.describe(FANS, town.clock()).members
    await town.app.take([RoomKnown(FANS, "枕头粉丝一群", "bot", members, town.clock())])

    [stay] = await town.rows(Stay)
    assert stay.until is not None


async def test_newcomers_are_told_what_the_group_is_for(build: Build) -> None:
    town = await build(**ABOUT)
    friend = Contact("n3", "小刚", friend=True)
    town.wechat.joins(FANS, [NEW, friend])
    await town.settle()
    [greeting] = town.heard_in(FANS)
    assert "新人指南" in greeting
    assert "枕头粉丝一群每周三有直播" in town.told("n3")[-1]

    await town.say("n1", "新人指南", FANS)
    await town.say("n1", "新人指南", FANS)
    assert len([text for text in town.heard_in(FANS) if "每周三有直播" in text]) == 1


async def test_what_a_manager_calls_worth_showing_is_shown(town: Town) -> None:
    message = await town.say("zhang", "仰睡的朋友可以在膝盖下垫个小枕头，腰会舒服很多", FANS)
    await town.say("boss", "精华", FANS, quote=message.id)
    assert town.heard_in(FANS) == []
    assert "已收进精华" in town.told("boss")[-1]

    await town.say("li", "新人指南", FANS)
    assert "膝盖下垫个小枕头" in town.heard_in(FANS)[-1]


async def test_what_members_praise_is_shown_without_a_manager(build: Build) -> None:
    rules = [{"id": "praise", "label": "praise", "any": ["说得真好"]}]
    town = await build(rules=rules)
    tip = await town.say("zhang", "睡前泡脚十五分钟，比什么都管用", FANS)
    plain = await town.say("zhang", "我家猫又上树了", FANS)
    await town.say("li", "说得真好，今晚就试", FANS, quote=tip.id)
    await town.say("li", "哈哈", FANS, quote=plain.id)
    await town.say("li", "新人指南", FANS)

    assert "睡前泡脚十五分钟" in town.heard_in(FANS)[-1]
    assert "上树" not in town.heard_in(FANS)[-1]


async def test_an_event_far_away_is_none_of_the_next(build: Build) -> None:
    plan = {"scenario": "holiday", "groups": ["fan"], "text": "活动"}
    near = {**plan, "id": "near", "title": "门店体验日", "at": "2026-12-20T10:00:00+08:00"}
    far = {**plan, "id": "far", "title": "周年庆", "at": "2027-09-15T10:00:00+08:00"}
    town = await build(notices=[near, far])
    await town.say("li", "新人指南", FANS)

    assert "· 12月20日 10:00 门店体验日" in town.heard_in(FANS)[-1]
    assert "周年庆" not in town.heard_in(FANS)[-1]


async def test_the_rules_of_a_group_are_had_by_keyword(build: Build) -> None:
    rules = {"id": "rules", "keyword": ["群规"], "text": "{group}：不发广告，互相尊重。"}
    town = await build(materials=[{**rules, "groups": ["fan"]}])
    await town.say("zhang", "群规", FANS)
    assert town.heard_in(FANS) == ["枕头粉丝一群：不发广告，互相尊重。"]
    await town.say("zhang", "群规", FANS)
    assert len(town.heard_in(FANS)) == 1
    await town.say("zhang", "群规")
    assert "不发广告" in town.told("zhang")[-1]


async def test_friend_requests_are_accepted_at_the_pace_of_a_person(build: Build) -> None:
    town = await build(friends={"gap": "60s", "per_day": 3})
    for number in range(5):
        town.wechat.requests_friendship(f"f{number}", Contact(f"s{number}", f"路人{number}"), "")
    town.wechat.requests_friendship("f9", town.wechat.world.contact("li"), "")
    await town.settle(30)
    assert [letter.request for letter in town.done("accept-friend")] == ["f9"]

    await town.settle(600)
    times = [at for at, letter in town.said if letter.do == "accept-friend"]
    assert len(times) == 3
    assert all(b - a >= timedelta(seconds=59) for a, b in pairwise(times))

    await town.settle(86_400)
    assert len(town.done("accept-friend")) == 6


async def test_strangers_need_the_right_words_or_a_managers_word(build: Build) -> None:
    town = await build(friends={"words": ["枕头", "群友"]})
    town.wechat.requests_friendship("f1", Contact("s1", "路人"), "你好")
    town.wechat.requests_friendship("f2", Contact("s2", "粉丝"), "我是枕头粉丝")
    town.wechat.requests_friendship("f3", town.wechat.world.contact("li"), "")
    await town.settle(300)
    assert {letter.request for letter in town.done("accept-friend")} == {"f2", "f3"}
    assert "通过 1" in town.told("boss")[-1]

    await town.say("zhang", "通过 1")
    await town.say("boss", "通过 1")
    await town.settle(300)
    assert {letter.request for letter in town.done("accept-friend")} == {"f1", "f2", "f3"}


async def test_who_has_no_name_is_not_called_by_an_id(town: Town) -> None:
    town.wechat.joins(FANS, [Contact("wxid_c", ""), NEW])
    await town.settle()
    await town.say("wxid_c", "枕头塌了，质量太差", FANS)
    town.wechat.joins(FANS, [Contact("wxid_d", "")])
    await town.settle()

    greeting, holding, alone = town.heard_in(FANS)
    assert greeting.startswith("欢迎 @小明\u2005加入")
    assert holding.startswith("@朋友\u2005您好")
    assert alone.startswith("欢迎 新朋友加入")


async def test_a_new_friend_without_a_name_is_greeted_as_a_friend(town: Town) -> None:
    town.wechat.requests_friendship("q1", Contact("wxid_x", ""), "你好")
    await town.settle(120)

    assert town.told("wxid_x")[0].startswith("您好 朋友，我是群管家")


async def test_a_crowd_is_greeted_together_and_nobody_twice(town: Town) -> None:
    """「@新友4 欢迎 @新友0 … @新友4 等 12 位新朋友」: the last one named stood there twice."""
    town.wechat.joins(FANS, [Contact(f"n{number:02}", f"新友{number}") for number in range(12)])
    await town.settle()

    [greeting] = town.heard_in(FANS)
    names = "".join(f"@新友{number}\u2005" for number in range(5))
    assert greeting.startswith(f"欢迎 {names}等 12 位新朋友加入")


async def test_staff_who_look_in_are_no_new_friends(build: Build) -> None:
    """「欢迎 @林姐 加入」 greeted the lead of the desk in the group she looks after."""
    town = await build()
    town.wechat.joins(FANS, [Contact("lin", "林姐", friend=True)])
    await town.settle(60)
    assert town.heard_in(FANS) == []

    town.wechat.joins(FANS, [Contact("lin", "林姐", friend=True), Contact("new", "新人")])
    await town.settle(60)
    [line] = town.heard_in(FANS)
    assert "@新人" in line
    assert "林姐" not in line
