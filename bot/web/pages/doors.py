"""Signing in and out."""

import asyncio
from datetime import datetime, timedelta
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from bot.storage.tables import Login
from bot.web import entrance
from bot.web.audit import Deed, write_down
from bot.web.guard import COOKIE, Anybody, check_origin
from bot.web.site import Site, moved, site_of
from bot.web.text import length

router = APIRouter()

WRONG = "用户名或密码不对。"


@router.get("/login")
async def show_login(request: Request, then: str = "/") -> HTMLResponse:
    """Show the form."""
    return _form(site_of(request), then=then)


@router.post("/login")
async def sign_in(
    request: Request,
    name: Annotated[str, Form(max_length=100)],
    password: Annotated[str, Form(max_length=1000)],
    then: Annotated[str, Form()] = "/",
) -> Response:
    """Open a session, or say only that it was not right; whoever fails often waits longer."""
    check_origin(request)
    site = site_of(request)
    address = request.client.host if request.client else ""
    keys = entrance.keys_of(name, address)
    account, now = site.parts.account, site.now
    look = partial(entrance.wait_for, account=account, keys=keys, now=now)
    wait = await site.read(look)
    if wait is not None:
        return _form(site, then=then, name=name, fault=_patience(wait), status=429)
    login = await site.read(lambda session: session.get(Login, (account, name)))
    stored = login.password if login else None
    if login is None or not await asyncio.to_thread(entrance.fits, password, stored):
        count = partial(entrance.fail, account=account, keys=keys, now=now)
        await site.parts.storage.transact(count)
        return _form(site, then=then, name=name, fault=WRONG, status=401)
    agent = request.headers.get("user-agent", "")
    enter = partial(_let_in, login, address, agent, now=now)
    secret = await site.parts.storage.transact(enter)
    answer = moved(request, then if _is_local(then) else "/")
    answer.set_cookie(
        COOKIE,
        secret,
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https",
        path="/",
    )
    return answer


@router.post("/logout")
async def sign_out(visit: Anybody) -> Response:
    """End this session."""
    await visit.change(lambda turn: entrance.end(turn.session, visit.guest.session))
    answer = moved(visit.request, "/login")
    answer.delete_cookie(COOKIE, path="/")
    answer.headers["Clear-Site-Data"] = '"storage"'
    return answer


def _let_in(login: Login, address: str, agent: str, session: Session, now: datetime) -> str:
    entrance.forgive(session, login.account, login.name)
    write_down(session, login.account, login.name, now, Deed("登录", target=address))
    return entrance.admit(session, login, now, address=address, agent=agent)


def _form(
    site: Site, *, then: str, name: str = "", fault: str = "", status: int = 200
) -> HTMLResponse:
    simulated = site.parts.town is not None
    html = site.render("login.html", then=then, name=name, fault=fault, simulated=simulated)
    return HTMLResponse(html, status)


def _patience(wait: timedelta) -> str:
    seconds = max(1, round(wait.total_seconds()))
    return f"试得太多了，请等 {length(seconds)} 再试。"


def _is_local(then: str) -> bool:
    """Say whether this is a path of ours, not an address of somebody else."""
    return then.startswith("/") and not then.startswith(("//", "/\\"))
