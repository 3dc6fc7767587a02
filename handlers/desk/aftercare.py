"""What comes after a solution: a rating, a thank-you line, second thoughts, or silence."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.config import Config
from bot.message import Message, Purpose
from bot.storage.tables import Ticket, TicketState, Timer
from bot.turn import Address, Turn
from handlers.desk.folding import Folding
from handlers.desk.nights import undisturbed
from handlers.desk.staffroom import StaffRoom
from handlers.reading import Reading
from handlers.wording import Wording

SILENCE = "silence"  # the timer that looks whether a member still says nothing
WARN, CLOSE = "warn", "close"
RATING = re.compile(r"[1-5１-５][分星]?")
CONSENT = re.compile(r"可以[的啊呀哦。.!！~～\s]*")
HUMAN = re.compile(r"(转?人工|人工(客服|服务)|找?客服|转客服|真人)[。.!！~～\s]*")
COURTESY = re.compile(
    r"(好[的哒滴嘞吧呀啊]*|谢谢?[您你啦了哈哦们]*|多谢|感谢|辛苦[了啦]?|嗯+|收到|ok|okay|行|可以|"
    r"没事[了啦]?|知道[了啦]|明白[了啦]?|不客气|再见|拜拜|[👌👍🙏🌹]|\[[^\]]{1,4}\]|[。，,.!！~～\s])+",
    re.IGNORECASE,
)
REOPENS_WITHIN = timedelta(days=7)
CONSENT_WITHIN = timedelta(days=1)
GOOD = 4  # a rating from which on a member may be asked for a thank-you line


@dataclass(frozen=True, slots=True)
class Aftercare:
    """What happens with solved tickets, under one configuration."""

    config: Config
    say: Wording
    room: StaffRoom
    folding: Folding

    def take(self, turn: Turn, reading: Reading, text: str) -> bool:
        """Take what a member says after the end of his ticket; False: it is not about that."""
        message = reading.message
        ticket = turn.desk.ended_of(message.sender.id)
        if ticket is None:
            return False
        if self._may_rate(ticket) and RATING.fullmatch(text):
            self._rate(turn, ticket, message, int(text[0]))
        elif self._may_consent(turn, ticket) and CONSENT.fullmatch(text):
            self._thank(turn, ticket, message)
        elif self._reopens(turn, ticket, reading, text):
            turn.desk.reopen(ticket, message.sender.id, message.id)
            turn.desk.hear(ticket, message)
            self.folding.tell(turn, ticket, message, "member_reopened")
        else:
            return False
        return True

    def ask_rating(self, turn: Turn, ticket: Ticket) -> None:
        """Ask a member how it was, and close the ticket where he says nothing for long."""
        turn.say(
            Address(contact=ticket.member),
            self.say("rating_request", ticket=ticket.number, name=ticket.member_name),
            key=f"rating:{ticket.number}",
            purpose=Purpose.RATING_REQUEST,
            ticket=ticket.number,
        )

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
            self._tell_member(turn, ticket, self.say("silence_warning", days=days, **_of(ticket)))
            self._set(turn, ticket, CLOSE, turn.now + self.config.support.silence / 2)
        else:
            self._close(turn, ticket)

    def _close(self, turn: Turn, ticket: Ticket) -> None:
        waited = ticket.state == TicketState.WAITING
        turn.desk.close(ticket, "客户未再回复", f"silence:{turn.now.isoformat()}")
        if waited:
            self._tell_member(turn, ticket, self.say("silence_closed", **_of(ticket)))
            text = self.say("closed_by_silence", **_of(ticket))
            self._tell_staff(turn, ticket, text, f"silent:{ticket.number}")

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

    def _may_rate(self, ticket: Ticket) -> bool:
        return (
            ticket.state == TicketState.RESOLVED
            and ticket.rating_asked_at is not None
            and ticket.rating is None
        )

    def _rate(self, turn: Turn, ticket: Ticket, message: Message, rating: int) -> None:
        turn.desk.rate(ticket, rating, message.id)
        asks = rating >= GOOD and ticket.room is not None
        if asks:
            ticket.thanks_asked_at = turn.now
        self._answer(turn, message, self.say("rating_thanks_ask" if asks else "rating_thanks"))
        told = self.say("member_rated", rating=rating, **_of(ticket))
        self._tell_staff(turn, ticket, told, f"rated:{message.id}")

    def _may_consent(self, turn: Turn, ticket: Ticket) -> bool:
        asked = ticket.thanks_asked_at
        fresh = asked is not None and turn.now - asked <= CONSENT_WITHIN
        return fresh and ticket.thanks_allowed is None and ticket.state == TicketState.CLOSED

    def _thank(self, turn: Turn, ticket: Ticket, message: Message) -> None:
        """Thank a member in his group: only ever after he said that this may be."""
        ticket.thanks_allowed = True
        turn.desk.remark(ticket, "客户同意在群里致谢", message.id)
        mention = turn.mention(ticket.member)
        turn.say(
            Address(room=ticket.room, mentions=(mention,)),
            self.say("thanks_in_group", name=mention),
            key=f"thanks:{ticket.number}",
            purpose=Purpose.ANSWER,
        )

    # -- second thoughts

    def _reopens(self, turn: Turn, ticket: Ticket, reading: Reading, text: str) -> bool:
        """Say whether words after the end mean that it is not over.

        Whoever has rated is done with it: only another complaint takes his ticket up again.
        """
        ended = ticket.resolved_at or ticket.closed_at or turn.now
        if turn.now - ended > REOPENS_WITHIN:
            return False
        if ticket.rating is not None:
            return reading.verdict.label == "complaint"
        return not COURTESY.fullmatch(text or "。")

    def _answer(self, turn: Turn, message: Message, text: str) -> None:
        turn.say(Address.of(message), text, key=f"answer:{message.id}", purpose=Purpose.ANSWER)

    def _tell_staff(self, turn: Turn, ticket: Ticket, text: str, key: str) -> None:
        mentions = [ticket.assignee] if ticket.assignee else []
        self.room.tell(turn, text, key=key, ticket=ticket, mentions=mentions)


def is_courtesy(text: str) -> bool:
    """Say whether words only close a talk, and want no answer."""
    return COURTESY.fullmatch(text) is not None


def _of(ticket: Ticket) -> dict[str, object]:
    return {"ticket": ticket.number, "name": ticket.member_name}


def _mark(ticket: Ticket) -> str:
    """Note how things stand, to see later whether anything happened."""
    return f"{ticket.state}:{ticket.messages}:{ticket.reopened}"
