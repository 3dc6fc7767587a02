"""Writes a new revision from what the tables say: ``python -m bot.storage.migrations.make TEXT``.

Until the first release there is one revision, made anew: ``… make --anew "Lay the tables"``.
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config

from bot.storage.engine import make_engine, read_url
from bot.storage.migrate import MIGRATIONS, configuration, upgrade

VERSIONS = MIGRATIONS / "versions"


def make(message: str, *, anew: bool = False) -> None:
    """Write the next revision, or the first one anew."""
    if anew:
        for old in VERSIONS.glob("[0-9]*.py"):
            old.unlink()
    number = 1 + len(list(VERSIONS.glob("[0-9]*.py")))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'now.db'}"
        if number > 1:
            upgrade(url)
        engine = make_engine(read_url(url))
        with engine.begin() as connection:
            config = configuration(connection)
            _format(config)
            command.revision(config, message, autogenerate=True, rev_id=f"{number:04}")
        engine.dispose()


def _format(config: Config) -> None:
    options = {
        "hooks": "sort, format, lint",
        "sort.type": "module",
        "sort.module": "ruff",
        "sort.options": "check --fix --quiet --select I REVISION_SCRIPT_FILENAME",
        "format.type": "module",
        "format.module": "ruff",
        "format.options": "format --quiet REVISION_SCRIPT_FILENAME",
        "lint.type": "module",
        "lint.module": "ruff",
        "lint.options": "check --fix --quiet REVISION_SCRIPT_FILENAME",
    }
    for name, value in options.items():
        config.set_section_option("post_write_hooks", name, value)


if __name__ == "__main__":
    words = [word for word in sys.argv[1:] if word != "--anew"]
    make(" ".join(words), anew="--anew" in sys.argv)
