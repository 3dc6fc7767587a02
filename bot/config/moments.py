"""Moments that hang on something else: on somebody's joining, or on another notice."""

import re
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Final

from bot.config.hours import parse_clock
from bot.config.values import parse_duration

LONGEST_COURSE: Final = 366  # days after joining
_JOIN = re.compile(r"(\d{1,3})d\s+(\d{1,2}:\d{2})")
_AFTER = re.compile(r"(\S+)(?:\s+([+-]?)\s*(\S+))?")


@dataclass(frozen=True, slots=True)
class JoinMoment:
    """So many days after somebody joined, at this local time; 0 is the day of joining."""

    days: int
    clock: time


@dataclass(frozen=True, slots=True)
class AfterNotice:
    """So long after the notice with this id; before it, where ``by`` is negative."""

    notice: str
    by: timedelta


def parse_after_join(text: str) -> JoinMoment:
    """Read "1d 10:00"; raises ValueError."""
    found = _JOIN.fullmatch(text.strip())
    if found is None or int(found[1]) > LONGEST_COURSE:
        raise ValueError(f"「{text}」不是入群后的时间，要写成 1d 10:00 这样（第几天 钟点）")
    return JoinMoment(int(found[1]), parse_clock(found[2]))


def parse_after(text: str) -> AfterNotice:
    """Read "double11 2h" or "double11 -1d"; raises ValueError."""
    found = _AFTER.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"「{text}」要写成 公告id 时长，例如 double11 2h，提前写 double11 -1d")
    by = parse_duration(found[3]) if found[3] else timedelta(0)
    return AfterNotice(found[1], -by if found[2] == "-" else by)
