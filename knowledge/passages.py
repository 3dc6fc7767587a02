"""Texts that answer without repeating the question, and which of them a question means."""

from array import array
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from heapq import nlargest

from knowledge.likeness import Features, Relevance
from knowledge.surroundings import Surroundings
from knowledge.wording import CODE, Commonness, Reader

CANDIDATES = 60
SATURATION = 1.2  # k1 of BM25
BY_LENGTH = 0.9  # b of BM25
CHARACTER_WEIGHT = 2.0
NO_HELP = {1: 8, 2: 2}  # by length: a gram that more than one in so many texts holds finds nothing
FEW = 50


class Passages:
    """An index over texts; a text is known by its place in the sequence given."""

    def __init__(self, texts: Sequence[str], reader: Reader, shares: dict[str, float]) -> None:
        self._reader = reader
        self._texts = [reader.plain(text) for text in texts]
        self._codes = [Counter(CODE.findall(text)) for text in self._texts]
        self._around = Surroundings(self._codes)
        self._around_kin = Surroundings([_initials(codes) for codes in self._codes])
        counted = [_count(text) for text in self._texts]
        self._common = Commonness((counts.keys() for counts in counted), shares)
        self._holding: dict[str, tuple[array[int], array[float]]] = defaultdict(
            lambda: (array("I"), array("f"))
        )
        usual = sum(map(len, self._texts)) / max(len(texts), 1) or 1.0
        self._damps = [
            SATURATION * (1 - BY_LENGTH + BY_LENGTH * len(text) / usual) for text in self._texts
        ]
        for number, counts in enumerate(counted):
            self._add(number, counts, self._damps[number])

    def _add(self, number: int, counts: Mapping[str, int], damp: float) -> None:
        holding = self._holding
        for gram, count in counts.items():
            numbers, weights = holding[gram]
            numbers.append(number)
            weights.append(count / (count + damp))

    def candidates(
        self, text: str, among: Container[int] | None = None
    ) -> list[tuple[int, Features]]:
        """Return the most relevant texts with what is to be weighed, most relevant first."""
        if not self._texts:
            return []
        plain = self._reader.plain(text)
        asked = {gram: self._common.rarity(gram) for gram in _count(plain)}
        scores = self._score(asked)
        offered = scores if among is None else [n for n in scores if n in among]
        chosen = nlargest(CANDIDATES, offered, key=lambda n: (scores[n], -n))
        codes = frozenset(CODE.findall(plain))
        return [(number, self._measure(asked, codes, number)) for number in chosen]

    def rank(
        self, text: str, relevance: Relevance, among: Container[int] | None = None
    ) -> list[tuple[float, int]]:
        """Return how likely each candidate answers, likeliest first."""
        found = [(relevance.probability(m), n) for n, m in self.candidates(text, among)]
        return sorted(found, key=lambda each: (-each[0], each[1]))

    def _score(self, asked: Mapping[str, float]) -> dict[int, float]:
        scores: dict[int, float] = defaultdict(float)
        limits = {size: max(len(self._texts) // share, FEW) for size, share in NO_HELP.items()}
        for gram, rarity in asked.items():
            held = self._holding.get(gram)
            if held is None or len(held[0]) > limits[len(gram)]:
                continue
            weight = rarity * rarity * (CHARACTER_WEIGHT if len(gram) == 1 else 1.0)
            for number, share in zip(*held, strict=True):
                scores[number] += weight * share
        return scores

    def _measure(self, asked: Mapping[str, float], codes: frozenset[str], number: int) -> Features:
        text, damp = self._texts[number], self._damps[number]
        totals, shared, scores = [1e-9, 1e-9], [0.0, 0.0], [0.0, 0.0]
        for gram, rarity in asked.items():
            size = len(gram) - 1
            totals[size] += rarity
            if count := text.count(gram):
                shared[size] += rarity
                scores[size] += rarity * rarity * count / (count + damp)
        return {
            "characters": shared[0] / totals[0],
            "pairs": shared[1] / totals[1],
            "character_score": scores[0] / 100,
            "pair_score": scores[1] / 100,
            **_compare_codes(codes, self._codes[number]),
            "codes_around": self._around.evidence(codes, number),
            "kindred_around": self._around_kin.evidence(_initials(codes), number),
        }


def _compare_codes(asked: frozenset[str], held: Counter[str]) -> Features:
    """Compare names such as A7, k8 or b: another one of a kind is rarely what was meant."""
    shared = sum(held[code] for code in asked)
    kin = not _initials(asked).isdisjoint(_initials(held))
    both = bool(asked) and bool(held)
    return {
        "codes_shared": float(shared > 0),
        "codes_share": shared / (held.total() or 1),
        "codes_kindred": float(both and not shared and kin),
        "codes_against": float(both and not shared and not kin),
    }


def _initials(codes: Iterable[str]) -> frozenset[str]:
    return frozenset(code[0] for code in codes)


def _count(plain: str) -> Counter[str]:
    counts = Counter(plain)
    counts.update(map(str.__add__, plain, plain[1:]))
    return counts
