"""A line of a scenario: read, checked by itself, and complained of in Chinese."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.errors import Fault
from bot.message import Kind
from bot.rehearsal import places
from bot.rehearsal.events import EVENTS, Event, Part, Person, RoomPart

EXAMPLES = {
    "event": '"event": "message"',
    "at": '"at": "2026-11-23T10:00:00+08:00"（要带时区）',
    "after": '"after": 30（比上一行晚多少秒）',
    "bot": '"bot": {"id": "wxid_bot", "name": "小群"}',
    "contacts": '"contacts": [{"id": "wxid_zhang", "name": "张三", "friend": true}]',
    "rooms": '"rooms": [{"id": "r1", "topic": "枕头粉丝一群", "owner": "wxid_bot", "members": []}]',
    "id": '"id": "wxid_zhang"',
    "name": '"name": "张三"',
    "friend": '"friend": true',
    "topic": '"topic": "枕头粉丝一群"',
    "owner": '"owner": "wxid_bot"',
    "members": '"members": ["wxid_zhang"]',
    "people": '"people": {"wxid_zhang": "wxid_zhang_new"}（原来的编号: 新的编号）',
    "new-ids.rooms": '"rooms": {"r1": "r1_new"}（原来的编号: 新的编号）',
    "room-join.members": '"members": [{"id": "wxid_li", "name": "李四"}]',
    "from": '"from": "wxid_zhang"',
    "to": '"to": "wxid_zhang"',
    "text": '"text": "枕头塌了"',
    "room": '"room": "r1"',
    "type": f'"type": "image"（可用：{"、".join(Kind)}）',
    "mentions": '"mentions": ["wxid_bot"]',
    "quote": '"quote": "m1"',
    "url": '"url": "https://…"',
    "inviter": '"inviter": "wxid_zhang"，或 null',
    "remover": '"remover": "wxid_zhang"，或 null',
    "changer": '"changer": "wxid_zhang"，或 null',
    "invitation": '"invitation": "i1"',
    "request": '"request": "q1"',
    "hello": '"hello": "我是张三"',
    "contact": '"contact": "wxid_zhang"',
    "count": '"count": 1（从 1 起的整数）',
    "seconds": '"seconds": 60',
    "config": '"config": "other.toml"（相对于剧本文件）',
}
SYNTAX = (
    ("Extra data", "这里之后多出了东西：一行只写一个 {…} 对象"),
    ("Expecting ',' delimiter", "这里少了逗号或右括号"),
    ("Expecting ':' delimiter", "键后面要写冒号 “:”"),
    ("Expecting property name", "这里要写用英文双引号括起来的键"),
    ("Illegal trailing comma", "最后一项后面的逗号要去掉"),
    ("Unterminated string", "这个字符串没有收尾的英文双引号"),
    ("Invalid control character", '字符串里不能直接换行或写控制字符，请写成 "\\n" 这样的转义'),
    ("Invalid \\", "反斜杠后面的写法不对，反斜杠本身请写成 “\\\\”"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in its file, to point into."""

    file: Path
    number: int
    text: str

    def fault(self, path: places.Path, text: str) -> Fault:
        """Say what is wrong with the value at the path."""
        return Fault(self.file, self.number, places.column(self.text, path), text)

    def key_fault(self, path: places.Path, text: str) -> Fault:
        """Say what is wrong with the key at the path."""
        return Fault(self.file, self.number, places.key_column(self.text, path), text)


def parse(line: Line) -> Event | list[Fault]:
    """Read the event of a line, or say everything that is wrong with it by itself."""
    try:
        written = json.loads(line.text)
        json.dumps(written, ensure_ascii=False).encode()
    except json.JSONDecodeError as error:
        return [Fault(line.file, line.number, error.colno, _syntax(error))]
    except UnicodeEncodeError:
        return [Fault(line.file, line.number, 1, "有半个字符（孤立的 \\uD800–\\uDFFF），请写完整")]
    except (RecursionError, ValueError):
        return [Fault(line.file, line.number, 1, "括号套得太深，或数字太长，请改写")]
    if not isinstance(written, dict):
        return [line.fault((), '一行要写一个对象，例如 {"event": "message", …}')]
    return _model(line, written)


def example_of(event: str, field: str) -> str:
    """Show how a field of an event is written."""
    return EXAMPLES.get(f"{event}.{field}") or EXAMPLES.get(field) or f'"{field}": …'


def suggest(wrong: str, known: Iterable[str]) -> str:
    """Say which of the known words may have been meant, as the end of a sentence."""
    choices = sorted(known)
    close = get_close_matches(wrong, choices, n=1, cutoff=0.5)
    if close:
        return f"；是不是想写 “{close[0]}”？"
    return f"；可用的有：{'、'.join(choices[:20])}" if choices else ""


def _model(line: Line, written: Mapping[str, object]) -> Event | list[Fault]:
    name = written.get("event")
    if name is None:
        return [line.fault((), f"缺少 “event”，请写上，例如 {EXAMPLES['event']}")]
    model = EVENTS.get(name) if isinstance(name, str) else None
    if model is None:
        return [line.fault(("event",), f"没有 “{name}” 这种事件{suggest(str(name), EVENTS)}")]
    try:
        return model.model_validate(written)
    except ValidationError as error:
        return [_fault(line, model, detail) for detail in error.errors()]


def _fault(line: Line, model: type[Event], detail: ErrorDetails) -> Fault:
    path = detail["loc"]
    field = next((part for part in reversed(path) if isinstance(part, str)), "")
    example = example_of(model.name, field)
    if detail["type"] == "extra_forbidden":
        owner = _owner(model, path)
        text = f"{model.name} 的这里没有 “{field}” 这个字段{suggest(field, _fields(owner))}"
        return line.key_fault(path, text)
    if detail["type"] == "missing":
        return line.fault(path[:-1], f"缺少 “{field}”，请写上，例如 {example}")
    return line.fault(path, f"“{field}” 写得不对，请写成 {example}")


def _owner(model: type[Event], path: tuple[int | str, ...]) -> type[Part]:
    """Find which part of an event a path leads into."""
    if len(path) == 1:
        return model
    return RoomPart if path[0] == "rooms" else Person


def _fields(part: type[Part]) -> list[str]:
    return [field.alias or name for name, field in part.model_fields.items()]


def _syntax(error: json.JSONDecodeError) -> str:
    for start, text in SYNTAX:
        if error.msg.startswith(start):
            return text
    return "这里不是 JSON：检查引号、逗号和括号"
