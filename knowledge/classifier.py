"""Which kind of message this is, and which words say so."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from knowledge.compiling import Plan, Vocabulary, compile_rule
from knowledge.matcher import Hit, matcher_for
from knowledge.reading import NEGATED, Reader
from knowledge.segment import BLOCK, Segmenter, segmenter_for
from knowledge.terms import CHAT, LABELS, Lexicon, Rule, Word
from knowledge.text import Normal, Normaliser
from knowledge.weighing import Scales


@dataclass(frozen=True, slots=True)
class Place:
    """Where a message was said."""

    kind: str = ""
    id: str = ""
    tags: frozenset[str] = frozenset()

    @property
    def names(self) -> frozenset[str]:
        """List everything rules may call this place by."""
        return self.tags | {self.kind, self.id}


ANYWHERE = Place()


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
    spans: tuple[tuple[int, int], ...]


class _Sentence:
    """One text under examination: its hits, cut and read as far as anybody asks."""

    def __init__(self, text: str, hits: Iterable[Hit], segmenter: Segmenter) -> None:
        self.text = text
        self.hits = sorted(hits)
        self._segmenter = segmenter
        self._edges: dict[int, frozenset[int]] = {}
        self._readings: dict[int, frozenset[str]] = {}

    def stands(self, start: int, end: int) -> bool:
        """Say whether a stretch begins and ends where words do."""
        edges = self._edges_around(start)
        return start in edges and end in edges

    def _edges_around(self, at: int) -> frozenset[int]:
        for begin, edges in self._edges.items():
            if begin <= at < max(edges):
                return edges
        begin, end = self._block(at)
        place, edges_here = begin, [begin]
        for token in self._segmenter.cut_block(self.text[begin:end]):
            place += len(token)
            edges_here.append(place)
        self._edges[begin] = frozenset(edges_here)
        return self._edges[begin]

    def _block(self, at: int) -> tuple[int, int]:
        begin = at
        while begin > 0 and BLOCK.match(self.text, begin - 1, begin):
            begin -= 1
        found = BLOCK.match(self.text, at)
        return begin, found.end() if found else at + 1

    def tokens_between(self, start: int, end: int) -> int:
        """Count the words from one place to another."""
        return len(self._segmenter.cut(self.text[start:end]))


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
        self._reader = Reader.shipped()
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
        self._scales = Scales.of(
            [x for x in lexicons if x.mode != "off"], self._normal, native=native
        )

    def _normal(self, word: str) -> str:
        return self._normalise(word).text

    def classify(self, text: str, place: Place = ANYWHERE) -> Verdict:
        """Say what a message is."""
        normal = self._normalise(text)
        hits = self.matcher.find(normal.text)
        weighed = self._scales.weigh(normal.text) if self._scales else ()
        if not hits and not weighed:
            return NOTHING
        fired = [*self._fired(normal.text, hits, place)] if hits else []
        fired += [_Fired(*w[:7]) for w in weighed if _here(w.groups, place)] if weighed else []
        return judge(fired, normal) if fired else NOTHING

    def fires(self, text: str, place: Place = ANYWHERE) -> frozenset[str]:
        """Name every rule and list whose words stand in a text, whatever comes of it."""
        normal = self._normalise(text).text
        ids = {f.id for f in self._fired(normal, self.matcher.find(normal), place)}
        return frozenset(ids | {w.id for w in self._scales.weigh(normal)})

    def _fired(self, text: str, hits: Sequence[Hit], place: Place) -> Iterable[_Fired]:
        sentence = _Sentence(text, hits, self.segmenter)
        spans: dict[int, list[tuple[int, int]]] = {}
        for start, end, number in sentence.hits:
            if not self._whole[number] or sentence.stands(start, end):
                spans.setdefault(number, []).append((start, end))
        places = {p for number in spans for p in self._evidence[number]}
        places |= {p for _, _, number in sentence.hits for p in self._triggers[number]}
        for at in sorted(places):
            plan = self._plans[at]
            if not _here(plan.groups, place) or not plan.none.isdisjoint(spans):
                continue
            found = self._found(at, plan, spans, sentence)
            if found:
                rule = plan.rule
                live = rule.mode == "live"
                yield _Fired(
                    rule.id, rule.label, rule.topic, rule.severity, rule.weight, live, found
                )

    def _found(
        self,
        at: int,
        plan: Plan,
        spans: dict[int, list[tuple[int, int]]],
        sentence: _Sentence,
    ) -> tuple[tuple[int, int], ...]:
        """List where the rule's words stand and mean what they say; nothing if it does not fit."""
        needed = [[s for n in group for s in spans.get(n, ())] for group in plan.all]
        if not all(needed):
            return ()
        evidence = [s for n in spans if at in self._evidence[n] for s in spans[n]]
        evidence += [
            s for groups, within in plan.near for s in _near(groups, within, spans, sentence)
        ]
        evidence += [
            f.span() for p in plan.regex for f in p.finditer(sentence.text) if f.end() > f.start()
        ]
        if plan.evidence_is_all:
            evidence = [s for group in needed for s in group]
        meant = [s for s in evidence if self._meant(plan.rule, s, sentence)]
        if not meant:
            return ()
        return tuple(sorted({*meant, *(group[0] for group in needed)}))

    def _meant(self, rule: Rule, span: tuple[int, int], sentence: _Sentence) -> bool:
        if NEGATED not in rule.despite and self._reader.negated(sentence.text, span[0]):
            return False
        if rule.label != "complaint":
            return True
        return self._reader.readings(sentence.text, span[0]) <= frozenset(rule.despite)


def _near(
    groups: tuple[frozenset[int], ...],
    within: int,
    spans: dict[int, list[tuple[int, int]]],
    sentence: _Sentence,
) -> list[tuple[int, int]]:
    """Find the closest stand of one word of each group, in any order."""
    first, *others = [sorted(s for n in group for s in spans.get(n, ())) for group in groups]
    for start, end in first:
        a, b = start, end
        for other in others:
            closest = min(other, key=lambda s: max(s[0] - b, a - s[1]), default=None)
            if closest is None:
                return []
            a, b = min(a, closest[0]), max(b, closest[1])
        if b - a <= within * 8 and sentence.tokens_between(a, b) <= within + len(groups):
            return [(a, b)]
    return []


def _here(groups: frozenset[str], place: Place) -> bool:
    return not groups or place == ANYWHERE or not groups.isdisjoint(place.names)


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
    chief = max(ours, key=lambda f: (f.severity, bool(f.topic), f.weight))
    spans = sorted({span for f in ours for span in f.spans})
    matches = tuple(Match(normal.text[a:b], *normal.original(a, b)) for a, b in spans)
    return Verdict(
        label,
        next((f.topic for f in sorted(ours, key=lambda f: -f.severity) if f.topic), ""),
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
