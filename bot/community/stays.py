"""Who came into a room when, brought by what, and when he left: one row for each time."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import BindParameter, bindparam, select as ask_for
from sqlmodel import Session, col, select

from bot.storage.asking import ACCOUNT, Question
from bot.storage.finding import Finder
from bot.storage.rows import add
from bot.storage.tables import Invite, Said, Stay

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
ROOM: BindParameter[str] = bindparam("room")
CONTACT: BindParameter[str] = bindparam("contact")
VISITS = Finder(
    Stay,
    col(Stay.account) == ACCOUNT,
    col(Stay.contact) == CONTACT,
    col(Stay.room) == ROOM,
)
INVITED = Finder(
    Invite,
    col(Invite.account) == ACCOUNT,
    col(Invite.invitee) == CONTACT,
    col(Invite.room) == ROOM,
    col(Invite.left_at).is_(None),
)
SPOKE = Question(
    ask_for(col(Said.id))
    .where(
        col(Said.account) == ACCOUNT,
        col(Said.sender) == CONTACT,
        col(Said.room) == ROOM,
        col(Said.at) > bindparam("since"),
        col(Said.at) <= bindparam("until"),
    )
    .limit(1)
)


class Stays:
    """The stays and invitations of one account; the only writer of their rows."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now
        self._known: dict[tuple[str, str], list[Stay]] = {}

    def came(
        self, room: str, contact: str, at: datetime, *, inviter: str | None, source: str
    ) -> None:
        """Begin a stay; one that never ended is ended with it."""
        if self._open(room, contact) is not None:
            self.left(room, contact, at)
        stay = add(
            self._session,
            Stay,
            account=self._account,
            room=room,
            contact=contact,
            source=source,
            since=at,
        )
        self._visits(room, contact).append(stay)
        if inviter and inviter != contact:
            who = {"inviter": inviter, "invitee": contact}
            add(self._session, Invite, account=self._account, room=room, at=at, **who)

    def left(
        self, room: str, contact: str, at: datetime, *, removed: bool = False, known: bool = True
    ) -> None:
        """End a stay, and note it where the invitation is.

        Who was there before the bot has none that began; it is made now, so that he counts among
        those who left. ``known`` says that he was in the room.
        """
        stay = self._open(room, contact)
        if stay is None and known:
            stay = Stay(account=self._account, room=room, contact=contact, since=None)
            self._session.add(stay)
            self._visits(room, contact).append(stay)
        if stay is not None:
            stay.until, stay.removed = at, removed
        about = {"account": self._account, "room": room, "contact": contact}
        for invite in INVITED.all(self._session, **about):
            invite.left_at = at

    def came_from(
        self, contact: str, source: str, *, since: datetime, room: str | None = None
    ) -> None:
        """Note what brought somebody who came lately; where that was told before, it stays."""
        wanted = select(Stay).where(
            Stay.account == self._account,
            Stay.contact == contact,
            col(Stay.since) >= since,
            col(Stay.source).not_like("channel:%"),
        )
        if room is not None:
            wanted = wanted.where(Stay.room == room)
        for stay in self._session.exec(wanted):
            stay.source = source

    def returned(self, room: str, contact: str, *, within: timedelta) -> bool:
        """Say whether somebody left this room not long ago."""
        ends = [stay.until for stay in self._visits(room, contact) if stay.until is not None]
        return any(until > self._now - within for until in ends)

    def spoke_before(self, room: str, contact: str, at: datetime) -> bool:
        """Say whether somebody spoke in a room before he is said to have come, and not left it."""
        ends = [stay.until for stay in self._visits(room, contact) if stay.until is not None]
        about = {"account": self._account, "room": room, "contact": contact}
        since = max(ends, default=LONG_AGO)
        return SPOKE.first(self._session, **about, since=since, until=at) is not None

    def _open(self, room: str, contact: str) -> Stay | None:
        visits = self._visits(room, contact)
        return next((stay for stay in visits if stay.until is None), None)

    def _visits(self, room: str, contact: str) -> list[Stay]:
        """List all stays of somebody in a room; the database is asked once."""
        if (room, contact) not in self._known:
            about = {"account": self._account, "room": room, "contact": contact}
            self._known[room, contact] = VISITS.all(self._session, **about)
        return self._known[room, contact]
