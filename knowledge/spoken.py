"""Learns from sentences written by hand how people of a brand's own groups speak.

``python -m knowledge.spoken [FOLDER]`` reads ``data/spoken.txt``, phrases and families of them,
and ``data/messages.txt``, whole messages, and writes ``data/spoken.toml``: a list for every label,
all fitted together, of which only the surest speaks. With the folder of the labelled sets the
small talk of living groups is learned from too, as what is none of them.
"""

import random
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import copysign, log
from pathlib import Path
from typing import Any

from knowledge.learn import prepare, write
from knowledge.recipe import read
from knowledge.refitting import Again
from knowledge.terms import CHAT, GRAVE, Lexicon
from knowledge.text import marked
from knowledge.weighing import UNIT

DATA = Path(__file__).parent / "data"
CHOICE = re.compile(r"\{([^{}]*)\}")
EACH = 8
"""So many sentences at most are drawn from a family, and twice as many from a large one."""
LARGE = 30
ALONE = 2.0
"""What a sentence counts that stands for itself."""
WHOLE = 6.0
"""What a whole message counts: so do people speak, where a phrase is but a part of it."""
LONGEST = 3
SEEN = 2
STRENGTH = 0.2
PAIRS = 51_000
"""So many weights are kept of what all words weigh in all lists: those that matter most."""
RATIO = 1.45
"""Each weight is so many times the next lower one: finer ones judge no better, in more room."""
STEPS = 8
"""In so many steps the others are dropped, from so many times as many."""
RIVALS = "spoken"
OVER = ("base.toml", "learned.toml")
"""The files of which every rule and list gives way to what is surer here."""
STANDING = ("rights", "displeased", "health-harm")
"""But these: a threat with the authorities, somebody hurt, and discontent in one word."""
TALK = "talk"
"""What is said in groups of other people: not a label, but what the labels must be surer than."""
THRESHOLDS = {TALK: -30.0, GRAVE: 2.0}
"""In tenths: so much surer than the talk of others a label must be, and a complaint of itself.

Chosen on sets left out: 1.7 false complaints in 100 lines of other groups' small talk, half of
which was learned from. Twice as much of it to learn from makes them a third fewer.
"""


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence, what it is, and how much it counts."""

    text: str
    label: str
    weight: float = 1.0


def families(path: Path) -> Iterator[tuple[str, str]]:
    """Read a file of sentences: each with the label of the section it stands in."""
    label = CHAT
    for line in path.read_text(encoding="utf-8").splitlines():
        if re.fullmatch(r"\[[a-z]+\]", line):
            label = line[1:-1]
        elif line and not line.startswith("# ") and not line.startswith("="):
            yield line, label


def classes(path: Path) -> dict[str, tuple[str, ...]]:
    """Read the words that may take each other's place: ``=name word|word``."""
    lines = path.read_text(encoding="utf-8").splitlines()
    named = (line[1:].split(" ", 1) for line in lines if line.startswith("="))
    return {name: tuple(words.split("|")) for name, words in named}


def sentences(path: Path) -> list[Said]:
    """Draw from every family some of the sentences it holds, the same ones each time."""
    words = classes(path)
    said: list[Said] = []
    for family, label in families(path):
        weight = 1.0 if CHOICE.search(family) else ALONE
        said += [Said(text, label, weight) for text in drawn(family, words)]
    return said


def messages(path: Path) -> list[Said]:
    """Read a file of whole messages, as they are."""
    return [Said(text, label, WHOLE) for text, label in families(path)]


def drawn(family: str, words: dict[str, tuple[str, ...]]) -> list[str]:
    """Draw sentences from ``{one|another}`` alternatives and ``{:class}`` words."""
    options = 1
    for found in CHOICE.finditer(family):
        options *= len(_options(found.group(1), words))
    wanted = min(options, EACH if options < LARGE else 2 * EACH)
    chance = random.Random(family)  # noqa: S311 - the same sentences each time
    texts = sorted({_one(family, words, chance) for _ in range(3 * wanted)})
    return sorted(chance.sample(texts, min(wanted, len(texts))))


def _options(inner: str, words: dict[str, tuple[str, ...]]) -> Sequence[str]:
    return words[inner] if inner in words else inner.split("|")


def _one(family: str, words: dict[str, tuple[str, ...]], chance: random.Random) -> str:
    text = family
    while found := CHOICE.search(text):
        chosen = chance.choice(_options(found.group(1), words))
        text = text[: found.start()] + chosen + text[found.end() :]
    return text


def fit(said: Sequence[Said], *, over: Sequence[str] = ()) -> list[Lexicon]:
    """Fit a list for every kind of message, all together; chat is the base of the others.

    Few by few those weights are dropped that matter least, and what is left is fitted again. Kinds
    of messages count alike, however many there are of each.
    """
    import numpy as np  # noqa: PLC0415 - an extra
    from scipy.sparse import diags  # noqa: PLC0415
    from sklearn.feature_extraction.text import CountVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    plain = [prepare(x.text) for x in said]
    counter = CountVectorizer(
        analyzer="char", ngram_range=(1, LONGEST), min_df=SEEN, binary=True, lowercase=False
    )
    seen = counter.fit_transform(map(marked, plain))
    words = counter.get_feature_names_out()
    count = np.asarray(seen.sum(axis=0)).ravel()
    rarity = np.log((len(said) + 1) / (count + 1)) + 1
    scaled = (diags([max(len(text), 1) ** -0.5 for text in plain]) @ seen @ diags(rarity)).tocsr()
    first = LogisticRegression(C=STRENGTH, max_iter=200, class_weight="balanced")
    first.fit(scaled, [x.label for x in said], sample_weight=[x.weight for x in said])
    truth = np.searchsorted(first.classes_, [x.label for x in said])
    balance = (len(said) / len(first.classes_) / np.bincount(truth))[truth]
    again = Again(scaled, truth, balance * [x.weight for x in said], STRENGTH)
    table, bias = first.coef_ - np.median(first.coef_, axis=0), first.intercept_
    for most in np.geomspace(STEPS * PAIRS, PAIRS, STEPS):
        table, bias = again.fit(_heaviest(table, rarity * np.sqrt(count), int(most)), bias)
    return [
        _list(str(label), weights, bias[place] * UNIT, over)
        for place, label in enumerate(first.classes_)
        for weights in [_kept(words, table[place] * rarity * UNIT)]
    ]


def _heaviest(table: Any, matter: Any, most: int) -> Any:
    """Keep so many weights, those that matter most."""
    import numpy as np  # noqa: PLC0415 - an extra

    worth = np.abs(table) * matter
    return np.where(worth < np.sort(worth, axis=None)[-most:][0], 0.0, table)


def _list(label: str, weights: dict[str, float], bias: float, over: Sequence[str]) -> Lexicon:
    return Lexicon(
        f"spoken-{label}",
        CHAT if label == TALK else label,
        threshold=THRESHOLDS.get(label, 0.0),
        bias=round(float(bias), 1),
        weights=weights,
        learned=True,
        groups=("ours",),
        rivals=RIVALS,
        over=tuple(over) if label == GRAVE else (),
        base=label == CHAT,
    )


def _kept(words: Any, weights: Any) -> dict[str, float]:
    return {
        str(word): stepped(float(weight))
        for word, weight in zip(words, weights, strict=True)
        if round(float(weight)) and not word.isspace()
    }


def stepped(weight: float) -> float:
    """Bring a weight to the nearest step; the first is 1."""
    return copysign(round(RATIO ** round(log(max(abs(weight), 1.0), RATIO))), weight)


def talk(folder: Path) -> list[Said]:
    """Read what is said in living groups and is none of the labels."""
    lines = read(folder / "complaint_vs_not.jsonl") + read(folder / "spam_vs_not.jsonl")
    texts = {
        x.text for x in lines if x.chat and x.label == "not" and not x.source.startswith("ads")
    }
    return [Said(text, TALK) for text in sorted(texts)]


def main(folder: str = "") -> None:
    """Learn everything and write it down."""
    known = (tomllib.loads((DATA / name).read_text(encoding="utf-8")) for name in OVER)
    named = [str(each["id"]) for table in known for key in table for each in table[key]]
    over = [id_ for id_ in named if id_ not in STANDING]
    said = sentences(DATA / "spoken.txt") + messages(DATA / "messages.txt")
    said += talk(Path(folder)) if folder else []
    (DATA / "spoken.toml").write_text(write(fit(said, over=over)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
