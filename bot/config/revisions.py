"""What a configuration was, and what changed since: for the rows that record revisions."""

import difflib
import hashlib
from collections.abc import Mapping
from pathlib import Path


def digest(sources: Mapping[Path, str]) -> str:
    """Return one fingerprint of all files, whatever the order they were read in."""
    whole = hashlib.sha256()
    for path, text in sorted(sources.items()):
        for part in (path.as_posix(), text):
            content = part.encode("utf-8", "surrogateescape")
            whole.update(len(content).to_bytes(8, "big") + content)
    return whole.hexdigest()


def difference(old: Mapping[Path, str], new: Mapping[Path, str]) -> str:
    """Return what changed between two readings, as a unified diff; empty where nothing did."""
    pieces: list[str] = []
    for path in sorted(old.keys() | new.keys()):
        name = path.as_posix()
        before, after = old.get(path), new.get(path)
        pieces += difflib.unified_diff(
            (before or "").splitlines(),
            (after or "").splitlines(),
            fromfile="/dev/null" if before is None else name,
            tofile="/dev/null" if after is None else name,
            lineterm="",
        )
    return "\n".join(pieces)
