"""How far a learned list must be past its threshold before it is believed.

What a person wrote in a rule outweighs what was learned from reviews: a list that says complaint
where the sentence asks, supposes or praises must be surer, and surer still in a group of ours,
where most of what is said is small talk. The figures were chosen by cross-validation.
"""

from collections.abc import Iterable, Mapping

from knowledge.terms import GRAVE, Lexicon

HALF = 0.48
MOOD = 2.0
NEVER = float("inf")
SMALL_TALK = 5.0
"""What a list needs in a group of ours, in weights of ten."""
STRANGERS = 1.7
"""What a list of adverts needs there: it was learned among other people."""
ADVERT = 10
"""So many characters an advert has; for each one less its list must be surer by so much:"""
TERSE = 0.3
ANYWHERE_DOUBTS: Mapping[str, float] = {
    "asked": 0.5,
    "supposed": 1.0,
    "elsewhere": 1.5,
    "taught": 2.0,
    "settled": 3.0,
    "praise": 0.5,
    "question": 0.3,
    "signup": NEVER,
}
HOME_DOUBTS: Mapping[str, float] = {
    "asked": NEVER,
    "supposed": NEVER,
    "elsewhere": NEVER,
    "foreign": NEVER,
    "taught": NEVER,
    "settled": NEVER,
    "praise": NEVER,
    "question": 3.0,
    "signup": NEVER,
}


def is_mood(lexicon: Lexicon, margin: float) -> bool:
    """Say whether a list, though those it needs are silent, tells that somebody is unhappy."""
    return lexicon.learned and lexicon.label == GRAVE and not lexicon.despite and margin >= MOOD


def belief(
    label: str, margin: float, *, reasons: Iterable[str], at_home: bool, length: int
) -> float:
    """Say how much of a learned list's margin to believe, given reasons to doubt it.

    Reasons are how the text reads, what labels rules already give it, and that an advert is not
    said in a word or two; how strangers advertise so briefly says nothing at home. There a list
    that is not sure still counts half, so that it decides together with a rule's weak words.
    """
    if label == "ad" and (margin < TERSE * (ADVERT - length) or (at_home and length < ADVERT)):
        return 0.0
    doubts = HOME_DOUBTS if at_home else ANYWHERE_DOUBTS
    relevant = [r for r in reasons if label == GRAVE or r == "signup"]
    if margin < max((doubts.get(reason, 0.0) for reason in relevant), default=0.0):
        return 0.0
    if at_home and label == GRAVE and margin < SMALL_TALK:
        return HALF
    if at_home and label != GRAVE and margin < STRANGERS:
        return 0.0
    return 1.0 + margin


def at_most(lexicon: Lexicon, margin: float, *, backed: bool, at_home: bool) -> float:
    """Say how much of a list may be believed where nothing makes it doubtful."""
    if not lexicon.learned:
        return 1.0 + margin
    most = belief(lexicon.label, margin, reasons=(), at_home=at_home, length=ADVERT)
    return most if backed else min(most, HALF)
