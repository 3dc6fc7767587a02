"""One's own account; for managers, all logins, the keys to the API, and what was changed."""

import asyncio
import secrets
from functools import partial
from typing import Annotated, Any

from argon2 import PasswordHasher
from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlmodel import Session, col, select

from bot.errors import BotError, TicketError
from bot.storage.tables import Audit, ConsoleSession, Login, Token
from bot.turn import Turn
from bot.web import entrance
from bot.web.audit import Deed
from bot.web.guard import Anybody, Manager
from bot.web.site import moved, told
from bot.web.words import ROLES, SCOPES

router = APIRouter(prefix="/account")

SHORTEST = 8
AUDITS = 50
Name = Annotated[str, Form(min_length=1, max_length=60)]
Password = Annotated[str, Form(max_length=1000)]


@router.get("")
async def show(visit: Anybody) -> Response:
    """Show one's sessions and, to managers, everything about who may."""
    mine = partial(entrance.sessions, account=visit.account, name=visit.guest.name)
    values: dict[str, Any] = {"sessions": await visit.read(mine), "shortest": SHORTEST}
    if visit.guest.is_manager:
        values |= await visit.read(partial(_office, account=visit.account))
    return visit.page("account/page.html", **values)


@router.get("/audit")
async def show_audit(visit: Manager, before: int | None = None) -> Response:
    """Show who changed what, the latest first."""
    rows = await visit.read(partial(audits, account=visit.account, before=before))
    older = rows[AUDITS - 1].id if len(rows) > AUDITS else None
    return visit.page("account/audit.html", rows=rows[:AUDITS], older=older)


@router.post("/password")
async def change_password(visit: Anybody, old: Password, new: Password) -> Response:
    """Change one's password; every other session ends."""
    key = (visit.account, visit.guest.name)
    login = await visit.read(lambda session: session.get(Login, key))
    if login is None or not await asyncio.to_thread(entrance.fits, old, login.password):
        return told("原来的密码不对。", bad=True)
    if len(new) < SHORTEST:
        return told(f"新密码至少要 {SHORTEST} 个字符。", bad=True)
    digest = await asyncio.to_thread(PasswordHasher().hash, new)

    def work(turn: Turn) -> None:
        turn.session.get_one(Login, key).password = digest
        entrance.end_all(turn.session, *key, but=visit.guest.session)

    await visit.change(work, Deed("改密码", visit.guest.name))
    return told("密码改好了，别处的登录都已退出。")


@router.post("/sessions/end")
async def end_sessions(visit: Anybody, which: Annotated[str, Form()] = "") -> Response:
    """End one session of one's own, or all others."""

    def work(turn: Turn) -> None:
        if which:
            row = turn.session.get(ConsoleSession, which)
            if row is not None and row.name == visit.guest.name:
                turn.session.delete(row)
        else:
            entrance.end_all(turn.session, turn.account, visit.guest.name, but=visit.guest.session)

    await visit.change(work, Deed("退出别处的登录", visit.guest.name))
    return moved(visit.request, "/account")


@router.post("/logins")
async def add_login(
    visit: Manager,
    name: Name,
    password: Password,
    role: Annotated[str, Form()],
    contact: Annotated[str, Form(max_length=128)] = "",
) -> Response:
    """Make a login."""
    if role not in ROLES or len(password) < SHORTEST:
        return told(f"密码至少要 {SHORTEST} 个字符。", bad=True)
    try:
        name = entrance.read_name(name)
    except BotError as error:
        return told(f"{error}。", bad=True)
    digest = await asyncio.to_thread(PasswordHasher().hash, password)

    def work(turn: Turn) -> None:
        if turn.session.get(Login, (turn.account, name)) is not None:
            raise TicketError(f"已经有叫「{name}」的账号。")
        row = Login(
            account=turn.account,
            name=name,
            role=role,
            password=digest,
            contact=contact.strip(),
            created_at=turn.now,
        )
        turn.session.add(row)

    await visit.change(work, Deed("加账号", name, after=f"{ROLES[role]} {contact}"))
    return moved(visit.request, "/account")


@router.post("/logins/remove")
async def remove_login(visit: Manager, name: Name) -> Response:
    """Take a login away, with its sessions."""
    if name == visit.guest.name:
        return told("不能删掉自己正在用的账号。", bad=True)

    def work(turn: Turn) -> None:
        row = turn.session.get(Login, (turn.account, name))
        if row is not None:
            turn.session.delete(row)
        entrance.end_all(turn.session, turn.account, name)

    await visit.change(work, Deed("删账号", name))
    return moved(visit.request, "/account")


@router.post("/tokens")
async def add_token(visit: Manager, name: Name) -> Response:
    """Make a key to the API, and show it this once."""
    form = await visit.request.form()
    scopes = [str(scope) for scope in form.getlist("scopes") if scope in SCOPES]
    if not scopes:
        raise TicketError("至少要选一样能做的事。")
    secret = f"qk_{secrets.token_urlsafe(32)}"

    def work(turn: Turn) -> None:
        row = Token(
            account=turn.account,
            name=name,
            digest=entrance.digest(secret),
            scopes=scopes,
            made_by=visit.guest.name,
            made_at=turn.now,
        )
        turn.session.add(row)

    await visit.change(work, Deed("加 API 密钥", name, after=" ".join(scopes)))
    return visit.page("account/token.html", secret=secret, name=name)


@router.post("/tokens/{token}/end")
async def end_token(visit: Manager, token: int) -> Response:
    """End a key to the API."""

    def work(turn: Turn) -> None:
        row = turn.session.get(Token, token)
        if row is None or row.account != turn.account:
            raise TicketError("没有这个密钥。")
        row.ended_at = row.ended_at or turn.now

    await visit.change(work, Deed("停用 API 密钥", str(token)))
    return moved(visit.request, "/account")


def _office(session: Session, account: int) -> dict[str, Any]:
    logins = select(Login).where(Login.account == account).order_by(Login.name)
    tokens = select(Token).where(Token.account == account).order_by(col(Token.id))
    return {"logins": session.exec(logins).all(), "tokens": session.exec(tokens).all()}


def audits(session: Session, account: int, before: int | None) -> list[Audit]:
    """List who changed what, the latest first; one more than a page says there are more."""
    wanted = select(Audit).where(Audit.account == account)
    if before is not None:
        wanted = wanted.where(col(Audit.id) < before)
    return list(session.exec(wanted.order_by(col(Audit.id).desc()).limit(AUDITS + 1)))
