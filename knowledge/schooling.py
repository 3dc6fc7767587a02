"""Learns from labelled questions the weights by which answers are found.

``python -m knowledge.schooling WHAT KB QUERIES`` writes what ``data/WHAT.toml`` holds, WHAT being
likeness, relevance or gist; scikit-learn is needed for this alone.
"""

import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knowledge.gist import Gists
from knowledge.likeness import Features, differences
from knowledge.passages import Passages
from knowledge.phrasings import Phrasings
from knowledge.segment import segmenter_for
from knowledge.text import Normaliser
from knowledge.wording import Reader, read_shares

SEEN = 6  # a difference seen less often is not learned
SMALL = 40  # questions in a small collection, which must do as well as a large one
SMALL_WEIGHT = 0.5
STRENGTH = 0.4  # of evidence against the wish for few weights
WEAK = 0.1  # where there are few cases
SLIGHT = 0.01  # weights below it are left out
SMOOTH = 0.001  # of the weights' squares beside the loss of a query
TINY = 1e-9
SEED = 5
KINDS = ("word", "character", "aspect")


@dataclass(frozen=True, slots=True)
class Case:
    """A candidate: what was measured, what differs, whether it is the right one."""

    measured: Features
    differs: tuple[str, ...]
    right: bool
    weight: float = 1.0


def likeness_cases(
    entries: Sequence[dict[str, Any]], queries: Sequence[dict[str, Any]]
) -> list[Case]:
    """Collect candidates from the whole collection, and from small parts of it."""
    cases = list(_phrasing_cases(entries, queries, 1.0))
    order = list(entries)
    random.Random(SEED).shuffle(order)  # noqa: S311 - the same parts each time
    for start in range(0, len(order), SMALL):
        part = order[start : start + SMALL]
        ids = {entry["id"] for entry in part}
        cases += _phrasing_cases(
            part, [q for q in queries if (q["label"] or q.get("near")) in ids], SMALL_WEIGHT
        )
    return cases


def _phrasing_cases(
    entries: Sequence[dict[str, Any]], queries: Sequence[dict[str, Any]], weight: float
) -> Iterator[Case]:
    index = Phrasings([entry["question"] for entry in entries], _reader(), read_shares())
    for query in queries:
        for number, measured, asked, known in index.candidates(query["text"]):
            if asked.plain != known.plain:  # that is certain, whatever is learned
                right = entries[number]["id"] == query["label"]
                yield Case(measured, tuple(differences(asked, known)), right, weight)


def relevance_cases(
    entries: Sequence[dict[str, Any]], queries: Sequence[dict[str, Any]]
) -> list[list[Case]]:
    """Collect the candidate texts of each query, from a collection in its order and in none."""
    mixed = list(entries)
    random.Random(SEED).shuffle(mixed)  # noqa: S311 - the same order each time
    return [cases for texts in (entries, mixed) for cases in _passage_cases(texts, queries)]


def _passage_cases(
    entries: Sequence[dict[str, Any]], queries: Sequence[dict[str, Any]]
) -> Iterator[list[Case]]:
    index = Passages([entry["answer"] for entry in entries], _reader(), read_shares())
    for query in queries:
        yield [
            Case(measured, (), entries[number]["id"] == query["label"])
            for number, measured in index.candidates(query["text"])
        ]


def gist_cases(entries: Sequence[dict[str, Any]], queries: Sequence[dict[str, Any]]) -> list[Case]:
    """Collect candidates by what each query is about; an entry has ``questions``, an answer."""
    reader = _reader()
    asked = [(entry, text) for entry in entries for text in entry["questions"]]
    index = Gists(
        [reader.plain(text) for _, text in asked],
        [reader.plain(entry["answer"]) for entry, _ in asked],
        [entry["id"] for entry, _ in asked],
        read_shares(),
    )
    return [
        Case(measured, (), asked[number][0]["id"] == query["label"])
        for query in queries
        for number, measured in index.candidates(reader.plain(query["text"]))
    ]


def learn(
    cases: Sequence[Case], *, strength: float = STRENGTH, sparse: bool = True
) -> tuple[float, dict[str, float], dict[str, float]]:
    """Return a bias, the weights of measures, and those of differences that decide anything."""
    from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415 - an extra
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.preprocessing import StandardScaler  # noqa: PLC0415

    counts = Counter(name for case in cases if case.weight == 1 for name in case.differs)
    names = sorted({name for case in cases for name in case.measured})
    scaler = StandardScaler().fit([[case.measured[n] for n in names] for case in cases])
    spread = dict(zip(names, scaler.scale_, strict=True))
    rows = [
        {f"= {name}": case.measured[name] / spread[name] for name in names}
        | {name: 1.0 for name in case.differs if counts[name] >= SEEN}
        for case in cases
    ]
    vectorizer = DictVectorizer()
    model = LogisticRegression(
        C=strength, l1_ratio=float(sparse), solver="liblinear", intercept_scaling=20
    )
    matrix = vectorizer.fit_transform(rows)
    # liblinear reads narrow indices only.
    matrix.indices, matrix.indptr = matrix.indices.astype("i4"), matrix.indptr.astype("i4")
    right = [case.right for case in cases]
    model.fit(matrix, right, sample_weight=[case.weight for case in cases])
    found = dict(zip(vectorizer.get_feature_names_out(), model.coef_[0], strict=True))
    measures = {name: float(found[f"= {name}"] / spread[name]) for name in names}
    decisive = {
        k: float(v) for k, v in found.items() if not k.startswith("= ") and abs(v) >= SLIGHT
    }
    return float(model.intercept_[0]), measures, decisive


def learn_order(queries: Sequence[Sequence[Case]]) -> tuple[float, dict[str, float]]:
    """Return weights by which the right candidate of each query comes first, and a bias.

    What makes one candidate better than another of the same query is learned first; how likely the
    better ones are right is then a matter of scale.
    """
    import numpy as np  # noqa: PLC0415 - an extra
    from scipy.optimize import minimize  # noqa: PLC0415 - comes with scikit-learn
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415 - an extra

    lists = [cases for cases in queries if any(case.right for case in cases)]
    names = sorted(lists[0][0].measured)
    matrices = [np.array([[c.measured[n] for n in names] for c in cases]) for cases in lists]
    spread = np.concatenate(matrices).std(axis=0) + TINY
    scaled = [matrix / spread for matrix in matrices]
    right = [[case.right for case in cases].index(True) for cases in lists]

    def loss(weights: Any) -> tuple[float, Any]:
        total, slope = SMOOTH * float(weights @ weights), 2 * SMOOTH * weights
        for matrix, place in zip(scaled, right, strict=True):
            scores = matrix @ weights
            chances = np.exp(scores - scores.max())
            chances /= chances.sum()
            total -= float(np.log(chances[place] + TINY)) / len(scaled)
            slope += (chances @ matrix - matrix[place]) / len(scaled)
        return total, slope

    weights = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B").x / spread
    every = [case for cases in queries for case in cases]
    scores = [
        [sum(case.measured[n] * w for n, w in zip(names, weights, strict=True))] for case in every
    ]
    scale = LogisticRegression(C=1e3).fit(scores, [case.right for case in every])
    grown = float(scale.coef_[0][0])
    return float(scale.intercept_[0]), {
        n: grown * float(w) for n, w in zip(names, weights, strict=True)
    }


def write_table(bias: float, measures: dict[str, float], decisive: dict[str, float]) -> str:
    """Write weights as TOML, the strongest differences first."""
    lines = [f"bias = {bias:.4f}", "", "[measures]"]
    lines += [f"{name} = {weight:.4f}" for name, weight in sorted(measures.items())]
    for kind in KINDS if decisive else ():
        own = [(k.split(" ", 1)[1], v) for k, v in decisive.items() if k.startswith(kind + " ")]
        lines += ["", f"[{kind}]"]
        lines += [f'"{name}" = {v:.2f}' for name, v in sorted(own, key=lambda e: (e[1], e[0]))]
    return "\n".join(lines) + "\n"


def _reader() -> Reader:
    return Reader.shipped(segmenter_for(()), Normaliser.shipped())


def main(what: str, kb: str, queries: str) -> str:
    """Learn from two files of JSON lines and return the table."""
    entries, asked = (
        [json.loads(line) for line in Path(name).read_text(encoding="utf-8").splitlines()]
        for name in (kb, queries)
    )
    if what == "gist":
        return write_table(*learn(gist_cases(entries, asked), strength=WEAK, sparse=False))
    if what == "relevance":
        return write_table(*learn_order(relevance_cases(entries, asked)), {})
    return write_table(*learn(likeness_cases(entries, asked)))


if __name__ == "__main__":
    sys.stdout.write(main(*sys.argv[1:]))
