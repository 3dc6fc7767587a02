"""Why the bot did what it did with one message."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, or_, select

from bot.storage.tables import Entry, EntryKind, Outgoing, Person, Room, Said, Ticket
from bot.web.parts import Explanation, Found, Office
from bot.web.text import group_name

FOLLOWED = 8  # letters shown
RECENT = 200  # messages looked through for one that mattered
UNREMARKABLE = ("", "own", "repeat", "stale", "command")


@dataclass(frozen=True, slots=True)
class Reason:
    """One message: who said it where, what it was taken for, and what followed."""

    said: Said
    name: str
    place: str
    explanation: Explanation
    pieces: tuple[tuple[str, bool], ...]  # the text, with what decided marked
    ticket: Ticket | None
    letters: tuple[Outgoing, ...]
    targets: dict[str, str]


def latest(session: Session, account: int) -> str:
    """Return the id of the last message that the bot answered, or ""."""
    wanted = select(Said.id, Said.taken).where(Said.account == account)
    recent = session.exec(wanted.order_by(col(Said.heard_at).desc()).limit(RECENT))
    return next((id_ for id_, taken in recent if taken not in UNREMARKABLE), "")


def reason(session: Session, account: int, message: str, office: Office) -> Reason | None:
    """Gather everything about one message; None where it is not known (yet)."""
    said = session.get(Said, (account, message))
    if said is None:
        return None
    room = session.get(Room, (account, said.room)) if said.room else None
    person = session.get(Person, (account, said.sender))
    explanation = office.explain(said.text, said.room, room.topic if room else "")
    ticket = _ticket(session, account, message)
    letters = _letters(session, account, said, ticket)
    names = (person.name if person else "", ticket.member_name if ticket else "")
    return Reason(
        said=said,
        name=next(filter(None, names), said.sender),
        place=group_name(room.topic, room.room) if room else "私聊",
        explanation=explanation,
        pieces=tuple(marked(said.text, explanation.matches)),
        ticket=ticket,
        letters=tuple(letters),
        targets=_names(session, account, letters),
    )


def marked(text: str, matches: Sequence[Found]) -> list[tuple[str, bool]]:
    """Cut a text where words that decided begin and end; overlaps become one."""
    on = [False] * len(text)
    for match in matches:
        on[match.start : match.end] = [True] * len(on[match.start : match.end])
    pieces: list[tuple[str, bool]] = []
    for sign, hit in zip(text, on, strict=True):
        if pieces and pieces[-1][1] == hit:
            pieces[-1] = (pieces[-1][0] + sign, hit)
        else:
            pieces.append((sign, hit))
    return pieces


def marked_words(text: str, words: Iterable[str]) -> list[tuple[str, bool]]:
    """Cut a text where any of these words stand in it."""
    found = [
        Found(word, at.start(), at.end())
        for word in filter(None, words)
        for at in re.finditer(re.escape(word), text)
    ]
    return marked(text, found)


def _ticket(session: Session, account: int, message: str) -> Ticket | None:
    wanted = select(Ticket).join(Entry, col(Entry.ticket) == col(Ticket.id))
    about = wanted.where(
        Entry.account == account, Entry.message == message, Entry.kind == EntryKind.MEMBER
    )
    return session.exec(about.limit(1)).first()


def _letters(
    session: Session, account: int, said: Said, ticket: Ticket | None
) -> Sequence[Outgoing]:
    """List what followed from a message: nothing of it left before the message was heard."""
    claimed = col(Outgoing.claimed_at)
    later = or_(claimed >= said.heard_at, claimed.is_(None))
    because: list[Any] = [later & col(Outgoing.key).endswith(f":{said.id}", autoescape=True)]
    if ticket is not None and ticket.source == said.id:
        because.append(col(Outgoing.ticket) == ticket.number)
    found: dict[int | None, Outgoing] = {}
    for reason_ in because:
        wanted = select(Outgoing).where(Outgoing.account == account, reason_)
        rows = session.exec(wanted.order_by(col(Outgoing.id)).limit(FOLLOWED))
        found |= {row.id: row for row in rows}
    return sorted(found.values(), key=lambda row: row.id or 0)[:FOLLOWED]


def _names(session: Session, account: int, letters: Sequence[Outgoing]) -> dict[str, str]:
    names: dict[str, str] = {}
    for letter in letters:
        if letter.room:
            room = session.get(Room, (account, letter.room))
            names[letter.room] = group_name(room.topic if room else "", letter.room)
        elif letter.contact:
            person = session.get(Person, (account, letter.contact))
            names[letter.contact] = (person.name if person else "") or letter.contact
    return names
