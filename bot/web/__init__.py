"""The console: a web page, served by the bot itself, that acts as commands do."""

from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bot.errors import TicketError
from bot.web.api import api, problems
from bot.web.guard import NotAllowed, NotLoggedIn, Stale
from bot.web.headers import Shell
from bot.web.pages import (
    account,
    community,
    composing,
    doors,
    figures,
    groups,
    health,
    inbox,
    notices,
    order,
    planner,
    rules,
    standing,
    stream,
    town,
    trials,
)
from bot.web.parts import Parts
from bot.web.site import STATIC, Site, moved, signal, site_of, told

__all__ = ["console"]

PAGES = (
    *(doors, stream, town, inbox, health, rules, trials, figures, groups, notices),
    *(planner, composing, account, community, standing, order),
)


def console(parts: Parts) -> FastAPI:
    """Make the application; nothing is served yet."""
    app = FastAPI(title="群管家", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.site = Site(parts)
    app.state.stage = town.Stage()
    app.mount("/api/v1", api(app.state.site))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    for page in PAGES:
        app.include_router(page.router, include_in_schema=False)
    app.add_exception_handler(NotLoggedIn, _lead_to_door)
    app.add_exception_handler(NotAllowed, _refuse)
    app.add_exception_handler(Stale, _renew)
    app.add_exception_handler(TicketError, _explain)
    app.add_exception_handler(HTTPException, _not_found)
    app.add_exception_handler(RequestValidationError, _misunderstood)
    app.add_exception_handler(OverflowError, _beyond)  # a number that no row can have
    app.add_exception_handler(Exception, _broke)
    settings = parts.office.config.console
    hosts = (settings.host, *settings.hosts)
    app.add_middleware(Shell, hosts=hosts)
    return app


def _lead_to_door(request: Request, _: Exception) -> Response:
    if request.url.path == "/live":
        return Response(status_code=204)  # which ends an event stream for good
    if request.headers.get("hx-request") == "true":
        return signal("door")  # he signs in over the page, which keeps what was typed
    if request.method != "GET":
        return moved(request, "/login")
    here = request.url
    return moved(request, f"/login?then={quote(f'{here.path}?{here.query}'.rstrip('?'))}")


def _renew(request: Request, error: Exception) -> Response:
    if request.headers.get("hx-request") == "true":
        return signal("stale")
    return _refuse(request, error)


def _refuse(request: Request, error: Exception) -> Response:
    return _page(request, "打不开", str(error), 403)


def _explain(request: Request, error: Exception) -> Response:
    if request.headers.get("hx-request") != "true":
        return _page(request, "没有做成", str(error), 409)
    return told(str(error), bad=True)


def _not_found(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    if request.url.path.startswith("/api/"):  # a line break in a path leads past what is mounted
        return problems.answer(status, "没有这个地址")
    return _page(request, "没有这一页", "它可能被移走了，或者地址写错了。", status)


def _beyond(request: Request, _: Exception) -> Response:
    return _page(request, "没有这一页", "它可能被移走了，或者地址写错了。", 404)


def _broke(request: Request, _: Exception) -> Response:
    """Answer for what is logged as an error: nothing was changed, for a turn is undone whole."""
    return _page(request, "出错了", "这一步没有做成，已经记在「运行」页的错误里，请稍后再试。", 500)


def _misunderstood(request: Request, _: Exception) -> Response:
    return _page(request, "填的内容不对", "请检查填的内容后再试。", 422)


def _page(request: Request, title: str, text: str, status: int) -> Response:
    if request.headers.get("hx-request") == "true":
        return told(text, bad=True)
    return HTMLResponse(site_of(request).render("error.html", title=title, text=text), status)
