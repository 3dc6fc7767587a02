"""What every page works with: the parts, the templates, and who is looking."""

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from fastapi import Request
from fastapi.responses import HTMLResponse, Response
from jinja2 import (
    Environment,
    FileSystemBytecodeCache,
    FileSystemLoader,
    StrictUndefined,
    select_autoescape,
)
from sqlmodel import Session

from bot.config import Config
from bot.config.values import spell_duration
from bot.turn import Turn
from bot.web import text
from bot.web.audit import Deed, write_down
from bot.web.entrance import Guest
from bot.web.parts import Parts
from bot.web.words import WORDS

T = TypeVar("T")

HERE = Path(__file__).parent
STATIC = HERE / "static"


class Site:
    """The console of one account; it lives as long as the bot."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts
        self.static = _marks()
        self.templates = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=select_autoescape(default=True),
            undefined=StrictUndefined,
            finalize=text.harmless,
            bytecode_cache=FileSystemBytecodeCache(str(parts.cache)) if parts.cache else None,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self.templates.globals.update(WORDS)
        self.templates.globals.update(
            length=text.length,
            size=text.size,
            spell_duration=spell_duration,
            first=text.first,
            group_name=text.group_name,
            hue=text.hue,
            static=self.address,
            fresh=partial(secrets.token_hex, 16),
        )

    def compile_pages(self) -> None:
        """Compile every template, so that nobody who opens the first page waits for it."""
        for name in self.templates.list_templates():
            self.templates.get_template(name)

    @property
    def config(self) -> Config:
        """The configuration in force."""
        return self.parts.office.config

    @property
    def zone(self) -> ZoneInfo:
        """The time zone of the community."""
        return self.config.zone

    @property
    def now(self) -> datetime:
        """The present moment."""
        return self.parts.clock()

    def address(self, file: str) -> str:
        """Return where a static file is had, under a name that changes with its content."""
        return f"/static/{file}?{self.static[file]}"

    def render(self, template: str, **values: object) -> str:
        """Fill a template."""
        now, zone = self.now, self.zone
        return self.templates.get_template(template).render(
            now=now,
            config=self.config,
            clock=partial(text.clock, zone=zone, now=now),
            stamp=partial(text.stamp, zone=zone),
            day_and_time=partial(text.day_and_time, zone=zone),
            topic=self.parts.office.topic,
            staff_name=self.staff_name,
            named=self.named,
            **values,
        )

    def staff_name(self, contact: str | None) -> str:
        """Name somebody of the staff."""
        if not contact:
            return ""
        found = self.config.staff.get(contact)
        return found.name if found else contact.removeprefix("console:")

    def named(self, text: str) -> str:
        """Put the names of the staff in the place of their ids, in what the desk noted."""
        for contact in sorted(self.config.staff, key=len, reverse=True):
            text = text.replace(contact, self.config.staff[contact].name)
        return text

    async def read(self, work: Callable[[Session], T]) -> T:
        """Look something up, beside the bot's own work."""
        return await self.parts.storage.read(work)

    async def turn(self, work: Callable[[Turn], T]) -> T:
        """Change something, as a turn like any other; what follows from it happens at once."""
        parts = self.parts

        def inside(session: Session) -> T:
            return work(Turn(session, parts.account, parts.clock()))

        done = await parts.storage.transact(inside)
        parts.wake()
        parts.live.stir()
        return done


def _marks() -> dict[str, str]:
    """Map each static file to a mark that changes with its content."""
    return {
        str(file.relative_to(STATIC)): sha256(file.read_bytes()).hexdigest()[:12]
        for file in STATIC.rglob("*")
        if file.is_file()
    }


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is logged in."""

    site: Site
    request: Request
    guest: Guest

    @property
    def account(self) -> int:
        """The account the console belongs to."""
        return self.site.parts.account

    def page(self, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
        """Answer with a page, or a piece of one."""
        html = self.site.render(
            template,
            guest=self.guest,
            path=self.request.url.path,
            town=self.site.parts.town,
            **values,
        )
        return HTMLResponse(html, status)

    async def read(self, work: Callable[[Session], T]) -> T:
        """Look something up."""
        return await self.site.read(work)

    async def change(self, work: Callable[[Turn], T], deed: Deed | None = None) -> T:
        """Change something and write down who did."""

        def inside(turn: Turn) -> T:
            done = work(turn)
            if deed is not None:
                self.write_down(turn, deed)
            return done

        return await self.site.turn(inside)

    def write_down(self, turn: Turn, deed: Deed) -> None:
        """Write a deed of the visitor down."""
        write_down(turn.session, turn.account, self.guest.name, turn.now, deed)


def toast(response: Response, said: str, *, bad: bool = False) -> Response:
    """Let the page show a line for a moment."""
    event = {"toast": {"text": said, "bad": bad}}
    response.headers["HX-Trigger"] = json.dumps(event)
    return response


def told(said: str, *, bad: bool = False, status: int = 200) -> Response:
    """Answer with nothing but such a line; what is on the page stays."""
    answer = HTMLResponse("", status)
    answer.headers["HX-Reswap"] = "none"
    if bad:
        answer.headers["X-Refused"] = "yes"  # the form keeps what was typed
    return toast(answer, said, bad=bad)


def signal(event: str) -> Response:
    """Answer with an event for the page to act on; what is on the page stays."""
    headers = {"HX-Reswap": "none", "X-Refused": "yes", "HX-Trigger": json.dumps({event: {}})}
    return Response(status_code=200, headers=headers)


def moved(request: Request, to: str, *, headers: Mapping[str, str] | None = None) -> Response:
    """Send the browser to another page, whether htmx or the browser itself asked."""
    if request.headers.get("hx-request") == "true":
        return Response(status_code=200, headers={"HX-Redirect": to, **(headers or {})})
    return Response(status_code=303, headers={"Location": to, **(headers or {})})


def site_of(request: Request) -> Site:
    """Return the site a request came to."""
    site: Any = request.app.state.site
    if not isinstance(site, Site):
        raise TypeError("the application was not made by bot.web.console")
    return site
