"""What managers decided about a notice, until they decide otherwise."""

from datetime import datetime
from functools import cached_property

from sqlmodel import Session, col, select

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
        note = self._series.get(f"{ENDED}{notice}")
        return note is not None and "resumed" not in note.data

    def end(self, notice: str) -> None:
        """Remember that a notice is not to be posted any more, until it is taken up again."""
        self._keep(notice, {})

    def resume(self, notice: str) -> bool:
        """Remember that a notice goes on from now; False where it was not ended."""
        ended = self.ended(notice)
        if ended:
            self._keep(notice, {"resumed": True})
        return ended

    def resumed(self, notice: str) -> datetime | None:
        """Return from when a notice goes on that was ended; what fell before is not caught up."""
        note = self._series.get(f"{ENDED}{notice}")
        return note.at if note is not None and "resumed" in note.data else None

    @cached_property
    def _series(self) -> dict[str, Note]:
        """What is kept of series, fetched once a turn: every notice is asked about."""
        wanted = select(Note).where(
            Note.account == self._account, col(Note.key).startswith(ENDED, autoescape=True)
        )
        return {note.key: note for note in self._session.exec(wanted)}

    def _keep(self, notice: str, data: dict[str, object]) -> None:
        note = Note(account=self._account, key=f"{ENDED}{notice}", data=data, at=self._now)
        self._session.merge(note)
        self._session.flush()
        self.__dict__.pop("_series", None)


def ended_anywhere(session: Session) -> set[str]:
    """Return the notices that managers ended, whichever account they are posted by."""
    wanted = select(Note).where(col(Note.key).startswith(ENDED, autoescape=True))
    return {
        note.key.removeprefix(ENDED) for note in session.exec(wanted) if "resumed" not in note.data
    }
