"""How much somebody seems to be here for gifts alone: from behaviour, explained line by line.

The score orders waiting lists and estimates what a giveaway really brought. Nothing is done to
anybody because of it, and nobody is told his own.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, col, func, select

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


@dataclass(frozen=True, slots=True)
class Behaviour:
    """What somebody did, as far as it matters here."""

    stays: Sequence[Stay] = ()
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
        return weigh(contact, self._behaviour(contact))

    def order(self, contacts: Sequence[str]) -> list[str]:
        """Put people in a line, who is least here for gifts first; else as they stood."""
        scores = {contact: self.score(contact).points for contact in contacts}
        return sorted(contacts, key=lambda contact: scores[contact])

    def _behaviour(self, contact: str) -> Behaviour:
        stays = select(Stay).where(Stay.account == self._account, Stay.contact == contact)
        sums = select(
            func.sum(PersonDay.messages),
            func.sum(PersonDay.gift),
            func.sum(PersonDay.replies),
            func.count(),
        ).where(PersonDay.account == self._account, PersonDay.contact == contact)
        messages, gift, replies, days = self._session.exec(sums).one()
        signups, missed = self._signups(contact)
        return Behaviour(
            stays=self._session.exec(stays.order_by(col(Stay.since))).all(),
            messages=messages or 0,
            gift=gift or 0,
            replies=replies or 0,
            days=days,
            signups=signups,
            missed=missed,
        )

    def _signups(self, contact: str) -> tuple[int, int]:
        """Count sign-ups that came due where attendance was taken, and those who did not come."""
        wanted = select(Signup).where(
            Signup.account == self._account,
            Signup.member == contact,
            Signup.state == SignupState.CONFIRMED,
            Signup.due_at < self._now - timedelta(days=1),
        )
        past = self._session.exec(wanted).all()
        missed = sum(1 for each in past if each.attended_at is None and self._taken(each))
        return len(past), missed

    def _taken(self, signup: Signup) -> bool:
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
