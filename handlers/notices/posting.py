"""Notices as they are posted: begun by a timer, in each group once, or not at all and told."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import blake2b

from bot.config.notices import NoticeSettings
from bot.errors import NotDelivered
from bot.message import Kind, Letter, Purpose
from bot.notices import lapse
from bot.notices.audience import Place
from bot.storage.tables import (
    WAITING,
    LetterState,
    NoticeState,
    Occasion,
    OccasionState,
    Occurrence,
    Outgoing,
    Timer,
)
from bot.turn import Turn
from handlers.notices.changes import said_before
from handlers.notices.content import (
    LONGEST_NAMED,
    NAMED,
    Piece,
    addressed,
    compose,
    digest,
    drops,
    missing,
    values,
)
from handlers.notices.guard import Guard, Heard, Verdict
from handlers.notices.plans import INSTANT, RING, Plans, letter_keys, timer_key
from handlers.notices.reminders import Reminders
from handlers.notices.tidings import Tidings
from handlers.wording import REFUSALS, Wording

THANKS = "signup-thanks"
NO_ROOMS_YET = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Wave:
    """One occasion at one moment: what is posted, and all that must be known of the rooms."""

    notice: NoticeSettings
    occasion: Occasion
    digest: str
    places: Mapping[str, Place]
    sizes: Mapping[str, int]
    heard: Heard


@dataclass(frozen=True, slots=True)
class Notices:
    """How notices are posted, under one configuration."""

    say: Wording
    plans: Plans
    guard: Guard
    tidings: Tidings
    reminders: Reminders

    def ring(self, turn: Turn, timer: Timer) -> None:
        """Begin an occasion, or go on with it."""
        occasion = turn.notices.occasion(int(timer.key.rpartition(":")[2]))
        if occasion is None or occasion.state not in (OccasionState.AHEAD, OccasionState.OPEN):
            return
        notice = self.plans.find(occasion.notice)
        if notice is None:
            self.plans.cancel_rows(turn, occasion, self.say("why_unconfigured"))
            return
        if occasion.state == OccasionState.AHEAD:
            if turn.now < occasion.rings_at:
                turn.timers.set(timer.key, RING, at=occasion.rings_at)
                return
            if self._nobody_there(turn, notice, occasion):
                turn.timers.set(timer.key, RING, at=turn.now + NO_ROOMS_YET)
                return
            self.begin(turn, notice, occasion)
            self.plans.plan_next(turn, notice, occasion)
        self.advance(turn, notice, occasion)

    def begin(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        """Make a row for each room that the notice is meant for at this moment."""
        here = {place.room for place in self.plans.places(turn, notice, occasion)}
        here -= said_before(turn, self.plans.config, self.plans.occasions, notice, occasion)
        for row in turn.notices.rows(occasion, WAITING):
            if row.room not in here:
                turn.notices.mark(row, NoticeState.CANCELLED, self.say("why_not_meant"))
        turn.notices.lay(
            occasion, sorted(here), NoticeState.PLANNED, promotional=notice.promotional
        )
        occasion.state, occasion.rang_at = OccasionState.OPEN, turn.now
        self._thank_later(turn, notice, occasion)

    def advance(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        """Post wherever nothing stands against it, and look again when that may have changed."""
        rows = shuffled(turn.notices.rows(occasion, WAITING))
        wave = self._wave(turn, notice, occasion, rows)
        rows = self._meant(turn, wave, rows)
        awaited = bool(rows) and self.plans.needs_approval(turn, notice)
        if awaited:
            self.plans.ask_again(turn, notice, occasion)
        with turn.session.no_autoflush:  # many letters, whose keys differ, are written at once
            looks = self._post_all(turn, wave, rows, awaited=awaited)
        if looks:
            turn.timers.set(timer_key(occasion), RING, at=min(looks))
        else:
            occasion.state = OccasionState.OVER
        self.tidings.report(turn, rows)

    def _post_all(
        self, turn: Turn, wave: Wave, rows: Sequence[Occurrence], *, awaited: bool
    ) -> list[datetime]:
        """Post or mark each row; return when those that wait are to be looked at again."""
        looks, posted = [], 0
        for row in rows:
            verdict = self._decide(turn, wave, row, awaited=awaited)
            if verdict.state == NoticeState.QUEUED:
                self._post(turn, wave, row, posted)
                posted += row.state == NoticeState.QUEUED
            else:
                turn.notices.mark(row, verdict.state, verdict.why)
            if row.state in WAITING and verdict.again is not None:
                looks.append(verdict.again)
        return looks

    def _meant(self, turn: Turn, wave: Wave, rows: Sequence[Occurrence]) -> list[Occurrence]:
        """Cancel what waits for a group that the notice is not meant for any more."""
        for row in rows:
            if row.room not in wave.places:
                turn.notices.mark(row, NoticeState.CANCELLED, self.say("why_not_meant"))
        return [row for row in rows if row.state in WAITING]

    def _wave(
        self, turn: Turn, notice: NoticeSettings, occasion: Occasion, rows: Sequence[Occurrence]
    ) -> Wave:
        places = self.plans.places(turn, notice, occasion)
        return Wave(
            notice,
            occasion,
            digest(notice),
            {place.room: place for place in places},
            self.plans.audience(turn).sizes([row.room for row in rows]),
            self.guard.heard(turn, notice, occasion),
        )

    def _decide(self, turn: Turn, wave: Wave, row: Occurrence, *, awaited: bool) -> Verdict:
        verdict = self.guard.decide(turn, wave.notice, wave.occasion, row, wave.heard)
        if awaited and verdict.state != NoticeState.EXPIRED:
            again = lapse(wave.occasion, wave.notice.late) + INSTANT
            return Verdict(NoticeState.AWAITING_APPROVAL, again=again)
        return verdict

    def _post(self, turn: Turn, wave: Wave, row: Occurrence, number: int) -> None:
        """Write the letters of an occurrence; they leave when the pace lets them."""
        notice, place = wave.notice, wave.places[row.room]
        if gone := missing(notice, place.kind):
            self.tidings.tell_gone(turn, wave.occasion, gone)
            turn.session.flush()  # the next group tells of it under the same key
        letters = self._letters(turn, wave, place)
        if not letters or drops(notice, place.kind):
            turn.notices.mark(row, NoticeState.DROPPED, self.say("why_file_gone"))
            return
        ends = self.guard.ends(notice, wave.occasion, row, turn.now)
        limit = self.guard.leaves_before(notice, ends, turn.now)
        row.post_at = min(turn.now + self._spread(row, number), limit)
        row.letters, row.digest, row.reach = len(letters), wave.digest, wave.sizes[row.room]
        turn.notices.mark(row, NoticeState.QUEUED)
        for key, letter in zip(letter_keys(row), letters, strict=True):
            written = Letter(
                key=key,
                room=row.room,
                text=letter.text,
                mentions=tuple(letter.data.get("mentions", "").split()),
                kind=letter.kind,
                file=letter.file,
                purpose=purpose(notice, row.part),
                notice=notice.id,
                data={**letter.data, "occurrence": str(row.id)},
            )
            turn.outbox.put(written, due_at=row.post_at, expires_at=limit)

    def _letters(self, turn: Turn, wave: Wave, place: Place) -> list[Piece]:
        notice, occasion = wave.notice, wave.occasion
        local = occasion.due_at.astimezone(self.plans.config.zone)
        filled = values(notice, place.topic, local)
        if occasion.part:
            return self.reminders.compose(turn, notice, occasion, place, filled)
        letters = compose(notice, place.kind, filled)
        if notice.after_join is not None and letters:
            day = local.date() - timedelta(days=notice.after_join.days)
            return self._to_newcomers(turn, place.room, day, letters)
        return letters

    def _to_newcomers(self, turn: Turn, room: str, day: date, letters: list[Piece]) -> list[Piece]:
        """Address those who joined a room on a day by name, the first of them where many did."""
        people = self.plans.audience(turn).newcomers(day).get(room, [])[:NAMED]
        mentions = [turn.mention(contact) for contact in people]
        first, *others = letters
        if first.kind is Kind.TEXT and len(first.text) <= LONGEST_NAMED:
            return [*addressed(first.text, mentions), *others]
        return [*addressed("", mentions), *letters] if any(m.name for m in mentions) else letters

    def _spread(self, row: Occurrence, number: int) -> timedelta:
        """Return by how much one group hears it later than the first: drawn, but always alike."""
        spread = self.plans.config.planning.spread
        return spread * lot(row, "spread") if number else timedelta(0)

    def _thank_later(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> None:
        signup = notice.signup
        if signup is not None and not occasion.part and (signup.thanks or signup.ask):
            due = occasion.due_at.isoformat()
            turn.timers.set(
                f"{THANKS}:{notice.id}:{due}",
                THANKS,
                at=occasion.due_at + signup.thanks_after,
                data={"notice": notice.id, "due": due},
            )

    def _nobody_there(self, turn: Turn, notice: NoticeSettings, occasion: Occasion) -> bool:
        """Say whether WeChat has not told of any room yet, and there is time to wait for it."""
        in_time = turn.now + NO_ROOMS_YET < lapse(occasion, notice.late)
        return in_time and not self.plans.audience(turn).knows_rooms()

    # -- what became of the letters

    def settled(self, turn: Turn, letter: Outgoing, error: NotDelivered | None) -> None:
        """Note what became of a letter of a notice."""
        row = turn.notices.occurrence(int(letter.data.get("occurrence", 0)))
        if row is None:
            self.reminders.settled(turn, letter, error)
            return
        states = self._states(turn, row, letter)
        if LetterState.QUEUED in states or LetterState.SENDING in states:
            return
        if set(states) == {LetterState.DROPPED} and self._may_wait(turn, row):
            return
        state, why = self._outcome(states, letter)
        sent_at = turn.now if LetterState.SENT in states else row.sent_at
        turn.notices.conclude(row, state, why, sent_at)
        self.tidings.report(turn, [row])

    def _states(self, turn: Turn, row: Occurrence, letter: Outgoing) -> list[LetterState]:
        if row.letters == 1:
            return [LetterState(letter.state)]
        found = (turn.outbox.find(key) for key in letter_keys(row))
        return [LetterState(each.state) for each in found if each is not None]

    def _outcome(self, states: Sequence[LetterState], letter: Outgoing) -> tuple[NoticeState, str]:
        if LetterState.UNCONFIRMED in states:
            return NoticeState.UNCONFIRMED, ""
        if LetterState.SENT in states:
            lost = len(states) - states.count(LetterState.SENT)
            return NoticeState.SENT, self.say("why_partly", count=lost) if lost else ""
        if letter.state == LetterState.FAILED:
            why = REFUSALS.get(letter.error, letter.error)
            return NoticeState.DROPPED, self.say("why_refused", why=why)
        return NoticeState.EXPIRED, self.say("why_late")

    def _may_wait(self, turn: Turn, row: Occurrence) -> bool:
        """Let what could not leave before the quiet hours wait for their end, if it may."""
        occasion = turn.notices.at(row.notice, row.part, row.due_at)
        notice = self.plans.find(row.notice)
        if occasion is None or notice is None:
            return False
        ends = self.guard.ends(notice, occasion, row, turn.now)
        if turn.now >= ends or self.guard.quiet_until(turn.now) is None:
            return False
        row.attempt += 1
        turn.notices.mark(row, NoticeState.PLANNED)
        occasion.state = OccasionState.OPEN
        turn.timers.set(timer_key(occasion), RING, at=turn.now)
        return True


def purpose(notice: NoticeSettings, part: str) -> Purpose:
    """Say why a part of a notice is posted."""
    if part:
        return Purpose.REMINDER
    return Purpose.NOTICE if notice.after_join is None else Purpose.LESSON


def lot(row: Occurrence, what: str) -> float:
    """Draw a number between 0 and 1 for an occurrence: the same after any restart."""
    seed = f"{what}:{row.notice}:{row.due_at.isoformat()}:{row.part}:{row.room}".encode()
    return int.from_bytes(blake2b(seed, digest_size=4).digest(), "big") / 2**32


def shuffled(rows: Sequence[Occurrence]) -> list[Occurrence]:
    """Put rooms into an order that differs from occasion to occasion."""
    return sorted(rows, key=lambda row: lot(row, "order"))
