"""What a manager writes, and what is wrong with it before anybody is hurt."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import sleep

from knowledge.classifier import ANYWHERE, Classifier, Place
from knowledge.lab import contradictions
from knowledge.patterns import is_catastrophic, required_literals
from knowledge.reading import NEGATED, READINGS
from knowledge.segment import segmenter_for
from knowledge.terms import CHAT, GRAVE, LABELS, Lexicon, Near, Rule, Word

__all__ = ["CHAT", "LABELS", "Lexicon", "Near", "Remark", "Rule", "Word", "inspect"]

EVERYWHERE = ("你好", "收到", "今天天气不错", "哈哈哈", "好的，谢谢", "晚上一起吃饭", "ok")
"""Messages of no meaning; a rule that hits them all hits everything."""
URGENT = 3
BREATH, REST = 10, 0.0001  # rules, seconds


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a rule or a word: where it stands, and what to write instead.

    ``index`` is the place in the list under ``key``; a fatal remark keeps a configuration out.
    """

    id: str
    key: str
    index: int | None
    text: str
    fatal: bool = False


def inspect(
    rules: Sequence[Rule],
    words: Sequence[Word] = (),
    lexicons: Sequence[Lexicon] = (),
    *,
    cache: Path | None = None,
) -> list[Remark]:
    """Tell everything that is wrong or doubtful, the faults first."""
    remarks = [*_same_ids(rules, lexicons), *_house(words), *_lists(lexicons)]
    for rule in rules:
        remarks += _written(rule)
    broken = {remark.id for remark in remarks if remark.fatal}
    sound = [rule for rule in rules if rule.id not in broken]
    house = [word for word in words if word.word not in broken]
    lists = [x for x in lexicons if x.id not in broken]
    classifier = Classifier(sound, house, lists, cache=cache)
    remarks += [r for rule in _breathing(sound) for r in _tried(rule, classifier)]
    remarks += [
        Remark(hit, "misses", None, f"与规则 {of} 矛盾：「{text}」那里必须命中，这里不许命中")
        for hit, of, text in contradictions(classifier, sound)
    ]
    remarks += _recut(sound, house, cache)
    return sorted(remarks, key=lambda remark: not remark.fatal)


def _same_ids(rules: Sequence[Rule], lexicons: Sequence[Lexicon]) -> Iterator[Remark]:
    counted = Counter([*(rule.id for rule in rules), *(x.id for x in lexicons)])
    for id_, times in counted.items():
        if times > 1:
            yield Remark(
                id_, "id", None, f"id「{id_}」用了 {times} 次，请改成不同的名字", fatal=True
            )


def _written(rule: Rule) -> Iterator[Remark]:
    """Judge a rule by its looks."""
    if not (rule.any or rule.all or rule.near or rule.regex):
        text = "规则里没有任何词，永远不会命中；请在 any、all、near 或 regex 里写上词"
        yield Remark(rule.id, "any", None, text, fatal=True)
    yield from _idle(rule)
    for key in ("any", "all", "none"):
        yield from _word_list(rule, key, getattr(rule, key))
    for index, near in enumerate(rule.near):
        yield from _near(rule, index, near)
    for index, pattern in enumerate(rule.regex):
        yield from _pattern(rule, index, pattern)
    known = (*READINGS, NEGATED)
    for index, reading in enumerate(rule.despite):
        if reading not in known:
            text = f"despite 不认识「{reading}」，可以写：{'、'.join(known)}"
            yield Remark(rule.id, "despite", index, text, fatal=True)
    yield from _self_contradiction(rule)


def _idle(rule: Rule) -> Iterator[Remark]:
    """Tell of settings that keep a rule from doing what it is for."""
    if rule.weight == 0:
        text = 'weight 是 0，这条规则不起作用；不想用请写 mode = "off"'
        yield Remark(rule.id, "weight", None, text)
    if rule.cooldown and rule.label == GRAVE and rule.severity == URGENT:
        text = "紧急投诉的规则写了 cooldown：这段时间里别人的紧急投诉只记录、没有工单，请去掉"
        yield Remark(rule.id, "cooldown", None, text)


def _near(rule: Rule, index: int, near: Near) -> Iterator[Remark]:
    if len(near.words) == 1 or not near.words:
        text = "near 至少要写两个词，才说得上离得近"
        yield Remark(rule.id, "near", index, text, fatal=True)
    if not all(word.strip(" |") for word in near.words):
        yield Remark(rule.id, "near", index, "near 里有空的词，请删掉", fatal=True)


def _self_contradiction(rule: Rule) -> Iterator[Remark]:
    for word in sorted(set(rule.any) & set(rule.none)):
        text = f"「{word}」同时写在 any 和 none 里，any 里的这个词不会起作用，请删掉一处"
        yield Remark(rule.id, "none", rule.none.index(word), text)
    if rule.any and set(rule.any) <= set(rule.none):
        text = "any 里的词全都写在 none 里，永远不会命中"
        yield Remark(rule.id, "none", None, text, fatal=not (rule.near or rule.regex))


def _word_list(rule: Rule, key: str, words: Sequence[str]) -> Iterator[Remark]:
    for index, word in enumerate(words):
        if not word.strip(" |"):
            yield Remark(rule.id, key, index, f"{key} 里有空的词，请删掉", fatal=True)
        elif word in words[:index]:
            yield Remark(rule.id, key, index, f"「{word}」写了两遍，请删掉一个")
        elif key == "any" and len(word) == 1 and word.isalnum() and rule.weight >= 1:
            text = f"「{word}」只有一个字，几乎每句话都有，请写成两个字以上的词"
            yield Remark(rule.id, key, index, text)


def _pattern(rule: Rule, index: int, pattern: str) -> Iterator[Remark]:
    try:
        re.compile(pattern)
    except re.error as error:
        where = f"第 {error.pos + 1} 个字符" if error.pos is not None else "某处"
        text = f"正则表达式写错了（{where}）：{error.msg}"
        yield Remark(rule.id, "regex", index, text, fatal=True)
        return
    if is_catastrophic(pattern):
        text = (
            "正则表达式里重复套着重复，或重复的几种写法互相重叠，遇到某些句子会卡死；"
            "请去掉里层的 + 或 *，重叠的写法只留一种"
        )
        yield Remark(rule.id, "regex", index, text, fatal=True)
    if not required_literals(pattern):
        text = "正则表达式里没有一段固定的字，会拖慢每条消息；请至少写一个必须出现的字或词"
        yield Remark(rule.id, "regex", index, text, fatal=True)


def _breathing(rules: Sequence[Rule]) -> Iterator[Rule]:
    """Go through many rules, and rest between them.

    Judging asks native code, which lets go of the interpreter so often and so shortly that another
    thread that waits for it is woken in vain each time.
    """
    for number, rule in enumerate(rules, start=1):
        yield rule
        if number % BREATH == 0:
            sleep(REST)


def _tried(rule: Rule, classifier: Classifier) -> Iterator[Remark]:
    """Judge a rule by what it does."""
    place = Place(kind=rule.groups[0]) if rule.groups else ANYWHERE
    if rule.mode == "off":
        return
    if rule.weight > 0 and all(rule.id in classifier.fires(text, place) for text in EVERYWHERE):
        yield Remark(rule.id, "any", None, "这条规则什么话都会命中，请写得具体些", fatal=True)
    for index, text in enumerate(rule.hits):
        if rule.id not in classifier.fires(text, place):
            cut = "／".join(classifier.cut(text))
            said = f"例句「{text}」应当命中，却没有命中（分词：{cut}），请补上词或改例句"
            yield Remark(rule.id, "hits", index, said)
    for index, text in enumerate(rule.misses):
        if rule.id in classifier.fires(text, place):
            said = f"例句「{text}」不应命中，却命中了；请在 none 里加词，或把 any 里的词写长些"
            yield Remark(rule.id, "misses", index, said)


def _house(words: Sequence[Word]) -> Iterator[Remark]:
    seen: set[str] = set()
    for word in words:
        if not word.word.strip():
            yield Remark(word.word, "word", None, "词是空的，请删掉这一项", fatal=True)
        elif word.word in seen:
            yield Remark(
                word.word, "word", None, f"「{word.word}」写了两遍，请删掉一个", fatal=True
            )
        elif len(word.word) == 1:
            text = f"「{word.word}」只有一个字，会改变很多句子的分词，请写完整的名字"
            yield Remark(word.word, "word", None, text)
        seen.add(word.word)


def _lists(lexicons: Sequence[Lexicon]) -> Iterator[Remark]:
    ids = {x.id for x in lexicons}
    for x in lexicons:
        if not x.weights:
            yield Remark(x.id, "weights", None, "词表是空的，请写上词和分量，或删掉它", fatal=True)
        for index, need in enumerate(x.needs):
            if need not in ids:
                text = f"needs 里的「{need}」没有这个词表，请检查名字"
                yield Remark(x.id, "needs", index, text, fatal=True)
        if not x.learned and x.weights and x.bias >= x.threshold:
            text = "bias 已经达到 threshold，什么话都会命中；请调低 bias 或调高 threshold"
            yield Remark(x.id, "threshold", None, text, fatal=True)


def _recut(rules: Sequence[Rule], words: Sequence[Word], cache: Path | None) -> Iterator[Remark]:
    """Tell which words of the rules are cut otherwise because of a word of the house."""
    if not words:
        return
    plain = segmenter_for((), cache=cache)
    used = {(rule.id, text) for rule in rules for text in _texts(rule)}
    for word in words:
        house = segmenter_for((word,), cache=cache)
        for id_, text in sorted(each for each in used if _shares(word.word, each[1])):
            before, after = plain.cut(text), house.cut(text)
            if before != after:
                cut = f"从「{'／'.join(before)}」变成「{'／'.join(after)}」"
                said = f"加了这个词以后，规则 {id_} 里「{text}」的分词{cut}；请看看还对不对"
                yield Remark(word.word, "word", None, said)


def _shares(word: str, text: str) -> bool:
    """Say whether a text that is not the word itself could be cut otherwise because of it."""
    return word != text and not set(word).isdisjoint(text)


def _texts(rule: Rule) -> Iterable[str]:
    return (*rule.any, *rule.all, *rule.none, *rule.hits)
