"""A copy of an SQLite database, made while others read and write it."""

import os
import sqlite3
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path

from bot.errors import StorageError


def back_up(database: Path, target: Path) -> Path:
    """Copy a database to a file that is whole once it has its name. Raises StorageError."""
    partial = target.with_name(f"{target.name}.partial")
    try:
        partial.unlink(missing_ok=True)
        with (
            closing(sqlite3.connect(database)) as source,
            closing(sqlite3.connect(partial)) as copy,
        ):
            source.backup(copy)
        with partial.open("rb") as written:
            os.fsync(written.fileno())
        partial.replace(target)
    except (OSError, sqlite3.Error) as error:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise StorageError(f"没能把 {database} 备份到 {target}：{error}") from error
    return target


def backup_name(database: Path, revision: str, now: datetime) -> Path:
    """Name a backup beside the database, by its moment in UTC and its revision."""
    return database.with_name(f"{database.name}.{now:%Y%m%dT%H%M%SZ}.rev-{revision}.bak")
