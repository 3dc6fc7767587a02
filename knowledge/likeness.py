"""How likely two questions ask the same: a weight for each likeness and each difference.

Near misses share all but one decisive word, so it is the words that only one of them has which
decide: 「多少钱」 on one side is another question, 「请问」 is not.
"""

import math
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Self

from knowledge.text import DATA
from knowledge.wording import Commonness, Wording

FEW = 4  # words that only one of two questions has, for pairs of them to be looked at
NEVER = 1e-6
CERTAIN = 0.99  # what is asked word for word
Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Measured:
    """A wording with what its parts tell: their sum, and the length of the vector."""

    wording: Wording
    characters: float
    words: float
    lengths: tuple[float, float, float]

    @classmethod
    def of(cls, wording: Wording, common: Commonness) -> Self:
        """Measure a wording."""
        kinds = (wording.characters, wording.pairs, wording.words)
        weights = [[common.rarity(gram) for gram in grams] for grams in kinds]
        a, b, c = (math.sqrt(sum(w * w for w in each)) or 1.0 for each in weights)
        return cls(wording, sum(weights[0]) or 1.0, sum(weights[2]) or 1.0, (a, b, c))


def closeness(asked: Measured, known: Measured, common: Commonness) -> tuple[float, float, float]:
    """Return how close two wordings are by characters, pairs and words, each from 0 to 1."""
    a, b = asked.wording, known.wording
    shared = (a.characters & b.characters, a.pairs & b.pairs, a.words & b.words)
    one, two, three = (
        sum(common.rarity(gram) ** 2 for gram in grams) / (asked.lengths[n] * known.lengths[n])
        for n, grams in enumerate(shared)
    )
    return one, two, three


def overall(close: tuple[float, float, float]) -> float:
    """Sum up closeness, for a first choice of candidates."""
    return 2 * close[0] + close[1] + close[2]


def measures(
    asked: Measured, known: Measured, close: tuple[float, float, float], common: Commonness
) -> Features:
    """Return what can be measured of two questions, by name."""
    a, b = asked.wording, known.wording
    found: Features = {
        "length": abs(len(a.plain) - len(b.plain)) / 10,
        "denied": float(a.denied != b.denied),
        "swapped": float(_swapped(a.things - b.things, b.things - a.things)),
        "numbers": float(a.numbers != b.numbers),
    }
    for name, value in zip(("characters", "pairs", "words"), close, strict=True):
        found[name] = value
        found[f"{name}_squared"] = value * value
    _compare(
        found,
        "character",
        (a.characters, b.characters),
        (asked.characters, known.characters),
        common,
    )
    _compare(found, "word", (a.words, b.words), (asked.words, known.words), common)
    ours, theirs = a.aspects - b.aspects, b.aspects - a.aspects
    found["aspects_shared"] = float(len(a.aspects & b.aspects))
    found["aspects_alike"] = len(a.aspects & b.aspects) / (len(a.aspects | b.aspects) or 1)
    found["aspects_extra"] = float(bool(ours)) + float(bool(theirs))
    found["aspects_against"] = float(bool(ours) and bool(theirs))
    return found


def _swapped(ours: frozenset[str], theirs: frozenset[str]) -> bool:
    """Say whether one thing stands where the other question has another: 会员 for 代理."""
    if len(ours) != 1 or len(theirs) != 1:
        return False
    return frozenset(*ours).isdisjoint(frozenset(*theirs))


def _compare(
    found: Features,
    name: str,
    sides: tuple[frozenset[str], frozenset[str]],
    totals: tuple[float, float],
    common: Commonness,
) -> None:
    """Say how much of each side the other covers, and how telling the rest is."""
    shared = sum(map(common.rarity, sides[0] & sides[1]))
    ours = [common.rarity(gram) for gram in sides[0] - sides[1]]
    theirs = [common.rarity(gram) for gram in sides[1] - sides[0]]
    found[f"{name}_of_asked"] = shared / totals[0]
    found[f"{name}_of_known"] = shared / totals[1]
    found[f"{name}_only_asked"] = sum(ours) / 10
    found[f"{name}_only_known"] = sum(theirs) / 10
    found[f"{name}_rarest_asked"] = max(ours, default=0.0) / 5
    found[f"{name}_rarest_known"] = max(theirs, default=0.0) / 5
    found[f"{name}_rarest_both"] = min(max(ours, default=0.0), max(theirs, default=0.0)) / 5
    found[f"{name}_unknown"] = float(sum(not common.known(gram) for gram in sides[0]))


def differences(a: Wording, b: Wording) -> Iterator[str]:
    """Name what only one of two questions has: words, characters, aspects, and pairs of them."""
    ours, theirs = a.words - b.words, b.words - a.words
    yield from (f"word {word}" for word in ours | theirs)
    yield from (f"character {one}" for one in a.characters ^ b.characters)
    yield from (f"aspect {aspect}" for aspect in a.aspects ^ b.aspects)
    for one in a.aspects - b.aspects:
        yield from (f"aspect {'/'.join(sorted((one, two)))}" for two in b.aspects - a.aspects)
    if len(ours) <= FEW and len(theirs) <= FEW:
        for one in ours:
            yield from (f"word {'/'.join(sorted((one, two)))}" for two in theirs)


def logistic(score: float) -> float:
    """Turn a score into a probability."""
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, score))))


def logit(probability: float) -> float:
    """Turn a probability into a score."""
    within = min(max(probability, NEVER), 1 - NEVER)
    return math.log(within / (1 - within))


@dataclass(frozen=True, slots=True)
class Relevance:
    """What was learned: how likely something answers, from what was measured of it alone."""

    bias: float
    measures: Mapping[str, float]

    @classmethod
    def shipped(cls, name: str) -> Self:
        """Read weights that come with the bot."""
        table = tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))
        return cls(table["bias"], table["measures"])

    def probability(self, measured: Features) -> float:
        """Return how likely what was measured answers."""
        return logistic(self.bias + sum(self.measures.get(k, 0.0) * v for k, v in measured.items()))


@dataclass(frozen=True, slots=True)
class Weights:
    """What was learned: a weight of each measure, and of each difference that decides."""

    bias: float
    measures: Mapping[str, float]
    decisive: Mapping[str, float]

    @classmethod
    def shipped(cls) -> Self:
        """Read the weights that come with the bot."""
        table = tomllib.loads((DATA / "likeness.toml").read_text(encoding="utf-8"))
        decisive = {
            f"{kind} {name}": weight
            for kind in ("word", "character", "aspect")
            for name, weight in table[kind].items()
        }
        return cls(table["bias"], table["measures"], decisive)

    def probability(self, measured: Features, a: Wording, b: Wording) -> float:
        """Return how likely the two ask the same."""
        if a.plain == b.plain:
            return CERTAIN
        score = self.bias + sum(self.measures.get(k, 0.0) * v for k, v in measured.items())
        score += sum(self.decisive.get(name, 0.0) for name in differences(a, b))
        return logistic(score)
