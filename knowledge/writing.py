"""What is wrong or doubtful with a rule by its looks, before it is tried."""

import re
from collections.abc import Iterator, Sequence

from knowledge.patterns import is_catastrophic, required_literals
from knowledge.reading import NEGATED, READINGS
from knowledge.remarks import Remark
from knowledge.terms import GRAVE, Near, Rule

URGENT = 3


def written(rule: Rule) -> Iterator[Remark]:
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
