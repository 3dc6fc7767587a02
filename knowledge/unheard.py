"""Which of its own words and examples a rule does not hear, and why."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple

from knowledge.classifier import ANYWHERE, OURS, Classifier, Place
from knowledge.reading import AT_HOME, NEGATED, READINGS
from knowledge.remarks import Remark, breathing
from knowledge.terms import GRAVE, Rule, Word
from knowledge.verdicts import ENOUGH

MEANT = {
    "asked": "在提问",
    "supposed": "在假设",
    "taught": "在讲课",
    "elsewhere": "在说别家",
    AT_HOME: "在说别的事",
    "settled": "已经解决",
    NEGATED: "否定",
}
HOME = Place(kind=OURS)
PATIENCE = 200
"""So many more texts are tried with the words of one rule before nothing is said of it."""
WORDS = 100
"""After so many words of one rule a rest is due."""
TOLD = 5
"""Of so many words of one rule it is told why they cannot hit; the others are counted."""
TOGETHER = 500
"""So many texts are explained by one classifier."""


@dataclass(frozen=True, slots=True)
class Unheard:
    """A text that ought to hit a rule and does not, and how the remark on it begins and ends.

    ``otherwise`` ends it where no reason is found, ``advice`` follows any reason that is. One text
    may stand for the ``whole`` rule.
    """

    rule: Rule
    key: str
    index: int | None
    text: str
    place: Place
    said: str
    otherwise: str
    advice: str = ""
    whole: bool = False


class Variant(NamedTuple):
    """The same rule without what may be the reason: some readings, or what stands in ``none``."""

    rule: Rule
    readings: tuple[str, ...] = ()


def place_of(rule: Rule) -> Place:
    """Return a place where a rule counts."""
    return Place(kind=rule.groups[0]) if rule.groups else ANYWHERE


def examples(rule: Rule, classifier: Classifier) -> Iterator[Unheard]:
    """List the examples that a rule ought to hit and does not."""
    place = place_of(rule)
    for index, text in enumerate(rule.hits):
        if rule.id not in classifier.ruled(text, place):
            said = f"例句「{text}」应当命中，却没有命中"
            cut = "／".join(classifier.cut(text))
            otherwise = f"（分词：{cut}），请补上词或改例句"
            yield Unheard(rule, "hits", index, text, place, said, otherwise, "，或改例句")


def own_words(rule: Rule, classifier: Classifier) -> list[Unheard]:
    """List the words of a rule on which it does not fire, or one text for all of them.

    Weak words say nothing by themselves: they are told only where all fail.
    """
    if rule.near or rule.regex or rule.weight <= 0:
        return []
    trial = _Trial(rule, classifier)
    failed: list[Unheard] = []
    fired = 0
    for index, word in breathing(trial.words(), each=WORDS):
        text = trial.unheard(word)
        if text is None:
            fired += 1
        else:
            failed.append(trial.told(index, word, text))
    if failed and not fired:
        return [trial.nothing(failed[0])]
    return _counted(failed) if rule.weight >= ENOUGH else []


def _counted(failed: list[Unheard]) -> list[Unheard]:
    """Keep the first few, and say how many more there are."""
    more = len(failed) - TOLD
    if more <= 0:
        return failed
    last = failed[TOLD - 1]
    said = f"{last.said}（后面还有 {more} 个词也不会命中）"
    return [*failed[: TOLD - 1], replace(last, said=said)]


class _Trial:
    """Tries a rule on its own words: each of ``any`` with one choice of every group of ``all``."""

    def __init__(self, rule: Rule, classifier: Classifier) -> None:
        self._rule = rule
        self._classifier = classifier
        self._place = place_of(rule) if rule.groups else HOME
        self._groups = [self._choices(words) for words in rule.all]
        self._patience = PATIENCE

    def _choices(self, words: str) -> list[str]:
        return [word for word in words.split("|") if self._classifier.normal(word)]

    def words(self) -> Iterator[tuple[int | None, str]]:
        """List the words to try, each with its place in ``any``; nothing where there are none.

        What stands in ``none`` as well is told by the looks of the rule.
        """
        normal = self._classifier.normal
        banned = {normal(word) for words in self._rule.none for word in words.split("|")}
        for index, words in enumerate(self._rule.any):
            for word in self._choices(words):
                if not banned or normal(word) not in banned:
                    yield index, word
        if not self._rule.any:
            yield None, ""

    def unheard(self, word: str) -> str | None:
        """Return a text of this word on which the rule does not fire; None if it does on some."""
        first = ""
        for number, text in enumerate(self._texts(word)):
            if self._rule.id in self._classifier.ruled(text, self._place):
                return None
            first = first or text
            self._patience -= number > 0
            if self._patience < 0:
                return None
        return first

    def _texts(self, word: str) -> Iterator[str]:
        """Put a word together with every choice at least once, before it and behind it."""
        if not self._groups:
            yield word
        for turn in range(max(map(len, self._groups), default=0)):
            chosen = [group[turn % len(group)] for group in self._groups]
            yield "，".join([word, *chosen] if word else chosen)
            if word:
                yield "，".join([*chosen, word])

    def told(self, index: int | None, word: str, text: str) -> Unheard:
        """Say of one word that it cannot hit."""
        said = f"「{word}」{self._where(text)}不会命中"
        otherwise = "，请换个写法，再写一条 hits 例句试一试"
        key = "all" if index is None else "any"
        return Unheard(self._rule, key, index, text, self._place, said, otherwise)

    def nothing(self, of: Unheard) -> Unheard:
        """Say of a rule that none of its words can hit."""
        said = f"连这条规则自己的词（「{of.text}」）{self._where(of.text)}都不会命中"
        index = of.index if len(self._rule.any) == 1 else None
        return replace(of, index=index, said=said, whole=True)

    def _where(self, text: str) -> str:
        """Say where a text is not heard, if it is elsewhere."""
        anywhere = not self._rule.groups and self._rule.id in self._classifier.ruled(text)
        return "在自己的群里" if anywhere else ""


def explained(
    unheard: Sequence[Unheard],
    classifier: Classifier,
    words: Sequence[Word] = (),
    *,
    cache: Path | None = None,
) -> Iterator[Remark]:
    """Tell of every text why it is not heard: a reason is one without which it would be."""
    for first in range(0, len(unheard), TOGETHER):
        some = unheard[first : first + TOGETHER]
        variants = [_variants(each, classifier) for each in some]
        judge = Classifier(
            (
                replace(variant.rule, id=f"{number} {choice}")
                for number, choices in enumerate(variants)
                for choice, variant in enumerate(choices)
            ),
            words,
            cache=cache,
        )
        for number, (each, choices) in enumerate(breathing(zip(some, variants, strict=True))):
            ids = judge.ruled(each.text, each.place)
            fits = [x for choice, x in enumerate(choices) if f"{number} {choice}" in ids]
            yield _remark(each, fits, classifier)


def _variants(unheard: Unheard, classifier: Classifier) -> list[Variant]:
    """List what the rule would be without each possible reason, the likeliest first."""
    rule = _about(unheard, classifier)
    given = frozenset(rule.despite)
    named = classifier.readings(unheard.text) - given if rule.label == GRAVE else frozenset[str]()
    if not unheard.place.kind:
        named -= {AT_HOME}
    meant = tuple(reading for reading in READINGS if reading in named)
    sets = [(reading,) for reading in meant] + [meant, (NEGATED,), (*meant, NEGATED)]
    spared = [
        Variant(replace(rule, despite=(*rule.despite, *readings)), readings)
        for readings in dict.fromkeys(sets)
        if readings and not given.issuperset(readings)
    ]
    return [*([Variant(replace(rule, none=()))] if rule.none else []), *spared]


def _about(unheard: Unheard, classifier: Classifier) -> Rule:
    """Leave of a rule's words those that stand in the text, and one at least."""
    rule, text = unheard.rule, classifier.normal(unheard.text)
    any_, none = (
        tuple(x for x in words if any(classifier.normal(y) in text for y in x.split("|")))
        for words in (rule.any, rule.none)
    )
    return replace(rule, any=any_ or rule.any[:1], none=none)


def _remark(unheard: Unheard, fits: Sequence[Variant], classifier: Classifier) -> Remark:
    """Say what is wrong with a text that is not heard, by the first reason that fits."""
    rule, key, index = unheard.rule, unheard.key, unheard.index
    if not fits:
        return Remark(rule.id, key, index, unheard.said + unheard.otherwise)
    readings = fits[0].readings
    if readings:
        meant = "、".join(f"{MEANT[reading]}（{reading}）" for reading in readings)
        despite = ", ".join(f'"{reading}"' for reading in (*rule.despite, *readings))
        unless = "，除非点了自家的名" if AT_HOME in readings else ""
        why = f"：这样说会被看作{meant}{unless}；要照样算，请写 despite = [{despite}]"
        return Remark(rule.id, key, index, unheard.said + why + unheard.advice)
    place, word = _barring(unheard, classifier)
    if unheard.whole:
        key, index = "none", place
    why = f"：里面有 none 里的「{word}」；请把它从 none 里去掉"
    return Remark(rule.id, key, index, unheard.said + why + unheard.advice)


def _barring(unheard: Unheard, classifier: Classifier) -> tuple[int, str]:
    """Find the word of ``none`` that stands in a text, rather as a word than as part of one."""
    normal = classifier.normal
    text, cut = normal(unheard.text), classifier.cut(unheard.text)
    stand = [
        (normal(word) not in cut, place, word)
        for place, words in enumerate(unheard.rule.none)
        for word in words.split("|")
        if normal(word) and normal(word) in text
    ]
    _, place, word = min(stand)
    return place, word
