"""``bench``: the figures of the README, measured here and now."""

import json
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from bot.bench import measure
from bot.cli.cache import cache_folder
from bot.cli.onlookers import onlookers
from bot.cli.options import DEFAULT_CONFIG, ConfigFile
from bot.cli.reading import load_config
from bot.cli.reloading import reloading

Json = Annotated[bool, typer.Option("--json", help="只写一个 JSON / one JSON object")]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(bench)


def bench(*, config: ConfigFile = DEFAULT_CONFIG, as_json: Json = False) -> None:
    """在这台机器上量一量：和最直接的做法比快多少 / measure against the plain way."""
    settings = load_config(config)
    figures = measure(settings, cache=cache_folder())
    with tempfile.TemporaryDirectory(prefix="qunkeeper-bench-") as folder:
        figures["consoles"] = onlookers(settings, config, Path(folder))
        figures["reload"] = reloading(settings, config, Path(folder), cache=cache_folder())
    if as_json:
        typer.echo(json.dumps(figures, ensure_ascii=False))
        return
    for name, value in flat(figures):
        typer.echo(f"{name:<56} {value}")


def flat(figures: object, name: str = "") -> list[tuple[str, object]]:
    """List nested figures by their full names."""
    if not isinstance(figures, dict):
        return [(name, figures)]
    return [
        pair
        for key, value in figures.items()
        for pair in flat(value, f"{name}.{key}" if name else str(key))
    ]
