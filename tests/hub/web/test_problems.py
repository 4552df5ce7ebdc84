"""What goes wrong: told to people as a page, to machines as a document, and never a 5xx for what a client sent."""

from __future__ import annotations

import logging
import socket
import time
from dataclasses import replace
from typing import Any

import msgspec
import pytest
import requests
from aiohttp import web

from folkmoot_hub.errors import IndexingError, StoreError
from folkmoot_hub.web import asking
from folkmoot_hub.web.app import create_app
from hub.web.building import record
from hub.web.hubs import Hub
from hub.web.serving import served

BAD = [
    ("status=opened", "status"),
    ("status=", None),
    ("kind=petition&kind=petitions", "kind"),
    ("country=be", "country"),
    ("country=B%C3%89", "country"),
    ("topic=XXXX", "topic"),
    ("language=English!", "language"),
    ("source=UPPER", "source"),
    ("closes_before=soon", "closes_before"),
    ("opens_after=2026-02-30", "opens_after"),
    ("updated_after=2026", "updated_after"),
    ("updated_after=2026-07-01T00:00:00", "updated_after"),
    ("sort=upwards", "sort"),
    ("sort=newest&sort=closing", "sort"),
    ("limit=-1", "limit"),
    ("limit=501", "limit"),
    ("limit=%D9%A3", "limit"),
    ("page=0", "page"),
    ("page=1.5", "page"),
    ("hl=%00", "hl"),
    ("q=%FF", "q"),
    ("q=%22open", "q"),
    ("q=" + "x" * 501, "q"),
    ("colour=green", "colour"),
    ("Q=1", "Q"),
]
LISTS = ["/", "/api/v1/processes", "/lines.txt"]


@pytest.mark.parametrize(("query", "parameter"), BAD)
@pytest.mark.parametrize("path", LISTS)
async def test_a_bad_parameter_is_named_to_machines(hub: Hub, path: str, query: str, parameter: str | None) -> None:
    answer = await hub.ask(f"{path}?{query}", Accept="application/json")
    if parameter is None:
        assert answer.status == 200
        return
    assert answer.status == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.headers["Cache-Control"] == "no-store"
    problem = msgspec.json.decode(answer.body)
    assert (problem["status"], problem["parameter"]) == (400, parameter)
    assert problem["allowed"]


@pytest.mark.parametrize(
    ("query", "says"),
    [
        ("q=%22open", "q: a quotation mark has no partner"),
        ("country=be", "country: 'be' is not a country"),
        ("page=0", "page: 0 is out of range"),
        ("sort=newest&sort=closing", "sort is given more than once"),
        ("colour=green", "colour is not a parameter here"),
        ("q=" + "x" * 501, "q has 501 characters"),
        ("q=%00", "q holds a control character"),
    ],
)
async def test_the_detail_of_a_bad_parameter_reads_well(hub: Hub, query: str, says: str) -> None:
    assert msgspec.json.decode((await hub.ask(f"/api/v1/processes?{query}")).body)["detail"] == says
    assert f"{says}. Allowed: " in (await hub.ask(f"/?{query}", Accept="text/html")).texts("//p[@class='lead']")[0]


async def test_a_bad_parameter_is_named_to_people_and_can_be_dropped(hub: Hub) -> None:
    hub.put(record("1"))
    answer = await hub.ask("/?q=shade&closes_before=soon", Accept="text/html")
    assert answer.status == 400
    assert answer.texts("//h1") == ["We did not understand “closes_before”"]
    assert "YYYY-MM-DD" in answer.text
    assert answer.page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    [link] = answer.page.xpath("//a[text()='Show results without it']/@href")
    assert (await hub.ask(link)).texts("//h1") == ["1 result for “shade”"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/nowhere", 404),
        ("//", 404),
        ("/process/", 404),
        ("/process/town.example.org", 404),
        ("/process/town.example.org/1/2", 404),
        ("/process/town.example.org/%FF", 404),
        ("/process/town.example.org/%00", 404),
        ("/id/town.example.org/" + "x" * 3000, 404),
        ("/sources?x=1", 400),
        ("/sources/town.example.org?page=2", 400),
        ("/healthz?x", 400),
        ("/?limit=0", 400),
        ("/?facets=1", 400),
        ("/?cursor=abc", 400),
        ("/lines.txt?page=2", 400),
        ("/lines.txt?sort=newest", 400),
        ("/lines.txt?limit=0", 400),
        ("/lines.txt?limit=101", 400),
        ("/api/v1/processes?cursor=abc", 400),
        ("/api/v1/changes?after=-1", 400),
        ("/api/v1/changes?limit=0", 400),
        ("/api/v1/changes?after=1&after=2", 400),
        ("/api/v1/nothing", 404),
    ],
)
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
async def test_what_a_client_does_wrong_is_told_in_its_form(hub: Hub, path: str, status: int, accept: str) -> None:
    answer = await hub.ask(path, Accept=accept)
    assert answer.status == status
    if accept == "text/html" and not path.startswith("/api/"):
        assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
        assert len(answer.texts("//h1")) == 1
        assert answer.page.xpath("//form[@role='search']")
    else:
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert msgspec.json.decode(answer.body)["status"] == status


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
async def test_another_method_is_refused_with_those_that_are_answered(hub: Hub, method: str) -> None:
    answer = await hub.ask("/sources", method)
    assert answer.status == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


async def test_what_is_allowed_can_be_asked(hub: Hub) -> None:
    answer = await hub.ask("/api/v1/processes", "OPTIONS")
    assert (answer.status, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


async def test_a_host_that_is_none_never_stands_in_a_link(hub: Hub) -> None:
    answer = await hub.ask("/api/v1/processes", Host="evil<script>")
    assert answer.status == 400
    assert msgspec.json.decode(answer.body)["parameter"] == "Host"


def test_a_parameter_of_any_likely_length_is_named(hub_for_threads: Hub) -> None:
    with served(create_app(hub_for_threads.face)) as address:
        answer = requests.get(f"{address}/api/v1/processes?authority={'x' * 20_000}", timeout=10)
    assert answer.status_code == 400
    assert answer.json()["parameter"] == "authority"


async def test_an_error_of_ours_is_told_with_a_reference_and_no_detail(hub: Hub, caplog: Any) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the secret reason")

    methods = {"state": lambda self: 0, **dict.fromkeys(("sites", "get", "watched"), broken)}
    records = type("Records", (), methods)()
    hub.face = replace(hub.face, records=records)
    for path in ("/", "/process/a/b", "/api/v1/sources"):
        with caplog.at_level(logging.ERROR):
            answer = await hub.ask(path, Accept="text/html")
        assert answer.status == 500
        assert "secret" not in answer.text
        reference = caplog.records[-1].args[0]
        assert reference in answer.text
        assert "the secret reason" in caplog.text


async def test_a_search_that_takes_too_long_is_told_to_come_back(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "PATIENCE", 0.05)
    monkeypatch.setattr(hub.index, "search", lambda query: time.sleep(0.3))
    answer = await hub.ask("/", Accept="text/html")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.texts("//h1") == ["We cannot answer that just now"]


@pytest.mark.parametrize("error", [StoreError("the store /secret/folkmoot.db: database is locked"), IndexingError("x")])
@pytest.mark.parametrize("path", ["/", "/process/town.example.org/1", "/sources", "/api/v1/processes", "/lines.txt"])
async def test_a_store_or_index_that_cannot_be_read_now_is_to_be_asked_again(
    hub: Hub, monkeypatch: pytest.MonkeyPatch, caplog: Any, path: str, error: Exception
) -> None:
    def busy(*_: object) -> None:
        raise error

    for part, names in ((hub.store, ("get", "watched", "sites", "state")), (hub.index, ("search",))):
        for name in names:
            monkeypatch.setattr(part, name, busy)
    with caplog.at_level(logging.ERROR):
        answer = await hub.ask(path, Accept="text/html")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "10"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "secret" not in answer.text
    assert caplog.records[-1].args[0] in answer.text
    if path.startswith("/api/"):
        assert msgspec.json.decode(answer.body)["status"] == 503
    else:
        assert answer.texts("//h1") == ["We cannot answer that just now"]


async def test_the_hub_says_whether_it_lives_and_is_ready(hub: Hub) -> None:
    assert (await hub.ask("/healthz")).status == 200
    assert (await hub.ask("/readyz")).status == 200
    await hub.start(ready=lambda: False)
    assert (await hub.ask("/readyz")).status == 503


@pytest.mark.parametrize(
    "line", [b"G<T / HTTP/1.1\r\n", b"GET / HTTP/1.1\r\nA b: c\r\n", b"GET / HTTP/1.1\r\nHost: a\x00b\r\n"]
)
def test_what_is_no_http_is_answered_and_not_written_down(line: bytes, caplog: pytest.LogCaptureFixture) -> None:
    with served(web.Application()) as address:
        _, _, port = address.rpartition(":")
        with socket.create_connection(("127.0.0.1", int(port)), timeout=10) as client:
            client.sendall(line + b"\r\n")
            assert client.recv(1000).startswith(b"HTTP/1.0 400 ")
    assert caplog.records == []


def test_what_goes_wrong_here_is_written_down(caplog: pytest.LogCaptureFixture) -> None:
    async def fails(request: web.Request) -> web.Response:
        raise ValueError("ours")

    app = web.Application()
    app.router.add_get("/", fails)
    with served(app) as address:
        assert requests.get(address, timeout=10).status_code == 500
    assert [str(record.exc_info[1]) for record in caplog.records if record.exc_info] == ["ours"]
