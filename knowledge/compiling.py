"""Turns rules and lists into one table of words, each with what it is evidence for."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from knowledge.patterns import required_literals
from knowledge.terms import Near, Rule

T = TypeVar("T")
Pattern = re.Pattern[str]
NONE: frozenset[Any] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """One rule, ready: word numbers instead of words."""

    rule: Rule
    all: tuple[frozenset[int], ...] = ()
    none: frozenset[int] = NONE
    near: tuple[tuple[tuple[frozenset[int], ...], int], ...] = ()
    regex: tuple[Pattern, ...] = ()
    evidence_is_all: bool = False
    groups: frozenset[str] = NONE


@dataclass(slots=True)
class Vocabulary:
    """Every word of every rule once, by number.

    Each is evidence for some rules, may trigger others, and patterns cannot match without it.
    """

    normal: Callable[[str], str]
    cost: Callable[[str], float]
    numbers: dict[str, int] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)
    evidence: list[tuple[int, ...]] = field(default_factory=list)
    triggers: list[tuple[int, ...]] = field(default_factory=list)
    patterns: list[tuple[tuple[int, int], ...]] = field(default_factory=list)

    def number(self, word: str) -> int:
        """Give a word its number."""
        place = self.numbers.setdefault(word, len(self.numbers))
        if place == len(self.evidence):
            self.words.append(word)
            self.evidence.append(())
            self.triggers.append(())
            self.patterns.append(())
        return place

    def choices(self, words: str) -> frozenset[int]:
        """Number the words of ``a|b``; what is empty in normal form is left out."""
        normal = (self.normal(word) for word in words.split("|"))
        return frozenset(self.number(word) for word in normal if word)


def compile_rule(rule: Rule, place: int, vocabulary: Vocabulary) -> Plan:
    """Number the words of one rule and note which of them make it worth a look."""
    any_ = frozenset[int]().union(*(vocabulary.choices(words) for words in rule.any))
    all_ = tuple(vocabulary.choices(words) for words in rule.all)
    near = tuple(_near(group, vocabulary) for group in rule.near)
    plan = Plan(
        rule=rule,
        all=all_,
        none=NONE.union(*(vocabulary.choices(words) for words in rule.none)) if rule.none else NONE,
        near=near,
        regex=tuple(re.compile(pattern) for pattern in rule.regex),
        evidence_is_all=not (rule.any or rule.near or rule.regex),
        groups=frozenset(rule.groups) or NONE,
    )
    here = (place,)
    for number in any_:
        note(vocabulary.evidence, number, here)
    for number in _triggers(plan, vocabulary):
        note(vocabulary.triggers, number, here)
    for index, pattern in enumerate(rule.regex):
        for word in required_literals(pattern, vocabulary.cost):
            note(vocabulary.patterns, vocabulary.number(word), ((place, index),))
    return plan


def note(table: list[tuple[T, ...]], number: int, here: tuple[T, ...]) -> None:
    """Add to what a word is used for; words used once by the same rule share one tuple."""
    table[number] = table[number] + here if table[number] else here


def _near(group: Near, vocabulary: Vocabulary) -> tuple[tuple[frozenset[int], ...], int]:
    return tuple(vocabulary.choices(words) for words in group.words), group.within


def _triggers(plan: Plan, vocabulary: Vocabulary) -> Iterable[int]:
    """List the words without which ``near`` or ``all`` cannot come true."""
    rarest: list[frozenset[int]] = [_rarest(words, vocabulary) for words, _ in plan.near]
    if plan.evidence_is_all and plan.all:
        rarest.append(_rarest(plan.all, vocabulary))
    return frozenset[int]().union(*rarest)


def _rarest(groups: Sequence[frozenset[int]], vocabulary: Vocabulary) -> frozenset[int]:
    """Choose the group whose words stand in the fewest texts."""
    words, cost = vocabulary.words, vocabulary.cost
    return min(groups, key=lambda group: sum(cost(words[number]) for number in group))
