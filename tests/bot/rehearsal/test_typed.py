"""A typed line is understood the way a person means it."""

import pytest

from bot.rehearsal.town import TOWN
from bot.rehearsal.typed import Typed, read_typed
from bot.transports.memory import NotPossible, World


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("张三@粉丝群: 枕头塌了", Typed("wxid_zhang", "枕头塌了", "r1")),
        ("张三＠枕头：退款：三天了", Typed("wxid_zhang", "退款：三天了", "r1")),
        (" 张三 @ r1 : 早 \n", Typed("wxid_zhang", "早", "r1")),
        ("小美@客服: #1 接单", Typed("wxid_mei", "#1 接单", "rs")),
        ("小美@群: 早", Typed("wxid_mei", "早", "rs")),
        ("老周@训练营: 早", Typed("wxid_zhou", "早", "r2")),
        ("张三: 进度", Typed("wxid_zhang", "进度", None)),
        ("张: a@b.c", Typed("wxid_zhang", "a@b.c", None)),
        ("wxid_zhang: 人工", Typed("wxid_zhang", "人工", None)),
        ("张三@经销商: 早", Typed("wxid_zhang", "早", "r2")),
    ],
)
def test_names_may_be_shortened(line: str, said: Typed) -> None:
    assert read_typed(line, World(TOWN)) == said


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("枕头塌了", "请这样写"),
        ("张三@粉丝群:", "请这样写"),
        ("", "请这样写"),
        (": 早", "请这样写"),
        ("赵四@粉丝群: 早", "没有「赵四」这个人，有：张三"),
        ("小群@粉丝群: 早", "没有「小群」这个人"),
        ("店长@群: 早", "不知道指哪个群：枕头粉丝一群、客服值班群"),
        ("张三@老乡会: 早", "没有「老乡会」这个群，有：枕头粉丝一群"),
    ],
)
def test_what_is_not_understood_gets_a_hint(line: str, hint: str) -> None:
    with pytest.raises(NotPossible, match=hint):
        read_typed(line, World(TOWN))
