"""Life in the groups, for managers: who stays, who brought whom, and the weekly letter."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from bot.community.staying import Cohort
from bot.community.yields import Yield, reckon
from bot.turn import Turn
from bot.web.charts import Chart, Series
from bot.web.guard import Manager
from bot.web.pages.figures import table
from bot.web.site import Site, Visit
from bot.web.views import community

router = APIRouter(prefix="/life")

MOST_SOURCES = 5  # lines in one plot
FEW = 5  # people whose share is not plotted: one more or less would make a jump


@router.get("")
async def show_staying(visit: Manager) -> Response:
    """Show who stays: by the week of joining, and by what brought them."""
    weeks, sources = await _cohorts(visit)
    plot = staying_chart(visit.site, sources)
    size = sum(cohort.size for cohort in weeks)
    values: dict[str, Any] = {"weeks": weeks, "sources": sources, "plot": plot, "size": size}
    values["source"] = partial(source_name, visit.site)
    return visit.page("life/staying.html", status=200, **values)


@router.get("/health")
async def show_health(visit: Manager) -> Response:
    """Show how well the busiest groups live."""
    site = visit.site
    look = partial(community.healths, account=visit.account, now=site.now, zone=site.zone)
    return visit.page("life/health.html", rows=await visit.read(look))


@router.get("/gifts")
async def show_gifts(visit: Manager) -> Response:
    """Show what the giveaways really brought."""
    return visit.page("life/gifts.html", rows=await visit.read(partial(gifts, visit)))


@router.get("/weeks.csv")
async def save_weeks(visit: Manager) -> Response:
    """Hand the cohorts by week out as a file."""
    weeks, _ = await _cohorts(visit)
    return table(cohort_rows("进群那一周（周一）", weeks, str), "weeks")


@router.get("/sources.csv")
async def save_sources(visit: Manager) -> Response:
    """Hand the cohorts by source out as a file."""
    _, sources = await _cohorts(visit)
    return table(cohort_rows("怎么来的", sources, partial(source_name, visit.site)), "sources")


# -- letters and invitations


@router.get("/letters")
async def show_letters(visit: Manager, week: str = "") -> Response:
    """Show where the letter of the last seven days comes, or one that went out."""
    sent = await visit.read(partial(community.letters, account=visit.account))
    chosen = next((row for row in sent if row.key.split(":")[1] == week), None)
    text = chosen.text if chosen is not None else ""
    return visit.page("life/letters.html", status=200, text=text, sent=sent, chosen=chosen)


@router.get("/letters/now")
async def show_letter(visit: Manager) -> Response:
    """Write the letter of the last seven days: it takes its time where much is kept."""
    site = visit.site
    today = site.now.astimezone(site.zone).date()
    text = await visit.read(
        lambda session: site.parts.office.letter(Turn(session, visit.account, site.now), today)
    )
    return visit.page("life/letter.html", status=200, text=text)


@router.get("/invites")
async def show_invites(visit: Manager) -> Response:
    """Show who brought whom, and who of them stayed."""
    credit = visit.site.config.joining.credit_after
    return visit.page("life/invites.html", rows=await _inviters(visit), credit=credit)


@router.get("/invites.csv")
async def save_invites(visit: Manager) -> Response:
    """Hand the board out as a file."""
    head = ["名字", "微信 id", "拉来", "算数", "还在"]
    rows = [[r.name, r.contact, r.brought, r.credit, r.here] for r in await _inviters(visit)]
    return table([head, *rows], "invites")


# -- what the pages and the API show


def source_name(site: Site, source: str) -> str:
    """Say in words what brought somebody."""
    kind, _, which = source.partition(":")
    if kind == "giveaway":
        titles = {gift.id: gift.title for gift in site.config.giveaways}
        return f"赠品「{titles.get(which, which)}」"
    return {"inviter": "群友邀请", "": "自己来的"}.get(source, source)


def staying_chart(site: Site, sources: list[Cohort]) -> Chart:
    """Plot who is still there after so many weeks, a line for each source."""
    largest = sorted(sources, key=lambda cohort: -cohort.size)[:MOST_SOURCES]
    weeks = len(largest[0].kept) if largest else 0
    labels = tuple(f"{number} 周" for number in range(weeks + 1))
    lines = tuple(
        Series(
            f"{source_name(site, each.name)}（{each.size} 人）",
            (100.0, *(None if n < FEW else k and round(100 * k, 1) for k, n in shares(each))),
        )
        for each in largest
    )
    return Chart("进群以后还在的人", "%", labels, lines)


def shares(cohort: Cohort) -> Iterator[tuple[float | None, int]]:
    """Pair the shares of a cohort with how many people each is reckoned from."""
    return zip(cohort.kept, cohort.known, strict=True)


def cohort_rows(first: str, cohorts: list[Cohort], name: Any) -> list[list[Any]]:
    """Lay cohorts out as a table."""
    weeks = len(cohorts[0].kept) if cohorts else 0
    head = [first, "人数", *(f"{number} 周后" for number in range(1, weeks + 1))]
    rows = [
        [name(each.name), each.size, *("" if k is None else f"{k:.0%}" for k in each.kept)]
        for each in cohorts
    ]
    return [head, *rows]


def gifts(visit: Visit, session: Session) -> list[tuple[str, Yield]]:
    """Reckon what each giveaway brought."""
    return [
        (gift.title, reckon(session, visit.account, visit.site.now, gift.id))
        for gift in visit.site.config.giveaways
    ]


async def _cohorts(visit: Visit) -> tuple[list[Cohort], list[Cohort]]:
    site = visit.site
    look = partial(community.cohorts, account=visit.account, now=site.now, zone=site.zone)
    return await visit.read(look)


async def _inviters(visit: Visit) -> list[community.Inviter]:
    credit = visit.site.config.joining.credit_after
    look = partial(
        community.inviters, account=visit.account, now=visit.site.now, credit_after=credit
    )
    return await visit.read(look)
