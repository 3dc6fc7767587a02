"""Everything the bot knows, compiled once."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from knowledge.classifier import Classifier
from knowledge.terms import Lexicon, Rule, Word


@dataclass(frozen=True, slots=True)
class Handbook:
    """The compiled knowledge of one revision of the configuration; it never changes."""

    classifier: Classifier

    @classmethod
    def compile(
        cls,
        *,
        rules: Sequence[Rule],
        words: Sequence[Word] = (),
        lexicons: Sequence[Lexicon] = (),
        cache: Path | None = None,
    ) -> Self:
        """Compile what a configuration says."""
        return cls(Classifier(rules, words, lexicons, cache=cache))
