"""What is said of a rule, a list or a word of the house, for whoever wrote it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from time import sleep
from typing import TypeVar

T = TypeVar("T")
BREATH, REST = 10, 0.0001  # rules, seconds


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to say about a rule or a word: where it stands, and what to write instead.

    ``index`` is the place in the list under ``key``; a fatal remark keeps a configuration out.
    """

    id: str
    key: str
    index: int | None
    text: str
    fatal: bool = False


def breathing(items: Iterable[T], *, each: int = BREATH) -> Iterator[T]:
    """Go through many rules or words, and rest between them.

    Judging asks native code, which lets go of the interpreter so often and so shortly that another
    thread that waits for it is woken in vain each time.
    """
    for number, item in enumerate(items, start=1):
        yield item
        if number % each == 0:
            sleep(REST)
