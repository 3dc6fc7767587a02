"""The simulated WeChat: speak as anybody, and see at once what the bot does, and why."""

import asyncio
from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, UploadFile
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session, col, select

from bot.message import CARRIES_FILE, Contact, Kind, Message
from bot.storage.tables import Said
from bot.transports import Attachment
from bot.transports.memory import MemoryWeChat, NotPossible
from bot.web.drama import Play
from bot.web.files import served
from bot.web.guard import NotAllowed, visit
from bot.web.site import Site, Visit, told
from bot.web.views.reasons import latest, reason

router = APIRouter(prefix="/town")

SHOWN = 120  # messages of a chat
LARGEST = 8 * 1024 * 1024  # bytes of a picture


@dataclass(slots=True)
class Stage:
    """What the page of the simulated WeChat remembers: the play, and who came and went."""

    play: Play | None = None
    task: "asyncio.Task[None] | None" = None
    comings: dict[str, list[tuple[Any, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Square:
    """The town as one visitor sees it."""

    visit: Visit
    wechat: MemoryWeChat
    stage: Stage


async def square(found: Annotated[Visit, Depends(visit)]) -> Square:
    """Open the town, where there is one."""
    town = found.site.parts.town
    if town is None:
        raise NotAllowed("接的是真实微信，没有模拟微信可以看。")
    return Square(found, town, found.request.app.state.stage)


Town = Annotated[Square, Depends(square)]


@router.get("")
async def show(here: Town, where: str = "", speaker: str = "", message: str = "") -> Response:
    """Show the whole page, or only what stands in it."""
    values = await _everything(here, where, speaker, message)
    whole = here.visit.request.headers.get("hx-request") != "true"
    answer = here.visit.page("town/page.html" if whole else "town/main.html", **values)
    if not whole:
        answer.headers["HX-Push-Url"] = f"/town?where={values['where']}"
    return answer


@router.get("/follow")
async def follow(here: Town, where: str = "") -> Response:
    """Go where the play is, if it is somewhere else."""
    play = here.stage.play
    if play is None or play.place in ("", where):
        return Response(status_code=204)
    return await show(here, play.place)


@router.get("/scenes")
async def show_scenes(here: Town) -> Response:
    """Show how far the play is."""
    return here.visit.page("town/scenes.html", play=here.stage.play)


@router.get("/chat")
async def show_chat(here: Town, where: str, speaker: str = "", message: str = "") -> Response:
    """Show what was said in one chat."""
    values = await _everything(here, where, speaker, message)
    return here.visit.page("town/chat.html", **values)


@router.get("/list")
async def show_list(here: Town, where: str = "", speaker: str = "") -> Response:
    """Show the chats with their last words."""
    return here.visit.page("town/list.html", **_chats(here, where, speaker))


@router.get("/why")
async def show_why(here: Town, message: str = "") -> Response:
    """Show why the bot did what it did with a message, or with the last that mattered."""
    return here.visit.page("town/why.html", **await _why(here, message))


@router.post("/say")
async def say(
    here: Town,
    speaker: Annotated[str, Form()],
    text: Annotated[str, Form(max_length=20_000)],
    room: Annotated[str, Form()] = "",
) -> Response:
    """Let somebody say something."""
    try:
        here.wechat.says(speaker, text, room or None)
    except (NotPossible, KeyError) as reason:
        return told(str(reason), bad=True)
    return Response(status_code=204)


@router.post("/picture")
async def send_picture(
    here: Town,
    speaker: Annotated[str, Form()],
    file: UploadFile,
    room: Annotated[str, Form()] = "",
) -> Response:
    """Let somebody send a picture or a file."""
    content = await file.read(LARGEST + 1)
    if len(content) > LARGEST:
        return told("文件太大了，最多 8 MB。", bad=True)
    name = file.filename or "file"
    kind = Kind.IMAGE if (file.content_type or "").startswith("image/") else Kind.FILE
    try:
        here.wechat.says(
            speaker, name, room or None, kind=kind, attachment=Attachment(name, content)
        )
    except (NotPossible, KeyError) as reason:
        return told(str(reason), bad=True)
    return Response(status_code=204)


@router.post("/join")
async def join(
    here: Town,
    room: Annotated[str, Form()],
    name: Annotated[str, Form(min_length=1, max_length=200)],
) -> Response:
    """Let somebody new, or somebody who left, come into a group."""
    world = here.wechat.world
    if room not in world.rooms:
        return told("没有这个群。", bad=True)
    known = next((one for one in world.people() if one.name == name), None)
    person = known or Contact(f"wxid_{world.new_id('p')}", name, friend=False)
    here.wechat.joins(room, [person])
    _note(here, room, f"{name} 加入了群聊")
    return told(f"{name} 进群了")


@router.post("/leave")
async def leave(
    here: Town, room: Annotated[str, Form()], speaker: Annotated[str, Form()]
) -> Response:
    """Let somebody leave a group."""
    world = here.wechat.world
    if room not in world.rooms or speaker not in world.rooms[room].members:
        return told("他不在这个群里。", bad=True)
    here.wechat.leaves(room, [speaker])
    name = world.contact(speaker).name
    _note(here, room, f"{name} 退出了群聊")
    return told(f"{name} 退群了")


@router.post("/befriend")
async def befriend(here: Town, speaker: Annotated[str, Form()]) -> Response:
    """Let somebody accept the bot's request, or ask for its friendship himself."""
    world = here.wechat.world
    if not world.knows(speaker) or world.is_friend(speaker):
        return told("已经是好友了。")
    if speaker in world.asked:
        here.wechat.confirms(speaker)
        return told(f"{world.contact(speaker).name} 通过了群管家的好友申请")
    here.wechat.requests_friendship(world.new_id("f"), world.contact(speaker), "您好")
    return told(f"{world.contact(speaker).name} 申请加群管家为好友")


@router.post("/play")
async def start_play(here: Town) -> Response:
    """Begin the angry-member scenario, unless it runs already."""
    stage, site = here.stage, here.visit.site
    if stage.play is None or stage.play.over:
        stage.play = Play(here.wechat, site.config, site.parts.clock)
        stage.play.tell = lambda: site.parts.live.tell("play")
        stage.task = asyncio.create_task(stage.play.perform(), name="play")
    return Response(status_code=204)


@router.get("/file/{message}")
async def show_file(here: Town, message: str) -> Response:
    """Hand out what came with a message."""
    found = here.wechat.world.attachment(message)
    return Response(status_code=404) if found is None else served(found)


# -- what the page shows


async def _everything(here: Square, where: str, speaker: str, message: str) -> dict[str, Any]:
    chats = _chats(here, where, speaker)
    talk = _talk(here, chats["where"])
    judged = await here.visit.read(lambda session: _judged(session, here, talk))
    why = await _why(here, message)
    return {**chats, **why, "talk": talk, "judged": judged, "carries": CARRIES_FILE}


def _chats(here: Square, where: str, speaker: str) -> dict[str, Any]:
    world = here.wechat.world
    people = {person.id: person for person in world.people()}
    if where not in world.rooms and where not in people:
        where = next(iter(world.rooms), "")
    private = [(one, world.history(one)) for one in people if world.history(one) or one == where]
    private.sort(key=lambda pair: pair[1][-1].at.timestamp() if pair[1] else 0, reverse=True)
    room = world.rooms.get(where)
    members = [one for one in room.members if one != world.bot] if room else [where]
    ordinary = [one for one in members if not _at_work(here.visit.site, one)]
    default = (
        members if room and where == here.visit.site.config.support.room else ordinary
    ) or members
    return {
        "rooms": [(one, world.history(one.id)) for one in world.rooms.values()],
        "private": private,
        "people": people,
        "world": world,
        "where": where,
        "room": room,
        "members": members,
        "speaker": speaker if speaker in members else default[0] if default else "",
        "play": here.stage.play,
        "support_room": here.visit.site.config.support.room,
    }


def _at_work(site: Site, person: str) -> bool:
    return person in site.config.managers or person in site.config.staff


def _talk(here: Square, where: str) -> list[Message | str]:
    """Mix what was said with who came and went, oldest first."""
    said: list[tuple[Any, Message | str]] = [
        (message.at, message) for message in here.wechat.world.history(where)[-SHOWN:]
    ]
    said += here.stage.comings.get(where, [])
    return [one for _, one in sorted(said, key=lambda pair: pair[0])]


def _judged(session: Session, here: Square, talk: list[Message | str]) -> dict[str, Said]:
    ids = [one.id for one in talk if isinstance(one, Message)]
    wanted = select(Said).where(Said.account == here.visit.account, col(Said.id).in_(ids))
    return {row.id: row for row in session.exec(wanted)}


async def _why(here: Square, message: str) -> dict[str, Any]:
    account = here.visit.account
    chosen = message or await here.visit.read(lambda session: latest(session, account))
    found = await here.visit.read(
        lambda session: reason(session, account, chosen, here.visit.site.parts.office)
    )
    return {"why": found, "chosen": message}


def _note(here: Square, room: str, text: str) -> None:
    notes = here.stage.comings.setdefault(room, [])
    notes.append((here.visit.site.now, text))
    del notes[:-50]
    here.visit.site.parts.live.tell("town")


@router.get("/", include_in_schema=False)
async def tidy() -> Response:
    """Keep one address."""
    return RedirectResponse("/town", 308)
