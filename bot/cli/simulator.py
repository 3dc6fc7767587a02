"""The simulated WeChat on a terminal: what is said is shown, and a typed line is said."""

import asyncio
import sys
from datetime import datetime, tzinfo

import typer

from bot.message import Do, Letter, Message
from bot.rehearsal.typed import HOW, read_typed
from bot.transports.memory import MemoryWeChat, NotPossible


class Terminal:
    """Shows the town's talk on standard output and lets whoever types there take part.

    ``quiet``: it shows nothing before somebody has typed.
    """

    def __init__(self, wechat: MemoryWeChat, zone: tzinfo, *, quiet: bool = False) -> None:
        self._wechat = wechat
        self._zone = zone
        self._quiet = quiet
        wechat.watch(self._show_message)
        wechat.listen(self._show_letter)

    async def listen(self) -> None:
        """Say every typed line in the town; end when the input does."""
        if not self._quiet:
            typer.secho(HOW, dim=True)
        lines: asyncio.Queue[str] = asyncio.Queue()
        loop = asyncio.get_running_loop()
        try:
            loop.add_reader(sys.stdin.fileno(), lambda: lines.put_nowait(sys.stdin.readline()))
        except (OSError, ValueError):  # no terminal, or a file: nothing can be typed
            return
        try:
            while line := await lines.get():
                self._say(line.strip())
        finally:
            loop.remove_reader(sys.stdin.fileno())

    def _say(self, line: str) -> None:
        if not line:
            return
        self._quiet = False
        try:
            typed = read_typed(line, self._wechat.world)
            self._wechat.says(typed.sender, typed.text, typed.room)
        except NotPossible as reason:
            typer.secho(str(reason), fg=typer.colors.YELLOW)

    def _show_message(self, message: Message) -> None:
        if self._quiet:
            return
        sender = message.sender.name or message.sender.id
        where = self._place(message.room) if message.room else f"{sender} → 群管家（私聊）"
        said = message.text if message.kind == "text" else f"[{message.kind}] {message.text}"
        typer.echo(f"{self._time(message.at)} {where}  {sender}：{said}")

    def _show_letter(self, letter: Letter, at: datetime) -> None:
        if self._quiet:
            return
        text = f"{self._time(at)} {self._deed(letter)}"
        typer.secho(text, fg=typer.colors.GREEN)

    def _deed(self, letter: Letter) -> str:
        name = self._name(letter.contact) if letter.contact else ""
        if letter.do is Do.ADD_FRIEND:
            return f"群管家申请加 {name} 为好友：{letter.text}"
        if letter.do is not Do.SAY:
            return f"群管家 {letter.do}：{name or letter.request}"
        where = self._place(letter.room) if letter.room else f"群管家 → {name}（私聊）"
        return f"{where}  群管家：{letter.text or f'[{letter.kind}]'}"

    def _place(self, room: str) -> str:
        known = self._wechat.world.rooms.get(room)
        return f"【{known.topic if known and known.topic else room}】"

    def _name(self, person: str) -> str:
        return self._wechat.world.contact(person).name or person

    def _time(self, at: datetime) -> str:
        return f"{at.astimezone(self._zone):%H:%M:%S}"
