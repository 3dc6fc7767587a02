"""Which kind of message this is, and which words say so."""

import re
from collections.abc import Iterable, Sequence
from pathlib import Path

from knowledge.doubting import HALF, belief
from knowledge.matcher import MANY, give_back
from knowledge.mentioning import NONE, Mentioned
from knowledge.rivalry import SECONDED, SHORTEST, Rivals, Weights
from knowledge.ruling import Ruling, Said
from knowledge.segment import segmenter_for
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
# A name that WeChat completed ends with this blank; it is nobody's words, whatever it says.
NAMED = "\u2005"
NAME = re.compile(rf"@[^@\n{NAMED}]{{1,64}}{NAMED}")
UNSEEN = "\u200b"
NOBODY: frozenset[str] = frozenset()
Found = tuple[Mentioned, list[Weighed], Weights]
Loads = list[tuple[Load, tuple[Deciding, ...], int]]
"""Each with the lists that decide by it, and the bits of which one is set where any may."""


def quoted(text: str) -> int:
    """Say how long the quotation is that WeChat put before an answer."""
    found = QUOTED.match(text)
    return found.end() if found else 0


def _house(words: Iterable[Word], normalise: Normaliser) -> list[Word]:
    """Bring the words of the house into normal form; what is empty in it is none."""
    house = [Word(normalise.plain(w.word), w.freq, w.tag) for w in words]
    return [word for word in house if word.word]


def unnamed(text: str) -> str:
    """Put for every name that somebody is called by what the normal form leaves out."""
    return NAME.sub(lambda name: UNSEEN * len(name.group()), text) if NAMED in text else text


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
        house = _house(words, self._normalise)
        self._ruling = Ruling(
            rules,
            self._normalise,
            segmenter=segmenter_for(house, cache=cache, native=native),
            names=[word.word for word in house],
            native=native,
        )
        self._find = self._ruling.matcher.find
        lists = tuple(lexicons)
        plain, learned = (
            Scales.of(each, self.normal, learned=kind, slack=SECONDED, native=native)
            for kind, each in ((False, [x for x in lists if not x.rivals]), (True, lists))
        )
        self._rivals = Rivals.of(lists, learned)
        self._scales = tuple(
            (scales, deciding, sum(each.bit for each in deciding))
            for scales in (plain, learned)
            if scales.lexicons
            for deciding in [Deciding.among(scales)]
        )
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
        if NAMED in text:
            text = unnamed(text)
        plain = self._plain(text if text[:1] != QUOTE_MARK else text[quoted(text) :])
        hits = self._find(plain)
        if not (hits or self._scales):
            return NOTHING
        voices = self._voices(Said(plain, hits, place), sparing=self.sparing and not without)
        if without:
            voices = [v._replace(live=v.live and v.id not in without) for v in voices]
        if not voices:
            return NOTHING
        return judge(voices, Normal(plain) if plain == text else self._heard(text))

    def _voices(self, said: Said, *, sparing: bool) -> list[Voice]:
        """Hear what rules and lists say."""
        plain, hits, place = said
        if not self._scales:
            mentioned = self._ruling.mentioned(hits, place)
            chosen = mentioned.deciding()
            return self._ruling.voices(said, mentioned, chosen) if chosen else []
        loads = [(Load(scales, plain), deciding, bits) for scales, deciding, bits in self._scales]
        weighed = self._weigh(loads, place)
        rivals = [(r, w) for r in self._rivals if (w := r.weigh(loads[-1][0], plain, place))]
        idle = sparing and not hits and all(w.idle for _, w in rivals)
        if idle and (not weighed or is_murmur(weighed, at_home=bool(place.kind))):
            return []
        mentioned = self._ruling.mentioned(hits, place)
        if sparing and len(self._spares) == len(rivals) == 1:
            return self._contested(said, (mentioned, weighed, rivals[0][1]))
        hopes = {label for r, weights in rivals for label in r.hopes(weights)}
        eager = hopes | {GRAVE} if weighed and place.kind else hopes
        voices = self._said(said, mentioned, mentioned.hopeful(eager=eager), weighed)
        for each, weights in rivals:
            voices = each.settle(voices, weights)
        return voices

    def _contested(self, said: Said, found: Found) -> list[Voice]:
        """Hear only those who can change what the rivals say."""
        mentioned, weighed, weights = found
        [spares] = self._spares
        home = bool(said.place.kind)
        needless = NOBODY
        if (weighed or mentioned.able()) and not weights.brief:
            mentioned, needless = self._needless(said, found)
            weighed = [w for w in weighed if w.lexicon.label not in needless]
        if not weighed and spares.rivals.silent(weights) and not mentioned.able(needless):
            return []
        eager = spares.eager(weights, weighed, at_home=home)
        chosen = mentioned.hopeful(eager=eager, needless=needless)
        voices = spares.rivals.settle(self._said(said, mentioned, chosen, weighed), weights)
        winner = spares.rivals.winner(voices)
        weak = mentioned.weak(winner) if winner not in eager else NONE
        return [*self._said(said, mentioned, weak), *voices] if weak else voices

    def _needless(self, said: Said, found: Found) -> tuple[Mentioned, frozenset[str]]:
        """Name the labels that cannot change anything, trying expressions where that may tell."""
        mentioned, weighed, weights = found
        [spares] = self._spares
        home = bool(said.place.kind)
        able = spares.able(weights)
        needless = spares.needless(able, mentioned, weighed, at_home=home)
        if mentioned.patterns and mentioned.able(needless):
            mentioned = self._ruling.tried(mentioned, said.text)
            needless |= spares.needless(able, mentioned, weighed, at_home=home)
        return mentioned, needless

    def _said(
        self,
        said: Said,
        mentioned: Mentioned,
        chosen: frozenset[int],
        weighed: Sequence[Weighed] = (),
    ) -> list[Voice]:
        """Hear the chosen rules, and the lists that are heavy enough."""
        voices = self._ruling.voices(said, mentioned, chosen) if chosen else []
        if weighed:
            ruled = {f.label for f in findings(voices)}
            voices += [v for w in weighed for v in self._listed(w, said, ruled)]
        return voices

    def _heard(self, text: str) -> Normal:
        """Bring into normal form what is said now; a quotation before it is not."""
        if said := quoted(text):
            return self._normalise(text[said:]).moved(said)
        return self._normalise(text)

    def _weigh(self, loads: Loads, place: Place) -> list[Weighed]:
        """Weigh by every list that competes with none."""
        home = bool(place.kind)
        weighed: list[Weighed] = []
        for load, deciding, bits in loads:
            if load.near & bits:
                weighed += load.heavy(deciding, at_home=home)
        return weighed

    def _listed(self, weighed: Weighed, said: Said, ruled: set[str]) -> Iterable[Voice]:
        """Let a list speak: where it may, and as far as it is believed."""
        x = weighed.lexicon
        text, _, place = said
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
        plain = self._said_now(text)
        loads = [(Load(scales, plain), deciding, bits) for scales, deciding, bits in self._scales]
        return self.ruled(text, place).union(w.lexicon.id for w in self._weigh(loads, place))

    def ruled(self, text: str, place: Place = ANYWHERE) -> frozenset[str]:
        """Name every rule whose words stand in a text, and mean there what they say."""
        plain = self._said_now(text)
        said = Said(plain, self._find(plain), place)
        if not said.hits:
            return NOBODY
        mentioned = self._ruling.mentioned(said.hits, place)
        chosen = mentioned.hopeful(eager=LABELS)
        return frozenset(v.id for v in self._ruling.voices(said, mentioned, chosen))

    def readings(self, text: str) -> frozenset[str]:
        """Name the ways in which a text is meant that take a complaint back."""
        return self._ruling.reader.readings(self._said_now(text))

    def _said_now(self, text: str) -> str:
        """Bring into normal form what is said now, without whom it is said to."""
        text = unnamed(text)
        return self._plain(text[quoted(text) :])
