"""Every sentence that code says exists, gets the values it wants, and every sentence is said."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.config.placeholders import placeholders
from handlers.sentences import SENTENCES

ROOT = Path(__file__).parents[2]
HANDLERS = sorted((ROOT / "handlers").rglob("*.py"))


def calls(file: Path) -> Iterator[ast.Call]:
    """Find ``say("key", …)`` and ``self.say("key", …)``."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and node.args and name_of(node.func) == "say":
            yield node


def name_of(function: ast.expr) -> str:
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


def literals(node: ast.expr) -> set[str]:
    """List the keys an expression can be, where it is written out."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return literals(node.body) | literals(node.orelse)
    return set()


@pytest.mark.parametrize("file", HANDLERS, ids=lambda file: file.name)
def test_what_is_said_exists_and_is_given_its_values(file: Path) -> None:
    for call in calls(file):
        given = {keyword.arg for keyword in call.keywords}
        for key in literals(call.args[0]):
            where = f"{file.name}:{call.lineno} {key}"
            assert key in SENTENCES, where
            if None not in given:  # no **values
                assert placeholders(SENTENCES[key]) <= given, where


def written(tree: ast.AST) -> Iterator[ast.expr]:
    """Find every text in code; those inside of f-strings come apart from their f-string."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant | ast.JoinedStr):
            yield node


def test_no_sentence_is_kept_that_nobody_says() -> None:
    whole: set[str] = set()
    composed: set[str] = set()
    for file in HANDLERS:
        if "sentences" in file.parts:
            continue
        for node in written(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                parts = (p for p in node.values if isinstance(p, ast.Constant))
                composed.update(str(part.value) for part in parts)
            elif isinstance(node, ast.Constant):
                whole.add(str(node.value))
    pieces = tuple(piece for piece in composed if piece.strip("_").isidentifier())
    unsaid = [
        key
        for key in SENTENCES
        if key not in whole and not key.startswith(pieces) and not key.endswith(pieces)
    ]

    assert unsaid == []
