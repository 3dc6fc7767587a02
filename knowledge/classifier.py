"""Which kind of message this is, and which words say so."""

import re
from collections.abc import Iterable
from pathlib import Path

from knowledge.doubting import HALF, belief, is_mood
from knowledge.rivalry import SHORTEST, Rivals
from knowledge.ruling import Ruling, house_segmenter
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
from knowledge.weighing import Scales, Weighed

__all__ = ["ANYWHERE", "OURS", "Classifier", "Finding", "Match", "Place", "Verdict"]

# What WeChat puts before an answer to an older message; that one was judged when it came.
QUOTED = re.compile(r"「.*?」\s*\n(?:- ?){4,}\s*\n", re.DOTALL)
QUOTE_MARK = "「"


def quoted(text: str) -> int:
    """Say how long the quotation is that WeChat put before an answer."""
    found = QUOTED.match(text)
    return found.end() if found else 0


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
        self._plain = self._normalise.plain
        segmenter = house_segmenter(words, self._normalise, cache=cache, native=native)
        self._ruling = Ruling(rules, self._normalise, segmenter=segmenter, native=native)
        self._find = self._ruling.matcher.find
        lists = tuple(lexicons)
        alone = [x for x in lists if not x.rivals]
        scales = [
            Scales.of(alone, self.normal, learned=learned, native=native)
            for learned in (False, True)
        ]
        self._scales = tuple(s for s in scales if s.deciding)
        self._rivals = Rivals.of(lists, native=native)

    @property
    def engines(self) -> dict[str, str]:
        """Say what does the matching and the cutting here."""
        return {
            "matcher": self._ruling.matcher.engine,
            "segmenter": self._ruling.segmenter.engine,
        }

    def normal(self, text: str) -> str:
        """Bring a text into the normal form in which rules are tried."""
        return self._plain(text)

    def cut(self, text: str) -> list[str]:
        """Cut a text into words, for people to see."""
        return self._ruling.segmenter.cut(self.normal(text))

    def classify(
        self, text: str, place: Place = ANYWHERE, *, without: frozenset[str] = frozenset()
    ) -> Verdict:
        """Say what a message is; rules ``without`` which to judge are as on trial."""
        plain = self._plain(text if text[:1] != QUOTE_MARK else text[quoted(text) :])
        voices = self._voices(plain, place)
        if without:
            voices = [v._replace(live=v.live and v.id not in without) for v in voices]
        if not voices:
            return NOTHING
        return judge(voices, Normal(plain) if plain == text else self._heard(text))

    def _voices(self, plain: str, place: Place) -> list[Voice]:
        """Hear what rules and lists say of a text in normal form."""
        hits = self._find(plain)
        weighed = self._weigh(plain, place) if self._scales else ()
        rivals = [(r, r.weigh(plain, place)) for r in self._rivals]
        hopes = {label for r, weights in rivals for label in r.hopes(weights)}
        if not hits and not weighed and not hopes:
            return []
        eager = hopes | {GRAVE} if weighed and place.kind else hopes
        chosen = self._ruling.hopeful(hits, place, eager=eager)
        voices = [*self._ruling.voices(plain, hits, chosen, place)] if chosen else []
        if weighed:
            ruled = {f.label for f in findings(voices)}
            voices += [v for w in weighed for v in self._listed(w, plain, place, ruled)]
        for each, weights in rivals:
            voices = each.settle(voices, weights)
        return voices

    def _heard(self, text: str) -> Normal:
        """Bring into normal form what is said now; a quotation before it is not."""
        if said := quoted(text):
            return self._normalise(text[said:]).moved(said)
        return self._normalise(text)

    def _weigh(self, text: str, place: Place) -> list[Weighed]:
        """Weigh by every list; without the lists it needs one is worth something only at home."""
        weighed = [w for scales in self._scales for w in scales.weigh(text)]
        return [w for w in weighed if w.backed or (place.kind and is_mood(w.lexicon, w.margin))]

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
            weight = belief(x.label, weighed.margin, reasons=reasons, at_home=home)
            weight = weight if weighed.backed else min(weight, HALF)
            if weight <= HALF and len(text) < SHORTEST:
                return  # one word by itself says what it is about, and no more
        if weight > 0:
            live = x.mode == "live"
            yield Voice(x.id, x.label, x.topic, x.severity, weight, live, weighed.spans())

    def fires(self, text: str, place: Place = ANYWHERE) -> frozenset[str]:
        """Name every rule and list whose words stand in a text, whatever comes of it."""
        normal = self._plain(text[quoted(text) :])
        hits = self._find(normal)
        chosen = self._ruling.hopeful(hits, place, eager=LABELS)
        ids = {v.id for v in self._ruling.voices(normal, hits, chosen, place)}
        return frozenset(ids | {w.lexicon.id for w in self._weigh(normal, place)})
