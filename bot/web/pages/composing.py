"""The parts of a notice's form that grow: what is said, piece by piece, and single occasions."""

import asyncio
from contextlib import suppress
from datetime import date, datetime, timedelta
from functools import partial
from pathlib import Path

from fastapi import APIRouter, UploadFile
from fastapi.responses import Response

from bot.config.contents import VOICES
from bot.errors import TicketError
from bot.web.acting import store
from bot.web.files import picture, picture_type
from bot.web.guard import Manager
from bot.web.moments import moves
from bot.web.pieces import FILES, change, written
from bot.web.site import Visit

router = APIRouter(prefix="/plan")

LARGEST = 8 * 1024 * 1024
LATER = timedelta(hours=1)  # to when an occasion is moved before somebody says to when


@router.post("/pieces")
async def change_pieces(visit: Manager) -> Response:
    """Add a piece, take one away, put one before another, or say something else to some groups."""
    form = await visit.request.form()
    known = written(form)
    fresh = change(known, str(form.get("do") or ""))
    return _grown(visit.page("plan/pieces.html", status=200, pieces=known, fresh=fresh))


@router.post("/occasions")
async def change_occasions(visit: Manager) -> Response:
    """Leave an occasion out, move one, or put it back to where it was."""
    form = await visit.request.form()
    skip, move = {str(day) for day in form.getlist("skip")}, moves(form)
    verb, _, about = str(form.get("do") or "").partition(":")
    about = about or str(form.get("skip-day") or "")
    skip.discard(about[:10])
    moved_to = move.pop(about[:10], "")
    with suppress(ValueError):
        if verb == "skip":
            skip.add(date.fromisoformat(about).isoformat())
        elif verb == "move" and not moved_to:
            to = datetime.fromisoformat(about) + LATER
            move[about[:10]] = to.isoformat(timespec="minutes")[:16]
    values = {"skip": sorted(skip), "move": dict(sorted(move.items()))}
    return _grown(visit.page("plan/occasions.html", status=200, **values))


@router.post("/file/{kind}")
async def take_file(visit: Manager, kind: str, at: str, file: UploadFile) -> Response:
    """Keep a file for a notice; config.toml names it from its own folder."""
    content = await file.read(LARGEST + 1)
    name = file.filename or "文件"
    if wrong := _wrong(kind, name, content):
        raise TicketError(wrong)
    kept = await asyncio.to_thread(store, visit.site.parts.uploads, name, content)
    named = kept.relative_to(folder(visit)).as_posix()
    return _grown(visit.page("plan/file.html", status=200, at=at, kind=kind, file=named))


@router.get("/picture")
async def show_picture(visit: Manager, name: str) -> Response:
    """Show a picture that lies beside config.toml, as a notice would send it."""
    home = folder(visit).resolve()
    try:
        file = (home / name).resolve()
        known = file.is_relative_to(home) and file.is_file()
    except (OSError, ValueError):  # a name that no file can have
        known = False
    if not known:
        return Response(status_code=404)
    return await asyncio.to_thread(partial(picture, file))


def folder(visit: Visit) -> Path:
    """Return where config.toml lies."""
    return next(iter(visit.site.parts.office.saved())).absolute().parent


def _wrong(kind: str, name: str, content: bytes) -> str:
    """Say why a file cannot be sent as what it is to be; "" where it can."""
    if kind not in FILES or not content or len(content) > LARGEST:
        return "请选一个 8 MB 以内、不是空的文件。"
    if kind == "image" and picture_type(content[:16]) is None:
        return "请选一张图片（png、jpg、gif、webp）。"
    if kind == "voice" and Path(name).suffix.lower() not in VOICES:
        return "请选一段录音（mp3、m4a、wav、amr、silk）。"
    return ""


def _grown(response: Response) -> Response:
    """Let the page look again at what the form says now."""
    response.headers["HX-Trigger-After-Settle"] = "planned"
    return response
