"""Which kind of message this is, and which words say so."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.compiling import Plan, Vocabulary, compile_rule
from knowledge.doubting import belief
from knowledge.examining import Examined, Span
from knowledge.matcher import Hit, matcher_for
from knowledge.reading import AT_HOME, NEGATED, Reader
from knowledge.segment import segmenter_for
from knowledge.terms import CHAT, GRAVE, LABELS, Lexicon, Rule, Word
from knowledge.text import Normal, Normaliser
from knowledge.weighing import Scales, Weighed


OURS = "ours"
"""What rules call any group whose kind is known."""


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


ANYWHERE = Place()
LONGEST = 8
"""No word is reckoned longer than so many characters when the reach of ``near`` is bounded."""


@dataclass(frozen=True, slots=True)
class Match:
    """A word that decided, and where it stands in the text as it was typed."""

    word: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Finding:
    """A label, the rule or list that speaks loudest for it, and how loud; 1.0 decides."""

    label: str
    rule: str
    score: float


@dataclass(frozen=True, slots=True)
class Verdict:
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


@dataclass(frozen=True, slots=True)
class _Fired:
    """A rule or list that found its words."""

    id: str
    label: str
    topic: str
    severity: int
    weight: float
    live: bool
    spans: tuple[Span, ...]


# What WeChat puts before an answer to an older message; that one was judged when it came.
QUOTED = re.compile(r"「.*?」\s*\n(?:- ?){4,}\s*\n", re.DOTALL)
QUOTE_MARK = "「"


class Classifier:
    """Reads meaning from words alone; the same text always means the same."""

    def __init__(
        self,
        rules: Iterable[Rule],
        words: Iterable[Word] = (),
        lexicons: Iterable[Lexicon] = (),
        *,
        cache: Path | None = None,
        native: bool = True,
    ) -> None:
        self._normalise = Normaliser.shipped()
        self._reader = Reader.shipped(native=native)
        self.segmenter = segmenter_for(
            [Word(self._normal(w.word), w.freq, w.tag) for w in words if self._normal(w.word)],
            cache=cache,
            native=native,
        )
        vocabulary = Vocabulary(self._normal)
        awake = [rule for rule in rules if rule.mode != "off"]
        self._plans = [compile_rule(rule, i, vocabulary) for i, rule in enumerate(awake)]
        self._words = list(vocabulary.numbers)
        self._evidence = [tuple(places) for places in vocabulary.evidence]
        self._triggers = [tuple(places) for places in vocabulary.triggers]
        self._whole = bytes(self.segmenter.knows(word) for word in self._words)
        self.matcher = matcher_for(self._words, native=native)
        lists = tuple(lexicons)
        self._scales = tuple(
            scales
            for learned in (False, True)
            if (scales := Scales.of(lists, self._normal, learned=learned, native=native)).deciding
        )

    def _normal(self, word: str) -> str:
        return self._normalise(word).text

    def classify(self, text: str, place: Place = ANYWHERE) -> Verdict:
        """Say what a message is."""
        normal = self._heard(text)
        hits = self.matcher.find(normal.text)
        weighed = [w for scales in self._scales for w in scales.weigh(normal.text)]
        if not hits and not weighed:
            return NOTHING
        fired = [*self._fired(normal.text, hits, place)] if hits else []
        if weighed:
            ruled = {f.label for f in _findings(fired)}
            fired += [f for w in weighed for f in self._listed(w, normal.text, place, ruled)]
        return judge(fired, normal) if fired else NOTHING

    def _heard(self, text: str) -> Normal:
        """Bring into normal form what is said now; a quotation before it is not."""
        if text.startswith(QUOTE_MARK) and (quoted := QUOTED.match(text)):
            rest = self._normalise(text[quoted.end() :])
            return rest.moved(quoted.end())
        return self._normalise(text)

    def _listed(
        self, weighed: Weighed, text: str, place: Place, ruled: set[str]
    ) -> Iterable[_Fired]:
        """Let a list speak: where it may, and as far as it is believed."""
        lexicon = weighed.lexicon
        if not _here(frozenset(lexicon.groups), place):
            return
        weight = 1.0 + weighed.margin
        if lexicon.learned:
            weight = belief(
                lexicon.label,
                weighed.margin,
                readings=self._reader.readings(text) if lexicon.label == GRAVE else (),
                ruled=ruled,
                at_home=bool(place.kind),
            )
        if weight > 0:
            yield _from_list(weighed, weight)

    def fires(self, text: str, place: Place = ANYWHERE) -> frozenset[str]:
        """Name every rule and list whose words stand in a text, whatever comes of it."""
        normal = self._heard(text).text
        ids = {f.id for f in self._fired(normal, self.matcher.find(normal), place)}
        return frozenset(ids | {w.lexicon.id for s in self._scales for w in s.weigh(normal)})

    def _fired(self, text: str, hits: Sequence[Hit], place: Place) -> Iterable[_Fired]:
        examined = Examined(text, self.segmenter, self._reader)
        examined.verify(hits, self._whole)
        spans = examined.spans
        evidence: dict[int, list[Span]] = {}
        for number, stands in spans.items():
            for at in self._evidence[number]:
                evidence.setdefault(at, []).extend(stands)
        places = {*evidence, *(p for _, _, n in hits for p in self._triggers[n])}
        for at in sorted(places):
            plan = self._plans[at]
            if not _here(plan.groups, place) or not plan.none.isdisjoint(spans):
                continue
            found = self._found(plan, evidence.get(at, []), examined, place)
            if found:
                yield _from_rule(plan.rule, found)

    def _found(
        self, plan: Plan, evidence: list[Span], examined: Examined, place: Place
    ) -> tuple[Span, ...]:
        """List where the rule's words stand and mean what they say; nothing if it does not fit."""
        needed = [[s for n in group for s in examined.spans.get(n, ())] for group in plan.all]
        if not all(needed):
            return ()
        evidence += [s for near in plan.near for s in close(near, examined)]
        evidence += [s for pattern in plan.regex for s in _stretches(pattern, examined.text)]
        if plan.evidence_is_all:
            evidence += [s for group in needed for s in group]
        meant = [s for s in evidence if self._meant(plan.rule, s, examined, place)]
        return tuple(sorted({*meant, *(group[0] for group in needed)})) if meant else ()

    def _meant(self, rule: Rule, span: Span, examined: Examined, place: Place) -> bool:
        if NEGATED not in rule.despite and examined.negated(span[0]):
            return False
        return rule.label != GRAVE or _serious(examined.readings(span[0]), rule.despite, place)


def _serious(readings: frozenset[str], despite: Iterable[str], place: Place) -> bool:
    """Say whether nothing about a sentence takes the edge off what it says."""
    if not readings:
        return True
    spared = readings.difference(despite)
    return not spared or (spared == {AT_HOME} and not place.kind)


def _stretches(pattern: re.Pattern[str], text: str) -> Iterable[Span]:
    return (found.span() for found in pattern.finditer(text) if found.end() > found.start())


def close(near: tuple[tuple[frozenset[int], ...], int], examined: Examined) -> list[Span]:
    """Find the first stretch in which a word of each group stands, in any order."""
    groups, within = near
    stands = [sorted(s for n in group for s in examined.spans.get(n, ())) for group in groups]
    if not all(stands):
        return []
    for start, end in stands[0]:
        a, b = start, end
        for other in stands[1:]:
            left, right = a, b
            x, y = min(other, key=lambda s: max(s[0] - right, left - s[1]))
            a, b = min(a, x), max(b, y)
        if b - a <= within * LONGEST and examined.tokens_between(a, b) <= within + len(groups):
            return [(a, b)]
    return []


def _from_rule(rule: Rule, spans: tuple[Span, ...]) -> _Fired:
    live = rule.mode == "live"
    return _Fired(rule.id, rule.label, rule.topic, rule.severity, rule.weight, live, spans)


def _from_list(weighed: Weighed, weight: float) -> _Fired:
    x = weighed.lexicon
    return _Fired(x.id, x.label, x.topic, x.severity, weight, x.mode == "live", weighed.spans)


def _here(groups: frozenset[str], place: Place) -> bool:
    """Say whether a rule for these groups counts; where no group is named, all but OURS do."""
    if not groups:
        return True
    return OURS not in groups if place == ANYWHERE else not groups.isdisjoint(place.names)


def judge(fired: Sequence[_Fired], normal: Normal) -> Verdict:
    """Add up what fired; the gravest label that reaches 1.0 wins, then the loudest."""
    live = [f for f in fired if f.live]
    labels = _findings(live)
    shadow = tuple(_findings([f for f in fired if not f.live]))
    if not labels:
        return Verdict(shadow=shadow) if shadow else NOTHING
    graves = {x.label: max(f.severity for f in live if f.label == x.label) for x in labels}
    labels.sort(key=lambda x: (-graves[x.label], LABELS.index(x.label)))
    label = labels[0].label
    ours = [f for f in live if f.label == label and f.weight > 0]
    chief = max(ours, key=lambda f: (f.severity, f.weight))
    topical = [f for f in ours if f.topic]
    topic = max(topical, key=lambda f: (f.severity, f.weight)).topic if topical else ""
    spans = sorted({span for f in ours for span in f.spans})
    matches = tuple(Match(normal.text[a:b], *normal.original(a, b)) for a, b in spans)
    return Verdict(
        label,
        topic,
        graves[label],
        labels[0].score,
        chief.id,
        matches,
        tuple(labels),
        shadow,
    )


def _findings(fired: Sequence[_Fired]) -> list[Finding]:
    findings = []
    for label in {f.label: None for f in fired}:
        ours = [f for f in fired if f.label == label]
        score = sum(f.weight for f in ours)
        if score >= 1.0 - 1e-9:
            loudest = max(ours, key=lambda f: f.weight)
            findings.append(Finding(label, loudest.id, round(score, 3)))
    return findings
