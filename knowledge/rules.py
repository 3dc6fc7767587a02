"""What a manager writes, and what is wrong with it before anybody is hurt."""

from collections.abc import Sequence
from dataclasses import dataclass

from knowledge.classifier import ANYWHERE, Classifier, Place
from knowledge.terms import CHAT, LABELS, Lexicon, Near, Rule, Word

__all__ = ["CHAT", "LABELS", "Lexicon", "Near", "Remark", "Rule", "Word", "inspect"]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a rule or a word: where it stands, and what to write instead.

    ``index`` is the place in the list under ``key``; a fatal remark keeps a configuration out.
    """

    id: str
    key: str
    index: int | None
    text: str
    fatal: bool = False


def inspect(
    rules: Sequence[Rule], words: Sequence[Word] = (), lexicons: Sequence[Lexicon] = ()
) -> list[Remark]:
    """Tell everything that is wrong or doubtful."""
    classifier = Classifier(rules, words, lexicons)
    return [remark for rule in rules for remark in _examples(rule, classifier)]


def _examples(rule: Rule, classifier: Classifier) -> list[Remark]:
    remarks = []
    for index, text in enumerate(rule.hits):
        if rule.id not in classifier.fires(text, _stage(rule)):
            remarks.append(Remark(rule.id, "hits", index, f"例句「{text}」应当命中，却没有命中"))
    for index, text in enumerate(rule.misses):
        if rule.id in classifier.fires(text, _stage(rule)):
            remarks.append(Remark(rule.id, "misses", index, f"例句「{text}」不应命中，却命中了"))
    return remarks


def _stage(rule: Rule) -> Place:
    """Choose a place where the rule counts, to try its examples in."""
    return Place(kind=rule.groups[0]) if rule.groups else ANYWHERE
