"""A scenario is read whole, and everything wrong with it is told at once."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.message import Contact
from bot.rehearsal.events import Says
from bot.rehearsal.scenario import Scenario, read_scenario
from bot.transports.memory import RoomPlan, Setting

WORLD = (
    '{"event": "world", "at": "2026-11-23T10:00:00+08:00", '
    '"bot": {"id": "wxid_bot", "name": "小群"}, '
    '"contacts": [{"id": "wxid_zhang", "name": "张三", "friend": true}], '
    '"rooms": [{"id": "r1", "topic": "枕头粉丝一群", "owner": "wxid_bot", '
    '"members": ["wxid_bot", "wxid_zhang"]}]}'
)
START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


def read(folder: Path, *lines: str) -> Scenario:
    file = folder / "s.jsonl"
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return read_scenario(file)


def faults(folder: Path, *lines: str) -> list[tuple[int, int, str]]:
    with pytest.raises(ConfigError) as caught:
        read(folder, *lines)
    assert {fault.file for fault in caught.value.faults} == {folder / "s.jsonl"}
    return [(fault.line, fault.column, fault.text) for fault in caught.value.faults]


def test_every_event_of_the_contract_is_read(tmp_path: Path) -> None:
    (tmp_path / "other.toml").write_text("")
    lines: list[dict[str, object]] = [
        {"event": "message", "from": "wxid_zhang", "text": "早", "room": "r1", "id": "x1"},
        {"event": "message", "from": "wxid_zhang", "text": "进度", "room": None},
        {
            "event": "message",
            "from": "wxid_zhang",
            "room": "r1",
            "type": "image",
            "url": "https://example.com/a.png",
            "quote": "x1",
            "mentions": ["wxid_bot"],
        },
        {"event": "message", "from": "wxid_bot", "text": "您好", "to": "wxid_zhang"},
        {"event": "room-join", "room": "r1", "members": [{"id": "wxid_li", "name": "李四"}]},
        {"event": "message", "from": "wxid_li", "text": "大家好", "room": "r1"},
        {"event": "room-leave", "room": "r1", "members": ["wxid_li"], "remover": None},
        {"event": "room-topic", "room": "r1", "topic": "新名字", "changer": "wxid_zhang"},
        {
            "event": "room-invite",
            "invitation": "i1",
            "from": "wxid_zhang",
            "room": "r2",
            "topic": "二群",
        },
        {"event": "message", "from": "wxid_zhang", "text": "欢迎", "room": "r2"},
        {
            "event": "friend-request",
            "request": "q1",
            "from": "wxid_wang",
            "name": "王五",
            "hello": "我是王五",
        },
        {"event": "friend-confirmed", "contact": "wxid_wang"},
        {"event": "gateway-down"},
        {"event": "gateway-up"},
        {"event": "new-ids", "people": {"wxid_zhang": "z2"}, "rooms": {"r2": "r2_new"}},
        {"event": "message", "from": "z2", "text": "早", "room": "r2_new"},
        {"event": "crash"},
        {"event": "fail-sends", "count": 2},
        {"event": "lost-acks", "count": 1},
        {"event": "throttled", "seconds": 60},
        {"event": "reload", "config": "other.toml"},
        {"event": "end"},
    ]
    written = [json.dumps({**line, "after": 1.5}, ensure_ascii=False) for line in lines]
    scenario = read(tmp_path, WORLD, "", *written)
    assert [step.event.name for step in scenario.steps] == [line["event"] for line in lines]
    assert scenario.steps[-1].at == START + timedelta(seconds=33)
    assert scenario.steps[0].line == 3
    assert scenario.setting == Setting(
        Contact("wxid_bot", "小群"),
        (Contact("wxid_zhang", "张三", friend=True),),
        (RoomPlan("r1", "枕头粉丝一群", "wxid_bot", ("wxid_bot", "wxid_zhang")),),
    )


def test_messages_without_an_id_get_numbers_that_nobody_uses(tmp_path: Path) -> None:
    line = '{"event": "message", "after": 0, "from": "wxid_zhang", "text": "早", "room": "r1"%s}'
    given = line % ', "id": "m2"'
    scenario = read(tmp_path, WORLD, line % "", given, given, line % "")
    ids = [step.event.id for step in scenario.steps if isinstance(step.event, Says)]
    assert ids == ["m1", "m2", "m2", "m3"]


def test_times_are_read_with_their_offset(tmp_path: Path) -> None:
    scenario = read(tmp_path, WORLD, '{"event": "end", "at": "2026-11-23T03:00:00Z"}')
    assert scenario.start == START
    assert scenario.steps[0].at == START + timedelta(hours=1)


def test_a_byte_order_mark_and_windows_line_ends_do_not_matter(tmp_path: Path) -> None:
    file = tmp_path / "s.jsonl"
    file.write_bytes(b"\xef\xbb\xbf" + WORLD.encode() + b'\r\n{"event": "end", "after": 1}\r\n')
    assert len(read_scenario(file).steps) == 1


def test_all_faults_are_told_at_once_each_at_its_place(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        WORLD,
        '{"event": "mesage", "after": 1}',
        '{"event": "message", "after": 1, "from": "wxid_zhan", "txt": "早"}',
        '{"event": "message", "after": 1, "from": "wxid_zhan", "text": "早", "room": "r9"}',
        '{"event": "fail-sends", "after": 1, "count": 0}',
        '{"event": "end", "after": 1',
    ) == [
        (2, 11, "没有 “mesage” 这种事件；是不是想写 “message”？"),
        (3, 55, "message 的这里没有 “txt” 这个字段；是不是想写 “text”？"),
        (
            4,
            42,
            "没有 “wxid_zhan” 这个联系人，请先写进 world 的 contacts；是不是想写 “wxid_zhang”？",
        ),
        (4, 76, "没有 “r9” 这个群，请先写进 world 的 rooms；是不是想写 “r1”？"),
        (5, 46, '“count” 写得不对，请写成 "count": 1（从 1 起的整数）'),
        (6, 28, "这里少了逗号或右括号"),
    ]


@pytest.mark.parametrize(
    ("marked", "text"),
    [
        ('{"at": ▸"2026-11-23T10:00:00", "event": "crash"}', "要带时区"),
        ('{"at": ▸1763863200, "event": "crash"}', "要带时区"),
        ('{"at": ▸"9999-11-23T10:00:00Z", "event": "crash"}', "要带时区"),
        ('{"at": ▸"2026-11-23T09:59:59+08:00", "event": "crash"}', "早于 2026-11-23T10:00:00+08"),
        ('{"after": ▸-1, "event": "crash"}', "“after” 写得不对"),
        ('{"after": ▸NaN, "event": "crash"}', "“after” 写得不对"),
        ('{"after": ▸"3", "event": "crash"}', "“after” 写得不对"),
        ('  ▸{"event": "crash"}', "“at” 和 “after” 要写其中一个"),
        ('▸{"event":"crash","after":1,"at":"2026-11-23T10:00:00Z"}', "要写其中一个"),
        ('▸{"after": 1}', "缺少 “event”"),
        ('{"after": 1, "event": ▸7}', "没有 “7” 这种事件"),
        ("▸[1]", "一个对象"),
        ('{"after": 1} ▸{}', "一行只写一个"),
        ("{▸after: 1}", "双引号"),
        ('{"after": 1, "event": ▸"cra', "收尾"),
        ('{"event" ▸"crash"}', "冒号"),
        ('{"event": ▸}', "不是 JSON"),
        ('{"event": "a▸\\x"}', "反斜杠"),
        ('▸{"event": "message", "after": 1, "from": "wxid_zhang", "text": "\\ud83d"}', "半个"),
        ('▸{"after": 1, "event": "message", "from": "wxid_zhang"}', "缺少 “text”"),
        ('▸{"after": 1, "event": "message", "text": "早"}', "缺少 “from”"),
        ('{"after": 1, "event": "message", "from": "wxid_zhang", "text": ▸5}', "“text” 写得不对"),
        (
            '{"after": 1, "event": "message", "from": "wxid_zhang", "text": "早", "type": ▸"txt"}',
            "image",
        ),
        (
            (
                '{"after": 1, "event": "message", "from": "wxid_zhang", '
                '"text": "早", "mentions": ["wxid_bot", ▸"x"]}'
            ),
            "没有 “x” 这个联系人",
        ),
        ('▸{"after": 1, "event": "message", "from": "wxid_bot", "text": "早"}', "对谁说"),
        (
            (
                '{"after": 1, "event": "message", "from": "wxid_zhang", '
                '"text": "早", ▸"to": "wxid_bot"}'
            ),
            "请删去",
        ),
        ('{"after": 1, "event": "room-join", "room": "r1", "members": ▸[]}', "至少要有一个人"),
        (
            '{"after": 1, "event": "room-join", "room": "r1", "members": [▸"x"]}',
            "“members” 写得不对",
        ),
        (
            (
                '{"after": 1, "event": "room-join", "room": "r1", '
                '"members": [{"id": "x", ▸"nme": "y"}]}'
            ),
            "是不是想写 “name”",
        ),
        (
            '{"after": 1, "event": "room-leave", "room": "r1", "members": [▸"x"]}',
            "没有 “x” 这个联系人",
        ),
        (
            '{"after": 1, "event": "room-topic", "room": "r1", "topic": "t", "changer": ▸"x"}',
            "没有 “x”",
        ),
        (
            (
                '{"after": 1, "event": "room-invite", "invitation": "i", '
                '"from": "wxid_zhang", "room": ▸"wxid_zhang"}'
            ),
            "已经是联系人",
        ),
        ('{"after": 1, "event": "friend-confirmed", "contact": ▸"x"}', "没有 “x” 这个联系人"),
        ('{"after": 1, "event": "reload", "config": ▸"no.toml"}', "没有 no.toml 这个文件"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, marked: str, text: str) -> None:
    line = marked.replace("▸", "")
    [(number, column, told)] = faults(tmp_path, WORLD, line)
    assert (number, column) == (2, marked.index("▸") + 1)
    assert text in told


@pytest.mark.parametrize("line", ["[" * 100_000, '{"after": ' + "9" * 5000 + "}"])
def test_what_no_reader_can_hold_is_told(tmp_path: Path, line: str) -> None:
    [(number, column, told)] = faults(tmp_path, WORLD, line)
    assert (number, column) == (2, 1)
    assert "请改写" in told


def test_the_world_comes_first_and_once(tmp_path: Path) -> None:
    [(number, column, text)] = faults(tmp_path, WORLD, WORLD)
    assert (number, column) == (2, 11)
    assert "world 只能写在第一行" in text
    line = '{"event": "crash", "at": "2026-11-23T10:00:00+08:00"}'
    [(number, column, text)] = faults(tmp_path, line)
    assert (number, column) == (1, 11)
    assert "第一行要写世界" in text
    [(_, _, empty)] = faults(tmp_path, "")
    assert "剧本是空的" in empty


def test_the_world_is_checked_in_itself(tmp_path: Path) -> None:
    world = {
        "event": "world",
        "after": 3,
        "bot": {"id": "wxid_bot"},
        "contacts": [{"id": "a"}, {"id": "a"}],
        "rooms": [
            {"id": "a", "topic": "群", "owner": "b", "members": ["wxid_bot", "c"]},
            {"id": "a", "topic": "群", "owner": "a", "members": [], "admins": ["d"]},
        ],
    }
    told = [text for _, _, text in faults(tmp_path, json.dumps(world, ensure_ascii=False))]
    assert len(told) == 8
    for text in ("第一行没有上一行", "“a” 写了两次", "“b”", "“c”", "“d”", "群请换一个 id"):
        assert any(text in one for one in told)


def test_nothing_comes_after_the_end(tmp_path: Path) -> None:
    end = '{"event": "end", "after": 1}'
    [(number, _, text)] = faults(tmp_path, WORLD, end, '{"event": "crash", "after": 1}')
    assert (number, text) == (3, "end 之后不能再有别的行，请把 end 移到最后")


def test_a_file_that_is_not_there_or_no_text_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"no\.jsonl:1:1: 读不到"):
        read_scenario(tmp_path / "no.jsonl")
    (tmp_path / "s.jsonl").write_bytes(WORLD.encode() + b"\n\xb2\xbb")
    with pytest.raises(ConfigError, match=r"s\.jsonl:2:1: .*UTF-8"):
        read_scenario(tmp_path / "s.jsonl")
