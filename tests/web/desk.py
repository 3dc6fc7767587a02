"""Somebody's browser in front of the console."""

import os
import shutil
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import BrowserContext, Page, Request, expect

from tests.web.house import PASSWORD, House

ARGUMENTS = (
    *("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"),
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # nothing leaves this machine
)
HOME = ("http://127.0.0.1:", "data:")


@dataclass
class Desk:
    """Somebody's browser; what it complained of, and whom else it asked, is kept."""

    house: House
    context: BrowserContext
    page: Page
    troubles: list[str] = field(default_factory=list)

    async def open(self, path: str) -> Page:
        """Go to a page, and wait for what it fetches by itself once it is there."""
        await self.page.goto(self.house.address + path)
        await expect(self.page.locator("[hx-trigger=load]")).to_have_count(0)
        return self.page

    async def enter(self, name: str) -> None:
        """Log in without a look at the page of the door."""
        form: dict[str, str | float | bool] = {"name": name, "password": PASSWORD}
        answer = await self.context.request.post(
            f"{self.house.address}/login", form=form, max_redirects=0
        )
        assert answer.status == 303

    async def log_in(self, name: str) -> Page:
        """Log in as somebody does who sits down at the browser."""
        await self.open("/login")
        await self.page.fill("[name=name]", name)
        await self.page.fill("[name=password]", PASSWORD)
        await self.page.click("button.main")
        await self.page.wait_for_url(lambda url: "/login" not in url)
        return self.page


def executable() -> str:
    found = (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )
    if found:
        return found
    if os.environ.get("CI") == "true":
        pytest.fail("Chromium is missing")
    pytest.skip("Chromium is missing")


def watch(desk: Desk) -> None:
    page = desk.page
    desk.context.on("request", lambda asked: stay_home(desk, asked))
    page.on("pageerror", lambda error: desk.troubles.append(f"error: {error}"))
    page.on("console", lambda said: _note(desk, said))
    page.on("dialog", lambda dialog: desk.troubles.append(f"dialog: {dialog.message}"))


# What a browser and htmx say of a server that is being restarted.
GONE_FOR_A_MOMENT = ("ERR_CONNECTION_REFUSED", "ERR_INCOMPLETE_CHUNKED", "htmx:", "[object Event]")


def _note(desk: Desk, said: Any) -> None:
    gone = any(sign in said.text for sign in GONE_FOR_A_MOMENT)
    if said.type in {"error", "warning"} and not gone:
        desk.troubles.append(f"console: {said.text}")


def stay_home(desk: Desk, asked: Request) -> None:
    """Note whom else than this machine a page asks for something."""
    if not asked.url.startswith(HOME):
        desk.troubles.append(f"left: {asked.url}")
