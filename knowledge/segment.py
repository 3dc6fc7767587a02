"""jieba's words and jieba's cuts, from an automaton that is ready in a fraction of the time.

Same dictionary, same dynamic programme, same tokens. Where no native wheel is to be had, jieba
itself does the work.
"""

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cached_property
from pathlib import Path
from typing import Protocol

from knowledge.dictionary import Dictionary
from knowledge.matcher import Hit, matcher_for
from knowledge.terms import Word
from knowledge.tokenizer import JiebaSegmenter, Span, commonness
from knowledge.viterbi import Viterbi

KNOWN = 10_000
"""Of so many words it is remembered whether they are one where no other word stands across."""
BLOCK = re.compile(r"[\u4e00-\u9fd5a-zA-Z0-9+#&\._%\-]+")
BREAK = re.compile(r"(\r\n|\s)")


class Segmenter(Protocol):
    """Cuts text into words as jieba does, knowing the words of the house."""

    engine: str

    def cut(self, text: str) -> list[str]:
        """Cut a text; the tokens joined are the text again."""
        ...

    def cut_block(self, block: str) -> list[str]:
        """Cut a stretch without punctuation, as ``BLOCK`` finds them."""
        ...

    def tokens(self, block: str, spans: Collection[Span]) -> Collection[Span]:
        """Choose the stretches of a block that begin where a word does and end where one does."""
        ...

    def knows(self, word: str) -> bool:
        """Say whether this is one word to the dictionary or the house."""
        ...

    def is_word(self, text: str) -> bool:
        """Say whether a text by itself is cut into one word, which is known."""
        ...

    def commonness(self, word: str) -> float:
        """Say how often a word was seen where jieba learned; of a character, as part of words."""
        ...


def cut_between_blocks(text: str) -> list[str]:
    """Cut what is not words: every character for itself."""
    return list(text.replace("\r\n", "\r")) if "\r\n" not in text else _with_newlines(text)


def _with_newlines(text: str) -> list[str]:
    tokens: list[str] = []
    for part in BREAK.split(text):
        tokens += [part] if BREAK.fullmatch(part) else list(part)
    return tokens


class NativeSegmenter:
    """The dictionary in a double-array automaton; one call gives every word of a block."""

    engine = "daachorse"

    def __init__(self, dictionary: Dictionary, words: Sequence[Word] = ()) -> None:
        self._find = dictionary.find
        self._logs = dictionary.logs
        house = {word.word: word for word in words}
        self._house = matcher_for(list(house))
        self._house_logs = [math.log(word.freq) for word in house.values()]
        self._total = math.log(dictionary.total + sum(word.freq for word in words))
        self._tokens: dict[str, bool] = {}

    @cached_property
    def _viterbi(self) -> Viterbi:
        return Viterbi.of_jieba()

    def knows(self, word: str) -> bool:
        """Say whether this is one word to the dictionary or the house."""
        size = len(word)
        return any(b - a == size for a, b, _ in self._house.find(word)) or any(
            b - a == size for a, b, _ in self._find(word)
        )

    def is_word(self, text: str) -> bool:
        """Say whether a text by itself is cut into one word, which is known."""
        if len(text) == 1 or not BLOCK.fullmatch(text):
            return len(text) == 1 and self.knows(text)
        return self._route(len(text), self._edges(text))[0] == len(text)

    def commonness(self, word: str) -> float:
        """Say how often a word was seen where jieba learned; of a character, as part of words."""
        size = len(word)
        seen = [math.exp(self._logs[i]) for a, b, i in self._find(word) if b - a == size]
        return commonness(word, max(seen, default=1.0))

    def cut(self, text: str) -> list[str]:
        """Cut a text; the tokens joined are the text again."""
        tokens: list[str] = []
        last = 0
        for found in BLOCK.finditer(text):
            a, b = found.span()
            if a > last:
                tokens += cut_between_blocks(text[last:a])
            tokens += self.cut_block(text[a:b])
            last = b
        if last < len(text):
            tokens += cut_between_blocks(text[last:])
        return tokens

    def cut_block(self, block: str) -> list[str]:
        """Cut a stretch without punctuation."""
        edges = self._edges(block)
        jumps = self._route(len(block), edges)
        tokens: list[str] = []
        at, loose, size = 0, -1, len(block)
        while at < size:
            to = jumps[at]
            if to == at + 1:
                if loose < 0:
                    loose = at
            else:
                if loose >= 0:
                    self._gather(block, (loose, at), tokens)
                    loose = -1
                tokens.append(block[at:to])
            at = to
        if loose >= 0:
            self._gather(block, (loose, size), tokens)
        return tokens

    def tokens(self, block: str, spans: Collection[Span]) -> Collection[Span]:
        """Choose the stretches of a block that begin where a word does and end where one does.

        Where it is beyond doubt for all of them, the block need not be cut.
        """
        edges = self._find(block)
        own = self._house.find(block)
        if own:
            edges = _with_house(edges, own)
        elif len(spans) == 1 and self._sure(block, edges, *spans):
            return spans
        edges.sort(reverse=True)
        points = sorted({point for span in spans for point in span})
        found = self._boundaries(block, edges, points)
        return [span for span in spans if span[0] in found and span[1] in found]

    def _sure(self, block: str, edges: list[Hit], span: Span) -> bool:
        """Say whether a stretch is a token, by no more than the words around it.

        Only words that overlap, and those that overlap these, can decide it: where none stands
        across, the likeliest ways before and behind do not depend on each other, and a word is
        the same everywhere. A single character may yet be joined with its neighbours.
        """
        start, end = span
        if end - start == 1:
            return False
        for a, b, _ in edges:
            if a < end and b > start and (a < start or b > end):
                return self._sure_among(edges, span)
        word = block[start:end]
        known = self._tokens.get(word)
        if known is None:
            known = self._sure_among(edges, span)
            if len(self._tokens) < KNOWN:
                self._tokens[word] = known
        return known

    def _sure_among(self, edges: list[Hit], span: Span) -> bool:
        """Follow the likeliest way through the words that a stretch hangs together with."""
        start, end = span
        low, high = start, end
        grown = True
        while grown:
            grown = False
            for a, b, _ in edges:
                if a < high and b > low and (a < low or b > high):
                    low, high = min(a, low), max(b, high)
                    grown = True
        near = [(a - low, b - low, i) for a, b, i in edges if low <= a and b <= high]
        near.sort(reverse=True)
        jumps = self._route(high - low, near)
        at = 0
        while at < start - low:
            at = jumps[at]
        return at == start - low and jumps[at] == end - low

    def _boundaries(self, block: str, edges: list[Hit], points: Sequence[int]) -> set[int]:
        """Follow the likeliest way; single characters in a row are joined only around a point.

        The points are in order.
        """
        jumps = self._route(len(block), edges)
        at, loose, size = 0, -1, len(block)
        found = {0, size}
        while at <= size:
            if at < size and jumps[at] == at + 1:
                loose = at if loose < 0 else loose
                at += 1
                continue
            if loose >= 0:
                found |= self._within(block, (loose, at), points)
                loose = -1
            found.add(at)
            at = jumps[at] if at < size else size + 1
        return found

    def _within(self, block: str, loose: Span, points: Sequence[int]) -> set[int]:
        """Find the boundaries in a run of single characters; its ends if no point is inside."""
        place, end = loose
        found = {place}
        if bisect_right(points, place) < bisect_left(points, end):
            tokens: list[str] = []
            self._gather(block, loose, tokens)
            for token in tokens:
                place += len(token)
                found.add(place)
        return found

    def _edges(self, block: str) -> list[Hit]:
        """List every known word in a block, last first; of the house by negative numbers."""
        edges = self._find(block)
        own = self._house.find(block)
        if own:
            edges = _with_house(edges, own)
        edges.sort(reverse=True)
        return edges

    def _route(self, size: int, edges: list[Hit]) -> list[int]:
        """Find the likeliest way, back to front: where the word that starts here ends."""
        logs, house, total = self._logs, self._house_logs, self._total
        unknown = 0.0 - total
        best = [0.0] * (size + 1)
        jumps = [*range(1, size + 1)]
        filled = size
        for a, b, i in edges:
            while filled > a + 1:
                filled -= 1
                best[filled] = unknown + best[filled + 1]
            value = (logs[i] if i >= 0 else house[~i]) - total + best[b]
            if filled > a or value > best[a]:
                filled = a
                best[a] = value
                jumps[a] = b
        return jumps

    def _gather(self, block: str, loose: Span, tokens: list[str]) -> None:
        """Join single characters in a row into words that no dictionary holds."""
        a, b = loose
        if b - a == 1:
            tokens.append(block[a])
        elif self.knows(block[a:b]):
            tokens += block[a:b]
        else:
            tokens += self._viterbi.cut(block[a:b])


def _with_house(edges: list[Hit], own: list[Hit]) -> list[Hit]:
    """Put the words of the house, by negative numbers, in the place of the dictionary's."""
    taken = {(a, b) for a, b, _ in own}
    return [edge for edge in edges if edge[:2] not in taken] + [(a, b, ~i) for a, b, i in own]


def segmenter_for(
    words: Sequence[Word], *, cache: Path | None = None, native: bool = True
) -> Segmenter:
    """Build the fastest segmenter to be had."""
    if native:
        try:
            return NativeSegmenter(Dictionary.load(cache), words)
        except ImportError:
            pass
    return JiebaSegmenter(cache, words)
