"""What people say of single messages changes lists a little, and only where it must."""

from hypothesis import given, settings, strategies as st

from knowledge.classifier import Classifier, Place
from knowledge.correcting import Changes, Mistake, Objection, amend, corrected, propose
from knowledge.terms import Correction, Lexicon, Rule
from tests.knowledge.shelf import lexicons, rules, shipped

FAN = Place(kind="fan")
UNHAPPY = frozenset({"learned-unhappy"})
SAID = st.text("的没法睡枕头太差呀三0a，！", min_size=1, max_size=30)
MELON = "昨天买的西瓜不甜，太失望了"


def after(lists: list[Lexicon], changes: Changes) -> list[Lexicon]:
    return corrected(lists, [Correction(name, words) for name, words in changes.items()])


def label(lists: list[Lexicon], text: str) -> str:
    return Classifier([], (), lists).classify(text, FAN).label


def test_the_message_and_much_the_same_are_met_and_other_complaints_are_not() -> None:
    lists = [x for x in lexicons() if not x.rivals]
    better = after(lists, propose(lists, [Objection(MELON, UNHAPPY)]))
    assert label(lists, MELON) == "complaint"
    assert label(better, MELON) == label(better, "昨天买的西瓜不甜太失望了啊") == "chat"
    assert label(better, "太失望了，客服不理人，质量太差") == "complaint"


def test_a_list_that_competes_is_met_in_the_same_way() -> None:
    lists, album = list(lexicons()), "影楼的相册做得一塌糊涂，还不给重做"
    better = after(lists, propose(lists, [Objection(album, frozenset({"spoken-complaint"}))]))
    assert label(lists, album) == "complaint"
    assert label(better, album) == "chat"
    assert label(better, "说好发货的，等了半个月还没来") == "complaint"


def test_a_list_that_competes_yields_as_far_as_the_whole_needs() -> None:
    """What spoken-complaint decided could not be learned from; a rule may second it, too."""
    said = ["等了三天才到，也没人说一声", "车位被人占了没人管", "物业收了钱不办事"]
    lists = list(lexicons())
    assert {shipped().classify(text, FAN).label for text in said} == {"complaint"}
    assert shipped().classify(said[0], FAN).rule == "spoken-complaint"

    def compiled(changes: Changes) -> Classifier:
        return Classifier(rules(), (), after(lists, changes))

    changes = amend(lists, [Mistake(text, "complaint", FAN) for text in said], compiled)
    better = compiled(changes)
    assert {better.classify(text, FAN).label for text in said}.isdisjoint({"complaint"})
    assert better.classify("说好发货的，等了半个月还没来", FAN).label == "complaint"
    assert "spoken-complaint" in changes


def test_a_mistake_that_no_change_meets_changes_nothing() -> None:
    lists = [Lexicon("l", "complaint", 0.0, bias=-1.0, weights={"没法": 200.0}, learned=True)]
    rule = Rule("r", "complaint", any=("退款",))

    def compiled(changes: Changes) -> Classifier:
        return Classifier([rule], (), after(lists, changes))

    ruled, listed = (Mistake(text, "complaint", FAN) for text in ("没法，退款呀", "真是没法说"))
    assert amend(lists, [ruled], compiled) == {}
    changes = amend(lists, [ruled, listed], compiled)
    assert changes == amend(lists, [listed], compiled) != {}


def test_nothing_is_learned_from_whom_somebody_calls() -> None:
    lists = [x for x in lexicons() if not x.rivals]
    called = propose(lists, [Objection(f"@小美美\u2005{MELON}", UNHAPPY)])
    assert called == propose(lists, [Objection(MELON, UNHAPPY)])


def test_what_a_list_learned_stays_as_it_is() -> None:
    lists = list(lexicons())
    [moved] = propose(lists, [Objection(MELON, UNHAPPY)]).values()
    known = next(x for x in lists if x.id == "learned-unhappy").weights
    assert moved.keys().isdisjoint(known)
    assert all(step < 0 for step in moved.values())


def test_nothing_is_proposed_where_the_lists_are_silent_already() -> None:
    assert propose(list(lexicons()), [Objection("大家早上好", UNHAPPY)]) == {}
    lists = list(lexicons())
    better = after(lists, propose(lists, [Objection(MELON, UNHAPPY)]))
    assert propose(better, [Objection(MELON, UNHAPPY)]) == {}


def test_corrections_add_up_and_those_of_no_list_are_passed_over() -> None:
    lexicon = Lexicon("l", "ad", 1.0, weights={"兼职": 1.0})
    twice = [Correction("l", {"兼职": 0.5, "社团": -1.0}), Correction("l", {"兼职": 0.5})]
    assert corrected([lexicon], twice)[0].weights == {"兼职": 2.0, "社团": -1.0}
    assert corrected([lexicon], [Correction("m", {"兼职": 1.0})]) == [lexicon]


@settings(deadline=None, max_examples=50)
@given(st.lists(SAID, min_size=1, max_size=4))
def test_whatever_was_said_every_objection_is_met(texts: list[str]) -> None:
    lists = [Lexicon("l", "complaint", 0.0, bias=30.0, weights={"的": 5.0}, learned=True)]
    better = after(lists, propose(lists, [Objection(text, frozenset({"l"})) for text in texts]))
    silent = Classifier([], (), better)
    assert all(silent.classify(text).label == "chat" for text in texts if silent.normal(text))
