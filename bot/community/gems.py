"""The best of what was said in a group: what managers chose, then what members answered most."""

from datetime import datetime, timedelta

from sqlalchemy import BindParameter, bindparam, case, select as ask_for
from sqlmodel import Session, col, func, select

from bot.storage.asking import ACCOUNT, Question
from bot.storage.finding import Finder
from bot.storage.tables import Gem, Said

LONGEST = 120  # characters of a gem that are shown
ANSWERED = 2  # answers that make something worth showing; praise is worth as many
HARMLESS = ("chat", "praise", "question")

ROOM: BindParameter[str] = bindparam("room")
SINCE: BindParameter[datetime] = bindparam("since")
CHOSEN = Finder(
    Gem,
    col(Gem.account) == ACCOUNT,
    col(Gem.room) == ROOM,
    col(Gem.at) >= SINCE,
    order=(col(Gem.at).desc(),),
    limit="most",
)
WORTH = func.sum(case((col(Said.label) == "praise", ANSWERED), else_=1))
QUOTED = Question(
    ask_for(col(Said.quote), WORTH)
    .where(
        col(Said.account) == ACCOUNT,
        col(Said.room) == ROOM,
        col(Said.at) >= SINCE,
        col(Said.quote).is_not(None),
    )
    .group_by(col(Said.quote))
    .having(WORTH >= ANSWERED)
    .order_by(WORTH.desc(), col(Said.quote))
    .limit(bindparam("most"))
)


class Gems:
    """The gems of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def choose(self, source: str, room: str, by: str) -> Gem | None:
        """Keep something said in a room; None where nobody knows it, or it has no words."""
        wanted = select(Gem).where(Gem.account == self._account, Gem.source == source)
        kept = self._session.exec(wanted).first()
        said = self._session.get(Said, (self._account, source))
        if kept is not None or said is None or said.room != room or not said.text.strip():
            return kept
        gem = self._of(said)
        gem.chosen_by = by
        self._session.add(gem)
        return gem

    def best(self, room: str, within: timedelta, count: int) -> list[Gem]:
        """List the best of a room, chosen ones first; what is not chosen is not kept."""
        since = self._now - within
        about = {"account": self._account, "room": room, "since": since}
        chosen = CHOSEN.all(self._session, **about, most=count)
        known = {gem.source for gem in chosen}
        others = [gem for gem in self._most_answered(room, since, count) if gem.source not in known]
        return (chosen + others)[:count]

    def _most_answered(self, room: str, since: datetime, count: int) -> list[Gem]:
        about = {"account": self._account, "room": room, "since": since}
        found = []
        for source, _ in QUOTED.all(self._session, **about, most=4 * count):
            said = self._session.get(Said, (self._account, source))
            if said is not None and said.label in HARMLESS and said.taken != "own" and said.text:
                found.append(self._of(said))
        return found

    def _of(self, said: Said) -> Gem:
        text = " ".join(said.text.split())
        return Gem(
            account=self._account,
            source=said.id,
            room=said.room or "",
            author=said.sender,
            text=text[:LONGEST] + ("……" if len(text) > LONGEST else ""),
            chosen_by="",
            at=said.at,
        )
