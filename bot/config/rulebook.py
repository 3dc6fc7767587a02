"""Rules, house words and weighted word lists, as config.toml and its includes write them."""

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from bot.config.section import Section
from bot.config.values import Duration, or_nothing

BRACED = re.compile(r"([^{}]*)\{([^{}]+)\}([^{}]*)")


def unbraced(written: str) -> Iterator[str]:
    """Read words divided by blanks, 「不{要好}」 as 不要 and 不好; raises ValueError."""
    for word in written.split():
        if "{" not in word and "}" not in word:
            yield word
        elif found := BRACED.fullmatch(word):
            before, inside, behind = found.groups()
            yield from (f"{before}{character}{behind}" for character in inside)
        else:
            raise ValueError(
                f"「{word}」的花括号没写对：不{{要好}} 就是 不要 和 不好，"
                '一个词里只写一对；词里本来有花括号的，单独写一行 "词" = 12'
            )


def ungroup(value: Any) -> Any:
    """Read ``12 = "these words"`` as a weight of 12 for each; raises ValueError."""
    if not isinstance(value, dict):
        return value
    weights: dict[str, Any] = {}
    for key, entry in value.items():
        if not isinstance(entry, str):
            weights[key] = entry
            continue
        try:
            weight = float(key)
        except ValueError:
            raise ValueError(f'「{key}」不是分量：要写 "词" = 12，或者 12 = "词 词 词"') from None
        weights.update(dict.fromkeys(unbraced(entry), weight))
    return weights


Weights = Annotated[
    dict[str, Annotated[float, Field(allow_inf_nan=False)]], BeforeValidator(ungroup)
]


class Mode(StrEnum):
    """Whether a rule acts, is only recorded, or sleeps."""

    LIVE = "live"
    SHADOW = "shadow"
    OFF = "off"


class Label(StrEnum):
    """What a message can be; ``chat`` is the absence of the others and no rule gives it."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    AD = "ad"
    SIGNUP = "signup"


class Reading(StrEnum):
    """How a sentence may be meant; a rule counts in spite of those it names."""

    ASKED = "asked"
    SUPPOSED = "supposed"
    TAUGHT = "taught"
    ELSEWHERE = "elsewhere"
    FOREIGN = "foreign"
    SETTLED = "settled"
    NEGATED = "negated"


class NearSettings(Section):
    """Two or more words that must stand within so many words of each other."""

    words: tuple[str, ...]
    within: int = Field(default=5, ge=1, le=50)


class RuleSettings(Section):
    """One ``[[rules]]`` table; ``cooldown`` is how long it rests in a room where it acted."""

    id: str
    label: Label
    topic: str = ""
    severity: int = Field(default=1, ge=1, le=3)
    any: tuple[str, ...] = ()
    all: tuple[str, ...] = ()
    none: tuple[str, ...] = ()
    near: tuple[NearSettings, ...] = ()
    regex: tuple[str, ...] = ()
    weight: float = 1.0
    groups: tuple[str, ...] = ()
    mode: Mode = Mode.LIVE
    cooldown: Annotated[Duration | None, BeforeValidator(or_nothing)] = None
    hits: tuple[str, ...] = ()
    misses: tuple[str, ...] = ()
    despite: tuple[Reading, ...] = ()


class WordSettings(Section):
    """One ``[[words]]`` table: a word of the house that jieba must know."""

    word: str
    freq: int = Field(default=1000, ge=1)
    tag: str = ""


class LexiconSettings(Section):
    """One ``[[lexicons]]`` table: words with weights that add up to one label, or to none."""

    id: str
    label: Label | Literal["chat"]
    threshold: float
    bias: float = 0.0
    mode: Mode = Mode.LIVE
    groups: tuple[str, ...] = ()
    topic: str = ""
    severity: int = Field(default=1, ge=1, le=3)
    needs: tuple[str, ...] = ()
    learned: bool = False
    despite: tuple[str, ...] = ()
    terse: float = 0.0
    rivals: str = ""
    over: tuple[str, ...] = ()
    base: bool = False
    weights: Weights = Field(default_factory=dict)


class CorrectionSettings(Section):
    """One ``[[corrections]]`` table: what is added to the weights of one list."""

    list: str
    weights: Weights = Field(default_factory=dict)
