"""Rules at work: which of them find their words in a text, and mean it."""

import re
from collections.abc import Container, Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from knowledge.compiling import Choice, Plan, Uses, Vocabulary, compile_rule
from knowledge.examining import MOST, Examined, Span
from knowledge.matcher import Hit, matcher_for
from knowledge.mentioning import NONE, Mentioned, Pattern, Sides
from knowledge.reading import AT_HOME, NEGATED, Reader
from knowledge.segment import Segmenter
from knowledge.terms import GRAVE, Rule
from knowledge.text import Normaliser
from knowledge.verdicts import Place, Voice

NO_PATTERNS: frozenset[Pattern] = frozenset()
KNOWN = 2_000
"""Of so many uses of a word it is remembered what they make worth a look."""
PAGE = 400
"""Of a longer text an expression sees so many characters at a time, and half of them twice.

So what takes the square of a text's length, or its cube, does not add up.
"""
JOINTS = frozenset(("", "、", "和", "或", "及", "跟", "与"))
"""What may stand between two words of a rule that are denied together."""
LONGEST = 8
"""No word is reckoned longer than so many characters when the reach of ``near`` is bounded."""


class Said(NamedTuple):
    """A text in normal form, where words of rules stand in it, and where it was said."""

    text: str
    hits: Sequence[Hit]
    place: Place


class Ruling:
    """Every rule over one matcher; costs what its hits cost, not what its rules number."""

    def __init__(
        self,
        rules: Iterable[Rule],
        normaliser: Normaliser,
        *,
        segmenter: Segmenter,
        names: Iterable[str] = (),
        native: bool = True,
    ) -> None:
        self.segmenter = segmenter
        self.reader = Reader.shipped(names=names, cost=segmenter.commonness, native=native)
        vocabulary = Vocabulary(lambda word: normaliser(word).text, segmenter.commonness)
        awake = [rule for rule in rules if rule.mode != "off"]
        self._plans = [compile_rule(rule, place, vocabulary) for place, rule in enumerate(awake)]
        self._sides = Sides.among(awake)
        self._unmentioned = Mentioned(NONE, NO_PATTERNS, self._sides)
        self._groups = {at: frozenset(x.groups) for at, x in enumerate(awake) if x.groups}
        self._needed = {at: x.parts.all for at, x in enumerate(self._plans) if x.parts.all}
        self._uses = Uses(vocabulary)
        self._anywhere: dict[int, Mentioned] = {}
        self._whole = bytes(_is_word(word, segmenter) for word in vocabulary.words)
        self.matcher = matcher_for(vocabulary.words, native=native)

    @property
    def words(self) -> int:
        """How many words all rules have together."""
        return len(self._whole)

    def named(self, ids: Container[str]) -> frozenset[int]:
        """Return the numbers of the rules with these names."""
        return frozenset(at for at, plan in enumerate(self._plans) if plan.id in ids)

    def mentioned(self, hits: Sequence[Hit], place: Place) -> Mentioned:
        """List the rules that these hits make worth a look, where they speak in this place."""
        if not hits:
            return self._unmentioned
        if len(hits) == 1:
            return self._by_one(hits, place)
        return self._by_kinds(set(self._uses.of(hits)), hits, place)

    def _by_one(self, hits: Sequence[Hit], place: Place) -> Mentioned:
        """List what one word makes worth a look, which is mostly the same anywhere."""
        kind = self._uses.kinds[hits[0][2]]
        known = self._anywhere.get(kind)
        if known is not None:
            return known
        mentioned = self._by_kinds({kind}, hits, place)
        rules = self._uses.concerned(kind)
        anywhere = self._groups.keys().isdisjoint(rules) and self._needed.keys().isdisjoint(rules)
        if anywhere and len(self._anywhere) < KNOWN:
            self._anywhere[kind] = mentioned
        return mentioned

    def _by_kinds(self, kinds: set[int], hits: Sequence[Hit], place: Place) -> Mentioned:
        uses = self._uses
        worded = NONE.union(*map(uses.mentions.__getitem__, kinds))
        patterns = NO_PATTERNS.union(*map(uses.patterns.__getitem__, kinds))
        mentioned = Mentioned(worded, patterns, self._sides)
        groups = self._groups
        away = [at for at in groups.keys() & mentioned.rules if not place.within(groups[at])]
        if away:
            mentioned = Mentioned(*_without(mentioned, frozenset(away)), self._sides)
        return self._possible(mentioned, hits)

    def _possible(self, mentioned: Mentioned, hits: Sequence[Hit]) -> Mentioned:
        """Leave out the rules that miss a word which they cannot do without."""
        needed = self._needed
        rules = needed.keys() & mentioned.rules
        stand = {number for _, _, number in hits} if rules else NONE
        out = [at for at in rules if any(stand.isdisjoint(group) for group in needed[at])]
        if not out:
            return mentioned
        return Mentioned(*_without(mentioned, frozenset(out)), self._sides, before=mentioned)

    def tried(self, mentioned: Mentioned, text: str) -> Mentioned:
        """Leave out the expressions that match nothing, and the rules that had no more than these.

        A message has five of them, and on these hangs most of what its rules could weigh.
        """
        plans = self._plans
        found = frozenset(
            (at, index)
            for at, index in mentioned.patterns
            if any(_stretches(plans[at].parts.regex[index], text))
        )
        return Mentioned(mentioned.worded, found, self._sides, before=mentioned)

    def voices(self, said: Said, mentioned: Mentioned, chosen: frozenset[int]) -> list[Voice]:
        """Let the chosen ones of those mentioned speak that find what they look for."""
        if len(said.hits) == len(chosen) == 1:
            [at] = chosen
            if not self._plans[at].parts.more:
                return self._by_word(at, said)
        plans = self._plans
        examined = self._examined(said, chosen)
        evidence = self._evidence(examined, mentioned, chosen)
        home = bool(said.place.kind)
        voices = []
        for at in sorted(chosen):
            plan = plans[at]
            if examined.spans.keys().isdisjoint(plan.parts.none):
                found = found_by(plan, evidence.get(at, []), examined, at_home=home)
                if found:
                    voices.append(Voice(plan.id, *plan.saying, found))
        return voices

    def _examined(self, said: Said, chosen: frozenset[int]) -> Examined:
        """Look at the words that the chosen rules have to do with."""
        kinds, users = self._uses.kinds, self._uses.users
        examined = Examined(said.text, self.segmenter, self.reader)
        used = [hit for hit in said.hits if not chosen.isdisjoint(users[kinds[hit[2]]])]
        examined.verify(used, self._whole)
        return examined

    def _evidence(
        self, examined: Examined, mentioned: Mentioned, chosen: frozenset[int]
    ) -> dict[int, list[Span]]:
        """Gather by rule where the words stand, and what the expressions match."""
        uses, plans = self._uses, self._plans
        evidence: dict[int, list[Span]] = {}
        for number, stands in examined.spans.items():
            for at in uses.evidence[uses.kinds[number]]:
                evidence.setdefault(at, []).extend(stands)
        for at, index in mentioned.patterns:
            if at in chosen:
                regex = plans[at].parts.regex[index]
                found = islice(_stretches(regex, examined.text), MOST)
                evidence.setdefault(at, []).extend(found)
        return evidence

    def _by_word(self, at: int, said: Said) -> list[Voice]:
        """Let a rule speak that asks for no more than the one word that stands here: as most do."""
        text, [(start, end, number)], place = said
        plan = self._plans[at]
        if at not in self._uses.evidence[self._uses.kinds[number]] or number in plan.parts.none:
            return []
        span = (start, end)
        examined = Examined(text, self.segmenter, self.reader)
        if self._whole[number] and not examined.is_token(start, end):
            return []
        if not _heard(plan, (span,), examined, bool(place.kind)):
            return []
        label, topic, severity, weight, live = plan.saying
        return [Voice(plan.id, label, topic, severity, weight, live, (span,))]


def _without(
    mentioned: Mentioned, out: frozenset[int]
) -> tuple[frozenset[int], frozenset[Pattern]]:
    """List what is left of the words and expressions without some rules."""
    patterns = frozenset([each for each in mentioned.patterns if each[0] not in out])
    return mentioned.worded - out, patterns


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
    needed = _stands(parts.all, plan if parts.evidence_is_all else None, examined)
    if not all(needed):
        return ()
    for words, within in parts.near:
        evidence += close(_stands(words, plan, examined), within, examined)
    if parts.evidence_is_all:
        evidence += [s for group in needed for s in group]
    meant = _heard(plan, sorted(set(evidence)), examined, at_home)
    return tuple(sorted({*meant, *(group[0] for group in needed)})) if meant else ()


def _stands(groups: Sequence[Choice], plan: Plan | None, examined: Examined) -> list[list[Span]]:
    """List by group where its words stand; with a plan only those that are not denied.

    A word that denies is no denial where the rule asks for it: 「没」 and 「收到」.
    """
    stands = [sorted(s for n in group for s in examined.spans.get(n, ())) for group in groups]
    if plan is None or NEGATED in plan.despite or not all(stands):
        return stands
    asked_for = [s for group in stands for s in group if examined.denies(s)]
    return [
        [s for s in group if not examined.negated(s[0]) or any(d[1] <= s[0] for d in asked_for)]
        for group in stands
    ]


def _heard(
    plan: Plan,
    spans: Sequence[Span],
    examined: Examined,
    at_home: bool,  # noqa: FBT001
) -> list[Span]:
    """List the words that say what they seem to: neither denied nor meant otherwise."""
    return [s for s in _affirmed(plan, spans, examined) if _meant(plan, s, examined, at_home)]


def _affirmed(plan: Plan, spans: Sequence[Span], examined: Examined) -> Iterator[Span]:
    """Leave out what is denied, and what is joined to it: 「没有掉漆、生锈」."""
    denied: Span | None = None
    for span in spans:
        joined = denied is not None and examined.text[denied[1] : span[0]] in JOINTS
        if NEGATED not in plan.despite and (joined or examined.negated(span[0])):
            denied = span
        else:
            yield span


def _meant(plan: Plan, span: Span, examined: Examined, at_home: bool) -> bool:  # noqa: FBT001
    """Say whether the sentence in which a word stands takes nothing of it back."""
    if plan.saying.label != GRAVE:
        return True
    spared = examined.readings(span[0])
    if not spared:
        return True
    spared = spared.difference(plan.despite)
    return not spared or (spared == {AT_HOME} and not at_home)


def _stretches(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    """Find what an expression matches; of a long text it sees a page at a time."""
    if len(text) <= PAGE:
        yield from (found.span() for found in pattern.finditer(text) if found.end() > found.start())
        return
    seen = 0
    for start in range(0, len(text), PAGE // 2):
        for found in pattern.finditer(text, start, start + PAGE):
            if found.end() > max(seen, found.start()):
                seen = found.end()
                yield found.span()


def close(stands: Sequence[Sequence[Span]], within: int, examined: Examined) -> list[Span]:
    """Find the first stretch in which a word of each group stands, in any order."""
    if not all(stands):
        return []
    for start, end in stands[0]:
        a, b = start, end
        for other in stands[1:]:
            left, right = a, b
            x, y = min(other, key=lambda s: max(s[0] - right, left - s[1]))
            a, b = min(a, x), max(b, y)
        if b - a <= within * LONGEST and examined.tokens_between(a, b) <= within + len(stands):
            return [(a, b)]
    return []
