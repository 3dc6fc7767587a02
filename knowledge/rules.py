"""What a manager writes, and what is wrong with it before anybody is hurt."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from knowledge.classifier import Classifier
from knowledge.lab import contradictions
from knowledge.listed import listed
from knowledge.remarks import Remark, breathing
from knowledge.segment import segmenter_for
from knowledge.terms import CHAT, LABELS, Lexicon, Near, Rule, Word
from knowledge.text import Normaliser
from knowledge.unheard import Unheard, examples, explained, own_words, place_of
from knowledge.writing import written

__all__ = ["CHAT", "LABELS", "Lexicon", "Near", "Remark", "Rule", "Word", "inspect"]

EVERYWHERE = ("你好", "收到", "今天天气不错", "哈哈哈", "好的，谢谢", "晚上一起吃饭", "ok")
"""Messages of no meaning; a rule that hits them all hits everything."""


def inspect(
    rules: Sequence[Rule],
    words: Sequence[Word] = (),
    lexicons: Sequence[Lexicon] = (),
    *,
    cache: Path | None = None,
) -> list[Remark]:
    """Tell everything that is wrong or doubtful, the faults first."""
    remarks: list[Remark] = [*_same_ids(rules, lexicons), *_house(words), *listed(lexicons, rules)]
    normal, cost = Normaliser.shipped().plain, segmenter_for((), cache=cache).commonness
    for rule in rules:
        remarks += written(rule, normal, cost)
    broken = {remark.id for remark in remarks if remark.fatal}
    sound = [rule for rule in rules if rule.id not in broken]
    house = [word for word in words if word.word not in broken]
    lists = [x for x in lexicons if x.id not in broken]
    classifier = Classifier(sound, house, lists, cache=cache)
    awake = [rule for rule in sound if rule.mode != "off"]
    unheard: list[Unheard] = []
    for rule in breathing(awake):
        remarks += _tried(rule, classifier)
        unheard += [*examples(rule, classifier), *own_words(rule, classifier)]
    remarks += explained(unheard, classifier, house, cache=cache)
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


def _tried(rule: Rule, classifier: Classifier) -> Iterator[Remark]:
    """Judge a rule by what else it hits."""
    place = place_of(rule)
    if rule.weight > 0 and all(rule.id in classifier.ruled(text, place) for text in EVERYWHERE):
        yield Remark(rule.id, "any", None, "这条规则什么话都会命中，请写得具体些", fatal=True)
    for index, text in enumerate(rule.misses):
        if rule.id in classifier.ruled(text, place):
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
