"""One mark a subject that open pages show; it differs whenever the subject does."""

from collections.abc import Mapping

from sqlmodel import Session, col, func, select

from bot.storage.tables import Entry, LetterState, Outgoing, Revision


def seen(session: Session, account: int) -> Mapping[str, str]:
    """Read the marks; each from the end of an index, so that it costs the same for ever."""
    entry = session.exec(select(func.max(Entry.id))).one()
    letter = session.exec(select(func.max(Outgoing.id))).one()
    claimed = select(func.max(col(Outgoing.claimed_at))).where(Outgoing.account == account)
    sending = select(func.count()).where(
        Outgoing.account == account, Outgoing.state == LetterState.SENDING
    )
    sent = f"{letter}:{session.exec(claimed).one()}:{session.exec(sending).one()}"
    revision = select(func.max(Revision.number)).where(Revision.account == account)
    return {
        "desk": f"{entry}:{sent}",
        "outbox": sent,
        "rules": str(session.exec(revision).one()),
    }
