"""Which kind of message this is, and which words say so."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from knowledge.doubting import HALF, belief
from knowledge.matcher import MANY, Hit, give_back
from knowledge.rivalry import SECONDED, SHORTEST, Rivals, Weights
from knowledge.ruling import NONE, Mentioned, Ruling, house_segmenter
from knowledge.sparing import Sparing, is_murmur
from knowledge.terms import GRAVE, LABELS, Lexicon, Rule, Word
from knowledge.text import Normal, Normaliser
from knowledge.verdicts import (
    ANYWHERE,
    NOTHING,
    OURS,
    Finding,
    Match,
    Place,
    Verdict,
    Voice,
    findings,
    judge,
)
from knowledge.weighing import Deciding, Load, Scales, Weighed

__all__ = ["ANYWHERE", "OURS", "Classifier", "Finding", "Match", "Place", "Verdict"]

# What WeChat puts before an answer to an older message; that one was judged when it came.
QUOTED = re.compile(r"「.*?」\s*\n(?:- ?){4,}\s*\n", re.DOTALL)
QUOTE_MARK = "「"
NOBODY: frozenset[str] = frozenset()
Found = tuple[Mentioned, list[Weighed], Weights]
Loads = list[tuple[Load, tuple[Deciding, ...]]]


def quoted(text: str) -> int:
    """Say how long the quotation is that WeChat put before an answer."""
    found = QUOTED.match(text)
    return found.end() if found else 0


class Classifier:
    """Reads meaning from words alone; the same text always means the same.

    ``sparing`` leaves out what cannot change a verdict; it changes none.
    """

    sparing = True

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
        self._plain = self._normalise.plain
        segmenter = house_segmenter(words, self._normalise, cache=cache, native=native)
        self._ruling = Ruling(rules, self._normalise, segmenter=segmenter, native=native)
        self._find = self._ruling.matcher.find
        lists = tuple(lexicons)
        plain, learned = (
            Scales.of(each, self.normal, learned=kind, slack=SECONDED, native=native)
            for kind, each in ((False, [x for x in lists if not x.rivals]), (True, lists))
        )
        self._scales = tuple((s, Deciding.among(s)) for s in (plain, learned) if s.lexicons)
        self._rivals = Rivals.of(lists, learned)
        self._spares = [Sparing.of(rivals, self._ruling) for rivals in self._rivals]
        if self._ruling.words >= MANY:
            give_back()

    @property
    def engines(self) -> dict[str, str]:
        """Say what does the matching and the cutting here."""
        return {
            "matcher": self._ruling.matcher.engine,
            "segmenter": self._ruling.segmenter.engine,
        }

    @property
    def normaliser(self) -> Normaliser:
        """The normal form in which everything is read here."""
        return self._normalise

    def normal(self, text: str) -> str:
        """Bring a text into the normal form in which rules are tried."""
        return self._plain(text)

    def denied(self, text: str, start: int) -> bool:
        """Say whether the word at ``start`` of a text in normal form is denied there."""
        return self._ruling.reader.negated(text, start)

    def cut(self, text: str) -> list[str]:
        """Cut a text into words, for people to see."""
        return self._ruling.segmenter.cut(self.normal(text))

    def classify(
        self, text: str, place: Place = ANYWHERE, *, without: frozenset[str] = frozenset()
    ) -> Verdict:
        """Say what a message is; rules ``without`` which to judge are as on trial."""
        plain = self._plain(text if text[:1] != QUOTE_MARK else text[quoted(text) :])
        hits = self._find(plain)
        if not (hits or self._scales):
            return NOTHING
        voices = self._voices(plain, hits, place, sparing=self.sparing and not without)
        if without:
            voices = [v._replace(live=v.live and v.id not in without) for v in voices]
        if not voices:
            return NOTHING
        return judge(voices, Normal(plain) if plain == text else self._heard(text))

    def _voices(
        self, plain: str, hits: Sequence[Hit], place: Place, *, sparing: bool
    ) -> list[Voice]:
        """Hear what rules and lists say of a text in normal form."""
        loads = self._put(plain)
        weighed = self._weigh(loads, place)
        rivals = [(r, w) for r in self._rivals if (w := r.weigh(loads[-1][0], plain, place))]
        idle = sparing and not hits and all(w.idle for _, w in rivals)
        if idle and is_murmur(weighed, at_home=bool(place.kind)):
            return []
        mentioned = self._ruling.mentioned(hits, place)
        if sparing and len(self._spares) == len(rivals) == 1:
            return self._contested(plain, hits, (mentioned, weighed, rivals[0][1]), place)
        hopes = {label for r, weights in rivals for label in r.hopes(weights)}
        if not hits and not weighed and not hopes:
            return []
        eager = hopes | {GRAVE} if weighed and place.kind else hopes
        voices = self._said(plain, hits, mentioned.hopeful(eager=eager), place, weighed)
        for each, weights in rivals:
            voices = each.settle(voices, weights)
        return voices

    def _contested(
        self,
        plain: str,
        hits: Sequence[Hit],
        found: Found,
        place: Place,
    ) -> list[Voice]:
        """Hear only those who can change what the rivals say."""
        mentioned, weighed, weights = found
        [spares] = self._spares
        home = bool(place.kind)
        needless = NOBODY
        if (weighed or mentioned.able()) and not weights.brief:
            mentioned, needless = self._needless(plain, found, at_home=home)
            weighed = [w for w in weighed if w.lexicon.label not in needless]
        if not weighed and spares.rivals.silent(weights) and not mentioned.able(needless):
            return []
        eager = spares.eager(weights, weighed, at_home=home)
        chosen = mentioned.hopeful(eager=eager, needless=needless)
        voices = spares.rivals.settle(self._said(plain, hits, chosen, place, weighed), weights)
        winner = spares.rivals.winner(voices)
        weak = mentioned.weak(winner) if winner not in eager else NONE
        return [*self._ruling.voices(plain, hits, weak, place), *voices] if weak else voices

    def _needless(
        self, plain: str, found: Found, *, at_home: bool
    ) -> tuple[Mentioned, frozenset[str]]:
        """Name the labels that cannot change anything, trying expressions where that may tell."""
        mentioned, weighed, weights = found
        [spares] = self._spares
        able = spares.able(weights)
        needless = spares.needless(able, mentioned, weighed, at_home=at_home)
        if mentioned.able(needless):
            heavy = {w.lexicon.label for w in weighed}
            tried = self._ruling.tried(mentioned, plain, heavy)
            if tried is not mentioned:
                mentioned = tried
                needless |= spares.needless(able, mentioned, weighed, at_home=at_home)
        return mentioned, needless

    def _said(
        self,
        plain: str,
        hits: Sequence[Hit],
        chosen: frozenset[int],
        place: Place,
        weighed: Sequence[Weighed],
    ) -> list[Voice]:
        """Hear the chosen rules, and the lists that are heavy enough."""
        voices = [*self._ruling.voices(plain, hits, chosen, place)] if chosen else []
        if weighed:
            ruled = {f.label for f in findings(voices)}
            voices += [v for w in weighed for v in self._listed(w, plain, place, ruled)]
        return voices

    def _heard(self, text: str) -> Normal:
        """Bring into normal form what is said now; a quotation before it is not."""
        if said := quoted(text):
            return self._normalise(text[said:]).moved(said)
        return self._normalise(text)

    def _put(self, plain: str) -> Loads:
        return [(scales.put(plain), deciding) for scales, deciding in self._scales]

    def _weigh(self, loads: Loads, place: Place) -> list[Weighed]:
        """Weigh by every list that competes with none."""
        home = bool(place.kind)
        return [w for load, deciding in loads for w in load.heavy(deciding, at_home=home)]

    def _listed(
        self, weighed: Weighed, text: str, place: Place, ruled: set[str]
    ) -> Iterable[Voice]:
        """Let a list speak: where it may, and as far as it is believed."""
        x = weighed.lexicon
        if not place.within(frozenset(x.groups)):
            return
        weight = 1.0 + weighed.margin
        if x.learned:
            reasons = ruled - {x.label}
            if x.label == GRAVE:
                reasons |= self._ruling.reader.readings(text)
            reasons.difference_update(x.despite)
            home = bool(place.kind)
            weight = belief(
                x.label, weighed.margin, reasons=reasons, at_home=home, length=len(text)
            )
            weight = weight if weighed.backed else min(weight, HALF)
            if weight <= HALF and len(text) < SHORTEST:
                return  # one word by itself says what it is about, and no more
        if weight > 0:
            live = x.mode == "live"
            told = weighed.spans
            yield Voice(x.id, x.label, x.topic, x.severity, weight, live, told=told)

    def fires(self, text: str, place: Place = ANYWHERE) -> frozenset[str]:
        """Name every rule and list whose words stand in a text, whatever comes of it."""
        normal = self._plain(text[quoted(text) :])
        hits = self._find(normal)
        chosen = self._ruling.mentioned(hits, place).hopeful(eager=LABELS)
        ids = {v.id for v in self._ruling.voices(normal, hits, chosen, place)}
        return frozenset(ids | {w.lexicon.id for w in self._weigh(self._put(normal), place)})
