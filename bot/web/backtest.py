"""What other rules would have made of the messages of the last days."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.storage.tables import FalseHit, Room, Said
from bot.web.parts import Explanation, Judge

DAYS = 30
MOST = 5_000  # messages, the newest first
SHOWN = 60


@dataclass(frozen=True, slots=True)
class Heard:
    """A message of the past, as far as it matters here."""

    id: str
    text: str
    room: str | None
    topic: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Change:
    """A message that would be taken for something else."""

    heard: Heard
    before: Explanation
    after: Explanation


@dataclass(frozen=True, slots=True)
class Result:
    """What changes: newly caught, newly missed, taken for something else; and trial hits."""

    count: int
    caught: tuple[Change, ...]
    missed: tuple[Change, ...]
    other: tuple[Change, ...]
    totals: tuple[int, int, int]
    shadow: tuple[tuple[str, int], ...]
    shadow_hits: tuple[tuple[str, Heard], ...]


def past(session: Session, account: int, now: datetime) -> list[Heard]:
    """Read what people said in groups in the last days."""
    said = select(Said, Room.topic).join(
        Room, (col(Room.account) == Said.account) & (col(Room.room) == Said.room)
    )
    mine = said.where(
        Said.account == account,
        Said.at >= now - timedelta(days=DAYS),
        Said.kind == "text",
        col(Said.taken).not_in(("own", "command", "repeat")),
    )
    rows = session.exec(mine.order_by(col(Said.at).desc()).limit(MOST))
    return [Heard(row.id, row.text, row.room, topic, row.at) for row, topic in rows]


def compare(messages: Sequence[Heard], now: Judge, then: Judge) -> Result:
    """Judge every message twice."""
    caught: list[Change] = []
    missed: list[Change] = []
    other: list[Change] = []
    shadow: Counter[str] = Counter()
    hits: list[tuple[str, Heard]] = []
    for heard in messages:
        before = now(heard.text, heard.room, heard.topic)
        after = then(heard.text, heard.room, heard.topic)
        shadow.update(vote.rule for vote in after.shadow)
        hits += [(vote.rule, heard) for vote in after.shadow]
        if before.label == after.label:
            continue
        change = Change(heard, before, after)
        kind = caught if before.label == "chat" else missed if after.label == "chat" else other
        kind.append(change)
    return Result(
        count=len(messages),
        caught=tuple(caught[:SHOWN]),
        missed=tuple(missed[:SHOWN]),
        other=tuple(other[:SHOWN]),
        totals=(len(caught), len(missed), len(other)),
        shadow=tuple(shadow.most_common()),
        shadow_hits=tuple(hits[:SHOWN]),
    )


def mark(session: Session, account: int, rule: str, message: str, who: str, now: datetime) -> bool:
    """Note, or take back, that a rule should not have hit a message; return which."""
    row = session.get(FalseHit, (account, rule, message))
    if row is not None:
        session.delete(row)
        return False
    session.add(FalseHit(account=account, rule=rule, message=message, who=who, at=now))
    return True


def marked(session: Session, account: int) -> set[tuple[str, str]]:
    """Return what was noted so, as (rule, message)."""
    wanted = select(FalseHit.rule, FalseHit.message).where(FalseHit.account == account)
    return set(session.exec(wanted).all())
