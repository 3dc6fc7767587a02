"""Somebody speaks of ending his life: a person hears of it at once, by day and by night."""

import re
from dataclasses import dataclass

from bot.config import Config
from bot.desk import Grievance
from bot.message import Kind, Purpose
from bot.storage.tables import Ticket
from bot.turn import Address, Turn
from handlers.desk.complaints import Complaints
from handlers.desk.contact import DANGER
from handlers.managers import Managers
from handlers.reading import Reading, Role
from handlers.wording import Wording, called

HINTS = re.compile(r"[死活杀跳药轻短命割遗喝]")  # one of these is in all that follows
SPEAKS_OF_IT = re.compile(
    r"不想活|活够了|活着(真|好|太|也)?没(有|什么)?(意思|意义)|(我|真的?|快|都)活不下去"
    r"|(?<!不)想死(?![你我他她它您咱大宝磕守机])|(想|要|打算|准备|的念头)(去)?自杀|自杀的(心|念头)"
    r"|(想|要)(去)?轻生|寻短见|结束(我|自己|我自己)的?(生命|一生)|割腕"
    r"|从.{0,8}(楼|桥|天台)(上|顶)?跳下|(想|要|去)跳(楼(?![价大甩促机清])|河|江|桥)"
    r"|[吃吞]了?(很多|好多|好几|许多|大量|一把|一?整?瓶|半瓶|几?十[几多]?[片颗粒]).{0,3}药"
    r"|喝了?(农药|百草枯|敌敌畏)|写?好?遗书|(?<![气累困热笑饿])死了(算了|一了百了)"
)
IN_JEST = re.compile(
    r"哈哈|嘻嘻|hhh|233|[笑困热累冷饿]死|羡慕|[太好真]舒服|电影|电视|小说|新闻|剧情|[🤣😂😹😆]"
    r"|\[(捂脸|破涕为笑|笑哭|偷笑|呲牙|憨笑|坏笑|旺柴|Facepalm|Lol)\]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Lifeline:
    """What happens where a life may be in danger, under one configuration."""

    config: Config
    say: Wording
    complaints: Complaints

    def recognise(self, reading: Reading) -> Grievance | None:
        """Recognise that a member speaks of ending his life, and does not jest."""
        message = reading.message
        heard = reading.role is Role.MEMBER and (reading.private or reading.in_group)
        if not heard or message.kind is not Kind.TEXT or not in_danger(message.text):
            return None
        found = SPEAKS_OF_IT.search(message.text)
        return Grievance(DANGER, 3, "生命危险", (found[0] if found else "",))

    def take(self, turn: Turn, reading: Reading, grievance: Grievance) -> None:
        """Open a ticket or make the open one urgent, and call everybody who is in charge."""
        message = reading.message
        turn.directory.meet(message.sender)
        if reading.private:
            turn.directory.person(message.sender.id).friend = True  # he could write to us
            self.complaints.reach(turn, message.sender.id)
        ticket = turn.desk.live_of(message.sender.id)
        if ticket is None:
            ticket = self.complaints.open(turn, reading, grievance)
        else:
            turn.desk.weigh(ticket, grievance)
            self.complaints.listen(turn, reading, ticket)
            if turn.directory.is_friend(message.sender.id) is not False:
                self._comfort(turn, reading)
        self._call(turn, ticket)

    def _comfort(self, turn: Turn, reading: Reading) -> None:
        who = reading.message.sender.id
        day = turn.now.astimezone(self.config.zone).date()
        text = self.say("handoff_danger", name=called(turn.directory.name(who), who))
        key = f"comfort:{who}:{day}"
        turn.say(Address(contact=who), text, key=key, purpose=Purpose.ANSWER)

    def _call(self, turn: Turn, ticket: Ticket) -> None:
        """Call the staff in their room, and the managers in private, once an hour."""
        key = f"danger:{ticket.number}:{turn.now:%Y%m%d%H}"
        text = self.say("danger_alert", ticket=ticket.number, name=ticket.member_name)
        roster = self.complaints.assignment.roster
        people = [*roster.in_charge(ticket), *filter(None, [ticket.assignee])]
        self.complaints.room.tell(
            turn, text, key=key, purpose=Purpose.STAFF_ALERT, ticket=ticket, mentions=people
        )
        Managers(self.config).tell(turn, text, key=key)


def in_danger(text: str) -> bool:
    """Say whether words speak in earnest of ending one's life."""
    speaks = HINTS.search(text) is not None and SPEAKS_OF_IT.search(text) is not None
    return speaks and IN_JEST.search(text) is None
