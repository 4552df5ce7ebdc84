"""The things: which form a client is sent to, in whatever way it asks, whatever the id."""

from __future__ import annotations

from urllib.parse import quote

import msgspec
import pytest

from folkmoot_schema import identifiers
from hub.web.building import record
from hub.web.hubs import Hub

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"
FORMS = {".jsonld": "application/ld+json", ".ttl": "text/turtle", ".nt": "application/n-triples"}
IDS = ["1", "000007/2022", "a%2Fb", "50%", "v1.2.ttl", "x.jsonld", "..", "café ☂", "a b+c", "?q=1&x#y", "ends.", ";p=1"]


@pytest.mark.parametrize(
    ("accept", "leads_to"),
    [
        (None, "page"),
        ("", "page"),
        (BROWSER, "page"),
        ("*/*", "page"),
        ("text/*", "page"),
        ("nonsense", "page"),
        ("application/ld+json", ".jsonld"),
        ("application/json", ".jsonld"),
        ("APPLICATION/LD+JSON", ".jsonld"),
        ('application/ld+json;profile="http://www.w3.org/ns/json-ld#compacted"', ".jsonld"),
        ("text/turtle", ".ttl"),
        ("text/turtle;q=0.5, application/n-triples", ".nt"),
        ("application/n-triples;q=0.4, text/turtle;q=0.5", ".ttl"),
        ("application/xhtml+xml", "page"),
        ("application/*", ".jsonld"),
        ("text/html;q=0.3, application/*", ".jsonld"),
        ("application/xhtml+xml, application/*;q=0.9", "page"),
        ("text/html;q=0, text/turtle;q=0.1", ".ttl"),
        ("application/rdf+xml, text/turtle;q=0.9, */*;q=0.1", ".ttl"),
        ("*/*;q=0.1, text/html;q=0", ".jsonld"),
        ("text/html;q=0, */*", ".jsonld"),
        ("application/xhtml+xml;q=0, */*", ".jsonld"),
        ("text/html;q=0, application/xhtml+xml, text/turtle;q=0.1", ".ttl"),  # what is served is text/html
        ("text/html, application/xhtml+xml;q=0", "page"),
    ],
)
async def test_the_thing_leads_to_the_form_that_is_preferred(hub: Hub, accept: str | None, leads_to: str) -> None:
    hub.put(record("1"))
    answer = await hub.ask("/id/town.example.org/1", **({} if accept is None else {"Accept": accept}))
    assert answer.status == 303
    path = answer.headers["Location"].partition("127.0.0.1")[2].partition("/")[2]
    assert path == ("process/town.example.org/1" if leads_to == "page" else f"id/town.example.org/1{leads_to}")
    assert answer.headers["Vary"] == "Accept"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize("accept", ["image/png", "application/rdf+xml", "text/html;q=0, application/xhtml+xml;q=0"])
async def test_what_takes_nothing_that_there_is_gets_406_with_what_there_is(hub: Hub, accept: str) -> None:
    hub.put(record("1"))
    answer = await hub.ask("/id/town.example.org/1", Accept=accept)
    assert answer.status == 406
    problem = msgspec.json.decode(answer.body)
    assert problem["parameter"] == "Accept"
    assert "text/turtle" in problem["allowed"]
    for media_type, address in problem["available"].items():
        there = await hub.ask(address.partition("127.0.0.1")[2].partition("/")[1] + address.split("/", 3)[3])
        assert there.status == 200
        if media_type.startswith(("text/turtle", "application/n-", "application/ld")):
            assert there.headers["Content-Type"].startswith(media_type)


@pytest.mark.parametrize("local_id", IDS)
async def test_an_id_of_any_characters_has_its_addresses(hub: Hub, local_id: str) -> None:
    hub.put(record(local_id, f"The one called {local_id}"), record("other"))
    path = identifiers.path("town.example.org", local_id)
    thing = await hub.ask(f"/id/{path}", Accept="text/turtle")
    assert thing.status == 303
    assert thing.headers["Location"].endswith(f"/id/{path}.ttl")
    assert (await hub.ask(f"/id/{path}", Accept=BROWSER)).headers["Location"].endswith(f"/process/{path}")
    shown = await hub.ask(f"/process/{path}")
    assert shown.texts("//h1") == [f"The one called {local_id}"]
    assert shown.page.xpath("//link[@rel='canonical']/@href")[0].endswith(f"/process/{path}")
    one = msgspec.json.decode((await hub.ask(f"/api/v1/processes/{path}")).body)
    assert (one["local_id"], one["key"]) == (local_id, identifiers.key("town.example.org", local_id))
    for suffix, media_type in FORMS.items():
        data = await hub.ask(f"/id/{path}{suffix}")
        assert data.status == 200
        assert data.headers["Content-Type"].startswith(media_type)
        assert identifiers.key("town.example.org", local_id).encode() in data.body
        assert data.headers["Link"].endswith(f'/id/{path}>; rel="describes"')


async def test_a_suffix_belongs_to_the_id_where_only_that_is_a_process(hub: Hub) -> None:
    hub.put(record("a.ttl"), record("b"), record("b.ttl", "The longer one"))
    whole = await hub.ask("/id/town.example.org/a.ttl", Accept=BROWSER)
    assert whole.headers["Location"].endswith("/process/town.example.org/a.ttl")
    assert (await hub.ask("/id/town.example.org/b.ttl")).headers["Content-Type"].startswith("text/turtle")
    escaped = await hub.ask("/id/town.example.org/b%2Ettl", Accept=BROWSER)
    assert escaped.headers["Location"].endswith("/process/town.example.org/b.ttl")


async def test_the_data_name_the_thing_at_the_address_of_the_hub(hub: Hub) -> None:
    hub.put(record("1"))
    await hub.start(base_url="https://hub.example.org/")
    document = msgspec.json.decode((await hub.ask("/id/town.example.org/1.jsonld")).body)
    assert document["id"] == "https://hub.example.org/id/town.example.org/1"
    turtle = await hub.ask("/id/town.example.org/1.ttl")
    assert "<https://hub.example.org/id/town.example.org/1>" in turtle.text


@pytest.mark.parametrize("form", ["", ".jsonld", ".ttl", ".nt"])
async def test_a_thing_that_is_gone_is_gone_in_every_form(hub: Hub, form: str) -> None:
    hub.put(record("1"))
    hub.remove("1", reason="deleted")
    gone = await hub.ask(f"/id/town.example.org/1{form}")
    assert gone.status == 410
    assert "deleted" in msgspec.json.decode(gone.body)["detail"]
    assert (await hub.ask(f"/id/town.example.org/2{form}")).status == 404


async def test_the_context_and_the_vocabulary_are_served(hub: Hub) -> None:
    context = await hub.ask("/context.jsonld")
    assert context.headers["Content-Type"] == "application/ld+json"
    assert "@context" in msgspec.json.decode(context.body)
    kinds = await hub.ask("/vocabulary/kind.ttl")
    assert kinds.headers["Content-Type"] == "text/turtle; charset=utf-8"
    assert b"kind/petition" in kinds.body or b"petition" in kinds.body
    missing = await hub.ask("/vocabulary/" + quote("../codes.py", safe=""))
    assert missing.status == 404
