"""Single values as people write them in config.toml, each read into what the program works with."""

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, Any, Final
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, PlainValidator, ValidationInfo

from bot.config.hours import DailySpan, parse_span

LONGEST: Final = timedelta(days=366)
LONGEST_ID: Final = 128
LAST_PORT: Final = 65535
_UNITS = {"d": "days", "h": "hours", "m": "minutes", "s": "seconds"}
_DURATION = re.compile(r"(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?")
_PAPER = {"d": "天", "h": "小时", "m": "分钟", "s": "秒"}


def as_text(value: Any) -> str:
    """Return the value if it is text; raises ValueError with a hint."""
    if not isinstance(value, str):
        raise ValueError("这里要写文字，用英文双引号括起来")  # noqa: TRY004
    return value


def parse_duration(value: Any) -> timedelta:
    """Read "1h30m" and the like, more than nothing and at most 366 days; raises ValueError."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str):
        raise ValueError('时长要写成带单位的文字，例如 "15m"、"1h"、"3d"')  # noqa: TRY004
    found = _DURATION.fullmatch(value.strip())
    if not value.strip() or found is None:
        raise ValueError(f"「{value}」不是时长，要写成 90s、15m、1h30m、3d 这样")
    numbers = [min(int(group or 0), 10**9) for group in found.groups()]
    length = timedelta(**dict(zip(_UNITS.values(), map(float, numbers), strict=True)))
    if not timedelta(0) < length <= LONGEST:
        raise ValueError(f"「{value}」不合适：时长要大于零，最长 366d")
    return length


def write_duration(length: timedelta) -> str:
    """Write a duration for people: 1 小时 30 分钟."""
    return " ".join(f"{count} {_PAPER[unit]}" for unit, count in _counts(length)) or "0 秒"


def spell_duration(length: timedelta) -> str:
    """Write a duration as a configuration does: 1h30m."""
    return "".join(f"{count}{unit}" for unit, count in _counts(length)) or "0s"


def _counts(length: timedelta) -> Iterator[tuple[str, int]]:
    seconds = int(length.total_seconds())
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            yield unit, count


def parse_moment(value: Any) -> datetime:
    """Read an aware ISO 8601 moment into UTC; raises ValueError."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value.strip())
        except ValueError:
            raise ValueError(_bad_moment(value)) from None
    if not isinstance(value, datetime):
        raise ValueError('时间要写成 "2026-11-10T20:00:00+08:00" 这样')  # noqa: TRY004
    if value.tzinfo is None:
        raise ValueError(f"时间少了时区，请写成 {value.isoformat()}+08:00 这样")
    try:
        return value.astimezone(UTC)
    except OverflowError:
        raise ValueError(f"「{value.isoformat()}」超出了能表示的年份") from None


def _bad_moment(text: str) -> str:
    day = re.match(r"\s*(\d{4}-\d{2}-\d{2})", text)
    if day is not None:
        try:
            date.fromisoformat(day[1])
        except ValueError:
            return f"没有 {day[1]} 这一天"
    return f"「{text}」不是时间，要写成 2026-11-10T20:00:00+08:00 这样"


def parse_day(value: Any) -> date:
    """Read a day, "2026-10-01"; raises ValueError."""
    try:
        return date.fromisoformat(as_text(value).strip())
    except ValueError:
        raise ValueError(f"「{value}」不是日期，或没有这一天；要写成 2026-10-01 这样") from None


def parse_local(value: Any) -> datetime:
    """Read a moment without an offset, local to the configured time zone; raises ValueError."""
    try:
        moment = datetime.fromisoformat(as_text(value).strip())
    except ValueError:
        raise ValueError(f"「{value}」不是时间，要写成 2026-10-02T10:00 这样") from None
    if moment.tzinfo is not None:
        raise ValueError(f"「{value}」这里按 timezone 的当地时间写，不带时区")
    return moment


def parse_zone(value: Any) -> str:
    """Check the name of a time zone; raises ValueError."""
    name = as_text(value)
    try:
        ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise ValueError(f"没有「{name}」这个时区，中国大陆写 Asia/Shanghai") from None
    return name


def parse_endpoint(value: Any) -> str:
    """Check a host:port; raises ValueError."""
    text = as_text(value)
    found = re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+):(\d{1,5})", text)
    if found is None or not 1 <= int(found[2]) <= LAST_PORT:
        raise ValueError(f"「{text}」不是网关地址，要写成 主机:端口，例如 127.0.0.1:8788")
    return text


def check_line(value: str) -> str:
    """Refuse text that is empty or blank; raises ValueError."""
    if not value.strip():
        raise ValueError("这里不能是空的")
    return value


def check_id(value: str) -> str:
    """Refuse an id that is empty, long, or has blanks or control characters; raises ValueError."""
    if not value:
        raise ValueError("这里不能是空的")
    if len(value) > LONGEST_ID or any(c.isspace() or not c.isprintable() for c in value):
        raise ValueError(f"「{value[:40]}」里有空格或看不见的字符，或者太长；这里不能有这些")
    return value


def read_path(value: str, info: ValidationInfo) -> Path:
    """Make a path absolute, counted from the folder of the configuration; raises ValueError."""
    if not value.strip() or "\0" in value:
        raise ValueError("这里要写文件名")
    folder = (info.context or {}).get("folder", Path())
    return Path(folder, value).absolute()


def or_nothing(value: Any) -> Any:
    """Take an empty text for nothing written."""
    return None if value == "" else value


Duration = Annotated[timedelta, PlainValidator(parse_duration)]
Moment = Annotated[datetime, PlainValidator(parse_moment)]
Day = Annotated[date, PlainValidator(parse_day)]
LocalMoment = Annotated[datetime, PlainValidator(parse_local)]
Zone = Annotated[str, PlainValidator(parse_zone)]
Endpoint = Annotated[str, PlainValidator(parse_endpoint)]
Line = Annotated[str, AfterValidator(check_line)]
Identifier = Annotated[str, AfterValidator(check_id)]


def _read_span(value: Any) -> DailySpan | None:
    if value is None or isinstance(value, DailySpan):
        return value
    text = as_text(value)
    return parse_span(text) if text.strip() else None


def _read_hours(value: Any, info: ValidationInfo) -> str:
    """Keep service hours as they are written, if who knows the calendar can read them."""
    text = as_text(value)
    read = (info.context or {}).get("hours")
    if read is not None:
        read(text)
    return text


QuietHours = Annotated[DailySpan | None, PlainValidator(_read_span)]
Hours = Annotated[str, PlainValidator(_read_hours)]
