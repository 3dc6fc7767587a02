"""Each message is taken once, however often and under however many ids WeChat delivers it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import TypeVar

from sqlalchemy import Table
from sqlmodel import Session, col, select

from bot.cooldowns import last_act, never
from bot.message import Message
from bot.storage.known import SENDERS, WITHOUT_TICKET, learn
from bot.storage.rows import insert
from bot.storage.tables import LIVE, Account, Room, Said, Signup, Ticket
from bot.utterances import Utterances, Uttered

STALE = timedelta(minutes=10)  # older than this, a message is recorded and not answered
REPEAT = timedelta(seconds=5)  # the same words of the same person within this are one message
CHUNK = 500  # values in one IN (…)

T = TypeVar("T")

MESSAGES: Table = Said.__table__  # type: ignore[attr-defined]


def likeness(message: Message) -> int:
    """Digest room, sender and text (and kind and file) into 64 bits."""
    parts = (message.room or "", message.sender.id, message.kind, message.url, message.text)
    raw = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big", signed=True)


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows that decides how a message is read."""

    topic: str = ""
    concerned: bool = False  # whether the sender has a ticket that is not ended
    heard_at: datetime | None = None  # when he was last heard on that ticket
    kind: str = ""  # what a manager said the room is, where the configuration does not
    recent: tuple[Uttered, ...] = ()  # what the sender said before, in rooms, oldest first
    me: str = ""  # the bot's own contact id
    asked: bool = False  # whether the sender owes an answer about a sign-up
    last_act: Callable[[str], datetime | None] = never  # when a rule last acted in this room


class Inbox:
    """What was heard before, for the messages of one batch; and the record of what is new."""

    def __init__(
        self,
        session: Session,
        account: int,
        now: datetime,
        utterances: Utterances,
    ) -> None:
        self._session = session
        self._account = account
        self._utterances = utterances
        self._now = now
        self._rows: list[dict[str, object]] = []
        self._heard: set[str] = set()
        self._alike: dict[int, datetime] = {}
        self._topics: dict[str, str] = {}
        self._kinds: dict[str, str] = {}
        self._me = ""
        self._concerned: dict[str, datetime | None] = {}
        self._asked: set[str] = set()
        self._answered: set[str] = set()
        self._likeness: dict[str, int] = {}

    def look_up(self, messages: Sequence[Message]) -> None:
        """Learn in a few queries what the database knows of these messages."""
        self._likeness = {message.id: likeness(message) for message in messages}
        ids = list(self._likeness)
        found = select(Said.id).where(Said.account == self._account)
        for chunk in chunks(ids):
            self._heard.update(self._session.exec(found.where(col(Said.id).in_(chunk))))
        since = min((message.at for message in messages), default=self._now) - REPEAT
        alike = select(Said.likeness, Said.at).where(
            Said.account == self._account, Said.at >= since
        )
        for digests in chunks(list(self._likeness.values())):
            found_alike = self._session.exec(alike.where(col(Said.likeness).in_(digests)))
            self._alike.update(found_alike.all())
        self._me = self._session.get_one(Account, self._account).contact
        self._learn_rooms({message.room for message in messages if message.room})
        self._utterances.learn(self._session, messages, self._now)
        self._learn_tickets(sorted({message.sender.id for message in messages}))
        asked = select(Signup.member).where(Signup.account == self._account, Signup.asking >= 0)
        if any(message.room is None for message in messages):
            self._asked.update(self._session.exec(asked))

    def known(self, message: Message) -> Known:
        """Return what decides how this message is read."""
        self._look_again(message.sender.id)
        return Known(
            topic=self._topics.get(message.room or "", ""),
            concerned=message.sender.id in self._concerned,
            heard_at=self._concerned.get(message.sender.id),
            asked=message.sender.id in self._asked,
            kind=self._kinds.get(message.room or "", ""),
            me=self._me,
            recent=self._utterances.before(message),
            last_act=partial(last_act, self._session, self._account, message.room),
        )

    def note_answered(self, sender: str) -> None:
        """Note that something was done about what somebody said: he may have a ticket now."""
        self._answered.add(sender)

    def is_new(self, message: Message) -> bool:
        """Say whether this id is seen for the first time, and remember it."""
        if message.id in self._heard:
            return False
        self._heard.add(message.id)
        return True

    def is_repeat(self, message: Message) -> bool:
        """Say whether the same was said under another id within seconds, and remember it."""
        key = self._likeness[message.id]
        before = self._alike.get(key)
        self._alike[key] = message.at
        return before is not None and abs(message.at - before) <= REPEAT

    def is_stale(self, message: Message) -> bool:
        """Say whether it is too late to answer."""
        return self._now - message.at > STALE

    def record(self, message: Message, **judged: object) -> None:
        """Keep a message; it is written with the others of its batch."""
        self._rows.append(
            {
                "account": self._account,
                "id": message.id,
                "room": message.room,
                "sender": message.sender.id,
                "listener": message.listener,
                "kind": message.kind.value,
                "text": message.text,
                "url": message.url,
                "quote": message.quote,
                "at": message.at,
                "heard_at": self._now,
                "likeness": self._likeness[message.id],
                **judged,
            }
        )
        self._utterances.note(message)

    def write(self) -> None:
        """Write what was recorded since the last time."""
        if self._rows:
            insert(self._session, MESSAGES, *self._rows)
            self._rows = []

    def _look_again(self, sender: str) -> None:
        """See whether somebody whom this batch answered has a ticket now."""
        if sender not in self._answered:
            return
        live = select(Ticket.heard_at).where(
            Ticket.account == self._account,
            Ticket.member == sender,
            col(Ticket.state).in_(LIVE),
        )
        found = self._session.exec(live.limit(1)).all()
        self._concerned.pop(sender, None)
        if found:
            self._concerned[sender] = found[0]

    def _learn_tickets(self, senders: Sequence[str]) -> None:
        goes_on = col(Ticket.state).in_(LIVE) | col(Ticket.merged_into).is_not(None)
        wanted = select(Ticket.member, Ticket.heard_at, Ticket.state).where(
            Ticket.account == self._account, goes_on
        )
        without = set(senders)
        for chunk in chunks(senders):
            found = self._session.exec(wanted.where(col(Ticket.member).in_(chunk)))
            for member, heard_at, state in found:
                without.discard(member)
                if state in LIVE:
                    self._concerned[member] = heard_at
        learn(self._session, WITHOUT_TICKET, without)
        learn(self._session, SENDERS, senders)

    def _learn_rooms(self, rooms: Iterable[str]) -> None:
        wanted = select(Room.room, Room.topic, Room.kind).where(Room.account == self._account)
        for chunk in chunks(sorted(rooms)):
            for room, topic, kind in self._session.exec(wanted.where(col(Room.room).in_(chunk))):
                self._topics[room], self._kinds[room] = topic, kind


def chunks(values: Sequence[T]) -> Iterable[Sequence[T]]:
    """Cut a list into pieces that fit into one query."""
    return (values[start : start + CHUNK] for start in range(0, len(values), CHUNK))
