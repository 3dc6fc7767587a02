"""Life in the groups over the API: what the pages about it show, for other programs."""

from datetime import timedelta
from functools import partial
from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path, Query
from sqlmodel import Session

from bot.storage.tables import Call, Person
from bot.turn import Turn
from bot.web.api.portraits import (
    AnswerShape,
    CallShape,
    CallWhole,
    CohortShape,
    HealthShape,
    InviterShape,
    LetterShape,
    MemberPage,
    MemberShape,
    MomentShape,
    OffenceShape,
    PartShape,
    PeoplePage,
    PersonShape,
    ProfileShape,
    ReasonShape,
    RetentionShape,
    TraitShape,
)
from bot.web.api.problems import Problem
from bot.web.api.shapes import Page, problems
from bot.web.api.tokens import PeopleReader
from bot.web.views import community, courses, groups

router = APIRouter(responses=problems(401, 403, 422))

LARGEST = 2**31 - 1
Cursor = Annotated[int | None, Query(ge=1, le=LARGEST, description="上一页的 next")]
Number = Annotated[int, Path(ge=1, le=LARGEST)]
Name = Annotated[str, Query(max_length=128)]


@router.get("/people")
async def list_people(
    caller: PeopleReader,
    kind: Literal["life", "path"] = "life",
    stage: Name = "",
    cursor: Annotated[str, Query(max_length=200)] = "",
) -> PeoplePage:
    """List people by stage, who stands there longest first."""
    look = partial(community.placed, account=caller.account, kind=kind, stage=stage, after=cursor)
    rows, following = await caller.site.read(look)
    return PeoplePage(items=[PersonShape.of(row) for row in rows], next=following or None)


@router.get("/people/{contact}", responses=problems(404))
async def show_person(
    caller: PeopleReader, contact: Annotated[str, Path(max_length=128)]
) -> ProfileShape:
    """Return what is known of somebody."""

    def look(session: Session) -> tuple[community.Placed, community.Profile] | None:
        if session.get(Person, (caller.account, contact)) is None:
            return None
        placed = community.people(session, caller.account, [contact])[0]
        return placed, community.profile(session, caller.account, contact, caller.site.now)

    found = await caller.site.read(look)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "没有这个人")
    placed, known = found
    return ProfileShape(
        person=PersonShape.of(placed),
        traits=[TraitShape.of(row) for row in known.traits],
        gift_score=known.score.points,
        gift_reasons=[ReasonShape(why=x.why, points=x.points) for x in known.score.lines],
    )


@router.get("/people/{contact}/story")
async def show_story(
    caller: PeopleReader, contact: Annotated[str, Path(max_length=128)]
) -> list[MomentShape]:
    """Tell what is kept of somebody, the latest first."""
    look = partial(groups.story, account=caller.account, contact=contact)
    return [
        MomentShape(at=each.at, what=each.what, text=each.text, place=each.place)
        for each in await caller.site.read(look)
    ]


@router.get("/groups/{room}/members")
async def list_members(
    caller: PeopleReader,
    room: Annotated[str, Path(max_length=128)],
    cursor: Annotated[str, Query(max_length=128)] = "",
) -> MemberPage:
    """List who is in a group, by id."""
    look = partial(groups.members, account=caller.account, room=room, after=cursor)
    rows = await caller.site.read(look)
    items = [
        MemberShape(
            id=row.member.contact,
            name=row.person.name if row.person else "",
            friend=bool(row.person and row.person.friend),
            joined_at=row.member.joined_at,
            inviter=row.member.inviter,
        )
        for row in rows[: groups.PAGE]
    ]
    return MemberPage(items=items, next=items[-1].id if len(rows) > groups.PAGE else None)


@router.get("/retention")
async def show_retention(caller: PeopleReader) -> RetentionShape:
    """Return who stayed of those who came in the last twelve weeks."""
    site = caller.site
    look = partial(community.cohorts, account=caller.account, now=site.now, zone=site.zone)
    weeks, sources = await site.read(look)
    return RetentionShape(
        weeks=[CohortShape.of(each) for each in weeks],
        sources=[CohortShape.of(each) for each in sources],
    )


@router.get("/group-health")
async def list_healths(caller: PeopleReader) -> list[HealthShape]:
    """Return how well the busiest groups live, the worst first."""
    site = caller.site
    look = partial(community.healths, account=caller.account, now=site.now, zone=site.zone)
    return [
        HealthShape(
            group=room,
            name=name,
            score=health.score,
            parts=[
                PartShape(name=part.name, points=part.points, most=part.most, why=part.why)
                for part in health.parts
            ],
        )
        for room, name, health in await site.read(look)
    ]


@router.get("/calls")
async def list_calls(caller: PeopleReader, cursor: Cursor = None) -> Page[CallShape]:
    """List roll-calls, the newest first."""
    look = partial(courses.calls, account=caller.account, before=cursor)
    rows = await caller.site.read(look)
    items = [
        CallShape(
            id=row.call.id or 0,
            group=row.call.room,
            kind=row.call.kind,
            title=row.call.title,
            opened_at=row.call.opened_at,
            closes_at=row.call.closes_at,
            answers=row.answers,
            right=row.right,
        )
        for row in rows[: community.PAGE]
    ]
    return Page(items=items, next=items[-1].id if len(rows) > community.PAGE else None)


@router.get("/calls/{number}", responses=problems(404))
async def show_call(caller: PeopleReader, number: Number) -> CallWhole:
    """Return who answered a roll-call, and who owes it."""
    account, site = caller.account, caller.site

    def look(session: Session) -> CallWhole | None:
        call = session.get(Call, number)
        if call is None or call.account != account:
            return None
        missing = site.parts.office.missing(Turn(session, account, site.now), call)
        given = [
            AnswerShape(member=row.member, name=name, at=row.at, right=row.right)
            for row, name in courses.answers(session, account, number)
        ]
        return CallWhole(answers=given, missing=list(missing))

    found = await site.read(look)
    if found is None:
        raise Problem(HTTPStatus.NOT_FOUND, "没有这次点名")
    return found


@router.get("/offences")
async def list_offences(
    caller: PeopleReader, member: Name = "", cursor: Cursor = None
) -> Page[OffenceShape]:
    """List breaches of order, the newest first."""
    look = partial(community.offences, account=caller.account, before=cursor, member=member)
    rows = await caller.site.read(look)
    items = [OffenceShape.of(row) for row in rows[: community.PAGE]]
    return Page(items=items, next=items[-1].id if len(rows) > community.PAGE else None)


@router.get("/invites")
async def list_inviters(caller: PeopleReader) -> list[InviterShape]:
    """List who brought people in the last thirty days."""
    site = caller.site
    credit = site.config.joining.credit_after
    look = partial(community.inviters, account=caller.account, now=site.now, credit_after=credit)
    return [
        InviterShape(
            id=row.contact, name=row.name, brought=row.brought, credit=row.credit, here=row.here
        )
        for row in await site.read(look)
    ]


@router.get("/letter")
async def show_letter(caller: PeopleReader) -> LetterShape:
    """Return the weekly letter as it would be written now."""
    site, account = caller.site, caller.account
    today = site.now.astimezone(site.zone).date()
    text = await site.read(
        lambda session: site.parts.office.letter(Turn(session, account, site.now), today)
    )
    return LetterShape(until=today - timedelta(days=1), text=text)
