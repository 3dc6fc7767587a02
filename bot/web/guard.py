"""Lets in who may: a session for every page, a role for some, proof of origin for every change."""

import secrets
from functools import partial
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import Depends, Request

from bot.errors import BotError
from bot.web import entrance
from bot.web.site import Visit, site_of

COOKIE = "qunkeeper"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


class NotLoggedIn(BotError):  # noqa: N818
    """There is no session, or it has ended."""


class NotAllowed(BotError):  # noqa: N818
    """This login may not do this; the text is for the person."""


class Stale(NotAllowed):
    """The page was made for a session that is not this one."""


async def visit(request: Request) -> Visit:
    """Recognise who asks; changes must carry the token of the session."""
    check_origin(request)
    site = site_of(request)
    secret = request.cookies.get(COOKIE, "")
    if not secret:
        raise NotLoggedIn
    now = site.now
    look = partial(entrance.recognise, account=site.parts.account, secret=secret, now=now)
    found = await site.read(look)
    if found is None:
        raise NotLoggedIn
    guest, seen = found
    if request.method not in SAFE:
        await _check_token(request, guest.csrf)
    if now - seen > entrance.RENEW:
        renew = partial(entrance.see, key=guest.session, now=now)
        await site.parts.storage.transact(renew)
    return Visit(site, request, guest)


async def managing(found: Annotated[Visit, Depends(visit)]) -> Visit:
    """Let only managers in."""
    if not found.guest.is_manager:
        raise NotAllowed("这一页只有管理员能看。")
    return found


def check_origin(request: Request) -> None:
    """Refuse a change that another site's page asks for."""
    if request.method in SAFE:
        return
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host"):
        raise NotAllowed("这个请求来自别的网站，已拒绝。")
    if request.headers.get("sec-fetch-site") not in (None, "same-origin", "none"):
        raise NotAllowed("这个请求来自别的网站，已拒绝。")


async def _check_token(request: Request, csrf: str) -> None:
    given = request.headers.get("x-csrf-token")
    if given is None:
        field = (await request.form()).get("csrf", "")
        given = field if isinstance(field, str) else ""
    if not secrets.compare_digest(given.encode(), csrf.encode()):
        raise Stale("页面放得太久了，请刷新后再试。")


Anybody = Annotated[Visit, Depends(visit)]
Manager = Annotated[Visit, Depends(managing)]
