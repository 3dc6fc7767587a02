"""How people move through the life of a community: by rules on figures, never by a hidden score."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session, col, func, select

from bot.community.people import LIFE, People
from bot.storage.tables import Invite, Life, Member, PersonDay, Standing, Stay

RANK = (Life.LEAVING, Life.MET, Life.ENGAGED, Life.CUSTOMER, Life.REPEAT, Life.ADVOCATE)
MONTH = 30  # days that are looked back for activity
SEASON = 60  # days that are looked back for praise
PRAISES = 3
BROUGHT = 3


@dataclass(frozen=True, slots=True)
class Did:
    """What somebody did lately, as far as it moves him."""

    days: int
    praise: int
    brought: int
    made: str

    def stages(self, stage: Life | None, engaged_days: int) -> list[tuple[Life, str]]:
        """List the stages that this reaches, the lowest first."""
        reached = [(Life.MET, "说过话")]
        if self.days >= engaged_days:
            reached.append((Life.ENGAGED, f"{MONTH} 天里有 {self.days} 天说过话"))
        if self.made in (Life.CUSTOMER, Life.REPEAT, Life.ADVOCATE):
            reached.append((Life(self.made), "自己说的话"))
        buys = bool(self.made) or stage in (Life.CUSTOMER, Life.REPEAT)
        if self.praise >= PRAISES and buys:
            reached.append((Life.ADVOCATE, f"{SEASON} 天里夸了 {self.praise} 次"))
        elif self.brought >= BROUGHT and self.days >= engaged_days:
            reached.append((Life.ADVOCATE, f"带来了 {self.brought} 人，都还在"))
        return reached


class Lives:
    """Moves the lives of one account once a day; what a manager set stays."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now
        self._people = People(session, account, now)

    def meet(self, since: datetime, until: datetime) -> None:
        """Note who came into a group between two moments and was not known before."""
        known = self._people.standings(LIFE).keys()
        came = select(Stay.contact).where(
            Stay.account == self._account, col(Stay.since) >= since, col(Stay.since) < until
        )
        for contact in sorted(set(self._session.exec(came)) - set(known) - {""}):
            self._people.move(contact, LIFE, Life.MET, "进群")

    def after(self, day: date, made: Mapping[str, str], engaged_days: int) -> None:
        """Move everybody who spoke on a day; ``made`` is what his words make him."""
        days = self._sums(day, MONTH, func.count())
        praise = self._sums(day, SEASON, func.sum(PersonDay.praise))
        brought = self._brought()
        standings = self._people.standings(LIFE)
        stages = {contact: Life(each.stage) for contact, each in standings.items()}
        spoke = select(PersonDay.contact).where(
            PersonDay.account == self._account, PersonDay.day == day.isoformat()
        )
        for contact in self._session.exec(spoke).all():
            stage = stages.get(contact)
            did = Did(
                days=days.get(contact, 0),
                praise=praise.get(contact, 0),
                brought=brought.get(contact, 0),
                made=made.get(contact, ""),
            )
            for reached, why in did.stages(stage, engaged_days):
                if stage is None or RANK.index(reached) > RANK.index(stage):
                    self._people.move(contact, LIFE, reached, why)
                    stage = reached

    def _sums(self, day: date, back: int, what: Any) -> dict[str, int]:
        """Add something up, over the last days, for everybody who spoke on a day."""
        here = select(PersonDay.contact).where(
            PersonDay.account == self._account, PersonDay.day == day.isoformat()
        )
        wanted = (
            select(PersonDay.contact, what)
            .where(
                PersonDay.account == self._account,
                PersonDay.day > (day - timedelta(days=back)).isoformat(),
                col(PersonDay.contact).in_(here),
            )
            .group_by(PersonDay.contact)
        )
        return {contact: int(number or 0) for contact, number in self._session.exec(wanted)}

    def _brought(self) -> dict[str, int]:
        """Count whom everybody brought who is still there."""
        wanted = select(Invite.inviter, func.count()).where(
            Invite.account == self._account, col(Invite.left_at).is_(None)
        )
        return dict(self._session.exec(wanted.group_by(Invite.inviter)).all())

    def let_go(self, silent: timedelta) -> int:
        """Note who is leaving: in no group any more, or silent for long after having taken part."""
        moved = 0
        cutoff = (self._now - silent).date().isoformat()
        here = select(Member.contact).where(
            Member.account == self._account, col(Member.left_at).is_(None)
        )
        lately = select(PersonDay.contact).where(
            PersonDay.account == self._account, PersonDay.day >= cutoff
        )
        staying = set(self._session.exec(here.distinct()))
        speaking = set(self._session.exec(lately.distinct()))
        for row in self._living():
            gone = row.contact not in staying
            quiet = row.stage != Life.MET and row.contact not in speaking
            settled = self._now - row.since > silent
            if gone or (quiet and settled):
                why = "离开了所有群" if gone else f"{silent.days} 天没有说话"
                moved += self._people.move(row.contact, LIFE, Life.LEAVING, why) is not None
        return moved

    def _living(self) -> list[Standing]:
        return [each for each in self._people.all(LIFE) if each.stage != Life.LEAVING]
