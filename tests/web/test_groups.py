"""Groups as the pages name them."""

from tests.web.house import FANS, House
from tests.web.test_doors import client, log_in
from tests.web.test_inbox import complain


async def test_a_group_that_nobody_named_is_told_by_its_id(house: House) -> None:
    house.wechat.renames(FANS, "")
    await complain(house)
    async with client(house) as web:
        await log_in(web)
        groups, group, ticket = [
            (await web.get(path)).text for path in ("/groups", f"/groups/{FANS}", "/inbox/1")
        ]
    assert all(f"未命名的群 {FANS}" in page for page in (groups, group, ticket))
    assert "<bdi>小群</bdi>" in group  # its owner has a name
