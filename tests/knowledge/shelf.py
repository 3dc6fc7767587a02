"""What ships, as knowledge takes it."""

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from bot.config.rulebook import LexiconSettings, RuleSettings
from knowledge.classifier import Classifier
from knowledge.rivalry import against_base
from knowledge.terms import Lexicon, Near, Rule

ROOT = Path(__file__).parents[2]
DATA = ROOT / "knowledge" / "data"


def rule(table: dict[str, Any]) -> Rule:
    """Read a rule as the configuration writes it."""
    values = dict(RuleSettings(**table))
    near = tuple(Near(x.words, x.within) for x in values.pop("near"))
    return Rule(**values, near=near)


@cache
def rules() -> tuple[Rule, ...]:
    tables = tomllib.loads((DATA / "base.toml").read_text(encoding="utf-8"))["rules"]
    return tuple(rule(table) for table in tables)


@cache
def lexicons() -> tuple[Lexicon, ...]:
    files = (DATA / name for name in ("learned.toml", "spoken.toml"))
    tables = [x for f in files for x in tomllib.loads(f.read_text(encoding="utf-8"))["lexicons"]]
    return tuple(against_base(Lexicon(**dict(LexiconSettings(**table))) for table in tables))


@cache
def shipped() -> Classifier:
    return Classifier(rules(), (), lexicons())


@cache
def messages() -> tuple[tuple[str, str, str], ...]:
    rows = (Path(__file__).parent / "messages.tsv").read_text(encoding="utf-8").splitlines()
    return tuple((kind, label, text) for kind, label, text in (row.split("\t") for row in rows))
