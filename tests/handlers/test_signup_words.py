"""How people sign up: what is a word of theirs, and what only looks like one."""

import pytest

from handlers.notices.signup_words import (
    ChainLine,
    cancels,
    check_in,
    is_chain,
    party,
    plain,
    read_chain,
)


@pytest.mark.parametrize(
    ("text", "guests"),
    [
        ("报名", 0),
        ("报名！", 0),
        (" 报名 ", 0),
        ("@小群\u2005报名", 0),
        ("我报名", 0),
        ("我要报名👍", 0),
        ("报名 2人", 1),
        ("报名两位", 1),
        ("报名 ２人", 1),
        ("报名+1", 1),
        ("报名 加三", 3),
        ("报名 1人", 0),
        ("报 名", 0),
        ("我也要报名～", 0),
        ("帮我 报名", 0),
        ("报名 @小群\u2005", 0),
        ("报名，我带2个朋友", 2),
        ("报名再加一个孩子", 1),
        ("我也报名，三个人", 2),
        ("怎么报名", None),
        ("报名了吗", None),
        ("报名费", None),
        ("不报名", None),
        ("报名 100000人", None),
    ],
)
def test_signing_up(text: str, guests: int | None) -> None:
    assert party(plain(text), "报名") == guests


@pytest.mark.parametrize("text", ["取消报名", "取消 报名", "我要取消报名。", "报名取消"])
def test_taking_it_back(text: str) -> None:
    assert cancels(plain(text), "报名")


def test_what_does_not_take_it_back() -> None:
    assert not cancels(plain("取消"), "报名")
    assert not cancels(plain("怎么取消报名"), "报名")


def test_checking_in_needs_a_code() -> None:
    assert check_in(plain("签到 8866")) == "8866"
    assert check_in(plain("签到：AB12")) == "ab12"
    assert check_in(plain("签到")) is None
    assert check_in(plain("签到了吗")) is None


def test_a_list_is_read() -> None:
    text = "#接龙\n周六门店体验\n例：姓名 人数\n\n1. 张三\n2、李四（2人）\n3. 王五 +1\n4. \n"
    text += "5. 小 明 3位"
    assert is_chain(text)
    head, lines = read_chain(text)
    assert "门店体验" in head
    assert lines == [
        ChainLine("张三"),
        ChainLine("李四", 1),
        ChainLine("王五", 1),
        ChainLine("小 明", 2),
    ]
    assert not is_chain("我们来接龙吧")
