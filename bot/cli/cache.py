"""Where words that were compiled once are kept for the next start."""

import os
from pathlib import Path


def cache_folder() -> Path:
    """Return the private folder for compiled words, made where it is missing."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    folder = Path(base) / "qunkeeper"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder
