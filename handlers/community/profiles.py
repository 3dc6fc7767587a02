"""The night's work: the day is counted, people move through their stages, old words go."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.community.days import Days, Spoken
from bot.community.keeping import let_go
from bot.community.lives import Lives
from bot.community.people import Evidence, People
from bot.config import Config
from bot.config.community import TraitSettings
from bot.storage.tables import Account, Note, Path, Timer
from bot.turn import Turn
from handlers.community.channels import Channels
from handlers.community.nicknames import Nicknames
from handlers.community.paths import Paths
from handlers.community.recognition import Recognition
from handlers.community.traits import Traits
from handlers.reading import Reader, Role

NIGHTLY = "nightly"
AT = time(0, 20)  # local; the day before is over everywhere in the configuration's time zone
AGAIN = timedelta(seconds=1)
FURTHEST = 31  # days that are counted after the bot was not there at night
PATHS = {"first-sale": Path.FIRST_SALE, "active": Path.ACTIVE}


@dataclass(frozen=True, slots=True)
class Profiles:
    """What is learned of people each night, under one configuration."""

    config: Config
    reader: Reader
    traits: Traits
    paths: Paths
    nicknames: Nicknames
    recognition: Recognition
    channels: Channels

    def wake(self, turn: Turn) -> None:
        """Set the first night; what was said before the first start is nobody's to count."""
        if turn.session.get(Note, (turn.account, NIGHTLY)) is None:
            today = turn.now.astimezone(self.config.zone).date()
            self._note(turn, today - timedelta(days=1))
        if turn.timers.get(NIGHTLY) is None:
            self._set(turn)

    def night(self, turn: Turn, _: Timer) -> None:
        """Count the days that are over and not counted; then let old words go, some at a time."""
        today = turn.now.astimezone(self.config.zone).date()
        last = self._last(turn)
        day = max(last + timedelta(days=1), today - timedelta(days=FURTHEST))
        if day < today:
            self._count(turn, day)
            self._note(turn, day)
            turn.timers.set(NIGHTLY, NIGHTLY, at=turn.now + AGAIN)
        elif let_go(turn.session, turn.account, turn.now - self.config.community.keep_messages):
            turn.timers.set(NIGHTLY, NIGHTLY, at=turn.now + AGAIN)
        else:
            People(turn.session, turn.account, turn.now).expire()
            Lives(turn.session, turn.account, turn.now).let_go(self.config.profiles.leaving_after)
            self.paths.nightly(turn)
            self.nicknames.nightly(turn)
            self.recognition.nightly(turn)
            self._set(turn)

    def _count(self, turn: Turn, day: date) -> None:
        me = turn.session.get_one(Account, turn.account).contact
        days = Days(turn.session, turn.account, self.config.zone, lambda who: self._counts(who, me))
        made: dict[str, str] = {}
        people = People(turn.session, turn.account, turn.now)
        people.learn(days.speakers(day))
        known: dict[str, tuple[list[TraitSettings], bool]] = {}

        def about(text: str) -> tuple[list[TraitSettings], bool]:
            if text not in known:
                known.clear()
                known[text] = self.traits.found(text)
            return known[text]

        def see(spoken: Spoken) -> None:
            self.channels.heard(turn, spoken)
            for trait in about(spoken.text)[0]:
                if stage := self._see(turn, people, spoken, trait):
                    made[spoken.sender] = stage

        days.count(day, gift=lambda text: about(text)[1], see=see)
        lives = Lives(turn.session, turn.account, turn.now)
        lives.meet(*days.bounds(day))
        lives.after(day, made, self.config.profiles.engaged_days)

    def _see(self, turn: Turn, people: People, spoken: Spoken, trait: TraitSettings) -> str:
        """Note a trait, and return the stage of life it makes, or ""."""
        evidence = Evidence(spoken.text, spoken.id, spoken.at)
        seen = people.notice(
            spoken.sender, trait.side, trait.name, evidence, expire=self.config.profiles.expire
        )
        if seen.denied or seen.seen < trait.said or not trait.makes:
            return ""
        if trait.makes in PATHS:
            self.paths.sold(turn, spoken.sender, PATHS[trait.makes], evidence)
            return ""
        return trait.makes

    def _counts(self, contact: str, me: str) -> bool:
        return contact != me and self.reader.role(contact) is Role.MEMBER

    def _last(self, turn: Turn) -> date:
        """Return the last day that was counted."""
        note = turn.session.get_one(Note, (turn.account, NIGHTLY))
        return date.fromisoformat(str(note.data["day"]))

    def _note(self, turn: Turn, day: date) -> None:
        note = turn.session.get(Note, (turn.account, NIGHTLY))
        if note is None:
            note = Note(account=turn.account, key=NIGHTLY, at=turn.now)
            turn.session.add(note)
        note.at, note.data = turn.now, {"day": day.isoformat()}

    def _set(self, turn: Turn) -> None:
        local = turn.now.astimezone(self.config.zone)
        moment = datetime.combine(local.date(), AT, self.config.zone)
        if moment <= local:
            moment = datetime.combine(local.date() + timedelta(days=1), AT, self.config.zone)
        turn.timers.set(NIGHTLY, NIGHTLY, at=moment)
