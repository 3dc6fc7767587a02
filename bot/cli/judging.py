"""``classify``, ``evaluate``, ``replay`` and ``learn``: what the rules make of messages."""

import json
import re
import sys
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.cache import cache_folder
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.reading import load_config
from bot.config import Config
from bot.config.findings import suggest
from bot.config.people import GroupKind
from bot.errors import BotError, ConfigError, Fault
from handlers.library import handbook
from knowledge.classifier import Classifier, Place, Verdict
from knowledge.verdicts import OURS

Texts = Annotated[list[str] | None, typer.Argument(metavar="[TEXT …]")]
MOST_FAULTS = 100  # more of them say nothing new
JSON = re.compile(r'\s*\{\s*["}]')
KINDS = (*(kind.value for kind in GroupKind), "private", OURS)
Group = Annotated[
    str, typer.Option("--group", metavar="KIND", help="fan、training、private…，群的 id 或标签")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(classify)


def classify(text: Texts = None, *, config: ConfigFile = DEFAULT_CONFIG, group: Group = "") -> None:
    """判断每条消息是什么，每行一个 JSON / tell what each message is, a JSON object a line."""
    settings = load_config(config)
    places = known_places(settings)
    if group and group not in places:
        raise BotError(no_place(group, places))
    classifier = handbook(settings, cache=cache_folder()).classifier
    asked: Iterable[dict[str, Any]] = (
        ({"text": each} for each in text)
        if text
        else read_messages(sys.stdin.buffer, Path("<stdin>"), places)
    )
    for message in asked:
        name = message.get("group") or group
        verdict = classifier.classify(message["text"], places.get(name, Place(kind=name)))
        typer.echo(written(told(message, verdict)))


def known_kind(group: str) -> str:
    """Read the kind of group of which messages are to be judged; "" for none."""
    if group and group not in KINDS:
        raise BotError(f"没有「{group}」这类群；--group 可以写：{' '.join(KINDS)}")
    return group


def known_places(config: Config) -> dict[str, Place]:
    """Map what rules may call a place to one that is called so: a kind, a group's id, a tag."""
    places = {kind: Place(kind=kind) for kind in KINDS}
    for group in config.groups:
        tags = frozenset(group.tags)
        if group.id is not None:
            places.setdefault(group.id, Place(group.kind.value, group.id, tags))
        for tag in group.tags:
            places.setdefault(tag, Place(group.kind.value, tags=frozenset({tag})))
    return places


def no_place(name: str, places: Iterable[str]) -> str:
    """Say that no place is called so, and what may have been meant."""
    shown = json.dumps(name)[1:-1] if "\n" in name else name
    hint = suggest(name, places) or "；"
    return f"没有「{shown}」这类群{hint}可以写 {' '.join(KINDS)}，或群的 id、标签"


def written(value: Any, *, indent: int | None = None) -> str:
    """Write JSON as people read it; where half a character stands in it, in escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent)
    try:
        text.encode()
    except UnicodeEncodeError:
        return json.dumps(value, indent=indent)
    return text


def load_classifier(config: Path) -> Classifier:
    """Compile the rules of a configuration."""
    return handbook(load_config(config), cache=cache_folder()).classifier


def read_messages(
    lines: Iterable[bytes], file: Path, places: Collection[str]
) -> Iterator[dict[str, Any]]:
    """Read a message a line, plain or as a JSON object with ``text``; raises ConfigError.

    What can be read is yielded first; every fault is told at the end, a group that is none of the
    ``places`` where it is first named.
    """
    faults: list[Fault] = []
    strangers: dict[str, Fault] = {}
    for number, line in decoded(lines, file, faults):
        if not JSON.match(line):
            yield {"text": line}
        elif (message := parsed(line, file, number, faults)) is not None:
            name = message.get("group") or ""
            if name and name not in places and len(strangers) < MOST_FAULTS:
                column = max(line.find('"group"'), 0) + 1
                strangers.setdefault(name, Fault(file, number, column, no_place(name, places)))
            yield message
    faults = sorted([*faults, *strangers.values()])
    if faults:
        raise ConfigError(faults)


def decoded(lines: Iterable[bytes], file: Path, faults: list[Fault]) -> Iterator[tuple[int, str]]:
    """Number the lines and take off what ends them; those that are no UTF-8 are faults."""
    for number, raw in enumerate(lines, 1):
        if len(faults) >= MOST_FAULTS:
            return
        try:
            line = raw.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            text = "这一行不是 UTF-8 文字，请把文件另存为 UTF-8"
            faults.append(Fault(file, number, error.start + 1, text))
        else:
            yield number, line.removesuffix("\n").removesuffix("\r")


def parsed(line: str, file: Path, number: int, faults: list[Fault]) -> dict[str, Any] | None:
    """Read a JSON object with a text; what is wrong with it is added to the faults."""
    try:
        message = json.loads(line)
    except json.JSONDecodeError as error:
        faults.append(Fault(file, number, error.colno, f"这一行不是完整的 JSON（{error.msg}）"))
    except RecursionError:
        faults.append(Fault(file, number, 1, "这一行的括号套得太深"))
    else:
        wrong = fault_of(message)
        if not wrong:
            return dict(message)
        faults.append(Fault(file, number, 1, wrong))
    return None


def fault_of(message: Any) -> str:
    """Say what a message lacks: it has a text and, where given, a group."""
    if not isinstance(message, dict):
        return '要写成一个 JSON 对象，例如 {"text": "…"}'
    if "text" not in message:
        return '缺少 text，请写成 {"text": "…"}'
    if not isinstance(message["text"], str):
        return 'text 要写成文字，例如 {"text": "…"}'
    if not isinstance(message.get("group") or "", str):
        return 'group 要写成文字，例如 "fan"'
    return ""


def told(message: dict[str, Any], verdict: Verdict) -> dict[str, Any]:
    """Write a verdict as the contract does."""
    return {
        "id": message.get("id"),
        "text": message["text"],
        "label": verdict.label,
        "topic": verdict.topic,
        "severity": verdict.severity,
        "score": verdict.score,
        "rule": verdict.rule,
        "matches": [
            {"word": match.word, "start": match.start, "end": match.end}
            for match in verdict.matches
        ],
        "labels": [
            {"label": finding.label, "rule": finding.rule, "score": finding.score}
            for finding in verdict.labels
        ],
    }
