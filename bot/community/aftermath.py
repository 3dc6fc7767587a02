"""Who leaves in the hours after a notice, against what is usual in the same groups."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.storage.tables import NoticeState, Occurrence, Stay

WINDOW = timedelta(hours=2)  # who is driven away by a notice leaves soon


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What followed a notice: ``left`` of the ``reach`` within two hours, ``usual`` in as many."""

    notice: str
    posts: int
    reach: int
    left: int
    usual: float


@dataclass(slots=True)
class _Sums:
    posts: int = 0
    reach: int = 0
    left: int = 0
    usual: float = 0.0


def aftermath(
    session: Session, account: int, since: datetime, until: datetime, rooms: Sequence[str]
) -> list[Aftermath]:
    """Reckon for every notice posted in some rooms in a span of time; the worst first."""
    posted = select(Occurrence.notice, Occurrence.room, Occurrence.sent_at, Occurrence.reach).where(
        Occurrence.account == account,
        Occurrence.state == NoticeState.SENT,
        col(Occurrence.part) == "",
        col(Occurrence.sent_at) >= since,
        col(Occurrence.sent_at) < until,
        col(Occurrence.room).in_(rooms),
    )
    leaves = _leaves(session, account, since, until, rooms)
    share = WINDOW / (until - since)
    sums: dict[str, _Sums] = defaultdict(_Sums)
    for notice, room, sent_at, reach in session.exec(posted):
        if sent_at is None:
            continue
        row = sums[notice]
        row.posts += 1
        row.reach += reach
        row.left += sum(sent_at <= at < sent_at + WINDOW for at in leaves.get(room, ()))
        row.usual += len(leaves.get(room, ())) * share
    found = [Aftermath(n, s.posts, s.reach, s.left, s.usual) for n, s in sums.items()]
    return sorted(found, key=lambda each: (each.usual - each.left, each.notice))


def _leaves(
    session: Session, account: int, since: datetime, until: datetime, rooms: Sequence[str]
) -> Mapping[str, Sequence[datetime]]:
    """List by room when somebody went by himself."""
    wanted = select(Stay.room, Stay.until).where(
        Stay.account == account,
        col(Stay.until) >= since,
        col(Stay.until) < until,
        col(Stay.removed).is_(False),
        col(Stay.room).in_(rooms),
    )
    leaves: dict[str, list[datetime]] = defaultdict(list)
    for room, at in session.exec(wanted):
        if at is not None:
            leaves[room].append(at)
    return leaves
