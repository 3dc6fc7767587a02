"""Friend requests are accepted by rule and at the pace of a person, members of own groups first."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import col, func, select

from bot.config import Config
from bot.config.community import FriendRule
from bot.errors import NotDelivered
from bot.message import Do, FriendRequested, Letter, Purpose
from bot.storage.tables import FriendRequest, Outgoing, TicketState, Timer
from bot.turn import Address, Turn
from handlers.community.channels import Channels
from handlers.managers import Managers
from handlers.reading import Reading, Role, Setting
from handlers.wording import Wording, called

LET_IN = re.compile(r"通过\s*([0-9]{1,9})")
THINKS = timedelta(seconds=6)  # a person looks at a request before accepting it
TIMER = "friends"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Friends:
    """How friend requests are answered, under one configuration.

    ``reach`` hands off the ticket that waited for a friendship; False where none did.
    """

    config: Config
    say: Wording
    managers: Managers
    channels: Channels
    reach: Callable[[Turn, str], bool]

    def requested(self, turn: Turn, event: FriendRequested) -> None:
        """Put a request in line, ask the managers, or, for who has a ticket, accept it at once."""
        if turn.session.get(FriendRequest, (turn.account, event.request)) is not None:
            return
        turn.directory.meet(event.sender)
        self.channels.came(turn, event.sender.id, event.hello)
        row = FriendRequest(
            account=turn.account,
            request=event.request,
            sender=event.sender.id,
            hello=event.hello,
            at=event.at,
            number=self._next_number(turn),
        )
        turn.session.add(row)
        ticket = turn.desk.live_of(event.sender.id)
        if ticket is not None and ticket.state == TicketState.AWAITING_CONTACT:
            self._accept(turn, row)
        elif self._is_welcome(turn, row):
            self._wait(turn)
        else:
            row.asked = True
            self._ask(turn, row)

    def _is_welcome(self, turn: Turn, row: FriendRequest) -> bool:
        settings = self.config.friends
        if settings.accept is FriendRule.NOBODY:
            return False
        if turn.directory.rooms_of(row.sender):
            return True
        if settings.accept is FriendRule.MEMBERS and not settings.words:
            return False
        told = self.channels.source(row.hello) or any(word in row.hello for word in settings.words)
        return not settings.words or bool(told)

    def _ask(self, turn: Turn, row: FriendRequest) -> None:
        text = self.say(
            "friend_asks",
            name=turn.directory.name(row.sender) or row.sender,
            hello=row.hello or "（没有写）",
            number=row.number,
        )
        self.managers.tell(turn, text, key=f"friend:{row.request}")

    def _wait(self, turn: Turn) -> None:
        if turn.timers.get(TIMER) is not None:
            return
        last = select(func.max(FriendRequest.accepted_at)).where(
            FriendRequest.account == turn.account
        )
        accepted = turn.session.exec(last).one()
        due = turn.now + THINKS
        if accepted is not None:
            due = max(due, accepted + self.config.friends.gap)
        turn.timers.set(TIMER, TIMER, at=due)

    def next(self, turn: Turn, _: Timer) -> None:
        """Accept the next request in line, if today's number is not reached."""
        if self._accepted_since(turn, turn.now - DAY) >= self.config.friends.per_day:
            turn.timers.set(TIMER, TIMER, at=self._oldest(turn) + DAY)
            return
        waiting = self._waiting(turn)
        if not waiting:
            return
        first = min(
            waiting, key=lambda row: (not turn.directory.rooms_of(row.sender), row.at, row.request)
        )
        self._accept(turn, first)
        if len(waiting) > 1:
            gap = max(self.config.friends.gap, THINKS)
            turn.timers.set(TIMER, TIMER, at=turn.now + gap)

    def _accept(self, turn: Turn, row: FriendRequest) -> None:
        row.accepted_at, row.asked = turn.now, False
        letter = Letter(
            key=f"befriended:{row.request}",
            do=Do.ACCEPT_FRIEND,
            contact=row.sender,
            request=row.request,
        )
        turn.outbox.put(letter)

    # -- managers

    def lets_in(self, reading: Reading) -> int | None:
        """Recognise a manager's word that a request be accepted."""
        wanted = LET_IN.fullmatch(reading.message.text.strip())
        heard = reading.private or reading.setting is Setting.SUPPORT
        return int(wanted[1]) if wanted and heard and reading.role is Role.MANAGER else None

    def let_in(self, turn: Turn, reading: Reading, number: int) -> None:
        """Put the request that a manager names in line."""
        wanted = select(FriendRequest).where(
            FriendRequest.account == turn.account, FriendRequest.number == number
        )
        row = turn.session.exec(wanted).first()
        text = self.say("friend_unknown", number=number)
        if row is not None:
            row.asked = False
            name = turn.directory.name(row.sender) or row.sender
            text = self.say("friend_let_in", name=name, number=number)
            self._wait(turn)
        key = f"command:{reading.message.id}"
        turn.say(Address.of(reading.message), text, key=key, purpose=Purpose.COMMAND_REPLY)

    # -- what became of it

    def greet(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Greet a new friend who is not greeted by a ticket that waited for him."""
        if error is not None or row.contact is None or row.state != "sent":
            return
        turn.directory.person(row.contact).friend = True
        if self.reach(turn, row.contact):
            return
        name = called(turn.directory.name(row.contact), row.contact)
        text = self.say("friend_greeting", name=name)
        to = Address(contact=row.contact)
        turn.say(to, text, key=f"hello:{row.request}", purpose=Purpose.WELCOME)

    # -- looking

    def _waiting(self, turn: Turn) -> list[FriendRequest]:
        wanted = select(FriendRequest).where(
            FriendRequest.account == turn.account,
            col(FriendRequest.accepted_at).is_(None),
            col(FriendRequest.asked).is_(False),
        )
        return list(turn.session.exec(wanted))

    def _accepted_since(self, turn: Turn, since: datetime) -> int:
        wanted = select(func.count()).where(
            FriendRequest.account == turn.account, col(FriendRequest.accepted_at) > since
        )
        return turn.session.exec(wanted).one()

    def _oldest(self, turn: Turn) -> datetime:
        wanted = select(func.min(FriendRequest.accepted_at)).where(
            FriendRequest.account == turn.account,
            col(FriendRequest.accepted_at) > turn.now - DAY,
        )
        return turn.session.exec(wanted).one() or turn.now

    def _next_number(self, turn: Turn) -> int:
        top = select(func.max(FriendRequest.number)).where(FriendRequest.account == turn.account)
        return (turn.session.exec(top).one() or 0) + 1
