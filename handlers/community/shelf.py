"""The answers at hand: those of the configuration, and those learned and approved."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot.community.learned import Library
from bot.config import Config
from bot.turn import Turn
from knowledge.answers import Answers, Entry, read_markdown
from knowledge.handbook import Handbook

SMALL = """
的 了 吗 呢 吧 啊 呀 嘛 么 哦 哈 是 我 你 您 他 她 它 们 我们 你们 这 那 这个 那个 这款
个 一个 在 和 跟 有 没有 就 都 也 还 很 太 请问 想问 问 一下 想 要 请 麻烦 大家 亲 老师 客服
可以 能 能不能 可不可以 怎么 如何 什么 为什么 多少 几 哪 哪里 时候 什么时候 啥 到底 呗 的话
可 会 会不会 一起 一块 有人 有没有人 今天 明天 最近
"""
WORDLESS = frozenset(SMALL.split())
# What only makes a question of a sentence; taken out before cutting, or jieba sees 能机 洗.
ASKING = re.compile(
    r"请问|想问一?下?|能不能|可不可以|会不会|是不是|可以|什么时候|为什么|怎么样?|如何|[吗呢嘛呀啊么？?]"
    r"|(?<![功智性职本才])能(?![力量效源])"
)


LEARNED = "learned:"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer that is given; ``template``: its placeholders are filled."""

    id: str
    answer: str
    template: bool


class Shelf:
    """Finds the answer to a question, or none: being silent is better than being wrong."""

    def __init__(self, config: Config, book: Handbook) -> None:
        self._classifier = book.classifier
        files = [read_markdown(each.name, each.text) for each in config.answers.folder]
        written = [entry for entries in files for entry in entries]
        self._written = frozenset(entry.id for entry in written)
        tables = [
            Entry(faq.id, faq.question, faq.answer, faq.groups, faq.unlike) for faq in config.faq
        ]
        self._answers = self._index([*tables, *written])
        self._learned: Answers | None = None

    def find(self, text: str, names: Collection[str] = ()) -> Given | None:
        """Return the answer to a question, if sure; the configuration's first.

        ``names`` are what the place, or where who asks is a member, is called by; an answer for
        some groups is for those only. Without a name all answers are looked through.
        """
        found = self._answers.best(text, names=names)
        if found is not None:
            id_ = found.entry.id
            return Given(id_, found.entry.answer, template=id_ not in self._written)
        found = self._learned.best(text) if self._learned is not None else None
        return Given(found.entry.id, found.entry.answer, template=False) if found else None

    def learn(self, turn: Turn) -> None:
        """Take over what managers approved; to be called when that changes."""
        approved = Library(turn.session, turn.account, turn.now).approved()
        entries = [
            Entry(f"{LEARNED}{each.number}", (each.question,), each.answer)
            for each in approved
            if each.question
        ]
        self._learned = self._index(entries) if entries else None

    def still_gives(self, turn: Turn, given: Given) -> bool:
        """Say whether an answer may be given now: what was learned may have been forgotten."""
        if not given.id.startswith(LEARNED) or given.template:
            return True
        number = int(given.id.removeprefix(LEARNED))
        approved = Library(turn.session, turn.account, turn.now).approved()
        return number in {each.number for each in approved}

    def _index(self, entries: Sequence[Entry]) -> Answers:
        return Answers(entries, normaliser=self._classifier.normaliser)

    def telling(self, text: str) -> Sequence[str]:
        """List the words of a text that tell what it is about."""
        return sorted(word for word in self._words(text) if len(word) > 1)

    def _words(self, text: str) -> frozenset[str]:
        words = (word.strip() for word in self._classifier.cut(ASKING.sub(" ", text)))
        return frozenset(w for w in words if w and w not in WORDLESS and w[0].isalnum())
