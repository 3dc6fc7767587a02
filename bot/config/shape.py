"""Data against a model: every wrong key and value named at once, and what remains usable."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.findings import Finding, suggest
from bot.config.keys import kinds_in, meant_key, model_at, unknown_key
from bot.config.positions import Path
from bot.config.section import Section

S = TypeVar("S", bound=Section)
_ROUNDS = 12
SLICE = 100  # tables of one list that are read in one call
_NOBODYS = "https://nobody.invalid/"  # will do for an address, an id, a name and a text
_MANY = 8  # as many choices as a quiz can have
_EXAMPLES = {
    "kind": '"fan"',
    "scenario": '"promotion"',
    "groups": '["fan"]',
    "label": '"complaint"',
    "keyword": '"报名"',
    "start": '"2026-11-10T20:00:00+08:00"',
    "end": '"2026-11-12T20:00:00+08:00"',
    "question": '["怎么清洗"]',
}


@dataclass(slots=True)
class Shaped(Generic[S]):
    """What could be made of the data, with stand-ins where something needed was wrong.

    ``made_up`` are the places of what nobody wrote there: nothing that is found there is a finding.
    """

    value: S
    findings: list[Finding] = field(default_factory=list)
    made_up: list[Path] = field(default_factory=list)

    def spoilt(self, path: Path) -> bool:
        """Say whether something at or below this path was left out."""
        return any(finding.path[: len(path)] == path for finding in self.findings)

    def invented(self, path: Path) -> bool:
        """Say whether nobody wrote what stands at this path."""
        return any(path[: len(each)] == each for each in self.made_up)


def shape(model: type[S], data: Mapping[str, Any], context: Mapping[str, Any]) -> Shaped[S]:
    """Read the data into the model, leaving out what is wrong, and say what that was.

    ``context`` holds the ``folder`` paths count from, and who reads service ``hours``. A long list
    of tables is read in slices: each is one call that lets nothing else of the process run.
    """
    long = {key: x for key, x in data.items() if isinstance(x, list) and len(x) > SLICE}
    shaped = _shape(model, {**data, **{key: x[:SLICE] for key, x in long.items()}}, context)
    more: dict[str, tuple[Any, ...]] = {}
    for key, tables in long.items():
        if key not in model.model_fields:
            continue
        more[key] = getattr(shaped.value, key)
        for start in range(SLICE, len(tables), SLICE):
            part = _shape(model, {key: tables[start : start + SLICE]}, context)
            more[key] += getattr(part.value, key)
            shaped.findings += [
                replace(each, path=_moved(each.path, key, start)) for each in part.findings
            ]
            shaped.made_up += [_moved(path, key, start) for path in part.made_up]
    if more:
        shaped.value = shaped.value.model_copy(update=more)
    return shaped


def _moved(path: Path, key: str, start: int) -> Path:
    """Count the tables of a slice from the beginning of the list."""
    match path:
        case (first, int(number), *rest) if first == key:
            return (key, start + number, *rest)
    return path


def _shape(model: type[S], data: Mapping[str, Any], context: Mapping[str, Any]) -> Shaped[S]:
    shaped = Shaped(model.model_construct())
    remaining: dict[str, Any] = dict(data)
    for attempt in range(_ROUNDS):
        try:
            written = json.dumps(remaining, default=_write)
            shaped.value = model.model_validate_json(written, strict=True, context=dict(context))
        except (ValidationError, RecursionError) as error:
            errors = error.errors(include_url=False) if isinstance(error, ValidationError) else []
            if not errors or errors[0]["type"] == "json_invalid":
                shaped.findings.append(Finding((), "列表或大括号嵌套太深，请写得简单些"))
                return shaped
            if attempt == 0:
                remaining = deepcopy(remaining)
                errors = _rename(model, remaining, errors, shaped)
                told = dict.fromkeys(_explain(model, each, remaining) for each in errors)
                shaped.findings.extend(told)
            for each in errors:
                shaped.made_up += _mend(model, remaining, each)
        else:
            break
    return shaped


def _write(value: date | datetime | time) -> str:
    return value.isoformat()


def _rename(
    model: type[Section], data: dict[str, Any], errors: list[ErrorDetails], shaped: Shaped[Any]
) -> list[ErrorDetails]:
    """Put values under the keys they were meant for; returns what is wrong besides."""
    named: set[Path] = set()
    for each in errors:
        path = _place(each)
        table = _at(data, path[:-1])
        name = meant_key(model, path) if each["type"] == "extra_forbidden" else ""
        if name and name not in table:
            shaped.findings.append(_explain(model, each, data))
            shaped.made_up.append((*path[:-1], name))
            table[name] = table.pop(path[-1])
            named |= {path, (*path[:-1], name)}
    return [each for each in errors if _place(each) not in named]


def _place(error: ErrorDetails) -> Path:
    return tuple(part for part in error["loc"] if part != "[key]")


def _mend(model: type[Section], data: dict[str, Any], error: ErrorDetails) -> Iterator[Path]:
    """Take a faulty value out, or put a stand-in where something needed is missing: say where."""
    path = _place(error)
    if error["type"] == "missing" and isinstance(path[-1], str):
        table = _at(data, path[:-1])
        table[path[-1]] = _stand_in(model_at(model, path[:-1]), path[-1])
        yield path
        return
    while isinstance(path[-1], int):
        path = path[:-1]
    above = _at(data, path[:-1])
    if isinstance(above, dict):
        above.pop(path[-1], None)


def _stand_in(model: type[Section] | None, key: str) -> Any:
    """Make up a value of the right kind, which nobody would write."""
    infos = model.model_fields.items() if model else ()
    kind = next((i.annotation for each, i in infos if key in (each, i.alias)), str)
    choices = [x for x in kinds_in(kind) if isinstance(x, type) and issubclass(x, StrEnum)]
    if get_origin(kind) is tuple:
        return [f"{_NOBODYS}{number}" for number in range(_MANY)]
    if choices:
        return next(iter(choices[0])).value
    if kind is datetime:
        return "2000-01-01T00:00:00Z"
    return 1 if kind in (int, float) else _NOBODYS


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _explain(model: type[Section], error: ErrorDetails, data: Mapping[str, Any]) -> Finding:
    path, kind = _place(error), error["type"]
    if kind in ("model_type", "tuple_type") and "near" in path[-2:]:
        path = path[: path.index("near") + 1]
        return Finding(path, _near(_at(data, path)))
    if kind == "extra_forbidden":
        return Finding(path, unknown_key(model, path), at_key=True)
    if kind == "missing":
        return _missing(path)
    return Finding(path, _wrong_value(kind, error), at_key="[key]" in error["loc"])


def _near(written: Any) -> str:
    """Say how words that stand near each other are written, if possible with those given."""
    groups = written if isinstance(written, list) else [written]
    if all(isinstance(each, str) for each in groups):
        groups = [groups]
    lists = [each.get("words") if isinstance(each, dict) else each for each in groups]
    named = [each for each in lists if isinstance(each, list) and len(each) > 1]
    example = ", ".join(
        f"{{ words = {json.dumps(words, ensure_ascii=False, default=str)}, within = 3 }}"
        for words in named or [["锅", "漏"]]
    )
    return f"离得近的词要写成 near = [{example}]，within 是中间最多隔几个词"


def _missing(path: Path) -> Finding:
    if isinstance(path[-1], int):
        return Finding(path[:-1], "这里的数目不够，例如要写两个数 [3.0, 5.0]")
    example = f"{path[-1]} = {_EXAMPLES.get(path[-1], '…')}"
    return Finding(path[:-1], f"少了「{path[-1]}」，请补上一行 {example}", at_key=True)


def _wrong_value(kind: str, error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if kind == "value_error":
        return str(context["error"])
    if kind == "enum":
        return _choices(error["input"], str(context["expected"]))
    match kind, error["input"]:
        case "tuple_type", str(text):
            said = f"这里要写列表，用方括号：[{json.dumps(text, ensure_ascii=False)}]"
        case "tuple_type", dict():
            said = f"这里可以有多个，表头要写两层方括号 [[{error['loc'][-1]}]]"
        case "model_type", list():
            said = f"这里只能有一个，表头写一层方括号 [{error['loc'][-1]}]"
        case _:
            said = _say(kind, context)
    return said or f"这个值不合适（{error['msg']}）"


def _say(kind: str, context: Mapping[str, Any]) -> str:
    for start, say in _SAYINGS.items():
        if kind.startswith(start):
            return say(context)
    return ""


def _choices(given: Any, expected: str) -> str:
    choices = [part.strip(" '") for part in expected.replace(" or ", ",").split(",")]
    listed = "、".join(f'"{choice}"' for choice in choices)
    near = suggest(given, choices) if isinstance(given, str) else ""
    return f"这里没有「{given}」这个选择{near or '；'}可以写 {listed}"


_SAYINGS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "string_too_short": lambda _: "这里不能是空的",
    "string": lambda _: "这里要写文字，用英文双引号括起来",
    "int": lambda _: "这里要写整数，不加引号，例如 40",
    "float": lambda _: "这里要写数字，不加引号，例如 1.0",
    "bool": lambda _: "这里要写 true 或 false，不加引号",
    "tuple": lambda _: '这里要写列表，用方括号，例如 ["fan"]',
    "list": lambda _: '这里要写列表，用方括号，例如 ["fan"]',
    "frozen_set": lambda _: '这里要写列表，用方括号，例如 ["fan"]',
    "set": lambda _: '这里要写列表，用方括号，例如 ["fan"]',
    "dict": lambda _: "这里要写一个表：用 [表名] 另起一行，或用大括号",
    "model": lambda _: "这里要写一个表：用 [表名] 或 [[表名]] 另起一行",
    "path": lambda _: "这里要写文件名，用英文双引号括起来",
    "finite_number": lambda _: "这里要写普通的数字，不能是 nan 或 inf",
    "greater_than_equal": lambda c: f"这个数太小，至少要 {c['ge']:g}",
    "greater_than": lambda c: f"这个数太小，要大于 {c['gt']:g}",
    "less_than_equal": lambda c: f"这个数太大，最多 {c['le']:g}",
    "less_than": lambda c: f"这个数太大，要小于 {c['lt']:g}",
    "too_short": lambda c: f"这里至少要写 {c['min_length']} 个",
    "too_long": lambda c: f"这里最多写 {c['max_length']} 个",
}
