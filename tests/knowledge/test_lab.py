"""The lab says how good rules are, what changes, and which do nothing."""

import pytest

from knowledge.bench import compare, rules_over, texts_with
from knowledge.classifier import Classifier, Place
from knowledge.lab import Line, Side, contradictions, evaluate, replay
from knowledge.terms import Rule

REFUND = Rule("refund", "complaint", any=("退款",))
LATE = Rule("late", "complaint", any=("太慢",))
LOG = [
    {"at": "2026-11-20T10:00:00+08:00", "room": "r1", "from": "a", "text": "我要退款"},
    {"at": "2026-11-21T10:00:00+08:00", "room": "r1", "from": "b", "text": "快递太慢"},
    {"at": "2026-11-21T11:00:00+08:00", "room": "r2", "from": "c", "text": "你好"},
]


def test_an_evaluation_counts_what_is_right_false_and_missed() -> None:
    lines = [
        {"text": "我要退款", "label": "bad"},
        {"text": "快递太慢", "label": "bad"},
        {"text": "退款按钮是红色的", "label": "fine"},
        {"text": "你好", "label": "fine"},
    ]
    report = evaluate(Classifier([REFUND]), lines, label="complaint", name="bad")
    assert report["complaint"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2}
    assert report["false_alarms_per_100"] == 50.0
    assert report["n"] == len(lines)
    assert [entry["text"] for entry in report["worst"]["misses"]] == ["快递太慢"]
    assert report["worst"]["false_hits"][0]["words"] == ["退款"]


def test_without_a_label_all_that_the_lines_use_are_asked_about() -> None:
    lines = [{"text": "退款", "label": "complaint"}, {"text": "好用", "label": "praise"}]
    praise = Rule("praise", "praise", any=("好用",))
    report = evaluate(Classifier([REFUND, praise]), lines)
    assert set(report["labels"]) == {"complaint", "praise"}
    assert report["praise"]["f1"] == 1.0


def test_false_alarms_are_counted_where_no_line_is_a_complaint() -> None:
    """A file of chat only was told to have 0.0 false alarms, whatever the rules did."""
    lines = [{"text": "退款按钮是红色的", "label": "chat"}, {"text": "你好", "label": "chat"}]
    report = evaluate(Classifier([REFUND]), lines)
    assert report["false_alarms_per_100"] == 50.0
    assert [entry["text"] for entry in report["worst"]["false_hits"]] == ["退款按钮是红色的"]
    assert report["labels"] == {}


def test_what_lines_call_a_label_is_all_that_counts() -> None:
    """With ``complaint=spam`` lines labelled complaint were counted as positives too."""
    lines = [{"text": "我要退款", "label": "complaint"}, {"text": "退款找我", "label": "spam"}]
    report = evaluate(Classifier([REFUND]), lines, label="complaint", name="spam")
    assert (report["complaint"]["support"], report["complaint"]["precision"]) == (1, 0.5)
    assert [entry["expected"] for entry in report["worst"]["false_hits"]] == ["not"]


def test_a_line_may_name_its_group() -> None:
    rule = Rule("refund", "complaint", any=("退款",), groups=("fan",))
    lines = [{"text": "退款", "label": "complaint", "group": kind} for kind in ("fan", "training")]
    assert evaluate(Classifier([rule]), lines)["complaint"]["recall"] == 0.5


def test_past_messages_are_told_by_rule_day_and_room() -> None:
    report = replay(Side(Classifier([REFUND, LATE])), LOG)
    assert report["messages"] == len(LOG)
    assert report["rules"]["late"]["days"] == {"2026-11-21": 1}
    assert report["rules"]["refund"]["rooms"] == {"r1": 1}


def test_a_change_tells_what_it_catches_and_misses() -> None:
    report = replay(Side(Classifier([REFUND])), LOG, against=Side(Classifier([LATE])))
    assert (report["caught"], report["missed"]) == (1, 1)
    caught = next(x for x in report["changes"] if x["change"] == "caught")
    assert (caught["text"], caught["words"]) == ("快递太慢", ["太慢"])
    assert "".join(caught["cut"]) == "快递太慢"


def test_where_a_room_is_of_a_kind_rules_keep_to_it() -> None:
    rule = Rule("late", "complaint", any=("太慢",), groups=("fan",))
    kinds = {"r1": Place("training")}

    def where(line: Line) -> Place:
        return kinds.get(line["room"], Place("fan"))

    assert replay(Side(Classifier([rule]), where), LOG)["rules"] == {}


def test_rules_that_never_hit_are_listed() -> None:
    rules = [REFUND, LATE, Rule("asleep", "ad", any=("兼职",), mode="off")]
    ids = [rule.id for rule in rules if rule.mode != "off"]
    log = [{"text": "我要退款"}, {"text": "太慢", "room": "elsewhere"}]

    def where(line: Line) -> Place | None:
        return None if line.get("room") else Place("fan")

    report = replay(Side(Classifier(rules), where), log, rules=ids)
    assert report["never_hit"] == ["late"]
    assert report["rules"].keys() == {"refund"}


def test_another_topic_or_severity_is_a_change() -> None:
    graver = Rule("refund", "complaint", any=("退款",), topic="refund", severity=3)
    report = replay(Side(Classifier([REFUND])), LOG, against=Side(Classifier([graver])))
    assert (report["caught"], report["missed"], report["changed"]) == (0, 0, 1)
    [change] = report["changes"]
    assert change["after"] == {
        "label": "complaint", "rule": "refund", "topic": "refund", "severity": 3
    }  # fmt: skip


def test_each_side_says_for_itself_where_a_line_was_said() -> None:
    rule = Rule("refund", "complaint", any=("退款",), groups=("fan",))
    classifier = Classifier([rule])
    fan = Side(classifier, lambda _: Place("fan"))
    training = Side(classifier, lambda _: Place("training"))
    assert replay(fan, LOG, against=training)["missed"] == 1


def test_a_quarrel_names_both_rules() -> None:
    one = Rule("one", "complaint", any=("退款",), hits=("我要退款",))
    two = Rule("two", "complaint", any=("要退",), misses=("我要退款",))
    assert contradictions(Classifier([one, two]), [one, two]) == [("two", "one", "我要退款")]


@pytest.mark.parametrize(
    ("groups", "others", "quarrels"),
    [
        (("fan",), ("training",), []),
        (("fan",), ("fan", "training"), [("two", "one", "我要退款")]),
        (("fan",), (), [("two", "one", "我要退款")]),
        (("fan",), ("ours",), [("two", "one", "我要退款")]),
        (("fan",), ("华东",), [("two", "one", "我要退款")]),
    ],
)
def test_rules_that_can_never_meet_do_not_quarrel(
    groups: tuple[str, ...], others: tuple[str, ...], quarrels: list[tuple[str, str, str]]
) -> None:
    one = Rule("one", "complaint", any=("退款",), hits=("我要退款",), groups=groups)
    two = Rule("two", "complaint", any=("要退",), misses=("我要退款",), groups=others)
    assert contradictions(Classifier([one, two]), [one, two]) == quarrels


def test_the_plain_ways_are_dearer_and_find_the_same() -> None:
    rules = [Rule(f"r{n}", "complaint", any=(word,)) for n, word in enumerate(("退款", "差评"))]
    texts = texts_with(["今天中午吃了一碗面条"] * 40, ["退款", "差评"], every=4)
    figures = compare(rules, texts, Classifier(rules))
    assert figures.keys() == {"lcut_and_loop", "lcut_and_index", "microseconds"}
    assert all(value > 0 for value in figures.values())


def test_where_texts_are_to_hit_the_rules_every_rule_is_hit_in_turn() -> None:
    """Of a thousand rules only every tenth was hit, each time one that needs a second word."""
    rules = rules_over([f"词{n:03}" for n in range(100)], 20)
    texts = texts_with(["今天吃了面条。"] * 200, [rule.any[0] for rule in rules], every=10)
    hit = [text for text in texts if "词" in text]
    assert len(hit) == 20
    assert {rule.any[0] for rule in rules} == {text.rpartition("，")[2] for text in hit}
