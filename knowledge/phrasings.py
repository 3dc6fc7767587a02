"""Questions that have an answer, and which of them is the one that is asked."""

from array import array
from collections import defaultdict
from collections.abc import Container, Sequence
from heapq import nlargest

from knowledge.likeness import Features, Measured, Weights, closeness, measures, overall
from knowledge.wording import Commonness, Reader, Wording

CLOSEST = 30  # looked at by closeness
CANDIDATES = 8  # looked at in full
COMMON = 8  # what more than one in so many phrasings holds is no help in finding candidates


class Phrasings:
    """An index over questions; a question is known by its place in the sequence given.

    ``owners`` says to which answer each belongs: two ways to ask for one do not compete.
    """

    def __init__(
        self,
        questions: Sequence[str],
        reader: Reader,
        shares: dict[str, float],
        owners: Sequence[str] = (),
    ) -> None:
        self._reader = reader
        self._owners = owners or [str(number) for number in range(len(questions))]
        wordings = [reader.read(question) for question in questions]
        self._common = Commonness((_grams(each) for each in wordings), shares)
        self._known = [Measured.of(each, self._common) for each in wordings]
        self._lengths = [sum(each.lengths) for each in self._known]
        self._holding: dict[str, array[int]] = defaultdict(lambda: array("I"))
        for number, each in enumerate(wordings):
            for gram in _grams(each):
                self._holding[gram].append(number)

    def candidates(
        self, text: str, among: Container[int] | None = None
    ) -> list[tuple[int, Features, Wording, Wording]]:
        """Return the closest questions with all there is to weigh, closest first."""
        asked = Measured.of(self._reader.read(text), self._common)
        near = [
            (closeness(asked, self._known[n], self._common), n)
            for n in self._closest(asked.wording, among)
        ]
        near.sort(key=lambda each: (-overall(each[0]), each[1]))
        near = near[:CANDIDATES]
        best = overall(near[0][0]) if near else 0.0
        owner = self._owners[near[0][1]] if near else ""
        others = (overall(close) for close, n in near if self._owners[n] != owner)
        second = next(others, 0.0)
        found = []
        for rank, (close, number) in enumerate(near):
            known = self._known[number]
            measured = measures(asked, known, close, self._common)
            measured["behind"] = best - overall(close)
            measured["ahead"] = best - second if rank == 0 else 0.0
            found.append((number, measured, asked.wording, known.wording))
        return found

    def rank(
        self, text: str, weights: Weights, among: Container[int] | None = None
    ) -> list[tuple[float, int]]:
        """Return how likely each candidate is what is asked, likeliest first."""
        found = [
            (weights.probability(measured, a, b), number)
            for number, measured, a, b in self.candidates(text, among)
        ]
        return sorted(found, key=lambda each: (-each[0], each[1]))

    def _closest(self, asked: Wording, among: Container[int] | None) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        limit = max(len(self._known) // COMMON, CLOSEST)
        rare = [
            (gram, numbers)
            for gram in _grams(asked)
            if (numbers := self._holding.get(gram)) is not None
        ]
        for gram, numbers in [each for each in rare if len(each[1]) <= limit] or rare:
            weight = self._common.rarity(gram) ** 2
            for number in numbers:
                scores[number] += weight
        lengths = self._lengths
        offered = scores if among is None else [n for n in scores if n in among]
        return nlargest(CLOSEST, offered, key=lambda n: scores[n] / lengths[n])


def _grams(wording: Wording) -> frozenset[str]:
    return wording.characters | wording.pairs | wording.words
