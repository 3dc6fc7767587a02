"""Learns lists of weighted words from labelled messages; needs the extra ``learn``.

What is learned are stretches of one to four characters, which is what the engine looks for, and
nothing else: at run time there is a list that a person can read, and a sum.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from textwrap import TextWrapper
from typing import Any

from knowledge.braces import BRACES, together
from knowledge.terms import LABELS, Lexicon
from knowledge.text import DIGITS, Normaliser, marked
from knowledge.weighing import UNIT

LONGEST = 4
SEEN = 2
STRENGTH = 1.0
EVEN = 0.05
FEWEST = 8
FOLDS = 4
LINES = TextWrapper(100, break_long_words=False, break_on_hyphens=False)


@dataclass(frozen=True, slots=True)
class Sample:
    """A message that somebody labelled; ``weight`` is how much it counts."""

    text: str
    positive: bool
    weight: float = 1.0


def fit(
    id_: str,
    label: str,
    samples: Sequence[Sample],
    *,
    size: int,
    contrast: float = 0.0,
    doubt: float | None = None,
    **extra: Any,
) -> Lexicon:
    """Fit one list of at most ``size`` words: the best of a first fit, fitted again alone.

    With ``contrast`` a word counts by how unevenly it stands in the two kinds of messages, which
    helps where both speak of the same things; the less of it, the less is believed at all. A
    message that what was learned from the others contradicts by more than ``doubt`` was labelled
    wrongly, and teaches nothing.
    """
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415 - an extra

    texts = [sample.text for sample in samples]
    counter = CountVectorizer(
        analyzer="char", ngram_range=(1, LONGEST), min_df=SEEN, binary=True, lowercase=False
    )
    seen = counter.fit_transform(texts)
    words = counter.get_feature_names_out()
    weights, bias = _weigh(seen, samples, size=size, contrast=contrast, doubt=doubt)
    table = {
        str(word): round(float(weight) * UNIT)
        for word, weight in zip(words, weights, strict=True)
        if round(float(weight) * UNIT) and not word.isspace()
    }
    return Lexicon(
        id_,
        label,
        threshold=0.0,
        bias=round(bias * UNIT, 1),
        weights=dict(sorted(table.items())),
        learned=True,
        **extra,
    )


def _weigh(
    seen: Any, samples: Sequence[Sample], *, size: int, contrast: float, doubt: float | None
) -> Any:
    import numpy as np  # noqa: PLC0415 - an extra
    from scipy.sparse import diags  # noqa: PLC0415
    from sklearn.base import clone  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.model_selection import cross_val_predict  # noqa: PLC0415

    count = np.asarray(seen.sum(axis=0)).ravel()
    truth = np.array([sample.positive for sample in samples])
    rarity = np.log((len(samples) + 1) / (count + 1)) + 1
    if contrast:
        for_, against = (np.asarray(seen[part].sum(axis=0)).ravel() + 1 for part in (truth, ~truth))
        uneven = np.abs(np.log(for_ / for_.sum()) - np.log(against / against.sum()))
        rarity = rarity * np.sqrt(uneven + EVEN)
    lengths = [max(len(sample.text), 1) ** -0.5 for sample in samples]
    scaled = (diags(lengths) @ seen @ diags(rarity)).tocsr()
    worth = np.array([sample.weight for sample in samples])
    plain = LogisticRegression(C=contrast or STRENGTH, max_iter=400)
    if doubt is not None:
        unseen = cross_val_predict(plain, scaled, truth, cv=FOLDS, method="decision_function")
        worth = worth * (np.where(truth, -unseen, unseen) <= doubt)

    def model(columns: Any) -> Any:
        return clone(plain).fit(columns, truth, sample_weight=worth)

    first = model(scaled).coef_[0]
    best = np.sort(np.argsort(-np.abs(first) * np.sqrt(count + 1), kind="stable")[:size])
    last = model(scaled[:, best])
    weights = np.zeros_like(first)
    weights[best] = last.coef_[0] * rarity[best]
    return weights, float(last.intercept_[0])


def prepare(text: str, normaliser: Normaliser | None = None) -> str:
    """Bring a text into the form in which learned lists are weighed."""
    return (normaliser or _normaliser()).plain(text).translate(DIGITS)


@cache
def _normaliser() -> Normaliser:
    return Normaliser.shipped()


def write(lexicons: Iterable[Lexicon]) -> str:
    """Write lists as TOML: the words of each weight, the heaviest first."""
    parts = [HEAD]
    for x in lexicons:
        needs = f"rivals = {_quote(x.rivals)}\n" if x.rivals else ""
        needs += f"terse = {x.terse}\n" if x.terse else ""
        needs += "base = true\n" if x.base else ""
        for key in ("needs", "despite", "groups", "over"):
            if named := getattr(x, key):
                needs += f"{key} = [{', '.join(map(_quote, named))}]\n"
        parts.append(
            f"\n[[lexicons]]\nid = {_quote(x.id)}\nlabel = {_quote(x.label)}\nlearned = true\n"
            f"threshold = {x.threshold}\nbias = {x.bias}\n{needs}\n[lexicons.weights]\n"
        )
        parts += _weights(x.weights)
    return "".join(parts)


def _weights(weights: Mapping[str, float]) -> Iterator[str]:
    """Write words of one weight together; those that hold a blank cannot stand among others."""
    alike: dict[float, list[str]] = {}
    for word, weight in sorted(weights.items()):
        if not BRACES.isdisjoint(word) or any(map(str.isspace, word)):
            yield f"{_quote(word)}={weight:g}\n"
        else:
            alike.setdefault(weight, []).append(word)
    for weight, words in sorted(alike.items(), reverse=True):
        key = f"{weight:g}" if float(weight).is_integer() else _quote(f"{weight:g}")
        lines = LINES.wrap(_quote(" ".join(together(words)))[1:-1])
        text = f'"{lines[0]}"' if len(lines) == 1 else '"""\n{}"""'.format("\n".join(lines))
        yield f"{key} = {text}\n"


HEAD = """\
# 由 qunkeeper learn 学出来的词表：每个词（一到四个字的片段）一个分量，正数支持，负数反对。
# 「⊢」是一句话的开头，「⊣」是结尾：「⊢又」是开头的那个“又”。
# 一样重的写在一起：12 = "词 词"，不{要好} 就是 不要 和 不好；也可以一个一个写："词" = 12。
# 一句话里出现的词（每个只算一次，数字一律看作 0）分量相加，除以字数的平方根，再加 bias，
# 达到 threshold 就算；写了 needs 的，needs 里的词表也要同时达到。写了 terse 的，不到二十个字的话
# 每少一个字，threshold 就高这么多。分量可以手改，词可以删。
"""


def _quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def learn(
    lines: Iterable[Mapping[str, Any]],
    *,
    labels: Mapping[str, str] | None = None,
    size: int = 4000,
) -> list[Lexicon]:
    """Learn one list for every label of ours that the lines use.

    ``labels`` renames what the lines call it, ``{"spam": "ad"}``; what is no label of ours is
    what the lists must keep quiet about. The threshold is where a fourfold cross-validation finds
    the best F1; a label with fewer than eight messages, or nothing beside it, is left alone, and
    so are messages that have nothing in common.
    """
    normaliser = Normaliser.shipped()
    named = labels or {}
    rows = [
        (prepare(str(line["text"]), normaliser), named.get(str(line["label"]), str(line["label"])))
        for line in lines
    ]
    lists = []
    for label in LABELS:
        samples = [Sample(text, positive=said == label) for text, said in rows if text]
        positive = sum(sample.positive for sample in samples)
        if min(positive, len(samples) - positive) >= FEWEST and _alike(samples):
            lexicon = fit(f"own-{label}", label, samples, size=size)
            lists.append(replace(lexicon, threshold=_threshold(lexicon, samples, size)))
    return lists


def _alike(samples: Iterable[Sample]) -> bool:
    """Say whether anything stands in several messages, so that there is something to weigh."""
    counted = Counter(x for sample in samples for x in set(sample.text) if not x.isspace())
    return any(times >= SEEN for times in counted.values())


def _threshold(lexicon: Lexicon, samples: Sequence[Sample], size: int) -> float:
    """Find the threshold with the best F1, each message weighed by a list that never saw it."""
    marks: list[tuple[float, bool]] = []
    for fold in range(FOLDS):
        seen = [sample for n, sample in enumerate(samples) if n % FOLDS != fold]
        if len({sample.positive for sample in seen}) == 1 or not _alike(seen):
            return lexicon.threshold
        part = fit(lexicon.id, lexicon.label, seen, size=size)
        unseen = samples[fold::FOLDS]
        marks += [(weigh(part, sample.text), sample.positive) for sample in unseen]
    marks.sort(reverse=True)
    total = sum(positive for _, positive in marks)
    best, threshold, right = 0.0, lexicon.threshold, 0
    following = [mark for mark, _ in marks[1:]] + [marks[-1][0]]
    for taken, ((mark, positive), below) in enumerate(zip(marks, following, strict=True), start=1):
        right += positive
        f1 = 2 * right / (taken + total)
        if f1 > best:
            best, threshold = f1, (mark + below) / 2
    return round(threshold, 1)


def weigh(lexicon: Lexicon, prepared: str) -> float:
    """Weigh a prepared text by one list, as the engine does."""
    text = marked(prepared)
    grams = {text[a : a + n] for n in range(1, LONGEST + 1) for a in range(len(text))}
    total = sum(lexicon.weights.get(gram, 0.0) for gram in grams)
    return float(total / max(len(prepared), 1) ** 0.5 + lexicon.bias)
