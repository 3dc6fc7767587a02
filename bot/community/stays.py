"""Who came into a room when, brought by what, and when he left: one row for each time."""

from datetime import datetime, timedelta

from sqlmodel import Session, col, select

from bot.storage.tables import Invite, Said, Stay


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
        stay = Stay(account=self._account, room=room, contact=contact, source=source, since=at)
        self._session.add(stay)
        self._visits(room, contact).append(stay)
        if inviter and inviter != contact:
            invite = Invite(
                account=self._account, room=room, inviter=inviter, invitee=contact, at=at
            )
            self._session.add(invite)

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
        wanted = select(Invite).where(
            Invite.account == self._account,
            Invite.invitee == contact,
            Invite.room == room,
            col(Invite.left_at).is_(None),
        )
        for invite in self._session.exec(wanted):
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
        spoken = select(Said.id).where(
            Said.account == self._account,
            Said.sender == contact,
            Said.room == room,
            Said.at <= at,
        )
        if ends:
            spoken = spoken.where(Said.at > max(ends))
        return self._session.exec(spoken.limit(1)).first() is not None

    def _open(self, room: str, contact: str) -> Stay | None:
        visits = self._visits(room, contact)
        return next((stay for stay in visits if stay.until is None), None)

    def _visits(self, room: str, contact: str) -> list[Stay]:
        """List all stays of somebody in a room; the database is asked once."""
        if (room, contact) not in self._known:
            wanted = select(Stay).where(
                Stay.account == self._account, Stay.contact == contact, Stay.room == room
            )
            self._known[room, contact] = list(self._session.exec(wanted))
        return self._known[room, contact]
