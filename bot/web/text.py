"""How values are shown to people: moments, lengths of time, and words that others typed."""

import re
from datetime import datetime, timedelta, tzinfo
from typing import Any

from markupsafe import Markup

# Marks that turn the direction of writing, and control characters: shown as a sign, not obeyed.
INVISIBLE = re.compile(
    r"[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f"
    r"\u202a-\u202e\u2066-\u2069\ufdd0]"
)
SIGN = "\N{REPLACEMENT CHARACTER}"
WEEKDAYS = "一二三四五六日"
MINUTE, HOUR, DAY = 60, 3600, 86400
KILO = 1024
OF_AN_ID = 12  # characters of an id that tell one nameless group from another


def harmless(value: Any) -> Any:
    """Take from text what could turn or hide its surroundings; markup and numbers stay."""
    if isinstance(value, str) and not isinstance(value, Markup):
        return INVISIBLE.sub(SIGN, value)
    return value


def clock(moment: datetime | None, zone: tzinfo, now: datetime) -> str:
    """Write a moment as short as the day allows: 09:30, 昨天 09:30, 11月3日 09:30."""
    if moment is None:
        return "—"
    local, today = moment.astimezone(zone), now.astimezone(zone).date()
    days = (today - local.date()).days
    if days == 0:
        return f"{local:%H:%M}"
    if days == 1:
        return f"昨天 {local:%H:%M}"
    year = "" if local.year == today.year else f"{local.year}年"
    return f"{year}{local.month}月{local.day}日 {local:%H:%M}"


def day_and_time(moment: datetime, zone: tzinfo) -> str:
    """Write when something will happen: 2026年12月12日（周六）20:00."""
    local = moment.astimezone(zone)
    day = f"{local.year}年{local.month}月{local.day}日"
    return f"{day}（周{WEEKDAYS[local.weekday()]}）{local:%H:%M}"


def stamp(moment: datetime | None, zone: tzinfo) -> str:
    """Write a moment in full."""
    return f"{moment.astimezone(zone):%Y-%m-%d %H:%M:%S}" if moment else "—"


def length(span: timedelta | float | None) -> str:
    """Write a length of time in its two largest units."""
    if span is None:
        return "—"
    seconds = int(span.total_seconds() if isinstance(span, timedelta) else span)
    if seconds < MINUTE:
        return f"{seconds} 秒"
    if seconds < HOUR:
        return f"{seconds // MINUTE} 分钟"
    if seconds < DAY:
        minutes = seconds % HOUR // MINUTE
        return f"{seconds // HOUR} 小时" + (f" {minutes} 分" if minutes else "")
    hours = seconds % DAY // HOUR
    return f"{seconds // DAY} 天" + (f" {hours} 小时" if hours else "")


def size(count: int) -> str:
    """Write how large a file is, as WeChat does."""
    if count < KILO:
        return f"{count} B"
    return f"{count / KILO:.1f} KB" if count < KILO * KILO else f"{count / KILO / KILO:.1f} MB"


def group_name(topic: str, room: str) -> str:
    """Name a group; one that nobody gave a name is told from others by its id."""
    return topic or f"未命名的群 {room[:OF_AN_ID]}"


def first(name: str) -> str:
    """Return what stands in the round picture of somebody without one."""
    return next((sign for sign in name if sign.isalnum()), "·").upper()


def hue(name: str) -> int:
    """Choose one of eight colours, always the same for the same id."""
    return sum(map(ord, name)) % 8
