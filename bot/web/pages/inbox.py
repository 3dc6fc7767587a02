"""The inbox of the support staff."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Form, Query, UploadFile
from fastapi.responses import Response
from sqlalchemy.exc import IntegrityError

from bot.config.placeholders import SNIPPET, TemplateError, fill, placeholders
from bot.errors import NotDelivered, TicketError
from bot.storage.tables import LIVE, Entry, Ticket
from bot.web.acting import Deskwork, may_work, store
from bot.web.audit import Deed
from bot.web.files import served
from bot.web.guard import Anybody, NotAllowed
from bot.web.site import Visit, told
from bot.web.views import desk

router = APIRouter(prefix="/inbox")

LARGEST = 20 * 1024 * 1024
VERBS = {
    "claim": "接单",
    "reply": "回复",
    "note": "备注",
    "transfer": "转",
    "wait": "等待",
    "resolve": "解决",
    "reopen": "重开",
    "dismiss": "误报",
    "snooze": "稍后",
    "merge": "合并",
}
Source = Annotated[str, Form(pattern=r"^[0-9a-f]{16,64}$")]


@router.get("")
async def show(
    visit: Anybody, name: Annotated[str, Query(alias="list")] = "live", before: int | None = None
) -> Response:
    """Show a list of tickets."""
    return visit.page("inbox/page.html", **await _list(visit, name, before), **NOTHING_OPEN)


NOTHING_OPEN: dict[str, Any] = {"open": None, "number": None}


@router.get("/list")
async def show_list(
    visit: Anybody,
    name: Annotated[str, Query(alias="list")] = "live",
    number: int | None = None,
    before: int | None = None,
) -> Response:
    """Show only the list, as it is now."""
    return visit.page("inbox/list.html", number=number, **await _list(visit, name, before))


@router.get("/{number}")
async def show_ticket(
    visit: Anybody,
    number: int,
    name: Annotated[str, Query(alias="list")] = "live",
    before: int | None = None,
) -> Response:
    """Show a ticket beside its list."""
    ticket = await _find(visit, number)
    found = await visit.read(lambda session: desk.dossier(session, visit.account, ticket))
    listed = await _list(visit, name, before)
    return visit.page("inbox/page.html", number=number, **{**listed, **_opened(visit, found)})


@router.get("/{number}/talk")
async def show_talk(
    visit: Anybody,
    number: int,
    before: int | None = None,
    since: Annotated[list[int] | None, Query()] = None,
) -> Response:
    """Show what was said on a ticket: further back, or as it is now ``since`` what is shown."""
    ticket = await _find(visit, number)
    back = [entry for entry in since or () if entry > 0 and before is None]  # 0: no further
    first = min(back, default=None)
    found = await visit.read(
        lambda s: desk.conversation(s, visit.account, ticket, before=before, since=first)
    )
    shown = {"earlier_shown": before is not None, "further": first is not None}
    return visit.page("inbox/talk.html", open=found, **shown)


@router.get("/{number}/head")
async def show_head(visit: Anybody, number: int) -> Response:
    """Show who has a ticket, where it stands, and who else looks at it."""
    ticket = await _find(visit, number)
    found = await visit.read(lambda session: desk.dossier(session, visit.account, ticket))
    return visit.page("inbox/head.html", number=number, **_opened(visit, found))


@router.post("/{number}/file")
async def send_file(visit: Anybody, number: int, source: Source, file: UploadFile) -> Response:
    """Send the member a picture or a file."""
    content = await file.read(LARGEST + 1)
    if not content or len(content) > LARGEST:
        return told("文件是空的，或者超过 20 MB。", bad=True)
    kept = store(visit.site.parts.uploads, file.filename or "文件", content)
    work = Deskwork(visit.site.parts.office, visit.guest, number, source)
    await visit.change(lambda turn: work.send(turn, kept), Deed("发文件", f"#{number}"))
    return told("已交给群管家发送。")


@router.get("/{number}/file/{message}")
async def show_file(visit: Anybody, number: int, message: str) -> Response:
    """Hand out what came with a message of this ticket."""
    ticket = await _find(visit, number)
    entries = await visit.read(
        lambda session: desk.conversation(session, visit.account, ticket).entries
    )
    if not any(carries(entry, message) for entry in entries):
        raise NotAllowed("这个文件不在这个工单里。")
    try:
        return served(await visit.site.parts.transport.attachment(message))
    except NotDelivered:
        return Response("文件已经取不到了。", 404, media_type="text/plain; charset=utf-8")


@router.post("/{number}/{verb}")
async def act(
    visit: Anybody,
    number: int,
    verb: str,
    source: Source,
    text: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Do something with a ticket, as a command does."""
    if verb not in VERBS:
        raise NotAllowed("没有这个操作。")
    work = Deskwork(visit.site.parts.office, visit.guest, number, source)
    deed = Deed(VERBS[verb], f"#{number}")
    try:
        said = await visit.change(lambda turn: work.do(turn, VERBS[verb], text.strip()), deed)
    except IntegrityError:  # the same form once more
        return told("这一步已经做过了。")
    return told(said.split("\n", maxsplit=1)[0])


def carries(entry: Entry, message: str) -> bool:
    """Say whether an entry of a ticket is this message."""
    return entry.message == message


async def _find(visit: Visit, number: int) -> Ticket:
    staff = visit.guest.staff
    ticket = await visit.read(lambda session: desk.find(session, visit.account, number, staff))
    if ticket is None:
        raise NotAllowed(f"没有工单 #{number}，或者它不归您看。")
    return ticket


async def _list(visit: Visit, name: str, before: int | None) -> dict[str, Any]:
    name = name if name in desk.LISTS else "live"
    account, staff = visit.account, visit.guest.staff
    found = await visit.read(
        lambda session: (
            desk.listing(session, account, name, staff, before=before),
            desk.counts(session, account, staff),
            desk.newest(session, account),
        )
    )
    return {
        "name": name,
        "lists": desk.LISTS,
        "before": before,
        "listing": found[0],
        "counts": found[1],
        "newest": found[2],
        "due": _Due(visit),
    }


def _opened(visit: Visit, found: desk.Dossier) -> dict[str, Any]:
    return {
        "open": found,
        "live": found.ticket.state in LIVE,
        "viewers": visit.site.parts.live.viewers(found.ticket.number, but=visit.guest.name),
        "may_work": may_work(visit.site.config, visit.guest),
        "snippets": snippets(visit, found),
        "due": _Due(visit),
        "earlier_shown": False,
        "further": False,
    }


class _Due:
    """Tells when what a member waits for is promised."""

    def __init__(self, visit: Visit) -> None:
        self._office = visit.site.parts.office
        self._now = visit.site.now

    def __call__(self, clock: Any, ticket: Ticket) -> datetime | None:
        return self._office.promised(clock, ticket.severity, self._now)


def snippets(visit: Visit, found: desk.Dossier) -> list[tuple[str, str]]:
    """Fill in the ready-made answers for this ticket."""
    config = visit.site.config
    values = {
        "name": found.ticket.member_name,
        "group": found.group,
        "ticket": found.ticket.number,
        "staff": visit.site.staff_name(visit.guest.contact) or visit.guest.name,
    }
    filled = []
    for each in config.support.snippets:
        try:
            if placeholders(each.text) <= SNIPPET:
                filled.append((each.key, fill(each.text, values)))
        except (TemplateError, KeyError) as error:
            raise TicketError(f"快捷回复「{each.key}」写错了：{error}") from error
    return filled
