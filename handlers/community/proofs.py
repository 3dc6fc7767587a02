"""What is wrong or doubtful with common questions, for who checks a configuration."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from bot.config import Config
from bot.config.documents import Document
from bot.config.findings import suggest
from bot.config.loader import DOCUMENT
from bot.config.people import GroupKind
from bot.config.placeholders import FAQ
from handlers.library import Doubt
from knowledge.gist import Concepts
from knowledge.markdown import Section, read_sections
from knowledge.text import Normaliser
from knowledge.wording import plain_text

NAMED = re.compile(r"\{([A-Za-z_]+)\}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A way to ask: in which table or file, for which groups, and where to point at."""

    text: str
    plain: str
    owner: str
    groups: frozenset[str]
    place: tuple[str, str, int | None]

    def doubt(self, text: str) -> Doubt:
        """Say something about it at its place."""
        return Doubt(*self.place, text, fatal=False)

    def meets(self, other: "Asked") -> bool:
        """Say whether both are heard in one group."""
        return not self.groups or not other.groups or not self.groups.isdisjoint(other.groups)


def proofread(config: Config) -> Iterator[Doubt]:
    """Say which questions are there twice or say nothing, and which files hold no answer."""
    normalise = Normaliser.shipped()
    asked = [*_tables(config, normalise)]
    for document in config.answers.folder:
        sections = list(read_sections(document.text))
        yield from _faults_of(document, sections)
        yield from _slips(document, sections)
        yield from _strangers(config, document, sections)
        asked += _sections(document, sections, normalise)
    yield from _empty(asked)
    yield from _twice(asked)


def _tables(config: Config, normalise: Normaliser) -> Iterator[Asked]:
    for entry in config.faq:
        for number, text in enumerate(entry.question):
            place = (f"faq:{entry.id}", "question", number)
            plain = plain_text(text, normalise)
            yield Asked(text, plain, entry.id, frozenset(entry.groups), place)


def _sections(
    document: Document, sections: Sequence[Section], normalise: Normaliser
) -> Iterator[Asked]:
    for section in sections:
        place = (document.name, DOCUMENT, section.line)
        owner = f"{document.name} 第 {section.line} 行"
        for text in section.questions if section.body else ():
            yield Asked(text, plain_text(text, normalise), owner, frozenset(section.groups), place)


def _faults_of(document: Document, sections: Sequence[Section]) -> Iterator[Doubt]:
    if not any(section.body for section in sections):
        yield Doubt(document.name, DOCUMENT, 1, "文件里没有可以回答的内容", fatal=False)
        return
    for section in sections:
        text = ""
        if not section.closed:
            text = "代码块 ``` 没有写完，后面的标题都不算标题；请补上结尾的 ```"
        elif section.questions and not section.answer:
            text = f"「{section.heading}」下面没有答案，不会回答；请写上答案或删掉这个标题"
        if text:
            yield Doubt(document.name, DOCUMENT, section.line, text, fatal=False)


def _slips(document: Document, sections: Sequence[Section]) -> Iterator[Doubt]:
    """Say what may have been meant for more than the plain text that it is."""
    for section in sections:
        texts = [
            f"「{line}」的 # 后面没有空格，只当作正文；是标题的话请写成「# {line[1:]}」"
            for line in section.unsure
        ]
        texts += [
            f"「{{{name}}}」会原样发出去，Markdown 里的答案不换占位符；要换请写到 [[faq]]"
            for name in sorted({*NAMED.findall(section.answer)})
            if name in FAQ or suggest(name, FAQ)
        ]
        for text in texts:
            yield Doubt(document.name, DOCUMENT, section.line, text, fatal=False)


def _strangers(config: Config, document: Document, sections: Sequence[Section]) -> Iterator[Doubt]:
    """Say where a section is for groups that do not exist, and so for none."""
    known = {kind.value for kind in GroupKind} - {GroupKind.IGNORE.value}
    known |= {name for group in config.groups for name in (group.id, *group.tags) if name}
    for section in sections:
        for name in sorted({*section.groups} - known):
            text = f"没有「{name}」这个群{suggest(name, known) or '；这里写群的类型、id 或标签'}"
            yield Doubt(document.name, DOCUMENT, section.line, text, fatal=True)


def _empty(asked: Sequence[Asked]) -> Iterator[Doubt]:
    concepts = Concepts.shipped()
    for each in asked:
        if not concepts.read(each.plain).things:
            yield each.doubt(
                f"「{each.text}」没有说问的是什么东西，认不出来；请写具体些，例如「发票怎么开」"
            )


def _twice(asked: Sequence[Asked]) -> Iterator[Doubt]:
    first: dict[str, list[Asked]] = {}
    for each in asked:
        others = first.setdefault(each.plain, [])
        twin = next((other for other in others if each.meets(other)), None)
        if twin is not None and each.plain:
            where = "前面" if twin.owner == each.owner else f"「{twin.owner}」"
            yield each.doubt(f"「{each.text}」在{where}已经写过，只会给那里的答案；请删掉一处")
        others.append(each)
