"""When something is to come back, as staff say it on a Monday at ten in the morning."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from handlers.desk.later import LONGEST_SNOOZE, comes_back

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.mark.parametrize(
    ("said", "moment"),
    [
        ("2h", "23 12:00"),
        ("30 分钟", "23 10:30"),
        ("半小时", "23 10:30"),
        ("半个小时", "23 10:30"),
        ("一个小时", "23 11:00"),
        ("１小时半", "23 11:30"),
        ("两天", "25 10:00"),
        ("3天后", "26 10:00"),
        ("明早", "24 09:00"),
        ("明天", "24 09:00"),
        ("明天上午", "24 09:00"),
        ("明天早上八点半", "24 08:30"),
        ("后天下午3点", "25 15:00"),
        ("今晚", "23 19:00"),
        ("下午", "23 14:00"),
        ("下午再说", "23 14:00"),
        ("晚上八点提醒我", "23 20:00"),
        ("3点", "23 15:00"),
        ("9点", "23 21:00"),
        ("15:30", "23 15:30"),
        ("09:30", "23 21:30"),
        ("中午12点半", "23 12:30"),
        ("周三", "25 09:00"),
        ("周一", "30 09:00"),
        ("下周一", "30 09:00"),
        ("星期天晚上", "29 19:00"),
        ("二十三点", "23 23:00"),
    ],
)
def test_people_say_when(said: str, moment: str) -> None:
    then = comes_back(said, NOW)
    assert then is not None
    assert f"{then:%d %H:%M}" == moment


@pytest.mark.parametrize(
    "said",
    [
        "",
        "很久",
        "0m",
        "99d",
        "-1h",
        "今早",
        "今天9点",
        "昨天",
        "25点",
        "8:75",
        "发货",
        "一会儿",
        "再说",
    ],
)
def test_what_is_no_time_or_over_is_refused(said: str) -> None:
    assert comes_back(said, NOW) is None


@given(
    st.text("0123456789一二两三十半个mhd小时分钟天今明后早上午中下晚周星期日点:再 ", max_size=12)
)
def test_whatever_is_typed_comes_back_soon_enough_or_never(said: str) -> None:
    then = comes_back(said, NOW)
    assert then is None or NOW < then <= NOW + LONGEST_SNOOZE
