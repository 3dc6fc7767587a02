"""``classify``, ``evaluate``, ``replay`` and ``learn``: what the rules make of messages."""

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.assembly import cache_folder
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.reading import load_config
from bot.errors import ConfigError, Fault
from handlers.library import handbook
from knowledge.classifier import Classifier, Place, Verdict

Texts = Annotated[list[str] | None, typer.Argument(metavar="[TEXT …]")]
Group = Annotated[str, typer.Option("--group", metavar="KIND", help="fan、training…")]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(classify)


def classify(text: Texts = None, *, config: ConfigFile = DEFAULT_CONFIG, group: Group = "") -> None:
    """判断每条消息是什么，每行一个 JSON / tell what each message is, a JSON object a line."""
    classifier = load_classifier(config)
    asked: Iterable[dict[str, Any]] = (
        ({"text": each} for each in text) if text else read_messages(sys.stdin, Path("<stdin>"))
    )
    for message in asked:
        verdict = classifier.classify(message["text"], Place(kind=message.get("group", group)))
        typer.echo(json.dumps(told(message, verdict), ensure_ascii=False))


def load_classifier(config: Path) -> Classifier:
    """Compile the rules of a configuration."""
    return handbook(load_config(config), cache=cache_folder()).classifier


def read_messages(lines: Iterable[str], file: Path) -> Iterator[dict[str, Any]]:
    """Read a message a line, plain or as a JSON object with ``text``; raises ConfigError."""
    for number, typed in enumerate(lines, 1):
        line = typed.rstrip("\n")
        if not line.lstrip().startswith("{"):
            yield {"text": line}
            continue
        try:
            message = json.loads(line)
        except ValueError:
            yield {"text": line}
            continue
        yield checked(message, file, number)


def checked(message: Any, file: Path, number: int) -> dict[str, Any]:
    """Return the message if it has a text and, where given, a group; raises ConfigError."""
    if not isinstance(message, dict) or not isinstance(message.get("text"), str):
        raise ConfigError([Fault(file, number, 1, '缺少 text，请写成 {"text": "…"}')])
    if not isinstance(message.get("group", ""), str):
        raise ConfigError([Fault(file, number, 1, 'group 要写成文字，例如 "fan"')])
    return message


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
