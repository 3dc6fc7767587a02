"""Finds any of a hundred thousand words in a text in one pass, natively where possible."""

import ctypes
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from subprocess import DEVNULL, PIPE, Popen
from typing import Protocol

MANY = 5_000
BUILDER = """
import sys
from daachorse import CharwiseDoubleArrayAhoCorasick
words = sys.stdin.buffer.read().decode().split("\\0")
built = CharwiseDoubleArrayAhoCorasick(words).serialize()
sys.stdout.buffer.write(b"%d\\n" % len(words) + built)
"""
Hit = tuple[int, int, int]
"""Where a word starts and ends in the text, and its place in the list it came from."""


class Matcher(Protocol):
    """Finds every occurrence of every word, overlapping ones too, in no promised order."""

    engine: str

    def find(self, text: str) -> list[Hit]:
        """List the hits."""
        ...


class NativeMatcher:
    """A double-array automaton: about a microsecond a message, whatever the number of words.

    Of very many words another process builds it: the building takes many times the memory of what
    is built, and holds up whoever waits for the interpreter.
    """

    engine = "daachorse"

    def __init__(self, words: Sequence[str]) -> None:
        from daachorse import CharwiseDoubleArrayAhoCorasick  # noqa: PLC0415 - may be absent

        built = _built_elsewhere(words) if len(words) >= MANY else None
        if built is None:
            self._automaton = CharwiseDoubleArrayAhoCorasick(list(words))
        else:
            self._automaton = CharwiseDoubleArrayAhoCorasick.deserialize(built)
        self.find: Callable[[str], list[Hit]] = self._automaton.find_overlapping


def _built_elsewhere(words: Sequence[str]) -> bytes | None:
    """Let another process build the automaton; None where it cannot."""
    command = [sys.executable, "-I", "-c", BUILDER]
    try:
        with Popen(command, stdin=PIPE, stdout=PIPE, stderr=DEVNULL) as builder:  # noqa: S603
            if builder.stdin is None or builder.stdout is None:
                return None
            builder.stdin.write("\0".join(words).encode())
            builder.stdin.close()
            amount = builder.stdout.readline()
            built = builder.stdout.read()
    except (OSError, ValueError):
        return None
    sound = builder.returncode == 0 and amount == b"%d\n" % len(words)
    return built if sound else None


class PlainMatcher:
    """The same in Python alone: words by their first two characters, then by length."""

    engine = "python"

    def __init__(self, words: Sequence[str]) -> None:
        self._places = {word: place for place, word in enumerate(words)}
        lengths: dict[str, set[int]] = {}
        for word in words:
            lengths.setdefault(word[:2], set()).add(len(word))
        self._lengths = {head: tuple(sorted(sizes)) for head, sizes in lengths.items()}

    def find(self, text: str) -> list[Hit]:
        """List the hits; linear in the text, for no head has more lengths than there are."""
        hits: list[Hit] = []
        heads, places = self._lengths, self._places
        for start in range(len(text)):
            two = text[start : start + 2]
            sizes = heads.get(two, ())
            if len(two) > 1 and two[0] in heads:
                sizes = (1, *sizes)
            for size in sizes:
                end = start + size
                place = places.get(text[start:end]) if end <= len(text) else None
                if place is not None:
                    hits.append((start, end, place))
        return hits


class _Nothing:
    """Has no words and finds none."""

    engine = "none"

    def find(self, text: str) -> list[Hit]:  # noqa: ARG002 - part of being a matcher
        return []


def matcher_for(words: Sequence[str], *, native: bool = True) -> Matcher:
    """Build the fastest matcher to be had for these different, non-empty words."""
    if not words:
        return _Nothing()
    if native:
        try:
            return NativeMatcher(words)
        except ImportError:
            pass
    return PlainMatcher(words)


def give_back() -> None:
    """Return to the system what building took; the C library would keep it for a next time."""
    with suppress(OSError, AttributeError, TypeError):
        ctypes.CDLL(None).malloc_trim(0)
