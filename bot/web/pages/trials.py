"""Rules on trial: what each would have done, its false hits ticked, and from when it counts."""

import asyncio
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Form
from fastapi.responses import Response

from bot.errors import ConfigError, TicketError
from bot.web import backtest
from bot.web.editing import find_table, fingerprint, plain, put_table
from bot.web.guard import Manager
from bot.web.pages.rules import put_into_force
from bot.web.parts import Conflict
from bot.web.site import Site, Visit
from bot.web.trials import Trial, judges, on_trial, tried

router = APIRouter(prefix="/rules/shadow")


@router.get("")
async def show(visit: Manager, done: int | None = None) -> Response:
    """Name the rules on trial; what they would have hit comes behind."""
    trials = on_trial(visit.site.config)
    return visit.page("rules/shadow.html", status=200, trials=trials, done=done)


@router.get("/hits")
async def show_hits(visit: Manager) -> Response:
    """Show what they would have hit."""
    messages, found = await past_trials(visit.site)
    false = await visit.read(partial(backtest.marked, account=visit.account))
    own = {each.id for each in found if find_table(_saved(visit), "rules", each.id)}
    values = {"found": found, "count": messages, "marks": false, "own": own}
    return visit.page("rules/hits.html", status=200, days=backtest.DAYS, **values)


@router.post("/live")
async def go_live(visit: Manager, rule: Annotated[str, Form(max_length=200)]) -> Response:
    """Let a rule count from now on, as a revision."""
    if rule not in {each.id for each in on_trial(visit.site.config)}:
        raise TicketError(f"规则「{rule}」不在试运行。")
    before = _saved(visit)
    if find_table(before, "rules", rule) is None:
        raise TicketError(f"规则「{rule}」在附带的文件里，请到文件里改。")
    text = put_table(before, "rules", {"id": rule, "mode": "live"})
    over = fingerprint(next(iter(visit.site.parts.office.saved().values())))
    note = f"规则「{rule}」试运行结束，开始生效"
    try:
        return await put_into_force(visit, text, over=over, note=note, then="/rules/shadow")
    except (ConfigError, Conflict) as error:
        raise TicketError(f"没有发布：{error}") from error


async def past_trials(site: Site) -> tuple[int, list[Trial]]:
    """Judge the last days by every rule on trial; return how many messages those are."""
    office, config = site.parts.office, site.config
    if not on_trial(config):
        return 0, []
    look = partial(backtest.past, account=site.parts.account, now=site.now)
    messages = await site.read(look)
    made = await asyncio.to_thread(judges, office)
    return len(messages), await asyncio.to_thread(tried, messages, config, office.explain, made)


def _saved(visit: Visit) -> str:
    return plain(next(iter(visit.site.parts.office.saved().values())))
