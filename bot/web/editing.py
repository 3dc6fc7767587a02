"""config.toml changed by a form: one table is replaced, every comment stays where it is."""

from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from bot.errors import TicketError

DEFAULTS = {"severity": 1, "weight": 1.0, "mode": "live"}  # need not be written
WIDEST = 3  # words that stand on one line of a list


def fingerprint(text: str) -> str:
    """Return what tells two texts of config.toml apart."""
    return sha256(text.encode()).hexdigest()


def put_rule(text: str, rule: Mapping[str, object]) -> str:
    """Put a rule in the place of the one with its id, or behind the others; keys that are empty go.

    Raises TicketError where the text is no TOML: it must be mended by hand first.
    """
    document = _parse(text)
    rules = document.setdefault("rules", tomlkit.aot())
    table = next((each for each in rules if each.get("id") == rule["id"]), None)
    if table is None:
        table = tomlkit.table()
        rules.append(table)
    for key, value in rule.items():
        _set(table, key, value)
    return tomlkit.dumps(document)


def drop_rule(text: str, rule: str) -> str:
    """Take a rule out."""
    document = _parse(text)
    rules = document.get("rules", [])
    for number, each in enumerate(rules):
        if each.get("id") == rule:
            del rules[number]
            return tomlkit.dumps(document)
    raise TicketError(f"config.toml 里没有规则「{rule}」；附带文件里的规则请到文件里改。")


def _parse(text: str) -> Any:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise TicketError(f"config.toml 现在读不懂，请先在编辑器里改好：{error}") from error


def _set(table: Any, key: str, value: object) -> None:
    """Set a key where it differs, so that what nobody touched looks as before."""
    if value in ("", []):
        table.pop(key, None)
    elif table.get(key, DEFAULTS.get(key)) != value:
        table[key] = (
            _list(value) if isinstance(value, Sequence) and not isinstance(value, str) else value
        )


def _list(values: Sequence[object]) -> Any:
    listed = tomlkit.array()
    listed.extend(values)
    return listed.multiline(multiline=len(values) > WIDEST * 3)
