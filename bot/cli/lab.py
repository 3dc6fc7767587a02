"""``evaluate`` and ``learn``: the rule lab, on files of labelled messages."""

import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.correcting import from_corrections
from bot.cli.judging import Group, decoded, known_kind, load_classifier, parsed, written
from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl
from bot.cli.reading import load_config
from bot.errors import BotError, ConfigError, Fault, reason
from knowledge.classifier import Place
from knowledge.lab import evaluate as evaluate_lines
from knowledge.learn import learn as learn_lists, write
from knowledge.terms import CHAT, LABELS

TOO_LOW = 3
DAY = re.compile(r"\d{4}-\d\d-\d\d")
NO_MOMENT = 'at 不是时间，请写成 "at": "2026-11-23T10:00:00+08:00"，或者不写'

Messages = Annotated[Path, typer.Argument(metavar="FILE.jsonl")]
Wanted = Annotated[
    str | None, typer.Option("--label", metavar="L[=NAME]", help="只看这个标签；文件里叫 NAME")
]
MinF1 = Annotated[float | None, typer.Option("--min-f1", metavar="X")]
MinPrecision = Annotated[float | None, typer.Option("--min-precision", metavar="X")]
Labelled = Annotated[Path | None, typer.Argument(metavar="[FILE.jsonl]")]
FromCorrections = Annotated[
    bool,
    typer.Option("--from-corrections", help="从「#12 误报」里学，只给出改动 / propose a diff"),
]
Accept = Annotated[bool, typer.Option("--accept", help="同意改动，写进 corrections.toml")]
Renamed = Annotated[
    list[str] | None, typer.Option("--label", metavar="L=NAME", help="文件里的 NAME 就是 L")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(evaluate)
    app.command()(learn)


def evaluate(
    file: Messages,
    *,
    config: ConfigFile = DEFAULT_CONFIG,
    label: Wanted = None,
    group: Group = "",
    min_f1: MinF1 = None,
    min_precision: MinPrecision = None,
) -> None:
    """判断得准不准：和人工标注比较 / compare with labelled messages."""
    wanted, name = known_label(label) if label else ("", "")
    least = {"f1": known_share("--min-f1", min_f1)}
    least["precision"] = known_share("--min-precision", min_precision)
    lines = list(read_lines(file, "label"))
    if not lines:
        raise ConfigError([Fault(file, 1, 1, '没有消息；每行写 {"text": "…", "label": "…"}')])
    if not label and not any(each["label"] in (*LABELS, CHAT) for each in lines):
        text = f"没有一行的 label 是 {' '.join(LABELS)}；文件里叫别的名字，请写 --label ad=spam"
        raise ConfigError([Fault(file, 1, 1, text)])
    result = evaluate_lines(
        load_classifier(config),
        lines,
        label=wanted or None,
        name=name or None,
        place=Place(kind=known_kind(group)),
    )
    typer.echo(written(result, indent=1))
    unmeasured = list(nothing_measured(result["labels"], name))
    asked = any(each is not None for each in least.values())
    short = list(too_low(result["labels"], least))
    sys.stderr.writelines(f"{line}\n" for line in (*unmeasured, *short))
    if short or (asked and unmeasured):
        raise typer.Exit(TOO_LOW)


def known_share(option: str, value: float | None) -> float | None:
    """Read a threshold: a share between nothing and all; raises BotError."""
    if value is not None and not 0 <= value <= 1:
        raise BotError(f"{option} 写得不对（{value}）：要写 0 到 1 的数，例如 0.9")
    return value


def nothing_measured(labels: Mapping[str, Mapping[str, float]], name: str) -> Iterator[str]:
    """Tell where no line was of what is asked about, so that no figure means anything."""
    if not labels:
        yield f"没有一行的 label 是 {' '.join(LABELS)}，只数了误报；准不准没有量出来"
    for label, figures in labels.items():
        if not figures["support"]:
            yield (
                f"没有一行的 label 是 {name}，{label} 准不准没有量出来；"
                f"文件里叫别的名字，请写 --label {label}=名字"
            )


def too_low(
    labels: Mapping[str, Mapping[str, float]], least: Mapping[str, float | None]
) -> Iterator[str]:
    """Tell every figure that falls short of what was asked for."""
    for label, figures in labels.items():
        for figure, wanted in least.items():
            if wanted is not None and figures["support"] and figures[figure] < wanted:
                yield f"{label}: {figure} {figures[figure]} < {wanted}"


def learn(
    file: Labelled = None,
    *,
    label: Renamed = None,
    corrections: FromCorrections = False,
    accept: Accept = False,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """从标注的消息或客服的误报里学词表（TOML），可读可改 / learn lists of weighted words."""
    if corrections == (file is not None) or (accept and not corrections):
        raise BotError("请写一个标注文件，或写 --from-corrections（可以再加 --accept），只写一种")
    if file is None:
        settings = load_config(config, database=database)
        for line in from_corrections(config, settings, accept=accept):
            typer.echo(line)
    else:
        learn_file(file, label)


def learn_file(file: Path, label: Sequence[str] | None) -> None:
    """Learn lists from a file of labelled messages and write them to stdout."""
    names = {name: ours for ours, name in map(known_label, label or [])}
    try:
        lists = learn_lists(read_lines(file, "label"), labels=names)
    except ImportError:
        raise BotError("学习需要 scikit-learn：pip install 'qunkeeper[learn]'") from None
    if not lists:
        raise BotError(
            f"{file} 里没有一个标签有足够的消息可学"
            "（每种至少 8 条，还要有别的消息，也要有几条说到同样的字）"
        )
    typer.echo(write(lists))


def known_label(written: str) -> tuple[str, str]:
    """Read ``L`` or ``L=NAME``: one of our labels, and what a file calls it."""
    ours, _, name = written.partition("=")
    if ours not in LABELS:
        raise BotError(f"没有「{ours}」这个标签；可以写：{' '.join(LABELS)}")
    return ours, name or ours


def read_lines(file: Path, *needed: str, moment: bool = False) -> Iterator[dict[str, Any]]:
    """Read a JSON object a line, each with a ``text`` and what else is needed.

    With ``moment`` what stands under ``at``, if anything does, has to be one. Raises ConfigError
    with every fault, once what can be read was yielded.
    """
    faults: list[Fault] = []
    try:
        opened = file.open("rb")
    except OSError as error:
        text = f"读不到这个文件（{reason(error)}），请检查路径"
        raise ConfigError([Fault(file, 1, 1, text)]) from None
    with opened:
        for number, line in decoded(opened, file, faults):
            message = read_line(line, file, number, faults) if line.strip() else None
            lacking = [key for key in needed if message and not isinstance(message.get(key), str)]
            faults += [Fault(file, number, 1, f'缺少 {k}，请写成 "{k}": "…"') for k in lacking]
            if message and moment and not is_moment(message.get("at")):
                lacking.append("at")
                faults.append(Fault(file, number, line.find('"at"') + 1, NO_MOMENT))
            if message is not None and not lacking:
                yield message
    if faults:
        raise ConfigError(faults)


def read_line(line: str, file: Path, number: int, faults: list[Fault]) -> dict[str, Any] | None:
    """Read a JSON object; a number that is too long to be read is a fault of its line too."""
    try:
        return parsed(line, file, number, faults)
    except ValueError:
        faults.append(Fault(file, number, 1, "这一行里有一个数长得读不了，请改短或者加上引号"))
        return None


def is_moment(at: Any) -> bool:
    """Say whether this is a day, with or without the time; nothing at all will do."""
    if at is None:
        return True
    if not isinstance(at, str) or not DAY.match(at):
        return False
    try:
        datetime.fromisoformat(at)
    except ValueError:
        return False
    return True
