"""How fast the classifier is, as ratios against the plain ways of doing the same with jieba."""

import gc
import re
import resource
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from subprocess import run
from time import thread_time

from knowledge.classifier import Classifier, Place
from knowledge.dictionary import Dictionary
from knowledge.terms import GRAVE, Lexicon, Rule
from knowledge.tokenizer import jieba_tokenizer

ROUNDS = 5
THOUSAND, KEYWORDS = 1_000, 100_000
EACH = 4  # words of its own that a rule has
CHINESE = re.compile("[\u4e00-\u9fa5]{2,4}")
FAN = Place(kind="fan")
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
    rounds: int = ROUNDS,
) -> float:
    """Say how many times dearer ``plain`` is; it may be given only every ``share``-th text.

    Both are measured back to back in each round, so that a busy machine slows both; the median
    of the rounds counts.
    """
    fewer = texts[::share]
    cost(ours, texts)
    cost(plain, fewer[:10])
    return median(cost(plain, fewer) / max(cost(ours, texts), 1e-9) for _ in range(rounds))


def compare(
    rules: Sequence[Rule], texts: Sequence[str], classifier: Classifier, *, rounds: int = ROUNDS
) -> dict[str, float]:
    """Measure the classifier over these rules and texts against both plain ways."""
    ours = classifier.classify
    return {
        "lcut_and_loop": round(ratio(by_loop(rules), ours, texts, share=10, rounds=rounds), 1),
        "lcut_and_index": round(ratio(by_index(rules), ours, texts, share=5, rounds=rounds), 1),
        "microseconds": round(cost(ours, texts) * 1e6, 2),
    }


def rules_over(words: Sequence[str], amount: int) -> list[Rule]:
    """Write so many rules, each of four words of its own; some need another, some forbid one."""
    return [
        Rule(
            id=f"bench-{n}",
            label=GRAVE,
            any=tuple(words[EACH * n : EACH * (n + 1)]),
            all=(words[-1 - n],) if n % 10 == 0 else (),
            none=(words[-2 - n],) if n % 3 == 0 else (),
        )
        for n in range(amount)
    ]


def foreign_words(texts: Iterable[str]) -> list[str]:
    """List the words of jieba's dictionary that stand in none of these texts, well mixed."""
    said = "\n".join(texts)
    known = jieba_tokenizer(None).FREQ.items()
    words = sorted(w for w, seen in known if seen and CHINESE.fullmatch(w) and w not in said)
    Random(0).shuffle(words)  # noqa: S311 - the same words each time
    return words


def standing(
    texts: Sequence[str],
    lexicons: Sequence[Lexicon],
    *,
    cache: Path | None,
    load: tuple[int, int] = (ROUNDS, KEYWORDS),
) -> dict[str, object]:
    """Measure what is promised of judging: a thousand rules, of which one message in ten hits one.

    ``load`` is how many rounds, and keywords where they are many. ``growth`` is the cost with
    these against that with ten, ``start`` from nothing to the first verdict with a warm cache,
    ``listed`` what the shipped lists let through.
    """
    rounds, keywords = load
    words = foreign_words(texts)
    rules = rules_over(words, THOUSAND)
    said = texts_with(texts, [rule.any[0] for rule in rules], every=10)
    classifier = Classifier(rules, cache=cache)
    few = Classifier([Rule("few", GRAVE, any=tuple(words[:10]))], cache=cache)
    many = Classifier(rules_over(words, keywords // EACH), cache=cache)
    listed = Classifier((), (), lexicons, cache=cache)
    mixed = texts_with(texts, words[:10], every=10)
    return {
        "engines": classifier.engines,
        "characters": round(sum(map(len, said)) / len(said)),
        "rules": len(rules),
        **compare(rules, said, classifier, rounds=rounds),
        "microseconds_without_hits": round(cost(classifier.classify, texts) * 1e6, 2),
        "growth": round(ratio(many.classify, few.classify, mixed, rounds=rounds), 2),
        "listed_messages_per_second": rate(listed, texts, rounds),
        "keywords": keywords,
        "keywords_memory_mib": memory(words[:keywords], cache=cache),
        "start_ms": start(lambda: Classifier(rules[:100], cache=cache)),
    }


def memory(words: Sequence[str], *, cache: Path | None) -> float | None:
    """Measure what a classifier of rules over these words adds to a process of its own, in MiB.

    The rules themselves, which belong to the configuration, were there before.
    """
    command = [sys.executable, "-m", "knowledge.bench", str(cache or "")]
    done = run(command, input="\n".join(words).encode(), capture_output=True, check=False)  # noqa: S603
    return float(done.stdout) if done.returncode == 0 else None


def grown(words: Sequence[str], cache: Path | None) -> float:
    """Compile rules over words, and say by how many MiB this process grew."""
    rules = rules_over(words, len(words) // EACH)
    Classifier(rules[:1], cache=cache).classify("质量太差了，我要退款")
    before = _resident()
    classifier = Classifier(rules, cache=cache)
    classifier.classify("质量太差了，我要退款")
    return round(_resident() - before, 1)


def _resident() -> float:
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 2**20


def start(build: Callable[[], Classifier]) -> float:
    """Measure from nothing to the first verdict, in milliseconds of this thread."""
    Dictionary.forget()
    began = thread_time()
    build().classify("质量太差了，我要退款")
    return round((thread_time() - began) * 1000, 1)


def texts_with(texts: Iterable[str], words: Sequence[str], *, every: int) -> list[str]:
    """Put a word into every so-manieth text, at its end, so that that share of messages hits."""
    return [
        f"{text}，{words[n // every % len(words)]}" if n % every == 0 else text
        for n, text in enumerate(texts)
    ]


def rate(classifier: Classifier, texts: Sequence[str], rounds: int) -> int:
    """Measure how many messages said in a group of ours are judged in a second of one core."""
    classify = partial(classifier.classify, place=FAN)
    cost(classify, texts)
    return round(1 / median(cost(classify, texts) for _ in range(rounds)))


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if sys.argv[1] else None
    sys.stdout.write(str(grown(sys.stdin.read().split("\n"), folder)))
