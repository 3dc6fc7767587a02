import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest

from bot.config.loader import read
from bot.config.watch import watch
from tests.bot.config.conftest import Write

Change = Callable[[Callable[[], object]], Awaitable[None]]


@pytest.fixture
async def main(write: Write) -> Path:
    write("", "rules/more.toml")
    return write('include = ["rules/more.toml"]\n')


@pytest.fixture
async def noticed(main: Path) -> AsyncIterator[Change]:
    """Do something while the files are watched, and return when it was noticed."""
    changes = watch(main, quiet=10, look=100)

    async def noticed(change: Callable[[], object]) -> None:
        next_change = asyncio.ensure_future(anext(changes))
        await asyncio.sleep(0)  # the files are looked at once
        change()
        await asyncio.wait_for(next_change, 30)

    yield noticed
    await changes.aclose()  # type: ignore[attr-defined]


async def test_a_changed_file_is_noticed_each_time(main: Path, noticed: Change) -> None:
    await noticed(lambda: main.write_text('timezone = "Asia/Shanghai"\n'))
    await noticed(lambda: main.write_text(""))


async def test_a_file_that_another_is_put_in_place_of_is_noticed(
    main: Path, noticed: Change
) -> None:
    new = main.with_name("config.toml~")
    new.write_text('timezone = "Asia/Tokyo"\n')
    await noticed(lambda: new.replace(main))


async def test_an_included_file_is_noticed(main: Path, noticed: Change) -> None:
    await noticed(lambda: (main.parent / "rules/more.toml").write_text("[[rules]]\n"))


async def test_a_file_that_goes_and_comes_back_is_noticed(main: Path, noticed: Change) -> None:
    await noticed(main.unlink)
    await noticed(lambda: main.write_text(""))


async def test_a_file_included_later_is_noticed(main: Path, noticed: Change, write: Write) -> None:
    await noticed(lambda: main.write_text('include = ["late/x.toml"]\n'))
    await noticed(lambda: write("[[rules]]\n", "late/x.toml"))
    await noticed(lambda: write("[[words]]\n", "late/x.toml"))


async def test_what_changed_before_the_watch_began_is_noticed(main: Path) -> None:
    before = read(main, environment={}).sources
    (main.parent / "rules/more.toml").write_text("[[words]]\n")
    changes = watch(main, since=before)
    await asyncio.wait_for(anext(changes), 30)
    await changes.aclose()  # type: ignore[attr-defined]


async def test_markdown_files_that_answer_are_noticed(
    main: Path, noticed: Change, write: Write
) -> None:
    write("# 怎么换货\n联系客服", "faq/a.md")
    await noticed(lambda: main.write_text('[answers]\nfolder = "faq"\n'))
    await noticed(lambda: write("# 怎么换货\n点售后", "faq/a.md"))
    await noticed(lambda: write("# 怎么退货\n点售后", "faq/sub/b.md"))
