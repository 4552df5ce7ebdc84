"""Support over time as data."""

from __future__ import annotations

import msgspec

from folkmoot_hub.store.protocol import Observation
from folkmoot_schema.process import Threshold
from hub.web.building import DAY, NOW, record, signatures
from hub.web.hubs import Hub

FRANCE = Threshold(count=58_320, celex="32023R1220")
OF = record("0042/2026", support=(signatures(7, 10), signatures(5, place="FR"), signatures(6, 10, part="detail")))
OBSERVED = [
    Observation(support=signatures(3, 10, part="detail"), read_at=NOW - 2 * DAY, last_read_at=NOW - DAY),
    Observation(
        support=msgspec.structs.replace(signatures(5, place="FR"), threshold=FRANCE),
        read_at=NOW - DAY,
        last_read_at=NOW,
    ),
    Observation(support=signatures(7, 10, changed_at="2026-07-14"), read_at=NOW, last_read_at=NOW),
]


def put(hub: Hub) -> str:
    """A process whose support was read; the address of its readings."""
    hub.put(OF)
    hub.store.observe(OF, OBSERVED)
    return "/api/v1/processes/town.example.org/0042%2F2026/support"


async def test_every_reading_is_given_with_the_threshold_of_its_time(hub: Hub) -> None:
    document = msgspec.json.decode((await hub.ask(put(hub))).body)
    assert document["key"] == "urn:folkmoot:town.example.org:0042%2F2026"
    assert document["page"].endswith("/process/town.example.org/0042%2F2026")
    assert [(one["count"], one["place"], one["threshold"], one["part"]) for one in document["items"]] == [
        (3, None, 10, "detail"),
        (5, "FR", 58_320, "list"),
        (7, None, 10, "list"),
    ]
    assert document["items"][1] == {
        "unit": "signatures",
        "count": 5,
        "place": "FR",
        "option": None,
        "verified": False,
        "threshold": 58_320,
        "threshold_act": "32023R1220",
        "read_at": "2026-07-27T10:00:00Z",
        "last_read_at": "2026-07-28T10:00:00Z",
        "changed_at": None,
        "part": "list",
    }


async def test_the_headline_is_the_one_that_the_page_shows(hub: Hub) -> None:
    document = msgspec.json.decode((await hub.ask(put(hub))).body)
    assert (document["headline"]["count"], document["headline"]["place"]) == (7, None)
    page = await hub.ask("/process/town.example.org/0042%2F2026")
    assert page.texts("//p[@class='support']")[0].startswith("7 of 10 signatures")


async def test_the_whole_item_holds_the_readings_of_the_whole_process(hub: Hub) -> None:
    path = put(hub)
    document = msgspec.json.decode((await hub.ask(path.removesuffix("/support"))).body)
    assert [(one["count"], one["place"]) for one in document["observations"]] == [(3, None), (7, None)]
    assert document["headline"]["count"] == 7
    assert document["support_history"].endswith(path)


async def test_a_process_without_support_has_no_reading_and_no_headline(hub: Hub) -> None:
    hub.put(record("1"))
    document = msgspec.json.decode((await hub.ask("/api/v1/processes/town.example.org/1/support")).body)
    assert (document["headline"], document["items"]) == (None, [])


async def test_whoever_holds_the_readings_gets_304_until_there_is_another(hub: Hub) -> None:
    path = put(hub)
    first = await hub.ask(path)
    again = await hub.ask(path, If_None_Match=first.headers["ETag"])
    assert (again.status, again.body) == (304, b"")
    hub.store.observe(OF, [*OBSERVED, Observation(support=signatures(8, 10), read_at=NOW, last_read_at=NOW)])
    later = await hub.ask(path, If_None_Match=first.headers["ETag"])
    assert later.status == 200
    assert len(msgspec.json.decode(later.body)["items"]) == 4


async def test_what_is_gone_or_never_was_has_no_readings(hub: Hub) -> None:
    path = put(hub)
    hub.remove("0042/2026")
    assert (await hub.ask(path)).status == 410
    assert (await hub.ask("/api/v1/processes/town.example.org/none/support")).status == 404
    assert (await hub.ask(f"{path}?place=FR")).status == 400
