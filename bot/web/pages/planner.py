"""Planning a notice: a form that is checked as config.toml is, and published as a revision."""

import asyncio
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from fastapi import APIRouter, UploadFile
from fastapi.responses import Response

from bot.config.models import InQuietHours, Scenario
from bot.config.recurrence import SOLAR_TERMS
from bot.errors import ConfigError, Fault, TicketError
from bot.web.acting import store
from bot.web.drafting import BLANK, DAYS, SPOTS, SPOTTED, fill, read
from bot.web.editing import (
    Block,
    drop_table,
    find_table,
    fingerprint,
    places,
    plain,
    put_table,
)
from bot.web.files import picture, picture_type
from bot.web.guard import Manager
from bot.web.pages.notices import foreseen
from bot.web.pages.rules import difference, put_into_force
from bot.web.parts import Conflict, Proposal
from bot.web.site import Visit, told
from bot.web.views import notices

router = APIRouter(prefix="/plan")

MANY = "notices"
LARGEST = 8 * 1024 * 1024
# What the checks say where a key is missing, as somebody reads it who fills in a form.
MISSING = (
    ("少了「title」", "title", "请写标题。"),
    ("少了「groups」", "groups", "请选发给哪些群。"),
    ("少了「keyword」", "keyword", "请写报名词。"),
    ("公告没有内容", "text", "请写正文，或者选一张配图。"),
    ("少了时间", "when", "请选时间。"),
)
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
        "new": not id,
        "over": fingerprint(_lines(text, block)) if id and block else "",
        "choices": groups,
    }
    return visit.page("plan/page.html", status=200, **CHOICES, **values)


@router.post("/look")
async def look(visit: Manager) -> Response:
    """Say what is wrong, and how it would look in WeChat."""
    form = await visit.request.form()
    untouched = bool(form.get("new")) and not (form.get("title") or form.get("text"))
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
    now = _lines(text, draft.before)
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
    return await _publish(visit, changed, text, f"删掉公告「{id_}」", "/rules/history")


@router.post("/picture")
async def take_picture(visit: Manager, file: UploadFile) -> Response:
    """Keep a picture for a notice; config.toml names it from its own folder."""
    content = await file.read(LARGEST + 1)
    if len(content) > LARGEST or picture_type(content[:16]) is None:
        return told("请选一张 8 MB 以内的图片（png、jpg、gif、webp）。", bad=True)
    kept = store(visit.site.parts.uploads, file.filename or "图片", content)
    return visit.page("plan/picture.html", image=kept.relative_to(_folder(visit)).as_posix())


@router.get("/picture")
async def show_picture(visit: Manager, name: str) -> Response:
    """Show a picture that lies beside config.toml, as a notice would send it."""
    folder = _folder(visit).resolve()
    file = (folder / name).resolve()
    if not file.is_relative_to(folder):
        return Response(status_code=404)
    return await asyncio.to_thread(picture, file)


async def _draft(visit: Visit) -> Draft:
    """Make of the form a text for config.toml, and check it."""
    form = await visit.request.form()
    text = _saved(visit)
    id_ = str(form.get("id") or "").strip()
    block = find_table(text, MANY, id_) if id_ else None
    if block is not None and form.get("new"):
        nothing = Proposal(None, (), ())
        return Draft(id_, text, block, nothing, {"id": [f"已经有编号是「{id_}」的公告。"]})
    values = read(form, visit.site.zone, block.data if block else {})
    changed = put_table(text, MANY, values)
    check = partial(visit.site.parts.office.check, changed, rules=False)
    found = await asyncio.to_thread(check)
    draft = Draft(id_, changed, block, found)
    _sort(visit, draft)
    return draft


def _sort(visit: Visit, draft: Draft) -> None:
    """Put every fault beside the field it is about."""
    block = find_table(draft.text, MANY, draft.id)
    spots = places(draft.text, MANY, block) if block else {}
    for heard, into in ((draft.found.faults, draft.faults), (draft.found.warnings, draft.doubts)):
        for fault in heard:
            here = block is not None and block.start < fault.line <= block.end
            if here and fault.file == _file(visit):
                spot, text = _told(spots, fault)
                into.setdefault(spot, []).append(text)
            elif heard is draft.found.faults:
                draft.elsewhere.append(fault)


def _told(spots: dict[int, str], fault: Fault) -> tuple[str, str]:
    """Name the field in whose lines a fault stands, and say what is wrong; "" is the whole."""
    for sign, spot, text in MISSING:
        if sign in fault.text:
            return spot, text
    key = next((spots[at] for at in sorted(spots, reverse=True) if at <= fault.line), "")
    return SPOTS.get(key, key.removeprefix("signup.")), fault.text


async def _looked(visit: Visit, draft: Draft, *, untouched: bool = False) -> Response:
    config = draft.found.config
    found = next((n for n in config.notices if n.id == draft.id), None) if config else None
    seen = await foreseen(visit, found, config or visit.site.config)
    lines = difference(_saved(visit), draft.text)
    values = {"draft": draft, "lines": lines, "spots": SPOTTED, "untouched": untouched}
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


def _folder(visit: Visit) -> Path:
    return _file(visit).absolute().parent


def _lines(text: str, block: Block | None) -> str:
    return "\n".join(text.split("\n")[block.start : block.end]) if block else ""


def _new_id(visit: Visit, day: str) -> str:
    """Choose a name that no notice has yet."""
    taken = {notice.id for notice in visit.site.config.notices}
    names = (f"notice-{day}{f'-{number}' if number else ''}" for number in range(len(taken) + 1))
    return next(name for name in names if name not in taken)
