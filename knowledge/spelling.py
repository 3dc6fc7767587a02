"""How the words of a rule are written: what is empty, twice there, or not one word."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple, Self

from knowledge.remarks import Remark
from knowledge.terms import Rule
from knowledge.text import HAN

SEVERAL = re.compile(r"(?<=\D)[、，,；;](?=\D)")
HAN_ONLY = re.compile(f"[{HAN}]+")
MARKS = frozenset("，。、；：,.;:…·—-_~～\"'“”‘’「」『』（）()《》〈〉【】[]")
"""What stands in any sentence and means nothing; a question mark does."""
SHOWN = 3
FEW = 3
"""Of so many parts a phrase with commas is surely several words."""
OFTEN = 110_000
"""How common a character is that stands as a word of its own in all kinds of sentences.

Rare ones (墙) have 100,000 and what jieba counted of them; 用 has 177,000, 不 460,000.
"""
Normal = Callable[[str], str]
Cost = Callable[[str], float]


class Entry(NamedTuple):
    """One entry of a list of words, ``a|b`` taken apart: each choice as written and as sought."""

    rule: Rule
    key: str
    at: int
    written: str
    choices: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, rule: Rule, key: str, at: int, written: str, normal: Normal) -> Self:
        """Take an entry apart, without what is empty in normal form."""
        pairs = ((word, normal(word)) for word in written.split("|"))
        return cls(rule, key, at, written, tuple(x for x in pairs if x[1].strip()))

    def remark(self, text: str, *, fatal: bool = False) -> Remark:
        """Say something about this entry."""
        return Remark(self.rule.id, self.key, self.at, text, fatal)


def spelt(rule: Rule, normal: Normal, cost: Cost) -> Iterator[Remark]:
    """Judge how all words of a rule are written; ``cost`` says how common a character is."""
    lists = {
        key: [Entry.of(rule, key, index, x, normal) for index, x in enumerate(getattr(rule, key))]
        for key in ("any", "all", "none")
    }
    near = [
        [Entry.of(rule, "near", index, words, normal) for words in near.words]
        for index, near in enumerate(rule.near)
    ]
    for entries in (*lists.values(), *near):
        for entry in entries:
            yield from _entry(entry, cost)
    for key in ("any", "none"):
        yield from _repeated(lists[key], normal)
    for groups in (lists["all"], *near):
        yield from _repeated_groups(groups)
    yield from _against(rule, lists["any"], lists["none"])


def _entry(entry: Entry, cost: Cost) -> Iterator[Remark]:
    if not entry.choices:
        unseen = "" if not entry.written.strip(" |") else "（只有看不见的字符）"
        yield entry.remark(f"{entry.key} 里有空的词{unseen}，请删掉", fatal=True)
    for word, normal in entry.choices:
        if HAN_ONLY.fullmatch(word):
            continue
        if MARKS.issuperset(normal.strip()):
            yield entry.remark(f"「{word}」只有标点，说明不了什么，请删掉或写上词")
        elif word != word.strip():
            text = f"「{word}」前后有空格，要连空格一起出现才算，请去掉空格"
            yield entry.remark(text)
        else:
            yield from _several(entry, word)
    yield from _single(entry, cost)


def _several(entry: Entry, word: str) -> Iterator[Remark]:
    """Tell of what looks like several words in one pair of quotes."""
    parts = [part.strip() for part in SEVERAL.split(word) if part.strip()]
    enough = FEW if entry.key == "none" and "、" not in word else 2
    if len(parts) < enough:
        return
    shown = [*parts[:SHOWN], "…"] if len(parts) > SHOWN else parts
    joint = "|".join(shown) if entry.key in ("all", "near") else '", "'.join(shown)
    text = f'「{word}」像是几个词写进了一对引号，要整段原样出现才算；请分开写："{joint}"'
    yield entry.remark(text)


def _single(entry: Entry, cost: Cost) -> Iterator[Remark]:
    """Tell of words of one character: in any sentence, or hidden in longer words."""
    single = [word for word, normal in entry.choices if len(normal) == 1 and normal.isalnum()]
    if not single:
        return
    if entry.key == "any":
        said = "几乎每句话都有，请写成两个字以上的词"
        single = single if entry.rule.weight >= 1 else []
    elif entry.key == "none":
        said = "很多句子里都有，这些句子就都不会命中了；请写成两个字以上的词"
        single = [word for word in single if cost(word) >= OFTEN]
    else:
        said = "jieba 常把它和旁边的字连成一个词，那样就找不到它；请再写上两个字以上的说法"
        single = single if 2 * len(single) >= len(entry.choices) else []
    if single:
        yield entry.remark(f"「{'」「'.join(single)}」只有一个字，{said}")


def _repeated(entries: Sequence[Entry], normalise: Normal) -> Iterator[Remark]:
    """Tell of a word that stands twice in a list where any one counts."""
    seen: dict[str, str] = {}
    for entry in entries:
        for word, normal in entry.choices:
            before = seen.get(normal)
            seen.setdefault(normal, word)
            if before is not None and not _mistyped(word, before, normalise):
                yield entry.remark(_twice(word, before, normal))


def _mistyped(word: str, before: str, normal: Normal) -> bool:
    """Say whether one of two is a mistyping (欺炸) of which it is known what is meant.

    Whoever writes down what members mistype does so on purpose, and no harm.
    """
    if not (HAN_ONLY.fullmatch(word) and HAN_ONLY.fullmatch(before)):
        return False
    return "".join(map(normal, word)) != "".join(map(normal, before))


def _repeated_groups(entries: Sequence[Entry]) -> Iterator[Remark]:
    """Tell of a choice of words that stands twice where every one has to be there."""
    seen: dict[frozenset[str], str] = {}
    for entry in entries:
        group = frozenset(normal for _, normal in entry.choices)
        if group and group in seen:
            yield entry.remark(_twice(entry.written, seen[group], "|".join(sorted(group))))
        seen.setdefault(group, entry.written)


def _twice(word: str, before: str, normal: str) -> str:
    if word == before:
        return f"「{word}」写了两遍，请删掉一个"
    return f"「{word}」和「{before}」判断前都会变成「{normal}」，等于写了两遍，请删掉一个"


def _against(rule: Rule, wanted: Sequence[Entry], barred: Sequence[Entry]) -> Iterator[Remark]:
    """Tell of words that stand both in ``any`` and in ``none``."""
    stand: dict[str, tuple[Entry, str]] = {}
    for entry in barred:
        for word, normal in entry.choices:
            stand.setdefault(normal, (entry, word))
    words = {normal for entry in wanted for _, normal in entry.choices}
    for normal in sorted(words & stand.keys()):
        entry, word = stand[normal]
        text = f"「{word}」同时写在 any 和 none 里，any 里的这个词不会起作用，请删掉一处"
        yield entry.remark(text)
    if words and words <= stand.keys():
        text = "any 里的词全都写在 none 里，永远不会命中"
        yield Remark(rule.id, "none", None, text, fatal=not (rule.near or rule.regex))
