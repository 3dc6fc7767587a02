"""Lists that compete: the surest speaks, rules of the house outweigh it, others second it."""

from dataclasses import replace

import pytest

from knowledge.classifier import Classifier, Place
from knowledge.rivalry import against_base
from knowledge.spoken import Said, drawn, fit, messages, sentences
from knowledge.terms import Lexicon, Rule
from tests.knowledge.shelf import DATA, lexicons, shipped

FAN = Place("fan")


def rivals(over: tuple[str, ...] = ()) -> list[Lexicon]:
    """Two lists that compete, and one that only keeps quiet."""
    weights = {"complaint": {"等": 20.0, "慢": 20.0}, "praise": {"等": 5.0, "香": 120.0}}
    lists = [
        Lexicon(label, label, 0.0, -5.0, weights=words, learned=True, rivals="r", groups=("ours",))
        for label, words in weights.items()
    ]
    quiet = Lexicon("quiet", "chat", 0.0, -5.0, weights={"车": 60.0}, learned=True, rivals="r")
    return [replace(lists[0], over=over), lists[1], replace(quiet, groups=("ours",))]


def test_only_the_surest_of_rivals_speaks() -> None:
    classifier = Classifier([], (), rivals())
    assert classifier.classify("等好慢", FAN).label == "complaint"
    assert classifier.classify("等着，真香", FAN).label == "praise"
    assert [x.label for x in classifier.classify("等着，真香", FAN).labels] == ["praise"]
    assert classifier.classify("你好", FAN).label == "chat"


def test_what_is_said_elsewhere_keeps_them_quiet() -> None:
    assert Classifier([], (), rivals()).classify("等车好慢", FAN).label == "chat"


def test_they_say_nothing_where_they_may_not() -> None:
    assert Classifier([], (), rivals()).classify("等好慢").label == "chat"


def test_a_rule_of_the_house_decides_whatever_they_say() -> None:
    rule = Rule("own", "question", any=("真香",))
    assert Classifier([rule], (), rivals()).classify("等着，真香", FAN).label == "question"


def test_a_rule_named_in_over_gives_way_to_what_is_surer() -> None:
    rule = Rule("mild", "complaint", any=("真香",), severity=3)
    classifier = Classifier([rule], (), rivals(over=("mild",)))
    assert classifier.classify("我等着呢，真香", FAN).label == "praise"


def test_a_rule_named_in_over_seconds_a_list_that_is_not_sure() -> None:
    rule = Rule("mild", "complaint", any=("货",), topic="logistics")
    classifier = Classifier([rule], (), rivals(over=("mild",)))
    assert classifier.classify("我说的还是那个货", FAN).label == "complaint"
    assert classifier.classify("我说的还是那个货", FAN).topic == "logistics"


def test_of_a_few_words_they_say_something_only_where_no_rule_does() -> None:
    rule = Rule("mild", "complaint", any=("真香",), severity=3)
    assert Classifier([], (), rivals()).classify("真香！", FAN).label == "praise"
    classifier = Classifier([rule], (), rivals(over=("mild",)))
    assert classifier.classify("真香！", FAN).label == "complaint"
    assert classifier.classify("我等着呢，真香", FAN).label == "praise"


def test_what_the_base_weighs_is_taken_off_all_its_rivals() -> None:
    base = Lexicon(
        "b", "chat", 0.0, -1.0, weights={"等": 15.0}, learned=True, rivals="r", base=True
    )
    lists = against_base([base, *rivals()])
    assert [x.id for x in lists] == [x.id for x in rivals()]
    assert [x.weights["等"] for x in lists] == [5.0, -10.0, -15.0]
    assert {x.bias for x in lists} == {-4.0}
    assert Classifier([], (), lists).classify("等一等", FAN).label == "chat"
    assert Classifier([], (), lists).classify("真香", FAN).label == "chat"
    assert Classifier([], (), lists).classify("好慢啊", FAN).label == "complaint"


def test_a_base_is_none_of_other_lists() -> None:
    base = Lexicon("b", "chat", 0.0, weights={"等": 15.0}, learned=True, rivals="q", base=True)
    assert against_base([base, *rivals()]) == rivals()


def test_a_family_is_drawn_from_the_same_way_each_time() -> None:
    family = "{:货}{三天|一周}就{塌|破}了"
    texts = drawn(family, {":货": ("枕头", "被子")})
    assert texts == drawn(family, {":货": ("枕头", "被子")})
    assert 6 <= len(texts) == len(set(texts)) <= 8
    assert all(text[:2] in {"枕头", "被子"} for text in texts)


def test_the_shipped_sentences_are_of_every_kind() -> None:
    said = sentences(DATA / "spoken.txt")
    assert {x.label for x in said} == {
        "ad",
        "chat",
        "complaint",
        "praise",
        "question",
        "signup",
    }
    assert not [x.text for x in said if set("{|}") & set(x.text)]


def test_the_shipped_messages_are_as_they_were_said() -> None:
    said = messages(DATA / "messages.txt")
    assert {x.label for x in said} == {x.label for x in sentences(DATA / "spoken.txt")}
    assert len({x.text for x in said}) == len(said)


def test_a_word_may_be_one_that_begins_or_ends_what_is_said() -> None:
    weights = {"⊢等": 40.0, "等⊣": -80.0}
    waiting = Lexicon("w", "complaint", 0.0, -5.0, weights=weights, learned=True, rivals="r")
    classifier = Classifier([], (), [replace(waiting, groups=("ours",))])
    verdict = classifier.classify("等了三天", FAN)
    assert verdict.label == "complaint"
    assert [(m.start, m.end) for m in verdict.matches] == [(0, 1)]
    assert classifier.classify("再等等吧", FAN).label == "chat"
    assert classifier.classify("等了还要等", FAN).label == "chat"


def test_of_a_bare_word_they_say_nothing() -> None:
    assert Classifier([], (), rivals()).classify("真香", FAN).label == "chat"


def test_lists_are_fitted_together() -> None:
    pytest.importorskip("sklearn", reason="lists are learned with the extra `learn`")
    said = [
        Said(f"{text}{n}", label)
        for n in range(20)
        for text, label in (("等了好久", "complaint"), ("真香", "praise"), ("早上好", "chat"))
    ]
    classifier = Classifier([], (), against_base(fit(said)))
    assert classifier.classify("等了好久", FAN).label == "complaint"
    assert classifier.classify("真香呀", FAN).label == "praise"
    assert classifier.classify("早上好", FAN).label == "chat"


def test_the_shipped_lists_are_small_and_say_which_rules_give_way() -> None:
    assert (DATA / "spoken.toml").stat().st_size <= 300_000
    ours = [x for x in lexicons() if x.rivals]
    assert {x.label for x in ours} >= {"complaint", "praise", "question", "ad", "signup", "chat"}
    assert "quality-bad" in {id_ for x in ours for id_ in x.over}


@pytest.mark.parametrize(
    "text",
    [
        "我买的枕头睡了三天就塌了，要退款，谢谢",
        "枕头塌了，我要退款，张三",
        "枕头塌了，退款，麻烦了",
        "客服骂人，态度恶劣，我要投诉",
        "我要投诉",
        "我要退货",
        "孩子过敏了",
        "什么垃圾东西",
        "不好用",
        "没效果",
        "不怎么样",
        "我要去12315",
    ],
)
def test_what_is_said_plainly_is_a_complaint(text: str) -> None:
    assert shipped().classify(text, FAN).label == "complaint"


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("枕头一股味道，我要投诉", "quality"),
        ("客服态度太差了，我要投诉", "service"),
        ("窜货的事反映多少次了，总部到底管不管", "fraud"),
    ],
)
def test_a_threat_is_about_what_it_was_uttered_for(text: str, topic: str) -> None:
    """「我要投诉」曾让每一件事都算虚假宣传。"""
    verdict = shipped().classify(text, FAN)
    assert (verdict.topic, verdict.severity) == (topic, 3)


@pytest.mark.parametrize(
    "text",
    ["枕头", "我的枕头", "床垫", "味道", "质量", "发货了", "售后", "我的还好，可能每批不太一样吧"],
)
def test_to_name_goods_is_to_complain_of_nothing(text: str) -> None:
    assert shipped().classify(text, FAN).label == "chat"
