"""A section that does not say which model it is about is about the one its chapter is about."""

from random import Random

import pytest

from knowledge.answers import Answers, Entry
from knowledge.surroundings import Surroundings, order

MODELS = ("a7", "b2", "k9", "m3", "p5")
PARTS = ("枕套", "枕芯", "内胆", "拉链", "吊牌", "包装")


def chapters() -> list[Entry]:
    """Write a handbook: each chapter names its model in every section but the one on washing."""
    return [
        Entry(f"{model} {part}", (), f"{model}的{part}每年更换一次，联系客服登记。")
        if part != "内胆"
        else Entry(f"{model} {part}", (), f"清洗内胆用{30 + n}度温水，轻柔机洗后平铺晾干。")
        for n, model in enumerate(MODELS)
        for part in PARTS
    ]


@pytest.mark.parametrize("model", MODELS)
def test_a_section_is_about_the_model_of_its_chapter(model: str) -> None:
    asked = f"{model}内胆怎么清洗"
    ranked = Answers(chapters()).rank(asked)
    assert ranked[0].entry.id == f"{model} 内胆"


def test_where_texts_stand_in_no_order_neighbours_say_nothing() -> None:
    mixed = chapters() * 5
    Random(1).shuffle(mixed)  # noqa: S311 - the same order each time
    named = [entry.answer[:2] if entry.answer[0].isascii() else "" for entry in mixed]
    around = Surroundings([{name} - {""} for name in named])
    assert [around.evidence({"a7"}, n) for n in range(len(mixed))] == [0.0] * len(mixed)


def test_neighbours_speak_for_the_model_they_name_and_against_others() -> None:
    around = Surroundings([{"a7"}] * 20 + [set()] + [{"a7"}] * 20 + [{"b2"}] * 41)
    assert around.evidence({"a7"}, 20) > 0 > around.evidence({"b2"}, 20)
    assert around.evidence({"a7", "b2"}, 20) == around.evidence({"a7"}, 20)
    assert around.evidence({"k9"}, 20) == 0
    assert around.evidence((), 20) == 0


def test_what_a_text_names_itself_needs_no_neighbours() -> None:
    around = Surroundings([{"a7"}] * 40 + [{"b2"}] * 40)
    assert around.evidence({"a7"}, 20) == 0
    assert around.evidence({"b2"}, 20) < 0


@pytest.mark.parametrize(
    ("named", "expected"),
    [
        ([], 0.0),
        ([frozenset({"a7"})], 0.0),
        ([frozenset({"a7"})] * 50, 0.0),
        ([frozenset({name}) for name in "ab" * 50], 0.0),
        ([frozenset({"a7"}), frozenset({"b2"})], 0.0),
        ([frozenset({name}) for name in "ab" for _ in range(50)], pytest.approx(0.85, abs=0.01)),
    ],
)
def test_order_is_what_chance_cannot_make(named: list[frozenset[str]], expected: float) -> None:
    assert order(named) == expected
