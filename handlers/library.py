"""The configuration's rules, words and questions, as knowledge takes them."""

from dataclasses import dataclass, fields
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from bot.config import Config
from knowledge.calendar import Calendar
from knowledge.correcting import corrected
from knowledge.handbook import Handbook
from knowledge.rivalry import against_base
from knowledge.rules import inspect
from knowledge.terms import Correction, Lexicon, Near, Rule, Word

T = TypeVar("T", Rule, Word, Lexicon, Near, Correction)


def handbook(config: Config, *, cache: Path | None = None) -> Handbook:
    """Compile what a configuration knows; ``cache`` is a private folder for compiled words."""
    rules, words, lexicons = _terms(config)
    return Handbook.compile(rules=rules, words=words, lexicons=lexicons, cache=cache)


@dataclass(frozen=True, slots=True)
class Doubt:
    """What is wrong or doubtful with a rule, a list or a word, for who checks a configuration."""

    rule: str
    key: str
    index: int | None
    text: str
    fatal: bool


def calendar(config: Config) -> Calendar:
    """Return the days as the configuration has them: what is published, and what it adds."""
    return Calendar(config.timezone, overrides=config.calendar.overrides())


def doubts(config: Config, *, cache: Path | None = None) -> list[Doubt]:
    """Say what is wrong or doubtful with the rules, words and lists of a configuration."""
    return [
        Doubt(remark.id, remark.key, remark.index, remark.text, remark.fatal)
        for remark in inspect(*_terms(config), cache=cache)
    ]


def _terms(config: Config) -> tuple[list[Rule], list[Word], list[Lexicon]]:
    return (
        [_as(Rule, rule) for rule in config.rules],
        [_as(Word, word) for word in config.words],
        lexicons(config),
    )


def lexicons(config: Config) -> list[Lexicon]:
    """Return the lists of a configuration with what people corrected."""
    lists = [_as(Lexicon, lexicon) for lexicon in config.lexicons]
    corrections = [_as(Correction, correction) for correction in config.corrections]
    return against_base(corrected(lists, corrections))


def _as(kind: type[T], settings: BaseModel) -> T:
    """Take over field by field: both sides use the same names for the same things."""
    values = {field.name: getattr(settings, field.name) for field in fields(kind)}
    if "near" in values:
        values["near"] = tuple(_as(Near, near) for near in values["near"])
    return kind(**values)
