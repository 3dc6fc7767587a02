"""Lists are learned from labelled messages."""

import tomllib

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
