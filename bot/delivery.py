"""Letters leave one after another, each at most once, no faster than the pace allows."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import bindparam, select as ask_for
from sqlmodel import Session, col, select

from bot.clock import Clock
from bot.dispatch import Dispatcher
from bot.errors import Busy, NotDelivered, Refused, StorageError, Throttled, Unconfirmed
from bot.message import Letter, Purpose
from bot.outbox import letter_of
from bot.pace import MINUTE, Pace
from bot.storage.asking import ACCOUNT, Question
from bot.storage.lease import Tenure
from bot.storage.rows import change
from bot.storage.tables import LetterState, Note, Outgoing, Room
from bot.transports import Transport
from bot.turn import Turn
from bot.upcoming import Upcoming
from bot.waiting import Rest, Waiting, target_of

log = logging.getLogger(__name__)

FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(minutes=5)
PENANCE = timedelta(minutes=45)  # after "操作过于频繁": 30 to 60 minutes of silence
MUTED = frozenset(
    {Purpose.ANSWER, Purpose.WELCOME, Purpose.HOLDING_LINE, Purpose.SIGNUP, Purpose.MODERATION}
)
PENANCE_KEY = "penance"
MUTED_UNTIL = Question(
    ask_for(col(Room.muted_until)).where(
        col(Room.account) == ACCOUNT, col(Room.room) == bindparam("room")
    )
)
LOOK_AHEAD = (1, 8, 200)  # queued letters looked at to find the next one: few, then more


@dataclass(frozen=True, slots=True)
class Claim:
    """A letter that is this process's to send, now."""

    row: int
    letter: Letter


Next = Claim | datetime | None  # what to send now, else when there is something, else nothing
Outcome = Callable[[Session, Outgoing], None]


class Postman:
    """Sends what the outbox holds: claims a letter, commits that, sends it, commits the outcome.

    The outcome of one and the claim of the next are one commit. Between claim and outcome nobody
    knows whether a letter left: one found there at start is unconfirmed, told, never repeated.
    """

    def __init__(
        self,
        upcoming: Upcoming,
        transport: Transport,
        dispatcher: Dispatcher,
        pace: Pace,
        clock: Clock,
        tenure: Tenure,
    ) -> None:
        self._upcoming = upcoming
        self._transport = transport
        self._dispatcher = dispatcher
        self._pace = pace
        self._clock = clock
        self._account = tenure.account_id
        self._tenure = tenure
        self._waiting = Waiting(tenure.account_id)
        self._silent: datetime | None = None  # until when nothing is sent at all
        self._rest: Rest | None = None

    def recover(self, session: Session) -> None:
        """Take over from an earlier process: doubtful letters are told, its pace is kept."""
        note = session.get(Note, (self._account, PENANCE_KEY))
        self._silent = note.at if note is not None else None
        doubtful = select(Outgoing).where(
            Outgoing.account == self._account, Outgoing.state == LetterState.SENDING
        )
        doubts = session.exec(doubtful).all()
        for row in doubts:
            self._close(session, row, LetterState.UNCONFIRMED, "stopped while sending")
        if doubts:
            self._dispatcher.behaviour.doubtful(self._turn(session), len(doubts))
        since = self._clock() - MINUTE
        recent = select(Outgoing).where(
            Outgoing.account == self._account, col(Outgoing.claimed_at) > since
        )
        rows = session.exec(recent.order_by(col(Outgoing.claimed_at))).all()
        self._pace.recall((target_of(row), row.claimed_at) for row in rows if row.claimed_at)

    async def work(self) -> datetime | None:
        """Send all that may leave now; return when the next may, or None if nothing waits."""
        upcoming, rest, now = self._upcoming, self._rest, self._clock()
        if upcoming.certain and (upcoming.letter is None or upcoming.letter > now):
            return upcoming.letter
        if upcoming.certain and upcoming.calm and rest and rest.since <= now < rest.until:
            return rest.wake
        next_: Next = await upcoming.transact(self._claim)
        while isinstance(next_, Claim):
            next_ = await self._settle(next_, await self._send(next_))
        upcoming.calm = True
        return next_

    def hurry(self, session: Session) -> None:
        """Let letters that were refused while the link was down try again now."""
        for row in self._waiting.tried(session):
            row.next_at = min(row.next_at, self._clock())

    def admit(self, target: str) -> datetime | None:
        """Count something that leaves for this target now; where it may not, return from when."""
        now = self._clock()
        moment = self._pace.earliest(target, now)
        if moment > now:
            return moment
        self._pace.left(target, now)
        return None

    # -- claiming

    def _claim(self, session: Session) -> Next:
        now = self._clock()
        self._rest = None
        self._tenure.require(session)
        if self._silent is not None and self._silent > now:
            return self._silent
        self._expire(session, now)
        held_up = self._waiting.held_up(session, now)
        for look_ahead in LOOK_AHEAD:
            rows = self._waiting.due(session, now, look_ahead, held_up)
            found = self._claim_first(session, now, rows)
            if isinstance(found, datetime):
                turn_of_another = self._waiting.turn_of(session, now)
                self._rest = Rest(now, min(found, turn_of_another or found), found)
            if found is not None:
                return found
        return self._waiting.next(session, held_up)

    def _claim_after(self, session: Session) -> Next:
        """Claim the next letter after one was sent; at one look where it is known to wait."""
        now = self._clock()
        self._rest = None
        if self._pace.soonest(now) <= now:
            return self._claim(session)
        target = self._waiting.first_target(session, now)
        if target is None:
            return self._claim(session)
        return max(self._pace.soonest(now), self._pace.earliest(target, now))

    def _claim_first(self, session: Session, now: datetime, rows: Iterable[Outgoing]) -> Next:
        """Claim the first of these letters that may be sent at all; None: none of them may."""
        for row in rows:
            if self._drop_guarded(session, row, now):
                continue
            if (unmuted := self._postpone_muted(session, row, now)) is not None:
                row.next_at = unmuted
                continue
            moment = self._pace.earliest(target_of(row), now)
            if moment > now:
                return moment
            change(
                session,
                row,
                state=LetterState.SENDING,
                claimed_at=now,
                attempts=row.attempts + 1,
                epoch=self._tenure.epoch,
            )
            self._pace.left(target_of(row), now)
            return Claim(row.id or 0, letter_of(row))
        return None

    def _expire(self, session: Session, now: datetime) -> None:
        for row in self._waiting.late(session, now):
            self._drop(session, row, "expired")

    def _drop_guarded(self, session: Session, row: Outgoing, now: datetime) -> bool:
        """Drop a letter where one of its kind went to the same room too recently."""
        if not row.spacing:
            return False
        wanted = select(Outgoing.id).where(
            Outgoing.account == self._account,
            Outgoing.room == row.room,
            Outgoing.purpose == row.purpose,
            col(Outgoing.state).in_(
                (LetterState.SENDING, LetterState.SENT, LetterState.UNCONFIRMED)
            ),
            col(Outgoing.claimed_at) > now - timedelta(seconds=row.spacing),
        )
        if session.exec(wanted.limit(1)).first() is None:
            return False
        self._drop(session, row, "spacing")
        return True

    def _postpone_muted(self, session: Session, row: Outgoing, now: datetime) -> datetime | None:
        """Return until when a room wants silence, or None; what cannot wait is dropped."""
        if row.room is None or row.do != "say":
            return None
        room = MUTED_UNTIL.first(session, account=self._account, room=row.room)
        muted_until = None if room is None else room[0]
        if muted_until is None or muted_until <= now:
            return None
        if row.purpose in MUTED:
            self._drop(session, row, "muted")
            return now
        return muted_until if row.purpose in (Purpose.NOTICE, Purpose.REMINDER) else None

    # -- sending

    async def _send(self, claim: Claim) -> Outcome:
        """Send a letter, and return how to write down what became of it."""
        try:
            wechat_id = await self._transport.send(claim.letter)
        except Throttled as error:
            return partial(self._throttled, error)
        except Refused as error:
            return partial(self._refused, error)
        except NotDelivered as error:
            return partial(self._again, error)
        except Unconfirmed as error:
            return partial(self._doubtful, error)
        return partial(self._sent, wechat_id)

    async def _settle(self, claim: Claim, settle: Outcome) -> Next:
        """Write down what became of a letter, and claim the next in the same commit."""

        def work(session: Session) -> Next | Busy:
            row = session.get_one(Outgoing, claim.row)
            if row.state == LetterState.SENDING:  # its echo may have been faster
                settle(session, row)
            try:
                return self._claim_after(session)
            except Busy as lost:  # the account is another's now; what was sent is true all the same
                return lost

        while True:
            try:
                next_ = await self._upcoming.transact(work)
            except StorageError:  # what left must be remembered before anything else leaves
                log.exception("the outcome of letter %s cannot be written", claim.letter.key)
                await self._clock.until(self._clock() + FIRST_PAUSE)
            else:
                if isinstance(next_, Busy):
                    raise next_
                return next_

    def _sent(self, wechat_id: str, session: Session, row: Outgoing) -> None:
        self._close(session, row, LetterState.SENT, wechat_id=wechat_id)

    def _doubtful(self, error: Unconfirmed, session: Session, row: Outgoing) -> None:
        log.warning("letter %s: nobody knows whether it arrived: %s", row.key, error)
        self._close(session, row, LetterState.UNCONFIRMED, str(error))

    def _refused(self, error: Refused, session: Session, row: Outgoing) -> None:
        log.warning("letter %s was refused: %s", row.key, error.why)
        self._close(session, row, LetterState.FAILED, error.why, told=error)

    def _again(self, error: NotDelivered, _: Session, row: Outgoing) -> None:
        pause = min(FIRST_PAUSE * 2 ** min(row.attempts - 1, 10), LONGEST_PAUSE)
        log.warning("letter %s was not delivered, again in %s: %s", row.key, pause, error)
        self._waiting.refused = True
        row.state, row.error = LetterState.QUEUED, str(error)
        row.next_at = self._clock() + pause

    def _throttled(self, error: Throttled, session: Session, row: Outgoing) -> None:
        log.error("WeChat says that this account acts too often: silent for %s", PENANCE)
        until = self._silent = self._clock() + PENANCE
        self._waiting.refused = True
        row.state, row.error, row.next_at = LetterState.QUEUED, str(error), until
        note = session.get(Note, (self._account, PENANCE_KEY))
        if note is None:
            note = Note(account=self._account, key=PENANCE_KEY, at=until)
            session.add(note)
        note.at = until
        self._dispatcher.behaviour.throttled(self._turn(session), until)

    def _turn(self, session: Session) -> Turn:
        return Turn(session, self._account, self._clock())

    def _drop(self, session: Session, row: Outgoing, why: str) -> None:
        self._close(session, row, LetterState.DROPPED, why, told=NotDelivered(why))

    def _close(
        self,
        session: Session,
        row: Outgoing,
        state: LetterState,
        why: str = "",
        *,
        told: NotDelivered | None = None,
        wechat_id: str = "",
    ) -> None:
        """Note what became of a letter, and tell whoever wrote it."""
        now = self._clock()
        change(session, row, state=state, error=why, settled_at=now, wechat_id=wechat_id)
        self._dispatcher.settle(row, told, session)
