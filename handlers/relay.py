"""The private talk: the member's words go to the staff, theirs go to him, and both hear how."""

import re
from dataclasses import dataclass
from datetime import timedelta

from bot.config import Config
from bot.desk import Grievance
from bot.errors import NotDelivered, Refusal, Refused
from bot.message import CARRIES_FILE, Kind, Message, Purpose
from bot.storage.tables import Outgoing, Ticket, TicketState
from bot.turn import Address, Turn
from handlers.complaints import Complaints
from handlers.reading import Reading, Role
from handlers.wording import STATES, Wording

RATING = re.compile(r"[1-5１-５][分星]?")
COURTESY = re.compile(
    r"(好[的哒滴嘞吧呀啊]*|谢谢?[您你啦了哈哦们]*|多谢|感谢|辛苦[了啦]?|嗯+|收到|ok|okay|行|可以|"
    r"没事[了啦]?|知道[了啦]|明白[了啦]?|不客气|再见|拜拜|[👌👍🙏🌹]|\[[^\]]{1,4}\]|[。，,.!！~～\s])+",
    re.IGNORECASE,
)
HUMAN = re.compile(r"(转?人工|人工(客服|服务)|找?客服|转客服|真人)[。.!！~～\s]*")
PROGRESS = re.compile(r"(查?(询|看)?进度|处理进度|工单进度)[。.?？!！\s]*")
REOPENS_WITHIN = timedelta(days=7)
LONGEST = 5_400  # characters of one message that are passed on to the staff
KINDS = {
    Kind.IMAGE: "图片",
    Kind.FILE: "文件",
    Kind.VOICE: "语音",
    Kind.VIDEO: "视频",
    Kind.LINK: "链接",
    Kind.MINI_PROGRAM: "小程序",
    Kind.CARD: "名片",
    Kind.RED_ENVELOPE: "红包",
    Kind.RECALLED: "撤回通知",
    Kind.OTHER: "消息（类型不支持）",
}


@dataclass(frozen=True, slots=True)
class Relay:
    """What happens with what members say privately, under one configuration."""

    config: Config
    say: Wording
    complaints: Complaints

    def recognise(self, reading: Reading) -> str | None:
        """Take everything a member says privately."""
        if not reading.private or reading.role is not Role.MEMBER:
            return None
        return reading.message.text.strip()

    def take(self, turn: Turn, reading: Reading, text: str) -> None:
        """Answer a member in private, or pass his words on."""
        message = reading.message
        turn.directory.meet(message.sender)
        turn.directory.person(message.sender.id).friend = True  # he could write to us
        if PROGRESS.fullmatch(text):
            self._tell_progress(turn, message)
            return
        self.complaints.reach(turn, message.sender.id)
        ticket = turn.desk.live_of(message.sender.id)
        if ticket is not None:
            self._pass_on(turn, ticket, message)
        else:
            self._without_live_ticket(turn, reading, text)

    def delivered(self, turn: Turn, row: Outgoing, error: NotDelivered | None) -> None:
        """Tell the staff whether their answer reached the member."""
        ticket = turn.desk.find(row.ticket or 0)
        if row.state == "sent":
            if row.data.get("part", "last") == "last":
                turn.desk.replied(ticket)
                self._confirm(turn, ticket, row, "delivered")
        elif row.state == "unconfirmed":
            self._confirm(turn, ticket, row, "not_certain")
        elif isinstance(error, Refused) and error.why is Refusal.NOT_A_FRIEND:
            self.complaints.fall_back(turn, ticket, row.key)
        else:
            self._confirm(turn, ticket, row, "not_delivered")

    def _without_live_ticket(self, turn: Turn, reading: Reading, text: str) -> None:
        message = reading.message
        resolved = turn.desk.resolved_of(message.sender.id)
        if resolved is not None and resolved.rating_asked_at and RATING.fullmatch(text):
            self._rate(turn, resolved, message, text)
        elif resolved is not None and self._reopens(turn, resolved, text):
            self._reopen(turn, resolved, message)
        elif HUMAN.fullmatch(text):
            self.complaints.open(turn, message, Grievance("human", 1, "人工", (text,)))
        elif reading.verdict.label == "complaint":
            verdict = reading.verdict
            words = tuple(dict.fromkeys(match.word for match in verdict.matches))
            grievance = Grievance(verdict.topic, verdict.severity, verdict.rule, words)
            self.complaints.open(turn, message, grievance)
        elif not COURTESY.fullmatch(text or "。"):
            self._show_menu(turn, message)

    def _pass_on(self, turn: Turn, ticket: Ticket, message: Message) -> None:
        turn.desk.hear(ticket, message)
        if message.kind in CARRIES_FILE:
            text = self.say(
                "member_sends",
                ticket=ticket.number,
                name=ticket.member_name,
                kind=KINDS[message.kind],
            )
            self.complaints.tell_staff(turn, ticket, text, key=f"relay:{message.id}")
            turn.pass_on(
                Address(room=self.config.support.room),
                f"message:{message.id}",
                message.kind,
                key=f"relay-file:{message.id}",
                about=(Purpose.RELAY_TO_STAFF, ticket.number),
            )
            return
        self._tell_words(turn, ticket, message, "member_says")

    def _tell_words(self, turn: Turn, ticket: Ticket, message: Message, sentence: str) -> None:
        said = message.text if message.kind is Kind.TEXT else f"[{KINDS[message.kind]}]"
        if message.url:
            said = f"{said} {message.url}".strip()
        if len(said) > LONGEST:
            said = f"{said[:LONGEST]}……（共 {len(said)} 字，其余见后台）"
        text = self.say(sentence, ticket=ticket.number, name=ticket.member_name, text=said)
        self.complaints.tell_staff(turn, ticket, text, key=f"relay:{message.id}")

    def _rate(self, turn: Turn, ticket: Ticket, message: Message, text: str) -> None:
        rating = int(text[0])
        turn.desk.rate(ticket, rating, message.id)
        self._answer(turn, message, self.say("rating_thanks"))
        told = self.say(
            "member_rated", ticket=ticket.number, name=ticket.member_name, rating=rating
        )
        self.complaints.tell_staff(turn, ticket, told, key=f"rated:{message.id}")

    def _reopens(self, turn: Turn, ticket: Ticket, text: str) -> bool:
        ended = ticket.resolved_at or turn.now
        return turn.now - ended <= REOPENS_WITHIN and not COURTESY.fullmatch(text or "。")

    def _reopen(self, turn: Turn, ticket: Ticket, message: Message) -> None:
        turn.desk.reopen(ticket, message.sender.id, message.id)
        turn.desk.hear(ticket, message)
        self._tell_words(turn, ticket, message, "member_reopened")

    def _tell_progress(self, turn: Turn, message: Message) -> None:
        ticket = turn.desk.live_of(message.sender.id)
        if ticket is None:
            self._answer(turn, message, self.say("progress_none"))
            return
        opened = ticket.opened_at.astimezone(self.config.zone)
        assignee = self.config.staff.get(ticket.assignee or "")
        text = self.say(
            "progress",
            ticket=ticket.number,
            state=STATES[TicketState(ticket.state)],
            opened=f"{opened:%m月%d日 %H:%M}",
            assignee=f"由{assignee.name}负责" if assignee else "正在安排专人",
        )
        self._answer(turn, message, text)
        asks = self.say("member_asks_progress", ticket=ticket.number, name=ticket.member_name)
        self.complaints.tell_staff(turn, ticket, asks, key=f"asks:{message.id}")

    def _show_menu(self, turn: Turn, message: Message) -> None:
        day = turn.now.astimezone(self.config.zone).date()
        turn.say(
            Address.of(message),
            self.say("private_menu"),
            key=f"menu:{message.sender.id}:{day}",
            purpose=Purpose.ANSWER,
        )

    def _answer(self, turn: Turn, message: Message, text: str) -> None:
        turn.say(Address.of(message), text, key=f"answer:{message.id}", purpose=Purpose.ANSWER)

    def _confirm(self, turn: Turn, ticket: Ticket, row: Outgoing, sentence: str) -> None:
        text = self.say(sentence, ticket=ticket.number, name=ticket.member_name, why=row.error)
        where = row.data.get("asked_in")
        key = f"{sentence}:{row.key}"
        if where and where != self.config.support.room:
            turn.say(Address(contact=where), text, key=key, purpose=Purpose.COMMAND_REPLY)
        else:
            self.complaints.tell_staff(turn, ticket, text, key=key, purpose=Purpose.COMMAND_REPLY)
