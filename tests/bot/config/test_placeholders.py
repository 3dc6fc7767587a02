import pytest
from hypothesis import given, strategies as st

from bot.config.placeholders import TemplateError, fill, placeholders


def test_names_are_filled_in_and_nothing_else_is_evaluated() -> None:
    said = fill("{name} 您好，{group}：{{ 1+1 }}", {"name": "{group}", "group": "一群"})
    assert said == "{group} 您好，一群：{ 1+1 }"


def test_the_names_of_a_text_are_known() -> None:
    assert placeholders("{name}{{no}}{group}{name}") == {"name", "group"}


@pytest.mark.parametrize(
    ("text", "offset"),
    [("{", 0), ("a}", 1), ("{a b}", 0), ("x{0}", 1), ("{a.b}", 0), ("{a!r}", 0), ("{}", 0)],
)
def test_a_brace_out_of_place_is_refused_with_its_place(text: str, offset: int) -> None:
    with pytest.raises(TemplateError) as caught:
        placeholders(text)
    assert caught.value.offset == offset
    assert f"第 {offset + 1} 个字" in str(caught.value)


@given(st.text(), st.text())
def test_doubled_braces_give_back_any_text(text: str, value: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")
    assert fill(doubled + "{it}", {"it": value}) == text + value
