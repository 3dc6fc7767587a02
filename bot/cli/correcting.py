"""``learn --from-corrections``: what the staff said was wrong, as a change a manager accepts."""

import difflib
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlmodel import Session, col, select

from bot.cli.amending import OWN, find_own, put, write
from bot.cli.cache import cache_folder
from bot.cli.desk import run
from bot.config import Config
from bot.config.rulebook import CorrectionSettings, Mode
from bot.storage.tables import FalseHit, Room, Said, Ticket
from handlers.library import handbook, lexicons
from handlers.reading import Reader
from knowledge.classifier import Classifier, Place, Verdict
from knowledge.correcting import Changes, Mistake, amend
from knowledge.terms import CHAT

LOOKED_THROUGH = 20_000  # messages on which the change is tried
SHOWN = 10


@dataclass(frozen=True, slots=True)
class Case:
    """A message that somebody said was taken wrongly: by which name, for what, said where."""

    name: str
    message: str
    text: str
    label: str
    place: Place


@dataclass(frozen=True, slots=True)
class Left:
    """What no change of lists sets right: what decides now, and which rule would, if they yield."""

    case: Case
    verdict: Verdict
    behind: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the change does: whom it sets right, whom only rules could, what else it moves.

    Every record is one of these: of the ``gone`` nobody knows any more what was said.
    """

    settled: int
    mended: int
    left: tuple[Left, ...]
    gone: int
    moved: tuple[tuple[str, str, str], ...]
    tried: int
    lists: frozenset[str]


def from_corrections(file: Path, config: Config, *, accept: bool) -> Iterator[str]:
    """Tell the change as a diff, then what it does; with ``accept`` write it down."""
    own = find_own(file, config)
    wanted = own.joined(config)
    before = own.text or ""
    changes, outcome = run(config, lambda session: weigh_up(session, wanted))
    after = write(before, changes) if changes else before
    yield from difflib.unified_diff(
        before.splitlines(), after.splitlines(), f"{OWN}（现在）", f"{OWN}（改后）", "", "", 1, ""
    )
    yield from tell(outcome)
    if accept and (changes or own.waits):
        included = put(own, after)
        yield f"已写入 {own.path}" + ("，并加进 config.toml 的 include。" if included else "。")
    elif changes:
        yield "这些改动还没有生效；同意请加 --accept 再运行一次。"
    elif own.waits:
        yield f"{OWN} 还没有写进 config.toml 的 include；同意请加 --accept 再运行一次。"


def weigh_up(session: Session, config: Config) -> tuple[Changes, Outcome]:
    """Find the change for what was corrected so far, and try it on what was said lately."""
    classifier = handbook(config, cache=cache_folder()).classifier
    reader = Reader(config, classifier)
    noted = list(cases(session, config, reader))
    found = [case for case in noted if case.text]
    verdicts = [(case, judged(classifier, case)) for case in found]
    wrong = [(case, verdict) for case, verdict in verdicts if verdict.label == case.label]
    mute = {label: muted(config, label) for label in dict.fromkeys(x.label for x, _ in wrong)}
    behind = [judged(mute[case.label], case) for case, _ in wrong]
    hopeful = [
        Mistake(case.text, case.label, case.place)
        for (case, _), ruled in zip(wrong, behind, strict=True)
        if ruled.label != case.label
    ]
    changes = amend(lexicons(config), hopeful, partial(changed, config))
    other = changed(config, changes) if changes else classifier
    left = [
        Left(case, verdict, ruled.rule if ruled.label == case.label else "")
        for (case, verdict), ruled in zip(wrong, behind, strict=True)
        if judged(other, case).label == case.label
    ]
    moved = list(moves(session, reader, {case.message for case in found}, (classifier, other)))
    return changes, Outcome(
        settled=len(found) - len(wrong),
        mended=len(wrong) - len(left),
        left=tuple(left),
        gone=len(noted) - len(found),
        moved=tuple(move for move in moved if move[1] != move[2]),
        tried=len(moved),
        lists=frozenset(x.id for x in config.lexicons),
    )


def moves(
    session: Session, reader: Reader, known: Container[str], both: tuple[Classifier, Classifier]
) -> Iterator[tuple[str, str, str]]:
    """Yield of what was said lately what it is taken for before and after, if anything changes."""
    before, after = both
    for case in _recent(session, reader) if before is not after else ():
        if case.message not in known:
            yield case.text, judged(before, case).label, judged(after, case).label


def muted(config: Config, label: str) -> Classifier:
    """Compile the configuration as if no list gave this label, which is all a change can do."""
    lists = tuple(
        x.model_copy(update={"mode": Mode.OFF}) if x.label == label else x for x in config.lexicons
    )
    silent = config.model_copy(update={"lexicons": lists})
    return handbook(silent, cache=cache_folder()).classifier


def judged(classifier: Classifier, case: Case) -> Verdict:
    """Judge a message again, where it was said."""
    return classifier.classify(case.text, case.place)


def changed(config: Config, changes: Changes) -> Classifier:
    """Compile the configuration as it would be."""
    more = tuple(CorrectionSettings(list=name, weights=x) for name, x in changes.items())
    wanted = config.model_copy(update={"corrections": (*config.corrections, *more)})
    return handbook(wanted, cache=cache_folder()).classifier


def cases(session: Session, config: Config, reader: Reader) -> Iterator[Case]:
    """Yield what staff dismissed as false alarms, and what managers marked as false hits.

    What was said may have been erased since: there is a record, but no text.
    """
    places = _Places(session, reader)
    dismissed = select(Ticket).where(col(Ticket.false_alarm).is_(True)).order_by(col(Ticket.id))
    for ticket in session.exec(dismissed):
        said = session.get(Said, (ticket.account, ticket.source))
        text = said.text if said is not None and said.text else ticket.summary
        place = places.of(ticket.account, ticket.room)
        yield Case(f"#{ticket.number}", ticket.source, text, "complaint", place)
    labels = {rule.id: str(rule.label) for rule in config.rules}
    labels |= {lexicon.id: str(lexicon.label) for lexicon in config.lexicons}
    for hit in session.exec(select(FalseHit).order_by(col(FalseHit.at))):
        said = session.get(Said, (hit.account, hit.message))
        text, room, label = (said.text, said.room, said.label) if said is not None else ("", "", "")
        label = labels.get(hit.rule, label)
        place = places.of(hit.account, room)
        yield Case(f"规则 {hit.rule}", hit.message, text, label if label != CHAT else "", place)


class _Places:
    """Tells what kind of place each room is, looking each up once."""

    def __init__(self, session: Session, reader: Reader) -> None:
        self._session = session
        self._reader = reader
        self._known: dict[tuple[int, str | None], Place] = {}

    def of(self, account: int, room: str | None) -> Place:
        if (account, room) not in self._known:
            row = self._session.get(Room, (account, room)) if room is not None else None
            topic, kind = (row.topic, row.kind) if row is not None else ("", "")
            self._known[account, room] = self._reader.setting(room, topic, kind)[1]
        return self._known[account, room]


def _recent(session: Session, reader: Reader) -> Iterator[Case]:
    """Yield what was said lately, each with what it was taken for then."""
    places = _Places(session, reader)
    wanted = select(Said).where(
        col(Said.taken).not_in(("own", "command", "repeat")), Said.kind == "text"
    )
    for said in session.exec(wanted.order_by(col(Said.heard_at).desc()).limit(LOOKED_THROUGH)):
        if said.text:
            yield Case("", said.id, said.text, said.label, places.of(said.account, said.room))


def tell(outcome: Outcome) -> Iterator[str]:
    """Say in sentences what the change does."""
    total = outcome.settled + outcome.mended + len(outcome.left) + outcome.gone
    if not total:
        yield "没有误报记录：客服回复「#12 误报」，或在控制台标记误报，才有可学的。"
        return
    gone = f"，{outcome.gone} 条的原话已经删了" if outcome.gone else ""
    yield (
        f"记下的误报 {total} 条：{outcome.settled} 条现在已经不会误报，"
        f"{outcome.mended} 条改词表就好，{len(outcome.left)} 条改词表改不好，要改规则{gone}。"
    )
    yield from map(partial(_tell_left, lists=outcome.lists), outcome.left[:SHOWN])
    if len(outcome.left) > SHOWN:
        yield f"  还有 {len(outcome.left) - SHOWN} 条没有列出"
    if outcome.left:
        yield (
            "  附带的规则不用改文件：在 config.toml 里写一条同类的规则，"
            "any 写这些话里特有的词，weight = -9，就抵消了"
        )
    if outcome.tried:
        yield f"在最近 {outcome.tried} 条消息上试过，另有 {len(outcome.moved)} 条会判得不一样。"
    for text, before, after in outcome.moved[:SHOWN]:
        yield f"  {before} → {after}「{_short(text)}」"


def _tell_left(left: Left, *, lists: Container[str]) -> str:
    case, verdict = left.case, left.verdict
    words = "、".join(dict.fromkeys(match.word for match in verdict.matches))
    told = f"  {case.name}「{_short(case.text)}」是"
    if verdict.rule not in lists:
        told += f"规则 {verdict.rule} 凭「{words}」判的"
        return f"{told}，请在这条规则的 none 里加词，或把 any 里的词写长些"
    told += f"词表 {verdict.rule} 凭「{words}」判的"
    return f"{told}，词表让步以后还有规则 {left.behind}" if left.behind else told


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 40 else f"{line[:39]}…"  # noqa: PLR2004 - a line on a terminal
