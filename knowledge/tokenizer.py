"""jieba's own tokenizer: it cuts where no native wheel is to be had, and says what is right."""

import logging
import warnings
from collections.abc import Collection, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any

from knowledge.terms import Word

IN_WORDS = 100_000.0
"""A character alone stands in so many words more than it is one."""
EVERYWHERE = 1e9
"""Signs stand in every text, whatever the dictionary says of them."""
Span = tuple[int, int]


class JiebaSegmenter:
    """jieba itself, with a tokenizer of our own."""

    engine = "jieba"

    def __init__(self, cache: Path | None, words: Sequence[Word] = ()) -> None:
        self._tokenizer = jieba_tokenizer(cache)
        for word in words:
            self._tokenizer.add_word(word.word, word.freq)

    def knows(self, word: str) -> bool:
        """Say whether this is one word to the dictionary or the house."""
        return bool(self._tokenizer.FREQ.get(word))

    def is_word(self, text: str) -> bool:
        """Say whether a text by itself is cut into one word, which is known."""
        return self.knows(text) and self.cut(text) == [text]

    def commonness(self, word: str) -> float:
        """Say how often a word was seen where jieba learned; of a character, as part of words."""
        return commonness(word, float(self._tokenizer.FREQ.get(word) or 1))

    def cut(self, text: str) -> list[str]:
        """Cut a text; the tokens joined are the text again."""
        return [str(token) for token in self._tokenizer.cut(text)]

    cut_block = cut

    def tokens(self, block: str, spans: Collection[Span]) -> Collection[Span]:
        """Choose the stretches of a block that begin where a word does and end where one does."""
        found = {0, *accumulate(map(len, self.cut(block)))}
        return [span for span in spans if span[0] in found and span[1] in found]


def jieba_tokenizer(cache: Path | None) -> Any:
    """Load jieba's dictionary; its own cache file, where wanted, goes into a private folder."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import jieba  # noqa: PLC0415 - slow to import, and not needed with a warm cache
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    if cache is not None:
        cache.mkdir(parents=True, exist_ok=True, mode=0o700)
        tokenizer.tmp_dir = str(cache)
        tokenizer.initialize()
    else:
        tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
        tokenizer.initialized = True
    return tokenizer


def commonness(word: str, seen: float) -> float:
    """Say how common a word is that was seen so often; a character also as part of words."""
    if not any(map(str.isalnum, word)):
        return EVERYWHERE
    return seen + (IN_WORDS if len(word) == 1 else 0.0)
