"""Rules and words: seen, tried, edited, tested on the past, published, taken back."""

import asyncio
import difflib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query
from fastapi.responses import Response
from markupsafe import escape
from sqlmodel import Session, col, select

from bot.config.rulebook import Label, Mode, Reading, RuleSettings
from bot.errors import ConfigError, TicketError
from bot.storage.tables import Revision
from bot.web import backtest
from bot.web.audit import Deed
from bot.web.editing import drop_table, find_table, fingerprint, plain, put_table, source_of
from bot.web.guard import Manager
from bot.web.parts import Conflict
from bot.web.site import Visit, moved, told
from bot.web.views.reasons import marked

router = APIRouter(prefix="/rules")

LONGEST = 2_000_000
Text = Annotated[str, Form(max_length=LONGEST)]
HISTORY = 50
RULES = "rules"
NEAR = 5  # words, where nothing else is said


@router.get("")
async def show(visit: Manager, label: str = "", q: str = "") -> Response:
    """Show the rules in force."""
    config = visit.site.config
    own = {rule.id for rule in _own_rules(visit)}
    rules = [rule for rule in config.rules if _wanted(rule, label, q)]
    values: dict[str, Any] = {"rules": rules, "own": own, "label": label, "q": q}
    values |= {"total": len(config.rules), "lexicons": config.lexicons}
    return visit.page("rules/page.html", **values)


@router.get("/try")
async def try_out(
    visit: Manager, text: Annotated[str, Query(max_length=5000)] = "", kind: str = "fan"
) -> Response:
    """Say what a sentence is, as it is typed."""
    found = None
    if text.strip():
        room = next((g.id or "" for g in visit.site.config.groups if g.kind == kind), "")
        found = visit.site.parts.office.explain(text, room, "")
    pieces = marked(text, found.matches) if found else []
    return visit.page("rules/tried.html", found=found, pieces=pieces, text=text)


@router.get("/edit")
async def edit(visit: Manager) -> Response:
    """Show config.toml in an editor."""
    text = next(iter(visit.site.parts.office.saved().values()))
    return _editor(visit, text, over=fingerprint(text))


@router.post("/check")
async def check(visit: Manager, text: Text) -> Response:
    """Check a text, and show its faults at their lines."""
    office = visit.site.parts.office
    found = await asyncio.to_thread(office.check, plain(text))
    return visit.page("rules/faults.html", found=found, file=_file(visit))


@router.post("/backtest")
async def test_on_past(visit: Manager, text: Text) -> Response:
    """Say what a text would have made of the last days."""
    office, account, now = visit.site.parts.office, visit.account, visit.site.now
    found = await asyncio.to_thread(office.check, plain(text))
    if found.config is None:
        return visit.page("rules/faults.html", found=found, file=_file(visit))
    messages = await visit.read(partial(backtest.past, account=account, now=now))
    judge = await asyncio.to_thread(office.judge, found.config)
    result = await asyncio.to_thread(backtest.compare, messages, office.explain, judge)
    false = await visit.read(partial(backtest.marked, account=account))
    return visit.page("rules/backtest.html", result=result, marks=false, days=backtest.DAYS)


@router.post("/false-hit")
async def mark_false_hit(
    visit: Manager, rule: Annotated[str, Form()], message: Annotated[str, Form()]
) -> Response:
    """Note that a rule should not have hit, or take that back."""
    name = visit.guest.name
    noted = await visit.change(
        lambda turn: backtest.mark(turn.session, turn.account, rule, message, name, turn.now),
        Deed("标记误报", f"{rule} {message}"),
    )
    return told("记下了：这条不该命中。" if noted else "取消了标记。")


@router.post("/publish")
async def publish(
    visit: Manager,
    text: Text,
    over: Annotated[str, Form()],
    note: Annotated[str, Form(max_length=300)] = "",
) -> Response:
    """Put a text into force, as a revision with a note."""
    office = visit.site.parts.office
    before = next(iter(office.saved().values()))
    text = _like(before, plain(text))
    if text == before:
        return told("没有改动，不用发布。", bad=True)
    try:
        return await put_into_force(visit, text, over=over, note=note, then="/rules/history")
    except ConfigError:
        found = await asyncio.to_thread(office.check, text)
        return visit.page("rules/faults.html", found=found, file=_file(visit))
    except Conflict:
        shown = difference(before, text)
        over = fingerprint(before)
        return visit.page("rules/conflict.html", difference=shown, over=over)


async def put_into_force(visit: Visit, text: str, *, over: str, note: str, then: str) -> Response:
    """Publish a text, write that down, and lead to where it can be seen.

    Raises ConfigError where it has faults, Conflict where ``over`` is not what stands there now.
    """
    office = visit.site.parts.office
    before = next(iter(office.saved().values()))
    number = await office.publish(
        _like(before, text), over=over, who=visit.guest.name, note=note.strip()
    )
    gone, came = changed_lines(before, text)
    deed = Deed("发布配置", f"第 {number} 版", before=gone, after=came)
    await visit.change(lambda turn: visit.write_down(turn, deed))
    visit.site.parts.live.tell("rules")
    return moved(visit.request, f"{then}?done={number}")


@router.get("/history")
async def history(visit: Manager, done: int | None = None) -> Response:
    """Show the revisions, the newest first."""
    rows = await visit.read(partial(_revisions, account=visit.account))
    return visit.page("rules/history.html", rows=rows, done=done)


@router.get("/history/{number}")
async def show_revision(visit: Manager, number: int) -> Response:
    """Show what a revision changed, and what taking it back would change."""
    row = await visit.read(partial(_revision, account=visit.account, number=number))
    now = next(iter(visit.site.parts.office.saved().values()))
    old = _main_text(visit, row)
    back = difference(now, old) if old is not None else ""
    return visit.page("rules/revision.html", row=row, back=back, over=fingerprint(now), old=old)


@router.post("/history/{number}/restore")
async def restore(visit: Manager, number: int, over: Annotated[str, Form()]) -> Response:
    """Put the config.toml of an earlier revision into force again."""
    row = await visit.read(partial(_revision, account=visit.account, number=number))
    old = _main_text(visit, row)
    if old is None:
        raise TicketError("这一版里没有 config.toml 的内容。")
    return await publish(visit, old, over, f"回到第 {number} 版")


@router.get("/rule")
async def edit_rule(visit: Manager, id: str = "") -> Response:
    """Show a rule as a form."""
    found = next((rule for rule in _own_rules(visit) if rule.id == id), None)
    text = plain(next(iter(visit.site.parts.office.saved().values())))
    over = fingerprint(source_of(text, find_table(text, RULES, id))) if found else ""
    values: dict[str, Any] = {"labels": list(Label), "modes": list(Mode), "over": over}
    values["readings"] = list(Reading)
    return visit.page("rules/form.html", status=200, rule=found, **values)


@router.post("/rule")
async def change_rule(visit: Manager) -> Response:
    """Write a rule into the text of config.toml, and show that before it is published."""
    form = await visit.request.form()
    given = {key: str(value).strip() for key, value in form.items()}
    despite = [str(each) for each in form.getlist("despite")]
    if not given.get("id"):
        raise TicketError("规则要有一个名字（id），例如 wet-pillow。")
    text = next(iter(visit.site.parts.office.saved().values()))
    block, over = find_table(plain(text), RULES, given["id"]), given.get("over", "")
    if block is not None and not over:
        raise TicketError(f"已经有叫「{given['id']}」的规则，请换一个名字，或者回到规则页去改它。")
    theirs = bool(over) and over != fingerprint(source_of(plain(text), block))
    if given.get("drop") == "yes":
        changed = drop_table(text, RULES, given["id"])
    else:
        changed = put_table(text, RULES, {**dict(_table(given)), "despite": despite})
    return _editor(visit, changed, over=fingerprint(text), theirs=theirs)


def _table(given: dict[str, str]) -> Iterator[tuple[str, Any]]:
    """Turn the fields of the form into the keys of a rule."""
    for key in ("id", "label", "topic", "mode", "cooldown"):
        yield key, given.get(key, "")
    try:
        yield "severity", int(given.get("severity") or 1)
        yield "weight", float(given.get("weight") or 1)
    except ValueError as error:
        wrong = str(error).partition(": ")[2].strip("'")
        raise TicketError(f"「{wrong}」不是数，分量请写 1 或 0.5 这样。") from None
    for key in ("any", "all", "none", "regex", "groups", "hits", "misses"):
        yield key, _lines(given, key)
    yield "near", [_near(line) for line in _lines(given, "near")]


def _lines(given: dict[str, str], key: str) -> list[str]:
    return [word.strip() for word in given.get(key, "").splitlines() if word.strip()]


def _near(line: str) -> dict[str, Any]:
    """Read 「退 货 5」: words, and within how many words of each other they stand."""
    words = line.split()
    within = int(words.pop()) if words[-1].isdecimal() and len(words) > 1 else NEAR
    return {"words": words, "within": within}


def _editor(visit: Visit, text: str, *, over: str, theirs: bool = False) -> Response:
    saved = next(iter(visit.site.parts.office.saved().values()))
    values: dict[str, Any] = {"text": escape(text), "over": over, "theirs": theirs}
    values["changed"] = difference(saved, text)
    return visit.page("rules/edit.html", file=_file(visit), **values)


def _own_rules(visit: Visit) -> tuple[RuleSettings, ...]:
    """Return the rules of config.toml itself; those of included files come behind them."""
    included = visit.site.parts.office.own_rules()
    return visit.site.config.rules[:included]


def _wanted(rule: RuleSettings, label: str, q: str) -> bool:
    words = (rule.id, rule.topic, *rule.any, *rule.all, *rule.none)
    return (not label or rule.label == label) and (not q or any(q in word for word in words))


def _file(visit: Visit) -> Path:
    return next(iter(visit.site.parts.office.saved()))


def _like(before: str, text: str) -> str:
    """Give a text the line ends of the one it replaces."""
    return text.replace("\n", "\r\n") if "\r\n" in before else text


def difference(before: str, after: str) -> list[str]:
    """List the lines that change, with three around them."""
    lines = difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=3)
    return list(lines)[2:]


def changed_lines(before: str, after: str) -> tuple[str, str]:
    """Return the lines that went and those that came, for the record."""
    lines = difference(before, after)
    gone = (line[1:] for line in lines if line.startswith("-"))
    return "\n".join(gone), "\n".join(line[1:] for line in lines if line.startswith("+"))


def _revisions(session: Session, account: int) -> list[Revision]:
    wanted = select(Revision).where(Revision.account == account)
    return list(session.exec(wanted.order_by(col(Revision.number).desc()).limit(HISTORY)))


def _revision(session: Session, account: int, number: int) -> Revision:
    wanted = select(Revision).where(Revision.account == account, Revision.number == number)
    row = session.exec(wanted).first()
    if row is None:
        raise TicketError(f"没有第 {number} 版。")
    return row


def _main_text(visit: Visit, row: Revision) -> str | None:
    """Return config.toml as it was: under its name, or under the same name elsewhere."""
    file = _file(visit)
    named = (text for name, text in row.sources.items() if Path(name).name == file.name)
    return row.sources.get(str(file)) or next(named, None)
