"""``bench``: the figures of the README, measured here and now."""

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
