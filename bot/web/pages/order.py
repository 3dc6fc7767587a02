"""What broke the order of the groups, what followed, and how that is taken back."""

from datetime import timedelta
from functools import partial
from typing import Annotated, Any

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.errors import TicketError
from bot.storage.tables import Offence
from bot.web.acting import manage
from bot.web.audit import Deed
from bot.web.guard import Manager
from bot.web.pages.figures import table
from bot.web.views import community

router = APIRouter(prefix="/life")

MONTH = timedelta(days=30)
MOST_ROWS = 10_000  # of a file
Source = Annotated[str, Form(pattern=r"^[0-9a-f]{16,64}$")]


@router.get("/order")
async def show_order(visit: Manager, before: int | None = None, member: str = "") -> Response:
    """Show what broke the order and what followed."""
    since = visit.site.now - MONTH
    look = partial(community.offences, account=visit.account, before=before, member=member)
    rows = await visit.read(look)
    more = rows[community.PAGE - 1].offence.number if len(rows) > community.PAGE else None
    values: dict[str, Any] = {"rows": rows[: community.PAGE], "next": more, "member": member}
    values["counts"] = await visit.read(
        partial(community.steps, account=visit.account, since=since)
    )
    return visit.page(
        "life/order.html", status=200, called=visit.site.parts.office.called, **values
    )


@router.get("/order.csv")
async def save_order(visit: Manager) -> Response:
    """Hand the record out as a file."""
    look = partial(community.offences, account=visit.account, limit=MOST_ROWS)
    called, zone = visit.site.parts.office.called, visit.site.zone
    lines = [
        [
            row.offence.number,
            f"{row.offence.at.astimezone(zone):%Y-%m-%d %H:%M}",
            row.name,
            row.offence.member,
            row.group,
            called.breaches.get(row.offence.kind, row.offence.kind),
            row.offence.words,
            "已撤销" if row.offence.undone_at else called.steps.get(row.offence.step),
        ]
        for row in await visit.read(look)
    ]
    head = ["编号", "时间", "名字", "微信 id", "群", "什么", "哪些词", "后来"]
    return table([head, *lines], "order")


@router.post("/order/{number}/undo")
async def undo(visit: Manager, number: int, source: Source) -> Response:
    """Take back what followed from a breach, as a manager's command does."""
    found = await visit.read(
        lambda session: community.offences(session, visit.account, before=number + 1, limit=1)
    )
    if not found or found[0].offence.number != number:
        raise TicketError(f"没有第 {number} 号记录。")
    row: Offence = found[0].offence
    was = visit.site.parts.office.called.steps.get(row.step, row.step)
    deed = Deed("撤销违规记录", f"#{number}", before=was, after="已撤销", contact=row.member)
    return await manage(visit, f"撤销 {number}", source, deed)
