"""One normal form for whatever people type, with the way back to what they typed.

Simplified, lower case, NFKC but for Chinese punctuation, nothing invisible, no threefold
characters, no 「加 微 信」, no 「tui款」. Most messages are normal already and cost a look.
"""

import re
import tomllib
from collections.abc import Callable
from functools import cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, Self

from knowledge.characters import spell_out

DATA = Path(__file__).parent / "data"
HAN = "\u3400-\u9fff"
# Beyond the basic plane whole blocks count as suspect: a class of single ones would be slow.
FAR = r"\U00010000-\U0001efff\U0001f100-\U0001f2ff\U00020000-\U0010ffff"
JUNK = r" *·|_^/."
THRICE = re.compile(rf"([{HAN}！？。，…~～\U0001f300-\U0001faff])\1\1+")
SPACED = re.compile(
    rf"(?<![{HAN}])[{HAN}]([{JUNK}])[{HAN}](?:\1[{HAN}](?![{HAN}]))+"
    rf"|(?<=[{HAN}])[*·|_^]+(?=[{HAN}])"
)
TWICE = 2
"""So often stand-ins are put right: in 「加薇❤」 one is made of what another became."""
FEW = 6
THREE = re.compile(r"(.)\1\1", re.DOTALL).search
ONE = itemgetter(1)
"""Keeps one of a threefold character; asked as a function this costs half of what r"\1" does."""
PADDING = rf"[{JUNK}](?:(?=[{HAN}][{JUNK}][{HAN}])|(?<=[*·|_^])(?=[{HAN}]))"
PADDED = re.compile(PADDING).search
DIGIT = re.compile("[1-9]").search
DIGITS = str.maketrans("123456789", "0" * 9)
BEGIN, END = "⊢", "⊣"
"""Where a message begins and ends, in learned lists: 「⊢又」 is a 又 that begins it."""


class Normal(NamedTuple):
    """A text in normal form; ``starts`` and ``ends`` are empty where it stands as typed."""

    text: str
    starts: tuple[int, ...] = ()
    ends: tuple[int, ...] = ()

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Find where a stretch of the normal form, not empty, stands in what was typed."""
        return (self.starts[start], self.ends[end - 1]) if self.starts else (start, end)

    def moved(self, by: int) -> "Normal":
        """Reckon the same from a text that has so many characters more before it."""
        size = len(self.text)
        starts = self.starts or range(size)
        ends = self.ends or range(1, size + 1)
        return Normal(self.text, tuple(at + by for at in starts), tuple(at + by for at in ends))


class _Draft:
    """A text on its way to normal form: every character remembers where it came from."""

    __slots__ = ("ends", "starts", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = list(range(len(text)))
        self.ends = list(range(1, len(text) + 1))

    def spell(self, meant: list[str]) -> None:
        """Put for each character what it stands for, which may be nothing or several."""
        counts = [len(new) for new in meant]
        self.text = "".join(meant)
        self.starts = [at for at, n in zip(self.starts, counts, strict=True) for _ in range(n)]
        self.ends = [at for at, n in zip(self.ends, counts, strict=True) for _ in range(n)]

    def rewrite(self, pattern: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> None:
        """Put something else for every find."""
        if pattern.search(self.text) is None:
            return
        parts: list[str] = []
        starts: list[int] = []
        ends: list[int] = []
        last = 0
        for found in pattern.finditer(self.text):
            a, b = found.span()
            parts.append(self.text[last:a])
            starts += self.starts[last:a]
            ends += self.ends[last:a]
            put = new(found)
            parts.append(put)
            starts += [self.starts[a]] * len(put)
            ends += [self.ends[b - 1]] * len(put)
            last = b
        self.text = "".join((*parts, self.text[last:]))
        self.starts = starts + self.starts[last:]
        self.ends = ends + self.ends[last:]

    def thinned(self) -> Self:
        """Keep one of what stands three times and more in a row."""
        self.rewrite(THRICE, ONE)
        return self

    def normal(self) -> Normal:
        """Say that this is the normal form."""
        return Normal(self.text, tuple(self.starts), tuple(self.ends))


def _joined(found: re.Match[str]) -> str:
    """Keep of spaced-out text the characters."""
    return re.sub(rf"[{JUNK}]", "", found.group())


def _odd_one(sham: str, real: str) -> str:
    """Choose the character that gives a stand-in away: a letter or sign before a Chinese one.

    Of several Chinese ones the last: people mistype the rarer half of a word.
    """
    strange = [c for c in sham if c not in real]
    return min(reversed(strange or sham), key=lambda c: (not c.isascii() and c.isalpha(), c == " "))


class Normaliser:
    """Brings texts into normal form, always the same for the same text."""

    def __init__(self, *, typed: str, meant: str, odd: str, stand_ins: dict[str, str]) -> None:
        self._table = str.maketrans(typed, meant)
        near = "".join(c for c in typed if ord(c) <= 0xFFFF)  # noqa: PLR2004 - the basic plane
        odd_near = "".join(re.findall(r"\\U0000\w{4}(?:-\\U0000\w{4})?", odd))
        # What gives a stand-in away is a character that does not belong to what it stands for.
        odd_ones = {_odd_one(sham, real) for sham, real in stand_ins.items()}
        gate = re.escape(near + "".join(sorted(odd_ones))) + odd_near + FAR
        self._chained = set(typed) & set(meant)
        self._near = re.compile(f"[{re.escape(near)}]").findall
        self._sham = re.compile(f"[{re.escape(''.join(sorted(odd_ones)))}]").search
        self._odd = re.compile(f"[{odd_near}{FAR}]").search
        innocent = "".join(c for c in JUNK if c not in near and c not in odd_ones)
        padding = f"[{re.escape(innocent)}]"
        self._suspect = re.compile(f"[{gate}{JUNK}](?:(?<!{padding})|(?<={PADDING}))").search
        self._stand_ins = stand_ins
        longest_first = sorted(stand_ins, key=lambda typed: (-len(typed), typed))
        self._stand_in = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")

    @classmethod
    @cache
    def shipped(cls) -> Self:
        """Read the tables that come with the bot; they never change, so once is enough."""
        lines = (DATA / "characters.txt").read_text(encoding="utf-8").split("\n")
        stand_ins = tomllib.loads((DATA / "stand_ins.toml").read_text(encoding="utf-8"))
        return cls(typed=lines[0], meant=lines[1], odd=lines[2], stand_ins=stand_ins)

    def __call__(self, text: str) -> Normal:
        """Bring a text into normal form."""
        if self._suspect(text) is None:
            return Normal(text) if THREE(text) is None else _Draft(text).thinned().normal()
        spelt = self._spelt(text)
        return self._rewrite(text) if self._moves(spelt) else Normal(spelt)

    def plain(self, text: str) -> str:
        """Bring a text into normal form where nobody asks for the way back: much faster."""
        if self._suspect(text) is None:
            return text if THREE(text) is None else THRICE.sub(ONE, text)
        plain = self._spelt(text)
        if self._odd(plain):
            plain = "".join(map(spell_out, plain)).translate(self._table)
        if THREE(plain):
            plain = THRICE.sub(ONE, plain)
        if PADDED(plain):
            plain = SPACED.sub(_joined, plain)
        for _ in range(TWICE):
            if self._sham(plain):
                plain = self._stand_in.sub(self._meant, plain)
        return plain

    def _meant(self, found: re.Match[str]) -> str:
        return self._stand_ins[found.group()]

    def _moves(self, spelt: str) -> bool:
        """Say whether more is to be done than to put one character for another."""
        return bool(
            self._odd(spelt)
            or THREE(spelt)
            or (self._sham(spelt) and self._stand_in.search(spelt))
            or (PADDED(spelt) and SPACED.search(spelt))
        )

    def _spelt(self, text: str) -> str:
        """Put for each character what it stands for; a few are sooner replaced than all read."""
        typed = set(self._near(text))
        if not typed and not self._odd(text):
            return text
        if len(typed) > FEW or not typed.isdisjoint(self._chained) or self._odd(text):
            return text.translate(self._table)
        for character in typed:
            text = text.replace(character, chr(self._table[ord(character)]))
        return text

    def _rewrite(self, text: str) -> Normal:
        """Do everything there is to do, remembering where each character comes from."""
        draft = _Draft(text)
        draft.text = text.translate(self._table)
        if self._odd(draft.text):
            draft.spell([spell_out(c) for c in draft.text])
            draft.text = draft.text.translate(self._table)
        draft.thinned().rewrite(SPACED, _joined)
        for _ in range(TWICE):
            draft.rewrite(self._stand_in, self._meant)
        return draft.normal()


def folded(text: str) -> str:
    """Write every digit as 0; replacing those that stand there is faster than translating."""
    if DIGIT(text):
        for digit in "123456789":
            text = text.replace(digit, "0")
    return text


def marked(text: str) -> str:
    """Mark where a text begins and ends, as what learned lists are sought in."""
    return f"{BEGIN}{text}{END}"
