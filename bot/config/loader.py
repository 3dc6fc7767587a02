"""config.toml and the files it includes, read whole, every fault told at once."""

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol

from bot.config.checks import CHECKS, Names, check_faq, check_wording
from bot.config.connection import DatabaseSettings, resolve_database
from bot.config.findings import Finding
from bot.config.gathering import check_community
from bot.config.holidays import check_calendar
from bot.config.models import Config, RuleFile
from bot.config.planning import check_notices
from bot.config.positions import Path as Place
from bot.config.rulebook import Mode
from bot.config.shape import Shaped, shape
from bot.config.source import Source, open_source
from bot.errors import ConfigError, Fault

DATABASE_VARIABLE: Final = "QUNKEEPER_DATABASE_URL"
DOCUMENT: Final = "document"
_SHARED: Final = tuple(RuleFile.model_fields)
_CALLED: Final = {"rules": "", "lexicons": "", "notices": "notice:", "faq": "faq:"}
_DECISIVE: Final = frozenset({"any", "all", "none", "near", "regex", "weights"})
_ASLEEP: Final = {"mode": Mode.OFF, "hits": (), "misses": ()}


class Remark(Protocol):
    """What somebody who understands rules has to say about one of them.

    ``rule`` is the id of a rule or lexicon, or a word; ``key`` and ``index`` say what of it.
    Of a Markdown file it is the name, with ``document`` for the key and the line for the index.
    """

    @property
    def rule(self) -> str: ...  # noqa: D102
    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def index(self) -> int | None: ...  # noqa: D102
    @property
    def text(self) -> str: ...  # noqa: D102
    @property
    def fatal(self) -> bool: ...  # noqa: D102


Inspect = Callable[[Config], Iterable[Remark]]
ReadHours = Callable[[str], object]
"""Reads a week of service hours; raises ValueError with a sentence for who wrote them."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What came of reading: ``config`` is None exactly where there are ``faults``.

    ``sources`` maps every file that was read to its text.
    """

    config: Config | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]
    sources: Mapping[Path, str]


@dataclass(slots=True)
class _Desk:
    """The files on the table, and where each part of the merged configuration came from."""

    main: Source
    shaped: Shaped[Config]
    config: Config
    files: list[tuple[Source, Shaped[Any]]] = field(default_factory=list)
    origins: dict[str, list[tuple[int, int]]] = field(default_factory=dict)

    def note(self, finding: Finding) -> None:
        """Keep a finding on the merged configuration in the file it belongs to."""
        explained = finding.unless if finding.fatal else (*finding.unless, finding.path)
        if self.spoilt(*explained) or self.invented(finding.path):
            return
        source, _, path = self.locate(finding.path)
        source.note(Finding(path, finding.text, finding.fatal, finding.at_key))

    def spoilt(self, *paths: Place) -> bool:
        """Say whether something at or below one of these paths was left out."""
        found = [self.locate(path) for path in paths]
        return any(shaped.spoilt(own) for _, shaped, own in found)

    def invented(self, path: Place) -> bool:
        """Say whether nobody wrote what stands at this path."""
        _, shaped, own = self.locate(path)
        return shaped.invented(own)

    def locate(self, path: Place) -> tuple[Source, Shaped[Any], Place]:
        """Say which file a path of the merged configuration points into, and where there."""
        match path:
            case (str(key), int(number), *rest) if key in _SHARED:
                file, own = self.origins[key][number]
                return *self.files[file], (key, own, *rest)
        return self.main, self.shaped, path


def load(
    path: Path,
    *,
    wording: Mapping[str, frozenset[str]] | None = None,
    inspect: Inspect | None = None,
    hours: ReadHours | None = None,
    environment: Mapping[str, str] | None = None,
) -> Config:
    """Read and check the configuration; raises ConfigError with every fault at once.

    ``wording`` names the sentences of the bot with their placeholders, ``inspect`` looks into
    what the rules mean, ``hours`` reads service hours. The database of the
    environment wins over that of the file.
    """
    reading = read(path, wording=wording, inspect=inspect, hours=hours, environment=environment)
    if reading.config is None:
        raise ConfigError(reading.faults)
    return reading.config


def read(
    path: Path,
    *,
    wording: Mapping[str, frozenset[str]] | None = None,
    inspect: Inspect | None = None,
    hours: ReadHours | None = None,
    environment: Mapping[str, str] | None = None,
) -> Reading:
    """Read and check the configuration, and tell also what is only doubtful; never raises."""
    main = open_source(path)
    if main.data is None:
        return _conclude(None, [main])
    desk = _lay_out(main, hours)
    environment = os.environ if environment is None else environment
    desk.config = desk.config.model_copy(update=dict(_surroundings(desk, environment)))
    for finding in _findings(desk, wording):
        desk.note(finding)
    documents = _documents(desk.config)
    if inspect is not None:
        told, places = _told_apart(desk)
        remarks = list(inspect(told))
        for finding in _remarks(places, [each for each in remarks if each.key != DOCUMENT]):
            if not _follows(desk, finding):
                desk.note(finding)
        for remark in remarks:
            if remark.key == DOCUMENT:
                documents[remark.rule].warn(remark.index or 1, remark.text)
    return _conclude(desk.config, [*(source for source, _ in desk.files), *documents.values()])


def _documents(config: Config) -> dict[str, Source]:
    texts = config.answers.folder.texts.items()
    names = (document.name for document in config.answers.folder)
    return {name: Source(path, text) for name, (path, text) in zip(names, texts, strict=True)}


def _lay_out(main: Source, hours: ReadHours | None) -> _Desk:
    """Read the main file and what it includes, and put their rules into one configuration."""
    shaped = _shape(Config, main, hours)
    desk = _Desk(main, shaped, shaped.value, [(main, shaped)])
    opened = {main.path.resolve()}
    for number, name in enumerate(shaped.value.include):
        path = main.path.parent / name
        if path.resolve() in opened:
            desk.note(Finding(("include", number), f"「{name}」已经读过，请只写一次"))
            continue
        opened.add(path.resolve())
        source = open_source(path)
        if source.data is None and not source.text:
            text = f"读不了「{name}」：{source.faults[0].text}（路径相对 config.toml）"
            desk.note(Finding(("include", number), text))
            continue
        desk.files.append((source, _shape(RuleFile, source, hours)))
    desk.config = _merge(desk)
    return desk


def _shape(model: type[Any], source: Source, hours: ReadHours | None) -> Shaped[Any]:
    if source.data is None:
        return Shaped(model())
    context = {"folder": source.path.resolve().parent, "hours": hours}
    shaped = shape(model, source.data, context)
    for finding in shaped.findings:
        source.note(finding)
    return shaped


def _merge(desk: _Desk) -> Config:
    """Add the rules, words and lexicons of the included files behind those of the main file."""
    merged: dict[str, tuple[Any, ...]] = {}
    for key in _SHARED:
        parts = [getattr(shaped.value, key) for _, shaped in desk.files]
        merged[key] = tuple(item for part in parts for item in part)
        desk.origins[key] = [(f, n) for f, part in enumerate(parts) for n in range(len(part))]
    return desk.shaped.value.model_copy(update=merged)


def _surroundings(desk: _Desk, environment: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Yield what the environment decides; a relative path there counts from where we stand."""
    url = environment.get(DATABASE_VARIABLE, "")
    if not url:
        return
    try:
        yield "database", DatabaseSettings.model_construct(url=resolve_database(url, Path()))
    except ValueError as error:
        desk.note(Finding(("database", "url"), f"环境变量 {DATABASE_VARIABLE}：{error}"))


def _findings(desk: _Desk, wording: Mapping[str, frozenset[str]] | None) -> Iterator[Finding]:
    config, names = desk.config, Names.gather(desk.main.data or {})
    yield from _repeated_ids(desk)
    for check in CHECKS:
        yield from check(config)
    yield from check_notices(config, names)
    yield from check_calendar(config.calendar)
    yield from check_faq(config, names)
    yield from check_community(config, names)
    yield from check_wording(config, wording)


def _repeated_ids(desk: _Desk) -> Iterator[Finding]:
    """Report ids that rules or lists share; of the main file's and another's, the main file's."""
    seen: dict[str, Place] = {}
    for key in ("rules", "lexicons"):
        for number, each in enumerate(getattr(desk.config, key)):
            at: Place = (key, number, "id")
            if not desk.invented(at) and (first := seen.setdefault(each.id, at)) != at:
                yield _repeated(desk, each.id, first, at)


def _repeated(desk: _Desk, name: str, first: Place, at: Place) -> Finding:
    """Tell of an id at its second place, unless only the first is in the main file."""
    (one, _, own), (other, _, theirs) = desk.locate(first), desk.locate(at)
    where = "前面"
    if one is not other:
        source, path = (other, theirs) if one is desk.main else (one, own)
        where = f"{source.path.name} 第 {source.locate(Finding(path, ''))[0]} 行"
    told = first if one is desk.main and one is not other else at
    return Finding(told, f"规则 id「{name}」重复了，{where}已经用过，请换一个")


def _told_apart(desk: _Desk) -> tuple[Config, dict[str, Place]]:
    """Give everything a name of its own, and put to sleep the rules that something is wrong with.

    Returns what is to be inspected, and where each thing in it stands by its name there.
    """
    faulty = [{each.path[:2] for each in shaped.findings} for _, shaped in desk.files]
    counted: Counter[str] = Counter()
    places: dict[str, Place] = {}
    kept: dict[str, list[Any]] = {}
    for key, kind in _CALLED.items():
        kept[key] = []
        for number, each in enumerate(getattr(desk.config, key)):
            counted[kind + each.id] += 1
            count = counted[kind + each.id]
            change: dict[str, Any] = {"id": f"{each.id}（第 {count} 个）"} if count > 1 else {}
            if key == "rules":
                file, own = desk.origins[key][number]
                change |= _ASLEEP if (key, own) in faulty[file] else {}
            kept[key].append(each.model_copy(update=change) if change else each)
            places[kind + kept[key][-1].id] = (key, number)
    words = [(("words", n), each) for n, each in enumerate(desk.config.words)]
    kept["words"] = [each for at, each in words if not desk.invented((*at, "word"))]
    places |= {f"word:{each.word}": at for at, each in reversed(words)}
    return desk.config.model_copy(update={k: tuple(each) for k, each in kept.items()}), places


def _remarks(places: Mapping[str, Place], remarks: Iterable[Remark]) -> Iterator[Finding]:
    """Turn remarks on rules, lexicons and words into findings at their places."""
    for remark in remarks:
        name = f"word:{remark.rule}" if remark.key == "word" else remark.rule
        place = places.get(name, ())
        steps = (remark.key,) if remark.index is None else (remark.key, remark.index)
        yield Finding((*place, *steps) if remark.key else place, remark.text, remark.fatal)


def _follows(desk: _Desk, finding: Finding) -> bool:
    """Say whether a remark may rest on what was left out of the rule, list or notice it is on."""
    match finding.path:
        case ("notices", int(number), *_):
            return desk.spoilt(("notices", number))
        case (("rules" | "lexicons") as key, int(number), _):
            _, shaped, own = desk.locate((key, number))
            wrong = [each for each in shaped.findings if each.path[:2] == own and each.path[2:]]
            return any(each.at_key or each.path[2] in _DECISIVE for each in wrong)
    return False


def _conclude(config: Config | None, sources: list[Source]) -> Reading:
    faults = sorted({fault for source in sources for fault in source.faults})
    warnings = sorted({fault for source in sources for fault in source.warnings})
    texts = {source.path: source.text for source in sources}
    for source in sources:
        source.let_go()
    return Reading(None if faults else config, tuple(faults), tuple(warnings), texts)
