"""``corrections.toml`` beside config.toml: read as it is, and changed so that all still loads."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from bot.cli.reading import accepted, read_config
from bot.config import Config
from bot.config.models import RuleFile
from bot.config.shape import Shaped, shape
from bot.config.source import open_source
from bot.errors import BotError, ConfigError, reason
from knowledge.correcting import Changes

OWN = "corrections.toml"  # beside config.toml: the manager's, never what is shipped
HEAD = """\
# 客服和管理员说「误报」以后，对词表的改动（qunkeeper learn --from-corrections --accept 写的）。
# 每个词一个增减：负数是让它少算一点。可以手改，整行可以删。
"""


@dataclass(frozen=True, slots=True)
class Own:
    """The manager's file as it stands; ``text`` is None where there is none yet."""

    main: Path
    text: str | None
    rules: RuleFile
    included: bool

    @property
    def path(self) -> Path:
        """Where it stands, or will."""
        return self.main.parent / OWN

    @property
    def waits(self) -> bool:
        """Whether there is something in it that config.toml does not include yet."""
        return self.text is not None and not self.included

    def joined(self, config: Config) -> Config:
        """Return the configuration as it is once the file is included."""
        if self.included:
            return config
        parts = {key: getattr(self.rules, key) for key in RuleFile.model_fields}
        return config.model_copy(
            update={key: (*getattr(config, key), *part) for key, part in parts.items()}
        )


def find_own(main: Path, config: Config) -> Own:
    """Read the file, if there is one; raises ConfigError for what is wrong with it."""
    path = main.parent / OWN
    included = any(_is_own(main, name) for name in config.include)
    if not os.path.lexists(path):
        return Own(main, None, RuleFile(), included)
    source = open_source(path)
    shaped: Shaped[RuleFile] = Shaped(RuleFile())
    if source.data is not None:
        shaped = shape(RuleFile, source.data, {"folder": path.resolve().parent, "hours": None})
        for finding in shaped.findings:
            source.note(finding)
    if source.faults:
        raise ConfigError(source.faults)
    return Own(main, source.text, shaped.value, included)


def _is_own(main: Path, name: str) -> bool:
    return (main.parent / name).resolve() == (main.parent / OWN).resolve()


def write(text: str, changes: Changes) -> str:
    """Add the changes to what stands in the file, comments and all; what comes to nothing goes."""
    ended = text or HEAD
    ended += "" if ended.endswith("\n") else "\n"
    try:
        document: Any = tomlkit.parse(ended)
    except TOMLKitError as error:
        raise BotError(f"{OWN} 改不了，请把它写得简单些：{error}") from None
    tables = document.setdefault("corrections", tomlkit.aot())
    for name, moved in changes.items():
        weights = _weights(tables, name)
        for word, step in moved.items():
            weight = float(weights.get(word, 0)) + step
            if weight:
                weights[word] = int(weight) if weight.is_integer() else weight
            else:
                weights.pop(word, None)
    return tomlkit.dumps(document)


def _weights(tables: Any, name: str) -> Any:
    """Find the weights of a list, or begin some; words that are written together stay alone."""
    for table in tables:
        weights = table.setdefault("weights", tomlkit.inline_table())
        if table.get("list") == name and not any(isinstance(x, str) for x in weights.values()):
            return weights
    begin = tomlkit.table if isinstance(tables, tomlkit.items.AoT) else tomlkit.inline_table
    table = begin()
    table.add("list", name)
    table.add("weights", begin())
    tables.append(table)
    return tables[-1]["weights"]


def put(own: Own, text: str) -> bool:
    """Put a text in the place of the file, included by config.toml, if the whole still loads.

    Says whether config.toml had to be changed for it. Raises BotError where nothing was changed.
    """
    try:
        main = own.main.read_bytes().decode("utf-8-sig")
        _try(own, main, text)
        _replace(own.path, text)
        if not own.included:
            _replace(own.main, including(own, main, OWN))
    except OSError as error:
        raise BotError(f"写不了 {own.path}：{reason(error)}") from None
    return not own.included


def _try(own: Own, main: str, text: str) -> None:
    """Read the configuration as it would be, from files of other names beside."""
    with _beside(own.path, text) as new, _beside(own.main, including(own, main, new.name)) as whole:
        try:
            accepted(read_config(whole))
        except ConfigError as error:
            fault = str(error.faults[0]).replace(str(new), str(own.path))
            told = fault.replace(str(whole), str(own.main))
            raise BotError(f"没有写入，因为写好以后配置就读不了了：{told}") from None


@contextmanager
def _beside(file: Path, text: str) -> Iterator[Path]:
    new = file.with_name(f".{file.name}.new")
    try:
        _save(new, text)
        yield new
    finally:
        new.unlink(missing_ok=True)


def _replace(file: Path, text: str) -> None:
    """Put a text in the place of a file, whole or not at all; a link stays one."""
    file = file.resolve()
    with _beside(file, text) as new:
        new.replace(file)


def _save(file: Path, text: str) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        out.write(text)
        out.flush()
        os.fsync(out.fileno())


def including(own: Own, main: str, name: str) -> str:
    """Write config.toml so that it includes the file under this name, and changes nothing else."""
    document: Any = tomlkit.parse(main)
    named = document.get("include")
    if named is None:
        return f"include = {json.dumps([name], ensure_ascii=False)}\n{main}"
    places = [at for at, each in enumerate(named) if _is_own(own.main, each)]
    if places:
        named[places[0]] = name
    else:
        named.append(name)
    return tomlkit.dumps(document)
