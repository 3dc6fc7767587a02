"""Over the API: what hangs on a ticket, and what the configuration was."""

from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from fastapi.responses import Response
from sqlmodel import Session, col, select

from bot.errors import NotDelivered
from bot.storage.tables import Revision
from bot.web.api.problems import Problem
from bot.web.api.shapes import Page, Shape, problems
from bot.web.api.tokens import RuleReader, TicketReader
from bot.web.files import served
from bot.web.pages.inbox import carries
from bot.web.views import desk

router = APIRouter(responses=problems(401, 403, 422))

LARGEST = 2**31 - 1
Number = Annotated[int, Path(ge=1, le=LARGEST)]
PAGE = 50
FILE = {"content": {"application/octet-stream": {}, "image/*": {}}, "description": "文件"}


class SnippetShape(Shape):
    """An answer that staff send by its name; placeholders stand in braces."""

    key: str
    text: str


class RevisionShape(Shape):
    """A configuration that was in force: since when, and who put it there."""

    number: int
    at: datetime
    who: str
    note: str


class RevisionWhole(Shape):
    """A revision with the lines it changed, as a unified difference."""

    revision: RevisionShape
    difference: str


@router.get("/snippets")
async def list_snippets(caller: TicketReader) -> list[SnippetShape]:
    """List the ready-made answers."""
    return [SnippetShape.alike(each) for each in caller.site.config.support.snippets]


@router.get(
    "/tickets/{number}/files/{message}",
    response_class=Response,
    responses={200: FILE, **problems(404)},
)
async def show_file(
    caller: TicketReader, number: Number, message: Annotated[str, Path(max_length=128)]
) -> Response:
    """Return what came with a message of a ticket."""

    def look(session: Session) -> bool:
        ticket = desk.find(session, caller.account, number, "")
        if ticket is None:
            return False
        entries = desk.conversation(session, caller.account, ticket).entries
        return any(carries(entry, message) for entry in entries)

    if not await caller.site.read(look):
        raise Problem(HTTPStatus.NOT_FOUND, f"工单 #{number} 里没有这个文件")
    try:
        return served(await caller.site.parts.transport.attachment(message))
    except NotDelivered:
        raise Problem(HTTPStatus.NOT_FOUND, "文件已经取不到了") from None


@router.get("/revisions")
async def list_revisions(
    caller: RuleReader,
    cursor: Annotated[int | None, Query(ge=1, le=LARGEST, description="上一页的 next")] = None,
) -> Page[RevisionShape]:
    """List the revisions of the configuration, the newest first."""

    def look(session: Session) -> list[Revision]:
        wanted = select(Revision).where(Revision.account == caller.account)
        if cursor is not None:
            wanted = wanted.where(Revision.number < cursor)
        ordered = wanted.order_by(col(Revision.number).desc())
        return list(session.exec(ordered.limit(PAGE + 1)))

    rows = await caller.site.read(look)
    following = rows[PAGE - 1].number if len(rows) > PAGE else None
    return Page(items=[RevisionShape.alike(row) for row in rows[:PAGE]], next=following)


@router.get("/revisions/{number}", responses=problems(404))
async def show_revision(caller: RuleReader, number: Number) -> RevisionWhole:
    """Return what a revision changed."""
    row = await caller.site.read(partial(_revision, account=caller.account, number=number))
    if row is None:
        raise Problem(HTTPStatus.NOT_FOUND, f"没有第 {number} 版")
    return RevisionWhole(revision=RevisionShape.alike(row), difference=row.difference)


def _revision(session: Session, account: int, number: int) -> Revision | None:
    wanted = select(Revision).where(Revision.account == account, Revision.number == number)
    return session.exec(wanted).first()
