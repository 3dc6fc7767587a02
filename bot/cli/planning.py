"""``notices`` and ``signups``: what is planned, what it came to, and who takes part."""

import csv
import json
import sys
from collections.abc import Set
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session, col, select

from bot.cli.almanac import export, read_calendar
from bot.cli.desk import NoDatabase, run
from bot.cli.options import DEFAULT_CONFIG, ConfigFile, DatabaseUrl
from bot.cli.reading import load_config
from bot.config import Config
from bot.errors import BotError, StorageError, reason
from bot.notices.decided import ended_anywhere
from bot.notices.figures import Figures, figures
from bot.storage.tables import Occasion, OccasionState, Signup
from handlers.notices.content import WEEKDAYS
from handlers.notices.foresight import Foresight
from handlers.notices.occasions import Occasions

SHOWN = 6

Figured = Annotated[bool, typer.Option("--figures", help="已发公告的效果 / what came of them")]
Json = Annotated[bool, typer.Option("--json", help="每行一个 JSON / a JSON object a line")]
AsCsv = Annotated[bool, typer.Option("--csv", help="CSV，表格软件能打开 / for spreadsheets")]
NoticeId = Annotated[str, typer.Argument(metavar="ID", help="公告的 id / of the notice")]
Target = Annotated[Path | None, typer.Argument(metavar="FILE.ics", help="不写就输出到屏幕")]
Source = Annotated[Path, typer.Argument(metavar="FILE.ics")]
Groups = Annotated[
    list[str] | None, typer.Option("--groups", metavar="GROUP", help="发给谁 / whom for")
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    group = typer.Typer(help="公告 / notices")
    group.callback(invoke_without_command=True)(notices)
    group.command("export")(export_calendar)
    group.command("import")(import_calendar)
    app.add_typer(group, name="notices")
    app.command()(signups)


def notices(
    context: typer.Context,
    *,
    figured: Figured = False,
    as_json: Json = False,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """列出接下来的公告，或已发公告的效果 / what is planned, or what came of it."""
    if context.invoked_subcommand is not None:
        return
    settings = load_config(config, database=database, rules=False)
    if figured:
        _tell_figures(settings, as_json=as_json)
        return
    foresight, off = Foresight(settings, Occasions(settings)), _called_off(settings)
    alive = [notice for notice in settings.notices if notice.id not in off.ended]
    for due, notice in foresight.coming(datetime.now(UTC), SHOWN, alive):
        local, cancelled = due.astimezone(settings.zone), (notice.id, due) in off.once
        if as_json:
            line = {"notice": notice.id, "title": notice.title, "due": local.isoformat()}
            line |= {"state": "cancelled"} if cancelled else {}
            typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            day = f"{local:%Y-%m-%d %H:%M} 周{WEEKDAYS[local.weekday()]}"
            mark = "（已取消）" if cancelled else ""
            typer.echo(f"{day}  {notice.title}（{notice.id}）{mark}")


@dataclass(frozen=True, slots=True)
class CalledOff:
    """What managers do not want to be posted: whole notices, and single occasions."""

    ended: Set[str] = frozenset()
    once: Set[tuple[str, datetime]] = frozenset()


def _called_off(config: Config) -> CalledOff:
    """Look up what managers called off; nothing where the bot never ran."""

    def look(session: Session) -> CalledOff:
        wanted = select(Occasion.notice, Occasion.due_at).where(
            Occasion.part == "", Occasion.state == OccasionState.CANCELLED
        )
        return CalledOff(ended_anywhere(session), set(session.exec(wanted).all()))

    try:
        return run(config, look)
    except NoDatabase:
        return CalledOff()
    except StorageError as error:
        sys.stderr.write(f"数据库打不开，取消过的没有标出来：{error}\n")
        return CalledOff()


def export_calendar(target: Target = None, *, config: ConfigFile = DEFAULT_CONFIG) -> None:
    """把公告写成 iCalendar 文件 / write the notices as a calendar."""
    content = export(load_config(config, rules=False), datetime.now(UTC))
    if target is None:
        sys.stdout.buffer.write(content)
    else:
        target.write_bytes(content)


def import_calendar(
    source: Source,
    *,
    groups: Groups = None,
    config: ConfigFile = DEFAULT_CONFIG,
) -> None:
    """把 iCalendar 文件变成可以贴进 config.toml 的公告 / turn a calendar into notices."""
    settings = load_config(config, rules=False)
    try:
        content = source.read_bytes()
    except OSError as error:
        raise BotError(f"打不开「{source}」：{reason(error)}") from None
    typer.echo(read_calendar(content, settings.zone, groups or ["fan"]), nl=False)


def signups(
    notice: NoticeId,
    *,
    as_csv: AsCsv = False,
    config: ConfigFile = DEFAULT_CONFIG,
    database: DatabaseUrl = None,
) -> None:
    """列出一个公告的报名 / list the sign-ups of a notice."""
    settings = load_config(config, database=database, rules=False)
    planned = next((each for each in settings.notices if each.id == notice), None)

    def look(session: Session) -> list[Signup]:
        wanted = select(Signup).where(Signup.notice == notice)
        order = (col(Signup.due_at), col(Signup.at), col(Signup.id))
        return list(session.exec(wanted.order_by(*order)))

    rows = run(settings, look)
    if planned is None and not rows:
        known = "、".join(each.id for each in settings.notices) or "无"
        raise BotError(f"没有「{notice}」这个公告；现有：{known}")
    questions = planned.signup.questions if planned and planned.signup else ()
    head = ["场次", "姓名", "微信id", "状态", "人数", "报名时间", "签到时间", *questions, "反馈"]
    if as_csv:
        writer = csv.writer(sys.stdout)
        writer.writerow(head)
        writer.writerows(_cells(row, settings, len(questions)) for row in rows)
    else:
        for row in rows:
            typer.echo("  ".join(_cells(row, settings, len(questions))))


def _cells(row: Signup, config: Config, questions: int) -> list[str]:
    answers = [*row.answers, *[""] * questions][:questions]
    cells = [
        _local(row.due_at, config),
        row.member_name,
        row.member,
        str(row.state),
        str(1 + row.guests),
        _local(row.at, config),
        _local(row.attended_at, config) if row.attended_at else "",
        *answers,
        row.comment,
    ]
    return [_harmless(cell) for cell in cells]


def _harmless(cell: str) -> str:
    """Keep a spreadsheet from taking what a member wrote for a formula."""
    return f"'{cell}" if cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell


def _local(moment: datetime, config: Config) -> str:
    return f"{moment.astimezone(config.zone):%Y-%m-%d %H:%M}"


def _tell_figures(config: Config, *, as_json: bool) -> None:
    def look(session: Session) -> list[tuple[Occasion, Figures]]:
        wanted = select(Occasion).where(Occasion.part == "", Occasion.state != OccasionState.AHEAD)
        rows = session.exec(wanted.order_by(col(Occasion.due_at))).all()
        return [(row, figures(session, row)) for row in rows]

    for occasion, counted in run(config, look):
        due = occasion.due_at.astimezone(config.zone)
        if as_json:
            line = {"notice": occasion.notice, "due": due.isoformat(), **asdict(counted)}
            typer.echo(json.dumps(line, ensure_ascii=False))
        else:
            typer.echo(
                f"{due:%Y-%m-%d %H:%M}  {occasion.title}（{occasion.notice}）  "
                f"触达 {counted.reach}  报名 {counted.signups}  签到 {counted.attended}  "
                f"24 小时进群 {counted.joins} 退群 {counted.leaves}  "
                f"2 小时投诉 {counted.complaints}"
            )
