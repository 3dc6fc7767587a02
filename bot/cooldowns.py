"""When a rule last acted in a room, so that it can rest there afterwards."""

from datetime import datetime

from sqlmodel import Session

from bot.storage.tables import Note


def never(_rule: str) -> datetime | None:
    """Know of no rule that ever acted."""
    return None


def last_act(session: Session, account: int, room: str | None, rule: str) -> datetime | None:
    """Return when the rule last acted in the room; privately no rule rests."""
    note = session.get(Note, (account, _key(room, rule))) if room is not None else None
    return None if note is None else note.at


def note_act(session: Session, account: int, room: str, rule: str, at: datetime) -> None:
    """Remember that the rule acted in the room just now."""
    note = session.get(Note, (account, _key(room, rule)))
    if note is None:
        note = Note(account=account, key=_key(room, rule), at=at)
        session.add(note)
    note.at = at


def _key(room: str, rule: str) -> str:
    return f"cooldown:{room}:{rule}"
