"""The rules, and how the bot itself is, over the API."""

from datetime import datetime
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import Field

from bot.web import backtest
from bot.web.api.shapes import Page, Shape, problems
from bot.web.api.tokens import RuleReader, StateReader
from bot.web.pages.account import AUDITS, audits
from bot.web.pages.trials import past_trials
from bot.web.views.state import state

router = APIRouter(responses=problems(401, 403, 422))

LARGEST = 2**31 - 1


class RuleShape(Shape):
    """A rule as it is configured."""

    id: str
    label: str
    topic: str
    severity: int
    mode: str
    any: list[str]
    all: list[str]
    none: list[str]
    groups: list[str]


class HitShape(Shape):
    """A message that a rule on trial would have caught; ``now`` is what it is taken for."""

    message: str
    room: str | None
    text: str
    at: datetime
    words: list[str]
    now: str
    false_hit: bool = Field(description="管理员标了「不该命中」")


class TrialShape(Shape):
    """A rule on trial, how often it would have hit in the last days, and where it did last."""

    rule: str
    label: str
    count: int
    messages: int
    hits: list[HitShape]


class StateShape(Shape):
    """How the bot is."""

    wechat: str
    letters: dict[str, int]
    sent_last_minute: int
    silent_until: datetime | None
    timers: int
    next_timer: datetime | None
    revision: int | None
    live_tickets: int
    errors: int = Field(description="这次启动以来记下的错误数")


class DeedShape(Shape):
    """Something that was changed: who, when, what, before and after."""

    id: int
    at: datetime
    who: str
    what: str
    target: str
    before: str
    after: str


@router.get("/rules")
async def list_rules(caller: RuleReader) -> list[RuleShape]:
    """List the rules in force."""
    return [RuleShape.alike(rule) for rule in caller.site.config.rules]


@router.get("/rules/trials")
async def list_trials(caller: RuleReader) -> list[TrialShape]:
    """Return what the rules on trial would have hit in the last days."""
    messages, found = await past_trials(caller.site)
    false = await caller.site.read(partial(backtest.marked, account=caller.account))
    return [
        TrialShape(
            rule=trial.id,
            label=trial.label,
            count=trial.count,
            messages=messages,
            hits=[
                HitShape(
                    message=hit.heard.id,
                    room=hit.heard.room,
                    text=hit.heard.text,
                    at=hit.heard.at,
                    words=[match.word for match in hit.then.matches],
                    now=hit.now.label,
                    false_hit=(trial.id, hit.heard.id) in false,
                )
                for hit in trial.hits
            ],
        )
        for trial in found
    ]


@router.get("/state")
async def show_state(caller: StateReader) -> StateShape:
    """Return how the bot is."""
    site = caller.site
    found = await site.read(partial(state, account=caller.account, now=site.now))
    return StateShape(
        wechat="up" if found.down is None else "down",
        letters=found.letters,
        sent_last_minute=found.sent_lately,
        silent_until=found.silent_until,
        timers=found.timers,
        next_timer=found.next_timer,
        revision=found.revision.number if found.revision else None,
        live_tickets=found.live_tickets,
        errors=site.parts.errors.count,
    )


@router.get("/audit")
async def list_deeds(
    caller: StateReader,
    cursor: Annotated[int | None, Query(ge=1, le=LARGEST, description="上一页的 next")] = None,
) -> Page[DeedShape]:
    """List who changed what, the latest first."""
    rows = await caller.site.read(partial(audits, account=caller.account, before=cursor))
    items = [DeedShape.alike(row) for row in rows[:AUDITS]]
    return Page(items=items, next=items[-1].id if len(rows) > AUDITS else None)
