"""From the gateway's payloads to the words of this program, without asking anybody."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.message import Kind

MILLISECONDS = 2_145_888_000  # 2038: a larger timestamp counts milliseconds
KINDS = {
    1: Kind.FILE,
    2: Kind.VOICE,
    3: Kind.CARD,
    6: Kind.IMAGE,
    7: Kind.TEXT,
    9: Kind.MINI_PROGRAM,
    12: Kind.RED_ENVELOPE,
    13: Kind.RECALLED,
    14: Kind.LINK,
    15: Kind.VIDEO,
}
# How WeChat writes an answer with the words it answers into one text.
QUOTED = re.compile(
    r"「[^：:\n]{0,80}[：:](?P<quote>.*?)」\s*\n(?:- ){6,}-?\s*\n(?P<text>.*)", re.DOTALL
)


class Malformed(ValueError):  # noqa: N818
    """An event lacks what it is about."""


def instant(timestamp: float, *, otherwise: datetime) -> datetime:
    """Read a timestamp in seconds or milliseconds; ``otherwise`` where there is none."""
    if timestamp <= 0:
        return otherwise
    seconds = timestamp / 1000 if timestamp > MILLISECONDS else timestamp
    try:
        return datetime.fromtimestamp(seconds, UTC)
    except (OverflowError, OSError, ValueError):
        return otherwise


def kind_of(number: int) -> Kind:
    """Read the message type of the TypeScript world, which is what comes over the wire."""
    return KINDS.get(number, Kind.OTHER)


def unquote(text: str) -> tuple[str, str]:
    """Split what somebody said from the words they answered: ``(said, quoted)``."""
    match = QUOTED.fullmatch(text)
    return (match["text"], match["quote"]) if match else (text, "")


def one(payload: Mapping[str, Any], key: str) -> str:
    """Return the id under ``key``; raises Malformed where there is none."""
    value = payload.get(key)
    if not isinstance(value, str) or not value:
        raise Malformed(f"no {key}")
    return value


def some(payload: Mapping[str, Any], key: str) -> tuple[str, ...]:
    """Return the ids under ``key``; raises Malformed where that is no list of ids."""
    value = payload.get(key)
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise Malformed(f"no {key}")
    return tuple(item for item in value if item)


def perhaps(payload: Mapping[str, Any], key: str) -> str | None:
    """Return the id under ``key``, or None."""
    value = payload.get(key)
    return value if isinstance(value, str) and value else None


def when(payload: Mapping[str, Any], *, otherwise: datetime) -> datetime:
    """Return when the event happened."""
    value = payload.get("timestamp")
    number = value if isinstance(value, int | float) and not isinstance(value, bool) else 0
    return instant(number, otherwise=otherwise)
