"""What a rule means, one property at a time, and what is told of a bad one."""

import re
from datetime import timedelta
from typing import Any

import pytest

from knowledge.classifier import Classifier, Place
from knowledge.rules import Lexicon, Near, Rule, Word, inspect
from tests.knowledge.shelf import lexicons, rules

FAN = Place(kind="fan")
HOUR = timedelta(hours=1)


def label(text: str, *rules: Rule, place: Place = FAN) -> str:
    return Classifier(rules).classify(text, place).label


def complaint(**settings: object) -> Rule:
    return Rule("r", "complaint", **settings)  # type: ignore[arg-type]


REFUND = complaint(any=("退款",))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("我要退款", "complaint"),
        ("不退款", "chat"),
        ("没有退款", "chat"),
        ("不是不退款", "complaint"),
        ("还退不退款了", "complaint"),
        ("可以退款吗", "chat"),
        ("如果退款", "chat"),
        ("客户说要退款", "chat"),
        ("已经退款了，谢谢", "chat"),
        ("tui款", "complaint"),
        ("我要退 款 吗 ？退款！", "complaint"),
    ],
)
def test_a_word_counts_as_it_is_meant(text: str, expected: str) -> None:
    assert label(text, REFUND) == expected


def test_a_word_is_no_part_of_another() -> None:
    rule = complaint(any=("投诉",))
    assert label("我要投诉", rule) == "complaint"
    assert label("投诉者来了", rule) == "chat"


def test_a_phrase_may_cross_words() -> None:
    assert label("拉链又坏了", complaint(any=("坏了",))) == "complaint"


def test_all_must_stand_there_and_none_may() -> None:
    rule = complaint(any=("太慢",), all=("快递|物流",), none=("昨天",))
    assert label("快递太慢", rule) == "complaint"
    assert label("太慢", rule) == "chat"
    assert label("昨天快递太慢", rule) == "chat"


def test_near_counts_words_between() -> None:
    rule = complaint(near=(Near(("快递", "丢了"), 3),))
    assert label("快递居然丢了", rule) == "complaint"
    assert label("快递今天早上在楼下的时候被人家说是丢了", rule) == "chat"


def test_a_regular_expression_runs_only_where_its_literal_stands() -> None:
    rule = complaint(regex=(r"等了\d+天",))
    assert label("等了12天", rule) == "complaint"
    assert label("等了几天", rule) == "chat"


def test_weak_words_add_up() -> None:
    one = Rule("a", "complaint", any=("客服",), weight=0.5)
    two = Rule("b", "complaint", any=("无语",), weight=0.5)
    assert label("客服", one, two) == "chat"
    assert label("客服无语", one, two) == "complaint"


def test_a_rule_keeps_to_its_groups() -> None:
    rule = complaint(any=("退款",), groups=("fan", "r9", "north"))
    assert label("退款", rule, place=Place("training")) == "chat"
    assert label("退款", rule, place=Place("training", "r9")) == "complaint"
    assert label("退款", rule, place=Place("training", tags=frozenset({"north"}))) == "complaint"
    assert label("退款", rule, place=Place()) == "complaint"


def test_a_rule_on_trial_is_recorded_and_does_nothing() -> None:
    verdict = Classifier([complaint(any=("退款",), mode="shadow")]).classify("退款")
    assert (verdict.label, verdict.shadow[0].rule) == ("chat", "r")
    assert label("退款", complaint(any=("退款",), mode="off")) == "chat"


def test_the_gravest_rule_speaks_for_all() -> None:
    mild = Rule("mild", "complaint", "quality", 1, any=("太差",))
    grave = Rule("grave", "complaint", "health", 3, any=("过敏",))
    verdict = Classifier([mild, grave]).classify("太差，过敏")
    assert (verdict.rule, verdict.topic, verdict.severity) == ("grave", "health", 3)


def test_a_quotation_is_judged_apart_from_the_answer() -> None:
    quoted = "「张三：我要退款」\n- - - - - - - - - - - - - - -\n"
    classifier = Classifier([REFUND])
    assert classifier.classify(quoted + "好的").label == "chat"
    [match] = classifier.classify(quoted + "我也要退款").matches
    assert (quoted + "我也要退款")[match.start : match.end] == "退款"


def test_what_ships_is_without_fault() -> None:
    assert inspect(rules(), (), lexicons()) == []


@pytest.mark.parametrize(
    ("rule", "key", "words", "fatal"),
    [
        (complaint(), "any", "永远不会命中", True),
        (complaint(any=("",)), "any", "空的词", True),
        (complaint(any=("退款", "退款")), "any", "两遍", False),
        (complaint(any=("退",)), "any", "一个字", False),
        (complaint(any=("退款",), none=("退款",)), "none", "永远不会命中", True),
        (complaint(regex=(r"\d+",)), "regex", "固定的字", True),
        (complaint(regex=("(退+)+款",)), "regex", "卡死", True),
        (complaint(regex=("(退|退退)+款",)), "regex", "卡死", True),
        (complaint(regex=("退(.|钱)*款",)), "regex", "卡死", True),
        (complaint(regex=("客服.*不理.*客服.*不理.*退款",)), "regex", "最多隔几个字", True),
        (complaint(regex=("(?:锅[^，]*){3}漏",)), "regex", "最多隔几个字", True),
        (complaint(regex=("(退",)), "regex", "写错", True),
        (complaint(near=(Near(("退款",)),)), "near", "两个词", True),
        (Rule("r", "ad", regex=("好|到|气|哈|饭|k",)), "any", "什么话都会命中", True),
        (complaint(any=("退款",), hits=("你好",)), "hits", "没有命中", False),
        (complaint(any=("退款",), misses=("我要退款",)), "misses", "却命中了", False),
        (complaint(any=("退款",), despite=("问",)), "despite", "不认识", True),
        (complaint(any=("过敏",), severity=3, cooldown=HOUR), "cooldown", "没有工单", False),
    ],
)
def test_a_bad_rule_is_told_with_what_to_write_instead(
    rule: Rule, key: str, words: str, *, fatal: bool
) -> None:
    told = [remark for remark in inspect([rule]) if words in remark.text]
    assert [(remark.key, remark.fatal) for remark in told] == [(key, fatal)]


def told(rule: Rule) -> list[tuple[str, int | None, str]]:
    """List what is said of a rule, and that none of it keeps a configuration out."""
    remarks = inspect([rule])
    assert not [remark for remark in remarks if remark.fatal]
    return [(remark.key, remark.index, remark.text) for remark in remarks]


@pytest.mark.parametrize("groups", [(), ("fan",), ("ours",), ("north",)])
@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("门店态度差", "在讲课（taught）"),
        ("课程太水", "在讲课（taught）"),
        ("物业不管", "在说别家（elsewhere）"),
        ("手机壳发黄", "在说别的事（foreign）"),
    ],
)
def test_a_word_that_is_itself_meant_otherwise_is_told(
    word: str, meant: str, groups: tuple[str, ...]
) -> None:
    [(key, index, text)] = told(complaint(any=(word,), groups=groups))
    assert (key, index) == ("any", 0)
    assert word in text
    assert meant in text
    [despite] = re.findall(r'despite = \["(\w+)"\]', text)
    assert told(complaint(any=(word,), groups=groups, despite=(despite,))) == []


def test_a_word_that_counts_only_outside_of_our_groups_is_told_so() -> None:
    [(_, _, text)] = told(complaint(any=("手机壳发黄",)))
    assert "在自己的群里" in text
    [(_, _, text)] = told(complaint(any=("课程太水",)))
    assert "在自己的群里" not in text


def test_only_the_words_that_cannot_hit_are_told() -> None:
    [(key, index, text)] = told(complaint(any=("枕头塌了", "课程太水|枕头裂了")))
    assert (key, index) == ("any", 1)
    assert "「课程太水」" in text


def test_of_many_words_that_cannot_hit_a_few_are_told_and_the_others_counted() -> None:
    words = tuple(f"课程太水第{number}章" for number in range(20))
    remarks = told(complaint(any=("枕头塌了", *words)))
    assert [index for _, index, _ in remarks] == [1, 2, 3, 4, 5]
    assert "还有 15 个词" in remarks[-1][2]


def test_weak_words_are_told_only_where_all_of_them_fail() -> None:
    assert told(complaint(any=("枕头塌了", "课程太水"), weight=0.5)) == []
    [(key, index, text)] = told(complaint(any=("物业不管", "课程太水"), weight=0.5))
    assert (key, index) == ("any", None)
    assert "连这条规则自己的词" in text


@pytest.mark.parametrize(
    ("rule", "barring"),
    [
        (complaint(any=("退款", "退钱"), all=("订单",), none=("物流", "订单")), (1, "订单")),
        (complaint(all=("订单", "退款"), none=("订单",)), (0, "订单")),
        (complaint(any=("不给退款",), none=("退|退款",)), (0, "退款")),
        (Rule("r", "ad", any=("兼职日结",), none=("日结",), groups=("fan",)), (0, "日结")),
    ],
)
def test_a_rule_whose_own_words_stand_in_none_is_told(rule: Rule, barring: tuple[int, str]) -> None:
    place, word = barring
    [(key, index, text)] = told(rule)
    assert (key, index) == ("none", place)
    assert f"none 里的「{word}」" in text


def test_one_choice_on_which_a_rule_fires_is_enough() -> None:
    assert told(complaint(any=("太差",), all=("课程|枕头", "昨天|今天"), none=("昨天",))) == []
    assert told(complaint(any=("课程太水",), mode="off")) == []
    assert told(complaint(any=("课程太水",), weight=-9)) == []
    assert told(Rule("r", "praise", any=("课程很好",))) == []


@pytest.mark.parametrize(
    ("settings", "example", "reason"),
    [
        ({"any": ("太差",)}, "客户说太差", 'despite = ["taught"]'),
        ({"any": ("退款",), "despite": ("taught",)}, "可以退款吗", 'despite = ["taught", "asked"]'),
        ({"any": ("满意",)}, "一点都不满意", 'despite = ["negated"]'),
        ({"any": ("太差",), "none": ("昨天",)}, "昨天太差", "none 里的「昨天」"),
        ({"any": ("太差",)}, "别的话", "请补上词或改例句"),
    ],
)
def test_an_example_that_is_not_hit_is_told_with_the_reason(
    settings: dict[str, tuple[str, ...]], example: str, reason: str
) -> None:
    [(key, index, text)] = told(complaint(hits=("真是太差退款满意", example), **settings))
    assert (key, index) == ("hits", 1)
    assert "没有命中" in text
    assert reason in text


def test_words_that_cannot_be_seen_are_empty() -> None:
    for settings in ({"any": ("\u200b",)}, {"any": ("退款",), "all": ("\u200b|\ufeff",)}):
        [remark] = [remark for remark in inspect([complaint(**settings)]) if remark.fatal]
        assert (remark.key, remark.index) == (list(settings)[-1], 0)
        assert "空的词（只有看不见的字符）" in remark.text


@pytest.mark.parametrize(
    ("settings", "key", "index", "words"),
    [
        ({"any": ("退钱", "掉漆，裂了，漏水")}, "any", 1, '"掉漆", "裂了", "漏水"'),
        ({"any": ("掉漆、裂了",)}, "any", 0, '"掉漆", "裂了"'),
        ({"any": ("掉漆,裂了",)}, "any", 0, '"掉漆", "裂了"'),
        ({"any": ("退款",), "all": ("订单", "快递，物流")}, "all", 1, '"快递|物流"'),
        ({"any": ("退款",), "none": ("昨天，今天，明天",)}, "none", 0, '"昨天", "今天", "明天"'),
        ({"near": (Near(("快递，物流", "丢了")),)}, "near", 0, '"快递|物流"'),
        ({"any": ("退款|退",)}, "any", 0, "「退」只有一个字，几乎每句话都有"),
        ({"any": ("坏了",), "all": ("锅",)}, "all", 0, "「锅」只有一个字，jieba 常把它"),
        ({"near": (Near(("锅|壶", "坏了")),)}, "near", 0, "「锅」「壶」只有一个字"),
        ({"any": ("退款",), "none": ("客服", "不")}, "none", 1, "「不」只有一个字，很多句子"),
        ({"any": ("退款", "，")}, "any", 1, "「，」只有标点"),
        ({"any": ("退款",), "all": ("订单|。。。",)}, "all", 0, "「。。。」只有标点"),
        ({"any": ("退款", "tui款")}, "any", 1, "「tui款」和「退款」判断前都会变成「退款」"),
        ({"any": ("退款|退钱", "退錢")}, "any", 1, "「退錢」和「退钱」"),
        ({"any": ("退款",), "all": ("订单|快递", "快遞|订单")}, "all", 1, "等于写了两遍"),
        ({"any": ("退款", "退钱"), "none": ("物流", "tui款")}, "none", 1, "同时写在 any 和 none"),
        ({"any": ("太差 | 太慢",)}, "any", 0, "前后有空格"),
    ],
)
def test_a_word_that_is_written_amiss_is_told_where_it_stands(
    settings: dict[str, tuple[str, ...]], key: str, index: int, words: str
) -> None:
    [*_, (at, number, text)] = told(complaint(**settings))
    assert (at, number) == (key, index)
    assert words in text


def test_marks_and_characters_that_say_something_are_no_fault() -> None:
    assert told(Rule("r", "question", any=("？",))) == []
    assert (
        told(
            complaint(
                any=("满1,000", "欺诈", "欺炸"), all=("锅|电饭锅|炒锅",), none=("好的，谢谢",)
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("pattern", "words"),
    [
        ("鍋子.{0,3}漏水", "请写「锅子」"),
        ("加V信", "请写「加微信」"),
        ("GUO", "请写「guo」"),
        ("(?i)GUO", "请写「guo」"),
        ("锅１２", "请写「锅12」"),
        ("太太太差", "请写「太差」"),
        ("太差!", "请写「太差！」"),
        ("退款|換貨", "请写「换货」"),
        ("退\u200b.款", "请写「退」"),
    ],
)
def test_a_pattern_that_no_text_in_normal_form_matches_is_told(pattern: str, words: str) -> None:
    [(key, index, text)] = told(complaint(regex=("漏水", pattern)))
    assert (key, index) == ("regex", 1)
    assert words in text


def test_a_repeat_of_what_differs_is_no_fault() -> None:
    assert (
        inspect(
            [complaint(regex=("怎么办[?？]", "(?:太|真|好)+差", "(?:退|换)*货", "退(?:款|货)?"))]
        )
        == []
    )


def test_one_broken_rule_does_not_hide_what_is_wrong_with_another() -> None:
    bad, wide = complaint(any=("",)), Rule("w", "ad", regex=("好|到|气|哈|饭|k",))
    assert {remark.id for remark in inspect([bad, wide]) if remark.fatal} == {"r", "w"}


def test_rules_that_quarrel_are_told() -> None:
    one = Rule("one", "complaint", any=("退款",), hits=("我要退款",))
    two = Rule("two", "complaint", any=("要退",), misses=("我要退款",))
    assert any("矛盾" in remark.text for remark in inspect([one, two]))


def test_a_new_word_tells_what_it_cuts_otherwise() -> None:
    rule = complaint(any=("太差",), hits=("枕头太差了",))
    remarks = inspect([rule], [Word("枕头太", 90000)])
    assert any("分词" in remark.text and remark.id == "枕头太" for remark in remarks)


def test_a_list_that_needs_a_stranger_is_told() -> None:
    lexicon = Lexicon("l", "ad", 1.0, weights={"兼职": 1.0}, needs=("nobody",))
    assert [remark.fatal for remark in inspect([], [], [lexicon])] == [True]


@pytest.mark.parametrize(
    ("settings", "key", "index", "words"),
    [
        ({"threshold": 2.0}, "threshold", None, "加起来也只有 1.5"),
        ({"threshold": 1.2, "bias": -0.5}, "threshold", None, "到不了 threshold（1.2）"),
        ({"needs": ("other", "l")}, "needs", 1, "词表自己"),
        ({"over": ("r", "other", "gone", "lost")}, "over", 2, "「gone」「lost」没有这样的规则"),
        ({"weights": {"": 1.0, "兼职": 1.0}}, "weights", None, "空的词"),
        ({"weights": {"\u200b": 1.0, "兼职": 1.0}}, "weights", None, "空的词"),
        ({"weights": {"，": 1.0, "兼职": 1.0}}, "weights", None, "「，」只有标点"),
    ],
)
def test_a_list_that_cannot_do_what_it_says_is_told(
    settings: dict[str, Any], key: str, index: int | None, words: str
) -> None:
    weights = {"兼职": 1.0, "日结": 0.5, "正规": -9.0}
    given: dict[str, Any] = {"threshold": 1.0, "weights": weights} | settings
    lexicon = Lexicon("l", "ad", **given)
    other = Lexicon("other", "ad", 1.0, weights={"刷单": 1.0})
    [remark] = inspect([complaint(any=("枕头塌了",))], [], [lexicon, other])
    assert (remark.id, remark.key, remark.index, remark.fatal) == ("l", key, index, False)
    assert words in remark.text


def test_a_list_of_nothing_that_can_be_seen_is_empty() -> None:
    [remark] = inspect([], [], [Lexicon("l", "ad", 1.0, weights={"\u200b": 1.0, "": 1.0})])
    assert (remark.key, remark.fatal) == ("weights", True)


def test_a_list_that_reaches_its_threshold_is_no_fault() -> None:
    weights = {"兼职": 0.6, "日结": 0.3, "刷单": 0.1}
    assert inspect([], [], [Lexicon("l", "ad", 1.0, weights=weights)]) == []
    learned = Lexicon("l", "ad", 9.0, weights={"兼职": 1.0, "，": 1.0}, learned=True)
    assert inspect([], [], [learned]) == []
