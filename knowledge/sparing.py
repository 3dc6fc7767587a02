"""Which rules and lists need not be looked into: whatever they found, the rivals would overrule it.

Rivals that may speak where a message was said have the last word over most rules. A label that
cannot win, not even seconded, and that cannot stand by itself changes nothing, and chat is full of
such words. Nothing here decides: it only leaves out what cannot, which a test holds.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from knowledge.doubting import at_most
from knowledge.mentioning import Mentioned
from knowledge.rivalry import AGREED, SECONDED, Rivals, Weights
from knowledge.ruling import Ruling
from knowledge.terms import CHAT, GRAVE
from knowledge.verdicts import ENOUGH
from knowledge.weighing import Weighed

ROUNDED = 0.001
"""A score is rounded before it is compared."""
HAIR = 1e-9
PRAISE = "praise"
NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Sparing:
    """What some rivals may overrule, and so what their weights make needless."""

    rivals: Rivals
    overruled: frozenset[int]

    @classmethod
    def of(cls, rivals: Rivals, ruling: Ruling) -> "Sparing":
        """Note which rules these rivals may overrule."""
        return cls(rivals, ruling.named(rivals.over))

    def needless(
        self,
        able: frozenset[str],
        mentioned: Mentioned,
        weighed: Sequence[Weighed],
        *,
        at_home: bool,
    ) -> frozenset[str]:
        """Name the labels whose rules and lists, those in force, change nothing here.

        Not where a text is brief: there rules say more than lists.
        """
        if not (weighed or mentioned.able()) or self._decided(mentioned):
            return NOTHING
        bounds = mentioned.in_force()
        for each in weighed:
            x = each.lexicon
            if x.id not in self.rivals.over or x.mode != "live" or x.label in able:
                return NOTHING  # how far it is believed depends on what rules find
            most = at_most(x, each.margin, backed=each.backed, at_home=at_home)
            bounds[x.label] = bounds.get(x.label, 0.0) + most
        spared = frozenset(_without_effect(bounds, able))
        return spared if all(each.lexicon.label in spared for each in weighed) else NOTHING

    def eager(
        self, weights: Weights, weighed: Sequence[Weighed], *, at_home: bool
    ) -> frozenset[str]:
        """Name the labels of which even weak words count beside a list that is heavy enough."""
        if not weighed:
            return NOTHING
        labels = {each.lexicon.label for each in weighed} & self.rivals.hopes(weights)
        return frozenset(labels | {GRAVE} if at_home else labels)

    def able(self, weights: Weights) -> frozenset[str]:
        """Name the labels that win, or would if a rule seconded them."""
        if weights.idle:
            return NOTHING
        least = max(0.0, *weights.margins) - SECONDED - HAIR
        pairs = zip(self.rivals.lexicons, weights.margins, strict=True)
        return frozenset(x.label for x, margin in pairs if margin >= least) - {CHAT}

    def _decided(self, mentioned: Mentioned) -> bool:
        """Say whether a rule that may not be overruled could decide: then all of them count."""
        strangers = mentioned.rules - self.overruled
        return bool(strangers) and any(
            bound >= ENOUGH for bound in mentioned.only(strangers).values()
        )


def is_murmur(weighed: Iterable[Weighed], *, at_home: bool) -> bool:
    """Say whether these lists, all of them together, decide nothing by themselves."""
    most = 0.0
    for each in weighed:
        most += at_most(each.lexicon, each.margin, backed=each.backed, at_home=at_home)
    return most < ENOUGH - ROUNDED


def _without_effect(bounds: Mapping[str, float], able: frozenset[str]) -> Iterable[str]:
    """Name the labels that can neither win nor stand; praise may yet take a complaint back."""
    out = {x for x, bound in bounds.items() if x not in able and bound < AGREED - ROUNDED}
    if GRAVE not in out and bounds.get(GRAVE, 0.0) >= ENOUGH:
        out.discard(PRAISE)
    return out
