"""How much somebody seems to be here for gifts alone: from behaviour, explained line by line.

The score orders waiting lists and estimates what a giveaway really brought. Nothing is done to
anybody because of it, and nobody is told his own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col, func, select

from bot.storage.asking import chunks
from bot.storage.tables import PersonDay, Signup, SignupState, Stay

SOON = timedelta(days=14)  # who leaves within this of coming came for something else
AT_ONCE = timedelta(hours=72)  # groups entered within this of each other
MANY = 3
FEW = 2  # messages that say nothing yet about what somebody talks of
MOST = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One reason, in words, and what it adds to (or takes from) the score."""

    why: str
    points: int


@dataclass(frozen=True, slots=True)
class Score:
    """A score from 0 to 100, with all its reasons."""

    contact: str
    points: int
    lines: tuple[Line, ...]


class Stayed(NamedTuple):
    """Through what somebody came into a room, from when until when he was there."""

    source: str
    since: datetime | None
    until: datetime | None


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What somebody did, as far as it matters here."""

    stays: Sequence[Stayed] = ()
    messages: int = 0
    gift: int = 0
    replies: int = 0
    days: int = 0
    signups: int = 0
    missed: int = 0


class Freebies:
    """Scores people of one account; reads only."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def score(self, contact: str) -> Score:
        """Score somebody by all he did."""
        return self.scores([contact])[contact]

    def scores(self, contacts: Sequence[str]) -> dict[str, Score]:
        """Score people by all they did, with few questions to the database."""
        found: dict[str, Score] = {}
        for some in chunks(contacts):
            stays, days, signups = self._stays(some), self._days(some), self._signups(some)
            for contact in some:
                messages, gift, replies, spoke = days.get(contact, (0, 0, 0, 0))
                past, missed = signups.get(contact, (0, 0))
                did = Behaviour(
                    stays.get(contact, ()), messages, gift, replies, spoke, past, missed
                )
                found[contact] = weigh(contact, did)
        return found

    def order(self, contacts: Sequence[str]) -> list[str]:
        """Put people in a line, who is least here for gifts first; else as they stood."""
        scores = self.scores(contacts)
        return sorted(contacts, key=lambda contact: scores[contact].points)

    def _stays(self, contacts: Sequence[str]) -> Mapping[str, Sequence[Stayed]]:
        wanted = select(Stay.contact, Stay.source, Stay.since, Stay.until).where(
            Stay.account == self._account, col(Stay.contact).in_(contacts)
        )
        found: dict[str, list[Stayed]] = {}
        for contact, *stayed in self._session.exec(wanted):
            found.setdefault(contact, []).append(Stayed(*stayed))
        return found

    def _days(self, contacts: Sequence[str]) -> Mapping[str, tuple[int, int, int, int]]:
        """Map people to their messages, those about gifts, their replies, and their days."""
        counted = (PersonDay.messages, PersonDay.gift, PersonDay.replies)
        sums = [func.sum(each) for each in counted]
        wanted = select(PersonDay.contact, *sums, func.count()).where(  # type: ignore[call-overload]
            PersonDay.account == self._account, col(PersonDay.contact).in_(contacts)
        )
        rows = self._session.exec(wanted.group_by(PersonDay.contact))
        return {who: (int(m), int(g), int(r), days) for who, m, g, r, days in rows}

    def _signups(self, contacts: Sequence[str]) -> Mapping[str, tuple[int, int]]:
        """Map people to sign-ups that came due, and those where others came and they did not."""
        wanted = select(Signup).where(
            Signup.account == self._account,
            col(Signup.member).in_(contacts),
            Signup.state == SignupState.CONFIRMED,
            Signup.due_at < self._now - timedelta(days=1),
        )
        taken: dict[tuple[str, datetime], bool] = {}
        found: dict[str, tuple[int, int]] = {}
        for each in self._session.exec(wanted):
            event = each.notice, each.due_at
            if event not in taken:
                taken[event] = self._taken(each)
            past, missed = found.get(each.member, (0, 0))
            absent = each.attended_at is None and taken[event]
            found[each.member] = past + 1, missed + absent
        return found

    def _taken(self, signup: Signup) -> bool:
        """Say whether anybody checked in there: else nobody knows who came."""
        wanted = select(Signup.id).where(
            Signup.account == self._account,
            Signup.notice == signup.notice,
            Signup.due_at == signup.due_at,
            col(Signup.attended_at).is_not(None),
        )
        return self._session.exec(wanted.limit(1)).first() is not None


def weigh(contact: str, did: Behaviour) -> Score:
    """Add up what somebody did; each reason is a line."""
    lines = [line for rule in RULES if (line := rule(did)) is not None]
    total = sum(line.points for line in lines)
    return Score(contact, min(max(total, 0), MOST), tuple(lines))


def _through_gift(did: Behaviour) -> Line | None:
    gifts = sorted({s.source.partition(":")[2] for s in did.stays if s.source[:9] == "giveaway:"})
    return Line(f"赠品活动期间进群（{'、'.join(gifts)}）", 25) if gifts else None


def _talks_of_gifts(did: Behaviour) -> Line | None:
    share = did.gift / did.messages if did.messages else 0.0
    if did.gift == 0 or share < 1 / 3:
        return None
    return Line(f"说的 {did.messages} 句话里 {did.gift} 句是问赠品", round(35 * share))


def _leaves_soon(did: Behaviour) -> Line | None:
    ends = [(s.until - s.since).days for s in did.stays if s.since and s.until]
    short = [days for days in ends if days < SOON.days]
    return Line(f"进群 {min(short)} 天就离开（{len(short)} 次）", 25) if short else None


def _many_at_once(did: Behaviour) -> Line | None:
    came = [stay.since for stay in did.stays if stay.since is not None]
    most = max((sum(1 for at in came if t <= at <= t + AT_ONCE) for t in came), default=0)
    return Line(f"{AT_ONCE.days} 天内进了 {most} 个群", 15) if most >= MANY else None


def _never_comes(did: Behaviour) -> Line | None:
    if did.missed == 0 or did.missed < did.signups:
        return None
    return Line(f"报名 {did.signups} 次，一次没来", min(10 * did.missed, 20))


def _silent(did: Behaviour) -> Line | None:
    through = any(stay.source.startswith("giveaway:") for stay in did.stays)
    return Line("为赠品进群后几乎没说过话", 10) if through and did.messages < FEW else None


def _takes_part(did: Behaviour) -> Line | None:
    other = did.messages - did.gift
    if did.days < MANY or other <= did.gift:
        return None
    return Line(f"{did.days} 天里聊过 {other} 句别的，接过群友 {did.replies} 次话", -25)


RULES = (
    _through_gift,
    _talks_of_gifts,
    _leaves_soon,
    _many_at_once,
    _never_comes,
    _silent,
    _takes_part,
)
