"""How an alert names what decided: whole pieces of the sentence, as a person would quote them."""

import pytest

from handlers.reading import telling
from knowledge.classifier import Place
from tests.knowledge.shelf import shipped


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("枕头睡了三天就塌了，我要投诉", ("枕头睡了三天就塌了", "我要投诉")),
        ("太太太差了，tui款", ("太太太差了", "tui款")),
        ("😀枕头坏了 退钱", ("枕头坏了", "退钱")),
        ("退款", ("退款",)),
    ],
)
def test_no_word_is_a_piece_of_two(text: str, named: tuple[str, ...]) -> None:
    """「枕头睡了三天就塌、塌了、了，我、我要投诉」曾是客服看到的依据。"""
    verdict = shipped().classify(text, Place("fan"))
    assert telling(text, verdict) == named


def test_nothing_decided_is_nothing_named() -> None:
    text = "大家早"
    assert telling(text, shipped().classify(text, Place("fan"))) == ()
