"""What is wrong or doubtful with lists of weighted words."""

from collections.abc import Container, Iterator, Sequence
from math import fsum

from knowledge.remarks import Remark
from knowledge.spelling import MARKS
from knowledge.terms import Lexicon, Rule
from knowledge.text import Normaliser
from knowledge.weighing import FINE

SHOWN = 5
"""So many names or words are told of those with the same fault."""


def listed(lexicons: Sequence[Lexicon], rules: Sequence[Rule]) -> Iterator[Remark]:
    """Judge every list by its looks."""
    lists = {x.id for x in lexicons}
    known = lists.union(rule.id for rule in rules)
    for x in lexicons:
        yield from _words(x)
        yield from _needs(x, lists)
        yield from _over(x, known)
        if not x.learned and x.weights:
            yield from _reach(x)


def _words(x: Lexicon) -> Iterator[Remark]:
    """Tell of a list without words, and of words that are none."""
    normal = Normaliser.shipped().plain
    plain = {} if x.learned else {word: normal(word).strip() for word in x.weights}
    empty = [word for word in plain if not plain[word]]
    marks = [word for word in plain if plain[word] and MARKS.issuperset(plain[word])]
    if len(empty) == len(x.weights):
        text = "词表是空的，请写上词和分量，或删掉它"
        yield Remark(x.id, "weights", None, text, fatal=True)
    elif empty:
        text = "词表里有空的词（或只有看不见的字符），它的分量不会算，请删掉"
        yield Remark(x.id, "weights", None, text)
    if marks:
        text = f"词表里的{_named(marks)}只有标点，几乎每句话都有，请删掉"
        yield Remark(x.id, "weights", None, text)


def _needs(x: Lexicon, lists: Container[str]) -> Iterator[Remark]:
    for index, need in enumerate(x.needs):
        if need == x.id:
            text = "needs 里写了词表自己，这样它永远不会单独起作用；请去掉，或写别的词表"
            yield Remark(x.id, "needs", index, text)
        elif need not in lists:
            text = f"needs 里的「{need}」没有这个词表，请检查名字"
            yield Remark(x.id, "needs", index, text, fatal=True)


def _over(x: Lexicon, known: Container[str]) -> Iterator[Remark]:
    """Tell of names under ``over`` that are those of no rule and no list."""
    strange = [name for name in x.over if name not in known]
    if strange:
        text = (
            f"over 里的{_named(strange)}没有这样的规则或词表，"
            "请检查名字，也看看 include 里是不是少了文件"
        )
        yield Remark(x.id, "over", x.over.index(strange[0]), text)


def _reach(x: Lexicon) -> Iterator[Remark]:
    """Tell of a threshold that nothing reaches, or anything."""
    if x.bias >= x.threshold:
        text = "bias 已经达到 threshold，什么话都会命中；请调低 bias 或调高 threshold"
        yield Remark(x.id, "threshold", None, text, fatal=True)
        return
    gains = [weight for weight in x.weights.values() if weight > 0]
    most = x.bias + fsum(gains)
    rounded = len(gains) / (2 * FINE)  # by so much they may weigh more
    if most + rounded < x.threshold and not x.rivals:
        text = (
            f"所有的词都出现，加起来也只有 {most:g}，到不了 threshold（{x.threshold:g}），"
            "永远不会命中；请调低 threshold 或调高分量"
        )
        yield Remark(x.id, "threshold", None, text)


def _named(names: Sequence[str]) -> str:
    """Name the first few."""
    shown = "".join(f"「{name}」" for name in names[:SHOWN])
    return f"{shown}等 {len(names)} 个" if len(names) > SHOWN else shown
