"""``rebind``: what no manager can say in WeChat, because it is the managers whose ids changed."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.cli import main
from bot.community.bindings import Bindings, Pair
from bot.storage.engine import make_engine, read_url
from bot.storage.migrate import upgrade
from bot.storage.tables import Account, Audit, BindingKind, Person

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
CONFIG = '[wechat]\nmanagers = ["wxid_boss"]\n[console]\nenabled = false\n'


@pytest.fixture
def options(tmp_path: Path) -> list[str]:
    """A database in which a manager seems to have another id."""
    url = f"sqlite:///{tmp_path / 'kept.db'}"
    config = tmp_path / "config.toml"
    config.write_text(CONFIG, encoding="utf-8")
    upgrade(url)
    engine = make_engine(read_url(url))
    with Session(engine) as session:
        session.add(Account(id=1, name="main"))
        session.add(Person(account=1, contact="wxid_boss", name="老板", met_at=NOW))
        session.add(Person(account=1, contact="boss_new", name="老板", met_at=NOW))
        pair = Pair(BindingKind.PERSON, "wxid_boss", "boss_new", ("名字都是「老板」",))
        Bindings(session, 1, NOW).propose(pair)
        session.commit()
    engine.dispose()
    return ["--config", str(config), "--database", url]


def test_it_lists_what_waits_and_accepts_it(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rebind", *options]) == 0
    assert "1  人  wxid_boss → boss_new  名字都是「老板」" in capsys.readouterr().out
    assert main(["rebind", "--accept", "1", *options]) == 0
    assert "没有等着认的" in capsys.readouterr().out

    engine = make_engine(read_url(options[-1]))
    with Session(engine) as session:
        assert [person.contact for person in session.exec(select(Person))] == ["wxid_boss"]
        assert [audit.who for audit in session.exec(select(Audit))] == ["qunkeeper rebind"]
    engine.dispose()


def test_a_number_that_does_not_exist_is_the_users_mistake(
    options: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["rebind", "--refuse", "7", *options]) == 2
    assert "没有 7 号" in capsys.readouterr().err
