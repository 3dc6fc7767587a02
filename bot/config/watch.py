"""The files of a configuration, watched for changes."""

import tomllib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from pathlib import Path

from watchfiles import awatch

from bot.config.documents import markdown_files
from bot.config.source import open_source

QUIET = 200  # milliseconds that must pass without a change; editors write in steps
LOOK = 2000  # milliseconds after which the files are looked at anyway


async def watch(
    path: Path,
    *,
    since: Mapping[Path, str] | None = None,
    quiet: int = QUIET,
    look: int = LOOK,
) -> AsyncIterator[None]:
    """Yield each time config.toml or a file it includes was changed, replaced or removed.

    The folders are watched, not the files: editors put a new file in the place of the old one. What
    is included may change too, so it is looked up anew after every change. What counts is content:
    a file that was only touched is no change. ``since`` are the sources of the reading in force:
    where they are not what stands there now, that is the first change. Ends only when closed.
    """
    if since is not None and any(open_source(file).text != text for file, text in since.items()):
        yield None
    while True:
        content, files = _contents(path), _files(path)
        folders = {_nearest_folder(file) for file in files}
        changes = awatch(
            *folders, step=quiet, rust_timeout=look, yield_on_timeout=True, recursive=False
        )
        async for _ in changes:
            latest = _contents(path)
            if latest != content:
                content = latest
                yield None
            if _files(path) != files:
                break


def _files(path: Path) -> frozenset[Path]:
    """Name every place that matters: links and what they lead to, config.toml and includes."""
    named = [path, *_included(path), *_documents(path)]
    return frozenset(chain((p.absolute() for p in named), (p.resolve() for p in named)))


def _documents(path: Path) -> Iterator[Path]:
    """Name the Markdown files that a configuration answers from."""
    with suppress(OSError, ValueError):
        answers = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("answers", {})
        folder = answers.get("folder") if isinstance(answers, dict) else None
        if isinstance(folder, str) and folder:
            yield from markdown_files(path.parent / folder)


def _included(path: Path) -> Iterator[Path]:
    with suppress(OSError, ValueError):
        found = tomllib.loads(path.read_text(encoding="utf-8-sig")).get("include", [])
        for name in found if isinstance(found, list) else []:
            if isinstance(name, str):
                yield path.parent / name


def _contents(path: Path) -> dict[Path, bytes | None]:
    return {file: _content(file) for file in _files(path)}


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except (OSError, ValueError):
        return None


def _nearest_folder(file: Path) -> Path:
    """Return the folder of a file, or the nearest above that exists."""
    return next(folder for folder in file.parents if folder.is_dir())
