"""What managers decide, over the API: typed for them as the commands they know."""

from http import HTTPStatus
from typing import Annotated, Literal

from fastapi import APIRouter, Path
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.exc import IntegrityError

from bot.errors import TicketError
from bot.turn import Turn
from bot.web.acting import command
from bot.web.api.planning import found_notice
from bot.web.api.problems import Problem
from bot.web.api.shapes import ActionDone, problems
from bot.web.api.tokens import Caller, NoticeWriter, PeopleWriter
from bot.web.audit import Deed, write_down
from bot.web.entrance import Guest
from bot.web.pages.notices import VERBS

router = APIRouter(responses=problems(401, 403, 404, 409, 422))

Name = Annotated[str, Path(max_length=128)]
Verb = Literal["approve", "hold", "cancel", "release", "end", "restore"]
Kind = Literal["life", "path"]
Key = Annotated[
    str, Field(pattern=r"^[0-9A-Za-z_-]{8,64}$", description="同一个 key 再发一次，只做一次")
]


class DecisionAsked(BaseModel):
    """In whose name something is decided: the WeChat id of a manager."""

    model_config = ConfigDict(extra="forbid")

    staff: str = Field(min_length=1, max_length=128)
    key: Key


class StageAsked(DecisionAsked):
    """The stage that somebody stands in, by its value."""

    stage: str = Field(min_length=1, max_length=40)


class TraitAsked(DecisionAsked):
    """Something that is, or is not, true of somebody."""

    trait: str = Field(min_length=1, max_length=40, pattern=r"^\S+$")
    holds: bool


@router.post("/notices/{notice}/{verb}")
async def decide(
    caller: NoticeWriter, notice: Name, verb: Verb, asked: DecisionAsked
) -> ActionDone:
    """Decide about a notice as a manager's command does."""
    found = found_notice(caller, notice)
    called, line = VERBS[verb]
    return await _typed(caller, asked, line.format(id=found.id), Deed(f"公告{called}", found.id))


@router.post("/people/{contact}/stage/{kind}")
async def change_stage(
    caller: PeopleWriter, contact: Name, kind: Kind, asked: StageAsked
) -> ActionDone:
    """Say where somebody stands; rules leave it alone afterwards."""
    called = caller.site.parts.office.called
    stage = (called.lives if kind == "life" else called.paths).get(asked.stage)
    if stage is None:
        raise TicketError("没有这个阶段。")
    verb = f"画像 {_one(contact)} 阶段" if kind == "life" else f"阶段 {_one(contact)}"
    deed = Deed("改阶段", contact, after=stage, contact=contact)
    return await _typed(caller, asked, f"{verb} {stage}", deed)


@router.post("/people/{contact}/trait")
async def change_trait(caller: PeopleWriter, contact: Name, asked: TraitAsked) -> ActionDone:
    """Say what is true of somebody, or is not; rules leave it alone afterwards."""
    verb = "是" if asked.holds else "不是"
    deed = Deed("改画像", contact, after=f"{verb}{asked.trait}", contact=contact)
    return await _typed(caller, asked, f"画像 {_one(contact)} {verb} {asked.trait}", deed)


@router.post("/offences/{number}/undo")
async def undo_offence(
    caller: PeopleWriter, number: Annotated[int, Path(ge=1, le=2**31 - 1)], asked: DecisionAsked
) -> ActionDone:
    """Take back what followed from a breach of order."""
    return await _typed(caller, asked, f"撤销 {number}", Deed("撤销违规记录", f"#{number}"))


def _one(contact: str) -> str:
    """Refuse an id that would be several words of a command."""
    if contact.split() != [contact]:
        raise TicketError("这个 id 里有空格，请在微信里发指令改。")
    return contact


async def _typed(caller: Caller, asked: DecisionAsked, line: str, deed: Deed) -> ActionDone:
    guest = Guest(f"API {caller.token.name}", "manager", asked.staff, "", "")
    source = f"api-{caller.token.id}-{asked.key}"

    def inside(turn: Turn) -> str:
        said = command(caller.site.parts.office, guest, turn, line, source=source)
        write_down(turn.session, turn.account, guest.name, turn.now, deed)
        return said

    try:
        return ActionDone(told=await caller.site.turn(inside))
    except IntegrityError:
        raise Problem(HTTPStatus.CONFLICT, "这个 key 已经用过，没有再做一次") from None
