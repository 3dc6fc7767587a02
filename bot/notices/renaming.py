"""A notice whose id was changed in config.toml: what came of it goes on under its new id."""

from sqlmodel import Session, col, select

from bot.notices.decided import APPROVED, ENDED
from bot.storage.tables import Note, Occasion, Occurrence, Outgoing, Signup, Timer

EXACT = (APPROVED, ENDED)
WITHIN = ("chain:", "signup-fold:", "signup-thanks:")


def rename(session: Session, account: int, old: str, new: str) -> None:
    """Give everything that is kept of a notice its new id; nothing is kept under that one yet."""
    for table in (Occasion, Occurrence, Signup):
        rows = select(table).where(table.account == account, table.notice == old)
        for row in session.exec(rows):
            row.notice = new
    letters = select(Outgoing).where(Outgoing.account == account, Outgoing.notice == old)
    for letter in session.exec(letters):
        letter.notice = new
        letter.key = letter.key.replace(f"notice:{old}:", f"notice:{new}:", 1)
    _rename_notes(session, account, old, new)
    _rename_timers(session, account, old, new)
    session.flush()


def _rename_notes(session: Session, account: int, old: str, new: str) -> None:
    keys = {f"{prefix}{old}": f"{prefix}{new}" for prefix in EXACT}
    exact = select(Note).where(Note.account == account, col(Note.key).in_(keys))
    for note in session.exec(exact).all():
        _move(session, note, keys[note.key])
    for prefix in WITHIN:
        begins = f"{prefix}{old}:"
        found = select(Note).where(Note.account == account, col(Note.key).startswith(begins))
        for note in session.exec(found).all():
            if note.key.startswith(begins):  # % and _ in an id are patterns to the database
                _move(session, note, note.key.replace(begins, f"{prefix}{new}:", 1))


def _rename_timers(session: Session, account: int, old: str, new: str) -> None:
    found = select(Timer).where(Timer.account == account, col(Timer.kind).startswith("signup-"))
    for timer in session.exec(found).all():
        if timer.data.get("notice") == old:
            timer.data = {**timer.data, "notice": new}
            _move(session, timer, timer.key.replace(f":{old}:", f":{new}:", 1))


def _move(session: Session, row: Note | Timer, key: str) -> None:
    """Put a row under another key."""
    values = row.model_dump()
    session.delete(row)
    session.flush()
    session.add(type(row)(**{**values, "key": key}))
