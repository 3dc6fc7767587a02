"""Sections of a Markdown text, as questions and answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*\s*")
FENCE = re.compile(r"\s*(```|~~~)")
ASKS = re.compile(
    r"[?？]|吗|呢|么|怎么|怎样|如何|为什么|为何|多少|多久|几|哪|是否|能不能|可不可以|谁"
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of any level."""

    number: int
    heading: str
    body: str

    def as_answer(self) -> tuple[tuple[str, ...], str]:
        """Return the questions this section answers and the answer.

        A heading may ask in several ways, with a stroke between them: 怎么退货？/ 能退款吗？
        """
        asked = tuple(part.strip() for part in re.split(r"\s*[/／|]\s*", self.heading))
        if self.heading and all(part and ASKS.search(part) for part in asked):
            return asked, self.body
        return (), f"{self.heading}\n{self.body}".strip()


def read_sections(text: str) -> Iterator[Section]:
    """Yield the sections that have a text, numbered from 1; code fences hold no headings."""
    number, heading = 0, ""
    lines: list[str] = []
    fenced = False
    for line in [*text.splitlines(), "# "]:
        if FENCE.match(line):
            fenced = not fenced
        found = HEADING.fullmatch(line) if not fenced else None
        if found is None:
            lines.append(line)
            continue
        if body := "\n".join(lines).strip():
            number += 1
            yield Section(number, heading, body)
        heading, lines = found[2], []
    if body := "\n".join(lines[:-1]).strip() if fenced else "":
        yield Section(number + 1, heading, body)
