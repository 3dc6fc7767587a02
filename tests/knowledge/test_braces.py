"""Words that differ in one character are written together, and mean the same."""

from hypothesis import given, strategies as st

from bot.config.rulebook import unbraced
from knowledge.braces import together

WORDS = st.sets(st.text("不很真要好差加v0", min_size=1, max_size=4))


def test_what_shares_all_but_one_character_is_written_once() -> None:
    assert together(["不要", "不好", "不行", "加我"]) == ["不{好行要}", "加我"]
    assert together(["很差", "真差", "太差"]) == ["{太很真}差"]


def test_a_word_stands_in_one_place_only() -> None:
    written = together(["不差", "很差", "真差", "不好", "不要", "不行"])
    assert written == ["{很真}差", "不{好差行要}"]


def test_what_would_be_no_shorter_stays_as_it_is() -> None:
    assert together(["加我", "加v", "v", "我"]) == ["v", "加{v我}", "我"]
    assert together(["aa", "ab"]) == ["aa", "ab"]


@given(WORDS)
def test_what_is_written_together_is_read_as_the_same_words(words: set[str]) -> None:
    written = together(words)
    read = list(unbraced(" ".join(written)))
    assert sorted(read) == sorted(words)
    assert len(" ".join(written).encode()) <= len(" ".join(words).encode())
