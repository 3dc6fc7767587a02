"""Every change is written down: who, when, what, before and after."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.storage.tables import Audit

LONGEST = 20_000  # characters of a state that are kept


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did; ``contact`` where it is about a person."""

    what: str
    target: str = ""
    before: str = ""
    after: str = ""
    contact: str = ""


def write_down(session: Session, account: int, who: str, now: datetime, deed: Deed) -> None:
    """Write a deed down, in the transaction in which it becomes true."""
    session.add(
        Audit(
            account=account,
            at=now,
            who=who,
            what=deed.what,
            target=deed.target,
            contact=deed.contact,
            before=deed.before[:LONGEST],
            after=deed.after[:LONGEST],
        )
    )
