"""The channels: the same filters as a search, validators, tombstones."""

from __future__ import annotations

from datetime import timedelta

import msgspec
import pytest

from folkmoot_schema.codes import Availability
from hub.web import examples
from hub.web.building import DAY, NOW, record
from hub.web.hubs import Hub
from hub.web.publishing import Closing, Lines, read


async def lines(hub: Hub, word: str, query: str = "") -> list[str]:
    """What the channel says behind ``word``."""
    answer = await hub.ask(f"/lines.txt{query}")
    assert answer.status == 200
    return read(answer.text, word)


async def test_a_channel_carries_what_the_same_search_finds(town: Hub) -> None:
    for query in ("?q=square", "?country=ES&country=IS", "?status=open&kind=petition", "?closes_before=2026-03-10"):
        page = await town.ask(f"/{query}")
        shown = sorted(link.rpartition("/")[2] for link in page.page.xpath("//li[@class='card']//h3/a/@href"))
        carried = sorted(id.replace("/", "%2F") for id in await lines(town, "process", query))
        assert carried == shown
        assert carried


async def test_a_channel_is_in_the_order_of_change_the_newest_first(hub: Hub) -> None:
    hub.put(record("old", updated=NOW - 5 * DAY), record("new", updated=NOW), record("middle", updated=NOW - DAY))
    assert await lines(hub, "process") == ["new", "middle", "old"]
    assert await lines(hub, "updated") == [NOW.isoformat()]
    assert await lines(hub, "process", "?limit=1") == ["new"]


@pytest.fixture
async def closing(hub: Hub) -> Hub:
    """A hub with a channel of deadlines."""
    await hub.start(publishers=[Lines(), Closing()])
    return hub


async def deadlines(hub: Hub, word: str, query: str = "") -> list[str]:
    """What the channel of deadlines says behind ``word``."""
    return read((await hub.ask(f"/closing.ics{query}")).text, word)


async def test_a_channel_gets_the_order_that_it_asks_for(closing: Hub) -> None:
    closing.put(
        record("later", closes="2026-08-20", updated=NOW),
        record("soon", closes="2026-07-29", updated=NOW - 9 * DAY),
        record("over", opens="2026-01-01", closes="2026-07-01", updated=NOW - DAY),
    )
    assert await deadlines(closing, "process") == ["soon", "later", "over"]
    assert await lines(closing, "process") == ["later", "over", "soon"]
    assert await deadlines(closing, "updated") == [NOW.isoformat()]


async def test_a_dated_channel_gets_what_has_a_deadline_alone(closing: Hub) -> None:
    closing.put(
        record("open", opens=None, closes=None),
        record("far", closes="9999-12-31"),
        record("day", closes="2026-08-20"),
    )
    assert await deadlines(closing, "process") == ["day", "far"]
    assert await deadlines(closing, "process", "?closes_before=2026-09-01") == ["day"]
    assert await deadlines(closing, "process", "?q=shade&limit=1") == ["day"]
    assert "closes_before" not in (await deadlines(closing, "self"))[0]


async def test_a_channel_gets_as_many_as_it_asks_for_and_no_more(closing: Hub) -> None:
    closing.put(*(record(f"{day}", closes=f"2026-08-0{day}") for day in range(1, 6)))
    assert await deadlines(closing, "process") == ["1", "2", "3"]
    assert await deadlines(closing, "process", "?limit=2") == ["1", "2"]
    for wrong in ("0", "4", "1000", "many"):
        refused = msgspec.json.decode((await closing.ask(f"/closing.ics?limit={wrong}")).body)
        assert (refused["parameter"], refused["allowed"]) == ("limit", "a whole number from 1 to 3")
    described = msgspec.json.decode((await closing.ask("/openapi.json")).body)["paths"]
    for path, most in (("/closing.ics", 3), ("/lines.txt", 100)):
        [limit] = [one for one in described[path]["get"]["parameters"] if one["name"] == "limit"]
        assert limit["schema"] == {"type": "integer", "minimum": 1, "maximum": most}


async def test_a_tombstone_tells_a_channel_when_the_process_would_have_closed(closing: Hub) -> None:
    closing.put(record("dated", closes="2026-08-20"), record("open", opens=None, closes=None), record("erased"))
    closing.remove("dated", at=NOW)
    closing.remove("open", at=NOW)
    assert sorted(await lines(closing, "closed")) == ["2026-08-20 Europe/Brussels", "None None"]
    assert await deadlines(closing, "closed") == ["2026-08-20 Europe/Brussels"]
    closing.store.erase("town.example.org", "erased", "asked for", NOW)
    closing.index.apply([], [3])
    assert sorted(await deadlines(closing, "closed")) == ["2026-08-20 Europe/Brussels", "None None"]


async def test_a_channel_carries_live_processes_unless_asked_for_more(hub: Hub) -> None:
    hub.put(record("live"), record("kept", availability=Availability.ARCHIVED))
    assert await lines(hub, "process") == ["live"]
    assert await lines(hub, "process", "?availability=archived") == ["kept"]
    assert set(await lines(hub, "process", "?availability=archived&availability=live")) == {"kept", "live"}


async def test_a_channel_names_its_own_address_and_that_of_its_page_in_canonical_form(hub: Hub) -> None:
    await hub.start(base_url="https://hub.example.org")
    query = "?limit=5&country=ES&hl=de&country=BE&q=a%20b"
    assert await lines(hub, "self", query) == ["https://hub.example.org/lines.txt?q=a+b&country=BE&country=ES&hl=de"]
    assert await lines(hub, "page", query) == ["https://hub.example.org/?q=a+b&country=BE&country=ES&hl=de"]
    [page] = await lines(hub, "page")
    assert page == "https://hub.example.org/?sort=closing"
    assert await lines(hub, "title", query) == ["Folkmoot: q a b, country BE, country ES"]


async def test_what_was_deleted_is_a_tombstone_in_every_channel_that_carried_it(hub: Hub) -> None:
    hub.put(record("be"), record("es", country="ES"))
    hub.remove("be", reason="deleted at its source", at=NOW)
    assert await lines(hub, "gone") == ["urn:folkmoot:town.example.org:be deleted at its source"]
    assert await lines(hub, "gone", "?country=BE") == ["urn:folkmoot:town.example.org:be deleted at its source"]
    assert await lines(hub, "gone", "?country=ES") == []
    assert await lines(hub, "process") == ["es"]
    assert await lines(hub, "updated") == [NOW.isoformat()]


async def test_what_was_erased_is_a_tombstone_in_all_of_them(hub: Hub) -> None:
    hub.put(record("be"))
    number = 1
    hub.store.erase("town.example.org", "be", "asked for", NOW)
    hub.index.apply([], [number])
    assert await lines(hub, "gone", "?country=ES") == ["urn:folkmoot:town.example.org:be asked for"]


async def test_a_tombstone_moves_the_tag(hub: Hub) -> None:
    hub.put(record("1", updated=NOW - DAY), record("2", updated=NOW - DAY))
    before = await hub.ask("/lines.txt")
    assert (await hub.ask("/lines.txt", If_None_Match=before.headers["ETag"])).status == 304
    hub.remove("1", at=NOW)
    after = await hub.ask("/lines.txt", If_None_Match=before.headers["ETag"])
    assert after.status == 200
    assert after.headers["Last-Modified"] != before.headers["Last-Modified"]


async def test_time_alone_changes_no_channel(town: Hub) -> None:
    before = await town.ask("/lines.txt")
    town.clock.move(timedelta(days=400))
    assert (await town.ask("/lines.txt")).body == before.body


async def test_an_empty_channel_is_no_news(hub: Hub) -> None:
    assert await lines(hub, "updated") == ["1970-01-01T00:00:00+00:00"]
    assert await lines(hub, "process") == []


async def test_an_empty_channel_was_updated_when_the_hub_began(hub: Hub) -> None:
    hub.put(record("1"), at=NOW - 9 * DAY)
    hub.put(record("2"), at=NOW)
    assert await lines(hub, "updated", "?q=unicorn") == [(NOW - 9 * DAY).isoformat()]


async def test_the_change_log_is_read_on_from_a_number(town: Hub) -> None:
    first = msgspec.json.decode((await town.ask("/api/v1/changes?limit=5")).body)
    assert [one["seq"] for one in first["items"]] == [1, 2, 3, 4, 5]
    assert (first["next"], first["head"]) == (5, len(examples.ALL))
    assert first["items"][0]["item"]["title"] == "Rain gardens"
    rest = msgspec.json.decode((await town.ask(f"/api/v1/changes?after={first['next']}")).body)
    assert len(rest["items"]) == len(examples.ALL) - 5
    end = msgspec.json.decode((await town.ask(f"/api/v1/changes?after={rest['next']}")).body)
    assert (end["items"], end["next"], end["head"]) == ([], rest["next"], rest["next"])
