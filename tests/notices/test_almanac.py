"""Notices go out as a calendar and come back as notices; other calendars become notices too."""

import asyncio
import tomllib
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import Session

from bot.cli import main
from bot.cli.almanac import export, read_calendar
from bot.cli.reading import read_config
from bot.config import Config
from bot.errors import BotError
from bot.notices import Notices
from bot.storage import Storage
from bot.storage.migrate import upgrade
from bot.storage.tables import Occasion, OccasionState
from handlers.notices.occasions import Occasions

NOW = datetime(2026, 11, 22, tzinfo=UTC)
RULE = {"start": "2026-11-01T00:00:00+08:00"}


def configured(*notices: dict[str, Any]) -> Config:
    plain = {"title": "活动", "scenario": "recurring", "groups": ["fan"], "text": "内容"}
    tables = [{**plain, **notice} for notice in notices]
    return Config.model_validate({"notices": tables}, context={"folder": Path.cwd()})


def again(config: Config, content: bytes) -> Config:
    tables = tomllib.loads(read_calendar(content, config.zone, ["fan"]))
    return Config.model_validate(tables, context={"folder": Path.cwd()})


@pytest.mark.parametrize(
    "when",
    [
        {"at": "2026-12-12T20:00:00+08:00", "remind": ["3d", "1h"]},
        {"rrule": "FREQ=DAILY;BYHOUR=6;BYMINUTE=30;BYSECOND=0", **RULE},
        {"rrule": "FREQ=WEEKLY;BYDAY=FR,SU;BYHOUR=19;BYMINUTE=0;BYSECOND=0", **RULE},
        {
            "rrule": "FREQ=WEEKLY;BYDAY=SA;BYHOUR=10;BYMINUTE=0;BYSECOND=0",
            "skip": ["2026-12-12"],
            "move": {"2026-12-05": "2026-12-06T10:00"},
            "until": "2027-03-01T00:00:00+08:00",
            **RULE,
        },
    ],
    ids=["at", "daily", "weekly", "moved"],
)
def test_a_notice_comes_back_with_the_same_moments(when: dict[str, Any]) -> None:
    before = configured({"id": "a", "text": "{group}好", **when})
    after = again(before, export(before, NOW))

    [one], [other] = before.notices, after.notices
    assert (one.id, one.title, one.scenario, one.text) == (
        other.id,
        other.title,
        other.scenario,
        other.text,
    )
    assert one.remind == other.remind
    assert Occasions(before).ahead(one, NOW, 40) == Occasions(after).ahead(other, NOW, 40)


def test_the_moon_and_the_sun_are_written_out_for_years() -> None:
    config = configured(
        {"id": "moon", "lunar": "08-15 10:00"}, {"id": "sun", "solar_term": "冬至 09:00"}
    )
    content = export(config, NOW).decode()
    assert "DTSTART;TZID=Asia/Shanghai:20270915T100000" in content
    assert "20281003T100000" in content.replace("\r\n ", "")


def test_another_calendar_becomes_notices() -> None:
    content = "\r\n".join(
        [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:x",
            "BEGIN:VEVENT",
            "UID:1@other",
            "SUMMARY:店庆 {大}",
            "DTSTART;VALUE=DATE:20261201",
            "END:VEVENT",
            "BEGIN:VEVENT",
            "UID:2@other",
            "SUMMARY:例会",
            "DTSTART:20261124T020000Z",
            "RRULE:FREQ=WEEKLY;COUNT=3",
            "END:VEVENT",
            "END:VCALENDAR",
        ]
    ).encode()
    config = again(configured(), content)
    first, second = config.notices
    assert first.at == datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
    assert first.text == "店庆 {{大}}"
    assert Occasions(config).ahead(second, NOW, 9) == [
        datetime(2026, 11, 24, 2, 0, tzinfo=UTC) + timedelta(weeks=week) for week in range(3)
    ]


def test_what_is_no_calendar_is_told() -> None:
    with pytest.raises(BotError, match="iCalendar"):
        read_calendar(b"BEGIN:VEVENT\r\nfoo", configured().zone, ["fan"])


def test_the_commands_list_export_and_import(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, calendar = tmp_path / "config.toml", tmp_path / "a.ics"
    file.write_text(
        '[wechat]\nmanagers=["boss"]\n[support]\nroom="rs"\n[[groups]]\nid="r1"\nkind="fan"\n'
        '[[notices]]\nid="n"\ntitle="早安"\nscenario="content"\ngroups=["fan"]\ntext="早"\n'
        'rrule="FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0"\nstart="2026-11-01T00:00:00+08:00"\n'
    )
    assert main(["notices", "--config", str(file)]) == 0
    assert len(capsys.readouterr().out.splitlines()) == 6
    assert main(["notices", "export", str(calendar), "--config", str(file)]) == 0
    assert main(["notices", "import", str(calendar), "--config", str(file)]) == 0
    assert 'id = "n"' in capsys.readouterr().out
    assert main(["notices", "import", str(tmp_path / "none.ics"), "--config", str(file)]) == 2


async def test_the_list_leaves_out_what_managers_ended_and_marks_what_they_cancelled(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file, url = tmp_path / "config.toml", f"sqlite:///{tmp_path}/bot.db"
    daily = (
        'rrule="FREQ=DAILY;BYHOUR={};BYMINUTE=0;BYSECOND=0"\nstart="2026-11-01T00:00:00+08:00"\n'
    )
    notices = "".join(
        f'[[notices]]\nid="{name}"\ntitle="{name}"\nscenario="content"\ngroups=["fan"]\ntext="x"\n'
        + daily.format(hour)
        for name, hour in (("ended", 9), ("going", 10))
    )
    file.write_text(
        '[wechat]\nmanagers=["boss"]\n[support]\nroom="rs"\n[[groups]]\nid="r1"\nkind="fan"\n'
        + notices
    )
    upgrade(url)

    def write(session: Session) -> None:
        going = read_config(file).config
        assert going is not None
        due = Occasions(going).next(going.notices[1], datetime.now(UTC))
        assert due is not None
        Notices(session, 1, due).end("ended")
        session.add(
            Occasion(
                account=1, notice="going", due_at=due, rings_at=due, state=OccasionState.CANCELLED
            )
        )

    async with Storage(url) as storage:
        await storage.transact(write)
    told = ["notices", "--config", str(file), "--database", url]
    assert await asyncio.to_thread(main, told) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 6
    assert all("going" in line for line in lines)
    assert [line.endswith("（已取消）") for line in lines] == [True, *[False] * 5]
