"""The line on which open pages hear that something changed."""

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response, StreamingResponse

from bot.web.guard import Anybody

router = APIRouter()


@router.get("/live")
async def listen(visit: Anybody, ticket: int | None = None) -> StreamingResponse:
    """Stream the subjects that change; a page that shows a ticket is seen by others there."""
    events = visit.site.parts.live.stream(visit.guest.name, ticket)
    return StreamingResponse(
        events,
        media_type="text/event-stream",
        headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
    )


@router.get("/")
async def start(visit: Anybody) -> Response:
    """Lead to the page that matters first."""
    return RedirectResponse("/town" if visit.site.parts.town else "/inbox", 303)
