"""``replay``: what the rules make of past messages, judged as the bot would have judged them."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.cli.cache import cache_folder
from bot.cli.judging import written
from bot.cli.lab import Messages, read_lines
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.reading import load_config
from bot.config import Config
from bot.config.rulebook import Mode
from handlers.library import handbook
from handlers.reading import GROUPS, Reader, Role, Setting
from knowledge.classifier import Classifier, Place
from knowledge.lab import Line, Side, replay as replay_lines

Against = Annotated[
    Path | None, typer.Option("--against", metavar="OTHER.toml", help="只列出会变的")
]
Read = tuple[Classifier, Reader]
JUDGED = GROUPS | {Setting.PRIVATE}
NAMED = 10


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(replay)


def replay(
    chatlog: Messages, *, config: ConfigFile = DEFAULT_CONFIG, against: Against = None
) -> None:
    """用过去的消息回测规则 / back-test the rules on past messages."""
    settings = load_config(config)
    readers = [read_by(settings)]
    if against is not None:
        readers.append(read_by(load_config(against)))
    logs = [Log(reader, readers) for _, reader in readers]
    side, *other = [
        Side(classifier, log.where) for (classifier, _), log in zip(readers, logs, strict=True)
    ]
    report = replay_lines(
        side,
        read_lines(chatlog, moment=True),
        against=other[0] if other else None,
        rules=[rule.id for rule in settings.rules if rule.mode is not Mode.OFF],
        day=partial(day_in, settings.zone),
    )
    typer.echo(written(report, indent=1))
    sys.stderr.writelines(f"{line}\n" for line in remarks(report, logs[0].strange))


def read_by(config: Config) -> Read:
    """Compile what reads messages under a configuration."""
    classifier = handbook(config, cache=cache_folder()).classifier
    return classifier, Reader(config, classifier)


class Log:
    """A log as the bot of one configuration would have heard it.

    Whoever wrote it down tells rooms by id, or by topic. A room that none of the configurations
    at hand knows is ``strange``: it is judged, though the bot would be silent there.
    """

    def __init__(self, reader: Reader, readers: Iterable[Read]) -> None:
        self.strange: set[str] = set()
        self._reader = reader
        self._readers = [each for _, each in readers]

    def where(self, line: Line) -> Place | None:
        """Say where a line was said; None where the bot judges nothing, or not of him who spoke."""
        room = str(line.get("room") or "")
        if self._reader.role(str(line.get("from") or "")) is not Role.MEMBER:
            return None
        setting, place = self._reader.setting(room or None, room)
        if setting is not Setting.UNKNOWN:
            return place if setting in JUDGED else None
        if any(each.setting(room, room)[0] is not Setting.UNKNOWN for each in self._readers):
            return None
        self.strange.add(room)
        return place


def day_in(zone: tzinfo, line: Line) -> str:
    """Say on which day of a time zone a line was said; a time without a zone is of that one."""
    at = line.get("at")
    if not at:
        return ""
    moment = datetime.fromisoformat(at)
    return f"{moment.astimezone(zone) if moment.tzinfo else moment:%Y-%m-%d}"


def remarks(report: Mapping[str, Any], strange: Iterable[str]) -> Iterator[str]:
    """Tell in sentences which rules hit nothing, and which rooms nobody knows."""
    if idle := report.get("never_hit"):
        yield f"有 {len(idle)} 条规则一次也没有命中：{listed(idle)}"
    if unknown := sorted(strange):
        told = f"有 {len(unknown)} 个群没有写进 [[groups]]，机器人不会判，这里照样判了"
        yield f"{told}：{listed(unknown)}"


def listed(names: Sequence[str]) -> str:
    """List names in a sentence, and not too many."""
    return "、".join(names[:NAMED]) + (" 等" if len(names) > NAMED else "")
