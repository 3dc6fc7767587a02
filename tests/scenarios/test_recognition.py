"""WeChat gave people and groups other ids: nothing is put together before a manager says so."""

from datetime import timedelta

from sqlmodel import Session

from bot.message import Contact, RoomKnown
from bot.storage.forget import forget
from bot.storage.tables import (
    Audit,
    Member,
    NoticeState,
    Occurrence,
    Person,
    PersonDay,
    Room,
    Said,
    Stay,
    Ticket,
)
from tests.conftest import FANS, FANS_2, STAFF_ROOM, Build, Town
from tests.scenarios.notices import notice

DAY = 86_400


async def renumber(town: Town, *, people: dict[str, str], rooms: dict[str, str]) -> None:
    """Let a log-in give these people and rooms other ids, as a web protocol does."""
    town.wechat.renumbers(people, rooms)
    await town.settle(120)


async def test_a_member_whose_id_changed_is_proposed_with_what_speaks_for_it(town: Town) -> None:
    await town.say("zhang", "枕头塌了，质量太差", FANS)
    await town.settle(DAY)
    await renumber(town, people={"zhang": "zhang2"}, rooms={})

    told = town.told("boss")[-1]
    assert "1 号 张三：名字都是「张三」" in told
    assert "认人 1" in told
    assert "欢迎" not in "".join(town.heard_in(FANS)[1:])
    [ticket] = await town.tickets()
    assert ticket.member == "zhang"


async def test_on_a_managers_word_everything_goes_on_as_before(town: Town) -> None:
    await town.say("zhang", "枕头塌了，质量太差", FANS)
    await town.settle(DAY)
    await renumber(town, people={"zhang": "zhang2"}, rooms={})
    await town.say("zhang2", "大家早", FANS)

    await town.say("zhang2", "认人 1")
    await town.say("mei", "认人 1")
    assert [row.contact for row in await town.rows(Person) if row.name == "张三"] != ["zhang"]
    await town.say("boss", "认人 1")

    assert "1 号 张三 认下了，接上了消息" in town.told("boss")[-1]
    assert [row.contact for row in await town.rows(Person) if row.name == "张三"] == ["zhang"]
    assert {row.sender for row in await town.rows(Said) if row.text == "大家早"} == {"zhang"}
    [member] = [m for m in await town.rows(Member) if m.contact == "zhang" and m.room == FANS]
    assert member.left_at is None
    assert [audit.what for audit in await town.rows(Audit)] == ["binding.accepted"]

    await town.say("mei", "#1 接单", STAFF_ROOM)
    await town.say("mei", "#1 回复 马上给您换新", STAFF_ROOM)
    assert "马上给您换新" in town.told("zhang2")[-1]
    await town.say("zhang2", "好的，谢谢")
    assert [row.messages for row in await town.rows(Ticket)] == [2]


async def test_what_a_manager_refuses_stays_apart(town: Town) -> None:
    await town.say("zhang", "大家早", FANS)
    await renumber(town, people={"zhang": "zhang2"}, rooms={})
    await town.say("boss", "不认人 1")
    await town.say("zhang2", "大家好", FANS)

    assert "分开记" in town.told("boss")[-1]
    assert {row.sender for row in await town.rows(Said)} >= {"zhang", "zhang2"}
    stays = {(stay.contact, stay.until is None) for stay in await town.rows(Stay)}
    assert ("zhang2", True) in stays
    await town.settle(2 * DAY)
    assert [text for text in town.told("boss") if "看起来还是原来的人" in text] != []
    assert sum("看起来还是原来的人" in text for text in town.told("boss")) == 1


async def test_a_wrong_word_is_taken_back(town: Town) -> None:
    await renumber(town, people={"zhang": "zhang2"}, rooms={})
    await town.say("boss", "认人 1")
    await town.say("boss", "不认人 1")
    await town.say("zhang2", "大家好", FANS)

    assert {row.sender for row in await town.rows(Said) if row.text == "大家好"} == {"zhang2"}
    assert [a.what for a in await town.rows(Audit)] == ["binding.accepted", "binding.ended"]


async def test_two_people_of_one_name_are_not_mistaken_for_each_other(build: Build) -> None:
    town = await build()
    town.wechat.joins(FANS, [Contact("z8", "张三")])
    await town.settle()
    await renumber(town, people={"zhang": "a1", "z8": "a2"}, rooms={})

    told = [text for text in town.told("boss") if "看起来还是原来的人" in text]
    assert all("a1" not in text for text in told)
    assert "z8" not in "".join(told)


async def test_a_group_configured_by_its_id_is_known_again(town: Town) -> None:
    await town.settle(2 * DAY)
    await renumber(town, people={}, rooms={FANS: "r1_new"})
    told = town.told("boss")[-1]
    assert "1 号 枕头粉丝一群：群名都是「枕头粉丝一群」；原来 5 人，现在 5 人" in told
    await town.say("zhang", "枕头塌了，质量太差", "r1_new")
    assert await town.tickets() == []

    await town.say("boss", "认群 1")
    await town.say("zhang", "枕头坏了，我要退款", "r1_new")

    [ticket] = await town.tickets()
    assert ticket.room == FANS
    assert any("请留意私信" in text for text in town.heard_in("r1_new"))
    assert "r1_new" not in {room.room for room in await town.rows(Room)}


async def test_a_group_that_is_another_one_is_offered_after_all(town: Town) -> None:
    await town.settle(2 * DAY)
    await renumber(town, people={}, rooms={FANS: "r1_new"})
    await town.say("boss", "不认群 1")

    assert "群 1 粉丝" in town.told("boss")[-1]


async def test_everybody_and_everything_got_another_id(town: Town) -> None:
    await town.settle(2 * DAY)
    people = {"zhang": "z2", "li": "l2", "wang": "w2"}
    await renumber(town, people=people, rooms={FANS: "r1_new", FANS_2: "r2_new"})
    greeted = [text for text in town.heard_in("r1_new") + town.heard_in("r2_new") if "欢迎" in text]
    assert greeted == []
    await town.say("boss", "认群 全部")
    await town.settle(180)
    told = "".join(text for text in town.told("boss") if "看起来还是原来的人" in text)
    assert [name in told for name in ("张三", "李四", "王五")] == [True, True, True]
    await town.say("boss", "认人 全部")

    here = {row.contact for row in await town.rows(Member) if row.left_at is None}
    assert here.isdisjoint(people.values())
    assert {"zhang", "li", "wang"} <= here
    await town.say("w2", "枕头塌了，质量太差", "r2_new")
    assert [(t.member, t.room) for t in await town.tickets()] == [("wang", FANS_2)]


async def test_who_is_the_same_to_the_eye_of_a_manager_is_proposed_by_hand(town: Town) -> None:
    town.wechat.joins(FANS, [Contact("li_new", "李四新号")])
    await town.settle()
    await town.say("boss", "认人 李四 李四新号")
    assert "您指定的" in town.told("boss")[-1]
    await town.say("boss", "认人 1")

    assert "li_new" not in {row.contact for row in await town.rows(Person)}


async def test_figures_of_both_ids_add_up(town: Town) -> None:
    for sender in ("zhang",):
        await town.say(sender, "大家早", FANS)
    await renumber(town, people={"zhang": "zhang2"}, rooms={})
    await town.say("zhang2", "我又来了", FANS)
    await town.settle(DAY)
    await town.say("boss", "认人 1")

    [day] = [row for row in await town.rows(PersonDay) if row.contact == "zhang"]
    assert day.messages == 2


async def test_a_friend_is_known_by_the_remark(town: Town) -> None:
    town.wechat.world.know(Contact("wang", "王五", friend=True, alias="王老板-静安店"))
    await town.app.take([town.wechat.world.describe(FANS_2, town.clock())])
    newcomer = Contact("w9", "小王", friend=True, alias="王老板-静安店")
    town.wechat.joins(FANS, [newcomer])
    await town.settle(DAY)

    told = [text for text in town.told("boss") if "备注都是「王老板-静安店」" in text]
    assert len(told) == 1


async def test_to_be_erased_one_id_is_enough(town: Town) -> None:
    await town.say("zhang", "大家早", FANS)
    await renumber(town, people={"zhang": "zhang2"}, rooms={})
    await town.say("boss", "认人 1")

    def erase(session: Session) -> None:
        forget(session, "zhang2")

    await town.storage.transact(erase)
    assert "zhang" not in {row.contact for row in await town.rows(Person)}
    assert await town.rows(Said) == [] or "大家早" not in {r.text for r in await town.rows(Said)}


async def test_who_is_missing_and_never_explained_has_left(town: Town) -> None:
    town.wechat.joins(FANS, [Contact("n1", "小明")])
    await town.settle()
    town.wechat.world.rooms[FANS].let_out("n1")
    members = (*town.wechat.world.describe(FANS, town.clock()).members, Contact("x1"))
    seen = RoomKnown(FANS, "枕头粉丝一群", "bot", members, town.clock())
    await town.app.take([seen])
    await town.settle(120)
    [stay] = [row for row in await town.rows(Stay) if row.contact == "n1"]
    assert stay.until is None

    await town.settle(timedelta(days=1, hours=2).total_seconds())
    stays = {(row.contact, row.until is None) for row in await town.rows(Stay)}
    assert stays == {("n1", False), ("x1", True)}


async def test_a_notice_posted_under_the_new_id_is_not_posted_again(build: Build) -> None:
    town = await build(
        groups=[{"topic": "枕头粉丝*", "kind": "fan"}],
        notices=[notice(at="2026-11-25T11:00:00+08:00", text="今晚八点直播")],
    )
    await town.settle(2 * DAY)
    await renumber(town, people={}, rooms={FANS: "r1_new"})
    await town.settle(2 * 3600)
    await town.say("boss", "认群 1")
    await town.settle(DAY)

    assert town.heard_in("r1_new").count("今晚八点直播") == 1
    assert town.heard_in(FANS_2).count("今晚八点直播") == 1
    sent = [row.room for row in await town.rows(Occurrence) if row.state == NoticeState.SENT]
    assert sorted(sent) == [FANS, FANS_2]
