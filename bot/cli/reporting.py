"""``report``: the figures of the desk for a stretch of days, as a table, JSON or CSV."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from bot.cli.desk import run
from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl
from bot.cli.reading import load_config
from bot.config import Config
from bot.desk.figures import Figures, figures
from bot.errors import BotError
from bot.storage.tables import Account
from handlers.desk.support import Support
from handlers.wording import Wording

From = Annotated[
    str | None, typer.Option("--from", metavar="DAY", help="从哪天起 / first day, 2026-11-01")
]
To = Annotated[
    str | None, typer.Option("--to", metavar="DAY", help="到哪天为止，含这天 / last day")
]
AsJson = Annotated[bool, typer.Option("--json", help="每行一个 JSON / a JSON object a line")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV 表格 / comma-separated values")]
WEEK = timedelta(days=7)
NAMES = {"total": "合计", "day": "日期", "group": "群", "topic": "问题", "agent": "客服"}


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(report)


def report(
    *,
    since: From = None,
    until: To = None,
    as_json: AsJson = False,
    as_csv: AsCsv = False,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """客服报表：按天、群、问题、客服 / figures of the desk by day, group, topic and agent."""
    if as_json and as_csv:
        raise BotError("--json 和 --csv 只能写一个")
    settings = load_config(config, database=database, rules=False)
    last = _day(until) if until else datetime.now(settings.zone).date()
    first = _day(since) if since else last - WEEK + timedelta(days=1)
    if last < first:
        raise BotError(f"--to {last} 早于 --from {first}，请把两个日期对调")
    found = run(settings, lambda session: _reckon(session, settings, first, last))
    if as_json:
        for each in found:
            typer.echo(json.dumps(asdict(each), ensure_ascii=False))
    else:
        typer.echo(_as_csv(found) if as_csv else _as_table(found), nl=not as_csv)


def _reckon(session: Session, config: Config, first: date, last: date) -> list[Figures]:
    begin = datetime.combine(first, time(), config.zone).astimezone(UTC)
    end = datetime.combine(last + timedelta(days=1), time(), config.zone).astimezone(UTC)
    yard = Support.of(config, Wording(config.wording)).digest.yard(datetime.now(UTC))
    accounts = session.exec(select(Account.id).order_by(col(Account.id))).all()
    return [
        each for account in accounts for each in figures(session, account or 0, begin, end, yard)
    ]


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise BotError(f"「{text}」不是日期，要写成 2026-11-01 这样") from None


def _as_csv(found: Sequence[Figures]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow([field.name for field in fields(Figures)])
    writer.writerows([_safe(value) for value in asdict(each).values()] for each in found)
    return out.getvalue()


def _safe(value: object) -> object:
    """Keep spreadsheets from taking a group's name for a formula."""
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r")):
        return f"'{value}"
    return "" if value is None else value


def _as_table(found: Sequence[Figures]) -> str:
    lines = []
    for each in found:
        name = f"{NAMES[each.by]} {each.name}".strip()
        lines.append(
            f"{name}：新工单 {each.opened}，解决 {each.solved}，误报 {each.false_alarms}，"
            f"重开 {each.reopened}；第一次回复 中位 {_minutes(each.first_median)} "
            f"九成 {_minutes(each.first_p90)} 按时 {_share(each.first_within)}；"
            f"解决 中位 {_minutes(each.resolution_median)} 按时 {_share(each.resolution_within)}；"
            f"私聊 {_seconds(each.private_median)}；群里又有投诉 {each.follow_ups}，"
            f"跟着说的 {each.pile_ons}；评分 {each.rating if each.rating is not None else '—'}"
        )
    return "\n".join(lines)


def _minutes(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds / 60:.1f} 分钟"


def _seconds(seconds: float | None) -> str:
    return "—" if seconds is None else f"{seconds:.0f} 秒"


def _share(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"
