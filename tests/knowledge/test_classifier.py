"""What a message is: right on a brand's own groups, and never beside itself."""

from hypothesis import given, settings, strategies as st

from knowledge.classifier import ANYWHERE, Classifier, Place
from knowledge.terms import LABELS, Lexicon, Rule
from tests.knowledge.shelf import lexicons, messages, rules, shipped

ENOUGH = 0.95
WILD = st.one_of(
    st.text(max_size=80),
    st.lists(st.sampled_from([text for _, _, text in messages()]), max_size=3).map("\u200b".join),
    st.text(alphabet="客服退款不太差了吗？「」\n- 加薇❤v信1２[发怒]", max_size=60),
)
PLACES = st.sampled_from([ANYWHERE, Place("fan"), Place("training", "r1", frozenset({"north"}))])


def test_messages_of_a_fan_group_and_a_training_group_are_understood() -> None:
    wrong = [
        (expected, verdict.label, text)
        for kind, expected, text in messages()
        if (verdict := shipped().classify(text, Place(kind))).label != expected
    ]
    assert len(wrong) <= (1 - ENOUGH) * len(messages()), wrong


@given(WILD, PLACES)
@settings(max_examples=300, deadline=None)
def test_nothing_upsets_it_and_every_word_stands_where_it_is_said_to(
    text: str, place: Place
) -> None:
    verdict = shipped().classify(text, place)
    assert verdict == shipped().classify(text, place)
    assert verdict.label in {*LABELS, "chat"}
    assert (verdict.label == "chat") == (not verdict.rule)
    for match in verdict.matches:
        assert 0 <= match.start < match.end <= len(text)


def test_without_the_native_wheel_it_says_the_same() -> None:
    slow = Classifier(rules(), (), lexicons(), native=False)
    assert slow.engines == {"matcher": "python", "segmenter": "jieba"}
    for kind, _, text in messages():
        assert slow.classify(text, Place(kind)) == shipped().classify(text, Place(kind))


def test_a_decision_names_its_words_in_the_text_as_typed() -> None:
    text = "你們的客服態度太太太差了"
    verdict = shipped().classify(text, Place("fan"))
    assert verdict.label == "complaint"
    assert verdict.topic == "service"
    assert any("太太太差" in text[match.start : match.end] for match in verdict.matches)


def test_a_very_long_text_is_read_to_its_end() -> None:
    text = "大家早上好呀，" * 14_000 + "客服态度太差了，我要退款"
    verdict = shipped().classify(text, Place("fan"))
    assert verdict.label == "complaint"
    assert verdict.matches[-1].start > 90_000


def test_a_very_long_text_without_a_pause_is_read_to_its_end() -> None:
    """Hits, single characters and pages were each gone through for each other."""
    for said in ("没退款", "客服太差", "繁體質量退欵", "tui款"):
        text = said * 12_000 + "，客服态度太差了，我要退款"
        assert shipped().classify(text, Place("fan")).label == "complaint", said


def test_of_a_long_text_an_expression_sees_a_page_at_a_time() -> None:
    rule = Rule("waited", "complaint", regex=("等了.*没人",))
    classifier = Classifier([rule])
    text = "好" + "的吧" * 3_000 + "等了三天还是没人" + "好吧" * 3_000
    [match] = classifier.classify(text).matches
    assert text[match.start : match.end] == "等了三天还是没人"
    assert classifier.classify("等了" + "好吧" * 3_000 + "没人").label == "chat"


def test_a_rule_for_some_groups_is_the_same_whoever_spoke_before() -> None:
    """What one word makes worth a look was remembered from the first group that said it."""
    fan, training = Place("fan"), Place("training")
    waited = Rule("waited", "complaint", regex=(r"等了\d+天",), groups=("fan",))
    for places in ([fan, training, fan], [training, fan, training]):
        classifier = Classifier([waited])
        labels = [classifier.classify("等了12天", place).label for place in places]
        assert labels == ["complaint" if place == fan else "chat" for place in places]


def test_of_a_long_sentence_each_part_is_read_by_itself() -> None:
    """Of two words in it the one that was read first decided how both were meant."""
    talk = "床单昨天早上晒干收进衣柜里面放着后来晚上拿出来铺好" * 3
    text = f"{talk[:9]}，迟到，{talk[:56]}，破洞，{talk[:56]}，谢谢客服，{talk[:15]}"
    late, hole = Rule("late", "complaint", any=("迟到",)), Rule("hole", "complaint", any=("破洞",))
    assert Classifier([hole]).classify(text).label == "chat"
    for rules_ in ([late, hole], [hole, late]):
        verdict = Classifier(rules_).classify(text)
        assert (verdict.rule, [m.word for m in verdict.matches]) == ("late", ["迟到"])


def test_a_list_by_hand_adds_up_to_its_threshold() -> None:
    classifier = Classifier([], (), [Lexicon("l", "ad", 1.0, weights={"兼职": 0.6, "日结": 0.4})])
    assert classifier.classify("兼职").label == "chat"
    assert classifier.classify("兼职 日结").label == "ad"


def test_a_list_decides_only_with_the_list_it_needs() -> None:
    one = Lexicon("one", "ad", 1.0, weights={"兼职": 1.0}, needs=("two",))
    two = Lexicon("two", "ad", 1.0, weights={"微信": 1.0})
    classifier = Classifier([], (), [one, two])
    assert classifier.classify("兼职").label == "chat"
    assert classifier.classify("微信").label == "chat"
    assert classifier.classify("兼职加微信").rule == "one"


def test_a_thousand_rules_find_the_one_that_fits() -> None:
    many = [Rule(f"r{n}", "complaint", any=(f"第{n}号故障",)) for n in range(1000)]
    assert Classifier(many).classify("出现第777号故障").rule == "r777"


def test_what_is_said_over_and_over_is_judged_as_fast() -> None:
    """「到今天都还都还都还……」：一个会卡死的正则，曾让整个机器人停下。"""
    assert shipped().classify("到今天" + "都还" * 60, Place("fan")).label in {*LABELS, "chat"}
