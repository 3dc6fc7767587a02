"""When a ticket comes back that is put off, as people say it: 「2h」「半小时」「周一下午3点」."""

import re
import unicodedata
from datetime import datetime, time, timedelta

from handlers.numerals import number

LONGEST_SNOOZE = timedelta(days=30)
LENGTH = re.compile(r"(\d{1,3}|[一二两三四五六七八九十]|半)个?(m|min|分钟?|h|小时|d|天)(半)?后?")
UNITS = {"m": 1, "分": 1, "h": 60, "小": 60}
DAY = 24 * 60
DAYS = {"今": 0, "明": 1, "后": 2}
WEEKDAYS = "一二三四五六日天"
PARTS = {"早": 9, "上午": 9, "中午": 12, "下午": 14, "晚": 19}
"""When a part of the day begins, for who says no more than that."""
NOON = 12
BEFORE = {"中午": 10, "下午": NOON, "晚": NOON}
"""Said with these, hours before that are counted from noon: 「下午3点」, but not 「中午11点」."""
MOMENT = re.compile(
    r"(?:(?P<day>[今明后])[天日]?|(?P<next>下)?(?:周|星期|礼拜)(?P<weekday>[一二三四五六日天]))?"
    r"(?:(?P<part>早|上午|中午|下午|晚)[上晨]?)?"
    r"(?:(?P<hour>\d{1,2}|[一二两三四五六七八九]|二?十[一二三四五六七八九]?)(?:[点时]|:(?P<minute>\d{2}))(?P<half>半)?)?"
)
TAIL = re.compile(r"(?:再|提醒|处理).{0,8}$")


def comes_back(text: str, now: datetime) -> datetime | None:
    """Read when a ticket is to come back; None where it is not said, is over, or is too far off.

    ``now`` is local, and so is what is returned.
    """
    said = TAIL.sub("", re.sub(r"\s", "", unicodedata.normalize("NFKC", text).lower()))
    length = _length(said)
    moment = _moment(said, now) if length is None else now + length
    return moment if moment is not None and now < moment <= now + LONGEST_SNOOZE else None


def _length(said: str) -> timedelta | None:
    found = LENGTH.fullmatch(said)
    if found is None:
        return None
    amount = 0.5 if found[1] == "半" else number(found[1])
    unit = UNITS.get(found[2][0], DAY)
    return timedelta(minutes=(amount + (0.5 if found[3] else 0)) * unit)


def _moment(said: str, now: datetime) -> datetime | None:
    found = MOMENT.fullmatch(said)
    if found is None or not said:
        return None
    hour = _hour(found)
    if hour is None:
        return None
    day = _day(found, now)
    moment = datetime.combine(now.date() + timedelta(days=day or 0), hour, now.tzinfo)
    if day is None and moment <= now:
        sooner = moment + timedelta(hours=NOON)  # 「3点」 said in the morning
        clear = found["part"] or hour.hour >= NOON
        moment = moment + timedelta(days=1) if clear or sooner <= now else sooner
    return moment


def _day(found: re.Match[str], now: datetime) -> int | None:
    """Say how many days from now, if a day is named."""
    if found["day"]:
        return DAYS[found["day"]]
    if not found["weekday"]:
        return None
    ahead = min(WEEKDAYS.index(found["weekday"]), 6) - now.weekday()
    if found["next"]:
        return ahead + 7
    return ahead if ahead > 0 else ahead + 7


def _hour(found: re.Match[str]) -> time | None:
    """Say at what time of the day: what is named, or when that part of the day begins."""
    part = found["part"] or ""
    if found["hour"] is None:
        return time(PARTS.get(part, PARTS["早"]))
    hour, minute = number(found["hour"]), int(found["minute"] or (30 if found["half"] else 0))
    if hour < BEFORE.get(part, 0):
        hour += NOON
    try:
        return time(hour, minute)
    except ValueError:
        return None
