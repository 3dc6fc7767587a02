"""What of a question can be compared with another: characters, words, and what is asked."""

import math
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

from knowledge.segment import Segmenter
from knowledge.text import DATA, Normaliser

SIGNS = re.compile(r"[\W_]+")
DENIED = re.compile("不|没|无|未|别")
NUMBER = re.compile(r"\d+(?:\.\d+)?")
CODE = re.compile(r"[a-z]+\d+|(?<![a-z])[a-z](?=[省市区县镇村街栋座楼级型款号])")
# Courtesies before a question and what a voice adds to its end say nothing of what is asked.
COURTESY = re.compile(
    r"^(?:(?:你好|您好|大家好|亲|老师|客服|请问|(?:我?想|麻烦)?(?:请?问|咨询|了解)一?下"
    r"|我?想(?:问|知道|了解)|请教|有人知道|谁知道|大家知道)[\W_]*)+|(?<=.)[呢呀啊哦哈嘛哇呐]+(?=[\W_]*$)"
)
PRIOR = 500  # the shipped shares weigh as much as so many entries


@dataclass(frozen=True, slots=True)
class Wording:
    """A text taken apart; ``things`` are the longer words that ask nothing."""

    plain: str
    characters: frozenset[str]
    pairs: frozenset[str]
    words: frozenset[str]
    things: frozenset[str]
    aspects: frozenset[str]
    numbers: tuple[str, ...]
    denied: bool


class Commonness:
    """How little a character, a pair of them or a word tells, from the entries and from Chinese.

    A handful of entries cannot say that 吗 is common: what is known of the language counts too.
    """

    def __init__(self, known: Iterable[Iterable[str]], shares: Mapping[str, float]) -> None:
        counts: Counter[str] = Counter()
        size = 0
        for grams in known:
            counts.update(grams)
            size += 1
        self._shares = shares
        self._total = size + PRIOR
        self._rarity = {gram: self._weigh(gram, count) for gram, count in counts.items()}

    def rarity(self, gram: str) -> float:
        """Return how much it tells to share this, from nearly 0 to about 9."""
        known = self._rarity.get(gram)
        return self._weigh(gram, 0) if known is None else known

    def known(self, gram: str) -> bool:
        """Say whether any entry holds it."""
        return gram in self._rarity

    def _weigh(self, gram: str, count: int) -> float:
        seen = count + PRIOR * self._share(gram)
        return math.log(1 + (self._total - seen + 0.5) / (seen + 0.5))

    def _share(self, gram: str) -> float:
        if len(gram) <= 2:  # noqa: PLR2004 - the table holds one or two characters
            return self._shares.get(gram, 0.0)
        return min(self._shares.get(gram[i : i + 2], 0.0) for i in range(len(gram) - 1))


class Reader:
    """Takes texts apart; what is asked is told by the patterns of ``data/asking.toml``."""

    def __init__(
        self, segmenter: Segmenter, normaliser: Normaliser, asking: Mapping[str, str]
    ) -> None:
        self._cut = segmenter.cut
        self._normalise = normaliser
        self._asking = [(name, re.compile(pattern).search) for name, pattern in asking.items()]

    @classmethod
    def shipped(cls, segmenter: Segmenter, normaliser: Normaliser) -> Self:
        """Read the patterns that come with the bot."""
        asking = tomllib.loads((DATA / "asking.toml").read_text(encoding="utf-8"))
        return cls(segmenter, normaliser, asking)

    def _asks(self, word: str) -> bool:
        return any(asks(word) for _, asks in self._asking)

    def plain(self, text: str) -> str:
        """Return the letters, characters and digits of a text in normal form."""
        return plain_text(text, self._normalise)

    def read(self, text: str) -> Wording:
        """Take a question apart; its courtesies are passed over, unless it is nothing else."""
        normal = self._normalise(text).text.lower().strip()
        normal = COURTESY.sub("", normal) or normal
        plain = SIGNS.sub("", normal)
        words = frozenset(word for word in self._cut(normal) if not SIGNS.fullmatch(word))
        return Wording(
            plain=plain,
            characters=frozenset(plain),
            pairs=frozenset(map(str.__add__, plain, plain[1:])),
            words=words,
            things=frozenset(w for w in words if len(w) > 1 and not self._asks(w)),
            aspects=frozenset(name for name, asks in self._asking if asks(plain)),
            numbers=tuple(NUMBER.findall(plain)),
            denied=DENIED.search(plain) is not None,
        )


def plain_text(text: str, normalise: Normaliser) -> str:
    """Return the letters, characters and digits of a text in normal form."""
    return SIGNS.sub("", normalise(text).text.lower())


def read_shares() -> dict[str, float]:
    """Read in which share of messages a character or a pair of them stands."""
    shares: dict[str, float] = {}
    for line in (DATA / "commonness.txt").read_text(encoding="utf-8").splitlines():
        share, *grams = line.split()
        shares.update(dict.fromkeys(grams, float(share)))
    return shares
