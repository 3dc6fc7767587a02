"""How fast the classifier is, as ratios against the plain ways of doing the same with jieba."""

from collections.abc import Callable, Iterable, Sequence
from statistics import median
from time import perf_counter, thread_time

from knowledge.classifier import Classifier
from knowledge.segment import jieba_tokenizer
from knowledge.terms import Rule

ROUNDS = 5
Labels = list[str]


def by_loop(rules: Sequence[Rule]) -> Callable[[str], Labels]:
    """Cut every message with jieba, and go through all the rules."""
    cut = jieba_tokenizer(None).lcut
    plain = [(rule.id, set(rule.any), set(rule.all), set(rule.none)) for rule in rules]

    def classify(text: str) -> Labels:
        words = set(cut(text))
        return [
            id_
            for id_, any_, all_, none in plain
            if (any_ & words or not any_) and all_ <= words and not none & words
        ]

    return classify


def by_index(rules: Sequence[Rule]) -> Callable[[str], Labels]:
    """Cut every message with jieba, and look up which rules its words belong to."""
    cut = jieba_tokenizer(None).lcut
    index: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        for word in rule.any or rule.all[:1]:
            index.setdefault(word, []).append(place)
    plain = [(rule.id, set(rule.all), set(rule.none)) for rule in rules]

    def classify(text: str) -> Labels:
        words = set(cut(text))
        places = {place for word in words & index.keys() for place in index[word]}
        return [
            plain[place][0]
            for place in sorted(places)
            if plain[place][1] <= words and not plain[place][2] & words
        ]

    return classify


def cost(classify: Callable[[str], object], texts: Sequence[str]) -> float:
    """Measure one pass, in seconds of this thread a message."""
    began = thread_time()
    for text in texts:
        classify(text)
    return (thread_time() - began) / max(1, len(texts))


def ratio(
    plain: Callable[[str], object],
    ours: Callable[[str], object],
    texts: Sequence[str],
    *,
    share: int = 1,
) -> float:
    """Say how many times dearer ``plain`` is; it may be given only every ``share``-th text.

    Both are measured back to back in each round, so that a busy machine slows both; the median
    of the rounds counts.
    """
    fewer = texts[::share]
    cost(ours, texts)
    cost(plain, fewer[:10])
    return median(cost(plain, fewer) / max(cost(ours, texts), 1e-9) for _ in range(ROUNDS))


def compare(
    rules: Sequence[Rule], texts: Sequence[str], classifier: Classifier
) -> dict[str, float]:
    """Measure the classifier over these rules and texts against both plain ways."""
    return {
        "lcut_and_loop": round(ratio(by_loop(rules), classifier.classify, texts, share=10), 1),
        "lcut_and_index": round(ratio(by_index(rules), classifier.classify, texts, share=5), 1),
        "microseconds": round(cost(classifier.classify, texts) * 1e6, 2),
    }


def growth(few: Classifier, many: Classifier, texts: Sequence[str]) -> float:
    """Say how many times dearer a message is with many keywords than with few."""
    return round(ratio(many.classify, few.classify, texts), 2)


def start(build: Callable[[], Classifier]) -> float:
    """Measure from nothing to the first verdict, in milliseconds."""
    began = perf_counter()
    build().classify("质量太差了，我要退款")
    return round((perf_counter() - began) * 1000, 1)


def texts_with(texts: Iterable[str], words: Sequence[str], *, every: int) -> list[str]:
    """Put a word into every so-manieth text, at its end, so that that share of messages hits."""
    return [
        f"{text}，{words[n % len(words)]}" if n % every == 0 else text
        for n, text in enumerate(texts)
    ]
