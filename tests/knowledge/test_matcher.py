"""The words of a text, whoever finds them and whoever built what finds them."""

from hypothesis import given, settings, strategies as st

from knowledge import matcher
from knowledge.matcher import MANY, Matcher, PlainMatcher, matcher_for

LETTERS = "枕头退款客服不太好a1😀"
SEVERAL = st.lists(st.text(LETTERS, min_size=1, max_size=4), min_size=1, max_size=30, unique=True)


@given(SEVERAL, st.text(LETTERS, max_size=60))
@settings(deadline=None)
def test_with_and_without_the_wheel_the_same_words_are_found(words: list[str], text: str) -> None:
    assert sorted(matcher_for(words).find(text)) == sorted(PlainMatcher(words).find(text))


def test_of_very_many_words_another_process_builds_the_same() -> None:
    words = [f"第{number}号枕头" for number in range(MANY)]
    text = "第7号枕头和第4999号枕头"
    built = matcher._built_elsewhere(words)

    assert built is not None
    found: Matcher = matcher_for(words)
    assert sorted(found.find(text)) == sorted(PlainMatcher(words).find(text))
