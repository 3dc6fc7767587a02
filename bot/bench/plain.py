"""The plain way to judge a message: cut all of it, then go through the rules one by one."""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from typing_extensions import override

from bot.config import Config
from handlers.library import handbook
from knowledge.classifier import ANYWHERE, Classifier, Place, Verdict
from knowledge.tokenizer import jieba_tokenizer


class PlainClassifier(Classifier):
    """What one writes first: ``jieba.lcut`` and a loop; near enough in what it says."""

    def __init__(self, config: Config, *, cache: Path | None = None) -> None:
        super().__init__(())
        self._rules = [rule for rule in config.rules if rule.mode == "live"]
        self._jieba = jieba_tokenizer(cache)
        for word in config.words:
            self._jieba.add_word(word.word, word.freq, word.tag or None)

    @override
    def classify(
        self, text: str, place: Place = ANYWHERE, *, without: frozenset[str] = frozenset()
    ) -> Verdict:
        """Say what a message is: the gravest of the rules that find their words."""
        words = set(self._jieba.lcut(text))
        rules = [rule for rule in self._rules if rule.id not in without] if without else self._rules
        fired = [rule for rule in rules if _fires(rule, text, words, place.kind)]
        if not fired:
            return Verdict()
        loudest = max(fired, key=lambda rule: (rule.label == "complaint", rule.severity))
        if sum(rule.weight for rule in fired if rule.label == loudest.label) < 1.0:
            return Verdict()
        return Verdict(loudest.label, loudest.topic, loudest.severity, 1.0, loudest.id)


def _fires(rule: Any, text: str, words: set[str], kind: str) -> bool:
    if rule.groups and kind not in rule.groups:
        return False
    if any(word in text for word in rule.none):
        return False
    if not all(_stands(alternatives.split("|"), text, words) for alternatives in rule.all):
        return False
    if _stands(rule.any, text, words) or any(re.search(each, text) for each in rule.regex):
        return True
    return any(
        all(_stands(alternatives.split("|"), text, words) for alternatives in near.words)
        for near in rule.near
    )


def _stands(wanted: Iterable[str], text: str, words: set[str]) -> bool:
    return any(word in words or word in text for word in wanted)


def fast_and_plain(config: Config, *, cache: Path | None = None) -> dict[str, Classifier]:
    """Make a classifier each way, for the same rules."""
    return {
        "fast": handbook(config, cache=cache).classifier,
        "plain": PlainClassifier(config, cache=cache),
    }
