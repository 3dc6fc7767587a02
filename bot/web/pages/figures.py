"""The figures: each plot with its table and its file."""

import csv
import io
from collections.abc import Iterable
from typing import Any

from fastapi import APIRouter
from fastapi.responses import Response
from sqlmodel import Session

from bot.web.charts import Chart, Series
from bot.web.guard import Anybody, NotAllowed
from bot.web.site import Site, Visit
from bot.web.views import figures

router = APIRouter(prefix="/figures")

DANGEROUS = ("=", "+", "-", "@", "\t", "\r")  # what a spreadsheet takes for a formula
TOPICS = 4  # lines of their own; the rest is added up


@router.get("")
async def show(visit: Anybody) -> Response:
    """Show where the figures come: to reckon them takes its time where there are many tickets."""
    return visit.page("figures/page.html")


@router.get("/plots")
async def show_plots(visit: Anybody) -> Response:
    """Show every figure."""
    plots, staff, notices = await visit.read(lambda session: _everything(visit, session))
    return visit.page("figures/plots.html", charts=plots, staff=staff, notices=notices)


@router.get("/{name}.csv")
async def save(visit: Anybody, name: str) -> Response:
    """Hand a figure out as a file that a spreadsheet opens."""
    plots, staff, _ = await visit.read(lambda session: _everything(visit, session))
    if name == "staff":
        head = ["客服", "工单", "解决", "首次回复（分钟，中位数）", "平均评分"]
        return table([head, *([visit.site.staff_name(row[0]), *row[1:]] for row in staff)], name)
    if name not in plots:
        raise NotAllowed("没有这张图。")
    chart = plots[name]
    rows = zip(chart.labels, *(each.values for each in chart.series), strict=True)
    return table([["", *(each.name for each in chart.series)], *rows], name)


def table(rows: Iterable[Iterable[Any]], name: str) -> Response:
    """Write rows as CSV; what could run as a formula is made plain text."""
    out = io.StringIO()
    csv.writer(out).writerows([[_tame(value) for value in row] for row in rows])
    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return Response("\ufeff" + out.getvalue(), media_type="text/csv", headers=headers)


def _tame(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(DANGEROUS):
        return f"'{value}"
    return "" if value is None else value


def _everything(visit: Visit, session: Session) -> tuple[dict[str, Chart], list[Any], list[Any]]:
    site, account = visit.site, visit.account
    found = figures.cases(session, account, site.now, site.zone)
    plots = charts(site, account, session, found)
    return plots, figures.staff(found), figures.notices(session, account)


def charts(
    site: Site, account: int, session: Session, found: list[figures.Case]
) -> dict[str, Chart]:
    """Draw up every plot, by its name, from the tickets of the last days."""
    days = figures.day_names(site.now, site.zone)
    return {
        **_waiting(found, days),
        "complaints": _complaints(site, account, session),
        **_talk(session, account, days),
    }


def _waiting(found: list[figures.Case], days: list[str]) -> dict[str, Chart]:
    labels = tuple(_short(day) for day in days)

    def line(name: str, until: str) -> Series:
        return Series(name, figures.waits(found, days, until))

    first = (line("首次回复", "first"), line("转到私聊", "private"))
    solved = (line("解决", "resolved"),)
    return {
        "first": Chart("多久回复、多久转到私聊（中位数）", "分钟", labels, first),
        "solved": Chart("多久解决（中位数）", "分钟", labels, solved),
    }


def _complaints(site: Site, account: int, session: Session) -> Chart:
    weeks, counts = figures.topics(session, account, site.now, site.zone)
    named = list(counts.items())
    series = [Series(site.parts.office.topic(topic), tuple(row)) for topic, row in named[:TOPICS]]
    if rest := [row for _, row in named[TOPICS:]]:
        series.append(Series("其他话题", tuple(map(sum, zip(*rest, strict=True)))))
    empty = (Series("投诉", tuple([0] * len(weeks))),)
    return Chart("每周投诉，按话题", "个", tuple(weeks), tuple(series) or empty, bars=True)


def _talk(session: Session, account: int, days: list[str]) -> dict[str, Chart]:
    rows = figures.talk(session, account, days)
    labels = tuple(_short(day) for day in days)
    values = [rows.get(day, (0, 0, 0)) for day in days]
    said = Series("群消息", tuple(each[0] for each in values))
    calm = Series("每百条消息里的投诉", tuple(_share(each[2], each[0]) for each in values))
    return {
        "talk": Chart("群里每天说了多少", "条", labels, (said,), bars=True),
        "calm": Chart("群里平静不平静", "每百条", labels, (calm,)),
    }


def _share(part: int, whole: int) -> float | None:
    return round(100 * part / whole, 2) if whole else None


def _short(day: str) -> str:
    _, month, number = day.split("-")
    return f"{int(month)}/{int(number)}"
