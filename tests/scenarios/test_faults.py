"""What goes wrong harms one turn at most, and is told."""

from datetime import timedelta
from itertools import pairwise

import pytest
from sqlmodel import Session

from bot.message import Contact, Joined, Letter, Message, Purpose
from bot.outbox import Outbox
from bot.storage.tables import Entry, EntryKind
from tests.conftest import FANS, STAFF_ROOM, Town

ANGRY = "枕头用了两天就塌了，质量太差"


@pytest.mark.parametrize(
    "text",
    [
        "枕头塌了" * 2_500,
        "\u200b" * 5_000,
        "😡" * 300,
        "@张三\u2005在吗",
        "枕头\x00塌了",
        "枕头\ud83d塌了",
        "",
        "\u202e塌了枕头",
        "#" * 2_000,
        "{name} {ticket} {{",
        "%s %d %(x)s",
    ],
    ids=[
        "long",
        "zero-width",
        "emoji",
        "u2005",
        "nul",
        "surrogate",
        "empty",
        "rtl",
        "#",
        "{}",
        "%",
    ],
)
async def test_odd_texts_are_stored_and_answered_sanely(town: Town, text: str) -> None:
    await town.say("zhang", text, FANS)
    await town.say("zhang", text)
    await town.say("wang", ANGRY, FANS)

    stored = [row.text for row in await town.messages() if row.sender == "zhang"]
    assert stored == [text.replace("\ud83d", "\ufffd")] * 2
    assert "wang" in {ticket.member for ticket in await town.tickets()}
    assert all(len(letter.text) <= 2_000 for _, letter in town.said)


async def test_a_stale_message_is_recorded_and_not_answered(town: Town) -> None:
    old = town.clock() - timedelta(hours=1)
    await town.say("zhang", ANGRY, FANS, at=old)

    assert await town.tickets() == []
    assert [row.taken for row in await town.messages()] == ["stale"]


async def test_who_and_where_may_be_unknown(town: Town) -> None:
    now = town.clock()
    await town.app.take([Message("x1", Contact("ghost"), ANGRY, now, room="nowhere")])
    await town.app.take([Joined("nowhere", (Contact("g2", ""),), None, now)])
    await town.app.take([Message("x2", Contact("ghost2"), ANGRY, now, room=FANS)])
    await town.settle()

    [ticket] = await town.tickets()
    assert ticket.member == "ghost2"


async def test_emoji_names_and_groups_without_topic(town: Town) -> None:
    town.wechat.world.know(Contact("e1", "🌸😀", friend=True))
    town.wechat.joins(FANS, [town.wechat.world.contact("e1")])
    town.wechat.renames(FANS, "")
    await town.say("e1", ANGRY, FANS)

    assert [ticket.member_name for ticket in await town.tickets()] == ["🌸😀"]


async def test_pace_is_kept_over_a_restart(town: Town) -> None:
    for number in range(6):
        town.wechat.says("zhang", f"{ANGRY}{number}", FANS)
        town.wechat.says("wang", f"{ANGRY}{number}", FANS)
    await town.settle(8)
    await town.crash()
    await town.settle(600)

    times = [(at, letter.target) for at, letter in town.said]
    for (before, one), (after, other) in pairwise(times):
        least = 1.0 if one == other else 3.0
        assert (after - before).total_seconds() >= least
    assert town.heard_in(STAFF_ROOM)


async def test_an_unsure_handoff_is_told_to_the_staff(town: Town) -> None:
    town.wechat.lose_acks(1)
    await town.say("zhang", ANGRY, FANS)

    assert len(town.told("zhang")) == 1
    assert any("不确定是否送达" in text for text in town.heard_in(STAFF_ROOM))


async def test_too_often_means_silence_and_then_everything_goes_out(town: Town) -> None:
    town.wechat.throttle(600)
    await town.say("zhang", ANGRY, FANS)
    await town.settle(1800)
    assert town.said == []

    await town.settle(1800)

    assert town.told("zhang")
    assert any("操作过于频繁" in text for text in town.heard_in(STAFF_ROOM))


async def test_what_waits_behind_a_refused_letter_lets_the_bot_rest_until_then(town: Town) -> None:
    town.wechat.fail_sends(3)  # handoff, holding line and alert are refused, more waits behind them
    await town.say("zhang", ANGRY, FANS)
    town.wechat.fail_sends(1)
    town.wechat.says("zhang", "第三次说了，没人管吗", FANS)
    town.wechat.says("wang", ANGRY, FANS)
    await town.app.take(town.wechat.unheard())
    wanted = await town.app.work()

    assert wanted is not None
    assert wanted > town.clock()

    await town.settle(120)
    told = "\n".join(town.heard_in(STAFF_ROOM))
    assert told.count("【新工单") == 2
    assert told.count("没人管吗") == 1
    assert len(town.heard_in(FANS)) == 1


async def test_a_room_that_refuses_holds_no_other_up(town: Town) -> None:
    def write(session: Session) -> None:
        outbox = Outbox(session, town.app.account, town.clock())
        for number in range(300):
            key, text = f"alert:{number}", f"第 {number} 条"
            outbox.put(Letter(key, room=STAFF_ROOM, text=text, purpose=Purpose.STAFF_ALERT))
        outbox.put(Letter("notice:1", room=FANS, text="大家好", purpose=Purpose.NOTICE))

    town.wechat.fail_sends(3)  # the third pause is long enough for another target to be due
    await town.storage.transact(write)
    while not (town.heard_in(FANS) or town.heard_in(STAFF_ROOM)):
        moment = await town.app.work()
        assert moment is not None
        town.clock.move(moment)

    assert town.heard_in(STAFF_ROOM) == []
    assert town.heard_in(FANS) == ["大家好"]


async def test_a_turn_that_the_database_refuses_harms_no_other_of_its_batch(town: Town) -> None:
    await town.say("wang", ANGRY, FANS)
    [first] = await town.tickets()
    now = town.clock()

    def take_the_place(session: Session) -> None:
        """Let an entry stand where the next complaint wants to write one."""
        assert first.id is not None
        session.add(
            Entry(
                account=1,
                ticket=first.id,
                source="member:2:m-zhang",
                member="wang",
                kind=EntryKind.MEMBER,
                author="wang",
                at=now,
            )
        )

    await town.storage.transact(take_the_place)
    await town.app.take(
        [
            Message("m-1", Contact("zhang"), "早上好", now, room=FANS),
            Message("m-zhang", Contact("zhang"), ANGRY, now, room=FANS),
            Message("m-li", Contact("li"), ANGRY, now, room=FANS),
        ]
    )
    await town.settle()

    assert [ticket.member for ticket in await town.tickets()] == ["wang", "li"]
    heard = {row.id: row.taken for row in await town.messages()}
    assert {key: heard[key] for key in ("m-1", "m-zhang", "m-li")} == {
        "m-1": "",
        "m-zhang": "complaint",
        "m-li": "complaint",
    }
    told = [letter.text for _, letter in town.said if letter.room == STAFF_ROOM]
    [failed] = [text for text in told if "处理时出错" in text]
    assert "m-zhang" in failed
