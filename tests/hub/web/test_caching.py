"""Validators, compression, and for how long an answer may be kept."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime, timedelta

import pytest

from hub.web import examples
from hub.web.building import NOW, changed, record
from hub.web.hubs import Hub

PATHS = [
    "/",
    "/?q=square",
    f"/process/{examples.ANSWERED.path}",
    "/sources",
    "/api/v1/processes?facets=1",
    f"/api/v1/processes/{examples.ANSWERED.path}",
    "/api/v1/changes",
    "/api/v1/sources",
    f"/id/{examples.ANSWERED.path}.jsonld",
    f"/id/{examples.ANSWERED.path}.ttl",
    f"/id/{examples.ANSWERED.path}.nt",
    "/lines.txt",
    "/openapi.json",
    "/context.jsonld",
    "/robots.txt",
]


@pytest.mark.parametrize("path", PATHS)
async def test_a_client_that_holds_the_answer_gets_304(town: Hub, path: str) -> None:
    first = await town.ask(path)
    assert first.status == 200
    tag = first.headers["ETag"]
    for held in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = await town.ask(path, If_None_Match=held)
        assert (again.status, again.body) == (304, b"")
        assert again.headers["ETag"] == tag
        assert again.headers["Vary"] == first.headers["Vary"]
    assert (await town.ask(path, If_None_Match='"other"')).status == 200
    assert (await town.ask(path)).body == first.body


@pytest.mark.parametrize("path", PATHS)
async def test_head_says_what_get_would(town: Hub, path: str) -> None:
    got, asked = await town.ask(path), await town.ask(path, "HEAD")
    assert (asked.status, asked.body) == (200, b"")
    for name in ("ETag", "Content-Type", "Content-Length", "Cache-Control"):
        assert asked.headers[name] == got.headers[name]


@pytest.mark.parametrize("path", PATHS)
async def test_gzip_is_the_same_answer_under_another_tag(town: Hub, path: str) -> None:
    plain = await town.ask(path)
    packed = await town.ask(path, Accept_Encoding="br, gzip;q=0.5")
    assert "Accept-Encoding" in plain.headers["Vary"]
    if "Content-Encoding" not in packed.headers:
        assert len(plain.body) <= 600
        return
    assert gzip.decompress(packed.body) == plain.body
    assert packed.headers["ETag"] != plain.headers["ETag"]
    assert (await town.ask(path, Accept_Encoding="gzip", If_None_Match=packed.headers["ETag"])).status == 304
    assert "Content-Encoding" not in (await town.ask(path, Accept_Encoding="gzip;q=0")).headers


async def test_a_change_moves_the_tag(hub: Hub) -> None:
    before = record("1")
    hub.put(before)
    paths = ("/", "/process/town.example.org/1", "/api/v1/processes", "/id/town.example.org/1.ttl", "/lines.txt")
    tags = {path: (await hub.ask(path)).headers["ETag"] for path in paths}
    hub.put(changed(before, source_status="anything", keywords=("new",)))
    hub.put(changed(before, NOW + timedelta(minutes=1), title=examples.CLOSED.process.title))
    for path, tag in tags.items():
        assert (await hub.ask(path, If_None_Match=tag)).status == 200, path


async def test_a_date_counts_only_where_no_tag_is_given(hub: Hub) -> None:
    hub.put(record("1", updated=datetime(2026, 7, 20, 8, 0, 0, 500, tzinfo=UTC)))
    answer = await hub.ask("/lines.txt")
    assert answer.headers["Last-Modified"] == "Mon, 20 Jul 2026 08:00:00 GMT"
    same, later = "Mon, 20 Jul 2026 08:00:00 GMT", "Mon, 20 Jul 2026 07:59:59 GMT"
    assert (await hub.ask("/lines.txt", If_Modified_Since=same)).status == 304
    assert (await hub.ask("/lines.txt", If_Modified_Since=later)).status == 200
    assert (await hub.ask("/lines.txt", If_Modified_Since=same, If_None_Match='"x"')).status == 200
    assert (await hub.ask("/lines.txt", If_Modified_Since="yesterday")).status == 200


@pytest.mark.parametrize(
    ("at", "seconds"),
    [
        (datetime(2026, 7, 28, 10, 0, tzinfo=UTC), 60),
        (datetime(2026, 7, 28, 21, 59, 30, tzinfo=UTC), 30),  # midnight in Brussels
        (datetime(2026, 7, 28, 18, 14, 50, tzinfo=UTC), 10),  # midnight in Kathmandu
    ],
)
async def test_a_page_is_never_kept_past_midnight_anywhere(town: Hub, at: datetime, seconds: int) -> None:
    town.clock.move_to(at)
    for path in ("/", "/?q=square", "/sources", f"/process/{examples.OPEN.path}"):
        assert (await town.ask(path)).headers["Cache-Control"] == f"public, max-age={seconds}"


async def test_every_answer_carries_the_headers_of_safety(town: Hub) -> None:
    for path in [*PATHS, "/nowhere", f"/id/{examples.OPEN.path}"]:
        headers = (await town.ask(path)).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
