"""What is spared for speed changes no verdict."""

from dataclasses import replace
from functools import cache

from hypothesis import given, settings, strategies as st

from knowledge.classifier import ANYWHERE, Classifier, Place
from knowledge.rivalry import SECONDED
from knowledge.terms import Lexicon, Rule
from knowledge.weighing import Load, Scales
from tests.knowledge.shelf import lexicons, messages, rules, shipped

WORDS = (
    *("客服", "退款", "太差", "吗", "怎么", "谢谢", "好用", "报名", "加微信", "昨天", "三天"),
    *("还没", "到", "失望", "不", "没有", "香", "塌了", "2024"),
)
SAID = st.one_of(
    st.sampled_from([text for _, _, text in messages()]),
    st.lists(st.sampled_from([text for _, _, text in messages()]), max_size=3).map("，".join),
    st.lists(st.sampled_from(WORDS), max_size=9).map("".join),
)
PLACES = st.sampled_from([ANYWHERE, Place("fan"), Place("training", "r1", frozenset({"north"}))])
MANAGERS = (
    Rule("ours", "complaint", any=("客服", "塌了"), weight=0.6),
    Rule("ours-strong", "question", any=("怎么", "还没")),
    Rule("ours-trial", "praise", any=("好用", "香"), mode="shadow"),
    Rule("ours-digits", "ad", any=("微信",), regex=(r"20\d\d",), weight=0.7),
)


class Thorough(Classifier):
    """Looks into everything, whether it can matter or not."""

    sparing = False


@cache
def thorough() -> Classifier:
    return Thorough(rules(), (), lexicons())


@cache
def managed(kind: type[Classifier]) -> Classifier:
    """Add rules that no list may overrule, one on trial, and a list that somebody wrote."""
    by_hand = Lexicon("by-hand", "signup", 1.0, weights={"报名": 0.7, "三天": 0.4})
    trial = [replace(x, mode="shadow") if x.id == "learned-ad" else x for x in lexicons()]
    return kind((*rules(), *MANAGERS), (), (*trial, by_hand))


def test_every_message_is_judged_as_if_all_had_been_looked_into() -> None:
    for kind, _, text in messages():
        for place in (Place(kind), ANYWHERE):
            assert shipped().classify(text, place) == thorough().classify(text, place)


@given(SAID, PLACES)
@settings(max_examples=300, deadline=None)
def test_so_is_whatever_else_is_said(text: str, place: Place) -> None:
    assert shipped().classify(text, place) == thorough().classify(text, place)


@given(SAID, PLACES)
@settings(max_examples=300, deadline=None)
def test_and_so_it_is_beside_rules_of_a_manager(text: str, place: Place) -> None:
    assert managed(Classifier).classify(text, place) == managed(Thorough).classify(text, place)


@cache
def scales() -> Scales:
    return Scales.of(lexicons(), str, learned=True, slack=SECONDED)


@given(SAID)
@settings(max_examples=200, deadline=None)
def test_no_list_that_may_be_heavy_is_passed_over(text: str) -> None:
    load = Load(scales(), text)
    for x, seat, margin in zip(
        scales().lexicons, scales().seats, load.margins(scales().seats), strict=True
    ):
        if margin >= (-SECONDED if x.rivals else 0.0):
            assert load.near & (2 * seat.middle << seat.shift)


@cache
def alone(kind: type[Classifier]) -> Classifier:
    """Judge by the lists alone, so that no rule's word stands anywhere."""
    return kind((), (), lexicons())


@given(SAID, PLACES)
@settings(max_examples=200, deadline=None)
def test_and_so_it_is_where_no_rule_has_a_word(text: str, place: Place) -> None:
    assert alone(Classifier).classify(text, place) == alone(Thorough).classify(text, place)
