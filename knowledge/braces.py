"""Words that differ in one character, written together: 「不{要好行}」 is 不要, 不好 and 不行.

A list of tens of thousands of words is a fifth shorter so, and easier to read.
"""

from collections.abc import Iterable
from heapq import heapify, heappop, heappush

BRACES = frozenset("{}")
Frame = tuple[str, str]
"""What stands before the character in which words differ, and what behind it."""


def together(words: Iterable[str]) -> list[str]:
    """Write words without blanks and braces together where that is shorter, the largest gain first.

    Each word stands in one place; the same words are always written the same.
    """
    left = set(words)
    frames: dict[Frame, set[str]] = {}
    for word in left:
        if len(word) > 1:
            frames.setdefault((word[:-1], ""), set()).add(word[-1])
            frames.setdefault(("", word[1:]), set()).add(word[0])
    gains = [(-_gain(frame, inside), frame) for frame, inside in frames.items()]
    heapify(gains)
    written: list[str] = []
    while gains and gains[0][0] < 0:
        believed, frame = heappop(gains)
        before, behind = frame
        inside = {c for c in frames[frame] if f"{before}{c}{behind}" in left}
        gain = -_gain(frame, inside)
        if gain > believed:
            heappush(gains, (gain, frame))
        else:
            left -= {f"{before}{c}{behind}" for c in inside}
            written.append(f"{before}{{{''.join(sorted(inside))}}}{behind}")
    return sorted(written + list(left))


def _gain(frame: Frame, inside: Iterable[str]) -> int:
    """Say how many bytes are saved, the blank behind each word counted."""
    shared = len("".join(frame).encode())
    sizes = [len(c.encode()) for c in inside]
    return sum(shared + size + 1 for size in sizes) - (shared + 2 + sum(sizes) + 1)
