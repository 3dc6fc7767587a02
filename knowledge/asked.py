"""Questions that have an answer, found by what they are about and by how they are worded.

In a collection that people wrote down by hand each entry is about something of its own, and that
decides. In one of thousands every entry has neighbours that differ by one word: there the wording
decides, and what a question is about only helps.
"""

from collections.abc import Collection, Mapping, Sequence
from math import log

from knowledge.gist import Gists
from knowledge.likeness import CERTAIN, Relevance, Weights, logistic, logit
from knowledge.phrasings import Phrasings
from knowledge.wording import Reader

HANDFUL = 300  # questions, up to which the gist alone decides
MULTITUDE = 1500  # from which on it decides least
LEAST = 0.2


class Asked:
    """An index over questions; a question is known by its place in the sequence given."""

    def __init__(
        self,
        questions: Sequence[str],
        answers: Sequence[str],
        owners: Sequence[str],
        reader: Reader,
        shares: Mapping[str, float],
    ) -> None:
        self._reader = reader
        self._plain = [reader.plain(question) for question in questions]
        said = [reader.plain(answer) for answer in answers]
        self._gists = Gists(self._plain, said, owners, shares)
        self._meant = Relevance.shipped("gist")
        self._by_gist = share_of_gist(len(questions))
        self._phrasings: Phrasings | None = None
        if self._by_gist < 1:
            self._phrasings = Phrasings(questions, reader, dict(shares), owners)
            self._weights = Weights.shipped()

    def rank(self, text: str, among: Collection[int] | None = None) -> list[tuple[float, int]]:
        """Return how likely each candidate is what is asked, likeliest first."""
        plain = self._reader.plain(text)
        if self._phrasings is None:
            found = {n: p for p, n in self._gists.rank(plain, self._meant, among)}
        else:
            found = self._by_both(self._phrasings, text, plain, among)
        likely = [(CERTAIN if plain == self._plain[n] else p, n) for n, p in found.items()]
        return sorted(likely, key=lambda each: (-each[0], each[1]))

    def _by_both(
        self, phrasings: Phrasings, text: str, plain: str, among: Collection[int] | None
    ) -> dict[int, float]:
        worded = {n: p for p, n in phrasings.rank(text, self._weights, among)}
        meant = {n: p for p, n in self._gists.rank(plain, self._meant, worded.keys())}
        return {
            n: logistic(
                self._by_gist * logit(meant.get(n, 0.0)) + (1 - self._by_gist) * logit(probability)
            )
            for n, probability in worded.items()
        }


def share_of_gist(size: int) -> float:
    """Return how much what a question is about decides in a collection of so many."""
    if size <= HANDFUL:
        return 1.0
    grown = log(size / HANDFUL) / log(MULTITUDE / HANDFUL)
    return max(LEAST, 1 - (1 - LEAST) * grown)
