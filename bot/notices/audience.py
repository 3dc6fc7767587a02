"""Whom a notice reaches: the rooms the bot is in that match it now, and who is in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlmodel import Session, col, func, select

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.config.people import GroupKind, GroupSettings
from bot.storage.tables import Account, Member, Room


@dataclass(frozen=True, slots=True)
class Place:
    """A room that a notice is meant for."""

    room: str
    topic: str
    kind: str


class Audience:
    """The rooms of one account, matched against the groups of one configuration."""

    def __init__(self, session: Session, account: int, config: Config) -> None:
        self._session = session
        self._account = account
        self._config = config

    def places(self, notice: NoticeSettings) -> list[Place]:
        """List the rooms that a notice is meant for, in the order of their ids."""
        found = []
        for room, topic, kind in self._rooms():
            group = self._config.group_of(room, topic) or adopted(room, kind)
            if group is not None and notice.reaches(group, room):
                found.append(Place(room, topic, group.kind.value))
        return found

    def knows_rooms(self) -> bool:
        """Say whether WeChat has told of any room yet."""
        return bool(self._rooms())

    def sizes(self, rooms: Sequence[str]) -> dict[str, int]:
        """Count the people in each of these rooms, without the bot."""
        account = self._session.get(Account, self._account)
        own = account.contact if account else ""
        wanted = (
            select(Member.room, func.count())
            .where(
                Member.account == self._account,
                col(Member.left_at).is_(None),
                Member.contact != own,
            )
            .group_by(Member.room)
        )
        counts = dict(self._session.exec(wanted).all())
        return {room: counts.get(room, 0) for room in rooms}

    def newcomers(self, day: date) -> dict[str, list[str]]:
        """Map rooms to those who joined on a local day and are still there."""
        begin = datetime.combine(day, time(), self._config.zone)
        wanted = select(Member.room, Member.contact).where(
            Member.account == self._account,
            col(Member.joined_at) >= begin,
            col(Member.joined_at) < begin + timedelta(days=1),
            col(Member.left_at).is_(None),
        )
        found: dict[str, list[str]] = {}
        for room, contact in self._session.exec(wanted.order_by(Member.room, Member.contact)):
            found.setdefault(room, []).append(contact)
        return found

    def _rooms(self) -> list[tuple[str, str, str]]:
        wanted = select(Room.room, Room.topic, Room.kind).where(
            Room.account == self._account, col(Room.present)
        )
        return list(self._session.exec(wanted.order_by(Room.room)).all())


def adopted(room: str, kind: str) -> GroupSettings | None:
    """Make up the group of a room that is not configured, from what a manager said it is."""
    return GroupSettings(id=room, kind=GroupKind(kind)) if kind else None
