"""What people say of single messages, turned into small changes of the learned lists.

What a list learned from many messages stays as it is. A message that it took wrongly adds what the
list did not know yet: stretches of three characters that tell this message from others, all weighed
alike, and no more than it takes. So the same and much the same is met, and little else.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil

from knowledge.classifier import Classifier, Place, quoted, unnamed
from knowledge.learn import LONGEST, prepare, weigh
from knowledge.rivalry import SECONDED
from knowledge.terms import BRIEF, Correction, Lexicon
from knowledge.text import Normaliser
from knowledge.weighing import UNIT

ROOM = 1.0
"""So far below its threshold a list falls silent, in the tenths that learned lists count in."""
PASSES = 3
ROUNDS = 6
"""So often the whole is asked what decides now; where one list yields, another may speak up."""
FEWEST, MOST = 4, 12
"""So many stretches share a change: enough to know the message by, not too many to read."""
SIZES = (3, 4, 2, 1)
Changes = dict[str, dict[str, float]]


@dataclass(frozen=True, slots=True)
class Objection:
    """A text that is not what these lists took it for; so far below their threshold it belongs."""

    text: str
    lists: frozenset[str]
    below: float = ROOM


@dataclass(frozen=True, slots=True)
class Mistake:
    """A text that is not what it was taken for, and where it was said."""

    text: str
    label: str
    place: Place


def corrected(lexicons: Iterable[Lexicon], corrections: Iterable[Correction]) -> list[Lexicon]:
    """Add to the weights of lists what people corrected by hand or had corrected."""
    changes: Changes = {}
    for correction in corrections:
        _add(changes.setdefault(correction.list, {}), correction.weights)
    return [_changed(x, changes[x.id]) if x.id in changes else x for x in lexicons]


def amend(
    lexicons: Sequence[Lexicon],
    mistakes: Sequence[Mistake],
    compiled: Callable[[Changes], Classifier],
) -> Changes:
    """Say how lists must change for the whole, ``compiled`` with it, to make no such mistake.

    What no change meets within some rounds changes nothing.
    """
    changes: Changes = {}
    wrong = list(mistakes)
    for round_ in range(ROUNDS + 1):
        classifier = compiled(changes)
        wrong = [each for each in mistakes if _made(each, classifier)]
        below = ROOM + (SECONDED * UNIT if round_ else 0.0)
        objections = [
            Objection(x.text, _deciding(x, lexicons, classifier), below)
            for x in (wrong if round_ < ROUNDS else ())
        ]
        lists = [_changed(x, changes.get(x.id, {})) for x in lexicons]
        moved = propose(lists, objections)
        if not moved:
            break
        for name, steps in moved.items():
            _add(changes.setdefault(name, {}), steps)
    if not wrong:
        return changes
    met = [each for each in mistakes if each not in wrong]
    return amend(lexicons, met, compiled) if met else {}


def _made(mistake: Mistake, classifier: Classifier) -> bool:
    return classifier.classify(mistake.text, mistake.place).label == mistake.label


def _deciding(
    mistake: Mistake, lexicons: Iterable[Lexicon], classifier: Classifier
) -> frozenset[str]:
    """Name the list that decides; where a rule does, the lists that may help it to."""
    label, place = mistake.label, mistake.place
    ours = {x.id: x for x in lexicons if x.label == label and x.mode == "live"}
    decided = classifier.classify(mistake.text, place).rule
    if decided in ours:
        return frozenset({decided})
    fired = classifier.fires(mistake.text, place)
    rivals = (x.id for x in ours.values() if x.rivals and place.within(frozenset(x.groups)))
    return frozenset({*(fired & ours.keys()), *rivals})


def propose(lexicons: Iterable[Lexicon], objections: Iterable[Objection]) -> Changes:
    """Say by how much which stretches of which lists must weigh less to meet the objections."""
    normaliser = Normaliser.shipped()
    told = [(_prepared(each.text, normaliser), each) for each in objections]
    changes: Changes = {}
    for lexicon in lexicons:
        moved: dict[str, float] = {}
        for text, each in [
            (text, each) for text, each in told if lexicon.id in each.lists
        ] * PASSES:
            below = each.below if lexicon.rivals else ROOM
            _add(moved, _steps(_changed(lexicon, moved), lexicon, text, below))
        if moved:
            changes[lexicon.id] = moved
    return changes


def _prepared(text: str, normaliser: Normaliser) -> str:
    """Bring into the form in which lists are sought what is said, without whom it is said to."""
    text = unnamed(text)
    return prepare(text[quoted(text) :], normaliser)


def _changed(lexicon: Lexicon, moved: Mapping[str, float]) -> Lexicon:
    weights = dict(lexicon.weights)
    _add(weights, moved)
    return replace(lexicon, weights=weights)


def _add(weights: dict[str, float], moved: Mapping[str, float]) -> None:
    for word, step in moved.items():
        weights[word] = weights.get(word, 0.0) + step


def _steps(lexicon: Lexicon, learned: Lexicon, text: str, below: float) -> dict[str, float]:
    """Lower what tells a text from others until its list is silent about it."""
    threshold = lexicon.threshold + lexicon.terse * max(0, BRIEF - len(text))
    excess = weigh(lexicon, text) - threshold + below
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
