"""Takes somebody's name out of what others wrote of him: commands, lists of names, letters."""

from typing import Any

from sqlalchemy import ColumnElement, func, or_, update
from sqlmodel import Session, col, delete, select

from bot.storage.tables import Entry, Outgoing, Person, Said, Signup, Ticket

GONE = "（已删除）"
SHORTEST = 2  # characters; a name of one would take a piece out of every other word
# How begins what staff and managers type about people; and what a list of names is called.
COMMANDS = ("#", "＃", "画像", "打分", "阶段", "认人", "学完", "证书")
LIST = "接龙"


def scrub(session: Session, contact: str) -> None:
    """Take id and names of somebody out of others' words, where they are nobody else's names.

    Must come before his rows are erased, for they tell his names.
    """
    own = _names(session, contact)
    names = sorted(own - _names_of_others(session, contact, own), key=len, reverse=True)
    for word in (contact, *names):
        _take_out(session, Said, Said.text, word, _about_people())
        _take_out(session, Outgoing, Outgoing.text, word, None)
        _take_out(session, Entry, Entry.text, word, col(Entry.kind) == "note")
    listed = [f"name:{name}" for name in names]
    session.exec(delete(Signup).where(col(Signup.member).in_(listed)))


def _names(session: Session, contact: str) -> set[str]:
    names: set[str] = set()
    for name, whose in (
        (Person.name, Person.contact),
        (Signup.member_name, Signup.member),
        (Ticket.member_name, Ticket.member),
    ):
        names.update(session.exec(select(name).where(whose == contact)))
    return {name for name in names if len(name) >= SHORTEST}


def _names_of_others(session: Session, contact: str, names: set[str]) -> set[str]:
    wanted = select(Person.name).where(
        col(Person.name).in_(sorted(names)), Person.contact != contact
    )
    return set(session.exec(wanted))


def _about_people() -> ColumnElement[bool]:
    begins = [col(Said.text).startswith(word, autoescape=True) for word in COMMANDS]
    return or_(*begins, col(Said.text).contains(LIST, autoescape=True))


def _take_out(
    session: Session, table: Any, column: Any, word: str, only: ColumnElement[bool] | None
) -> None:
    holds = col(column).contains(word, autoescape=True)
    where = holds if only is None else holds & only
    values = {column.key: func.replace(column, word, GONE)}
    session.execute(update(table).where(where).values(values))
