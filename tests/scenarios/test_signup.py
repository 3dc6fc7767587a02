"""People sign up for what a notice announces, and everybody hears where they stand."""

from datetime import UTC, datetime, timedelta

from bot.message import Contact, Purpose
from bot.storage.tables import Signup
from tests.conftest import FANS, FANS_2, Build
from tests.scenarios.notices import TEN_TO, notice, until
from tests.scenarios.signups import confirmed, event, privately, standing


async def test_many_words_in_a_group_are_confirmed_in_one_line(build: Build) -> None:
    town = await build(notices=[event(capacity=10)])
    for who, text in (("zhang", "报名"), ("li", "报名！"), ("wang", "我要报名")):
        town.wechat.says(who, text, FANS)
    await town.settle()

    [line] = confirmed(town, FANS)
    for name in ("张三", "李四", "王五"):
        assert f"@{name}\u2005" in line
    assert "3/10" in line
    assert set((await standing(town)).values()) == {"confirmed"}


async def test_words_that_only_contain_the_keyword_sign_nobody_up(build: Build) -> None:
    town = await build(notices=[event()])
    for text in ("怎么报名呀", "报名截止了吗", "我昨天就报名了", "报名费多少", "取消吧"):
        await town.say("zhang", text, FANS)
    assert await standing(town) == {}
    await town.say("zhang", "报名", STRANGE_ROOM)
    assert await standing(town) == {}


STRANGE_ROOM = "r3"  # the training group, which the notice is not meant for


async def test_a_bare_word_is_enough_where_only_one_thing_was_announced(build: Build) -> None:
    """Half the group answers a notice with 「报名」 and 「+1」, and thought it had signed up."""
    town = await build(
        start=TEN_TO - timedelta(hours=1),
        notices=[notice(signup={"keyword": "双十二报名", "guests": 2})],
    )
    await town.say("zhang", "报名", FANS)
    assert await standing(town) == {}  # not yet announced
    await town.settle(3600)
    await town.say("li", "+1", FANS)
    assert await standing(town) == {}  # of whatever was said before
    await town.say("zhang", "报名 2人", FANS)
    await town.say("wang", "+1", FANS)
    await town.say("li", "今天真冷", FANS)
    await town.say("li", "+1", FANS)
    await town.say("mei", "+1", FANS)  # it is cold for both
    await town.settle(60)
    assert [(row.member, row.guests) for row in await town.rows(Signup)] == [
        ("zhang", 1),
        ("wang", 0),
    ]
    await town.say("zhang", "报名", FANS)
    await town.say("wang", "+1取消", FANS)
    assert await standing(town) == {"zhang": "confirmed", "wang": "cancelled"}
    assert [row.guests for row in await town.rows(Signup)] == [1, 0]


async def test_a_bare_word_signs_nobody_up_where_it_may_mean_several(build: Build) -> None:
    town = await build(
        start=TEN_TO,
        notices=[
            notice(signup={"keyword": "双十二报名"}),
            notice(id="walk", title="健步走", signup={"keyword": "健步报名"}),
        ],
    )
    await town.settle(3600)
    await town.say("zhang", "报名", FANS)
    assert await standing(town) == {}


async def test_company_that_cannot_be_counted_is_asked_back(build: Build) -> None:
    """「报名 我和老公一起」 was heard by nobody."""
    town = await build(notices=[event(guests=2)])
    await town.say("zhang", "报名，我和老公一起", FANS)
    assert "请写「报名 2人」" in confirmed(town, FANS)[-1]
    assert await standing(town) == {}


async def test_who_may_bring_nobody_is_not_told_of_no_friends(build: Build) -> None:
    town = await build(notices=[event(guests=0)])
    await town.say("zhang", "报名 2人", FANS)
    assert "一人一个名额" in confirmed(town, FANS)[-1]


async def test_saying_it_twice_is_one_sign_up(build: Build) -> None:
    town = await build(notices=[event(capacity=1)])
    await town.say("zhang", "报名", FANS)
    await town.say("zhang", "报名", FANS)
    await town.say("wang", "报名", FANS)
    await town.say("wang", "报名", FANS_2)
    assert await standing(town) == {"zhang": "confirmed", "wang": "waiting"}


async def test_who_waits_moves_up_and_is_told_privately(build: Build) -> None:
    town = await build(notices=[event(capacity=1)])
    for who in ("zhang", "wang", "li"):
        await town.say(who, "报名", FANS)
    assert await standing(town) == {"zhang": "confirmed", "wang": "waiting", "li": "waiting"}

    await town.say("zhang", "取消报名", FANS)
    assert await standing(town) == {"zhang": "cancelled", "wang": "confirmed", "li": "waiting"}
    assert "转正" in privately(town, "wang")[-1]

    await town.say("wang", "取消 报名")
    await town.settle(300)
    assert (await standing(town))["li"] == "confirmed"
    assert "@李四\u2005" in confirmed(town, FANS)[-1]  # no friend: in the group


async def test_without_a_waiting_list_the_full_are_told(build: Build) -> None:
    town = await build(notices=[event(capacity=1, waitlist=False)])
    town.wechat.says("zhang", "报名", FANS)
    town.wechat.says("wang", "报名", FANS)
    await town.settle()
    assert await standing(town) == {"zhang": "confirmed"}
    assert "没有报上：@王五" in confirmed(town, FANS)[0]


async def test_guests_take_places(build: Build) -> None:
    town = await build(notices=[event(capacity=4, guests=2)])
    await town.say("zhang", "报名 2人", FANS)
    await town.say("wang", "报名+2", FANS)
    assert await standing(town) == {"zhang": "confirmed", "wang": "waiting"}
    await town.say("zhang", "报名 三人", FANS)
    assert [row.guests for row in await town.rows(Signup)] == [2, 2]
    await town.say("li", "报名 9人", FANS)
    assert "最多带 2 位" in confirmed(town, FANS)[-1]
    await town.settle(300)
    assert "li" not in await standing(town)


async def test_who_brings_fewer_than_he_said_makes_room_for_those_who_wait(build: Build) -> None:
    town = await build(notices=[event(capacity=3)])
    await town.say("zhang", "报名 3人", FANS)
    await town.say("wang", "报名 2人", FANS)
    await town.say("zhang", "报名 1人", FANS)
    assert await standing(town) == {"zhang": "confirmed", "wang": "confirmed"}
    assert "转正" in privately(town, "wang")[-1]


async def test_a_party_that_can_never_fit_is_refused_at_once(build: Build) -> None:
    """「报名 3人」 for two places waited on the list for ever, and held up who came later."""
    town = await build(notices=[event(capacity=2)])
    await town.say("zhang", "报名 3人", FANS)
    assert await standing(town) == {}
    assert "一共只有 2 个名额，3 人报不下" in confirmed(town, FANS)[-1]

    await town.say("zhang", "报名", FANS)
    await town.say("zhang", "报名 3人")
    assert privately(town, "zhang")[-1].endswith("您之前的报名不变。")
    await town.say("wang", "#接龙 报名\n1. 张三\n2. 王五 3人", FANS)
    assert await standing(town) == {"zhang": "confirmed"}
    await town.say("li", "报名", FANS)
    assert await standing(town) == {"zhang": "confirmed", "li": "confirmed"}


async def test_a_waiting_party_for_which_there_is_no_place_any_more_holds_nobody_up(
    build: Build,
) -> None:
    town = await build(notices=[event(capacity=3)])
    await town.say("zhang", "报名", FANS)
    await town.say("wang", "报名 3人", FANS)
    await town.configure(notices=[event(capacity=2)])
    await town.say("li", "报名", FANS)
    assert await standing(town) == {"zhang": "confirmed", "wang": "waiting", "li": "confirmed"}


async def test_a_keyword_may_be_typed_wide_or_with_blanks_and_by_whoever(build: Build) -> None:
    town = await build(notices=[notice(signup={"keyword": "VIP报名"})])
    guest = Contact("emoji", "🐱小猫🐾")
    town.wechat.joins(FANS, [guest])
    for text in ("ＶＩＰ报名", "vip 报名 ２人", "报名"):
        await town.say("emoji", text, FANS)
    assert "@🐱小猫🐾\u2005（共 2 人）" in confirmed(town, FANS)[-1]
    await town.say("emoji", "取消 VIP 报名", FANS)
    await town.settle(300)
    assert await standing(town) == {"emoji": "cancelled"}


async def test_privately_the_answer_is_private(build: Build) -> None:
    town = await build(notices=[event(capacity=5)])
    await town.say("zhang", "报名")
    assert "报名成功" in privately(town, "zhang")[0]
    await town.say("zhang", "取消报名")
    assert "已取消" in privately(town, "zhang")[1]
    await town.say("lin", "报名")  # in no group of this notice
    assert "没有可以报名的" in privately(town, "lin")[0]
    assert confirmed(town, FANS) == []


async def test_after_the_deadline_nobody_gets_in(build: Build) -> None:
    town = await build(notices=[event(deadline="2026-11-23T10:30:00+08:00")])
    await town.say("zhang", "报名", FANS)
    await until(town, TEN_TO)
    await town.say("wang", "报名", FANS)
    await town.say("li", "报名", FANS)
    assert await standing(town) == {"zhang": "confirmed"}
    assert len([text for text in confirmed(town, FANS) if "截止" in text]) == 1


async def test_who_signed_up_is_reminded_privately_or_by_name(build: Build) -> None:
    town = await build(notices=[notice(remind=["10m"], signup={"keyword": "报名"})])
    await town.say("zhang", "报名", FANS)
    await town.say("li", "报名", FANS)
    await until(town, TEN_TO)

    reminders = [letter for _, letter in town.said if letter.purpose is Purpose.REMINDER]
    assert {(x.room, x.contact) for x in reminders} == {
        (FANS, None),
        (FANS_2, None),
        (None, "zhang"),
    }
    [named] = [letter for letter in reminders if letter.room == FANS]
    assert named.mentions == ("li",)


async def test_everybody_of_a_crowd_is_reminded_by_name(build: Build) -> None:
    town = await build(notices=[notice(remind=["10m"], signup={"keyword": "报名"})])
    crowd = [Contact(f"n{n}", f"一位名字很长很长的新朋友{n}号") for n in range(150)]
    town.wechat.joins(FANS, crowd)
    for person in crowd:
        town.wechat.says(person.id, "报名", FANS)
    await until(town, TEN_TO)
    reminders = [x for _, x in town.said if x.purpose is Purpose.REMINDER and x.room == FANS]
    assert {who for letter in reminders for who in letter.mentions} == {c.id for c in crowd}
    assert all("11:00 开始" in letter.text for letter in reminders)


async def test_questions_are_asked_privately_one_by_one(build: Build) -> None:
    town = await build(notices=[event(questions=["什么尺码？", "哪家门店？"])])
    await town.say("zhang", "报名", FANS)
    assert "什么尺码" in privately(town, "zhang")[0]
    await town.say("zhang", "大号")
    assert "哪家门店" in privately(town, "zhang")[1]
    await town.say("zhang", "徐汇店")
    assert "都齐了" in privately(town, "zhang")[2]
    [row] = await town.rows(Signup)
    assert row.answers == ["大号", "徐汇店"]
    await town.say("boss", "公告 名单 sale")
    assert "1. 张三（大号；徐汇店）" in town.told("boss")[-1]


async def test_attendance_thanks_and_a_question_afterwards(build: Build) -> None:
    town = await build(
        notices=[
            event(code="8866", thanks="谢谢参加{title}", ask="感觉怎么样？", thanks_after="2h")
        ]
    )
    for who in ("zhang", "wang"):
        await town.say(who, "报名", FANS)
    await until(town, TEN_TO + timedelta(minutes=5))
    await town.say("zhang", "签到 8866", FANS)
    await town.say("wang", "签到 1234", FANS)
    await town.say("lin", "签到8866")
    came = {row.member: row.attended_at is not None for row in await town.rows(Signup)}
    assert came == {"zhang": True, "wang": False}

    await until(town, TEN_TO + timedelta(hours=2, minutes=1))
    assert privately(town, "zhang")[-1] == "谢谢参加双十二\n感觉怎么样？"
    assert not any("谢谢参加" in text for text in town.told("wang"))
    await town.say("zhang", "很满意")
    [comment] = [row.comment for row in await town.rows(Signup) if row.comment]
    assert comment == "很满意"


async def test_every_occasion_of_a_weekly_event_has_sign_ups_of_its_own(build: Build) -> None:
    town = await build(
        notices=[
            notice(
                rrule="FREQ=WEEKLY;BYDAY=MO;BYHOUR=11;BYMINUTE=0;BYSECOND=0",
                start="2026-11-01T00:00:00+08:00",
                signup={"keyword": "报名", "capacity": 1},
            )
        ]
    )
    await until(town, TEN_TO + timedelta(minutes=5))
    await town.say("zhang", "报名", FANS)
    await until(town, TEN_TO + timedelta(days=7, minutes=5))
    await town.say("zhang", "报名", FANS)
    rows = await town.rows(Signup)
    assert [str(row.state) for row in rows] == ["confirmed", "confirmed"]
    assert len({row.due_at for row in rows}) == 2


async def test_more_room_after_a_change_moves_people_up(build: Build) -> None:
    town = await build(notices=[event(capacity=1)])
    await town.say("zhang", "报名", FANS)
    await town.say("wang", "报名", FANS)
    await town.configure(notices=[event(capacity=2)])
    await town.settle()
    assert await standing(town) == {"zhang": "confirmed", "wang": "confirmed"}


async def test_a_crash_after_the_word_loses_no_confirmation(build: Build) -> None:
    town = await build(notices=[event()])
    town.wechat.says("zhang", "报名", FANS)
    await town.settle(5)
    await town.crash()
    await town.settle(120)
    assert len(confirmed(town, FANS)) == 1


async def test_who_is_removed_did_not_leave_because_of_a_notice(build: Build) -> None:
    town = await build(notices=[event()])
    await until(town, TEN_TO + timedelta(minutes=1))
    town.wechat.leaves(FANS, ["li"], "boss")
    town.wechat.leaves(FANS, ["wang"])
    await town.settle(60)
    await town.say("boss", "公告 状态 sale")
    assert "进群 0 退群 1 ·" in town.told("boss")[-1]


async def test_figures_tell_which_notices_work(build: Build) -> None:
    town = await build(notices=[event()])
    await until(town, TEN_TO + timedelta(minutes=1))
    await town.say("zhang", "报名 2人", FANS)
    town.wechat.joins(FANS, [Contact("new", "新人")])
    town.wechat.leaves(FANS, ["li"])
    await town.say("wang", "枕头用了两天就塌了，质量太差", FANS)
    await until(town, datetime(2026, 11, 24, 4, 0, tzinfo=UTC))
    await town.say("boss", "公告 状态 sale")
    assert (
        "触达 7 人 · 报名 2 · 签到 0 · 之后 24 小时进群 1 退群 1 · 之后 2 小时投诉 1"
        in town.told("boss")[-1]
    )
