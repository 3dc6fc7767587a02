"""What rooms and people are called on the pages, for people and for rooms that have no name too."""

from collections.abc import Collection

from sqlmodel import Session, col, select

from bot.storage.tables import Person, Room
from bot.web.text import group_name


def rooms(session: Session, account: int, which: Collection[str] | None = None) -> dict[str, str]:
    """Map rooms to what they are called: those asked for, or all."""
    wanted = select(Room.room, Room.topic).where(Room.account == account)
    if which is not None:
        wanted = wanted.where(col(Room.room).in_(set(which)))
    return {room: group_name(topic, room) for room, topic in session.exec(wanted)}


def people(session: Session, account: int, contacts: Collection[str]) -> dict[str, str]:
    """Map contacts to their names, as far as they have one."""
    wanted = select(Person.contact, Person.name).where(
        Person.account == account, col(Person.contact).in_(set(contacts))
    )
    return {contact: name for contact, name in session.exec(wanted) if name}
