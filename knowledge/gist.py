"""What a question is about, in concepts: 洗衣机里洗 and 机洗 are one, 请问 is none.

Where a manager wrote a few questions this decides which of them is meant. A character that belongs
to no concept tells the less the more entries, and the more of what people say, it stands in.
"""

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from math import log
from typing import Self

from knowledge.likeness import Features, Relevance
from knowledge.text import DATA
from knowledge.wording import PRIOR

FEW = 20  # entries; a smaller collection cannot say what is common in it
SEEN = 0.5  # of an entry, for what none holds
PLAIN = 5.0  # rarity in the language from which on a character tells all it can
ONE_OF_TWO = 0.5  # what a character counts for: half a word
BY_ANSWER = 0.5  # what is asked and stands in the answer is half known
BY_OTHERS = 0.8  # and so is, nearly wholly, what another way to ask holds
SLIGHT = 0.1  # what shares less is not looked at
SAME = 0.05  # what differs by less does not differ
BY_LENGTH = 0.05
CANDIDATES = 8
ASKED, CONCEPT = "?", "="
# Here a person is what is asked about, and not only spoken to.
ITSELF = re.compile(r"[你您我他她]有?多[高重大](?:[啊呀呢了]|$)")
DOES = re.compile("做|当")  # is a concept with 成为, and alone tells nothing of what
BECOMING = frozenset({f"{CONCEPT}become"})
SOFT = frozenset(f"{ASKED}{name}" for name in ("how", "able", "there", "thing", "need"))


@dataclass(frozen=True, slots=True)
class Gist:
    """The concepts of a text with the characters that belong to none, and what is asked of them.

    ``named`` are the stretches of such characters: 枕头 in 枕头怎么清洗.
    """

    things: frozenset[str]
    asking: frozenset[str]
    named: tuple[str, ...] = ()


class Concepts:
    """Which words mean the same: the groups of ``data/kindred.toml``."""

    def __init__(
        self,
        idle: Iterable[str],
        asking: Mapping[str, Sequence[str]],
        things: Mapping[str, Sequence[str]],
    ) -> None:
        means: dict[str, tuple[str, bool]] = dict.fromkeys(idle, ("", False))
        for name, words in asking.items():
            means |= dict.fromkeys(words, (f"{ASKED}{name}", True))
        for name, words in things.items():
            means |= dict.fromkeys(words, (f"{CONCEPT}{name}", False))
        self._by_first: dict[str, list[tuple[str, str, bool]]] = defaultdict(list)
        for word in sorted(means, key=len, reverse=True):
            self._by_first[word[0]].append((word, *means[word]))

    @classmethod
    def shipped(cls) -> Self:
        """Read the groups that come with the bot."""
        table = tomllib.loads((DATA / "kindred.toml").read_text(encoding="utf-8"))
        return cls(table["idle"], table["asking"], table["things"])

    def read(self, plain: str) -> Gist:
        """Take a text without signs apart."""
        things: set[str] = set()
        asking: set[str] = set()
        named: list[str] = []
        place, last, by_first = 0, -1, self._by_first
        while place < len(plain):
            for word, name, asks in by_first.get(plain[place], ()):
                if plain.startswith(word, place):
                    (asking if asks else things).add(name)
                    place += len(word)
                    break
            else:
                things.add(plain[place])
                if last == place:
                    named[-1] += plain[place]
                else:
                    named.append(plain[place])
                place += 1
                last = place
        things.discard("")
        return Gist(frozenset(things), frozenset(asking), tuple(named))


class Gists:
    """An index over questions by what they are about; a question is known by its place.

    ``owners`` says to which answer each belongs, ``answers`` what that answer says.
    """

    def __init__(
        self,
        questions: Sequence[str],
        answers: Sequence[str],
        owners: Sequence[str],
        shares: Mapping[str, float],
    ) -> None:
        self._concepts = Concepts.shipped()
        self._known = [self._concepts.read(question) for question in questions]
        self._owners = owners
        said: dict[str, frozenset[str]] = {}
        own: dict[str, set[str]] = defaultdict(set)
        for gist, owner, answer in zip(self._known, owners, answers, strict=True):
            if owner not in said:
                said[owner] = self._concepts.read(answer).things
            own[owner] |= gist.things
        self._said = [said[owner] for owner in owners]
        self._own = [own[owner] for owner in owners]
        self._spoken_of = {x for text in (*questions, *answers) for x in (*text, *_pairs(text))}
        self._weights = Telling(own.values(), shares)
        self._holding: dict[str, list[int]] = defaultdict(list)
        for number, gist in enumerate(self._known):
            for token in gist.things:
                self._holding[token].append(number)

    def rank(
        self, plain: str, relevance: Relevance, among: Container[int] | None = None
    ) -> list[tuple[float, int]]:
        """Return how likely each candidate is what is asked, likeliest first."""
        found = [(relevance.probability(m), n) for n, m in self.candidates(plain, among)]
        return sorted(found, key=lambda each: (-each[0], each[1]))

    def candidates(
        self, plain: str, among: Container[int] | None = None
    ) -> list[tuple[int, Features]]:
        """Return the questions that share most of what is asked, with what is to be weighed."""
        asked = self._concepts.read(plain)
        found = [(n, self._measure(asked, n)) for n in self._closest(asked, among)]
        for number, measured in found:
            owner, share = self._owners[number], measured["share"]
            measured["foreign"] = float(self._is_foreign(plain, asked, number))
            others = (each["share"] for n, each in found if self._owners[n] != owner)
            measured["margin"] = share - max(others, default=0.0)
        return found

    def _is_foreign(self, plain: str, asked: Gist, number: int) -> bool:
        """Say whether a text names something else than a question, 头发 and not 枕头, or nothing.

        Who asks 怎么洗 means what is sold here, who asks 怎么做 may mean anything.
        """
        if asked.things == BECOMING and DOES.search(plain):
            return self._known[number].things > BECOMING
        ours = self._known[number].named
        if not ours or any(_kin(name, plain) for name in ours):
            return False
        return any(map(self._is_unheard, asked.named)) or ITSELF.match(plain) is not None

    def _is_unheard(self, name: str) -> bool:
        """Say whether no question and no answer says anything like it."""
        if len(name) == 1:
            return name not in self._spoken_of
        return self._spoken_of.isdisjoint(_pairs(name))

    def _closest(self, asked: Gist, among: Container[int] | None) -> list[int]:
        scores: dict[int, float] = defaultdict(float)
        for token in asked.things & self._holding.keys():
            weight = self._weights(token)
            for number in self._holding[token]:
                scores[number] += weight
        offered = [
            number
            for number, score in scores.items()
            if score >= SLIGHT and (among is None or number in among)
        ]
        return nlargest(CANDIDATES, offered, key=lambda n: (scores[n] - self._excess(n), -n))

    def _excess(self, number: int) -> float:
        return len(self._known[number].things) * BY_LENGTH

    def _measure(self, asked: Gist, number: int) -> Features:
        known, weigh = self._known[number], self._weights
        shared = sum(map(weigh, asked.things & known.things))
        beyond = sum(map(weigh, known.things - asked.things))
        missing = sum(
            weigh(token) * self._still_missing(token, number)
            for token in asked.things - known.things
        )
        return {
            "shared": shared,
            "missing": missing,
            "beyond": beyond,
            "share": shared / (shared + missing + beyond + SLIGHT),
            "both": min(missing, beyond),
            "same_things": float(missing < SAME and beyond < SAME),
            **_compare(asked, known),
        }

    def _still_missing(self, token: str, number: int) -> float:
        if token in self._own[number]:
            return 1 - BY_OTHERS
        return 1 - BY_ANSWER if token in self._said[number] else 1.0


def _kin(name: str, plain: str) -> bool:
    """Say whether a text names it or another of its kind: 乳胶枕 is one with 枕头, 头发 is not."""
    return name[0] in plain or any(pair in plain for pair in _pairs(name))


def _pairs(text: str) -> Iterable[str]:
    return map(str.__add__, text, text[1:])


def _compare(asked: Gist, known: Gist) -> Features:
    """Compare what is asked of the things: how much is not when, but nearly how."""
    ours, theirs = asked.asking - SOFT, known.asking - SOFT
    soft, soft_known = asked.asking & SOFT, known.asking & SOFT
    extra, lacking = ours - theirs, theirs - ours
    return {
        "asking_same": float(bool(ours & theirs)),
        "asking_other": float(bool(extra)),
        "asking_less": float(bool(lacking)),
        "asking_against": float(bool(extra) and bool(lacking)),
        "soft_same": float(bool(soft & soft_known)),
        "soft_other": float(bool(soft) and not soft_known),
        "asks_nothing": float(not asked.asking),
        "equal": float(asked.things == known.things and asked.asking == known.asking),
    }


class Telling:
    """How much a concept or a character tells in a collection, from 0 to 1."""

    def __init__(self, entries: Iterable[Iterable[str]], shares: Mapping[str, float]) -> None:
        counts: Counter[str] = Counter()
        size = 0
        for tokens in entries:
            counts.update(tokens)
            size += 1
        self._counts, self._shares = counts, shares
        self._most = log((max(size, FEW) + 1) / SEEN)
        self._known: dict[str, float] = {token: self._weigh(token) for token in counts}

    def __call__(self, token: str) -> float:
        """Return how much it tells to share this."""
        known = self._known.get(token)
        return self._weigh(token) if known is None else known

    def _weigh(self, token: str) -> float:
        rarity = 1 - log((self._counts[token] + SEEN) / SEEN) / self._most
        if token.startswith(CONCEPT):
            return rarity
        share = self._shares.get(token, 0.0)
        spoken = log(1 + (PRIOR * (1 - share) + SEEN) / (PRIOR * share + SEEN))
        return ONE_OF_TWO * rarity * min(1.0, spoken / PLAIN)
