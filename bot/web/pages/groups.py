"""Groups and members; erasing a person."""

import json
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.errors import TicketError
from bot.storage.forget import forget
from bot.storage.tables import Person, Room
from bot.turn import Turn
from bot.web.audit import Deed
from bot.web.guard import Anybody, Manager, NotAllowed
from bot.web.site import Visit, moved
from bot.web.views import community, groups, names

router = APIRouter(prefix="/groups")

MONTH = 30


@router.get("")
async def show(visit: Anybody) -> Response:
    """List the groups."""
    site = visit.site
    since = groups.since_day(site.now, site.zone)
    look = partial(groups.groups, account=visit.account, now=site.now, since=since)
    rows = await visit.read(look)
    return visit.page("groups/page.html", rows=rows, kind=partial(_kind, visit))


@router.get("/member/{contact}")
async def show_member(visit: Anybody, contact: str) -> Response:
    """Tell one person's story."""
    person = await visit.read(lambda session: session.get(Person, (visit.account, contact)))
    moments = await visit.read(partial(groups.story, account=visit.account, contact=contact))
    if person is None and not moments:
        raise NotAllowed("没有这个人的记录，或者已经删除。")
    values: dict[str, Any] = {"person": person, "contact": contact, "moments": moments}
    values["titles"] = {notice.id: notice.title for notice in visit.site.config.notices}
    values |= {"known": None, "called": visit.site.parts.office.called}
    if visit.guest.is_manager:
        look = partial(
            community.profile, account=visit.account, contact=contact, now=visit.site.now
        )
        values["known"] = await visit.read(look)
    return visit.page("groups/member.html", status=200, **values)


@router.post("/member/{contact}/erase")
async def erase(visit: Manager, contact: str, confirm: Annotated[str, Form()] = "") -> Response:
    """Erase a person from every table, once the name was typed again."""

    def work(turn: Turn) -> None:
        person = turn.session.get(Person, (turn.account, contact))
        name = person.name if person else ""
        if confirm.strip() not in {name, contact} - {""}:
            raise TicketError("名字对不上，什么也没有删。请照样输入名字。")
        touched = forget(turn.session, contact)
        visit.write_down(turn, Deed("删除一个人", after=json.dumps(touched)))

    await visit.change(work)
    return moved(visit.request, "/groups?erased=1")


@router.get("/{room:path}")
async def show_group(visit: Anybody, room: str, after: str = "") -> Response:
    """Show one group with its people and its last days."""
    found = await visit.read(lambda session: session.get(Room, (visit.account, room)))
    if found is None:
        raise NotAllowed("没有这个群。")
    site = visit.site
    since = groups.since_day(site.now, site.zone, MONTH)
    people = await visit.read(
        partial(groups.members, account=visit.account, room=room, after=after)
    )
    days = await visit.read(partial(groups.days, account=visit.account, room=room, since=since))
    owner = await visit.read(
        partial(names.people, account=visit.account, contacts=[found.owner or ""])
    )
    more = people[groups.PAGE - 1].member.contact if len(people) > groups.PAGE else None
    values = {"people": people[: groups.PAGE], "more": more, "days": days}
    values["owner"] = owner.get(found.owner or "", found.owner)
    return visit.page(
        "groups/group.html", status=200, room=found, kind=_kind(visit, found), **values
    )


def _kind(visit: Visit, room: Room) -> str:
    """Say what a room is for, by the configuration in force."""
    config = visit.site.config
    if room.room == config.support.room:
        return "support"
    group = config.group_of(room.room, room.topic)
    return group.kind.value if group is not None else ""
