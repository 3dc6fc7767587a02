"""How people move through the life of a community: by rules on figures, never by a hidden score."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlmodel import Session, col, func, select

from bot.community.people import LIFE, People
from bot.storage.tables import Invite, Life, Member, PersonDay, Standing

RANK = (Life.LEAVING, Life.MET, Life.ENGAGED, Life.CUSTOMER, Life.REPEAT, Life.ADVOCATE)
MONTH = 30  # days that are looked back for activity
SEASON = 60  # days that are looked back for praise
PRAISES = 3
BROUGHT = 3


class Lives:
    """Moves the lives of one account once a day; what a manager set stays."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now
        self._people = People(session, account, now)

    def meet(self, contact: str) -> None:
        """Note that somebody is there."""
        if self._people.standing(contact, LIFE) is None:
            self._people.move(contact, LIFE, Life.MET, "进群")

    def after(self, day: date, made: Mapping[str, str], engaged_days: int) -> None:
        """Move everybody who spoke on a day; ``made`` is what his words make him."""
        spoke = select(PersonDay.contact).where(
            PersonDay.account == self._account, PersonDay.day == day.isoformat()
        )
        for contact in self._session.exec(spoke).all():
            for stage, why in self._reached(contact, day, made.get(contact, ""), engaged_days):
                self._raise(contact, stage, why)

    def _reached(
        self, contact: str, day: date, made: str, engaged_days: int
    ) -> list[tuple[Life, str]]:
        """List the stages that somebody reached, the lowest first."""
        reached = [(Life.MET, "说过话")]
        days, praise = self._active(contact, day)
        if days >= engaged_days:
            reached.append((Life.ENGAGED, f"{MONTH} 天里有 {days} 天说过话"))
        if made in (Life.CUSTOMER, Life.REPEAT, Life.ADVOCATE):
            reached.append((Life(made), "自己说的话"))
        brought = self._brought(contact)
        buys = made or self._stage(contact) in (Life.CUSTOMER, Life.REPEAT)
        if praise >= PRAISES and buys:
            reached.append((Life.ADVOCATE, f"{SEASON} 天里夸了 {praise} 次"))
        elif brought >= BROUGHT and days >= engaged_days:
            reached.append((Life.ADVOCATE, f"带来了 {brought} 人，都还在"))
        return reached

    def _raise(self, contact: str, stage: Life, why: str) -> None:
        now = self._stage(contact)
        if now is None or RANK.index(stage) > RANK.index(now):
            self._people.move(contact, LIFE, stage, why)

    def _stage(self, contact: str) -> Life | None:
        row = self._people.standing(contact, LIFE)
        return Life(row.stage) if row is not None else None

    def _active(self, contact: str, day: date) -> tuple[int, int]:
        """Count the days somebody spoke on lately, and how often he praised."""
        mine = (PersonDay.account == self._account) & (PersonDay.contact == contact)
        month = (day - timedelta(days=MONTH)).isoformat()
        season = (day - timedelta(days=SEASON)).isoformat()
        days = select(func.count()).where(mine, PersonDay.day > month)
        praise = select(func.coalesce(func.sum(PersonDay.praise), 0)).where(
            mine, PersonDay.day > season
        )
        return self._session.exec(days).one(), self._session.exec(praise).one()

    def _brought(self, contact: str) -> int:
        wanted = select(func.count()).where(
            Invite.account == self._account,
            Invite.inviter == contact,
            col(Invite.left_at).is_(None),
        )
        return self._session.exec(wanted).one()

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
