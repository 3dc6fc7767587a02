"""Who stands where, and how far everybody is in the courses; corrected as managers' commands do."""

from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response
from sqlmodel import Session

from bot.errors import TicketError
from bot.storage.tables import Call
from bot.turn import Turn
from bot.web.acting import manage
from bot.web.audit import Deed
from bot.web.guard import Manager, NotAllowed
from bot.web.pages.figures import table
from bot.web.site import Visit
from bot.web.views import community, courses, names as called_names

router = APIRouter(prefix="/life")

KINDS = ("life", "path")
CALLS = 20  # roll-calls on a page
MOST_ROWS = 10_000  # of a file
Source = Annotated[str, Form(pattern=r"^[0-9a-f]{16,64}$")]


@router.get("/people")
async def show_people(
    visit: Manager, kind: str = "life", stage: str = "", after: str = "", q: str = ""
) -> Response:
    """Show who stands in which stage, or who is called so."""
    kind = kind if kind in KINDS else "life"
    account = visit.account
    following = ""
    if q.strip():
        rows = await visit.read(partial(community.called, account=account, name=q.strip()))
    else:
        look = partial(community.placed, account=account, kind=kind, stage=stage, after=after)
        rows, following = await visit.read(look)
    values: dict[str, Any] = {"kind": kind, "stage": stage, "q": q, "next": following}
    values["counts"] = await visit.read(partial(community.stages, account=account, kind=kind))
    values["stuck_after"] = visit.site.config.training.stuck_after
    return visit.page(
        "life/people.html", status=200, rows=rows, called=visit.site.parts.office.called, **values
    )


@router.get("/people.csv")
async def save_people(visit: Manager, kind: str = "life", stage: str = "") -> Response:
    """Hand the people of a stage out as a file."""
    kind = kind if kind in KINDS else "life"
    called, zone = visit.site.parts.office.called, visit.site.zone
    names = called.lives if kind == "life" else called.paths

    def gather(session: Session) -> list[list[Any]]:
        lines: list[list[Any]] = []
        after = ""
        while len(lines) < MOST_ROWS:
            rows, after = community.placed(session, visit.account, kind, stage=stage, after=after)
            for row in rows:
                at = row.life if kind == "life" else row.path
                if at is not None:
                    since = f"{at.since.astimezone(zone):%Y-%m-%d}"
                    lines.append([row.name, row.contact, names.get(at.stage), since, at.why])
            if not after:
                break
        return lines

    head = ["名字", "微信 id", "阶段", "从哪天起", "为什么"]
    return table([head, *await visit.read(gather)], f"people-{kind}")


@router.post("/people/{contact}/trait")
async def change_trait(
    visit: Manager,
    contact: str,
    source: Source,
    verb: Annotated[str, Form(pattern="^(是|不是)$")],
    trait: Annotated[str, Form(min_length=1, max_length=40)],
) -> Response:
    """Say that something is, or is not, true of somebody; rules leave it alone afterwards."""
    trait = "".join(trait.split())
    before = await _known(visit, contact)
    was = "有" if any(each.name == trait for each in before.traits) else "没有"
    deed = Deed(
        "改画像", contact, before=f"{trait}：{was}", after=f"{verb}{trait}", contact=contact
    )
    return await manage(visit, f"画像 {contact} {verb} {trait}", source, deed)


@router.post("/people/{contact}/stage")
async def change_stage(
    visit: Manager,
    contact: str,
    source: Source,
    kind: Annotated[str, Form(pattern="^(life|path)$")],
    stage: Annotated[str, Form()],
) -> Response:
    """Say where somebody stands; rules leave it alone afterwards."""
    called = visit.site.parts.office.called
    names = called.lives if kind == "life" else called.paths
    if stage not in names:
        raise TicketError("没有这个阶段。")
    known = await _known(visit, contact)
    row = known.life if kind == "life" else known.path
    was = names.get(row.stage, row.stage) if row else "没有阶段"
    verb = f"画像 {contact} 阶段" if kind == "life" else f"阶段 {contact}"
    deed = Deed("改阶段", contact, before=was, after=names[stage], contact=contact)
    return await manage(visit, f"{verb} {names[stage]}", source, deed)


@router.get("/courses")
async def show_courses(visit: Manager, before: int | None = None) -> Response:
    """Show how far everybody is in the courses, and the roll-calls with their receipts."""
    account = visit.account
    rows = await visit.read(partial(courses.calls, account=account, before=before, limit=CALLS))
    look = partial(courses.students, account=account, courses=visit.site.config.courses)
    values: dict[str, Any] = {"rows": rows[:CALLS], "courses": await visit.read(look)}
    values["next"] = rows[CALLS - 1].call.id if len(rows) > CALLS else None
    values["missing"] = await visit.read(partial(_owed, visit, rows=rows[:CALLS]))
    return visit.page("life/courses.html", status=200, **values)


@router.get("/calls/{number}.csv")
async def save_call(visit: Manager, number: int) -> Response:
    """Hand a roll-call out as a file."""
    _, given, owed = await _call(visit, number)
    zone = visit.site.zone
    lines = [
        [name, row.member, "有", f"{row.at.astimezone(zone):%Y-%m-%d %H:%M}"] for row, name in given
    ]
    lines += [[name, contact, "没有", ""] for contact, name in owed]
    return table([["名字", "微信 id", "回了没有", "时间"], *lines], f"call-{number}")


@router.get("/calls/{number}")
async def show_call(visit: Manager, number: int) -> Response:
    """Show who answered a roll-call, and who did not."""
    call, given, owed = await _call(visit, number)
    return visit.page("life/call.html", call=call, given=given, owed=owed)


async def _known(visit: Visit, contact: str) -> community.Profile:
    if not contact or contact.split() != [contact]:
        raise TicketError("这个 id 里有空格，请在微信里发指令改。")
    look = partial(community.profile, account=visit.account, contact=contact, now=visit.site.now)
    return await visit.read(look)


async def _call(visit: Visit, number: int) -> tuple[Call, list[Any], list[tuple[str, str]]]:
    account, site = visit.account, visit.site

    def gather(session: Session) -> tuple[Call, list[Any], list[tuple[str, str]]]:
        call = session.get(Call, number)
        if call is None or call.account != account:
            raise NotAllowed("没有这次点名。")
        missing = site.parts.office.missing(Turn(session, account, site.now), call)
        named = called_names.people(session, account, missing)
        owed = [(contact, named.get(contact, contact)) for contact in missing]
        return call, courses.answers(session, account, number), owed

    return await visit.read(gather)


def _owed(visit: Visit, session: Session, rows: list[courses.Called]) -> dict[int | None, int]:
    """Count who owes an answer to each roll-call."""
    turn = Turn(session, visit.account, visit.site.now)
    missing = visit.site.parts.office.missing
    return {row.call.id: len(missing(turn, row.call)) for row in rows}
