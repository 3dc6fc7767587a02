"""What a giveaway really brought: who came, who of them stayed, who came for the gift alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, select

from bot.community.freebies import Freebies
from bot.storage.tables import Stay

WEEK, MONTH = timedelta(days=7), timedelta(days=28)
HUNTER = 50  # of 100: from here on somebody is reckoned to be here for gifts alone


@dataclass(frozen=True, slots=True)
class Yield:
    """What a giveaway brought: people, who of them stayed, and who came for the gift alone."""

    joined: int
    week: int | None
    month: int | None
    hunters: int
    real: int


class Came(NamedTuple):
    """Who came through a giveaway, and from when until when he stayed."""

    contact: str
    since: datetime | None
    until: datetime | None


def _still(stays: Sequence[Came], span: timedelta, now: datetime) -> int | None:
    """Count who was there so long after coming; None while nobody came so long ago."""
    old = [stay for stay in stays if stay.since is not None and stay.since + span <= now]
    if not old:
        return None
    return len(
        {s.contact for s in old if s.since and (s.until is None or s.until > s.since + span)}
    )


def reckon(session: Session, account: int, now: datetime, gift: str) -> Yield:
    """Reckon what a giveaway brought until now."""
    wanted = select(Stay.contact, Stay.since, Stay.until).where(
        Stay.account == account, Stay.source == f"giveaway:{gift}"
    )
    stays = [Came(*stay) for stay in session.exec(wanted)]
    freebies = Freebies(session, account, now)
    people = sorted({stay.contact for stay in stays if stay.contact})
    scores = freebies.scores(people)
    hunters = {each for each in people if scores[each].points >= HUNTER}
    week, month = (_still(stays, span, now) for span in (WEEK, MONTH))
    here = {stay.contact for stay in stays if stay.until is None}
    return Yield(len(people), week, month, len(hunters), len(here - hunters))
