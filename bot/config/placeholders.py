"""Texts with {placeholders}: names from a fixed list are filled in, and nothing is evaluated."""

import re
from collections.abc import Iterator, Mapping

NOTICE = frozenset({"group", "title", "date", "time", "weekday"})
NOTICE_WITH_SIGNUP = NOTICE | {"keyword", "capacity"}
FAQ = frozenset({"name", "group"})
MATERIAL = frozenset({"name", "group"})
SNIPPET = frozenset({"name", "group", "ticket", "staff"})

_PIECE = re.compile(r"\{\{|\}\}|\{([^{}]*)\}|[{}]|[^{}]+")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class TemplateError(ValueError):
    """A text with a brace out of place; ``offset`` counts its characters from 0."""

    def __init__(self, text: str, offset: int) -> None:
        super().__init__(text)
        self.offset = offset


def placeholders(template: str) -> frozenset[str]:
    """Return the names that a text wants filled in; raises TemplateError."""
    return frozenset(name for _, name in _pieces(template) if name)


def fill(template: str, values: Mapping[str, object]) -> str:
    """Put the values in place of their names; raises TemplateError, or KeyError for a name."""
    return "".join(str(values[name]) if name else text for text, name in _pieces(template))


def _pieces(template: str) -> Iterator[tuple[str, str]]:
    """Yield plain text, or the name of a placeholder; one of the two is empty."""
    for found in _PIECE.finditer(template):
        piece, offset = found[0], found.start()
        if piece in ("{{", "}}"):
            yield piece[0], ""
        elif found[1] is not None:
            if _NAME.fullmatch(found[1]) is None:
                raise TemplateError(_bad_name(piece, offset), offset)
            yield "", found[1]
        elif piece in ("{", "}"):
            raise TemplateError(
                f"第 {offset + 1} 个字的「{piece}」没有配对；要写大括号本身请写两个「{piece * 2}」",
                offset,
            )
        else:
            yield piece, ""


def _bad_name(piece: str, offset: int) -> str:
    return (
        f"第 {offset + 1} 个字的「{piece}」不是占位符，大括号里只能写名字，例如 {{group}}；"
        "要写大括号本身请写两个「{{」「}}」"
    )
