"""What a manager writes: rules, words of the house, lists of weighted words, corrections."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

LABELS = ("ad", "complaint", "signup", "question", "praise")
"""Every label a rule can give; of two equally grave ones the earlier wins."""
CHAT = "chat"
BRIEF = 20
"""A text of fewer characters tells a learned list little; see ``terse``."""
GRAVE = "complaint"
"""The label that how a sentence is meant can take back."""


@dataclass(frozen=True, slots=True)
class Near:
    """Words that must stand within ``within`` tokens; ``a|b`` means either."""

    words: tuple[str, ...]
    within: int = 5


@dataclass(frozen=True, slots=True)
class Rule:
    """What words say which label.

    Evidence is any of ``any``, ``near`` and ``regex``; every word of ``all`` must stand there
    too, and none of ``none``. ``despite`` names the readings of a sentence that do not weaken
    the rule: asked, supposed, taught, elsewhere, settled, negated. ``cooldown`` is for who
    remembers what a rule did: nothing is remembered here.
    """

    id: str
    label: str
    topic: str = ""
    severity: int = 1
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    near: tuple[Near, ...] = ()
    regex: tuple[str, ...] = ()
    weight: float = 1.0
    groups: tuple[str, ...] = ()
    mode: str = "live"
    cooldown: timedelta | None = None
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    despite: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """A word of the house, with the frequency jieba weighs it by."""

    word: str
    freq: int = 1000
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Words whose weights add up to one label.

    ``needs`` names lists that must reach their threshold as well; a list that another needs
    decides nothing by itself. In a ``learned`` list every digit counts as 0 and the sum is
    divided by the root of the text's length; for each character that a text has fewer than
    ``BRIEF`` the threshold is higher by ``terse``. ``despite`` names the readings, and the labels
    of rules, that do not make a learned list doubtful. Of lists with the same ``rivals`` only the
    surest speaks, and the rules and lists named in ``over`` but second one of them; one labelled
    ``chat`` competes and says nothing. What a ``base`` weighs is taken off all its rivals.
    """

    id: str
    label: str
    threshold: float
    bias: float = 0.0
    mode: str = "live"
    groups: tuple[str, ...] = ()
    weights: Mapping[str, float] = field(default_factory=dict)
    topic: str = ""
    severity: int = 1
    needs: tuple[str, ...] = ()
    learned: bool = False
    despite: tuple[str, ...] = ()
    terse: float = 0.0
    rivals: str = ""
    over: tuple[str, ...] = ()
    base: bool = False


@dataclass(frozen=True, slots=True)
class Correction:
    """By how much words of one list weigh more, or less, than the list itself says."""

    list: str
    weights: Mapping[str, float] = field(default_factory=dict)
