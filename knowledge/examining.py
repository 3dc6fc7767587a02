"""One text under examination: which of its hits are words, and how they are meant."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from knowledge.matcher import Hit
from knowledge.reading import Reader
from knowledge.segment import BLOCK, Segmenter

Span = tuple[int, int]
SENTENCE_END = re.compile(r"[。！？\n]+|\.{2,}|…+")
CLAUSE_END = re.compile(r"[，；。！？\n]")
FAR = 60
"""A clause is not looked for further than this, and a sentence not much."""
NO_READINGS: frozenset[str] = frozenset()
MOST = 64
"""So many stands of one word are looked at: a text that repeats it more says nothing new."""


class Examined:
    """A text with its hits, cut and read only as far as anybody asks."""

    def __init__(self, text: str, segmenter: Segmenter, reader: Reader) -> None:
        self.text = text
        self.spans: dict[int, list[Span]] = {}
        self._segmenter = segmenter
        self._reader = reader
        self._ends: list[int] = []
        self._done = 0
        self._plain: bool | None = None
        self._readings: dict[int, frozenset[str]] = {}

    def verify(self, hits: Iterable[Hit], whole: Sequence[int]) -> None:
        """Keep the hits that are phrases, or words where jieba sees a word begin and end."""
        words: list[Hit] = []
        for hit in hits:
            if whole[hit[2]]:
                words.append(hit)
            else:
                self._keep(hit)
        words.sort()
        at = 0
        while at < len(words):
            block_start, block_end = self._block(words[at][0])
            inside: list[Hit] = []
            while at < len(words) and words[at][0] < block_end:
                inside.append(words[at])
                at += 1
            points = {point - block_start for hit in inside for point in hit[:2]}
            block = self.text[block_start:block_end]
            edges = self._segmenter.boundaries(block, points)
            for hit in inside:
                if hit[0] - block_start in edges and hit[1] - block_start in edges:
                    self._keep(hit)

    def _keep(self, hit: Hit) -> None:
        stands = self.spans.setdefault(hit[2], [])
        if len(stands) < MOST:
            stands.append(hit[:2])

    def _block(self, start: int) -> Span:
        """Find the stretch without punctuation around a place; what lies before is done with."""
        for found in BLOCK.finditer(self.text, self._done):
            if found.end() > start:
                if found.start() <= start:
                    self._done = found.end()
                    return found.span()
                break
        self._done = start + 1
        return start, start + 1

    def tokens_between(self, start: int, end: int) -> int:
        """Count the words from one place to another."""
        return len(self._segmenter.cut(self.text[start:end]))

    def negated(self, start: int) -> bool:
        """Say whether the word at ``start`` is denied."""
        return self._reader.negated(self.text, start)

    def readings(self, start: int) -> frozenset[str]:
        """Name every reading of the sentence around ``start``; asking colours only its clause."""
        if self._plain is None:
            self._plain = not self._reader.marked(self.text)
        if self._plain:
            return NO_READINGS
        begin, end = self._sentence(start)
        if end - begin > 2 * FAR:
            page = start // FAR * FAR
            begin, end = max(begin, page - FAR), min(end, page + 2 * FAR)
        if begin not in self._readings:
            self._readings[begin] = self._reader.readings(self.text[begin:end])
        readings = self._readings[begin]
        if "asked" in readings and "asked" not in self._reader.readings(self._clause(start)):
            return readings - {"asked"}
        return readings

    def _sentence(self, at: int) -> Span:
        """Find where the sentence around a place begins and ends."""
        if not self._ends:
            self._ends = [found.end() for found in SENTENCE_END.finditer(self.text)]
            self._ends.append(len(self.text))
        number = min(bisect_right(self._ends, at), len(self._ends) - 1)
        return self._ends[number - 1] if number else 0, self._ends[number]

    def _clause(self, at: int) -> str:
        """Cut out the clause around a place, its closing mark included."""
        before = CLAUSE_END.split(self.text[max(0, at - FAR) : at])[-1]
        after = self.text[at : at + FAR]
        end = CLAUSE_END.search(after)
        return before + (after[: end.end()] if end else after)
