"""What is denied is not said, however it is denied; and what only sounds like it still is."""

import pytest

from knowledge.classifier import ANYWHERE, Classifier, Place
from knowledge.terms import Near, Rule, Word

FAULTS = Rule("faults", "complaint", any=("掉漆", "生锈", "异味", "褪色"))
LIKED = Rule("liked", "praise", any=("满意", "好用", "推荐"))
POT = Classifier([FAULTS, LIKED])


@pytest.mark.parametrize(
    "text",
    [
        "没闻到异味",
        "闻不到异味",
        "没看到掉漆",
        "没见掉漆",
        "没有刺鼻异味",
        "不容易生锈",
        "不易生锈",
        "不怎么生锈",
        "不可能生锈",
        "没有掉漆和生锈",
        "没有掉漆、生锈",
        "没有掉漆生锈异味",
        "没有宣传的好用",
        "没有以前好用",
        "不如以前好用",
        "说不上满意",
        "不怎么满意",
        "未曾满意",
        "不建议推荐",
        "没法推荐",
    ],
)
def test_people_deny_in_many_words(text: str) -> None:
    assert POT.classify(text).label == "chat"


@pytest.mark.parametrize(
    "text",
    [
        "没想到掉漆",
        "没几天就掉漆",
        "没用两天就生锈",
        "还没用就掉漆",
        "没见过这么容易掉漆的",
        "不是说不生锈吗，才三天就生锈了",
        "没发货、异味重",
    ],
)
def test_not_every_word_that_denies_denies_this_one(text: str) -> None:
    assert POT.classify(text).label == "complaint"


@pytest.mark.parametrize("text", ["特别好用", "特别满意", "没话说，满意", "没有不满意"])
def test_who_is_especially_content_is_content(text: str) -> None:
    """「特别好用」 was read as 「别好用」."""
    assert POT.classify(text).label == "praise"


@pytest.mark.parametrize("text", ["掉漆吗", "掉漆了吗？", "这锅容易生锈吗", "这款容易褪色吗？"])
def test_a_short_question_is_asked(text: str) -> None:
    assert POT.classify(text).label == "chat"


@pytest.mark.parametrize(
    ("rule", "said", "denied"),
    [
        (
            Rule("a", "praise", all=("锅", "好用")),
            ["锅非常好用"],
            ["锅不好用", "锅一点也不好用"],
        ),
        (
            Rule("n", "praise", near=(Near(("客服", "耐心|贴心"), 4),)),
            ["客服很耐心"],
            ["客服不耐心", "客服一点也不贴心"],
        ),
        (
            Rule("c", "complaint", near=(Near(("锅", "漏水|坏了"), 5),)),
            ["锅又漏水了"],
            ["锅没有漏水", "锅从来没坏了"],
        ),
        (
            Rule("d", "complaint", all=("盖子", "松动")),
            ["盖子松动了"],
            ["盖子没有松动", "盖子一点也不松动"],
        ),
        (Rule("e", "complaint", near=(Near(("没有", "收到"), 2),)), ["快递没有收到"], []),
    ],
)
def test_every_word_of_near_and_all_may_be_denied(
    rule: Rule, said: list[str], denied: list[str]
) -> None:
    """「锅不好用」 was praise: only the first word was looked at."""
    classifier = Classifier([rule])
    assert {classifier.classify(text).label for text in said} == {rule.label}
    assert [text for text in denied if classifier.classify(text).label != "chat"] == []


def test_who_names_our_own_goods_speaks_of_them() -> None:
    """「孩子被小鹿锅烫伤送医院了」 was taken for talk of a hospital."""
    burnt = Rule("burnt", "complaint", severity=3, any=("烫伤", "漏电"))
    ours = Classifier([burnt], [Word("小鹿锅")])
    assert ours.classify("孩子被小鹿锅烫伤送医院了", Place("fan")).severity == 3
    assert ours.classify("下班回来小鹿锅漏电", Place("fan")).label == "complaint"
    assert ours.classify("孩子在学校烫伤了，送医院", Place("fan")).label == "chat"
    assert ours.classify("孩子在学校烫伤了，送医院", ANYWHERE).label == "complaint"


def test_what_somebody_is_called_is_nobodys_words() -> None:
    """「@漏电王 你好」 opened an urgent ticket."""
    classifier = Classifier([Rule("leak", "complaint", severity=3, any=("漏电",))])
    assert classifier.classify("@漏电王\u2005你好").label == "chat"
    text = "@漏电王\u2005 我的也漏电了"
    verdict = classifier.classify(text)
    assert [text[m.start : m.end] for m in verdict.matches] == ["漏电"]
    assert verdict.matches[0].start > 5
    assert classifier.fires("@漏电王\u2005你好") == frozenset()


@pytest.mark.parametrize(
    "text",
    ["掉漆了", "没有掉漆", "可以掉漆吗？", "掉漆师傅", "客户说掉漆了", "如果掉漆", "不是不掉漆"],
)
def test_a_word_by_itself_means_what_it_means_among_others(text: str) -> None:
    """A message that hits one word of one rule is judged in a shorter way."""
    fault = Rule("fault", "complaint", any=("掉漆",), none=("油漆",))
    pear = Rule("pear", "praise", any=("雪梨",), weight=0.5)
    alone = Classifier([fault]).classify(text, Place("fan"))
    among = Classifier([fault, pear]).classify(f"{text}。雪梨", Place("fan"))
    assert (alone.label, alone.matches) == (among.label, among.matches)
