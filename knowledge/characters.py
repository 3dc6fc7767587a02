"""The table of characters that mean another, built once with opencc and shipped as text.

``python -m knowledge.characters`` writes ``data/characters.txt`` anew. The first line holds the
characters as people type them, the second what each stands for, one for one. The third is a
regular expression's class of those that vanish or become several characters.
"""

import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path

DATA = Path(__file__).parent / "data" / "characters.txt"
# Chinese writes the wide form of these, NFKC the narrow one; the wide one is ours.
WIDE = dict(zip("?!,;:()~", "？！，；：（）～", strict=True))
VANISHING = frozenset({"Cf", "Mn", "Me", "Cc", "Cs"})
KEPT = frozenset("\n\t" + "".join(WIDE.values()))


def spell_out(character: str) -> str:
    """Say what one character stands for, traditional characters left as they are."""
    if character in KEPT:
        return character
    if unicodedata.category(character) in VANISHING:
        return ""
    folded = unicodedata.normalize("NFKC", character).lower()
    folded = unicodedata.normalize("NFKC", folded)
    return "".join(
        WIDE.get(c, c) for c in folded if unicodedata.category(c) not in VANISHING or c in KEPT
    )


def ranges(points: Iterable[int]) -> str:
    """Write code points as the inside of a regular expression's class, in ASCII."""
    spans: list[list[int]] = []
    for point in sorted(points):
        if spans and point == spans[-1][1] + 1:
            spans[-1][1] = point
        else:
            spans.append([point, point])
    return "".join(f"\\U{a:08x}" + (f"-\\U{b:08x}" if b > a else "") for a, b in spans)


def build() -> dict[str, str]:
    """Map every character that stands for another; opencc is needed only here."""
    from opencc import OpenCC  # noqa: PLC0415 - a tool of the build, not of the bot

    simplify = OpenCC("t2s").convert
    table: dict[str, str] = {}
    for point in range(sys.maxunicode + 1):
        character = chr(point)
        if unicodedata.category(character) in {"Cn", "Co"}:
            continue
        meant = spell_out(character)
        if not 0xD800 <= point <= 0xDFFF:  # noqa: PLR2004 - halves of a pair, no characters
            meant = spell_out(simplify(meant)) if len(meant) == 1 else meant
        if meant != character:
            table[character] = meant
    return table


def main() -> None:
    """Write the table next to the other data."""
    table = build()
    single = {c: m for c, m in table.items() if len(m) == 1 and c.isprintable() and c != "\u3000"}
    odd = ranges(ord(c) for c in table if c not in single)
    lines = ["".join(single), "".join(single.values()), odd]
    DATA.write_text("\n".join(lines) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
