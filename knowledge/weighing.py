"""Word lists with weights, weighed in one pass; every sum can be taken apart into its words."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self

from knowledge.matcher import Hit, Matcher, matcher_for
from knowledge.terms import Lexicon

TOLD = 6
"""So many of the weightiest words are named as reasons."""


class Weighed(NamedTuple):
    """A list that reached its threshold, in the shape of a rule that fired."""

    id: str
    label: str
    topic: str
    severity: int
    weight: float
    live: bool
    spans: tuple[tuple[int, int], ...]
    groups: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scales:
    """Every list over one matcher: each word once, with its weight in every list."""

    lexicons: tuple[Lexicon, ...]
    matcher: Matcher
    weights: tuple[tuple[float, ...], ...]

    @classmethod
    def of(
        cls, lexicons: Sequence[Lexicon], normal: Callable[[str], str], *, native: bool = True
    ) -> Self:
        """Put the words of every list into one matcher."""
        tables = [{normal(word): w for word, w in x.weights.items()} for x in lexicons]
        words = sorted({word for table in tables for word in table if word})
        weights = tuple(tuple(table.get(word, 0.0) for word in words) for table in tables)
        return cls(tuple(lexicons), matcher_for(words, native=native), weights)

    def __bool__(self) -> bool:
        return bool(self.lexicons)

    def weigh(self, text: str) -> list[Weighed]:
        """Name the lists whose words in this text add up to their threshold."""
        hits = self.matcher.find(text)
        once = {number for _, _, number in hits}
        heavy = []
        for lexicon, weights in zip(self.lexicons, self.weights, strict=True):
            total = sum([weights[number] for number in once], lexicon.bias)
            if total >= lexicon.threshold:
                heavy.append(_told(lexicon, weights, hits, total))
        return heavy


def _told(lexicon: Lexicon, weights: Sequence[float], hits: Sequence[Hit], total: float) -> Weighed:
    """Say which words weighed most, each where it stands first."""
    first: dict[int, tuple[int, int]] = {}
    for start, end, number in sorted(hits):
        if weights[number] > 0:
            first.setdefault(number, (start, end))
    heaviest = sorted(first, key=lambda number: -weights[number])[:TOLD]
    return Weighed(
        lexicon.id,
        lexicon.label,
        lexicon.topic,
        lexicon.severity,
        1.0 + total - lexicon.threshold,
        lexicon.mode == "live",
        tuple(sorted(first[number] for number in heaviest)),
        frozenset(lexicon.groups),
    )
