"""The line on which open pages hear that something changed."""

from typing import Annotated

from fastapi import APIRouter, Query
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from bot.web.guard import Anybody
from bot.web.live import Page

router = APIRouter()


@router.get("/live")
async def listen(
    visit: Anybody,
    ticket: int | None = None,
    hear: Annotated[list[str] | None, Query()] = None,
) -> StreamingResponse:
    """Stream the subjects that change, or those of them that somebody wants to ``hear`` of.

    A page that shows a ticket is seen by others there.
    """
    page = Page(visit.guest.name, ticket, frozenset(hear or ()))
    return StreamingResponse(
        visit.site.parts.live.stream(page),
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/")
async def start(visit: Anybody) -> Response:
    """Lead to the page that matters first."""
    return RedirectResponse("/town" if visit.site.parts.town else "/inbox", 303)
