"""The API: who may, page by page, with problems that say what is wrong."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import httpx
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from sqlmodel import Session

from bot.message import Kind
from bot.storage.tables import Ticket, Token
from bot.transports import Attachment
from bot.web.entrance import digest
from bot.web.words import SCOPES
from tests.web.conftest import Build
from tests.web.house import CONFIG, House
from tests.web.test_inbox import complain
from tests.web.test_notices import DAILY

SECRET = "qk_test"
MODERATELY = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


async def key(house: House, *scopes: str, secret: str = SECRET) -> httpx.AsyncClient:
    """Make a token with these scopes, and a client that carries it."""

    def write(session: Session) -> None:
        row = Token(
            account=house.app.account,
            name="test",
            digest=digest(secret),
            scopes=list(scopes),
            made_by="boss",
            made_at=datetime.now(UTC),
        )
        session.add(row)

    await house.storage.transact(write)
    headers = {"Authorization": f"Bearer {secret}"}
    return httpx.AsyncClient(
        base_url=f"{house.address}/api/v1", headers=headers, trust_env=False, timeout=20
    )


async def test_a_line_break_in_a_path_is_only_a_problem(house: House) -> None:
    async with await key(house) as web:
        answered = await web.post("/people/KO%0Ay/trait", json={})
    assert (answered.status_code, answered.headers["content-type"]) == (
        404,
        "application/problem+json",
    )


async def test_without_a_key_there_is_only_a_problem(house: House) -> None:
    async with httpx.AsyncClient(trust_env=False, timeout=60) as web:
        answer = await web.get(f"{house.address}/api/v1/tickets")
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 401


async def test_a_key_opens_only_what_it_is_for(house: House) -> None:
    async with await key(house, "groups:read") as web:
        assert (await web.get("/groups")).status_code == 200
        refused = await web.get("/tickets")
    assert refused.status_code == 403
    assert "tickets:read" in refused.json()["detail"]


async def test_an_address_that_there_is_not_is_told_in_our_words(house: House) -> None:
    async with await key(house, "tickets:read") as web:
        answer = await web.get("/nowhere")
    assert (answer.status_code, answer.json()["detail"]) == (404, "没有这个地址")


async def test_lists_come_page_by_page(house: House) -> None:
    def write(session: Session) -> None:
        for number in range(1, 8):
            row = Ticket(
                account=house.app.account,
                number=number,
                source=f"m{number}",
                member="zhang",
                opened_at=datetime.now(UTC),
            )
            session.add(row)

    await house.storage.transact(write)
    seen: list[int] = []
    cursor: dict[str, int] = {}
    async with await key(house, "tickets:read") as web:
        while True:
            page = (await web.get("/tickets", params={"limit": 3, **cursor})).json()
            seen += [ticket["id"] for ticket in page["items"]]
            if page["next"] is None:
                break
            cursor = {"cursor": page["next"]}
    assert seen == [7, 6, 5, 4, 3, 2, 1]


async def test_a_ticket_is_answered_once_for_a_key(house: House) -> None:
    await complain(house)
    order = {"staff": "mei", "text": "给您换新", "key": "order-0001"}
    async with await key(house, "tickets:write", "tickets:read") as web:
        first = await web.post("/tickets/1/reply", json=order)
        again = await web.post("/tickets/1/reply", json=order)
        stranger = await web.post("/tickets/1/note", json={**order, "staff": "nobody"})
        whole = (await web.get("/tickets/1")).json()
    assert (first.status_code, again.status_code, stranger.status_code) == (200, 409, 409)
    assert [e["text"] for e in whole["entries"] if e["kind"] == "staff"] == ["给您换新"]


async def test_sentences_are_judged_as_in_the_group(house: House) -> None:
    async with await key(house, "classify") as web:
        found = (await web.post("/classify", json={"texts": ["枕头塌了", "早"]})).json()
    assert [each["label"] for each in found] == ["complaint", "chat"]
    assert found[0]["matches"][0] == {"word": "塌了", "start": 2, "end": 4}


async def test_a_notice_is_held_and_ended_in_the_name_of_a_manager(build: Build) -> None:
    house = await build(CONFIG + DAILY)
    asked = {"staff": "boss", "key": "decide-0001"}
    async with await key(house, "notices:write", "notices:read", "state:read") as web:
        held = await web.post("/notices/early/hold", json=asked)
        whole = (await web.get("/notices/early")).json()
        stranger = await web.post("/notices/early/end", json={"staff": "mei", "key": "decide-0002"})
        ended = await web.post("/notices/early/end", json={**asked, "key": "decide-0003"})
        after = (await web.get("/notices/early")).json()
        unknown = await web.post("/notices/none/hold", json={**asked, "key": "decide-0004"})
        deeds = (await web.get("/audit")).json()["items"]
    assert (held.status_code, "先压着" in held.json()["told"]) == (200, True)
    assert whole["held"] == whole["ahead"][:1]
    assert whole["says"]["fan"] == [{"kind": "text", "text": "早", "file": "", "detail": ""}]
    assert (stranger.status_code, ended.status_code, unknown.status_code) == (409, 200, 404)
    assert (after["ended"], after["ahead"]) == (True, [])
    assert {"公告压住", "公告停掉"} <= {deed["what"] for deed in deeds}


async def test_people_are_placed_and_rules_on_trial_are_told(season: House) -> None:
    asked = {"staff": "boss", "key": "place-0001"}
    async with await key(season, "people:write", "people:read", "rules:read", "state:read") as web:
        placed = await web.post("/people/zhang/stage/life", json={**asked, "stage": "customer"})
        twice = await web.post(
            "/people/z%20x/stage/life", json={**asked, "stage": "customer", "key": "place-0002"}
        )
        person = (await web.get("/people/zhang")).json()["person"]
        members = (await web.get("/groups/r1/members")).json()["items"]
        rules = (await web.get("/rules")).json()
        trials = (await web.get("/rules/trials")).json()
        state = (await web.get("/state")).json()
    assert (placed.status_code, twice.status_code) == (200, 409)
    assert person["life"]["stage"] == "customer"
    assert "zhang" in {member["id"] for member in members}
    assert [rule["id"] for rule in rules] == ["quality", "refund"]
    assert (trials, state["wechat"]) == ([], "up")


async def entry(web: httpx.AsyncClient, text: str) -> dict[str, Any]:
    """Wait until something was said on the first ticket."""
    async with asyncio.timeout(60):
        while True:
            entries = (await web.get("/tickets/1")).json()["entries"]
            if found := [each for each in entries if each["text"] == text]:
                return dict(found[0])
            await asyncio.sleep(0.05)


async def test_what_hangs_on_a_ticket_and_what_the_configuration_was(house: House) -> None:
    await complain(house)
    photo = Attachment("photo.png", b"\x89PNG\r\n\x1a\n")
    house.wechat.says("zhang", photo.name, kind=Kind.IMAGE, attachment=photo)
    async with await key(house, "tickets:read", "rules:read") as web:
        sent = await entry(web, photo.name)
        file = await web.get(f"/tickets/1/files/{sent['message']}")
        other = await web.get("/tickets/1/files/m0")
        snippets = (await web.get("/snippets")).json()
        revisions = (await web.get("/revisions")).json()
        whole = (await web.get("/revisions/1")).json()
        none = await web.get("/revisions/99")
    assert (file.status_code, file.headers["content-type"]) == (200, "image/png")
    assert file.content == photo.content
    assert (other.status_code, none.status_code) == (404, 404)
    assert snippets == [{"key": "抱歉", "text": "{name} 您好，非常抱歉。"}]
    assert [each["number"] for each in revisions["items"]] == [1]
    assert whole["revision"] == revisions["items"][0]


async def test_health_and_metrics_name_nobody(house: House) -> None:
    await complain(house)
    async with httpx.AsyncClient(base_url=house.address, trust_env=False, timeout=60) as web:
        health = await web.get("/healthz")
        metrics = await web.get("/metrics")
    assert health.json() == {"status": "up", "database": "up", "wechat": "up"}
    assert "qunkeeper_tickets_live 1.0" in metrics.text
    assert "zhang" not in metrics.text


async def test_no_request_upsets_the_api(house: House) -> None:
    """Fuzz every operation with what its description allows."""
    client = await key(house, *SCOPES)
    schema = schemathesis.openapi.from_dict((await client.get("/openapi.json")).json())
    await client.aclose()
    await asyncio.to_thread(fuzz, schema, f"{house.address}/api/v1")


def fuzz(schema: Any, address: str) -> None:
    """Ask every operation again and again; each answer must be one of those it declares."""
    headers = {"Authorization": f"Bearer {SECRET}"}
    for found in schema.get_all_operations():

        def ask(case: Any) -> None:
            case.validate_response(case.call(base_url=address, headers=headers))

        given(case=found.ok().as_strategy())(MODERATELY(ask))()
