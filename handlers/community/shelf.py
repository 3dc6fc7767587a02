"""The answers at hand: those of the configuration, and those learned and approved."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from bot.community.learned import Library
from bot.config import Config
from bot.turn import Turn
from knowledge.classifier import Place
from knowledge.handbook import Handbook

SURE = 0.62  # how much of the telling words of question and entry must be the same
AHEAD = 0.08  # by how much the best answer must lead the second
LIGHT = 0.4  # the weight of a single character; a word weighs 1
SMALL = """
的 了 吗 呢 吧 啊 呀 嘛 么 哦 哈 是 我 你 您 他 她 它 们 我们 你们 这 那 这个 那个 这款
个 一个 在 和 跟 有 没有 就 都 也 还 很 太 请问 想问 问 一下 想 要 请 麻烦 大家 亲 老师 客服
可以 能 能不能 可不可以 怎么 如何 什么 为什么 多少 几 哪 哪里 时候 什么时候 啥 到底 呗 的话
可 会 会不会
"""
WORDLESS = frozenset(SMALL.split())
# What only makes a question of a sentence; taken out before cutting, or jieba sees 能机 洗.
ASKING = re.compile(
    r"请问|想问一?下?|能不能|可不可以|会不会|是不是|可以|什么时候|为什么|怎么样?|如何|[吗呢嘛呀啊么？?]"
    r"|(?<![功智性职本才])能(?![力量效源])"
)


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that is given; ``template``: its placeholders are filled."""

    id: str
    answer: str
    template: bool


@dataclass(frozen=True, slots=True)
class Entry:
    """One way to ask, as words, and what is answered to it."""

    words: frozenset[str]
    given: Given
    groups: tuple[str, ...]


@dataclass(slots=True)
class Index:
    """Entries and the learned answers they were made of."""

    key: tuple[int, ...] = ()
    entries: list[Entry] = field(default_factory=list)


class Shelf:
    """Finds the answer to a question, or none: being silent is better than being wrong."""

    def __init__(self, config: Config, book: Handbook) -> None:
        self._classifier = book.classifier
        self._entries = [
            Entry(self._words(question), Given(faq.id, faq.answer, template=True), faq.groups)
            for faq in config.faq
            for question in faq.question
        ]
        self._learned = Index()

    def find(self, text: str, place: Place) -> Given | None:
        """Return the answer of the configuration to a question asked at a place, if sure."""
        return self._best(self._entries, text, place)

    def learned(self, turn: Turn, text: str, place: Place) -> Given | None:
        """Return an approved answer to a question, if sure."""
        approved = Library(turn.session, turn.account, turn.now).approved()
        key = tuple(each.number for each in approved)
        if key != self._learned.key:
            entries = [
                Entry(
                    self._words(each.question),
                    Given(f"learned:{each.number}", each.answer, template=False),
                    (),
                )
                for each in approved
                if each.question
            ]
            self._learned = Index(key, entries)
        return self._best(self._learned.entries, text, place)

    def telling(self, text: str) -> Sequence[str]:
        """List the words of a text that tell what it is about."""
        return sorted(word for word in self._words(text) if len(word) > 1)

    def _best(self, entries: Iterable[Entry], text: str, place: Place) -> Given | None:
        asked = self._words(text)
        if not asked:
            return None
        scores: dict[str, tuple[float, Given]] = {}
        for entry in entries:
            if entry.groups and place.kind != "private" and place.names.isdisjoint(entry.groups):
                continue
            score = self._alike(asked, entry.words)
            if score > scores.get(entry.given.id, (0.0, entry.given))[0]:
                scores[entry.given.id] = (score, entry.given)
        ranked = sorted(scores.values(), key=lambda each: -each[0])
        if not ranked or ranked[0][0] < SURE:
            return None
        second = ranked[1][0] if len(ranked) > 1 else 0.0
        return ranked[0][1] if ranked[0][0] - second >= AHEAD else None

    def _alike(self, asked: frozenset[str], known: frozenset[str]) -> float:
        """Say how much two questions share: 1 all telling words, 0 none."""
        shared = self._weight(asked & known)
        total = self._weight(asked) + self._weight(known)
        return 2 * shared / total if total else 0.0

    def _weight(self, words: Iterable[str]) -> float:
        return sum(1.0 if len(word) > 1 else LIGHT for word in words)

    def _words(self, text: str) -> frozenset[str]:
        words = (word.strip() for word in self._classifier.cut(ASKING.sub(" ", text)))
        return frozenset(w for w in words if w and w not in WORDLESS and w[0].isalnum())
