"""Data against a model: every wrong key and value named at once, and what remains usable."""

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Generic, TypeVar, get_args, get_origin

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from bot.config.findings import Finding, suggest
from bot.config.models import Config
from bot.config.positions import Path
from bot.config.section import Section

S = TypeVar("S", bound=Section)
_SECRETS = ("token", "password", "passwd", "secret")
_ROUNDS = 12
SLICE = 100  # tables of one list that are read in one call
_EXAMPLES = {
    "kind": '"fan"',
    "scenario": '"promotion"',
    "groups": '["fan"]',
    "label": '"complaint"',
    "keyword": '"报名"',
    "question": '["怎么清洗"]',
}


@dataclass(slots=True)
class Shaped(Generic[S]):
    """What could be made of the data, with stand-ins where something needed was wrong."""

    value: S
    findings: list[Finding] = field(default_factory=list)

    def spoilt(self, path: Path) -> bool:
        """Say whether something at or below this path was left out."""
        return any(finding.path[: len(path)] == path for finding in self.findings)


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
            shaped.findings += [_moved(each, key, start) for each in part.findings]
    if more:
        shaped.value = shaped.value.model_copy(update=more)
    return shaped


def _moved(finding: Finding, key: str, start: int) -> Finding:
    """Count the tables of a slice from the beginning of the list."""
    match finding.path:
        case (first, int(number), *rest) if first == key:
            return replace(finding, path=(key, start + number, *rest))
    return finding


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
                shaped.findings.extend(_explain(model, each) for each in errors)
                remaining = deepcopy(remaining)
            for number, each in enumerate(errors):
                _mend(model, remaining, each, f"-{attempt}-{number}")
        else:
            break
    return shaped


def _write(value: date | datetime | time) -> str:
    return value.isoformat()


def _mend(model: type[Section], data: dict[str, Any], error: ErrorDetails, name: str) -> None:
    """Take a faulty value out, or put a stand-in where something needed is missing."""
    path = tuple(part for part in error["loc"] if part != "[key]")
    if error["type"] == "missing" and isinstance(path[-1], str):
        table = _at(data, path[:-1])
        table[path[-1]] = _stand_in(_model_at(model, path[:-1]), path[-1], name)
        return
    while isinstance(path[-1], int):
        path = path[:-1]
    above = _at(data, path[:-1])
    if isinstance(above, dict):
        above.pop(path[-1], None)


def _stand_in(model: type[Section] | None, key: str, name: str) -> Any:
    """Make up a value of the right kind that no other check finds fault with."""
    infos = model.model_fields.items() if model else ()
    kind = next((i.annotation for each, i in infos if key in (each, i.alias)), str)
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return next(iter(kind)).value
    if get_origin(kind) is tuple:
        return ["fan", "training"]
    return 1 if kind in (int, float) else name


def _at(data: Any, path: Path) -> Any:
    for part in path:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _explain(model: type[Section], error: ErrorDetails) -> Finding:
    path = tuple(part for part in error["loc"] if part != "[key]")
    kind = error["type"]
    if kind == "extra_forbidden":
        return Finding(path, _unknown_key(model, path), at_key=True)
    if kind == "missing":
        return _missing(path)
    return Finding(path, _wrong_value(kind, error), at_key="[key]" in error["loc"])


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
    if kind == "tuple_type" and isinstance(error["input"], dict):
        return f"这里可以有多个，表头要写两层方括号 [[{error['loc'][-1]}]]"
    if kind == "model_type" and isinstance(error["input"], list):
        return f"这里只能有一个，表头写一层方括号 [{error['loc'][-1]}]"
    for start, say in _SAYINGS.items():
        if kind.startswith(start):
            return say(context)
    return f"这个值不合适（{error['msg']}）"


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


def _unknown_key(model: type[Section], path: Path) -> str:
    key = str(path[-1])
    if any(secret in key.lower() for secret in _SECRETS):
        return (
            f"「{key}」不能写在文件里：口令和密码只从环境变量读，例如 "
            "WECHATY_PUPPET_SERVICE_TOKEN、QUNKEEPER_DATABASE_URL"
        )
    known = keys_at(model, path[:-1])
    if homes := sorted(_homes(Config, key)):
        return f"「{key}」不写在这里，要写在 {homes[0]}"
    if near := suggest(key, known):
        return f"没有「{key}」这个键{near}"
    return f"没有「{key}」这个键；这里可以写：{'、'.join(known)}"


def keys_at(model: type[Section], path: Path) -> list[str]:
    """List the keys of the table at a path; empty where the path leaves the model."""
    here = _model_at(model, path)
    return [] if here is None else [f.alias or name for name, f in here.model_fields.items()]


def _model_at(model: type[Section], path: Path) -> type[Section] | None:
    here: type[Section] | None = model
    for part in path:
        if here is not None and isinstance(part, str):
            here = _tables(here).get(part)
    return here


def _tables(model: type[Section]) -> dict[str, type[Section]]:
    """Map the keys of a model whose values are tables, or lists of them, to their models."""
    found = {}
    for name, info in model.model_fields.items():
        for kind in _parts(info.annotation):
            if isinstance(kind, type) and issubclass(kind, Section):
                found[info.alias or name] = kind
    return found


def _parts(annotation: Any) -> Iterator[Any]:
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def _homes(model: type[Section], key: str, above: str = "") -> Iterator[str]:
    """Name the tables that know a key."""
    if key in keys_at(model, ()):
        yield f"[{above}] 里" if above else "config.toml 里，任何 [表] 之前"
    for name, kind in _tables(model).items():
        yield from _homes(kind, key, f"{above}.{name}" if above else name)
