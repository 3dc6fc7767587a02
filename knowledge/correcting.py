"""What people say of single messages, turned into small changes of the learned lists.

What a list learned from many messages stays as it is. A message that it took wrongly adds what the
list did not know yet: stretches of three characters that tell this message from others, all weighed
alike, and no more than it takes. So the same and much the same is met, and little else.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from math import ceil

from knowledge.classifier import quoted
from knowledge.learn import LONGEST, prepare, weigh
from knowledge.terms import Correction, Lexicon
from knowledge.text import Normaliser

ROOM = 1.0
"""So far below its threshold a list falls silent, in the tenths that learned lists count in."""
PASSES = 3
FEWEST, MOST = 4, 12
"""So many stretches share a change: enough to know the message by, not too many to read."""
SIZES = (3, 4, 2, 1)
Changes = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Objection:
    """A text that is not what these lists took it for."""

    text: str
    lists: frozenset[str]


def corrected(lexicons: Iterable[Lexicon], corrections: Iterable[Correction]) -> list[Lexicon]:
    """Add to the weights of lists what people corrected by hand or had corrected."""
    changes: Changes = {}
    for correction in corrections:
        _add(changes.setdefault(correction.list, {}), correction.weights)
    return [_changed(x, changes[x.id]) if x.id in changes else x for x in lexicons]


def propose(lexicons: Iterable[Lexicon], objections: Iterable[Objection]) -> Changes:
    """Say by how much which stretches of which lists must weigh less to meet the objections."""
    normaliser = Normaliser.shipped()
    told = [(_prepared(each.text, normaliser), each.lists) for each in objections]
    changes: Changes = {}
    for lexicon in lexicons:
        moved: dict[str, float] = {}
        for text in [text for text, lists in told if lexicon.id in lists] * PASSES:
            _add(moved, _steps(_changed(lexicon, moved), lexicon, text))
        if moved:
            changes[lexicon.id] = moved
    return changes


def _prepared(text: str, normaliser: Normaliser) -> str:
    return prepare(text[quoted(text) :], normaliser)


def _changed(lexicon: Lexicon, moved: Mapping[str, float]) -> Lexicon:
    weights = dict(lexicon.weights)
    _add(weights, moved)
    return replace(lexicon, weights=weights)


def _add(weights: dict[str, float], moved: Mapping[str, float]) -> None:
    for word, step in moved.items():
        weights[word] = weights.get(word, 0.0) + step


def _steps(lexicon: Lexicon, learned: Lexicon, text: str) -> dict[str, float]:
    """Lower what tells a text from others until its list is silent about it."""
    excess = weigh(lexicon, text) - lexicon.threshold + ROOM
    if excess <= 0:
        return {}
    words = _telling(learned, text)
    return dict.fromkeys(words, -float(ceil(excess * len(text) ** 0.5 / max(1, len(words)))))


def _telling(learned: Lexicon, text: str) -> list[str]:
    """Choose stretches of a text that its list does not know, or short of those any."""
    for size in SIZES:
        grams = [text[at : at + size] for at in range(len(text) - size + 1)]
        new = [g for g in dict.fromkeys(grams) if g.isalnum() and g not in learned.weights]
        if len(new) >= FEWEST:
            return [new[n * len(new) // MOST] for n in range(MOST)] if len(new) > MOST else new
    return [text[:LONGEST]]
