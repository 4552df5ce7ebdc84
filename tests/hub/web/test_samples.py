"""The face over the real store and index, filled by the real connectors with the samples that the project ships."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
import pytest
from lxml import etree
from pyoxigraph import RdfFormat, parse
from rdflib import DCTERMS, RDF, Graph, Namespace, URIRef
from rdflib.compare import isomorphic

from folkmoot_hub.config import load_config
from folkmoot_hub.hub import Hub
from folkmoot_hub.jobs.owner import drain
from folkmoot_hub.jobs.samples import harvest_samples, sample_hub
from folkmoot_hub.registry import load_plugins
from folkmoot_hub.search.query import Query
from folkmoot_hub.web import words
from folkmoot_hub.web.channels import listed
from folkmoot_schema import identifiers, jsonld
from folkmoot_schema.codes import Availability
from folkmoot_schema.graph import graph
from folkmoot_schema.process import Record
from hub.web.hubs import Hub as Client
from hub.web.standin import StandIn
from hub.web.test_openapi import check

BROWSER = "text/html"
FM = Namespace(identifiers.NAMESPACE)
SAMPLE = URIRef(f"{identifiers.CONCEPTS}flag/sample")
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A hub with every sample harvested and indexed."""
    with sample_hub(load_config(None, {}, tmp_path_factory.mktemp("samples")), load_plugins()) as hub:
        asyncio.run(harvest_samples(hub, lambda sample, row: None))
        drain(hub)
        yield hub


@pytest.fixture
async def client(samples: Hub) -> AsyncIterator[Client]:
    """A client of its face."""
    made = Client(StandIn())
    made.face = samples.face()
    yield made
    await made.stop()


async def test_every_sample_has_a_page_that_says_that_it_is_one(client: Client, samples: Hub) -> None:
    records = [record for _, record in samples.store.all_records()]
    assert len(records) > 10
    for record in records:
        answer = await client.ask(f"/process/{record.path}", Accept=BROWSER, Accept_Language="en")
        assert answer.status == 200, record.key
        [h1] = answer.texts("//h1")
        assert h1 == " ".join(record.process.title.best("en")[1].split())
        assert answer.texts("//p[@class='banner']")
        assert answer.texts("//section[@aria-labelledby='next']")
        assert answer.texts("//section[@aria-labelledby='changes']//li")


async def test_the_search_page_the_interface_and_the_feed_agree(client: Client) -> None:
    everything = msgspec.json.decode((await client.ask("/api/v1/processes?facets=1&limit=500")).body)
    assert everything["total"] == len(everything["items"]) > 10
    for group in ("status", "kind", "country", "source"):
        for value, promised in everything["facets"][group].items():
            query = f"?{group}={value}"
            found = msgspec.json.decode((await client.ask(f"/api/v1/processes{query}&limit=500")).body)
            assert found["total"] == promised
            page = await client.ask(f"/{query}&limit=500")
            shown = page.page.xpath("//li[@class='card']//h3/a/@href")
            assert sorted(shown) == sorted(urlsplit(item["page"]).path for item in found["items"])
            feed = await client.ask(f"/atom.xml{query}")
            live = [item for item in found["items"] if item["availability"] == "live"]
            assert feed.body.count(b"<entry") == min(len(live), 100)


async def test_every_answer_of_the_interface_is_as_described(client: Client, samples: Hub) -> None:
    document = msgspec.json.decode((await client.ask("/openapi.json")).body)
    paths = [f"/api/v1/processes/{record.path}" for _, record in samples.store.all_records()]
    for path in ["/api/v1/processes?facets=1&limit=500", "/api/v1/changes", "/api/v1/sources", *paths]:
        answer = await client.ask(path)
        assert answer.status == 200
        check(document, path, answer.status, answer.headers["Content-Type"], answer.body)


async def test_every_source_has_its_page(client: Client, samples: Hub) -> None:
    rows = samples.store.sources()
    table = await client.ask("/sources")
    assert len(table.texts("//caption/following-sibling::tbody/tr")) == len(rows)
    for row in rows:
        answer = await client.ask(f"/sources/{row.site.id}")
        assert answer.texts("//h1") == [row.site.title]
        assert answer.texts("//section[@aria-labelledby='connector']/h3")[0] == "Platform"


def records_of(samples: Hub) -> dict[str, list[Record]]:
    """The records of each sample; every sample has some."""
    found: dict[str, list[Record]] = {source: [] for source in samples.registry.samples}
    for _, record in samples.store.all_records():
        found[record.source].append(record)
    assert all(found.values()), [source for source, some in found.items() if not some]
    return found


# rdflib's own JSON-LD reader still makes a graph of the kind that it has declared deprecated.
@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning")
async def test_each_sample_is_one_graph_whether_its_json_ld_or_its_turtle_is_read(client: Client, samples: Hub) -> None:
    for source, records in records_of(samples).items():
        nodes, turtle, built = [], Graph(), Graph()
        for record in records:
            document = msgspec.json.decode((await client.ask(f"/id/{record.path}.jsonld")).body)
            assert document.pop("@context") == jsonld.CONTEXT
            nodes.append(document)
            built += graph(record, document["id"].removesuffix(f"/id/{record.path}"))
            body = (await client.ask(f"/id/{record.path}.ttl")).body
            turtle.parse(data=body, format="turtle")
            assert list(parse(body, format=RdfFormat.TURTLE)), (
                record.key
            )  # it refuses what is no IRI, as rdflib does not
        read = Graph().parse(
            data=msgspec.json.encode({"@context": jsonld.context(), "@graph": nodes}), format="json-ld"
        )
        assert isomorphic(read, turtle), (source, set(read) ^ set(turtle))
        assert isomorphic(read, built), (source, set(read) ^ set(built))  # which is made without context and document
        processes = set(read.subjects(RDF.type, FM.ParticipationProcess))
        assert {str(read.value(each, DCTERMS.identifier)) for each in processes} == {one.key for one in records}
        assert set(read.subjects(FM.flag, SAMPLE)) == processes


async def test_every_process_of_a_sample_is_flagged_in_the_interface_and_in_the_feeds(
    client: Client, samples: Hub
) -> None:
    for source, records in records_of(samples).items():
        items: dict[str, Any] = {}
        entries: dict[str, Any] = {}
        told: dict[str, Any] = {}
        for availability in Availability:
            query = f"?source={source}&availability={availability}"
            found = msgspec.json.decode((await client.ask(f"/api/v1/processes{query}&limit=500")).body)["items"]
            items |= {each["key"]: each for each in found}
            feed = etree.fromstring((await client.ask(f"/atom.xml{query}")).body)
            entries |= {each.findtext(f"{ATOM}id"): each for each in feed.iter(f"{ATOM}entry")}
            feed = msgspec.json.decode((await client.ask(f"/feed.json{query}")).body)
            told |= {each["id"]: each for each in feed["items"]}
        assert {one.key for one in records} == set(items) == set(entries) == set(told), source
        assert all("sample" in each["flags"] for each in items.values()), source
        assert all(each["_folkmoot"]["sample"] for each in told.values()), source
        wanted = f"{ATOM}category[@scheme='{identifiers.CONCEPTS}flag'][@term='sample']"
        assert all(each.find(wanted) is not None for each in entries.values()), source


async def test_the_feed_of_a_search_answers_304(client: Client) -> None:
    first = await client.ask("/atom.xml?status=open")
    assert first.headers["Content-Type"].startswith("application/atom+xml")
    assert (await client.ask("/atom.xml?status=open", If_None_Match=first.headers["ETag"])).status == 304


def test_a_channel_is_told_what_its_sources_are_called(samples: Hub) -> None:
    face = samples.face()
    listing = listed(face, face.publishers[0], Query(limit=100, source=("sample.ideen",)), "http://hub.example")
    assert listing.records
    assert listing.sources == {"sample.ideen": samples.sources["sample.ideen"].title}


async def test_a_reader_that_is_further_than_the_log_is_told_so(client: Client, samples: Hub) -> None:
    """Its cursor is of another log: "nothing new" would lose it all that comes until then."""
    head = samples.store.head()
    last = msgspec.json.decode((await client.ask(f"/api/v1/changes?after={head}")).body)
    assert (last["items"], last["next"], last["head"]) == ([], head, head)
    beyond = await client.ask(f"/api/v1/changes?after={head + 1}")
    assert beyond.status == 400
    problem = msgspec.json.decode(beyond.body)
    assert problem["parameter"] == "after"
    assert f"0 to {head}" in problem["allowed"]


async def test_a_sample_shows_its_support_over_time_with_a_gap_and_the_numbers(client: Client, samples: Hub) -> None:
    past = {sample.site.id: sample.earlier for sample in samples.registry.samples.values() if sample.earlier}
    days = [at.date() for at, _ in past["sample.register"]]
    page = await client.ask("/process/sample.register/ECI%282025%29900001", Accept=BROWSER)
    [caption] = page.texts("//figure[@class='over-time']/p")
    assert "Where the line has a gap, no number was read." in caption
    rows = page.texts("//figure[@class='over-time']//tbody/tr")
    assert len(rows) == 9
    assert rows[-1].startswith(words.instant(past["sample.register"][0][0]))
    assert [row for row in rows if "none read" in row] == ["3 November 202515 December 2025none read––"]
    readings = msgspec.json.decode(
        (await client.ask("/api/v1/processes/sample.register/ECI%282025%29900002/support")).body
    )
    read = [one["read_at"][:10] for one in readings["items"] if one["part"] == "list"]
    assert read == [*map(str, days), "2026-03-02"]


def test_what_was_recorded_earlier_is_read_in_the_order_of_time_and_once(samples: Hub) -> None:
    log = samples.store.changes(0)
    assert [change.at for change in log] == sorted(change.at for change in log)
    head, now = samples.store.head(), samples.clock.now()
    runs: list[str] = []
    asyncio.run(harvest_samples(samples, lambda sample, row: runs.append(sample.site.id)))
    assert runs == list(samples.registry.samples)
    assert (samples.store.head(), samples.clock.now()) == (head, now)
