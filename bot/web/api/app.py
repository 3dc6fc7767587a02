"""The operations of the API."""

import asyncio
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, FastAPI, Path, Query
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from bot.storage.tables import LIVE, Signup, Ticket
from bot.turn import Turn
from bot.web.acting import Deskwork
from bot.web.api import life, managing, planning, records, running
from bot.web.api.problems import Problem, explain_problems
from bot.web.api.shapes import (
    ActionAsked,
    ActionDone,
    ClassifyAsked,
    EntryShape,
    GroupShape,
    Page,
    ReportShape,
    SignupShape,
    TicketShape,
    TicketWhole,
    VerdictShape,
    WordShape,
    problems,
)
from bot.web.api.tokens import (
    Classifying,
    GroupReader,
    NoticeReader,
    ReportReader,
    TicketReader,
    TicketWriter,
)
from bot.web.audit import Deed, write_down
from bot.web.charts import Chart
from bot.web.entrance import Guest
from bot.web.pages.figures import charts
from bot.web.pages.inbox import VERBS
from bot.web.site import Site
from bot.web.views import desk, figures, groups

router = APIRouter(responses=problems(401, 403, 422))

LARGEST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=LARGEST)]
Cursor = Annotated[int | None, Query(ge=1, le=LARGEST, description="上一页的 next")]
Limit = Annotated[int, Query(ge=1, le=200)]
Verb = Literal[
    "claim", "reply", "note", "transfer", "wait", "resolve", "reopen", "dismiss", "snooze", "merge"
]


@router.get("/tickets")
async def list_tickets(
    caller: TicketReader, state: str | None = None, cursor: Cursor = None, limit: Limit = 50
) -> Page[TicketShape]:
    """List tickets, the newest first."""

    def look(session: Session) -> list[Ticket]:
        wanted = select(Ticket).where(Ticket.account == caller.account)
        if state == "live":
            wanted = wanted.where(col(Ticket.state).in_(LIVE))
        elif state is not None:
            wanted = wanted.where(Ticket.state == state)
        if cursor is not None:
            wanted = wanted.where(Ticket.number < cursor)
        return list(session.exec(wanted.order_by(col(Ticket.number).desc()).limit(limit + 1)))

    rows = await caller.site.read(look)
    following = rows[limit - 1].number if len(rows) > limit else None
    return Page(items=[TicketShape.of(row) for row in rows[:limit]], next=following)


@router.get("/tickets/{number}", responses=problems(404))
async def show_ticket(caller: TicketReader, number: Number) -> TicketWhole:
    """Return a ticket with the newest of what was said on it."""

    def look(session: Session) -> desk.Dossier | None:
        ticket = desk.find(session, caller.account, number, "")
        return desk.conversation(session, caller.account, ticket) if ticket else None

    found = await caller.site.read(look)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"没有工单 #{number}")
    entries = [EntryShape.of(entry) for entry in found.entries]
    return TicketWhole(ticket=TicketShape.of(found.ticket), entries=entries)


@router.post("/tickets/{number}/{verb}", responses=problems(409))
async def act(caller: TicketWriter, number: Number, verb: Verb, asked: ActionAsked) -> ActionDone:
    """Do with a ticket what a command of this person would do."""
    site = caller.site
    guest = Guest(f"API {caller.token.name}", "support", asked.staff, "", "")
    work = Deskwork(site.parts.office, guest, number, f"api-{caller.token.id}-{asked.key}")
    deed = Deed(VERBS[verb], f"#{number}", after=asked.staff)

    def inside(turn: Turn) -> str:
        said = work.do(turn, VERBS[verb], asked.text.strip())
        write_down(turn.session, turn.account, guest.name, turn.now, deed)
        return said

    try:
        return ActionDone(told=await site.turn(inside))
    except IntegrityError:
        raise Problem(HTTPStatus.CONFLICT, "这个 key 已经用过，没有再做一次") from None


@router.post("/classify")
async def classify(caller: Classifying, asked: ClassifyAsked) -> list[VerdictShape]:
    """Say what sentences are, under the configuration in force."""
    return await asyncio.to_thread(_judge, caller.site, asked)


@router.get("/groups")
async def list_groups(caller: GroupReader) -> list[GroupShape]:
    """List the groups with their last seven days."""
    site = caller.site
    since = groups.since_day(site.now, site.zone)
    look = partial(groups.groups, account=caller.account, now=site.now, since=since)
    return [
        GroupShape(
            id=row.room.room,
            name=row.room.topic,
            present=row.room.present,
            people=row.people,
            messages=row.messages,
            joins=row.joins,
            leaves=row.leaves,
            complaints=row.complaints,
            hot=row.hot,
        )
        for row in await site.read(look)
    ]


@router.get("/signups")
async def list_signups(
    caller: NoticeReader,
    notice: Annotated[str | None, Query(max_length=128)] = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Page[SignupShape]:
    """List sign-ups in their order."""

    def look(session: Session) -> list[Signup]:
        wanted = select(Signup).where(Signup.account == caller.account)
        if notice is not None:
            wanted = wanted.where(Signup.notice == notice)
        if cursor is not None:
            wanted = wanted.where(col(Signup.id) > cursor)
        return list(session.exec(wanted.order_by(col(Signup.id)).limit(limit + 1)))

    rows = await caller.site.read(look)
    following = rows[limit - 1].id if len(rows) > limit else None
    return Page(items=[SignupShape.alike(row) for row in rows[:limit]], next=following)


@router.get("/reports")
async def show_reports(caller: ReportReader) -> dict[str, ReportShape]:
    """Return every figure that the page of figures plots."""
    site = caller.site

    def look(session: Session) -> dict[str, Chart]:
        found = figures.cases(session, caller.account, site.now, site.zone)
        return charts(site, caller.account, session, found)

    found = await site.read(look)
    return {
        name: ReportShape(
            title=chart.title,
            unit=chart.unit,
            labels=list(chart.labels),
            series={each.name: list(each.values) for each in chart.series},
        )
        for name, chart in found.items()
    }


def _judge(site: Site, asked: ClassifyAsked) -> list[VerdictShape]:
    room = asked.room
    found = [(text, site.parts.office.explain(text, room, "")) for text in asked.texts]
    return [
        VerdictShape(
            text=text,
            label=each.label,
            topic=each.topic,
            severity=each.severity,
            score=each.score,
            rule=each.rule,
            matches=[WordShape(word=m.word, start=m.start, end=m.end) for m in each.matches],
        )
        for text, each in found
    ]


def api(site: Site) -> FastAPI:
    """Make the application that is mounted under /api/v1."""
    app = FastAPI(
        title="群管家 API",
        version="1",
        summary="工单、公告、报名、群、成员、规则、判断、报表和运行。",
        docs_url=None,
        redoc_url=None,
        openapi_url="/openapi.json",
        servers=[{"url": "/api/v1"}],
        root_path_in_servers=False,
    )
    app.state.site = site
    app.include_router(router)
    for part in (records, planning, life, running, managing):
        app.include_router(part.router)
    explain_problems(app)
    return app
