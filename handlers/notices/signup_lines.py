"""What people hear of their sign-ups: a folded line in the group, words of their own in private."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.config import Config
from bot.config.notices import NoticeSettings
from bot.config.placeholders import fill
from bot.message import Letter, Purpose
from bot.notices.signups import Event
from bot.storage.tables import Note, Signup, SignupState, Timer
from bot.turn import Address, Turn
from handlers.notices.content import values
from handlers.notices.guard import Guard
from handlers.wording import Wording, called

FOLD_KIND = "signup-fold"
FOLD = timedelta(seconds=15)  # who signs up within this is confirmed in one line
BETWEEN = timedelta(minutes=2)  # at least, between two such lines in a group
NAMED = 10  # people named in one line


@dataclass(frozen=True, slots=True)
class SignupLines:
    """How sign-ups are confirmed, under one configuration."""

    config: Config
    say: Wording
    guard: Guard

    # -- in the group

    def fold(self, turn: Turn, event: Event, room: str, *, full: str = "", moved: str = "") -> None:
        """Let a line in the group tell the latest sign-ups soon."""
        key = f"{FOLD_KIND}:{event.notice}:{room}"
        timer = turn.timers.get(key)
        data = dict(timer.data) if timer else {"notice": event.notice, "room": room}
        data["due"] = event.due_at.isoformat()
        for name, contact in (("full", full), ("moved", moved)):
            if contact:
                data[name] = f"{data.get(name, '')} {contact}".strip()
        last = turn.session.get(Note, (turn.account, key))
        soon = turn.now + FOLD
        at = timer.due_at if timer else max(soon, last.at + BETWEEN) if last else soon
        turn.timers.set(key, FOLD_KIND, at=at, data=data)

    def tell_group(self, turn: Turn, timer: Timer, notice: NoticeSettings, event: Event) -> None:
        """Say in one letter what became of the latest sign-ups of a group."""
        room = timer.data["room"]
        moved = timer.data.get("moved", "").split()
        news = {row.member: row for row in turn.signups.untold(event, room)}
        lines, people = [], []
        for sentence, members in self._sorted(news, timer.data.get("full", "").split(), moved):
            if members:
                lines.append(self._line(turn, notice, event, sentence, members))
                people += members[:NAMED]
        for row in news.values():
            row.told = True
        if not lines:
            return
        turn.session.merge(Note(account=turn.account, key=timer.key, at=turn.now))
        mentions = tuple(dict.fromkeys(row.member for row in people if not pseudo(row.member)))
        letter = Letter(
            key=f"signups:{event.notice}:{room}:{turn.now.isoformat()}",
            room=room,
            text="\n".join(lines),
            mentions=mentions,
            purpose=Purpose.SIGNUP,
            notice=event.notice,
        )
        turn.outbox.put(letter)

    def _sorted(
        self, news: dict[str, Signup], full: list[str], moved: list[str]
    ) -> list[tuple[str, list[Signup]]]:
        rows = list(news.values())
        stand_ins = [_stand_in(member) for member in dict.fromkeys(full)]
        promoted = [_stand_in(member) for member in dict.fromkeys(moved)]
        came = [row for row in rows if row.attended_at is not None]
        rest = [row for row in rows if row.attended_at is None]
        return [
            ("signup_confirmed", [r for r in rest if r.state == SignupState.CONFIRMED]),
            ("signup_waiting", [r for r in rest if r.state == SignupState.WAITING]),
            ("signup_cancelled", [r for r in rest if r.state == SignupState.CANCELLED]),
            ("signup_moved_up", promoted),
            ("signup_full", stand_ins),
            ("signup_checked_in", came),
        ]

    def _line(
        self,
        turn: Turn,
        notice: NoticeSettings,
        event: Event,
        sentence: str,
        rows: Sequence[Signup],
    ) -> str:
        names = "、".join(self._name(turn, row) for row in rows[:NAMED])
        if len(rows) > NAMED:
            names += f" 等 {len(rows)} 位"
        if sentence == "signup_confirmed" and event.capacity is None:
            sentence = "signup_confirmed_open"
        return self.say(
            sentence,
            title=notice.title,
            names=names,
            taken=turn.signups.taken(event),
            capacity=event.capacity,
        )

    def _name(self, turn: Turn, row: Signup) -> str:
        name = row.member_name if pseudo(row.member) else str(turn.mention(row.member))
        return (name or "群友") + (f"（共 {1 + row.guests} 人）" if row.guests else "")

    # -- privately

    def tell_one(
        self, turn: Turn, notice: NoticeSettings, event: Event, row: Signup, source: str
    ) -> None:
        """Tell somebody privately where he stands now."""
        sentence = {
            SignupState.CONFIRMED: "signup_yours",
            SignupState.WAITING: "signup_yours_waiting",
            SignupState.CANCELLED: "signup_yours_cancelled",
        }[SignupState(row.state)]
        if event.regulars_first and row.state == SignupState.WAITING:
            sentence = "signup_yours_unordered"  # a place in another order says why it is another
        row.told = True
        text = self._about(turn, notice, event, row, sentence)
        self.privately(turn, notice.id, row.member, text, key=f"signup:{source}")

    def tell_moved_up(
        self, turn: Turn, notice: NoticeSettings, event: Event, rows: Sequence[Signup]
    ) -> None:
        """Tell those who moved up from the waiting list, privately where they can be reached."""
        for row in rows:
            if turn.directory.is_friend(row.member):
                text = self._about(turn, notice, event, row, "signup_yours_moved")
                key = f"moved-up:{row.id}:{turn.now.isoformat()}"
                self.privately(turn, notice.id, row.member, text, key=key, proactive=True)
            elif row.room is not None:
                self.fold(turn, event, row.room, moved=row.member)
            self.ask(turn, notice, row)

    def ask(self, turn: Turn, notice: NoticeSettings, row: Signup) -> None:
        """Ask somebody who takes part the next question, if he can be reached."""
        questions = notice.signup.questions if notice.signup else ()
        number = len(row.answers)
        wanted = row.state == SignupState.CONFIRMED and number < len(questions)
        if not wanted or row.asking == number or not turn.directory.is_friend(row.member):
            return
        row.asking, row.asked_at = number, turn.now
        text = self.say("signup_question", title=notice.title, question=questions[number])
        key = f"question:{row.id}:{number}:{row.at.isoformat()}"
        self.privately(turn, notice.id, row.member, text, key=key)

    def thank(self, turn: Turn, notice: NoticeSettings, event: Event) -> None:
        """Thank those who came, and ask them how it was."""
        if notice.signup is None:
            return
        taking_part = turn.signups.listed(event, SignupState.CONFIRMED)
        came = [row for row in taking_part if row.attended_at is not None] or taking_part
        local = event.due_at.astimezone(self.config.zone)
        for row in came:
            if turn.directory.is_friend(row.member):
                group = turn.directory.topic(row.room)
                words = (
                    fill(notice.signup.thanks, values(notice, group, local)),
                    notice.signup.ask,
                )
                text = "\n".join(word for word in words if word)
                key = f"thanks:{row.id}"
                self.privately(turn, notice.id, row.member, text, key=key, proactive=True)
                if notice.signup.ask:
                    row.asking, row.asked_at = len(notice.signup.questions), turn.now

    def privately(
        self,
        turn: Turn,
        notice: str,
        member: str,
        text: str,
        *,
        key: str,
        proactive: bool = False,
    ) -> None:
        """Say something about a notice to one person; what nobody asked for, not at night."""
        later = self.guard.quiet_until(turn.now) if proactive else None
        letter = Letter(key=key, contact=member, text=text, purpose=Purpose.SIGNUP, notice=notice)
        turn.outbox.put(letter, due_at=later)

    def closed(self, turn: Turn, notice: NoticeSettings, to: Address, source: str) -> None:
        """Say that nobody can sign up any more: in a group once an hour."""
        key = f"closed:{source}"
        if to.room is not None:
            key = f"closed:{notice.id}:{to.room}:{turn.now:%Y%m%d%H}"
        turn.say(to, self.say("signup_closed", title=notice.title), key=key, purpose=Purpose.SIGNUP)

    def _about(
        self, turn: Turn, notice: NoticeSettings, event: Event, row: Signup, sentence: str
    ) -> str:
        return self.say(
            sentence,
            name=called(row.member_name or turn.directory.name(row.member), row.member),
            title=notice.title,
            people=1 + row.guests,
            when=self.when(event.due_at),
            keyword=notice.signup.keyword if notice.signup else "",
            position=turn.signups.position(event, row),
        )

    def when(self, moment: datetime) -> str:
        """Write a moment for members."""
        local = moment.astimezone(self.config.zone)
        return f"{local.month}月{local.day}日 {local:%H:%M}"


def pseudo(member: str) -> bool:
    """Say whether a sign-up is only a name in a list, and nobody's contact id."""
    return member.startswith("name:")


def _stand_in(member: str) -> Signup:
    """Make up a row that names somebody; it is never kept."""
    at = datetime.min.replace(tzinfo=UTC)
    return Signup(
        account=0, notice="", due_at=at, member=member, state=SignupState.CANCELLED, at=at
    )
