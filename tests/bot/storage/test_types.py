from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy.exc import StatementError
from sqlmodel import col, select

from bot.storage import Storage
from bot.storage.tables import Account, Note, Said
from tests.bot.storage.conftest import NOW

SHANGHAI = timezone(timedelta(hours=8))


async def stored(storage: Storage, note: Note) -> Note:
    await storage.transact(lambda session: session.add(note))
    return await storage.read(lambda session: session.exec(select(Note)).one())


async def test_a_moment_comes_back_aware_in_utc_and_to_the_microsecond(storage: Storage) -> None:
    local = datetime(2026, 11, 23, 7, 59, 59, 123456, tzinfo=SHANGHAI)
    back = (await stored(storage, Note(account=1, key="a", at=local))).at
    assert back == local
    assert back.tzinfo is UTC


async def test_moments_are_compared_as_instants(storage: Storage) -> None:
    await stored(storage, Note(account=1, key="a", at=NOW))
    later = (NOW + timedelta(minutes=1)).astimezone(SHANGHAI)
    wanted = select(Note.key).where(col(Note.at) < later)
    assert await storage.read(lambda session: session.exec(wanted).all()) == ["a"]


async def test_a_moment_without_a_time_zone_is_refused(storage: Storage) -> None:
    naive = NOW.replace(tzinfo=None)
    with pytest.raises(StatementError, match="time zone"):
        await stored(storage, Note(account=1, key="a", at=naive))


async def test_json_keeps_order_and_every_character(storage: Storage) -> None:
    data = {"z": 1, "a": ["张三\u2005", "\x00", "😀", None, True], "m": {"y": 1.5, "b": ""}}
    back = (await stored(storage, Note(account=1, key="a", at=NOW, data=data))).data
    assert back == data
    assert list(back) == ["z", "a", "m"]


@pytest.mark.parametrize(
    "text", ["a\x00b", "\u200b\u200d", "😀" * 50, "@小群\u2005退款", "x" * 100_000]
)
async def test_what_is_said_is_stored_as_said(storage: Storage, text: str) -> None:
    said = Said(account=1, id="m", sender="a", text=text, at=NOW, heard_at=NOW, likeness=-(2**63))
    await storage.transact(lambda session: session.add(said))
    back = await storage.read(lambda session: session.exec(select(Said)).one())
    assert (back.text, back.likeness) == (text, -(2**63))


async def test_a_name_with_a_nul_stops_nothing(storage: Storage) -> None:
    await storage.transact(lambda session: session.add(Note(account=1, key="a\x00b", at=NOW)))
    assert await storage.transact(lambda s: s.get(Note, (1, "a\x00b"))) is not None


async def test_keys_are_counted_up_by_the_database(storage: Storage) -> None:
    def add_two(session: object) -> list[int | None]:
        rows = [Account(name="a"), Account(name="b")]
        for row in rows:
            session.add(row)  # type: ignore[attr-defined]
            session.flush()  # type: ignore[attr-defined]
        return [row.id for row in rows]

    assert await storage.transact(add_two) == [1, 2]
