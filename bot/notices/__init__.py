"""Occasions of notices and what became of them in each group: written here and nowhere else."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BindParameter, ColumnElement, bindparam, insert, select as ask_for
from sqlmodel import col, func, select

from bot.notices.decided import Decided
from bot.storage.asking import ACCOUNT, Question
from bot.storage.finding import Finder
from bot.storage.rows import add, change
from bot.storage.tables import (
    POSTED,
    WAITING,
    NoticeState,
    Occasion,
    OccasionState,
    Occurrence,
)

LIVING = (OccasionState.AHEAD, OccasionState.OPEN)
LATEST = 50  # cancelled occasions looked at when a notice is taken up again
MINE = (col(Occasion.account) == ACCOUNT,)
NOTICE: BindParameter[str] = bindparam("notice")
STANDS = (*MINE, col(Occasion.state).in_(LIVING))
ORDER = (col(Occasion.due_at), col(Occasion.id))
ALIVE = Finder(Occasion, *STANDS, order=ORDER)
ALIVE_OF = Finder(Occasion, *STANDS, col(Occasion.notice) == NOTICE, order=ORDER)
AT = Finder(
    Occasion,
    *MINE,
    col(Occasion.notice) == NOTICE,
    col(Occasion.part) == bindparam("part"),
    col(Occasion.due_at) == bindparam("due"),
)
LATEST_PAST = (
    ask_for(col(Occasion.notice), col(Occasion.part), func.max(Occasion.due_at))
    .where(*MINE, col(Occasion.state) != OccasionState.AHEAD)
    .group_by(col(Occasion.notice), col(Occasion.part))
)
PAST = Question(LATEST_PAST)
PAST_OF = Question(LATEST_PAST.where(col(Occasion.notice) == NOTICE))
OF_OCCASION = (
    col(Occurrence.account) == ACCOUNT,
    col(Occurrence.notice) == NOTICE,
    col(Occurrence.due_at) == bindparam("due"),
    col(Occurrence.part) == bindparam("part"),
)
ROWS = Finder(Occurrence, *OF_OCCASION, order=(col(Occurrence.id),))
STILL = Finder(
    Occurrence, *OF_OCCASION, col(Occurrence.state).in_(WAITING), order=(col(Occurrence.id),)
)
TROUBLE = (
    NoticeState.HELD,
    NoticeState.DROPPED,
    NoticeState.EXPIRED,
    NoticeState.UNCONFIRMED,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the occasions of notices stand: what lives, and when the latest past one was due.

    Both by notice and part; fetched for many notices at once.
    """

    living: Mapping[tuple[str, str], Sequence[Occasion]]
    past: Mapping[tuple[str, str], datetime]


class Notices(Decided):
    """The notices of one account inside a turn.

    A moment of a notice is one occasion, and in a room one occurrence, however often it is asked
    for; once posted, or possibly posted, an occurrence never waits again.
    """

    # -- occasions

    def occasion(self, number: int) -> Occasion | None:
        """Return an occasion by its number."""
        return self._session.get(Occasion, number)

    def living(self, notice: str | None = None) -> list[Occasion]:
        """List what is ahead and what is under way, of one notice or of all, in order."""
        if notice is None:
            return ALIVE.all(self._session, account=self._account)
        return ALIVE_OF.all(self._session, account=self._account, notice=notice)

    def past(self, notice: str, part: str = "") -> Occasion | None:
        """Return the latest occasion of a notice that is not ahead any more."""
        wanted = select(Occasion).where(
            Occasion.account == self._account,
            Occasion.notice == notice,
            Occasion.part == part,
            Occasion.state != OccasionState.AHEAD,
        )
        return self._session.exec(wanted.order_by(col(Occasion.due_at).desc()).limit(1)).first()

    def strangers(self, known: Collection[str], since: datetime) -> list[Occasion]:
        """List of every notice that is not among these its latest occasion since a moment."""
        wanted = select(Occasion).where(
            Occasion.account == self._account,
            Occasion.part == "",
            Occasion.due_at >= since,
            col(Occasion.notice).not_in(known),
        )
        found = self._session.exec(wanted.order_by(col(Occasion.due_at)))
        return list({each.notice: each for each in found}.values())

    def heard_of(self, notice: str) -> bool:
        """Say whether a notice was ever planned."""
        wanted = select(Occasion.id).where(
            Occasion.account == self._account, Occasion.notice == notice
        )
        return self._session.exec(wanted.limit(1)).first() is not None

    def called_off(self, notice: str) -> list[Occasion]:
        """List the latest occasions of a notice that were cancelled, the earliest first."""
        wanted = select(Occasion).where(
            Occasion.account == self._account,
            Occasion.notice == notice,
            Occasion.state == OccasionState.CANCELLED,
        )
        latest = wanted.order_by(col(Occasion.due_at).desc()).limit(LATEST)
        return sorted(self._session.exec(latest), key=lambda each: (each.due_at, each.rings_at))

    def standing(self, notice: str | None = None) -> Standing:
        """Find out where the occasions of one notice stand, or of all."""
        living: dict[tuple[str, str], list[Occasion]] = {}
        for occasion in self.living(notice):
            living.setdefault((occasion.notice, occasion.part), []).append(occasion)
        if notice is None:
            found = PAST.all(self._session, account=self._account)
        else:
            found = PAST_OF.all(self._session, account=self._account, notice=notice)
        return Standing(living, {(name, part): due for name, part, due in found})

    def at(self, notice: str, part: str, due: datetime) -> Occasion | None:
        """Return the occasion of a notice at a moment."""
        return AT.first(self._session, account=self._account, notice=notice, part=part, due=due)

    def plan(
        self, notice: str, part: str, due: datetime, rings: datetime, title: str
    ) -> Occasion | None:
        """Make the row of an occasion; None where there is one already."""
        if self.at(notice, part, due) is not None:
            return None
        return add(
            self._session,
            Occasion,
            account=self._account,
            notice=notice,
            part=part,
            due_at=due,
            rings_at=rings,
            title=title,
        )

    def unplan(self, occasion: Occasion) -> None:
        """Forget an occasion that has not begun, as if it had never been planned."""
        for row in self.rows(occasion):
            self._session.delete(row)
        self._session.delete(occasion)
        self._session.flush()

    # -- occurrences

    def rows(
        self, occasion: Occasion, states: Collection[NoticeState] | None = None
    ) -> list[Occurrence]:
        """List what became of an occasion, group by group."""
        finder = STILL if states is WAITING else ROWS
        found = finder.all(
            self._session,
            account=self._account,
            notice=occasion.notice,
            part=occasion.part,
            due=occasion.due_at,
        )
        return [row for row in found if states is None or row.state in states]

    def occurrence(self, number: int) -> Occurrence | None:
        """Return an occurrence by its number."""
        return self._session.get(Occurrence, number)

    def lay(
        self, occasion: Occasion, rooms: Iterable[str], state: NoticeState, *, promotional: bool
    ) -> None:
        """Make the rows of an occasion that are missing, one a room."""
        known = {row.room for row in self.rows(occasion)}
        same = {
            "account": self._account,
            "notice": occasion.notice,
            "due_at": occasion.due_at,
            "part": occasion.part,
            "state": state,
            "promotional": promotional,
        }
        if missing := [{**same, "room": room} for room in rooms if room not in known]:
            self._session.execute(insert(Occurrence), missing)  # in one go, however many rooms

    def mark(self, row: Occurrence, state: NoticeState, why: str = "") -> None:
        """Note where an occurrence stands now; a change is news that nobody was told yet."""
        if (row.state, row.why) != (state, why):
            row.told_at = None if row.state != state else row.told_at
        row.state, row.why = state, why

    def conclude(
        self, row: Occurrence, state: NoticeState, why: str, sent_at: datetime | None
    ) -> None:
        """Note at once what became of an occurrence whose letters are gone."""
        told_at = row.told_at if row.state == state else None
        change(self._session, row, state=state, why=why, told_at=told_at, sent_at=sent_at)

    def posted_rooms(self, notice: str, due: datetime | None = None) -> set[str]:
        """Return the rooms that heard a notice, or may have, on one occasion or on any."""
        wanted = select(Occurrence.room).where(*self._posted(notice))
        if due is not None:
            wanted = wanted.where(Occurrence.due_at == due)
        return set(self._session.exec(wanted))

    def posted_between(self, notice: str, begin: datetime, end: datetime) -> list[datetime]:
        """List the moments between two at which some room heard a notice, or may have."""
        wanted = select(Occurrence.due_at).where(
            *self._posted(notice), Occurrence.due_at >= begin, Occurrence.due_at < end
        )
        return list(self._session.exec(wanted.distinct().order_by(col(Occurrence.due_at))))

    def untold(self) -> list[Occurrence]:
        """List what went wrong and was told to nobody."""
        wanted = select(Occurrence).where(
            Occurrence.account == self._account,
            col(Occurrence.state).in_(TROUBLE),
            col(Occurrence.told_at).is_(None),
        )
        order = (col(Occurrence.due_at), col(Occurrence.notice), col(Occurrence.id))
        return list(self._session.exec(wanted.order_by(*order)))

    def undecided(self, occasion: Occasion) -> int:
        """Count the rows of an occasion that still wait for something."""
        return len(self.rows(occasion, WAITING))

    # -- what the rooms heard before

    def last_posts(self, since: datetime, besides: Occasion) -> dict[str, datetime]:
        """Map rooms to when they last hear any other notice, where that is not before ``since``."""
        wanted = select(Occurrence.room, func.max(Occurrence.post_at)).where(
            *self._heard(since),
            (Occurrence.notice != besides.notice) | (Occurrence.due_at != besides.due_at),
        )
        found = self._session.exec(wanted.group_by(Occurrence.room))
        return {room: moment for room, moment in found if moment is not None}

    def posts(self, since: datetime, *, promotional: bool | None = None) -> dict[str, int]:
        """Count the notices that each room heard since, all or only one sort of them."""
        wanted = select(Occurrence.room, func.count()).where(*self._heard(since))
        if promotional is not None:
            wanted = wanted.where(col(Occurrence.promotional) == promotional)
        return dict(self._session.exec(wanted.group_by(Occurrence.room)).all())

    def _posted(self, notice: str) -> Sequence[ColumnElement[bool]]:
        return (
            col(Occurrence.account) == self._account,
            col(Occurrence.notice) == notice,
            col(Occurrence.part) == "",
            col(Occurrence.state).in_(POSTED),
        )

    def _heard(self, since: datetime) -> Sequence[ColumnElement[bool]]:
        return (
            col(Occurrence.account) == self._account,
            col(Occurrence.part) == "",
            col(Occurrence.post_at) >= since,
            col(Occurrence.state).in_(POSTED),
        )


def lapse(occasion: Occasion, late: timedelta) -> datetime:
    """Return until when an occasion may still be posted; a reminder not after its notice."""
    latest = occasion.rings_at + late
    return min(latest, occasion.due_at) if occasion.part else latest
