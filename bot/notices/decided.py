"""What managers decided about a notice, until they decide otherwise."""

from datetime import datetime

from sqlmodel import Session

from bot.storage.tables import Note

APPROVED, ENDED = "approved:", "notice-ended:"


class Decided:
    """The decisions of one account inside a turn; each is a note, so that a restart keeps it."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    # -- approval

    def approved(self, notice: str) -> str:
        """Return the digest of what was approved last, "" for nothing."""
        note = self._session.get(Note, (self._account, f"{APPROVED}{notice}"))
        return str(note.data.get("digest", "")) if note else ""

    def approve(self, notice: str, digest: str, manager: str) -> None:
        """Remember what a manager approved."""
        note = Note(
            account=self._account,
            key=f"{APPROVED}{notice}",
            contact=manager,
            data={"digest": digest},
            at=self._now,
        )
        self._session.merge(note)

    # -- ending and taking up again

    def ended(self, notice: str) -> bool:
        """Say whether a manager ended a notice with all that would follow."""
        note = self._session.get(Note, (self._account, f"{ENDED}{notice}"))
        return note is not None and "resumed" not in note.data

    def end(self, notice: str) -> None:
        """Remember that a notice is not to be posted any more, until it is taken up again."""
        self._session.merge(Note(account=self._account, key=f"{ENDED}{notice}", at=self._now))
        self._session.flush()

    def resume(self, notice: str) -> bool:
        """Remember that a notice goes on from now; False where it was not ended."""
        note = self._session.get(Note, (self._account, f"{ENDED}{notice}"))
        if note is None or "resumed" in note.data:
            return False
        note.data, note.at = {"resumed": True}, self._now
        self._session.flush()
        return True

    def resumed(self, notice: str) -> datetime | None:
        """Return from when a notice goes on that was ended; what fell before is not caught up."""
        note = self._session.get(Note, (self._account, f"{ENDED}{notice}"))
        return note.at if note is not None and "resumed" in note.data else None
