"""How the bot is, for people, for probes and for Prometheus."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.errors import StorageError, TicketError
from bot.outbox import close
from bot.storage.tables import LetterState, Outgoing
from bot.turn import Turn
from bot.web.audit import Deed
from bot.web.failures import failures
from bot.web.guard import Anybody, Manager
from bot.web.site import site_of, told
from bot.web.views.state import State, state, targets

router = APIRouter()

SETTLED = {"sent": LetterState.SENT, "failed": LetterState.FAILED}
SAID = {"sent": "对方收到了", "failed": "对方没有收到"}


@router.get("/health")
async def show(visit: Anybody) -> Response:
    """Show it to people."""
    parts = visit.site.parts
    found = await visit.read(partial(state, account=visit.account, now=visit.site.now))
    database = parts.storage.url.get_backend_name()
    values: dict[str, Any] = {"state": found, "started": parts.started, "database": database}
    whole = visit.request.headers.get("hx-request") != "true"
    template = "health/page.html" if whole else "health/state.html"
    known = await visit.read(partial(failures, account=visit.account))
    values["errors"] = [*parts.errors, *known]
    values["targets"] = await visit.read(partial(targets, account=visit.account, found=found))
    return visit.page(template, pages=len(parts.live), settled=SAID, **values)


@router.post("/health/letters/{letter}")
async def settle(visit: Manager, letter: int, outcome: Annotated[str, Form()]) -> Response:
    """Say of a letter nobody is sure of whether it arrived; it is not sent again by itself."""
    if outcome not in SETTLED:
        raise TicketError("请选「收到了」或「没收到」。")

    def work(turn: Turn) -> None:
        row = turn.session.get(Outgoing, letter)
        if row is None or row.account != turn.account or row.state != LetterState.UNCONFIRMED:
            raise TicketError("这条已经有人核实过了。")
        close(row, SETTLED[outcome], f"{visit.guest.name} 核实", turn.now)
        visit.write_down(
            turn, Deed("核实消息", f"letter:{letter}", before="不确定", after=SAID[outcome])
        )

    await visit.change(work)
    visit.site.parts.live.tell("outbox")
    return told("记下了。")


@router.get("/healthz")
async def probe(request: Request) -> Response:
    """Say in a word whether the bot works: 200 or 503; tells nothing of anybody."""
    site = site_of(request)
    look = partial(state, account=site.parts.account, now=site.now)
    try:
        found = await site.read(look)
    except StorageError:
        return JSONResponse({"status": "down", "database": "down", "wechat": "unknown"}, 503)
    wechat = "down" if found.down is not None else "up"
    status = "degraded" if found.down is not None else "up"
    return JSONResponse({"status": status, "database": "up", "wechat": wechat})


@router.get("/metrics")
async def measure(request: Request) -> Response:
    """Tell the figures as Prometheus wants them; none of them names anybody."""
    site = site_of(request)
    look = partial(state, account=site.parts.account, now=site.now)
    parts = site.parts
    figures = gauges(await site.read(look), len(parts.live), parts.errors.count)
    return PlainTextResponse(generate_latest(figures), media_type="text/plain; version=0.0.4")


def gauges(found: State, pages: int, errors: int) -> CollectorRegistry:
    """Put the state into a registry of its own."""
    registry = CollectorRegistry()
    letters = Gauge("qunkeeper_letters", "Letters by state", ["state"], registry=registry)
    for name, count in found.letters.items():
        letters.labels(name).set(count)
    single = {
        "qunkeeper_wechat_up": ("Whether the link to WeChat stands", found.down is None),
        "qunkeeper_sent_last_minute": ("Letters that left in the last minute", found.sent_lately),
        "qunkeeper_tickets_live": ("Tickets not ended", found.live_tickets),
        "qunkeeper_timers": ("Timers set", found.timers),
        "qunkeeper_revision": (
            "Configuration in force",
            found.revision.number if found.revision else 0,
        ),
        "qunkeeper_console_pages": ("Open pages of the console", pages),
        "qunkeeper_errors": ("Errors logged since the start", errors),
    }
    for name, (text, value) in single.items():
        Gauge(name, text, registry=registry).set(float(value))
    return registry
