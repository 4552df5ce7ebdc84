"""Answers from a recording."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from folkmoot_hub.clock import FixedClock
from folkmoot_hub.connector import Request, Site
from folkmoot_hub.errors import (
    Blocked,
    ConfigError,
    FetchError,
    GoneAtSource,
    NotAllowed,
    NotFound,
    NotRecorded,
    ServerTrouble,
    TooManyRedirects,
    TooManyRequests,
)
from folkmoot_hub.fetch.protocol import Validators
from folkmoot_hub.fetch.replay import ReplayFetcher
from hub.fetch.serving import NOW

BASE = "https://sample.example.org"
SITE = Site(id="sample.example.org", connector="sample", title="Sample", base=BASE)
JSON = {"content-type": "application/json"}


def answer(path: str, content: Any = None, **rest: Any) -> dict[str, Any]:
    return {"url": f"{BASE}{path}", "headers": JSON, "content": content, **rest}


def replay(*responses: dict[str, Any], **kwargs: Any) -> ReplayFetcher:
    return ReplayFetcher(responses, clock=FixedClock(NOW), **kwargs)


# What is not in it fails by name


@pytest.mark.parametrize(
    ("request_", "shown"),
    [
        (Request(f"{BASE}/other"), f"GET {BASE}/other$"),
        (Request(f"{BASE}/list?page=3"), rf"GET {BASE}/list\?page=3$"),
        (Request(f"{BASE}/list?page=2&page=2"), "GET"),
        (Request(f"{BASE}/list?page=2", method="POST"), "POST"),
        (
            Request(f"{BASE}/search", method="POST", body='{"a": 2}'),
            rf"POST {BASE}/search with the body '{{\"a\": 2}}'",
        ),
        (Request(f"{BASE}/search", method="POST"), "POST"),
        (Request("https://elsewhere.example.org/list?page=2"), "GET https://elsewhere"),
    ],
)
async def test_a_request_that_is_not_recorded_fails_by_name(request_: Request, shown: str) -> None:
    fetcher = replay(answer("/list?page=2", []), answer("/search", [], method="POST", body='{"a": 1}'))
    with pytest.raises(NotRecorded, match=f"^the recording in memory holds no answer to {shown}"):
        await fetcher.fetch(request_, SITE)


@pytest.mark.parametrize("place", ["town", "town/recording.json", "town/../town"])
async def test_the_recording_that_lacks_an_answer_is_named_without_its_place(tmp_path: Path, place: str) -> None:
    (tmp_path / "town").mkdir()
    (tmp_path / "town" / "recording.json").write_text('{"responses": []}')
    with pytest.raises(NotRecorded, match=f"^town holds no answer to GET {BASE}/$"):
        await ReplayFetcher(tmp_path / place).fetch(Request(f"{BASE}/"), SITE)


async def test_that_a_folder_is_no_index_of_an_archive_is_told_of_a_site_that_is_read_in_one() -> None:
    fetcher = replay(answer("/cdx/search/cdx?url=town.example.org", []))
    archived = msgspec.structs.replace(SITE, via="archive")
    with pytest.raises(NotRecorded, match=r"never stands for the index of an archive: allowed for that is a \.warc"):
        await fetcher.fetch(Request(f"{BASE}/"), archived)


async def test_an_answer_whose_body_was_not_kept_is_not_an_empty_one() -> None:
    fetcher = replay(answer("/a", body_not_kept=True), answer("/b", body_not_kept=True, status=404))
    with pytest.raises(NotRecorded, match="/a without its body"):
        await fetcher.fetch(Request(f"{BASE}/a", expect="any"), SITE)
    with pytest.raises(NotFound):
        await fetcher.fetch(Request(f"{BASE}/b", expect="any"), SITE)


async def test_a_broken_file_is_named_when_it_is_asked_for(tmp_path: Path) -> None:
    entries = [{"url": f"{BASE}/a", "file": "a.json.gz", "headers": JSON}, {"url": f"{BASE}/b", "file": "b.json"}]
    (tmp_path / "recording.json").write_text(json.dumps({"responses": entries}))
    (tmp_path / "a.json.gz").write_bytes(gzip.compress(b"[1, 2, 3]")[:-2])
    fetcher = ReplayFetcher(tmp_path)
    for path in ("/a", "/b"):
        with pytest.raises(ConfigError, match=rf"{BASE}{path}: file '\w\.json.*' cannot be read"):
            await fetcher.fetch(Request(f"{BASE}{path}"), SITE)


# Matching


@pytest.mark.parametrize("url", [f"{BASE}/list?a=1&b=2", f"{BASE}/list?b=2&a=1", f"{BASE.upper()}:443/list?b=2&a=1#x"])
async def test_the_order_of_the_query_does_not_matter(url: str) -> None:
    fetched = await replay(answer("/list?b=2&a=1", {"a": 1})).fetch(Request(url.replace("HTTPS", "https")), SITE)
    assert (fetched.status, fetched.body, fetched.size, fetched.fetched_at) == (200, b'{"a":1}', 7, NOW)
    assert fetched.headers == JSON
    assert not fetched.not_modified


async def test_method_and_body_choose_the_answer() -> None:
    fetcher = replay(
        answer("/search", "[0]"),
        answer("/search", "[1]", method="POST", body="q=1"),
        answer("/search", "[2]", method="POST", body="q=2"),
        answer("/search", "[3]", method="POST"),
    )
    bodies = [
        (await fetcher.fetch(Request(f"{BASE}/search", method=method, body=body), SITE)).body
        for method, body in [("GET", None), ("POST", "q=1"), ("POST", "q=2"), ("POST", None)]
    ]
    assert bodies == [b"[0]", b"[1]", b"[2]", b"[3]"]


async def test_headers_of_the_request_are_information() -> None:
    fetcher = replay(answer("/", "[]", request_headers={"accept": "application/x+json"}))
    assert (await fetcher.fetch(Request(f"{BASE}/", headers={"Accept": "text/plain"}), SITE)).body == b"[]"


@pytest.mark.parametrize(
    ("variant", "body"), [(None, b'"plain"'), ("old", b'"old"'), ("new", b'"new"'), ("never", b'"plain"')]
)
async def test_of_several_answers_the_one_without_variant_is_taken_unless_a_variant_is_asked(
    variant: str | None, body: bytes
) -> None:
    fetcher = replay(
        answer("/", '"old"', variant="old"),
        answer("/", '"plain"'),
        answer("/", '"second"'),
        answer("/", '"new"', variant="new"),
        variant=variant,
    )
    assert (await fetcher.fetch(Request(f"{BASE}/"), SITE)).body == body


async def test_an_answer_of_a_variant_that_nobody_asks_for_is_not_recorded() -> None:
    with pytest.raises(NotRecorded):
        await replay(answer("/", "[]", variant="old")).fetch(Request(f"{BASE}/"), SITE)


# Bodies, times, settings


async def test_files_are_read_and_unpacked(tmp_path: Path) -> None:
    entries = [{"url": f"{BASE}/{name}", "file": name, "headers": JSON} for name in ("a.json", "b.json.gz")]
    (tmp_path / "recording.json").write_text(json.dumps({"responses": entries}))
    (tmp_path / "a.json").write_bytes(b"[1]")
    (tmp_path / "b.json.gz").write_bytes(gzip.compress(b"[2]"))
    for place in (tmp_path, str(tmp_path), tmp_path / "recording.json"):
        fetcher = ReplayFetcher(place)
        bodies = [(await fetcher.fetch(Request(entry["url"]), SITE)).body for entry in entries]
        assert bodies == [b"[1]", b"[2]"]
        await fetcher.close()


@pytest.mark.parametrize(
    ("recorded", "fetched_at"),
    [
        (None, NOW),
        # Somewhere in that time: nothing is told before it can be true.
        ("2020", datetime(2020, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("2020-02", datetime(2020, 2, 29, 23, 59, 59, tzinfo=UTC)),
        (str(NOW.year), NOW),
        ("2020-05-06", datetime(2020, 5, 6, tzinfo=UTC)),
        ("2020-05-06T07:08:09+02:00", datetime(2020, 5, 6, 5, 8, 9, tzinfo=UTC)),
    ],
)
async def test_an_answer_is_as_old_as_its_recording(recorded: str | None, fetched_at: datetime) -> None:
    fetcher = replay(answer("/", "[]", recorded=recorded, captured_at="2012-03-01T10:00:00Z"))
    fetched = await fetcher.fetch(Request(f"{BASE}/"), SITE)
    assert fetched.fetched_at == fetched_at
    assert fetched.captured_at == datetime(2012, 3, 1, 10, tzinfo=UTC)


def test_the_settings_of_the_site_go_with_the_recording() -> None:
    block = {"id": "sample.example.org", "base": BASE, "groups": [1, 2]}
    fetcher = ReplayFetcher({"responses": [], "site": block, "platform": "sample"})
    assert fetcher.site == block
    assert fetcher.recording.platform == "sample"
    assert replay().site == {}
    fetcher.site["base"] = "changed"
    assert fetcher.site == block


async def test_validators_are_not_heeded() -> None:
    fetched = await replay(answer("/", "[]", headers={**JSON, "ETag": '"x"'})).fetch(
        Request(f"{BASE}/"), SITE, Validators(etag='"x"')
    )
    assert (fetched.body, fetched.not_modified, fetched.headers["etag"]) == (b"[]", False, '"x"')


# Judged as on the web


@pytest.mark.parametrize(
    ("entry", "error"),
    [
        ({"status": 404}, NotFound),
        ({"status": 410}, GoneAtSource),
        ({"status": 500}, ServerTrouble),
        ({"status": 503, "headers": {"Retry-After": "60"}}, TooManyRequests),
        ({"status": 403}, Blocked),
        ({"status": 302}, Blocked),
        ({"status": 200, "headers": {"Content-Type": "text/html"}, "content": "<!DOCTYPE html><html>"}, Blocked),
        ({"status": 200, "content": ""}, Blocked),
    ],
)
async def test_an_answer_that_may_not_be_parsed_is_the_error_it_would_be_on_the_web(
    entry: dict[str, Any], error: type[FetchError]
) -> None:
    with pytest.raises(error, match=f"{BASE}/ answered {entry['status']}"):
        await replay(answer("/", **entry)).fetch(Request(f"{BASE}/"), SITE)


async def test_an_accepted_failure_is_an_answer() -> None:
    fetcher = replay(answer("/", {"error": "not open yet"}, status=404))
    fetched = await fetcher.fetch(Request(f"{BASE}/", accept=(200, 404)), SITE)
    assert (fetched.status, json.loads(fetched.body)) == (404, {"error": "not open yet"})


@pytest.mark.parametrize("name", ["User-Agent", "Host"])
async def test_a_header_that_the_web_would_refuse_is_refused(name: str) -> None:
    with pytest.raises(NotAllowed, match=name.lower()):
        await replay(answer("/", "[]")).fetch(Request(f"{BASE}/", headers={name: "x"}), SITE)


# Redirects


def moved(path: str, to: str, status: int = 302, **rest: Any) -> dict[str, Any]:
    return {"url": f"{BASE}{path}", "status": status, "headers": {"Location": to}, **rest}


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("to", ["/b?x=1", f"{BASE}/b?x=1", "//sample.example.org/b?x=1#part", "../b?x=1"])
async def test_a_redirect_is_followed(status: int, to: str) -> None:
    fetched = await replay(moved("/a", to, status), answer("/b?x=1", "[]")).fetch(Request(f"{BASE}/a"), SITE)
    assert (fetched.url, fetched.body) == (f"{BASE}/b?x=1", b"[]")


async def test_a_redirect_that_is_accepted_is_not_followed() -> None:
    fetcher = replay(moved("/a", "/b"), answer("/b", "[]"))
    assert (await fetcher.fetch(Request(f"{BASE}/a", accept=(302,)), SITE)).status == 302


@pytest.mark.parametrize(("status", "method", "body"), [(303, "GET", None), (307, "POST", "q=1")])
async def test_a_redirect_changes_or_keeps_the_method(status: int, method: str, body: str | None) -> None:
    fetcher = replay(moved("/a", "/b", status, method="POST", body="q=1"), answer("/b", "[]", method=method, body=body))
    assert (await fetcher.fetch(Request(f"{BASE}/a", method="POST", body="q=1"), SITE)).body == b"[]"


async def test_five_redirects_are_followed_and_no_sixth() -> None:
    chain = [moved(f"/{n}", f"/{n + 1}") for n in range(6)]
    fetcher = replay(*chain, answer("/6", "[]"))
    assert (await fetcher.fetch(Request(f"{BASE}/1"), SITE)).url == f"{BASE}/6"
    with pytest.raises(TooManyRedirects, match=f"{BASE}/0 is redirected more than 5 times"):
        await fetcher.fetch(Request(f"{BASE}/0"), SITE)


async def test_a_redirect_out_of_the_recording_fails_by_the_name_of_its_target() -> None:
    with pytest.raises(NotRecorded, match=f"holds no answer to GET {BASE}/b"):
        await replay(moved("/a", "/b")).fetch(Request(f"{BASE}/a"), SITE)


# The real ones


@pytest.mark.recordings
async def test_every_real_answer_is_found_under_its_address_and_body(recordings: Path) -> None:
    given = 0
    for folder in sorted(path.parent for path in recordings.glob("*/recording.json")):
        fetcher = ReplayFetcher(folder)
        for entry in fetcher.recording.responses:
            if entry.variant is None and entry.method != "HEAD" and not entry.body_not_kept:
                request = Request(entry.url, "", entry.method, body=entry.body, expect="any", accept=(entry.status,))
                assert (await fetcher.fetch(request, SITE)).status == entry.status
                given += 1
    assert given > 300
