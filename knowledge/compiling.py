"""Turns rules and lists into one table of words, each with what it is evidence for."""

import re
from array import array
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeVar

from knowledge.matcher import Hit
from knowledge.patterns import required_literals
from knowledge.terms import Near, Rule

T = TypeVar("T")
Pattern = re.Pattern[str]
Choice = tuple[int, ...]
"""The numbers of words of which any will do; a tuple is a quarter of a set's size."""


class Saying(NamedTuple):
    """What a rule says where it finds what it looks for; many rules say the same."""

    label: str
    topic: str
    severity: int
    weight: float
    live: bool


@dataclass(frozen=True, slots=True)
class Parts:
    """What more a rule asks for than one of its words: word numbers instead of words."""

    all: tuple[Choice, ...] = ()
    none: Choice = ()
    near: tuple[tuple[tuple[Choice, ...], int], ...] = ()
    regex: tuple[Pattern, ...] = ()
    evidence_is_all: bool = False

    @property
    def more(self) -> bool:
        """Say whether one of its words is not enough."""
        return bool(self.all or self.near or self.regex)


PLAIN = Parts()


@dataclass(frozen=True, slots=True)
class Plan:
    """One rule, ready. Nothing is kept of its words: they lie in the matcher."""

    id: str
    saying: Saying
    despite: tuple[str, ...]
    parts: Parts


@dataclass(slots=True)
class Vocabulary:
    """Every word of every rule once, by number.

    Each is evidence for some rules, may trigger others, is one of the parts of others again, and
    patterns cannot match without it.
    """

    normal: Callable[[str], str]
    cost: Callable[[str], float]
    numbers: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    evidence: list[tuple[int, ...]] = field(default_factory=list)
    triggers: dict[int, tuple[int, ...]] = field(default_factory=dict)
    patterns: dict[int, tuple[tuple[int, int], ...]] = field(default_factory=dict)
    parts: dict[int, tuple[int, ...]] = field(default_factory=dict)
    sayings: dict[Saying, Saying] = field(default_factory=dict)

    def number(self, word: str) -> int:
        """Give a word its number."""
        place = self.numbers.setdefault(word, len(self.numbers))
        if place == len(self.evidence):
            self.words.append(word)
            self.evidence.append(())
        return place

    def choices(self, words: str) -> Choice:
        """Number the words of ``a|b``; what is empty in normal form is left out."""
        normal = (self.normal(word) for word in words.split("|"))
        return tuple(frozenset(self.number(word) for word in normal if word))


def compile_rule(rule: Rule, place: int, vocabulary: Vocabulary) -> Plan:
    """Number the words of one rule and note which of them make it worth a look."""
    any_ = frozenset[int]().union(*(vocabulary.choices(words) for words in rule.any))
    parts = PLAIN
    if rule.all or rule.none or rule.near or rule.regex:
        parts = _parts(rule, vocabulary)
    here = (place,)
    for number in any_:
        evidence = vocabulary.evidence[number]
        vocabulary.evidence[number] = evidence + here if evidence else here
    for number in _triggers(parts, vocabulary):
        note(vocabulary.triggers, number, here)
    for group in (parts.none, *parts.all, *(group for near, _ in parts.near for group in near)):
        for number in group:
            note(vocabulary.parts, number, here)
    for index, pattern in enumerate(rule.regex):
        for word in required_literals(pattern, vocabulary.cost):
            note(vocabulary.patterns, vocabulary.number(word), ((place, index),))
    live = rule.mode == "live"
    saying = Saying(rule.label, rule.topic, rule.severity, rule.weight, live)
    return Plan(rule.id, vocabulary.sayings.setdefault(saying, saying), rule.despite, parts)


def _parts(rule: Rule, vocabulary: Vocabulary) -> Parts:
    return Parts(
        all=tuple(vocabulary.choices(words) for words in rule.all),
        none=tuple({n for words in rule.none for n in vocabulary.choices(words)}),
        near=tuple(_near(group, vocabulary) for group in rule.near),
        regex=tuple(re.compile(pattern) for pattern in rule.regex),
        evidence_is_all=not (rule.any or rule.near or rule.regex),
    )


def note(table: dict[int, tuple[T, ...]], number: int, here: tuple[T, ...]) -> None:
    """Add to what a word is used for."""
    table[number] = table.get(number, ()) + here


def _near(group: Near, vocabulary: Vocabulary) -> tuple[tuple[Choice, ...], int]:
    return tuple(vocabulary.choices(words) for words in group.words), group.within


def _triggers(parts: Parts, vocabulary: Vocabulary) -> Iterable[int]:
    """List the words without which ``near`` or ``all`` cannot come true."""
    rarest = [_rarest(words, vocabulary) for words, _ in parts.near]
    if parts.evidence_is_all and parts.all:
        rarest.append(_rarest(parts.all, vocabulary))
    return frozenset[int]().union(*rarest)


def _rarest(groups: Sequence[Choice], vocabulary: Vocabulary) -> Choice:
    """Choose the group whose words stand in the fewest texts."""
    words, cost = vocabulary.words, vocabulary.cost
    return min(groups, key=lambda group: sum(cost(words[number]) for number in group))


class Uses:
    """What words are used for: by which rules as evidence, to look at them, at all, in patterns.

    A hundred thousand words have few kinds of use: each kind is kept once.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        numbers: dict[tuple[Any, ...], int] = {}
        uses = (_use(vocabulary, number) for number in range(len(vocabulary.words)))
        self.kinds = array("I", (numbers.setdefault(use, len(numbers)) for use in uses))
        self.evidence: list[tuple[int, ...]] = [use[0] for use in numbers]
        self.mentions: list[tuple[int, ...]] = [use[1] for use in numbers]
        self.users: list[tuple[int, ...]] = [use[2] for use in numbers]
        self.patterns: list[tuple[tuple[int, int], ...]] = [use[3] for use in numbers]

    def concerned(self, kind: int) -> list[int]:
        """List the rules that have to do with a word of this kind, by their patterns too."""
        return [*self.users[kind], *(rule for rule, _ in self.patterns[kind])]

    def of(self, hits: Iterable[Hit]) -> list[int]:
        """List the kinds of use of the words found."""
        kinds = self.kinds
        return [kinds[number] for _, _, number in hits]


def _use(vocabulary: Vocabulary, number: int) -> tuple[Any, ...]:
    evidence = vocabulary.evidence[number]
    mentions = _with(evidence, vocabulary.triggers.get(number, ()))
    users = _with(mentions, vocabulary.parts.get(number, ()))
    return evidence, mentions, users, vocabulary.patterns.get(number, ())


def _with(known: tuple[int, ...], more: Iterable[int]) -> tuple[int, ...]:
    others = set(more).difference(known) if more else ()
    return (*known, *sorted(others)) if others else known
