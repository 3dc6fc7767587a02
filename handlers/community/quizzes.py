"""Short quizzes in a group: a question with choices, letters as answers, a result at the end."""

import re
import unicodedata
from dataclasses import dataclass

from bot.community.calls import QUIZ, Calls
from bot.config import Config
from bot.config.community import QuizSettings
from bot.message import Purpose
from bot.storage.tables import Timer
from bot.turn import Address, Turn
from handlers.reading import Reading, Role
from handlers.wording import Wording

STARTS = re.compile(r"[#＃]?测验\s+(\S+)")
LETTER = re.compile(r"(?:选|答案?)?\s*([A-Ha-hＡ-Ｈａ-ｈ])\s*[。.!！]?")
CLOSE = "quiz"


@dataclass(frozen=True, slots=True)
class Quizzes:
    """How quizzes are held, under one configuration."""

    config: Config
    say: Wording

    def starts(self, reading: Reading) -> str | None:
        """Recognise a manager who starts a quiz in a group."""
        found = STARTS.fullmatch(reading.message.text.strip())
        allowed = reading.role is Role.MANAGER and reading.in_group
        return found[1] if found and allowed else None

    def start(self, turn: Turn, reading: Reading, wanted: str) -> None:
        """Ask the question in the group, or tell the manager privately why not."""
        message = reading.message
        quiz = self._find(wanted)
        calls = Calls(turn.session, turn.account, turn.now)
        room = message.room or ""
        fault = ""
        if quiz is None:
            names = "、".join(each.id for each in self.config.quizzes) or "（无）"
            fault = self.say("quiz_unknown", quiz=wanted, names=names)
        elif calls.current(room, QUIZ) is not None:
            fault = self.say("quiz_running")
        if fault or quiz is None:
            to = Address(contact=message.sender.id)
            turn.say(to, fault, key=f"command:{message.id}", purpose=Purpose.COMMAND_REPLY)
            return
        closes = turn.now + quiz.open_for
        call = calls.open(room, QUIZ, f"{quiz.id}:{message.id}", quiz.question, closes_at=closes)
        turn.timers.set(f"{CLOSE}:{call.id}", CLOSE, at=closes, data={"call": str(call.id)})
        text = self._ask(quiz)
        turn.say(Address(room=room), text, key=f"quiz:{call.id}", purpose=Purpose.LESSON)

    def _ask(self, quiz: QuizSettings) -> str:
        pairs = zip(quiz.letters, quiz.choices, strict=True)
        lines = [self.say("quiz_choice", letter=letter, choice=c) for letter, c in pairs]
        return self.say(
            "quiz_open",
            question=quiz.question,
            choices="\n".join(lines),
            minutes=max(1, round(quiz.open_for.total_seconds() / 60)),
        )

    def answers(self, reading: Reading) -> str | None:
        """Recognise a letter that a member says in a group."""
        if not self.config.quizzes or not reading.in_group or reading.role is not Role.MEMBER:
            return None
        found = LETTER.fullmatch(reading.message.text.strip())
        return unicodedata.normalize("NFKC", found[1]).upper() if found else None

    def answer(self, turn: Turn, reading: Reading, letter: str) -> None:
        """Count somebody's first answer while a quiz is open; the group hears nothing."""
        message = reading.message
        calls = Calls(turn.session, turn.account, turn.now)
        call = calls.current(message.room or "", QUIZ)
        quiz = self._find(call.item.partition(":")[0]) if call is not None else None
        if call is not None and quiz is not None and letter in quiz.letters:
            right = letter == quiz.answer.upper()
            calls.answer(call, message.sender.id, message.id, value=letter, right=right)

    def close(self, turn: Turn, timer: Timer) -> None:
        """Tell the group the answer, and how many knew it; nobody by name."""
        calls = Calls(turn.session, turn.account, turn.now)
        call = calls.find(int(timer.data["call"]))
        quiz = self._find(call.item.partition(":")[0]) if call is not None else None
        if call is None or quiz is None or call.closed_at is not None:
            return
        call.closed_at = turn.now
        given = calls.answers(call)
        letter = quiz.answer.upper()
        right = sum(1 for each in given if each.right)
        text = self.say(
            "quiz_result" if given else "quiz_empty",
            question=quiz.question,
            answer=f"{letter}. {quiz.choices[quiz.letters.index(letter)]}",
            count=len(given),
            right=right,
            share=round(100 * right / len(given)) if given else 0,
            explanation=quiz.explanation,
        )
        key = f"quiz-result:{call.id}"
        turn.say(Address(room=call.room), text, key=key, purpose=Purpose.LESSON)

    def _find(self, name: str) -> QuizSettings | None:
        return next((quiz for quiz in self.config.quizzes if quiz.id == name), None)
