"""Planning a notice: a form that is checked as config.toml is, and published as a revision."""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response

from bot.config.models import InQuietHours, Scenario
from bot.config.positions import Path as TomlPath
from bot.config.recurrence import SOLAR_TERMS
from bot.errors import ConfigError, Fault, TicketError
from bot.web.drafting import BLANK, SPOTTED, fill, read, spot_of
from bot.web.editing import (
    Block,
    drop_table,
    find_table,
    fingerprint,
    places,
    plain,
    put_table,
    source_of,
)
from bot.web.guard import Manager
from bot.web.moments import DAYS
from bot.web.pages.notices import foreseen
from bot.web.pages.rules import difference, put_into_force
from bot.web.parts import Conflict, Proposal
from bot.web.pieces import OWN, Piece, written
from bot.web.site import Visit, told
from bot.web.views import notices

router = APIRouter(prefix="/plan")

MANY = "notices"
# What the checks say where a key is missing, as somebody reads it who fills in a form.
MISSING = (
    ("少了「title」", "title", "请写标题。"),
    ("少了「groups」", "groups", "请选发给哪些群。"),
    ("少了「keyword」", "keyword", "请写报名词。"),
    ("公告没有内容", "says", "请写正文，或者加一张图片、一段语音。"),
    ("少了时间", "when", "请选时间。"),
)
MISSES = re.compile("少了「(url|title|appid)」")
FIELD_NAMES = {"url": "网址", "title": "卡片标题", "appid": " AppID"}
CHOICES: dict[str, Any] = {
    "terms": SOLAR_TERMS,
    "weekday_names": tuple(zip(DAYS, "一二三四五六日", strict=True)),
    "scenarios": list(Scenario),
    "quiet": list(InQuietHours),
}


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form makes of config.toml; faults by the spot of the form they belong to."""

    id: str
    text: str
    before: Block | None
    found: Proposal
    pieces: dict[str, list[Piece]] = field(default_factory=dict)
    faults: dict[str, list[str]] = field(default_factory=dict)
    doubts: dict[str, list[str]] = field(default_factory=dict)
    elsewhere: list[Fault] = field(default_factory=list)


@router.get("")
async def show(visit: Manager, id: str = "", day: str = "", like: str = "") -> Response:
    """Show the form: empty, of a notice, or like another one."""
    text = _saved(visit)
    block = find_table(text, MANY, id or like) if id or like else None
    if id and block is None:
        raise TicketError(f"config.toml 里没有公告「{id}」。")
    known = fill(block.data, visit.site.zone) if block else {}
    if not id:
        today = visit.site.now.astimezone(visit.site.zone).date()
        known |= {"id": _new_id(visit, today.strftime("%m%d")), "date": day or str(today)}
        known |= {"start": day or str(today)} if not like else {}
    groups = await visit.read(
        partial(notices.choices, account=visit.account, config=visit.site.config)
    )
    values = {
        "known": {**BLANK, **known},
        "fresh": None,
        "new": not id,
        "over": fingerprint(source_of(text, block)) if id and block else "",
        "choices": groups,
    }
    return visit.page("plan/page.html", status=200, **CHOICES, **values)


@router.post("/look")
async def look(visit: Manager) -> Response:
    """Say what is wrong, and how it would look in WeChat."""
    form = await visit.request.form()
    said = any(not piece.empty for piece in written(form)[OWN])
    untouched = bool(form.get("new")) and not (form.get("title") or said)
    return await _looked(visit, await _draft(visit), untouched=untouched)


@router.post("/publish")
async def publish(visit: Manager) -> Response:
    """Put the notice into force, unless it has faults or somebody else changed it."""
    form = await visit.request.form()
    draft = await _draft(visit)
    text = _saved(visit)
    if draft.found.config is None:
        return await _looked(visit, draft)
    over = str(form.get("over") or "")
    now = source_of(text, draft.before)
    if over != (fingerprint(now) if draft.before else ""):
        return visit.page("plan/conflict.html", theirs=now, over=fingerprint(now))
    if draft.text == text:
        return told("没有改动，不用发布。", bad=True)
    note = f"公告「{form.get('title') or draft.id}」"
    return await _publish(visit, draft.text, text, note, f"/notices/{draft.id}")


@router.post("/drop")
async def drop(visit: Manager) -> Response:
    """Take a notice out of the configuration."""
    form = await visit.request.form()
    id_, text = str(form.get("id") or ""), _saved(visit)
    changed = drop_table(text, MANY, id_)
    if form.get("over") != fingerprint(source_of(text, find_table(text, MANY, id_))):
        raise TicketError("别人刚改过这条公告，没有删。请刷新页面，看过再删。")
    return await _publish(visit, changed, text, f"删掉公告「{id_}」", "/rules/history")


async def _draft(visit: Visit) -> Draft:
    """Make of the form a text for config.toml, and check it."""
    form = await visit.request.form()
    text = _saved(visit)
    id_ = str(form.get("id") or "").strip()
    block = find_table(text, MANY, id_) if id_ else None
    if block is not None and form.get("new"):
        nothing = Proposal(None, (), ())
        taken = {"id": [f"已经有编号是「{id_}」的公告。"]}
        return Draft(id_, text, block, nothing, written(form), taken)
    values = read(form, visit.site.zone, block.data if block else {})
    changed = put_table(text, MANY, values)
    check = partial(visit.site.parts.office.check, changed, rules=False)
    found = await asyncio.to_thread(check)
    draft = Draft(id_, changed, block, found, written(form))
    _sort(visit, draft)
    return draft


def _sort(visit: Visit, draft: Draft) -> None:
    """Put every fault beside the field it is about."""
    block = find_table(draft.text, MANY, draft.id)
    spots = places(draft.text, MANY, block) if block else {}
    for heard, into in ((draft.found.faults, draft.faults), (draft.found.warnings, draft.doubts)):
        for fault in heard:
            own = fault.file == _file(visit)
            if own and block is not None and block.start < fault.line <= block.end:
                spot, text = _told(spots, fault, block, draft.pieces)
                into.setdefault(spot, []).append(text)
            elif heard is draft.found.faults:
                draft.elsewhere.append(fault)


def _told(
    places_: Mapping[tuple[int, int], TomlPath],
    fault: Fault,
    block: Block,
    pieces: Mapping[str, list[Piece]],
) -> tuple[str, str]:
    """Name the field at which a fault stands, and say what is wrong; "" is the whole."""
    at = max((each for each in places_ if each <= (fault.line, fault.column)), default=None)
    path = places_[at] if at is not None else ()
    spot = spot_of(path, block.data, pieces)
    if path and (missing := MISSES.search(fault.text)) and "-" in spot:
        return f"{spot.rpartition('-')[0]}-{missing[1]}", f"请写{FIELD_NAMES[missing[1]]}。"
    for sign, named, text in MISSING:
        if sign in fault.text:
            return named, text
    return spot, fault.text


async def _looked(visit: Visit, draft: Draft, *, untouched: bool = False) -> Response:
    config = draft.found.config
    found = next((n for n in config.notices if n.id == draft.id), None) if config else None
    seen = await foreseen(visit, found, config or visit.site.config)
    lines = difference(_saved(visit), draft.text)
    of_pieces = [
        f"{where}-{number}-{each}"
        for where, pieces in draft.pieces.items()
        for number, piece in enumerate(pieces)
        for each in piece.values
    ]
    values: dict[str, Any] = {"draft": draft, "lines": lines, "untouched": untouched}
    values |= {"spots": [*SPOTTED, *of_pieces], "zone": visit.site.zone}
    return visit.page("plan/look.html", status=200, **values, **seen)


async def _publish(visit: Visit, text: str, before: str, note: str, then: str) -> Response:
    over = fingerprint(next(iter(visit.site.parts.office.saved().values())))
    if plain(before) != _saved(visit):
        raise TicketError("config.toml 刚刚被别人改过，请再点一次。")
    try:
        return await put_into_force(visit, text, over=over, note=note, then=then)
    except (ConfigError, Conflict) as error:
        first = error.faults[0].text if isinstance(error, ConfigError) else str(error)
        raise TicketError(f"没有发布：{first}") from error


def _saved(visit: Visit) -> str:
    return plain(next(iter(visit.site.parts.office.saved().values())))


def _file(visit: Visit) -> Path:
    return next(iter(visit.site.parts.office.saved()))


def _new_id(visit: Visit, day: str) -> str:
    """Choose a name that no notice has yet."""
    taken = {notice.id for notice in visit.site.config.notices}
    names = (f"notice-{day}{f'-{number}' if number else ''}" for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
