"""Kills the bot at random moments, brings it back each time, and reckons up what came of it."""

import math
import os
import select as polling
import signal
import sys
import time
import traceback
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from random import Random

from sqlmodel import Session, select

from bot.storage.engine import make_engine, read_url
from bot.storage.tables import LetterState, Outgoing, Said, Ticket
from handlers import behaviour
from handlers.library import handbook
from tests.durability.life import BUSY, FINISHED, Birth, Bot, Place, Stage
from tests.durability.scenario import Script, settings, write_script

STAGES = (Stage.BORN, Stage.AT_WORK, Stage.AT_WORK, Stage.SENDING, Stage.SENDING)
DELAYS = {  # seconds from a stage to the kill; shorter is likelier
    Stage.BORN: (0.001, 0.12),
    Stage.AT_WORK: (0.001, 0.3),
    Stage.SENDING: (0.0005, 0.03),
}
PATIENCE = 1.5  # seconds to wait for a letter: a life may have none to send
GIVE_UP = 120.0  # seconds in which a life must come to work


@dataclass(frozen=True, slots=True)
class Death:
    """When a life is to be killed: so many seconds after it came to a stage."""

    stage: Stage
    delay: float


@dataclass(frozen=True, slots=True)
class Reckoning:
    """What a run came to; a letter is named by its key.

    ``lost`` should have been sent and is not known to be, or is said to be and never arrived;
    ``unconfirmed`` may have been sent and are told, ``arrived`` of them were. ``unheard`` were
    never taken, ``untold`` are doubtful answers of which the staff do not know.
    """

    kills: int
    at_start: int
    lives: int
    messages: int
    letters: int
    tickets_wanted: int
    tickets: int
    twice: list[str]
    lost: list[str]
    unwanted: list[str]
    unheard: list[str]
    untold: list[str]
    unconfirmed: int
    arrived: int
    seconds: float

    @property
    def flawless(self) -> bool:
        """Whether everything happened once; what is doubtful is told, and so is no flaw."""
        wrong = (self.twice, self.lost, self.unwanted, self.unheard, self.untold)
        return not any(wrong) and self.tickets == self.tickets_wanted

    def as_dict(self) -> dict[str, object]:
        """Return everything for printing."""
        return asdict(self)


def torment(url: str, folder: Path, *, kills: int, messages: int, seed: int) -> Reckoning:
    """Run the bot through a script on this database, killing it so many times on the way.

    Must be called where no thread runs: every life is a fork.
    """
    began = time.monotonic()
    random = Random(seed)  # noqa: S311 - the same kills again for the same seed
    script = write_script(messages, random)
    place = Place(url, folder / "feed.jsonl", folder / "sink.tsv")
    script.write(place.feed)
    place.sink.touch()
    config = settings()
    book = handbook(config)
    bot = Bot(place, script, config, lambda wanted: behaviour(wanted, book))
    lives = at_start = 0
    for number in range(1, kills + 1):
        until = math.ceil(len(script.lines) * number / kills)
        death = _draw(random)
        killed = False
        while not killed:
            lives += 1
            killed, worked = _live_and_die(bot, lives, until, death)
        at_start += not worked
    lives += _live_to_the_end(bot, lives + 1)
    return _reckon(place, script, began=began, kills=kills, at_start=at_start, lives=lives)


def _draw(random: Random) -> Death:
    stage = random.choice(STAGES)
    low, high = DELAYS[stage]
    return Death(stage, delay=low * (high / low) ** random.random())


def _live_and_die(bot: Bot, number: int, until: int, death: Death) -> tuple[bool, bool]:
    """Return whether it was the kill that ended this life, and whether it had come to work."""
    child, cries = _fork(bot, number, until, finishes=False)
    heard = ""
    if death.stage is not Stage.BORN:
        heard = _listen(cries, Stage.AT_WORK, GIVE_UP)
    if death.stage is Stage.SENDING and Stage.SENDING not in heard:
        _listen(cries, Stage.SENDING, PATIENCE)
    time.sleep(death.delay)
    heard += _listen(cries, Stage.AT_WORK, 0) if not heard else ""
    os.kill(child, signal.SIGKILL)
    status = _bury(child, cries)
    if status == -signal.SIGKILL:
        return True, bool(heard)
    if status != BUSY:
        raise AssertionError(f"life {number} ended by itself: {status}")
    return False, False


def _listen(cries: int, stage: Stage, seconds: float) -> str:
    """Return what is heard until a life tells of this stage, ends, or the time is up."""
    heard, end = "", time.monotonic() + seconds
    while stage not in heard:
        left = max(end - time.monotonic(), 0.0)
        if not polling.select([cries], [], [], left)[0]:
            return heard
        cry = os.read(cries, 100)
        if not cry:
            return heard
        heard += cry.decode()
    return heard


def _live_to_the_end(bot: Bot, number: int) -> int:
    """Let the bot live until all is done; return how many lives that took."""
    for life in range(number, number + 50):
        child, cries = _fork(bot, life, len(bot.script.lines), finishes=True)
        status = _bury(child, cries)
        if status == FINISHED:
            return life - number + 1
        if status != BUSY:
            raise AssertionError(f"the last life ended wrongly: {status}")
    raise AssertionError("the account stays taken")


def _fork(bot: Bot, number: int, until: int, *, finishes: bool) -> tuple[int, int]:
    """Bring the bot to life in a process of its own; the pipe carries its cries."""
    reader, writer = os.pipe()
    child = os.fork()
    if child:
        os.close(writer)
        return child, reader
    status = 1
    try:
        os.close(reader)
        random = Random(number)  # noqa: S311 - delays, not secrets
        status = bot.live(Birth(number, until, finishes, random, partial(_cry, writer)))
    except BaseException:  # noqa: BLE001 - nothing may get out of the child
        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(status)


def _cry(writer: int, stage: Stage) -> None:
    os.write(writer, stage.encode())


def _bury(child: int, cries: int) -> int:
    _, status = os.waitpid(child, 0)
    os.close(cries)
    return os.waitstatus_to_exitcode(status)


def _reckon(
    place: Place, script: Script, *, began: float, kills: int, at_start: int, lives: int
) -> Reckoning:
    engine = make_engine(read_url(place.url))
    try:
        with Session(engine) as session:
            rows = {row.key: row for row in session.exec(select(Outgoing))}
            heard = set(session.exec(select(Said.id)))
            tickets = [(row.number, row.member) for row in session.exec(select(Ticket))]
    finally:
        engine.dispose()
    arrived = Counter(line.split("\t")[0] for line in place.sink.read_text().splitlines())
    wanted = script.letters | {_confirmation(key, rows) for key in script.replies}
    doubtful = {key for key, row in rows.items() if row.state == LetterState.UNCONFIRMED}
    sent = {key for key, row in rows.items() if row.state == LetterState.SENT}
    return Reckoning(
        kills=kills,
        at_start=at_start,
        lives=lives,
        messages=len(script.lines),
        letters=len(wanted),
        tickets_wanted=len(script.members),
        tickets=len(set(tickets) & set(enumerate(script.members, 1))),
        twice=sorted(key for key, times in arrived.items() if times > 1),
        lost=sorted((wanted | set(rows)) - doubtful - (sent & set(arrived))),
        unwanted=sorted(_unwanted({*rows, *arrived} - wanted, doubtful))
        + _surplus(tickets, script),
        unheard=sorted(line.id for line in script.lines if line.text and line.id not in heard),
        untold=sorted(key for key in script.replies & doubtful if f"not_certain:{key}" not in rows),
        unconfirmed=len(doubtful),
        arrived=len(doubtful & set(arrived)),
        seconds=round(time.monotonic() - began, 1),
    )


def _confirmation(reply: str, rows: Iterable[str]) -> str:
    """Return the key under which the staff heard what became of an answer to a member."""
    doubt = f"not_certain:{reply}"
    return doubt if doubt in rows else f"delivered:{reply}"


def _unwanted(keys: Iterable[str], doubtful: set[str]) -> Iterable[str]:
    """Leave out what the staff hear of letters that an earlier life left in doubt."""
    told = {f"undelivered:{key}" for key in doubtful}
    return (key for key in keys if key not in told and not key.startswith("doubtful:"))


def _surplus(tickets: list[tuple[int, str]], script: Script) -> list[str]:
    wanted = set(enumerate(script.members, 1))
    return sorted(f"ticket {number} of {member}" for number, member in set(tickets) - wanted)
