"""``python -m tests.durability --kills 200 --engine postgres``: prints the reckoning as JSON."""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.durability.harness import torment
from tests.postgres import cluster


def main() -> int:
    """Run the harness; exit 0 where nothing was lost, doubled or invented."""
    parser = argparse.ArgumentParser(prog="tests.durability", description=__doc__)
    parser.add_argument("--database", help="an empty database; left out: one of our own")
    parser.add_argument("--engine", choices=("sqlite", "postgres"), default="sqlite")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--messages", type=int, default=500)
    parser.add_argument("--seed", type=int, default=1)
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="qunkeeper-durability-") as name:
        folder = Path(name)
        with database(wanted.database, wanted.engine, folder) as url:
            result = torment(
                url, folder, kills=wanted.kills, messages=wanted.messages, seed=wanted.seed
            )
    json.dump(result.as_dict(), sys.stdout, ensure_ascii=False, indent=2)
    return 0 if result.flawless else 1


@contextmanager
def database(given: str | None, engine: str, folder: Path) -> Iterator[str]:
    """Give the URL of the database to use: the one given, or an empty one that goes afterwards."""
    if given is not None:
        yield given
    elif engine == "sqlite":
        yield f"sqlite:///{folder / 'bot.db'}"
    else:
        with cluster() as server, server.database() as url:
            yield url


if __name__ == "__main__":
    sys.exit(main())
