"""What was found wrong in the values of a file, before anybody looked up where they stand."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from bot.config.positions import Path


@dataclass(frozen=True, slots=True)
class Finding:
    """Something wrong (``fatal``) or doubtful at a path; ``at_key`` points at the key itself.

    ``unless`` are paths whose own faults explain this one, so that it need not be told.
    """

    path: Path
    text: str
    fatal: bool = True
    at_key: bool = False
    unless: tuple[Path, ...] = ()


def suggest(word: str, known: Iterable[str]) -> str:
    """Ask whether a similar known word was meant; empty where none is similar."""
    lowered = {name.lower(): name for name in sorted(known)}
    close = get_close_matches(word.lower().replace("-", "_"), lowered, n=1, cutoff=0.6)
    close = close or get_close_matches(word.lower(), lowered, n=1, cutoff=0.6)
    return f"，是不是想写「{lowered[close[0]]}」？" if close else ""


def tables(data: Mapping[str, Any], *keys: str) -> list[Mapping[str, Any]]:
    """Return the tables of a list that may be absent or malformed."""
    found: Any = data
    for key in keys:
        found = found.get(key) if isinstance(found, dict) else None
    return [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []


def words(value: Any) -> list[str]:
    """Return the texts in a value that may be a text, a list of them, or malformed."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, str)]
