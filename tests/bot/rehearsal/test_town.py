"""The town of the simulator shows within a minute what the bot is for."""

import asyncio
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from bot.message import Befriended, Do, Letter, Message, Purpose
from bot.rehearsal.clock import VirtualClock
from bot.rehearsal.town import FANS, SMALL_TALKS, TOWN, Townsfolk, build_town

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Days:
    """A town that lives through virtual seconds, and everything it says to a silent bot."""

    def __init__(self, seed: int = 1) -> None:
        self.clock = VirtualClock(NOON)
        self.wechat = build_town(self.clock)
        self.wechat.log_in()
        self.wechat.unheard()
        self.said: list[Message] = []
        self.wechat.watch(self.said.append)
        self.folk = Townsfolk(self.wechat, self.clock, Random(seed))  # noqa: S311

    async def pass_by(self, seconds: int) -> None:
        for _ in range(seconds):
            self.clock.move(self.clock() + timedelta(seconds=1))
            for _ in range(5):
                await asyncio.sleep(0)

    async def __aenter__(self) -> "Days":
        self._life = asyncio.ensure_future(self.folk.live())
        await asyncio.sleep(0)
        return self

    async def __aexit__(self, *_: object) -> None:
        self._life.cancel()
        with pytest.raises(asyncio.CancelledError):
            await self._life


async def test_a_friend_complains_in_the_fan_group_within_a_minute() -> None:
    async with Days() as days:
        await days.pass_by(60)
    assert any("我要退款" in one.text and one.room == FANS for one in days.said)
    assert len({one.room for one in days.said}) == 2


async def test_people_take_their_time_and_do_not_stop() -> None:
    async with Days() as days:
        await days.pass_by(1800)
    gaps = [later.at - one.at for one, later in zip(days.said, days.said[1:], strict=False)]
    assert min(gaps) >= timedelta(seconds=4)
    assert len(days.said) > len(SMALL_TALKS)
    assert max(gaps) <= timedelta(seconds=180)


async def test_a_stranger_complains_accepts_the_friend_request_and_answers() -> None:
    async with Days() as days:
        await days.pass_by(180)
        complaint = next(one for one in days.said if one.sender.id == "wxid_wang")
        assert complaint.sender.friend is False
        asking = Letter("k1", Do.ADD_FRIEND, room=FANS, contact="wxid_wang", text="我是客服")
        await days.wechat.send(asking)
        await days.pass_by(30)
        assert any(isinstance(event, Befriended) for event in days.wechat.unheard())
        handoff = Letter("k2", contact="wxid_wang", text="您好", purpose=Purpose.HANDOFF)
        await days.wechat.send(handoff)
        await days.pass_by(30)
        rating = Letter("k3", contact="wxid_wang", text="1–5", purpose=Purpose.RATING_REQUEST)
        await days.wechat.send(rating)
        await days.wechat.send(rating)
        await days.pass_by(60)
    answers = [one.text for one in days.said if one.room is None]
    assert len(answers) == 2
    assert answers[-1] == "5"


async def test_ids_of_two_starts_differ() -> None:
    first, second = VirtualClock(NOON), VirtualClock(NOON + timedelta(seconds=1))
    said = [build_town(clock).says("wxid_zhang", "早", FANS).id for clock in (first, second)]
    assert said[0] != said[1]


def test_the_town_is_whole() -> None:
    known = {TOWN.bot.id, *(person.id for person in TOWN.people)}
    assert {room.topic for room in TOWN.rooms} == {"枕头粉丝一群", "经销商训练营", "客服值班群"}
    assert {member for room in TOWN.rooms for member in room.members} == known
    for talk in SMALL_TALKS:
        for line in talk:
            room = next(room for room in TOWN.rooms if room.id == line.room)
            assert line.sender in room.members
