"""config.toml changed from the console: checked, written down as a revision, put on the disk."""

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from sqlmodel import Session

from bot.app import App
from bot.cli.reading import read_config, with_database
from bot.clock import Clock
from bot.config.loader import Reading
from bot.config.source import open_source
from bot.errors import ConfigError
from bot.revisions import newest, record
from bot.storage import Storage
from bot.web.editing import fingerprint
from bot.web.parts import Conflict, Proposal


class Publisher:
    """Writes config.toml; never over what somebody else has written there."""

    def __init__(
        self, file: Path, database: str | None, app: App, storage: Storage, clock: Clock
    ) -> None:
        self._file = file
        self._database = database
        self._app = app
        self._storage = storage
        self._clock = clock

    def check(self, text: str, *, rules: bool = True) -> Proposal:
        """Check a text in the place of config.toml, with the files it includes."""
        with self._candidate(text) as file:
            reading = self._read(file, rules=rules)
        return Proposal(reading.config, reading.faults, reading.warnings)

    def saved(self) -> Mapping[Path, str]:
        """Return config.toml as it stands on the disk."""
        return {self._file: open_source(self._file).text}

    def own_rules(self) -> int:
        """Count the rules that stand in config.toml itself."""
        return len((open_source(self._file).data or {}).get("rules", ()))

    async def publish(self, text: str, *, over: str, who: str, note: str) -> int:
        """Put a text into force: revision, file and running bot are the same afterwards."""
        with self._candidate(text) as file:
            reading = self._read(file)
            if reading.config is None:
                raise ConfigError(reading.faults)
            if fingerprint(open_source(self._file).text) != over:
                raise Conflict("config.toml 在您编辑期间被别人改过，没有覆盖。请先看看两边的区别。")
            write = partial(self._record, sources=reading.sources, who=who, note=note)
            number = await self._storage.transact(write)
            file.replace(self._file)
        await self._app.reconfigure(with_database(reading.config, self._database))
        return number

    def _record(self, session: Session, *, sources: Mapping[Path, str], who: str, note: str) -> int:
        account = self._app.account
        number = record(session, account, sources, who=who, now=self._clock())
        session.flush()
        latest = newest(session, account)
        if number is not None and latest is not None:
            latest.note = note
        return number or (latest.number if latest else 0)

    def _read(self, candidate: Path, *, rules: bool = True) -> Reading:
        """Read the candidate as if it were config.toml: faults and sources carry that name."""
        reading = read_config(candidate, rules=rules)

        def named(path: Path) -> Path:
            return self._file if path == candidate else path

        return replace(
            reading,
            faults=tuple(replace(fault, file=named(fault.file)) for fault in reading.faults),
            warnings=tuple(replace(fault, file=named(fault.file)) for fault in reading.warnings),
            sources={named(path): text for path, text in reading.sources.items()},
        )

    @contextlib.contextmanager
    def _candidate(self, text: str) -> Iterator[Path]:
        """Write the text beside config.toml, so that relative paths mean the same."""
        mode = self._file.stat().st_mode & 0o777 if self._file.exists() else 0o644
        handle, name = tempfile.mkstemp(prefix=".config-", suffix=".toml", dir=self._file.parent)
        file = self._file.parent / Path(name).name  # what it includes is named as ever
        try:
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
                out.write(text)
                out.flush()
                os.fsync(out.fileno())
            file.chmod(mode)
            yield file
        finally:
            file.unlink(missing_ok=True)
