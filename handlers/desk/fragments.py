"""What somebody said just before he complained belongs to his complaint."""

from datetime import timedelta

from sqlmodel import col, select

from bot.message import Contact, Kind, Message
from bot.storage.tables import Entry, Said
from bot.turn import Turn
from handlers.reading import Reading

PAUSE = timedelta(seconds=30)  # between two pieces of one thought, in a group
TALK = timedelta(minutes=10)  # the same in private, where one talks to nobody else
MOST = 10
# words that were not done with
SPOKEN = frozenset({"", "private", "question", "answer", "answered-before"})


def said_before(turn: Turn, reading: Reading) -> list[Message]:
    """List what the sender of a complaint said just before it, oldest first.

    A longer pause ends it, and so does what stands on a ticket already; what was taken back is
    left out.
    """
    message = reading.message
    pause = TALK if message.room is None else PAUSE
    if message.room is not None and not _spoke(reading):
        return []
    rows = _rows(turn, message, pause * MOST)
    taken_back = {row.quote for row in rows if row.kind == Kind.RECALLED}
    known = select(Entry.message).where(
        Entry.account == turn.account, col(Entry.message).in_([row.id for row in rows])
    )
    on_tickets = set(turn.session.exec(known)) if rows else set()
    found: list[Message] = []
    last = message.at
    for row in rows:
        if last - row.at > pause or row.id in on_tickets:
            break
        last = row.at
        if row.taken in SPOKEN and row.kind != Kind.RECALLED and row.id not in taken_back:
            found.append(_message(row, message.sender))
    return found[::-1]


def _spoke(reading: Reading) -> bool:
    """Say whether somebody spoke in this group just before."""
    message = reading.message
    return any(
        each.room == message.room and message.at - each.at <= PAUSE for each in reading.recent
    )


def _rows(turn: Turn, message: Message, within: timedelta) -> list[Said]:
    wanted = select(Said).where(
        Said.account == turn.account,
        Said.sender == message.sender.id,
        Said.at >= message.at - within,
        Said.at <= message.at,
        Said.id != message.id,
    )
    here = Said.room == message.room if message.room else col(Said.room).is_(None)
    newest = wanted.where(here).order_by(col(Said.at).desc(), col(Said.heard_at).desc())
    return list(turn.session.exec(newest.limit(MOST)))


def _message(row: Said, sender: Contact) -> Message:
    return Message(
        id=row.id,
        sender=sender,
        text=row.text,
        at=row.at,
        room=row.room,
        kind=Kind(row.kind),
        url=row.url,
    )
