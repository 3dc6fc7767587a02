"""What comes after a solution: a rating, a thank-you line, second thoughts, or silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config
from bot.message import CARRIES_FILE, Kind, Letter, Message, Purpose
from bot.storage.tables import Ticket, TicketState, Timer
from bot.turn import Address, Turn
from handlers.desk.closing_words import (
    has_doubts,
    is_beyond,
    is_consent,
    is_courtesy,
    is_refusal,
    read_rating,
    tells_of_the_end,
)
from handlers.desk.complaints import Complaints
from handlers.desk.nights import undisturbed
from handlers.desk.staffroom import StaffRoom
from handlers.reading import Reading
from handlers.wording import SOMEBODY, Wording, called

SILENCE = "silence"  # the timer that looks whether a member still says nothing
WARN, CLOSE = "warn", "close"
REOPENS_WITHIN = timedelta(days=7)
CONSENT_WITHIN = timedelta(days=1)
GOOD = 4  # a rating from which on a member may be asked for a thank-you line
LOW = 2  # a rating up to which it is not over for the member
BARE = 3  # characters of a rating that says nothing else


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What happens with solved tickets, under one configuration."""

    config: Config
    say: Wording
    room: StaffRoom
    complaints: Complaints

    def take(self, turn: Turn, reading: Reading, text: str) -> bool:
        """Take what a member says after the end of his ticket; False: it is not about that."""
        message = reading.message
        own = turn.desk.ended_of(message.sender.id)
        if own is None:
            return False
        ticket = own if own.merged_into is None else turn.desk.find(own.merged_into)
        rating = read_rating(text)
        if rating is not None and self._asked(turn, own):
            self._rate(turn, own, ticket, message, rating)
        elif own.rating is None and is_beyond(text) and self._asked(turn, own):
            self._answer(turn, message, self.say("rating_beyond"))
        elif self._may_consent(turn, own) and (is_consent(text) or is_refusal(text)):
            self._take_answer(turn, own, message, consents=is_consent(text))
        else:
            return self._second_thoughts(turn, reading, own, ticket)
        return True

    def ask_ratings(self, turn: Turn, ticket: Ticket) -> bool:
        """Ask everybody whose matter it was how it went, once; False where nobody is asked."""
        merged = [each for each in turn.desk.merged_into(ticket) if each.member != ticket.member]
        asked = [self._ask_rating(turn, each) for each in (ticket, *merged)]
        return any(asked)

    def _ask_rating(self, turn: Turn, ticket: Ticket) -> bool:
        if turn.directory.is_friend(ticket.member) is False or not turn.desk.ask_rating(ticket):
            return False
        letter = Letter(
            key=f"rating:{ticket.number}",
            contact=ticket.member,
            text=self.say("rating_request", **_to(ticket)),
            purpose=Purpose.RATING_REQUEST,
            ticket=ticket.number,
        )
        turn.outbox.put(letter, due_at=undisturbed(self.config, turn.now))
        return True

    # -- silence

    def watch(self, turn: Turn, ticket: Ticket) -> None:
        """Close a ticket whose member says nothing any more; half way he is warned."""
        if ticket.state == TicketState.RESOLVED:
            self._set(turn, ticket, CLOSE, turn.now + REOPENS_WITHIN)
        elif ticket.state == TicketState.WAITING:
            self._set(turn, ticket, WARN, turn.now + self.config.support.silence / 2)

    def still_silent(self, turn: Turn, timer: Timer) -> None:
        """Warn or close, unless something happened since."""
        ticket = turn.desk.find(int(timer.data["ticket"]))
        if timer.data["mark"] != _mark(ticket):
            if ticket.state == TicketState.WAITING:
                self.watch(turn, ticket)  # a mere thank you: the silence begins anew
            return
        free = undisturbed(self.config, turn.now)
        if free > turn.now:
            self._set(turn, ticket, timer.data["step"], free)
        elif timer.data["step"] == WARN:
            days = f"{self.config.support.silence.total_seconds() / 2 / 86400:g}"
            self._tell_member(turn, ticket, self.say("silence_warning", days=days, **_to(ticket)))
            self._set(turn, ticket, CLOSE, turn.now + self.config.support.silence / 2)
        else:
            self._close(turn, ticket)

    def _close(self, turn: Turn, ticket: Ticket) -> None:
        waited = ticket.state == TicketState.WAITING
        turn.desk.close(ticket, "客户未再回复", f"silence:{turn.now.isoformat()}")
        if waited:
            self._tell_member(turn, ticket, self.say("silence_closed", **_to(ticket)))
            text = self.say("closed_by_silence", **_of(ticket))
            self.room.tell_owner(
                turn, ticket, text, key=f"silent:{turn.now.isoformat()}:{ticket.number}"
            )

    def _set(self, turn: Turn, ticket: Ticket, step: str, at: datetime) -> None:
        data = {"ticket": str(ticket.number), "step": step, "mark": _mark(ticket)}
        key = f"{SILENCE}:{ticket.number}"
        turn.timers.set(key, SILENCE, at=at, contact=ticket.member, data=data)

    def _tell_member(self, turn: Turn, ticket: Ticket, text: str) -> None:
        turn.say(
            Address(contact=ticket.member),
            text,
            key=f"silence:{ticket.number}:{turn.now.isoformat()}",
            purpose=Purpose.RELAY_TO_MEMBER,
            ticket=ticket.number,
            data={"by": "bot"},
        )

    # -- ratings

    def _asked(self, turn: Turn, ticket: Ticket) -> bool:
        """Say whether a member was asked to rate, and not long ago."""
        asked = ticket.rating_asked_at
        return asked is not None and (
            ticket.state == TicketState.RESOLVED or turn.now - asked <= REOPENS_WITHIN
        )

    def _rate(self, turn: Turn, own: Ticket, ticket: Ticket, message: Message, rating: int) -> None:
        """Take a rating on the member's own ticket; the owner of what it went into is told."""
        if own.rating is not None:
            self._answer(turn, message, self.say("rating_known", rating=own.rating))
            return
        turn.desk.rate(own, rating, message.id)
        asks = rating >= GOOD and own.room is not None
        if asks:
            own.thanks_asked_at = turn.now
        low = "rating_thanks_low" if rating <= LOW else "rating_thanks"
        self._answer(turn, message, self.say("rating_thanks_ask" if asks else low))
        said = message.text.strip()
        sentence = "member_rated_saying" if len(said) > BARE else "member_rated"
        told = self.say(sentence, rating=rating, text=said, **_of(own))
        self.room.tell_owner(turn, ticket, told, key=f"rated:{message.id}")

    def _may_consent(self, turn: Turn, ticket: Ticket) -> bool:
        asked = ticket.thanks_asked_at
        fresh = asked is not None and turn.now - asked <= CONSENT_WITHIN
        return fresh and ticket.thanks_allowed is None and ticket.state == TicketState.CLOSED

    def _take_answer(self, turn: Turn, ticket: Ticket, message: Message, *, consents: bool) -> None:
        """Take a yes or a no to whether the group may hear of it; to a no there is no answer."""
        if consents:
            self._thank(turn, ticket, message)
        else:
            ticket.thanks_allowed = False
            turn.desk.remark(ticket, "客户不同意在群里致谢", message.id)

    def _thank(self, turn: Turn, ticket: Ticket, message: Message) -> None:
        """Thank a member in his group: only ever after he said that this may be."""
        ticket.thanks_allowed = True
        turn.desk.remark(ticket, "客户同意在群里致谢", message.id)
        mention = turn.mention(ticket.member, otherwise=SOMEBODY)
        letter = Letter(
            key=f"thanks:{ticket.number}",
            room=ticket.room,
            text=self.say("thanks_in_group", name=mention),
            mentions=(mention.contact,),
            purpose=Purpose.ANSWER,
        )
        turn.outbox.put(letter, due_at=undisturbed(self.config, turn.now))

    # -- second thoughts

    def _second_thoughts(self, turn: Turn, reading: Reading, own: Ticket, ticket: Ticket) -> bool:
        """Take a ticket up again, unless what is said is praise or about something else."""
        message, verdict = reading.message, reading.verdict
        if not self._is_recent(turn, ticket) or _closes(message):
            return False
        content = verdict.label == "praise" and not has_doubts(message.text)
        over = verdict.label != "complaint" and tells_of_the_end(message.text)
        if own.rating is None and (content or over):
            told = self.say("member_says", text=message.text, **_of(own))
            self.room.tell_owner(turn, ticket, told, key=f"praise:{message.id}")
            return True
        if own.rating is None or own.rating <= LOW or verdict.label == "complaint":
            self._reopen(turn, reading, ticket)
            return True
        return False

    def _is_recent(self, turn: Turn, ticket: Ticket) -> bool:
        """Say whether words after the end can still mean that it is not over."""
        ended = ticket.resolved_at or ticket.closed_at or turn.now
        return not ticket.false_alarm and turn.now - ended <= REOPENS_WITHIN

    def _reopen(self, turn: Turn, reading: Reading, ticket: Ticket) -> None:
        message = reading.message
        who = ticket.member if message.sender.id == ticket.member else ""
        turn.desk.reopen(ticket, who, message.id)
        self.complaints.assignment.keep_owned(turn, ticket)
        self.complaints.listen(turn, reading, ticket, sentence="member_reopened")

    def _answer(self, turn: Turn, message: Message, text: str) -> None:
        turn.say(Address.of(message), text, key=f"answer:{message.id}", purpose=Purpose.ANSWER)


def _closes(message: Message) -> bool:
    """Say whether a message only closes a talk: thanks, a sticker, something taken back."""
    if message.kind is Kind.TEXT:
        return is_courtesy(message.text.strip() or "。")
    return message.kind not in CARRIES_FILE


def _of(ticket: Ticket) -> dict[str, object]:
    return {"ticket": ticket.number, "name": ticket.member_name}


def _to(ticket: Ticket) -> dict[str, object]:
    return {"ticket": ticket.number, "name": called(ticket.member_name, ticket.member)}


def _mark(ticket: Ticket) -> str:
    """Note how things stand, to see later whether anything happened."""
    return f"{ticket.state}:{ticket.messages}:{ticket.reopened}"
