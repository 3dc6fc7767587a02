"""Rules at work: which of them find their words in a text, and mean it."""

import re
from collections.abc import Container, Iterable, Sequence
from itertools import compress
from pathlib import Path

from knowledge.compiling import Choice, Plan, Uses, Vocabulary, compile_rule
from knowledge.examining import Examined, Span
from knowledge.matcher import Hit, matcher_for
from knowledge.reading import AT_HOME, NEGATED, Reader
from knowledge.segment import Segmenter, segmenter_for
from knowledge.terms import GRAVE, Rule, Word
from knowledge.text import Normaliser
from knowledge.verdicts import ENOUGH, Place, Voice

NONE: frozenset[int] = frozenset()
NO_GROUPS: frozenset[str] = frozenset()
NO_PATTERNS: frozenset[tuple[int, int]] = frozenset()
Side = tuple[str, str]
Sides = tuple[frozenset[str], Side, float]
LONGEST = 8
"""No word is reckoned longer than so many characters when the reach of ``near`` is bounded."""


class Ruling:
    """Every rule over one matcher; costs what its hits cost, not what its rules number."""

    def __init__(
        self,
        rules: Iterable[Rule],
        normaliser: Normaliser,
        *,
        segmenter: Segmenter,
        native: bool = True,
    ) -> None:
        self.segmenter = segmenter
        self.reader = Reader.shipped(cost=segmenter.commonness, native=native)
        vocabulary = Vocabulary(lambda word: normaliser(word).text, segmenter.commonness)
        awake = [rule for rule in rules if rule.mode != "off"]
        self._plans = [compile_rule(rule, place, vocabulary) for place, rule in enumerate(awake)]
        kept: dict[Sides, Sides] = {}
        sides = (
            (frozenset(x.groups) or NO_GROUPS, (x.label, x.mode), max(x.weight, 0.0)) for x in awake
        )
        self._sides = [kept.setdefault(side, side) for side in sides]
        self._uses = Uses(vocabulary)
        self._whole = bytes(_is_word(word, segmenter) for word in vocabulary.words)
        self.matcher = matcher_for(vocabulary.words, native=native)

    @property
    def words(self) -> int:
        """How many words all rules have together."""
        return len(self._whole)

    def named(self, ids: Container[str]) -> frozenset[int]:
        """Return the numbers of the rules with these names."""
        return frozenset(at for at, plan in enumerate(self._plans) if plan.id in ids)

    def mentioned(self, hits: Sequence[Hit], place: Place) -> "Mentioned":
        """List the rules that these hits make worth a look, where they speak in this place."""
        uses = self._uses
        kinds = uses.of(hits)
        worded = NONE.union(*map(uses.mentions.__getitem__, kinds))
        patterns = NO_PATTERNS.union(*map(uses.patterns.__getitem__, kinds))
        here = worded.union([at for at, _ in patterns]) if patterns else worded
        sides = self._sides
        away = [at for at in here if sides[at][0] and not place.within(sides[at][0])]
        return Mentioned(here.difference(away) if away else here, sides, worded, patterns)

    def tried(self, mentioned: "Mentioned", text: str, but: Container[str]) -> "Mentioned":
        """Leave out the rules of which only expressions could match, and none does.

        Not those that give a label in ``but``.
        """
        rules, worded, sides = mentioned.rules, mentioned.worded, self._sides
        doubtful = {at for at in rules.difference(worded) if sides[at][1][0] not in but}
        if not doubtful:
            return mentioned
        for at, index in mentioned.patterns:
            if at in doubtful and self._plans[at].parts.regex[index].search(text):
                doubtful.discard(at)
        return Mentioned(rules.difference(doubtful), sides, worded, mentioned.patterns)

    def voices(
        self, text: str, hits: Sequence[Hit], chosen: frozenset[int], place: Place
    ) -> Iterable[Voice]:
        """Let the chosen rules speak that find what they look for."""
        examined = Examined(text, self.segmenter, self.reader)
        uses = self._uses
        kinds = uses.of(hits)
        used = [not chosen.isdisjoint(uses.users[kind]) for kind in kinds]
        examined.verify(compress(hits, used), self._whole)
        evidence: dict[int, list[Span]] = {}
        for number, stands in examined.spans.items():
            for at in uses.evidence[uses.kinds[number]]:
                evidence.setdefault(at, []).extend(stands)
        for at, index in NO_PATTERNS.union(*map(uses.patterns.__getitem__, kinds)):
            if at in chosen:
                stretches = _stretches(self._plans[at].parts.regex[index], text)
                evidence.setdefault(at, []).extend(stretches)
        for at in sorted(chosen):
            plan = self._plans[at]
            if not any(map(examined.spans.__contains__, plan.parts.none)):
                found = found_by(plan, evidence.get(at, []), examined, at_home=bool(place.kind))
                if found:
                    yield Voice(plan.id, *plan.saying, found)


class Mentioned:
    """The rules that a text mentions, and by label and mode the most that they can weigh."""

    __slots__ = ("_sides", "bounds", "patterns", "rules", "worded")

    def __init__(
        self,
        rules: frozenset[int],
        sides: Sequence[Sides],
        worded: frozenset[int],
        patterns: frozenset[tuple[int, int]],
    ) -> None:
        self.rules = rules
        self.worded = worded
        self.patterns = patterns
        self._sides = sides
        self.bounds = self.only(rules)

    def only(self, rules: Iterable[int]) -> dict[Side, float]:
        """Add up the most that these can weigh."""
        bounds: dict[Side, float] = {}
        for at in rules:
            _, side, weight = self._sides[at]
            bounds[side] = bounds.get(side, 0.0) + weight
        return bounds

    def able(self, needless: Container[str] = ()) -> bool:
        """Say whether any label could be decided that is not needless."""
        for side, bound in self.bounds.items():
            if bound >= ENOUGH and (side[0] not in needless or side[1] != "live"):
                return True
        return False

    def hopeful(
        self, *, eager: Container[str] = (), needless: Container[str] = ()
    ) -> frozenset[int]:
        """List the rules worth a look: whose label could be decided, or is ``eager``."""
        chosen = {
            side
            for side, bound in self.bounds.items()
            if (bound >= ENOUGH or side[0] in eager)
            and not (side[1] == "live" and side[0] in needless)
        }
        if len(chosen) == len(self.bounds):
            return self.rules
        return frozenset(at for at in self.rules if self._sides[at][1] in chosen)

    def weak(self, label: str) -> frozenset[int]:
        """List the rules in force that cannot give this label by themselves."""
        side = (label, "live")
        if self.bounds.get(side, ENOUGH) >= ENOUGH:
            return NONE
        return frozenset(at for at in self.rules if self._sides[at][1] == side)


def _is_word(word: str, segmenter: Segmenter) -> bool:
    """Say whether jieba sees one word; several are a phrase, which is looked for as text."""
    # Whoever is given a string natively leaves a second form of it behind: a copy is thrown away.
    copy = word.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")
    return segmenter.is_word(copy)


def found_by(
    plan: Plan, evidence: list[Span], examined: Examined, *, at_home: bool
) -> tuple[Span, ...]:
    """List where the rule's words stand and mean what they say; nothing if it does not fit."""
    parts = plan.parts
    if not (parts.all or parts.near):
        return tuple(sorted({s for s in evidence if _meant(plan, s, examined, at_home)}))
    needed = [[s for n in group for s in examined.spans.get(n, ())] for group in parts.all]
    if not all(needed):
        return ()
    evidence += [s for near in parts.near for s in close(near, examined)]
    if parts.evidence_is_all:
        evidence += [s for group in needed for s in group]
    meant = [s for s in evidence if _meant(plan, s, examined, at_home)]
    return tuple(sorted({*meant, *(group[0] for group in needed)})) if meant else ()


def _meant(plan: Plan, span: Span, examined: Examined, at_home: bool) -> bool:  # noqa: FBT001
    """Say whether a word says what it seems to, where it stands."""
    despite = plan.despite
    if examined.negated(span[0]) and NEGATED not in despite:
        return False
    if plan.saying.label != GRAVE:
        return True
    spared = examined.readings(span[0])
    if not spared:
        return True
    spared = spared.difference(despite)
    return not spared or (spared == {AT_HOME} and not at_home)


def _stretches(pattern: re.Pattern[str], text: str) -> Iterable[Span]:
    return (found.span() for found in pattern.finditer(text) if found.end() > found.start())


def close(near: tuple[tuple[Choice, ...], int], examined: Examined) -> list[Span]:
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


def house_segmenter(
    words: Iterable[Word], normaliser: Normaliser, *, cache: Path | None, native: bool
) -> Segmenter:
    """Build a segmenter that knows the words of the house, in normal form."""
    house = [Word(normaliser(w.word).text, w.freq, w.tag) for w in words]
    return segmenter_for([w for w in house if w.word], cache=cache, native=native)
