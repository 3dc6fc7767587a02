"""What is said of a message, and how many voices become one verdict."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from operator import attrgetter
from typing import NamedTuple

from knowledge.examining import Span
from knowledge.terms import CHAT, GRAVE, LABELS
from knowledge.text import Normal

OURS = "ours"
"""What rules call any group whose kind is known."""
ENOUGH = 1.0 - 1e-9
KNOWN = 2_000
"""Of so many rules and lists it is remembered what they find by themselves."""
GLAD = 0.5
"""So much more the weak words of a complaint must weigh where a rule hears praise."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message was said."""

    kind: str = ""
    id: str = ""
    tags: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """List everything rules may call this place by."""
        return self.tags | {self.kind, self.id, OURS if self.kind else ""}

    def within(self, groups: frozenset[str]) -> bool:
        """Say whether what is meant for these groups counts here; nowhere in particular, all do."""
        if not groups:
            return True
        return OURS not in groups if self == ANYWHERE else not groups.isdisjoint(self.names)


ANYWHERE = Place()


class Match(NamedTuple):
    """A word that decided, and where it stands in the text as it was typed."""

    word: str
    start: int
    end: int


class Finding(NamedTuple):
    """A label, the rule or list that speaks loudest for it, and how loud; 1.0 decides."""

    label: str
    rule: str
    score: float


class Verdict(NamedTuple):
    """What a message is; ``shadow`` is what rules on trial would have said."""

    label: str = CHAT
    topic: str = ""
    severity: int = 0
    score: float = 0.0
    rule: str = ""
    matches: tuple[Match, ...] = ()
    labels: tuple[Finding, ...] = ()
    shadow: tuple[Finding, ...] = ()


NOTHING = Verdict()


class Voice(NamedTuple):
    """A rule or list that found its words; a list tells which only when it is asked."""

    id: str
    label: str
    topic: str
    severity: int
    weight: float
    live: bool
    spans: tuple[Span, ...] = ()
    told: Callable[[], tuple[Span, ...]] | None = None

    def words(self) -> tuple[Span, ...]:
        """Say where the words stand."""
        return self.spans if self.told is None else self.told()


def judge(voices: Sequence[Voice], normal: Normal) -> Verdict:
    """Add up the voices; the gravest label that reaches 1.0 wins."""
    if len(voices) == 1 and voices[0].live:
        return _alone(voices[0], normal)
    live = [v for v in voices if v.live]
    labels = findings(live)
    shadow = tuple(findings([v for v in voices if not v.live])) if len(live) < len(voices) else ()
    if not labels:
        return Verdict(shadow=shadow) if shadow else NOTHING
    if len(labels) > 1:
        grave = {x.label: max(v.severity for v in live if v.label == x.label) for x in labels}
        labels.sort(key=lambda x: (-grave[x.label], LABELS.index(x.label)))
    label = labels[0].label
    ours = [v for v in live if v.label == label and v.weight > 0]
    loudest = max(ours, key=_loudness)
    topical = loudest if loudest.topic else max(filter(_topic, ours), key=_loudness, default=None)
    spans = sorted({span for v in ours for span in v.words()})
    return Verdict(
        label=label,
        topic=topical.topic if topical else "",
        severity=max(v.severity for v in live if v.label == label),
        score=labels[0].score,
        rule=loudest.id,
        matches=_matches(normal, spans),
        labels=tuple(labels),
        shadow=shadow,
    )


def _alone(voice: Voice, normal: Normal) -> Verdict:
    """Judge where nobody else speaks, which is the rule."""
    id_, label, topic, severity, weight, _, spans, told = voice
    if weight < ENOUGH:
        return NOTHING
    score, labels = _only(label, id_, weight)
    matches = _matches(normal, spans if told is None else told())
    return Verdict(label, topic, severity, score, id_, matches, labels)


@lru_cache(maxsize=KNOWN)
def _only(label: str, id_: str, weight: float) -> tuple[float, tuple[Finding, ...]]:
    """Say what a voice finds by itself, and its score."""
    score = round(weight, 3)
    return score, (Finding(label, id_, score),)


def _matches(normal: Normal, spans: Iterable[Span]) -> tuple[Match, ...]:
    """Say which words stand in these stretches, and where they were typed."""
    text, original = normal.text, normal.original
    return tuple([Match(text[a:b], *original(a, b)) for a, b in spans])


_loudness = attrgetter("severity", "weight")
_topic = attrgetter("topic")


def findings(voices: Sequence[Voice]) -> list[Finding]:
    """List the labels whose voices add up to a decision."""
    found = []
    for label in dict.fromkeys(v.label for v in voices):
        ours = [v for v in voices if v.label == label]
        score = sum(v.weight for v in ours)
        if score >= ENOUGH:
            found.append(Finding(label, max(ours, key=_loudness).id, round(score, 3)))
    return _unless_glad(found, voices)


def _unless_glad(found: list[Finding], voices: Sequence[Voice]) -> list[Finding]:
    """Drop a complaint that only weak words make, and hardly, in a message that praises."""
    if not any(f.label == "praise" for f in found):
        return found
    if any(v.label == GRAVE and v.weight >= ENOUGH for v in voices):
        return found
    return [f for f in found if f.label != GRAVE or f.score >= ENOUGH + GLAD]
