"""The calendar of notices: planned, previewed, approved, held, cancelled, followed."""

import asyncio
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response
from pydantic import AwareDatetime

from bot.config import Config
from bot.config.models import NoticeSettings
from bot.web.acting import manage, may_work
from bot.web.audit import Deed
from bot.web.files import picture
from bot.web.guard import Anybody, Manager, NotAllowed
from bot.web.pages.figures import table
from bot.web.parts import Shown
from bot.web.site import Visit
from bot.web.text import group_name
from bot.web.views import names, notices
from bot.web.words import SIGNUPS

router = APIRouter(prefix="/notices")

# What a button does: what it is called in the record, and the command it types.
VERBS = {
    "approve": ("批准", "公告 批准 {id}"),
    "hold": ("压住", "公告 压住 {id}"),
    "cancel": ("取消", "公告 取消 {id}"),
    "release": ("放行", "公告 放行 {id}"),
    "end": ("停掉", "公告 取消 {id} 全部"),
    "restore": ("恢复", "公告 恢复 {id}"),
}
FIRST_YEAR, LAST_YEAR = 1970, 2099
AHEAD = timedelta(days=400)
UNFINISHED = {"planned", "queued", "held", "awaiting-approval"}
AT_ONCE = 6  # occasions that are shown of what comes


@router.get("")
async def show(visit: Anybody, month: str = "") -> Response:
    """Show a month."""
    first = _month(visit, month)
    office, account = visit.site.parts.office, visit.account
    weeks = await visit.read(
        partial(notices.month, account=account, office=office, first=first, now=visit.site.now)
    )
    waiting = await visit.read(partial(notices.waiting, account=account))
    topics = await visit.read(partial(names.rooms, account=account))
    look = partial(notices.ended, account=account, config=visit.site.config, now=visit.site.now)
    values = {
        "ended": await visit.read(look),
        "held": await visit.read(partial(notices.held_ahead, account=account)),
        "weeks": weeks,
        "first": first,
        "before": (first - timedelta(days=1)).replace(day=1),
        "after": (first + timedelta(days=32)).replace(day=1),
        "today": visit.site.now.astimezone(visit.site.zone).date(),
        "waiting": waiting,
        "topics": topics,
        "titles": {notice.id: notice.title for notice in visit.site.config.notices},
    }
    return visit.page("notices/page.html", status=200, **values)


@router.get("/{notice}")
async def show_notice(visit: Anybody, notice: str, done: int | None = None) -> Response:
    """Show a notice: what it will say where, and how its waves went."""
    values = await _notice(visit, notice)
    return visit.page("notices/notice.html", status=200, done=done, **values)


@router.get("/{notice}/picture")
async def show_picture(visit: Anybody, notice: str, name: str) -> Response:
    """Show a picture that a notice sends."""
    found = _find(visit, notice)
    contents = (found, *found.variants.values())
    files = {str(file): file for content in contents for file in content.all_files()}
    if name not in files:
        return Response(status_code=404)
    return await asyncio.to_thread(picture, files[name])


@router.get("/{notice}/waves")
async def show_waves(visit: Anybody, notice: str) -> Response:
    """Show only how its waves are going."""
    return visit.page("notices/waves.html", status=200, **await _notice(visit, notice))


@router.get("/{notice}/groups")
async def show_groups(visit: Anybody, notice: str, due: AwareDatetime, part: str = "") -> Response:
    """Show what became of one occasion, group by group."""
    account = visit.account
    look = partial(notices.groups, account=account, notice=notice, due=due, part=part)
    topics = await visit.read(partial(names.rooms, account=account))
    rows = await visit.read(look)
    return visit.page("notices/groups.html", status=200, rows=rows, topics=topics)


@router.get("/{notice}/signups.csv")
async def save_signups(visit: Anybody, notice: str) -> Response:
    """Hand the sign-ups out as a file."""
    rows = await visit.read(partial(notices.signups, account=visit.account, notice=notice))
    topics = await visit.read(partial(names.rooms, account=visit.account))
    zone = visit.site.zone
    head = ["场次", "名字", "微信 id", "群", "状态", "同行", "时间", "回答"]
    lines = [
        [
            f"{row.due_at.astimezone(zone):%Y-%m-%d %H:%M}",
            row.member_name,
            row.member,
            topics.get(row.room or "", ""),
            SIGNUPS[row.state],
            row.guests,
            f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}",
            "；".join(row.answers),
        ]
        for row in rows
    ]
    return table([head, *lines], "signups")


@router.post("/{notice}/{verb}")
async def act(
    visit: Manager, notice: str, verb: str, source: Annotated[str, Form(pattern=r"^[0-9a-f]{16,}$")]
) -> Response:
    """Decide about a notice, as a manager's command does."""
    found = _find(visit, notice)
    if verb not in VERBS:
        raise NotAllowed("没有这个操作。")
    called, line = VERBS[verb]
    return await manage(visit, line.format(id=found.id), source, Deed(f"公告{called}", found.id))


async def _notice(visit: Visit, name: str) -> dict[str, Any]:
    account = visit.account
    waves = await visit.read(partial(notices.waves, account=account, notice=name))
    found = next((each for each in visit.site.config.notices if each.id == name), None)
    if found is None and not waves:
        raise NotAllowed("没有这个公告。")
    states = {state for wave in waves for state in wave.counts}
    return {
        "name": name,
        "waves": waves,
        **await foreseen(visit, found, visit.site.config),
        "standing": await visit.read(
            partial(notices.standing, account=account, notice=name, now=visit.site.now)
        ),
        "enrolment": await visit.read(partial(notices.enrolment, account=account, notice=name)),
        "topics": await visit.read(partial(names.rooms, account=account)),
        "may_work": may_work(visit.site.config, visit.guest) and visit.guest.is_manager,
        "states": states,
        "coming": bool(states & UNFINISHED),
    }


async def foreseen(visit: Visit, found: NoticeSettings | None, config: Config) -> dict[str, Any]:
    """Tell when a notice goes where, whom it reaches and what it says, under a configuration."""
    if found is None:
        return {"notice": None, "reach": None, "ahead": [], "previews": [], "lasts": None}
    office, now = visit.site.parts.office, visit.site.now
    look = partial(notices.reach, account=visit.account, config=config, notice=found)
    reach = await visit.read(look)
    ahead = list(office.occurrences(found, now, now + AHEAD, under=config))[:AT_ONCE]
    return {
        "notice": found,
        "reach": reach,
        "ahead": ahead,
        "previews": _previews(visit, found, reach, ahead[0] if ahead else now),
        "lasts": office.lasts(found, reach.places) if reach.places else None,
    }


def _previews(
    visit: Visit, found: NoticeSettings, reach: notices.Reach, due: datetime
) -> list[tuple[str, str, Sequence[Shown]]]:
    """Show what will be said, once for each kind of group."""
    examples = {place.kind: group_name(place.topic, place.room) for place in reversed(reach.places)}
    examples = examples or {"fan": "某某群"}
    office = visit.site.parts.office
    return [
        (kind, topic, office.preview(found, kind, topic, due))
        for kind, topic in sorted(examples.items())
    ]


def _find(visit: Visit, name: str) -> NoticeSettings:
    found = next((each for each in visit.site.config.notices if each.id == name), None)
    if found is None:
        raise NotAllowed("配置里没有这个公告。")
    return found


def _month(visit: Visit, month: str) -> date:
    """Read 2026-11; anything else means this month."""
    today = visit.site.now.astimezone(visit.site.zone).date()
    try:
        first = date.fromisoformat(f"{month}-01")
    except ValueError:
        return today.replace(day=1)
    return first if FIRST_YEAR < first.year < LAST_YEAR else today.replace(day=1)
