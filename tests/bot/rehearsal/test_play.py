"""The driver plays a scenario against a whole bot, in virtual time, the same way each time."""

import io
import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.clock import Clock
from bot.errors import ConfigError, Fault, NotDelivered, Refused, Unconfirmed
from bot.message import Do, FriendRequested, Heard, Invited, Letter, LoggedIn, Message
from bot.rehearsal.play import Factory, Restless, play
from bot.rehearsal.scenario import Scenario, read_scenario
from bot.rehearsal.transcript import Transcript
from bot.transports import Transport

WORLD: dict[str, object] = {
    "event": "world",
    "at": "2026-11-23T10:00:00+08:00",
    "bot": {"id": "wxid_bot", "name": "小群"},
    "contacts": [
        {"id": "wxid_zhang", "name": "张三", "friend": True},
        {"id": "wxid_li", "name": "李四"},
    ],
    "rooms": [
        {
            "id": "r1",
            "topic": "一群",
            "owner": "wxid_bot",
            "members": ["wxid_bot", "wxid_zhang", "wxid_li"],
        }
    ],
}
TEN = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class Memory:
    """What outlives a crash."""

    heard: list[Heard] = field(default_factory=list)
    letters: list[tuple[datetime, Letter]] = field(default_factory=list)
    batches: int = 0
    starts: int = 0
    ends: list[str] = field(default_factory=list)
    config: str = "first"
    alarm: datetime | None = None


class Parrot:
    """A bot that repeats what it hears three seconds and a bit later, and remembers it."""

    def __init__(self, memory: Memory, wechat: Transport, clock: Clock, rng: random.Random) -> None:
        self._memory = memory
        self._wechat = wechat
        self._clock = clock
        self._rng = rng

    async def open(self) -> None:
        self._memory.starts += 1

    async def take(self, events: Sequence[Heard]) -> None:
        self._memory.batches += 1
        for event in events:
            self._memory.heard.append(event)
            self._answer(event)

    def _answer(self, event: Heard) -> None:
        due = self._clock() + timedelta(seconds=3 + self._rng.random())
        match event:
            case Message(own=False):
                to = None if event.room else event.sender.id
                letter = Letter(event.id, room=event.room, contact=to, text=event.text)
            case Invited():
                letter = Letter("i", Do.ACCEPT_INVITATION, request=event.invitation)
            case FriendRequested():
                letter = Letter("q", Do.ACCEPT_FRIEND, request=event.request)
            case _:
                return
        self._memory.letters.append((due, letter))

    async def work(self) -> datetime | None:
        now = self._clock()
        for due, letter in [one for one in self._memory.letters if one[0] <= now]:
            self._memory.letters.remove((due, letter))
            try:
                await self._wechat.send(letter)
            except (Refused, Unconfirmed):
                pass
            except NotDelivered:
                self._memory.letters.append((now + timedelta(seconds=30), letter))
        if self._memory.alarm is not None and self._memory.alarm <= now:
            self._memory.alarm += timedelta(days=1)
            await self._wechat.send(Letter("a", room="r1", text="闹钟"))
        moments = [due for due, _ in self._memory.letters]
        return min([*moments, *filter(None, [self._memory.alarm])], default=None)

    async def reload(self, config: Path) -> None:
        if config.name == "bad.toml":
            raise ConfigError([Fault(config, 3, 5, "不对")])
        self._memory.config = config.name

    async def close(self) -> None:
        self._memory.ends.append("closed")

    async def abandon(self) -> None:
        self._memory.ends.append("abandoned")

    async def summary(self) -> dict[str, object]:
        return {"messages": sum(isinstance(one, Message) for one in self._memory.heard)}


def parrots(memory: Memory) -> Factory:
    async def make(wechat: Transport, clock: Clock, rng: random.Random) -> Parrot:
        return Parrot(memory, wechat, clock, rng)

    return make


def scenario(folder: Path, *lines: dict[str, object]) -> Scenario:
    file = folder / "s.jsonl"
    file.write_text(
        "\n".join(json.dumps(line, ensure_ascii=False) for line in (WORLD, *lines)), "utf-8"
    )
    return read_scenario(file)


def says(text: str, who: str = "wxid_zhang", /, **more: object) -> dict[str, object]:
    return event("message", who, **{"text": text, "room": "r1", **more})


def event(kind: str, who: str | None = None, /, **more: object) -> dict[str, object]:
    sender: dict[str, object] = {} if who is None else {"from": who}
    return {"event": kind, "after": 0, **sender, **more}


@dataclass
class Played:
    out: str
    notes: list[str]

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def texts(self) -> list[str]:
        return [line["text"] for line in self.lines if line["do"] == "say"]


async def run(written: Scenario, memory: Memory, seed: int = 1) -> Played:
    out, notes = io.StringIO(), list[str]()
    transcript = Transcript(out, UTC)
    await play(written, parrots(memory), transcript, seed=seed, tell=notes.append)
    return Played(out.getvalue(), notes)


async def test_what_is_said_is_heard_and_answered_at_its_moment(tmp_path: Path) -> None:
    written = scenario(tmp_path, says("早", after=60), event("end", after=60))
    played = await run(written, memory := Memory())
    first, summary = played.lines
    assert first["text"] == "早"
    assert "2026-11-23T02:01:03" <= first["at"] < "2026-11-23T02:01:04+"
    assert summary == {"do": "summary", "messages": 1}
    assert (memory.starts, memory.ends, played.notes) == (1, ["closed"], [])


async def test_the_same_seed_gives_the_same_bytes_and_another_other_ones(tmp_path: Path) -> None:
    written = scenario(tmp_path, *[says(str(n), after=0.5) for n in range(20)])
    first, again = [(await run(written, Memory())).out for _ in range(2)]
    assert first == again
    assert first != (await run(written, Memory(), seed=2)).out


async def test_lines_of_one_moment_are_heard_together(tmp_path: Path) -> None:
    written = scenario(tmp_path, says("一", after=1), says("二"), says("三"), event("end"))
    await run(written, memory := Memory())
    assert memory.batches == 2


async def test_lines_come_before_what_the_bot_wants_at_the_same_moment(tmp_path: Path) -> None:
    memory = Memory(alarm=TEN)
    written = scenario(tmp_path, event("lost-acks", count=1), event("end"))
    with pytest.raises(Unconfirmed):  # the alarm's, which nobody in this bot catches
        await run(written, memory)
    assert memory.ends == ["abandoned"]


async def test_the_end_lets_everything_due_until_then_happen_and_nothing_later(
    tmp_path: Path,
) -> None:
    memory = Memory(alarm=TEN + timedelta(days=1))
    played = await run(scenario(tmp_path, event("end", after=100 * 86_400)), memory)
    assert played.texts == ["闹钟"] * 100
    assert memory.alarm == TEN + timedelta(days=101)


async def test_without_an_end_the_bot_comes_to_rest(tmp_path: Path) -> None:
    memory = Memory(alarm=TEN + timedelta(hours=1))
    played = await run(scenario(tmp_path, event("fail-sends", count=5), says("早")), memory)
    assert played.texts == ["早"]
    assert memory.alarm == TEN + timedelta(hours=1)


async def test_a_bot_that_never_rests_is_left_after_a_day(tmp_path: Path) -> None:
    class Ticking(Parrot):
        async def work(self) -> datetime | None:
            return self._clock() + timedelta(minutes=9)

    async def make(wechat: Transport, clock: Clock, rng: random.Random) -> Ticking:
        clocks.append(clock)
        return Ticking(Memory(), wechat, clock, rng)

    clocks: list[Clock] = []
    await play(scenario(tmp_path), make, Transcript(io.StringIO(), UTC), seed=1)
    assert TEN + timedelta(hours=23) < clocks[0]() <= TEN + timedelta(days=1)


async def test_a_bot_that_wants_the_same_moment_for_ever_is_an_error(tmp_path: Path) -> None:
    class Restive(Parrot):
        async def work(self) -> datetime | None:
            return self._clock()

    async def make(wechat: Transport, clock: Clock, rng: random.Random) -> Restive:
        return Restive(memory, wechat, clock, rng)

    memory = Memory()
    with pytest.raises(Restless, match="2026-11-23T02:00:00"):
        await play(scenario(tmp_path), make, Transcript(io.StringIO(), UTC), seed=1)
    assert memory.ends == ["abandoned"]


async def test_a_crash_starts_the_bot_anew_in_the_same_world(tmp_path: Path) -> None:
    written = scenario(
        tmp_path,
        says("一"),
        event("crash"),
        event("crash", after=1),
        says("二", after=1),
        event("end", after=60),
    )
    played = await run(written, memory := Memory())
    assert (memory.starts, memory.ends) == (3, ["abandoned", "abandoned", "closed"])
    assert sum(isinstance(one, LoggedIn) for one in memory.heard) == 3
    assert played.texts == ["一", "二"]


async def test_an_outage_loses_what_is_said_and_holds_back_what_is_sent(tmp_path: Path) -> None:
    written = scenario(
        tmp_path,
        says("一"),
        event("gateway-down"),
        says("二", after=1),
        event("gateway-up", after=20),
        says("三"),
        event("end", after=60),
    )
    played = await run(written, Memory())
    assert played.texts == ["三", "一"]


async def test_refused_sends_are_no_line_and_lost_answers_are(tmp_path: Path) -> None:
    written = scenario(
        tmp_path,
        event("fail-sends", count=1),
        event("lost-acks", count=1),
        says("一"),
        event("end", after=29),
    )
    assert (await run(written, Memory())).texts == []
    longer = scenario(
        tmp_path, event("fail-sends", count=1), event("lost-acks", count=1), says("一")
    )
    assert (await run(longer, Memory())).texts == ["一"]


async def test_a_throttled_account_sends_later(tmp_path: Path) -> None:
    written = scenario(tmp_path, event("throttled", seconds=60), says("一"), event("end", after=90))
    [line, _] = (await run(written, Memory())).lines
    assert line["at"] > "2026-11-23T02:01:00"


async def test_what_the_bot_accepts_is_told_with_what_it_accepted(tmp_path: Path) -> None:
    written = scenario(
        tmp_path,
        event("room-invite", "wxid_zhang", invitation="i1", room="r2", topic="二群"),
        event("friend-request", "wxid_wang", request="q1", name="王五", hello="你好"),
        says("谢谢", "wxid_wang", after=10, room=None),
        says("欢迎", room="r2"),
        event("room-topic", room="r2", topic="三群", changer="wxid_zhang"),
    )
    lines = [{**line, "at": ""} for line in (await run(written, Memory())).lines]
    assert {"at": "", "do": "accept-invitation", "invitation": "i1", "room": "r2"} in lines
    assert {"at": "", "do": "accept-friend", "request": "q1", "contact": "wxid_wang"} in lines
    assert [(line.get("contact"), line.get("room")) for line in lines if "text" in line] == [
        ("wxid_wang", None),
        (None, "r2"),
    ]


async def test_a_valid_configuration_takes_force_and_a_wrong_one_is_told(tmp_path: Path) -> None:
    (tmp_path / "good.toml").write_text("second")
    (tmp_path / "bad.toml").write_text("")
    written = scenario(
        tmp_path, event("reload", config="good.toml"), event("reload", config="bad.toml")
    )
    played = await run(written, memory := Memory())
    assert memory.config == "good.toml"
    assert played.notes[0].startswith(f"{tmp_path / 's.jsonl'}:3:1: 新的配置有错")
    assert played.notes[1] == f"{tmp_path / 'bad.toml'}:3:5: 不对"


async def test_a_stranger_cannot_write_privately_until_he_confirms(tmp_path: Path) -> None:
    written = scenario(
        tmp_path,
        says("在吗", "wxid_li", room=None),
        event("friend-confirmed", contact="wxid_li"),
        says("在吗？", "wxid_li", room=None),
    )
    played = await run(written, Memory())
    assert played.texts == ["在吗？"]
    assert [note.split(":1: ")[1] for note in played.notes] == [
        "这件事在微信里不会发生，跳过了：李四 还不是机器人的好友，私聊送不到",
        "机器人没有向 wxid_li 发过好友申请，仍然成为好友",
    ]


async def test_who_was_never_told_of_speaks_as_a_member_and_who_left_does_not(
    tmp_path: Path,
) -> None:
    written = scenario(
        tmp_path,
        event("friend-request", "wxid_new", request="q1", name="新人"),
        says("我早就在群里", "wxid_new"),
        event("room-leave", room="r1", members=["wxid_new"], remover=None),
        says("我又来了", "wxid_new"),
        event("room-join", room="r1", members=[{"id": "wxid_new", "name": "新人"}]),
        says("回来了", "wxid_new"),
    )
    played = await run(written, memory := Memory())
    heard = [one.text for one in memory.heard if isinstance(one, Message)]
    assert heard == ["我早就在群里", "回来了"]
    assert len(played.notes) == 1


async def test_an_echo_is_heard_as_the_bots_own_words(tmp_path: Path) -> None:
    written = scenario(
        tmp_path,
        says("您好", "wxid_bot"),
        says("您好", "wxid_bot", room=None, to="wxid_zhang"),
    )
    played = await run(written, memory := Memory())
    own = [one for one in memory.heard if isinstance(one, Message)]
    assert [(one.own, one.room, one.listener) for one in own] == [
        (True, "r1", ""),
        (True, None, "wxid_zhang"),
    ]
    assert played.texts == []


async def test_notes_go_to_stderr_where_nobody_else_takes_them(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    written = scenario(tmp_path, event("friend-confirmed", contact="wxid_li"))
    transcript = Transcript(io.StringIO(), UTC)
    await play(written, parrots(Memory()), transcript, seed=1)
    assert "仍然成为好友" in capsys.readouterr().err
