"""Each message is taken once, however often and under however many ids WeChat delivers it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from hashlib import blake2b
from typing import TypeVarTuple

from sqlalchemy import Table, bindparam, select
from sqlmodel import Session, col

from bot.cooldowns import last_act, never
from bot.message import Contact, Message
from bot.storage.asking import ACCOUNT, Among, Question
from bot.storage.known import SENDERS, WITHOUT_TICKET, learn
from bot.storage.rows import insert
from bot.storage.tables import LIVE, Account, Room, Said, Signup, Ticket
from bot.utterances import Utterances, Uttered

STALE = timedelta(minutes=10)  # older than this, a message is recorded and not answered
REPEAT = timedelta(seconds=5)  # the same words of the same person within this are one message

Ts = TypeVarTuple("Ts")

MESSAGES: Table = Said.__table__  # type: ignore[attr-defined]
ME = Question(select(col(Account.contact)).where(col(Account.id) == ACCOUNT))
HEARD = Question(
    select(col(Said.id)).where(col(Said.account) == ACCOUNT, Among(col(Said.id), "ids"))
)
ALIKE = Question(
    select(col(Said.likeness), col(Said.at)).where(
        col(Said.account) == ACCOUNT,
        col(Said.at) >= bindparam("since"),
        Among(col(Said.likeness), "digests"),
    )
)
ROOMS = Question(
    select(col(Room.room), col(Room.topic), col(Room.kind)).where(
        col(Room.account) == ACCOUNT, Among(col(Room.room), "rooms")
    )
)
TICKETS = Question(
    select(col(Ticket.member), col(Ticket.heard_at), col(Ticket.state)).where(
        col(Ticket.account) == ACCOUNT,
        col(Ticket.state).in_(LIVE) | col(Ticket.merged_into).is_not(None),
        Among(col(Ticket.member), "members"),
    )
)
ASKED = Question(
    select(col(Signup.member)).where(col(Signup.account) == ACCOUNT, col(Signup.asking) >= 0)
)


def likeness(message: Message) -> int:
    """Digest room, sender and text (and kind and file) into 64 bits."""
    parts = (message.room or "", message.sender.id, message.kind, message.url, message.text)
    raw = "\0".join(parts).encode("utf-8", "surrogatepass")
    return int.from_bytes(blake2b(raw, digest_size=8).digest(), "big", signed=True)


@dataclass(slots=True)  # one a message: to make a frozen one costs four times as much
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
        self._heard.update(id_ for (id_,) in self._ask(HEARD, ids=list(self._likeness)))
        since = min((message.at for message in messages), default=self._now) - REPEAT
        digests = list(self._likeness.values())
        self._alike.update(self._ask(ALIKE, since=since, digests=digests))
        [(self._me,)] = self._ask(ME)
        rooms = sorted({message.room for message in messages if message.room})
        for room, topic, kind in self._ask(ROOMS, rooms=rooms):
            self._topics[room], self._kinds[room] = topic, kind
        self._utterances.learn(self._session, messages, self._now)
        self._learn_tickets(sorted({message.sender.id for message in messages}))
        if any(message.room is None for message in messages):
            self._asked.update(member for (member,) in self._ask(ASKED))

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
        self._concerned.pop(sender, None)
        for member, heard_at, state in self._ask(TICKETS, members=[sender]):
            if state in LIVE:
                self._concerned[member] = heard_at

    def _learn_tickets(self, senders: Sequence[str]) -> None:
        without = set(senders)
        for member, heard_at, state in self._ask(TICKETS, members=senders):
            without.discard(member)
            if state in LIVE:
                self._concerned[member] = heard_at
        learn(self._session, WITHOUT_TICKET, without)
        learn(self._session, SENDERS, senders)

    def _ask(self, question: Question[*Ts], **values: object) -> list[tuple[*Ts]]:
        return question.all(self._session, account=self._account, **values)


def clean(message: Message) -> Message:
    """Replace what no database can hold: halves of surrogate pairs, and U+0000 in names."""
    together = "".join((message.text, message.sender.name, message.url, message.id))
    if "\x00" not in together and not has_surrogate(together):
        return message
    name = whole(message.sender.name).replace("\x00", "")
    return Message(
        id=whole(message.id).replace("\x00", ""),
        sender=Contact(message.sender.id, name, message.sender.friend),
        text=whole(message.text),
        at=message.at,
        room=message.room,
        kind=message.kind,
        mentions=message.mentions,
        quote=message.quote,
        quote_text=whole(message.quote_text),
        url=whole(message.url).replace("\x00", ""),
        own=message.own,
        listener=message.listener,
    )


def has_surrogate(text: str) -> bool:
    """Say whether the text holds half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False


def whole(text: str) -> str:
    """Replace halves of surrogate pairs by U+FFFD."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
