"""Old words go, some at a time; numbers, times and what managers chose to keep stay."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import Session, col, select

from bot.storage.tables import FriendRequest, Offence, Outgoing, Said

CHUNK = 2_000


@dataclass(frozen=True, slots=True)
class Words:
    """Where words stand, and when they were over."""

    table: Any
    key: str
    moment: str
    column: str


ELSEWHERE = (
    Words(Outgoing, "id", "settled_at", "text"),
    Words(Offence, "id", "at", "words"),
    Words(FriendRequest, "request", "at", "hello"),
)


def let_go(session: Session, account: int, before: datetime) -> int:
    """Let words go that are older than a moment; return how many rows that were.

    Messages go whole; letters, offences and friend requests keep all but the words.
    """
    old = (
        select(Said.id)
        .where(Said.account == account, Said.heard_at < before)
        .order_by(col(Said.heard_at))
        .limit(CHUNK)
    )
    ids = list(session.exec(old))
    if ids:
        gone = delete(Said).where(col(Said.account) == account, col(Said.id).in_(ids))
        session.execute(gone)
        return len(ids)
    return sum(_blank(session, account, before, words) for words in ELSEWHERE)


def _blank(session: Session, account: int, before: datetime, words: Words) -> int:
    table, key = words.table, getattr(words.table, words.key)
    wanted = select(key).where(
        table.account == account,
        getattr(table, words.moment) < before,
        getattr(table, words.column) != "",
    )
    ids = list(session.exec(wanted.limit(CHUNK)))
    if ids:
        mine = (table.account == account) & key.in_(ids)
        session.execute(update(table).where(mine).values({words.column: ""}))
    return len(ids)
