"""What people said in groups not long ago, kept at hand so that it is read only once."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select
from sqlmodel import Session, col

from bot.message import Message
from bot.storage.asking import ACCOUNT, Among, Question
from bot.storage.tables import Said

RECENT = timedelta(minutes=10)  # how far back a sender's own words decide how he is read
MOST_RECENT = 50  # of them at most
MOST_PEOPLE = 20_000  # at hand; beyond, everybody is read anew
SPOKEN = Question(
    select(col(Said.id), col(Said.sender), col(Said.room), col(Said.at), col(Said.text))
    .where(
        col(Said.account) == ACCOUNT,
        col(Said.at) >= bindparam("since"),
        col(Said.room).is_not(None),
        Among(col(Said.sender), "senders"),
    )
    .order_by(col(Said.at))
)


def words_of(text: str) -> int:
    """Digest words, as they are but for blanks; comparable within one process only."""
    return hash("".join(text.split()))


@dataclass(slots=True)  # one a message: to make a frozen one costs four times as much
class Uttered:
    """One thing somebody said in a room; ``words`` is a digest of what it was."""

    message: str
    room: str
    at: datetime
    words: int


class Utterances:
    """The recent words of whoever spoke; nothing rests on them, the database has them all.

    A batch that was undone stays at hand: its messages come again under the same ids, and an id
    counts once.
    """

    def __init__(self, account: int) -> None:
        self._account = account
        self._by_sender: dict[str, deque[Uttered]] = {}

    def learn(self, session: Session, messages: Iterable[Message], now: datetime) -> None:
        """Read what these senders said before, of those who are not at hand."""
        if len(self._by_sender) > MOST_PEOPLE:
            self._by_sender.clear()
        senders = {message.sender.id for message in messages if message.room is not None}
        unknown = sorted(senders - self._by_sender.keys())
        for sender in unknown:
            self._by_sender[sender] = deque(maxlen=MOST_RECENT)
        since = now - 2 * RECENT
        asked = {"account": self._account, "since": since, "senders": unknown}
        for id_, sender, room, at, text in SPOKEN.all(session, **asked) if unknown else ():
            self._by_sender[sender].append(Uttered(id_, room or "", at, words_of(text)))

    def note(self, message: Message) -> None:
        """Keep what was just said in a room."""
        mine = self._by_sender.get(message.sender.id)
        if message.room is None or mine is None:
            return
        if message.id not in [each.message for each in mine]:
            said = Uttered(message.id, message.room, message.at, words_of(message.text))
            mine.append(said)

    def before(self, message: Message) -> tuple[Uttered, ...]:
        """Return what the sender said in rooms in the minutes before, oldest first."""
        mine = self._by_sender.get(message.sender.id)
        if not mine:
            return ()
        since, until, this = message.at - RECENT, message.at, message.id
        return tuple([each for each in mine if since <= each.at <= until and each.message != this])
