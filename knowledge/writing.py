"""What is wrong or doubtful with a rule by its looks, before it is tried."""

import re
from collections.abc import Iterator

from knowledge.patterns import MOST_ENDLESS, is_catastrophic, is_endless, required_literals
from knowledge.reading import NEGATED, READINGS
from knowledge.remarks import Remark
from knowledge.spelling import Cost, Normal, spelt
from knowledge.terms import GRAVE, Near, Rule

URGENT = 3


def written(rule: Rule, normal: Normal, cost: Cost) -> Iterator[Remark]:
    """Judge a rule by its looks; ``cost`` says how common a character is."""
    if not (rule.any or rule.all or rule.near or rule.regex):
        text = "规则里没有任何词，永远不会命中；请在 any、all、near 或 regex 里写上词"
        yield Remark(rule.id, "any", None, text, fatal=True)
    yield from _idle(rule)
    for index, near in enumerate(rule.near):
        yield from _near(rule, index, near)
    for index, pattern in enumerate(rule.regex):
        yield from _pattern(rule, index, pattern, normal)
    known = (*READINGS, NEGATED)
    for index, reading in enumerate(rule.despite):
        if reading not in known:
            text = f"despite 不认识「{reading}」，可以写：{'、'.join(known)}"
            yield Remark(rule.id, "despite", index, text, fatal=True)
    yield from spelt(rule, normal, cost)


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


def _pattern(rule: Rule, index: int, pattern: str, normal: Normal) -> Iterator[Remark]:
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
    elif is_endless(pattern):
        text = (
            f"正则表达式里没有上限的重复（.* .+ [^，]*）超过 {MOST_ENDLESS} 个，遇到长消息会卡死；"
            "请写明最多隔几个字，比如把 .* 写成 .{0,12}"
        )
        yield Remark(rule.id, "regex", index, text, fatal=True)
    if not required_literals(pattern):
        text = "正则表达式里没有一段固定的字，会拖慢每条消息；请至少写一个必须出现的字或词"
        yield Remark(rule.id, "regex", index, text, fatal=True)
    yield from _never_so(rule, index, pattern, normal)


def _never_so(rule: Rule, index: int, pattern: str, normal: Normal) -> Iterator[Remark]:
    """Tell of words of a pattern that stand in no text in normal form."""

    def changed(word: str) -> bool:
        """Say whether a word is written otherwise by itself and inside of a text."""
        return word not in normal(word) and word not in normal(f"的{word}的")

    # Of the lists that a pattern cannot do without the one is asked for that has such words.
    words = required_literals(pattern, lambda word: -(10.0 ** len(word)) if changed(word) else 1.0)
    for word in words:
        instead = normal(word)
        if changed(word) and instead not in words:  # [?？] says both
            becomes = f"变成「{instead}」，请写「{instead}」" if instead else "去掉，请删掉它"
            text = f"正则表达式里的「{word}」永远匹配不上：判断之前它已经{becomes}"
            yield Remark(rule.id, "regex", index, text)
