"""Notices over the API: what is planned, what it will say where, and what became of it."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Path, Query
from pydantic import AwareDatetime

from bot.config.models import NoticeSettings
from bot.web.api.problems import Problem
from bot.web.api.shapes import (
    NoticeShape,
    NoticeWhole,
    OccasionShape,
    PieceShape,
    PostedShape,
    problems,
)
from bot.web.api.tokens import Caller, NoticeReader
from bot.web.views import notices

router = APIRouter(responses=problems(401, 403, 422))

Name = Annotated[str, Path(max_length=128)]
AHEAD, AT_ONCE = timedelta(days=400), 6


@router.get("/notices")
async def list_notices(caller: NoticeReader) -> list[NoticeShape]:
    """List the notices of the configuration in force."""
    return [NoticeShape.of(each) for each in caller.site.config.notices]


@router.get("/notices/{notice}", responses=problems(404))
async def show_notice(caller: NoticeReader, notice: Name) -> NoticeWhole:
    """Return a notice: when it comes, whom it reaches, what it says, what was decided of it."""
    found, site = found_notice(caller, notice), caller.site
    office, now = site.parts.office, site.now
    look = partial(notices.reach, account=caller.account, config=site.config, notice=found)
    reach = await site.read(look)
    stood = partial(notices.standing, account=caller.account, notice=found.id, now=now)
    standing = await site.read(stood)
    ahead = [] if standing.ended else list(office.occurrences(found, now, now + AHEAD))[:AT_ONCE]
    kinds = {place.kind: place.topic for place in reversed(reach.places)}
    due = ahead[0] if ahead else now
    return NoticeWhole(
        notice=NoticeShape.of(found),
        ended=standing.ended,
        ahead=ahead,
        held=sorted(standing.held),
        cancelled=sorted(standing.cancelled),
        groups={place.room: reach.sizes.get(place.room, 0) for place in reach.places},
        says={
            kind: [PieceShape.of(piece) for piece in office.preview(found, kind, topic, due)]
            for kind, topic in sorted(kinds.items())
        },
    )


@router.get("/notices/{notice}/occasions")
async def list_occasions(caller: NoticeReader, notice: Name) -> list[OccasionShape]:
    """List the last moments of a notice and what became of them, group by group."""
    look = partial(notices.waves, account=caller.account, notice=notice)
    return [
        OccasionShape(
            due_at=wave.occasion.due_at,
            part=wave.occasion.part,
            state=wave.occasion.state,
            held=bool(wave.occasion.held_by),
            groups=wave.counts,
        )
        for wave in await caller.site.read(look)
    ]


@router.get("/notices/{notice}/groups")
async def list_posted(
    caller: NoticeReader,
    notice: Name,
    due: AwareDatetime,
    part: Annotated[str, Query(max_length=40)] = "",
) -> list[PostedShape]:
    """List what became of one occasion in each group."""
    look = partial(notices.groups, account=caller.account, notice=notice, due=due, part=part)
    return [PostedShape.alike(row) for row in await caller.site.read(look)]


def found_notice(caller: Caller, name: str) -> NoticeSettings:
    """Find a notice of the configuration in force, by its id."""
    found = next((each for each in caller.site.config.notices if each.id == name), None)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "没有这个公告")
    return found
