"""What staff do with tickets from the console: typed for them as the commands they know."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from fastapi.responses import Response

from bot.config import Config
from bot.errors import TicketError
from bot.message import Contact, Kind, Message, Purpose
from bot.turn import Address, Turn
from bot.web.audit import Deed
from bot.web.entrance import Guest
from bot.web.files import picture_type
from bot.web.parts import Answer, Office
from bot.web.site import Visit, told

CLAIM = "接单"
FORBIDDEN = frozenset('/\\:*?"<>|')
NEEDS_OWNER = frozenset({"回复", "等待", "解决", "稍后", "转", "合并", "误报"})


@dataclass(frozen=True, slots=True)
class Deskwork:
    """What one person does with one ticket in one turn."""

    office: Office
    guest: Guest
    number: int
    source: str

    def do(self, turn: Turn, verb: str, rest: str = "") -> str:
        """Do it, or raise TicketError; a ticket nobody has is claimed first."""
        ticket = turn.desk.find(self.number, viewer=self._staff)
        if ticket.assignee is None and verb in NEEDS_OWNER:
            self._type(turn, CLAIM, "", source=f"{self.source}:claim")
        answer = self._type(turn, verb, rest, source=self.source)
        if not answer.done:
            raise TicketError(answer.text or "没有做成，请刷新后再试。")
        return answer.text

    def send(self, turn: Turn, file: Path) -> None:
        """Send the member a file that lies on this machine."""
        ticket = turn.desk.find(self.number, viewer=self._staff)
        if ticket.assignee is None:
            self._type(turn, CLAIM, "", source=f"{self.source}:claim")
        elif ticket.assignee != self._staff:
            raise TicketError("这个工单由别人负责，请先接过来。")
        kind = Kind.IMAGE if picture_type(file.read_bytes()[:16]) else Kind.FILE
        message = Message(self.source, Contact(self._staff), file.name, turn.now, kind=kind)
        key = f"reply-file:{self.source}"
        turn.desk.reply(ticket, self._staff, message, file.name, letter=f"reply:{self.source}")
        about = (Purpose.RELAY_TO_MEMBER, ticket.number)
        turn.pass_on(Address(contact=ticket.member), str(file), kind, key=key, about=about)

    @property
    def _staff(self) -> str:
        """The WeChat id that gives the right; a login alone gives none."""
        config = self.office.config
        if not may_work(config, self.guest):
            raise TicketError(
                "这个登录没有绑定客服的微信 id，只能看。请管理员用 "
                "qunkeeper user add 名字 --role support --wechat 微信id 添加。"
            )
        return self.guest.contact

    def _type(self, turn: Turn, verb: str, rest: str, *, source: str) -> Answer:
        ticket = turn.desk.find(self.number, viewer=self._staff)
        own = ticket.assignee in (None, self._staff)
        room = None if own else self.office.config.support.room or None
        line = f"#{self.number} {verb} {rest}".rstrip()
        return self.office.type(turn, self._staff, line, source=source, room=room)


async def manage(visit: Visit, line: str, source: str, deed: Deed) -> Response:
    """Type a manager's command for who visits, and show what the bot answers."""

    def work(turn: Turn) -> str:
        return command(visit.site.parts.office, visit.guest, turn, line, source=source)

    return told(await visit.change(work, deed))


def command(office: Office, guest: Guest, turn: Turn, line: str, *, source: str) -> str:
    """Type a manager's command privately, and return what the bot answers."""
    if guest.contact not in office.config.managers:
        raise TicketError(
            "这个登录没有绑定管理员的微信 id，只能看。请用 "
            "qunkeeper user add 名字 --role manager --wechat 微信id 添加一个绑定了的。"
        )
    return office.type(turn, guest.contact, line, source=source, room=None).text


def may_work(config: Config, guest: Guest) -> bool:
    """Say whether somebody's WeChat id is one of the staff or a manager."""
    return guest.contact in config.staff or guest.contact in config.managers


def store(folder: Path, name: str, content: bytes) -> Path:
    """Keep a file that is to be sent; its folder is named by its content, its name is cleaned."""
    clean = "".join(
        sign for sign in Path(name).name if sign.isprintable() and sign not in '/\\:*?"<>|'
    )
    place = folder / sha256(content).hexdigest()[:16]
    place.mkdir(parents=True, exist_ok=True)
    file = place / (clean.strip(". ")[:120] or "文件")
    file.write_bytes(content)
    return file
