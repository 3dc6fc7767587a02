"""Sections of a Markdown text, as questions and answers."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

HEADING = re.compile(r"[#＃]{1,6}(?:\s+|(?<=[#＃]{2})(?![\s#＃]))(.*?)\s*[#＃]*\s*")
# A blank after one # is often forgotten: 「#怎么退货」 asks, 「#好眠」 may be a topic of WeChat's.
BARE = re.compile(r"[#＃]([^\s#＃\d][^#＃]*)")
FENCE = re.compile(r"\s*(```|~~~)")
ASKS = re.compile(
    r"[?？]|吗|呢|么|怎么|怎样|如何|为什么|为何|多少|多久|几|哪|是否|能不能|可不可以|有没有|谁|什么"
)
ALSO = re.compile(r"(?:[-*]\s*)?(?:问|也问|还可以这样问)\s*[:：]\s*(.+)")
UNLIKE = re.compile(r"(?:[-*]\s*)?(?:不是|不要答|别答)\s*[:：]\s*(.+)")
ONLY = re.compile(r"(?:[-*]\s*)?只在\s*[:：]\s*(.+)")
STROKES = re.compile(r"\s*[/／|]\s*")
COMMAS = re.compile(r"[\s,，、/／|]+")
FENCED = re.compile(r"^\s*(```|~~~).*?(?:^\s*\1|\Z)", re.DOTALL | re.MULTILINE)
COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
# What Markdown marks and WeChat would show as it stands.
MARKS = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\(([^)\s]+)[^)]*\)"), r"\1 \2"),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1"), r"\2"),
    (re.compile(r"`([^`\n]+)`"), r"\1"),
    (re.compile(r"^[ \t]*[-*+][ \t]+", re.MULTILINE), "· "),
    (re.compile(r"^[ \t]*>[ \t]?", re.MULTILINE), ""),
    (re.compile(r"^[ \t]*(?:```|~~~).*\n?", re.MULTILINE), ""),
    (re.compile(r"\n{3,}"), "\n\n"),
)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it, up to the next heading of any level.

    ``line`` is where the heading stands, ``closed`` False where a code fence runs to the end.
    ``file_groups`` is what stands above the first heading: it holds for the whole file.
    """

    number: int
    heading: str
    body: str
    line: int = 1
    closed: bool = True
    file_groups: tuple[str, ...] = ()

    @property
    def groups(self) -> tuple[str, ...]:
        """The kinds, ids and tags of groups it is for, 只在：fan、north; none: all of them."""
        return groups_in(self.body) or self.file_groups

    @property
    def questions(self) -> tuple[str, ...]:
        """The ways to ask for it: 怎么退货？/ 能退款吗？ in the heading, 问：… below it."""
        asked = [part.strip() for part in STROKES.split(self.heading)]
        own = asked if self.heading and all(p and ASKS.search(p) for p in asked) else []
        return (*own, *self._marked(ALSO))

    @property
    def unlike(self) -> tuple[str, ...]:
        """What looks like it and is another question: 不是：… below the heading."""
        return self._marked(UNLIKE)

    @property
    def answer(self) -> str:
        """The text without what marks it up, under its heading where that asks nothing."""
        lines = self.body.splitlines()
        text = "\n".join(x for x in lines if not any(m.fullmatch(x) for m in (ALSO, UNLIKE, ONLY)))
        for mark, plain in MARKS:
            text = mark.sub(plain, text)
        return text.strip() if self.questions else f"{self.heading}\n{text.strip()}".strip()

    @property
    def unsure(self) -> tuple[str, ...]:
        """Lines such as 「#保养」 that may have been meant as headings, and are text."""
        lines = FENCED.sub("", self.body).splitlines()
        return tuple(line.strip() for line in lines if BARE.fullmatch(line.strip()))

    def _marked(self, mark: re.Pattern[str]) -> tuple[str, ...]:
        found = (mark.fullmatch(line) for line in self.body.splitlines())
        return tuple(
            part for each in found if each for part in STROKES.split(each[1].strip()) if part
        )


def groups_in(text: str) -> tuple[str, ...]:
    """List the groups that a text says it is for."""
    found = (ONLY.fullmatch(line) for line in text.splitlines())
    return tuple(name for each in found if each for name in COMMAS.split(each[1].strip()) if name)


def read_sections(text: str) -> Iterator[Section]:
    """Yield the sections, numbered from 1; code fences and comments hold no headings."""
    sections = list(_sections(text))
    above = groups_in(sections[0].body) if sections and not sections[0].heading else ()
    yield from (replace(section, file_groups=above) for section in sections)


def _sections(text: str) -> Iterator[Section]:
    lines: list[str] = []
    number, heading, start = 0, "", 1
    fenced = False
    visible = COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text)
    for place, line in enumerate(visible.splitlines(), start=1):
        if FENCE.match(line):
            fenced = not fenced
        title = _title(line) if not fenced else None
        if title is None:
            lines.append(line)
            continue
        if heading or "".join(lines).strip():
            number += 1
            yield Section(number, heading, "\n".join(lines).strip(), start)
        heading, lines, start = title, [], place
    if heading or "".join(lines).strip():
        yield Section(number + 1, heading, "\n".join(lines).strip(), start, closed=not fenced)


def _title(line: str) -> str | None:
    """Return what a line says as a heading; None where it is none."""
    if found := HEADING.fullmatch(line):
        return found[1]
    bare = BARE.fullmatch(line)
    return bare[1].strip() if bare and ASKS.search(bare[1]) else None
