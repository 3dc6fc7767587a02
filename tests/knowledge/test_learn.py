"""Lists are learned from labelled messages."""

import tomllib
from dataclasses import replace

import pytest

from bot.config.rulebook import LexiconSettings
from knowledge.classifier import Classifier
from knowledge.learn import learn, prepare, weigh, write
from tests.knowledge.shelf import DATA, lexicons

pytest.importorskip("sklearn", reason="lists are learned with the extra `learn`")
LINES = [
    *({"text": f"客服{n}号态度太差了", "label": "bad"} for n in range(30)),
    *({"text": f"今天{n}号天气很好", "label": "fine"} for n in range(30)),
]


def test_a_list_is_learned_and_the_engine_weighs_as_learning_did() -> None:
    [lexicon] = learn(LINES, labels={"bad": "complaint"})
    classifier = Classifier([], (), [lexicon])
    assert classifier.classify("客服99号态度太差了").label == "complaint"
    assert classifier.classify("今天99号天气很好").label == "chat"
    assert classifier.classify("客服99号态度太差了").matches
    assert weigh(lexicon, prepare("态度太差")) > weigh(lexicon, prepare("天气很好"))


def test_too_few_messages_teach_nothing() -> None:
    assert learn(LINES[:4], labels={"bad": "complaint"}) == []


def test_messages_that_have_nothing_in_common_teach_nothing() -> None:
    """Eight complaints of which no character stood in two ended in a traceback."""
    bad, fine = "退塌差骗漏脱发难", "早晚好加收路哈谢"
    lines = [{"text": x, "label": "complaint" if x in bad else "chat"} for x in bad + fine]
    assert learn(lines) == []


def test_what_is_written_is_read_back_the_same() -> None:
    lists = learn(LINES, labels={"bad": "complaint"})
    [table] = tomllib.loads(write(lists))["lexicons"]
    settings = LexiconSettings(**table)
    assert dict(settings.weights) == dict(lists[0].weights)
    assert settings.learned


def test_the_shipped_lists_are_small_and_hold_no_sentences() -> None:
    assert (DATA / "learned.toml").stat().st_size <= 300_000
    longest = max(len(word) for lexicon in lexicons() for word in lexicon.weights)
    assert longest <= 4


def test_a_short_text_has_to_weigh_more_where_a_list_is_terse() -> None:
    [lexicon] = learn(LINES, labels={"bad": "complaint"})
    asks_more = replace(lexicon, terse=20.0)
    assert Classifier([], (), [lexicon]).classify("态度太差").label == "complaint"
    assert Classifier([], (), [asks_more]).classify("态度太差").label == "chat"
    assert "terse = 20.0" in write([asks_more])
