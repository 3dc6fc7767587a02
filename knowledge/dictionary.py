"""jieba's dictionary as an automaton, kept in a private folder between starts."""

import hashlib
import importlib.util
import math
import os
import tempfile
from array import array
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from knowledge.matcher import Hit

MAGIC = b"qunkeeper dictionary 2\n"
HEAD = 64  # bytes in which the first line ends
DIGEST = hashlib.blake2b().digest_size


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Every word jieba knows, with the logarithm of how often it was seen."""

    find: Callable[[str], list[Hit]]
    logs: "array[float]"
    total: int

    @classmethod
    def load(cls, cache: Path | None = None) -> "Dictionary":
        """Read the dictionary, from the folder ``cache`` where a sound copy stands there.

        The value never changes, so one copy serves everybody in a process, wherever it is kept.
        Raises ImportError without the native automaton.
        """
        return _load(_Kept(cache))

    @staticmethod
    def forget() -> None:
        """Read it anew when it is asked for next."""
        _load.cache_clear()


@dataclass(frozen=True, slots=True)
class _Kept:
    """Where a copy is kept; all places are equal, for what is kept there is."""

    folder: Path | None = field(compare=False)


@cache
def _load(kept: _Kept) -> Dictionary:
    source = _source()
    origin = hashlib.blake2b(source.read_bytes()).digest()
    if kept.folder is None:
        return _restore(_build(source))
    copy = _read(kept.folder / "dictionary.bin", origin)
    if copy is not None:
        return _restore(copy)
    packed = _build(source)
    _write(kept.folder / "dictionary.bin", origin, packed)
    return _restore(packed)


def _source() -> Path:
    spec = importlib.util.find_spec("jieba")
    if spec is None or spec.origin is None:
        raise ImportError("jieba")
    return Path(spec.origin).with_name("dict.txt")


def _build(source: Path) -> bytes:
    """Pack the automaton after the logarithms and the total, which come as text lines."""
    from daachorse import CharwiseDoubleArrayAhoCorasick  # noqa: PLC0415 - may be absent

    counts: dict[str, int] = {}
    total = 0
    for line in source.read_text(encoding="utf-8").splitlines():
        word, count = line.split(" ")[:2]
        counts[word] = int(count)
        total += int(count)
    known = {word: count for word, count in counts.items() if count}
    logs = array("d", (math.log(count) for count in known.values()))
    automaton = CharwiseDoubleArrayAhoCorasick(list(known)).serialize()
    return b"%d %d\n" % (total, len(logs)) + logs.tobytes() + automaton


def _restore(packed: bytes | memoryview) -> Dictionary:
    from daachorse import CharwiseDoubleArrayAhoCorasick  # noqa: PLC0415 - may be absent

    line = bytes(packed[:HEAD]).split(b"\n", 1)[0]
    head = len(line) + 1
    total, size = map(int, line.split())
    logs = array("d")
    end = head + size * logs.itemsize
    logs.frombytes(packed[head:end])
    automaton = CharwiseDoubleArrayAhoCorasick.deserialize(bytes(packed[end:]))
    return Dictionary(automaton.find_overlapping, logs, total)


def _read(path: Path, origin: bytes) -> memoryview | None:
    """Read what was packed, or nothing where it is another's, of other origin, or damaged."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_mode & 0o022 or not _ours(file.fileno()):
                return None
            data = memoryview(file.read())
    except OSError:
        return None
    head = len(MAGIC) + DIGEST
    packed = data[head + DIGEST :]
    sound = data[:head] == MAGIC + origin
    sound = sound and data[head : head + DIGEST] == hashlib.blake2b(packed).digest()
    return packed if sound else None


def _ours(descriptor: int) -> bool:
    owner = getattr(os, "getuid", None)
    return owner is None or os.fstat(descriptor).st_uid == owner()


def _write(path: Path, origin: bytes, packed: bytes) -> None:
    """Leave a copy for the next start; a folder that cannot be written costs only time."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor, name = tempfile.mkstemp(dir=path.parent)
        with os.fdopen(descriptor, "wb") as file:
            file.write(MAGIC + origin + hashlib.blake2b(packed).digest() + packed)
        Path(name).replace(path)
    except OSError:
        return
