"""Nothing is said directly: letters are written in the turn and sent after it commits."""

from datetime import datetime, timedelta

from sqlalchemy import Table
from sqlmodel import Session, col, select

from bot.message import Do, Kind, Letter, Message, Purpose
from bot.storage.rows import insert_once
from bot.storage.tables import LetterState, Outgoing

LETTERS: Table = Outgoing.__table__  # type: ignore[attr-defined]
PRIORITY = {
    Purpose.INCIDENT_ALERT: 0,  # one letter for many: never behind the many
    Purpose.HANDOFF: 1,
    Purpose.HOLDING_LINE: 1,
    Purpose.RELAY_TO_MEMBER: 1,
    Purpose.STAFF_ALERT: 2,
    Purpose.SLA_ALERT: 2,
    Purpose.RELAY_TO_STAFF: 2,
    Purpose.COMMAND_REPLY: 2,
    Purpose.MODERATION: 3,
    Purpose.ANSWER: 3,
    Purpose.NOTIFY_MANAGER: 3,
    Purpose.RATING_REQUEST: 4,
    Purpose.SIGNUP: 4,
    Purpose.WELCOME: 5,
    Purpose.REMINDER: 6,
    Purpose.NOTICE: 7,
    Purpose.LESSON: 7,
    Purpose.DIGEST: 8,
}
BARE = 3  # accepting, adding, removing: no sentence, no purpose

# Seconds between two letters of this purpose in one room; a later one within them is dropped.
SPACING = {Purpose.HOLDING_LINE: 600.0}
LIFETIME = {
    Purpose.HOLDING_LINE: timedelta(minutes=10),  # a calm line that comes late stirs things up
    Purpose.ANSWER: timedelta(minutes=10),
    Purpose.COMMAND_REPLY: timedelta(hours=1),
}
LONGEST_LIFE = timedelta(days=2)
ECHO = timedelta(minutes=10)  # how long after it a letter's echo is looked for
LONGEST_TEXT = 1_800  # characters; WeChat refuses somewhat over 2,000


class Outbox:
    """The letters of one transaction."""

    def __init__(self, session: Session, account: int, now: datetime) -> None:
        self._session = session
        self._account = account
        self._now = now

    def put(
        self,
        letter: Letter,
        *,
        due_at: datetime | None = None,
        expires_at: datetime | None = None,
    ) -> None:
        """Ask for a letter to be sent, unless its key was used before."""
        due = due_at or self._now
        life = LIFETIME.get(letter.purpose, LONGEST_LIFE) if letter.purpose else LONGEST_LIFE
        row = {
            "account": self._account,
            "key": letter.key,
            "do": letter.do,
            "room": letter.room,
            "contact": letter.contact,
            "text": letter.text,
            "mentions": list(letter.mentions),
            "kind": letter.kind,
            "file": letter.file,
            "request": letter.request,
            "purpose": letter.purpose,
            "ticket": letter.ticket,
            "notice": letter.notice,
            "data": dict(letter.data),
            "priority": PRIORITY[letter.purpose] if letter.purpose else BARE,
            "spacing": SPACING.get(letter.purpose, 0.0) if letter.purpose else 0.0,
            "state": LetterState.QUEUED,
            "due_at": due,
            "next_at": due,
            "expires_at": expires_at or due + life,
            "attempts": 0,
            "epoch": 0,
            "wechat_id": "",
            "error": "",
        }
        insert_once(self._session, LETTERS, ("account", "key"), row)

    def find(self, key: str) -> Outgoing | None:
        """Return the letter with this key."""
        wanted = select(Outgoing).where(Outgoing.account == self._account, Outgoing.key == key)
        return self._session.exec(wanted).first()

    def withdraw(self, key: str, why: str) -> bool:
        """Drop a letter that has not left; False where there is none to drop."""
        row = self.find(key)
        if row is None or row.state != LetterState.QUEUED:
            return False
        close(row, LetterState.DROPPED, why, self._now)
        return True

    def unproven(self, echo: Message) -> Outgoing | None:
        """Return the letter that this message of our own proves to have arrived, if any."""
        wanted = select(Outgoing).where(
            Outgoing.account == self._account,
            col(Outgoing.state).in_((LetterState.SENDING, LetterState.UNCONFIRMED)),
            col(Outgoing.claimed_at) > echo.at - ECHO,
            Outgoing.text == echo.text,
        )
        if echo.room:
            wanted = wanted.where(Outgoing.room == echo.room)
        else:
            wanted = wanted.where(col(Outgoing.room).is_(None), Outgoing.contact == echo.listener)
        return self._session.exec(wanted.order_by(col(Outgoing.id)).limit(1)).first()


def close(row: Outgoing, state: LetterState, why: str, at: datetime) -> None:
    """Note what became of a letter."""
    row.state, row.error, row.settled_at = state, why, at


def pieces(text: str, longest: int = LONGEST_TEXT) -> list[str]:
    """Cut a text into pieces that WeChat takes, at line ends and sentence ends where it can."""
    cut = []
    while len(text) > longest:
        window = text[:longest]
        at = max(window.rfind(mark) for mark in "\n。！？；.!?;") + 1
        at = at if at > longest // 2 else longest
        cut.append(text[:at])
        text = text[at:]
    return [*cut, text] if text or not cut else cut


def letter_of(row: Outgoing) -> Letter:
    """Turn a row back into the letter it was written from."""
    return Letter(
        key=row.key,
        do=Do(row.do),
        room=row.room,
        contact=row.contact,
        text=row.text,
        mentions=tuple(row.mentions),
        kind=Kind(row.kind),
        file=row.file,
        request=row.request,
        purpose=Purpose(row.purpose) if row.purpose else None,
        ticket=row.ticket,
        notice=row.notice,
        data=dict(row.data),
    )
