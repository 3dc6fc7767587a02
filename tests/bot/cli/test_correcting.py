"""What the staff calls a false alarm, as a change to lists that somebody accepts."""

import json
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.storage.engine import make_engine, read_url
from bot.storage.tables import FalseHit, Said
from tests.bot.cli.shell import COMPLAINT, CONFIG, END, RULES, Run, write_scenario


def test_what_the_staff_calls_a_false_alarm_changes_a_list_when_it_is_accepted(
    run: Run, folder: Path
) -> None:
    """张三说了句闲话，被词表当成投诉；小美回复「误报」，管理员看过改动，同意。"""
    url = f"sqlite:///{folder}/kept.db"
    idle = "这日子真是没法说"
    words = '[[lexicons]]\nid = "grumbles"\nlabel = "complaint"\nlearned = true\n'
    words += 'threshold = 0.0\nbias = -1.0\n[lexicons.weights]\n"没法" = 200.0\n'
    (folder / "words.toml").write_text(words, "utf-8")
    both = CONFIG.replace('"rules.toml"]', '"rules.toml", "words.toml"]  # 两个')
    (folder / "config.toml").write_text(both, "utf-8")
    write_scenario(
        folder,
        {**COMPLAINT, "text": idle},
        {"event": "message", "after": 60, "from": "wxid_mei", "room": "rs", "text": "#1 误报"},
        END,
    )
    run("simulate", "play.jsonl", "--database", url)
    learn = ("learn", "--from-corrections", "--database", url)
    assert json.loads(run("classify", "--group", "fan", idle).stdout)["label"] == "complaint"

    proposed = run(*learn).stdout
    assert '+list = "grumbles"' in proposed
    assert "1 条改词表就好" in proposed
    assert not (folder / "corrections.toml").exists()

    accepted = run(*learn, "--accept")
    assert "已写入" in accepted.stdout
    kept = (folder / "config.toml").read_text("utf-8")
    assert '["rules.toml", "words.toml", "corrections.toml"]  # 两个' in kept
    assert (folder / "words.toml").read_text("utf-8") == words
    assert run("check").returncode == 0
    assert json.loads(run("classify", "--group", "fan", idle).stdout)["label"] == "chat"
    assert json.loads(run("classify", "没法睡，没法睡").stdout)["label"] == "complaint"
    assert "1 条现在已经不会误报" in run(*learn).stdout


def test_a_false_alarm_that_a_rule_gave_is_told_with_its_words(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/kept.db"
    wrong = {"event": "message", "after": 60, "from": "wxid_mei", "room": "rs", "text": "#1 误报"}
    write_scenario(folder, COMPLAINT, wrong, END)
    run("simulate", "play.jsonl", "--database", url)
    told = run("learn", "--from-corrections", "--database", url).stdout
    assert "#1「塌了」是规则 collapsed 凭「塌了」判的" in told
    assert run("learn", "--accept").returncode == run("learn").returncode == 2


RIVALS = """
[[lexicons]]
id = "spoken-complaint"
label = "complaint"
learned = true
rivals = "spoken"
threshold = 0.0
bias = -20.0
over = ["collapsed"]
[lexicons.weights]
"没法" = 200.0
[[lexicons]]
id = "spoken-chat"
label = "chat"
learned = true
rivals = "spoken"
threshold = 0.0
bias = -10.0
[lexicons.weights]
"日子" = 30.0
"""
WRONG = {"event": "message", "after": 60, "from": "wxid_mei", "room": "rs", "text": "#1 误报"}


@pytest.fixture
def rivals(folder: Path) -> str:
    (folder / "words.toml").write_text(RIVALS, "utf-8")
    both = CONFIG.replace('"rules.toml"]', '"rules.toml", "words.toml"]')
    (folder / "config.toml").write_text(both, "utf-8")
    return f"sqlite:///{folder}/kept.db"


def test_a_list_that_competes_is_learned_from(run: Run, folder: Path, rivals: str) -> None:
    """「没有误报记录」 was told of what a list with rivals had decided."""
    write_scenario(folder, {**COMPLAINT, "text": "这日子真是没法说"}, WRONG, END)
    run("simulate", "play.jsonl", "--database", rivals)

    proposed = run("learn", "--from-corrections", "--database", rivals).stdout
    assert '+list = "spoken-complaint"' in proposed
    assert "记下的误报 1 条：0 条现在已经不会误报，1 条改词表就好，0 条改词表改不好" in proposed
    run("learn", "--from-corrections", "--database", rivals, "--accept")
    assert (
        json.loads(run("classify", "--group", "fan", "这日子真是没法说").stdout)["label"] == "chat"
    )
    assert (
        json.loads(run("classify", "--group", "fan", "睡得没法睡").stdout)["label"] == "complaint"
    )


def test_what_no_list_can_mend_is_told_by_what_decided(run: Run, folder: Path, rivals: str) -> None:
    strong = RULES.replace("severity = 2", "severity = 1\nweight = 3.0")
    (folder / "rules.toml").write_text(strong, "utf-8")
    write_scenario(folder, {**COMPLAINT, "text": "塌了呀塌了，没法说"}, WRONG, END)
    run("simulate", "play.jsonl", "--database", rivals)

    told = run("learn", "--from-corrections", "--database", rivals).stdout
    assert "0 条改词表就好，1 条改词表改不好，要改规则。" in told
    assert "是词表 spoken-complaint 凭「塌了、没法」判的，词表让步以后还有规则 collapsed" in told
    assert "+list" not in told


def test_a_record_is_counted_even_if_what_was_said_is_gone(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/kept.db"
    write_scenario(folder, COMPLAINT, WRONG, END)
    run("simulate", "play.jsonl", "--database", url)
    run("forget", "wxid_zhang", "--database", url)

    told = run("learn", "--from-corrections", "--database", url).stdout
    assert "记下的误报 1 条：" in told
    assert "1 条的原话已经删了" in told


def test_a_false_hit_counts_even_of_a_rule_that_is_gone(run: Run, folder: Path) -> None:
    url = f"sqlite:///{folder}/kept.db"
    write_scenario(folder, COMPLAINT, END)
    run("simulate", "play.jsonl", "--database", url)
    engine = make_engine(read_url(url))
    with Session(engine) as session:
        said = session.exec(select(Said).where(Said.text == "塌了")).one()
        for rule, message in (("collapsed", said.id), ("bygone", said.id), ("collapsed", "lost")):
            hit = FalseHit(account=said.account, rule=rule, message=message, who="a", at=said.at)
            session.add(hit)
        session.commit()
    engine.dispose()

    told = run("learn", "--from-corrections", "--database", url).stdout
    assert told.startswith("记下的误报 3 条：0 条现在已经不会误报，0 条改词表就好，2 条改词表改")
    assert "1 条的原话已经删了" in told
    assert "规则 bygone「塌了」是规则 collapsed 凭「塌了」判的" in told


@pytest.fixture
def learn(run: Run, folder: Path, rivals: str) -> Run:
    """Somebody calls what a list decided a false alarm; the words are for ``learn``."""
    write_scenario(folder, {**COMPLAINT, "text": "这日子真是没法说"}, WRONG, END)
    run("simulate", "play.jsonl", "--database", rivals)
    return lambda *words: run("learn", "--from-corrections", "--database", rivals, *words)


def include(folder: Path, name: str) -> bytes:
    file = folder / "config.toml"
    file.write_text(file.read_text("utf-8").replace('"words.toml"', f'"words.toml", "{name}"'))
    return file.read_bytes()


@pytest.mark.parametrize("name", ["./corrections.toml", "../{}/corrections.toml"])
def test_what_is_included_by_another_name_is_not_included_again(
    run: Run, folder: Path, learn: Run, name: str
) -> None:
    """「./corrections.toml」 was included a second time, and config.toml could not be read."""
    (folder / "corrections.toml").write_text("", "utf-8")
    before = include(folder, name.format(folder.name))

    assert "已写入" in learn("--accept").stdout
    assert (folder / "config.toml").read_bytes() == before
    assert run("check").returncode == 0
    assert "1 条现在已经不会误报" in learn().stdout


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff# 手写的\n",
        'corrections = [{list = "spoken-complaint", weights = {"a" = 1}}]',
        '[[corrections]]\nlist = "spoken-complaint"',
        '[[corrections]]\nlist = "spoken-complaint"\n[corrections.weights]\n-3 = "没 法说"',
    ],
)
def test_what_a_manager_wrote_by_hand_is_kept(
    run: Run, folder: Path, learn: Run, text: str
) -> None:
    (folder / "corrections.toml").write_text(text, "utf-8")

    assert "已写入" in learn("--accept").stdout
    assert run("check").returncode == 0
    assert "1 条现在已经不会误报" in learn().stdout
    kept = (folder / "corrections.toml").read_text("utf-8")
    assert text.strip("]}\ufeff").rstrip() in kept


def test_what_is_there_but_not_included_is_tried_and_not_doubled(
    run: Run, folder: Path, learn: Run
) -> None:
    plain = (folder / "config.toml").read_bytes()
    learn("--accept")
    written = (folder / "corrections.toml").read_bytes()
    (folder / "config.toml").write_bytes(plain)

    assert "corrections.toml 还没有写进 config.toml 的 include" in learn().stdout
    assert "并加进 config.toml 的 include" in learn("--accept").stdout
    assert (folder / "corrections.toml").read_bytes() == written
    assert run("check").returncode == 0


@pytest.mark.parametrize(
    "text",
    [
        b"corrections = 5",
        b'[[corrections]]\nlist = "spoken-complaint"\nweights = {"a" = "b"}',
        "# 误报".encode("gbk"),
        b'[[corrections]]\nlist = "nowhere"',
        None,
    ],
)
def test_what_is_broken_is_told_in_one_line_and_nothing_changes(
    folder: Path, learn: Run, text: bytes | None
) -> None:
    own, main = folder / "corrections.toml", folder / "config.toml"
    if text is None:
        own.mkdir()
    else:
        own.write_bytes(text)
    before = main.read_bytes()

    ended = learn("--accept")
    assert (ended.returncode, ended.stderr.count("\n")) == (2, 1)
    assert "Traceback" not in ended.stderr
    assert main.read_bytes() == before
    assert text is None or own.read_bytes() == text
    assert not list(folder.glob(".*.new"))


def test_a_link_to_the_configuration_stays_one(folder: Path, learn: Run) -> None:
    real = folder / "real"
    real.mkdir()
    (folder / "config.toml").rename(real / "config.toml")
    (folder / "config.toml").symlink_to(real / "config.toml")

    assert "已写入" in learn("--accept").stdout
    assert (folder / "config.toml").is_symlink()
    assert '"corrections.toml"' in (real / "config.toml").read_text("utf-8")
