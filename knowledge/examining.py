"""One text under examination: which of its hits are words, and how they are meant."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from operator import itemgetter

from knowledge.matcher import Hit
from knowledge.reading import ASKED, NO_READINGS, Reader
from knowledge.segment import BLOCK, Segmenter

Span = tuple[int, int]
SENTENCE_END = re.compile(r"[。！？\n….](?:(?<=[。！？\n])[。！？\n]*|(?<=…)…*|(?<=\.)\.+)")
CLAUSE_END = re.compile(r"[，；。！？\n]")
CLAUSE = re.compile(r"[^，；。！？\n]*")
end_of = itemgetter(1)
FAR = 60
"""A clause is not looked for further than this, and a sentence not much."""
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
        self._marks: list[Hit] | None = None
        self._readings: dict[Span, frozenset[str]] = {}
        self._meant: dict[int, frozenset[str]] = {}
        self._denied: dict[int, bool] = {}

    def verify(self, hits: Iterable[Hit], whole: Sequence[int]) -> None:
        """Keep the hits that are phrases, or words where jieba sees a word begin and end."""
        words: list[Hit] = []
        for hit in hits:
            if whole[hit[2]]:
                words.append(hit)
            else:
                self._keep(hit)
        if len(words) == 1:
            [hit] = words
            if self.is_token(hit[0], hit[1]):
                self._keep(hit)
            return
        words.sort()
        at = 0
        while at < len(words):
            block_start, block_end = self._block(words[at][0])
            inside: list[Hit] = []
            while at < len(words) and words[at][0] < block_end:
                inside.append(words[at])
                at += 1
            self._verify_inside(inside, block_start, block_end)

    def is_token(self, start: int, end: int) -> bool:
        """Say whether jieba sees a word begin and a word end here."""
        begin, stop = self._block(start)
        span = (start - begin, end - begin)
        return bool(self._segmenter.tokens(self.text[begin:stop], (span,)))

    def _verify_inside(self, hits: Sequence[Hit], begin: int, end: int) -> None:
        """Keep the hits of a block that are words."""
        block = self.text[begin:end]
        spans = [(start - begin, end - begin) for start, end, _ in hits]
        words = set(self._segmenter.tokens(block, spans))
        for hit, span in zip(hits, spans, strict=True):
            if span in words:
                self._keep(hit)

    def _keep(self, hit: Hit) -> None:
        stands = self.spans.setdefault(hit[2], [])
        if len(stands) < MOST:
            stands.append(hit[:2])

    def _block(self, start: int) -> Span:
        """Find the stretch without punctuation around a place; what lies before is done with."""
        text = self.text
        rest = BLOCK.match(text, start)
        end = rest.end() if rest else start + 1
        before = BLOCK.match(text[self._done : start][::-1]) if rest else None
        self._done = end
        return start - before.end() if before else start, end

    def tokens_between(self, start: int, end: int) -> int:
        """Count the words from one place to another."""
        return len(self._segmenter.cut(self.text[start:end]))

    def negated(self, start: int) -> bool:
        """Say whether the word at ``start`` is denied."""
        denied = self._denied.get(start)
        if denied is None:
            denied = self._denied[start] = self._reader.negated(self.text, start)
        return denied

    def denies(self, span: Span) -> bool:
        """Say whether what stands here denies what follows."""
        return self._reader.denies(self.text[slice(*span)])

    def readings(self, start: int) -> frozenset[str]:
        """Name every reading of the sentence around ``start``; asking colours only its clause."""
        if self._marks is None:
            self._marks = sorted(self._reader.marks(self.text), key=end_of)
        if not self._marks:
            return NO_READINGS
        if start not in self._meant:
            self._meant[start] = self._read(start)
        return self._meant[start]

    def _read(self, start: int) -> frozenset[str]:
        begin, end = self._sentence(start)
        if end - begin > 2 * FAR:
            page = start // FAR * FAR
            begin, end = max(begin, page - FAR), min(end, page + 2 * FAR)
        readings = self._readings.get((begin, end))
        if readings is None:
            readings = self._readings[begin, end] = self._named(begin, end)
        if ASKED in readings and ASKED not in self._named(*self._clause(start)):
            return readings - {ASKED}
        return readings

    def _named(self, begin: int, end: int) -> frozenset[str]:
        """Name the readings of a stretch by the marks that lie in it."""
        text, marks = self.text, self._marks or []
        if begin or end < len(text):
            first = bisect_left(marks, begin, key=end_of)
            last = bisect_right(marks, end, key=end_of)
            marks = [mark for mark in marks[first:last] if mark[0] >= begin]
        return self._reader.named(text[begin:end], marks) if marks else NO_READINGS

    def _sentence(self, at: int) -> Span:
        """Find where the sentence around a place begins and ends."""
        text = self.text
        if not self._ends:
            first = SENTENCE_END.search(text)
            if first is None:
                return 0, len(text)
            self._ends = [found.end() for found in SENTENCE_END.finditer(text, first.start())]
            self._ends.append(len(text))
        number = min(bisect_right(self._ends, at), len(self._ends) - 1)
        return self._ends[number - 1] if number else 0, self._ends[number]

    def _clause(self, at: int) -> Span:
        """Find where the clause around a place begins, and where it ends with its closing mark."""
        before = CLAUSE.match(self.text[max(0, at - FAR) : at][::-1])
        last = min(at + FAR, len(self.text))
        end = CLAUSE_END.search(self.text, at, last)
        return at - (before.end() if before else 0), end.end() if end else last
