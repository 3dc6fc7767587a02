"""One normal form, and the way back."""

import pytest
from hypothesis import given, settings, strategies as st

from knowledge.text import Normaliser

NORMAL = Normaliser.shipped()
TRICKY = st.text(
    alphabet=st.one_of(
        st.sampled_from("加微信佳喂薇❤v V Ⓥ１②ﬁ㎏太差款 tui退\u200b\ufe0f*·|發貨❤️👍🏽\n「」"),
        st.characters(),
    ),
    max_size=60,
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("質量太太太差了!!!", "质量太差了！"),
        ("佳喂", "加微"),
        ("加 微 信", "加微信"),
        ("Ⓥ信", "微信"),
        ("薇❤️ abc", "微信 abc"),
        ("加薇❤", "加微信"),
        ("➕v❤", "加微信"),
        ("jia微xin", "加微信"),
        ("tui款", "退款"),
        ("微*信", "微信"),
        ("退\u200b款", "退款"),
        ("𝓥信１２", "微信12"),
        ("天天谢谢", "天天谢谢"),
        ("[发怒]", "[发怒]"),
        ("www.a.cn/111", "www.a.cn/111"),
        ("加.微.信", "加微信"),
        ("加/微/信，哈哈哈哈", "加微信，哈"),
        ("1. 小王 面膜两份", "1. 小王 面膜两份"),
        ("我 要 退", "我要退"),
        ("太渡", "态度"),
    ],
)
def test_what_people_type_becomes_what_they_mean(typed: str, meant: str) -> None:
    assert NORMAL(typed).text == meant


@settings(deadline=None)
@given(TRICKY)
def test_every_stretch_leads_back_into_the_text(text: str) -> None:
    normal = NORMAL(text)
    last = 0
    for place in range(len(normal.text)):
        start, end = normal.original(place, place + 1)
        assert 0 <= start < end <= len(text)
        assert start >= last
        last = start


@settings(deadline=None, max_examples=400)
@given(TRICKY)
def test_the_short_way_leads_to_the_same_text(text: str) -> None:
    assert NORMAL.plain(text) == NORMAL(text).text


@settings(deadline=None)
@given(st.text(alphabet="退款太差加微信，。abc", max_size=40))
def test_what_is_normal_stays_and_stands_where_it_stood(text: str) -> None:
    once = NORMAL(text).text
    again = NORMAL(once)
    if again.text == once:
        assert [once[slice(*again.original(n, n + 1))] for n in range(len(once))] == list(once)


def test_what_moves_moves_whole() -> None:
    moved = NORMAL("退款").moved(5)
    assert moved.original(0, 2) == (5, 7)
