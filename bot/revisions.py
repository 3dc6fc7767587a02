"""Configurations that were in force: a row each, told apart by what the files said."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, col, select

from bot.config.revisions import difference, digest
from bot.storage.tables import Revision


def newest(session: Session, account: int) -> Revision | None:
    """Return the revision that came into force last."""
    wanted = select(Revision).where(Revision.account == account)
    return session.exec(wanted.order_by(col(Revision.number).desc()).limit(1)).first()


def record(
    session: Session, account: int, sources: Mapping[Path, str], *, who: str, now: datetime
) -> int | None:
    """Write down that these files are in force; None where they were already."""
    before = newest(session, account)
    mark = digest(sources)
    if before is not None and before.digest == mark:
        return None
    old = {Path(name): text for name, text in before.sources.items()} if before else {}
    number = before.number + 1 if before else 1
    revision = Revision(
        account=account,
        number=number,
        digest=mark,
        who=who,
        at=now,
        difference=difference(old, sources),
        sources={str(path): text for path, text in sources.items()},
    )
    session.add(revision)
    return number
